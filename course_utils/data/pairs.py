"""Pairs of texts that mean the same: something to translate, with splits that share nothing.

Every pair belongs to one of 100 folds, and whatever could give an answer away (a date, a
number, a sentence) stands in one fold only. A split deals out whole folds. The fold of a
date does not depend on the seed it was drawn with: train on single dates, test on lists of
three made by another call, and no test date was ever trained on.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from course_utils.errors import UsageError

FOLDS = 100


@dataclass(frozen=True)
class Pairs:
    """N texts and what each becomes.

    Args:
        sources: N strings, to read.
        targets: N strings, to write.
        locales: N codes such as "fr": the language that pair i is about.
        folds: int64 (N,), 0 to 99. Pairs of different folds share nothing.
        title: which set this is.
        licence: its licence.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    locales: tuple[str, ...]
    folds: np.ndarray
    title: str
    licence: str

    def __len__(self):
        return len(self.sources)

    def take(self, rows):
        """Return the pairs `rows`, a sequence of indices or a boolean mask (N,)."""
        rows = np.arange(len(self))[np.asarray(rows)]
        sources, targets, locales = (
            tuple(column[row] for row in rows)
            for column in (self.sources, self.targets, self.locales)
        )
        return Pairs(sources, targets, locales, self.folds[rows], self.title, self.licence)

    def swapped(self):
        """Return the pairs the other way round.

        Where several languages are mixed, the new source begins with its locale, such as
        "fr 71": without it nothing would say which language is wanted.
        """
        sources = self.targets
        if len(set(self.locales)) > 1:
            sources = tuple(map(" ".join, zip(self.locales, sources, strict=True)))
        return replace(self, sources=sources, targets=self.sources)

    def split(self, valid=0.1, test=0.2, seed=0):
        """Return `Splits`; what stands in one of them stands in no other.

        Args:
            valid, test: parts of the 100 folds, at least 0.01 each, together at most 0.99.
            seed: of the order in which folds are dealt out. The same seed deals alike for
                every set of the same kind.

        Raises:
            ValueError: the fractions are not such.
            UsageError: one of the three would be empty: there are too few pairs.
        """
        held, tested = round(FOLDS * valid), round(FOLDS * test)
        if not (held >= 1 and tested >= 1 and held + tested < FOLDS):
            raise ValueError(
                f"valid and test must be at least 0.01 and add up to 0.99 at most, "
                f"not {valid!r} and {test!r}."
            )
        order = np.random.default_rng(seed).permutation(FOLDS)
        tests, valids, trains = np.split(order, [tested, tested + held])
        parts = Splits(*(self.take(np.isin(self.folds, part)) for part in (trains, valids, tests)))
        if not all(map(len, parts)):
            raise UsageError(
                f"{len(self)} pairs split into {', '.join(str(len(part)) for part in parts)}.",
                "make more pairs, or choose larger fractions.",
            )
        return parts


class Splits(NamedTuple):
    """Three `Pairs` that share no date, no number, no sentence."""

    train: Pairs
    valid: Pairs
    test: Pairs


def folds_of(numbers):
    """Return the fold of each whole number, int64 of the same shape, 0 to 99.

    Neighbours fall into unrelated folds: a plain remainder would put all numbers that end
    in 07 into one.

    Source: the mixing function of SplitMix64 (Steele, Lea and Flood 2014, "Fast Splittable
    Pseudorandom Number Generators", figure 16).
    """
    z = np.asarray(numbers).astype(np.uint64)
    with np.errstate(over="ignore"):  # arithmetic modulo 2**64 is what is wanted
        z = (z + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z % np.uint64(FOLDS)).astype(np.int64)


def whole_number(value, name, least):
    """Raise ValueError unless `value` is a whole number from `least` up."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number from {least} up, not {value!r}.")
