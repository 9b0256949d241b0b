"""Names of territories, languages and currencies in many languages, from Unicode's CLDR.

Babel carries the names; nothing of them is copied into the course. Another Babel brings
another CLDR, so that counts can differ a little: print what you conclude, not what you count.
"""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_utils.errors import EnvironmentNotReady, UsageError

# 21 locales in Latin letters, from every corner that has them, and 3 in Cyrillic ones
LOCALES = (
    *("en", "de", "nl", "sv", "da", "is"),  # Germanic
    *("fr", "es", "pt", "it", "ro", "ca"),  # Romance
    *("pl", "cs", "sk", "hr", "lt"),  # Slavic and Baltic
    *("fi", "hu", "tr", "id"),  # Uralic, Turkic, Malay
    *("ru", "uk", "bg"),  # Slavic in Cyrillic letters
)
KINDS = "territories", "languages", "currencies"
LONGEST = 30  # characters
_PSEUDO = {"XA", "XB"}  # territories that exist only to test programs


class Thing(NamedTuple):
    """What a name names: one of `KINDS` and its code, such as ("currencies", "JPY")."""

    kind: str
    code: str


@dataclass(frozen=True)
class Names:
    """Names and the locale that each is written in.

    Args:
        texts: N strings in NFC, 2 to 30 characters, no two alike, without digits or brackets.
        labels: int64 (N,); `locales[labels[i]]` is the only locale with the name i.
        locales: locale codes, such as "de".
        languages: the locales' English names, such as "German".
        things: N `Thing`s, what each name names.
        ambiguous: how many texts were left out because several of the locales share them.
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    locales: tuple[str, ...]
    languages: tuple[str, ...]
    things: tuple[Thing, ...]
    ambiguous: int

    def __len__(self):
        return len(self.texts)

    @property
    def chance(self):
        """Accuracy of guessing a locale at random."""
        return 1 / len(self.locales)

    @property
    def majority(self):
        """Accuracy of always guessing the most frequent locale."""
        return float(np.bincount(self.labels).max() / len(self.labels))

    def split(self, valid=0.1, test=0.2, seed=0):
        """Return `Splits` that share no text and no thing, each with every locale equally often.

        A territory, language or currency goes into one split with its names in all locales,
        so that no test name is a training name in another spelling. What is left over when
        each split is cut to the rarest of its locales is dropped.

        Args:
            valid, test: fractions of the things, more than 0, together less than 1.
            seed: of the random order.

        Raises:
            ValueError: the fractions are not such.
            UsageError: there are too few names for every locale to be in every split.
        """
        if not (valid > 0 and test > 0 and valid + test < 1):
            raise ValueError(
                f"valid and test must be more than 0 and add up to less than 1, "
                f"not {valid!r} and {test!r}."
            )
        rng = np.random.default_rng(seed)
        things = sorted(set(self.things))
        draws = dict(zip(things, rng.permutation(len(things)) / len(things), strict=True))
        place = np.array([draws[thing] for thing in self.things])
        parts = place >= valid + test, place < valid, (place >= valid) & (place < valid + test)
        return Splits(*(self._balanced(np.nonzero(part)[0], rng) for part in parts))

    def _balanced(self, rows, rng):
        """Return `Names` of an equal number of `rows` for each locale, in random order."""
        rows = rng.permutation(rows)
        counts = np.bincount(self.labels[rows], minlength=len(self.locales))
        if not counts.min():
            raise UsageError(
                f"no name of the locale {self.locales[counts.argmin()]!r} fell into one of the "
                "splits.",
                "choose larger fractions or fewer locales.",
            )
        kept = [rows[self.labels[rows] == k][: counts.min()] for k in range(len(self.locales))]
        rows = rng.permutation(np.concatenate(kept))
        return Names(
            tuple(self.texts[row] for row in rows),
            self.labels[rows],
            self.locales,
            self.languages,
            tuple(self.things[row] for row in rows),
            self.ambiguous,
        )


class Splits(NamedTuple):
    """Three `Names` that share no text and no thing."""

    train: Names
    valid: Names
    test: Names


def load_names(locales=LOCALES):
    """Load the names that exactly one of `locales` has.

    Args:
        locales: two or more different codes that Babel knows, such as "de" or "pt_PT".

    Returns:
        Names, in the order of `locales`, then kinds, then codes. A text that several locales
        share has no answer; it is left out and counted in `ambiguous`.

    Raises:
        UsageError: fewer than two locales, one twice, or one unknown to Babel.
        EnvironmentNotReady: Babel is not installed.

    Source: Unicode Common Locale Data Repository (cldr.unicode.org), in the version that the
    installed Babel carries; the card, data/names.md, says more.
    """
    locales = tuple(locales)
    if len(locales) < 2 or len(set(locales)) < len(locales):
        raise UsageError(
            f"a guess needs two or more different locales, not {', '.join(locales) or 'none'}.",
            'call load_names() or, for example, load_names(("de", "nl")).',
        )
    found = [_locale(code) for code in locales]
    named = [_names_of(locale) for locale in found]
    owners = defaultdict(int)
    for texts in named:
        for text in texts:
            owners[text] += 1
    rows = [
        (text, label, thing)
        for label, texts in enumerate(named)
        for text, thing in texts.items()
        if owners[text] == 1
    ]
    texts, labels, things = zip(*rows, strict=True)
    return Names(
        texts,
        np.array(labels, dtype=np.int64),
        locales,
        tuple(locale.english_name for locale in found),
        things,
        sum(count > 1 for count in owners.values()),
    )


def _locale(code):
    """Return Babel's locale `code`."""
    try:
        import babel
    except ImportError:
        raise EnvironmentNotReady(
            "the names come from the package Babel, which is not installed.",
            "python -m pip install Babel",
        ) from None
    try:
        return babel.Locale.parse(code)
    except (babel.UnknownLocaleError, ValueError, TypeError):
        raise UsageError(
            f"Babel knows no locale {code!r}.", 'use a code such as "de" or "pt_PT".'
        ) from None


def _names_of(locale):
    """Return a dict from each usable name in `locale` to the first thing that bears it."""
    names = {}
    for kind in KINDS:
        for code, text in sorted(getattr(locale, kind).items()):
            text = unicodedata.normalize("NFC", text)
            if _is_name(text, code):
                names.setdefault(text, Thing(kind, code))
    return names


def _is_name(text, code):
    if code in _PSEUDO or text == code or any(map(_is_odd, text)):
        return False
    return 2 <= len(text) <= LONGEST


def _is_odd(character):
    """True for digits, brackets and signs: years and remarks, which belong to no language."""
    return unicodedata.category(character)[0] == "N" or character in "()[]/:;*&"
