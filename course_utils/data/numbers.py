"""Whole numbers in words, in five languages, paired with their digits.

The rules of each language are in `number_words`. A number belongs to one fold in all its
languages, so that no test number was trained on in another language either.
"""

import numpy as np

from course_utils.data.number_words import HIGHEST, WRITERS
from course_utils.data.pairs import Pairs, Splits, folds_of, whole_number
from course_utils.errors import UsageError

LANGUAGES = tuple(WRITERS)


def make_numbers(n, seed, languages=LANGUAGES, highest=HIGHEST, into=None):
    """Draw `n` numbers and write them out.

    Args:
        n: how many pairs, 1 or more.
        seed: a whole number from 0 up. With everything else equal, the first k of n pairs
            are those that k pairs would be.
        languages: codes out of `LANGUAGES`; each pair uses one.
        highest: the largest number that may come, up to 999,999.
        into: None for digits in the targets, or a language to write them in instead.

    Returns:
        Pairs: "soixante et onze" and "71". `Pairs.swapped()` goes from digits to words, and
        says first in which language if there are several: "fr 71".
        A number of d digits is d times as likely as one with a single digit; within one
        length all are equally likely. Small numbers therefore come more than once.

    Raises:
        ValueError: a number is not such a one.
        UsageError: a language without rules.
    """
    whole_number(n, "n", 1)
    whole_number(seed, "seed", 0)
    whole_number(highest, "highest", 0)
    if highest > HIGHEST:
        raise ValueError(f"highest must be at most {HIGHEST:,}, not {highest!r}.")
    languages = tuple(languages)
    writers = [_writer(language) for language in languages]
    write_target = str if into is None else _writer(into)
    if not languages:
        raise UsageError("a number in words needs a language.", "call make_numbers(n, seed).")

    draws = np.random.default_rng(seed).random((n, 3))
    chosen = (draws[:, 0] * len(languages)).astype(np.int64)
    digits = np.arange(1, len(str(highest)) + 1)
    sums = np.cumsum(digits)
    lengths = digits[np.searchsorted(sums, draws[:, 1] * sums[-1], side="right")]
    low = np.where(lengths == 1, 0, 10 ** (lengths - 1))
    high = np.minimum(10**lengths - 1, highest)
    values = low + (draws[:, 2] * (high - low + 1)).astype(np.int64)
    return Pairs(
        tuple(writers[k](int(value)) for k, value in zip(chosen, values, strict=True)),
        tuple(write_target(int(value)) for value in values),
        tuple(languages[k] for k in chosen),
        folds_of(values),
        f"numbers in words ({', '.join(languages)}) and in {into or 'digits'}",
        "CC0 1.0",
    )


def load_numbers(n=10000, seed=0):
    """Return `Splits` of `n` numbers in all `LANGUAGES`; no two of them share a number."""
    return Splits(*make_numbers(n, seed).split())


def _writer(language):
    if language not in WRITERS:
        raise UsageError(
            f"there are no rules for numbers in {language!r}.", f"one of: {', '.join(WRITERS)}."
        )
    return WRITERS[language]
