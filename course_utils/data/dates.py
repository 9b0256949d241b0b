"""Dates as people write them, in many languages and scripts, paired with their ISO form.

Babel carries the patterns and the names of months and days; nothing of them is copied into
the course. Another Babel brings another CLDR and may write a date differently: print what
you conclude, not what you read.
"""

import datetime
import unicodedata
from functools import lru_cache

import numpy as np

from course_utils.data.pairs import Pairs, Splits, folds_of, whole_number
from course_utils.errors import EnvironmentNotReady, UsageError

# Latin, Cyrillic, Greek, Devanagari, and Han with digits: five scripts
LOCALES = "en", "fr", "de", "es", "ru", "el", "hi", "zh", "ja"
STYLES = "full", "long", "medium"  # with the weekday; with the month's name; as short as is clear
YEARS = 1950, 2049
_DIRECTION = "\u200e\u200f\u061c"  # invisible marks of left to right and right to left
BETWEEN, BETWEEN_ISO = ", ", " "  # what separates several dates in a source and in a target


def make_dates(n, seed, locales=LOCALES, styles=STYLES, dates=1, years=YEARS):
    """Write `n` random dates, or lists of dates, and their ISO forms.

    Args:
        n: how many pairs, 1 or more.
        seed: a whole number from 0 up. With everything else equal, the first k of n pairs
            are those that k pairs would be.
        locales: codes that Babel knows; each pair uses one, all equally often on average.
        styles: of CLDR's "full", "long" and "medium"; each pair uses one.
        dates: how many dates stand in one source, or the (lowest, highest) number: longer
            sources, made of the same parts.
        years: first and last year, both included, 1000 to 9999.

    Returns:
        Pairs. A source is 8 to about 40 characters for each date, several joined by ", ":
        "mardi 3 mars 2026", "2026年3月3日星期二". Its target has 10 characters for each date,
        several joined by " ": "2026-03-03". The dates of one list are of one fold. Texts are
        NFC, special spaces are plain ones, marks of writing direction are left out.

    Raises:
        ValueError: a number is not such a one.
        UsageError: a locale or a style that there is none of.
        EnvironmentNotReady: Babel is not installed.

    Cost: about 30 microseconds of processor time a date.

    Source: Unicode Common Locale Data Repository (cldr.unicode.org), in the version that the
    installed Babel carries. ISO 8601-1:2019, section 5.2.2, for the targets.
    """
    whole_number(n, "n", 1)
    whole_number(seed, "seed", 0)
    fewest, most = (dates, dates) if isinstance(dates, int | np.integer) else dates
    whole_number(fewest, "dates", 1)
    whole_number(most, "the highest number of dates", fewest)
    days = _days(*years)
    locales, styles = tuple(locales), tuple(styles)
    writers = {(code, style): _writer(code, style) for code in locales for style in styles}
    if not writers:
        raise UsageError("a date needs a locale and a style.", "call make_dates(n, seed).")

    # one row of random numbers for each pair, so that n does not change the first rows
    draws = np.random.default_rng(seed).random((n, 3 + most))
    codes, looks, counts = (
        low + (draws[:, column] * size).astype(np.int64)
        for column, (low, size) in enumerate(
            ((0, len(locales)), (0, len(styles)), (fewest, most - fewest + 1))
        )
    )
    first = (draws[:, 3] * len(days)).astype(np.int64)
    folds = folds_of(days)
    same = [days[folds == fold] for fold in range(folds.max() + 1)]
    sources, targets = [], []
    for i in range(n):
        fellows = same[folds[first[i]]]
        others = fellows[(draws[i, 4 : 3 + counts[i]] * len(fellows)).astype(np.int64)]
        found = [datetime.date.fromordinal(int(day)) for day in (days[first[i]], *others)]
        write = writers[locales[codes[i]], styles[looks[i]]]
        sources.append(BETWEEN.join(map(write, found)))
        targets.append(BETWEEN_ISO.join(date.isoformat() for date in found))
    return Pairs(
        tuple(sources),
        tuple(targets),
        tuple(locales[code] for code in codes),
        folds[first],
        f"dates in {len(locales)} locales and their ISO form",
        "Unicode-3.0",
    )


def load_dates(n=10000, seed=0):
    """Return `Splits` of `n` single dates in all `LOCALES`; no two of them share a date."""
    return Splits(*make_dates(n, seed).split())


def _days(first, last):
    """Return the ordinals of all days of these years, int64."""
    for year in (first, last):
        whole_number(year, "a year", 1000)
    if not first <= last <= 9999:
        raise ValueError(f"years must be (first, last) up to 9999, not {(first, last)!r}.")
    begin, end = datetime.date(first, 1, 1), datetime.date(last, 12, 31)
    return np.arange(begin.toordinal(), end.toordinal() + 1)


@lru_cache(maxsize=256)
def _writer(code, style):
    """Return a function from a date to its text in one locale and style."""
    try:
        import babel
        from babel.dates import format_date
    except ImportError:
        raise EnvironmentNotReady(
            "dates in words come from the package Babel, which is not installed.",
            "python -m pip install Babel",
        ) from None
    if style not in STYLES:
        raise UsageError(f"there is no style {style!r}.", f"one of: {', '.join(STYLES)}.")
    try:
        locale = babel.Locale.parse(code)
    except (babel.UnknownLocaleError, ValueError, TypeError):
        raise UsageError(
            f"Babel knows no locale {code!r}.", 'use a code such as "de" or "pt_PT".'
        ) from None
    return lambda date: _plain(format_date(date, style, locale))


def _plain(text):
    """NFC, with plain spaces and without marks of direction."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if unicodedata.category(c) == "Zs" else c for c in text)
    return "".join(c for c in text if c not in _DIRECTION)
