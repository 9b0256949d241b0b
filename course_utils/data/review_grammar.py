"""The grammar of the generated reviews: five ways in which the order decides the verdict.

A review is an opener, two clauses and a closer. A clause praises or blames one subject, and
a word of negation turns it round. What the two together say:

    agree      both say the same.             "the soup was fresh and the bread was tasty"
    but        the last clause has the say.   "the soup was fresh, but the bread was stale"
    although   the main clause has the say.   "although the soup was fresh, the bread was stale"
    scope      both say the same, but one     "the soup was not fresh and the bread was stale"
               of the two is negated.
    strength   the stronger clause has        "the soup was truly fresh and the bread was
               the say.                        slightly stale"

All but the first can be rearranged into a review with the same words and the other verdict.
Some of the small words lean to one side, as in real language: what is "utterly" anything is
more often bad. So a bag of words knows a little about `scope` and `strength`, too.

A *shape* is one way through the grammar with the exact probability of taking it; its nouns
and adjectives are still the symbols SUBJECT, GOOD and BAD.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from course_utils.data.review_words import TOPICS, Topic

SUBJECT, GOOD, BAD = "SUBJECT", "GOOD", "BAD"
HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


class Leaning(NamedTuple):
    """A small word, and how often it is the chosen one before praise and before blame."""

    word: str
    before_good: Fraction
    before_bad: Fraction


class Shape(NamedTuple):
    """One way through the grammar.

    Args:
        probability: Fraction, of this shape among all.
        label: 1 for a good review, 0 for a bad one.
        kind: "agree", "but", "although", "scope" or "strength".
        words: the two clauses, with SUBJECT, GOOD and BAD in place of nouns and adjectives.
    """

    probability: Fraction
    label: int
    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Grammar:
    """Everything that `shapes` needs. Shares that belong together add up to 1.

    Args:
        topics: (name, Topic) pairs, all equally likely.
        kinds: (kind, share) pairs.
        negators, strong, weak: `Leaning`s.
        emphasis: what may stand before praise and before blame without changing anything.
        contrasts, concessions: words like "but" and like "although", equally likely.
    """

    topics: tuple[tuple[str, Topic], ...]
    kinds: tuple[tuple[str, Fraction], ...]
    negators: tuple[Leaning, ...]
    strong: tuple[Leaning, ...]
    weak: tuple[Leaning, ...]
    emphasis: tuple[str, str] = ("really", "far too")
    contrasts: tuple[str, ...] = ("but", "yet")
    concessions: tuple[str, ...] = ("although", "even though")


def _leanings(**eighths):
    """Leanings from eighths: before praise, before blame."""
    return tuple(
        Leaning(word.replace("_", " "), Fraction(good, 8), Fraction(bad, 8))
        for word, (good, bad) in eighths.items()
    )


REVIEWS = Grammar(
    topics=tuple(TOPICS.items()),
    kinds=(
        ("agree", Fraction(35, 100)),
        ("but", Fraction(25, 100)),
        ("although", Fraction(10, 100)),
        ("scope", Fraction(15, 100)),
        ("strength", Fraction(15, 100)),
    ),
    negators=_leanings(**{"not": (3, 1), "hardly": (3, 1), "never": (1, 3), "by no means": (1, 3)}),
    strong=_leanings(truly=(6, 2), utterly=(2, 6)),
    weak=_leanings(fairly=(6, 2), slightly=(2, 6)),
)


@lru_cache(maxsize=8)
def shapes(grammar=REVIEWS):
    """Return all `Shape`s of a `Grammar`, a tuple; their probabilities add up to exactly 1.

    Both labels have probability 1/2 within every kind.
    """
    ways = {
        "agree": _agree,
        "but": _but,
        "although": _although,
        "scope": _scope,
        "strength": _strength,
    }
    return tuple(
        Shape(share * HALF * chance, label, kind, words)
        for kind, share in grammar.kinds
        for label in (0, 1)
        for chance, words in ways[kind](grammar, label)
    )


def _agree(grammar, label):
    for negated, share in ((False, 2 * THIRD), (True, THIRD)):
        clauses = _clauses(grammar, label, negated)
        yield from _joined(share, clauses, ("and",), clauses)


def _but(grammar, label):
    share = Fraction(1, 4 * len(grammar.contrasts))
    for contrast, first, last in product(grammar.contrasts, (False, True), (False, True)):
        before, after = _clauses(grammar, 1 - label, first), _clauses(grammar, label, last)
        yield from _joined(share, before, (",", *contrast.split()), after)


def _although(grammar, label):
    share = Fraction(1, 8 * len(grammar.concessions))
    for word, first, last in product(grammar.concessions, (False, True), (False, True)):
        main, aside = _clauses(grammar, label, first), _clauses(grammar, 1 - label, last)
        yield from _joined(share, main, (",", *word.split()), aside)
        for chance, words in _joined(share, aside, (",",), main):
            yield chance, (*word.split(), *words)


def _scope(grammar, label):
    plain = [(Fraction(1), _clause("", label))]
    negated = _clauses(grammar, label, True)
    yield from _joined(HALF, plain, ("and",), negated)
    yield from _joined(HALF, negated, ("and",), plain)


def _strength(grammar, label):
    strong = [(_share(word, label), _clause(word.word, label)) for word in grammar.strong]
    weak = [(_share(word, 1 - label), _clause(word.word, 1 - label)) for word in grammar.weak]
    yield from _joined(HALF, strong, ("and",), weak)
    yield from _joined(HALF, weak, ("and",), strong)


def _joined(share, first, between, second):
    """Yield (probability, words) of each clause of `first` with each of `second`."""
    for (chance, words), (other, rest) in product(first, second):
        yield share * chance * other, (*words, *between, *rest)


def _clauses(grammar, says, negated):
    """Return (probability, words) of all clauses that say 1 (praise) or 0 (blame)."""
    if negated:
        adjective = 1 - says
        return [
            (_share(word, adjective), _clause(word.word, adjective)) for word in grammar.negators
        ]
    emphasis = grammar.emphasis[0 if says else 1]
    return [(2 * THIRD, _clause("", says)), (THIRD, _clause(emphasis, says))]


def _clause(before, adjective):
    return ("the", SUBJECT, "was", *before.split(), GOOD if adjective else BAD)


def _share(leaning, adjective):
    return leaning.before_good if adjective else leaning.before_bad
