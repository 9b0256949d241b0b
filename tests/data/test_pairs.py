"""Pairs keep their texts together, and a split never lets a fold into two parts."""

import numpy as np
import pytest

from course_utils.data.pairs import FOLDS, Pairs, folds_of
from course_utils.errors import UsageError


def pairs(n=1000, locales=("fr",)):
    return Pairs(
        tuple(f"source {i}" for i in range(n)),
        tuple(f"target {i}" for i in range(n)),
        tuple(locales[i % len(locales)] for i in range(n)),
        folds_of(np.arange(n) // 2),  # two neighbours belong together
        "a test",
        "CC0",
    )


def test_a_split_holds_every_pair_once_and_no_fold_twice():
    parts = pairs().split()
    assert sorted(s for part in parts for s in part.sources) == sorted(pairs().sources)
    folds = [set(part.folds.tolist()) for part in parts]
    assert not (folds[0] & folds[1] or folds[0] & folds[2] or folds[1] & folds[2])


def test_source_target_and_locale_stay_together():
    whole = pairs(locales=("fr", "de"))
    rows = dict(zip(whole.sources, zip(whole.targets, whole.locales, strict=True), strict=True))
    for part in whole.split():
        assert len(part) == len(part.targets) == len(part.locales) == len(part.folds)
        for source, target, locale in zip(part.sources, part.targets, part.locales, strict=True):
            assert rows[source] == (target, locale)


def test_fractions_are_those_asked_for_and_another_seed_deals_otherwise():
    sizes = [len(part) for part in pairs(20_000).split(valid=0.1, test=0.3)]
    assert sizes == pytest.approx([12_000, 2_000, 6_000], rel=0.05)
    assert pairs().split(seed=0).test.sources == pairs().split(seed=0).test.sources
    assert pairs().split(seed=0).test.sources != pairs().split(seed=1).test.sources


def test_two_sets_of_the_same_kind_are_dealt_out_alike():
    one, other = pairs(1000).split(), pairs(5000).split()
    for i in range(3):
        assert set(one[i].sources) <= set(other[i].sources)


def test_take_accepts_indices_and_a_mask():
    whole = pairs(5)
    assert whole.take([3, 0]).sources == ("source 3", "source 0")
    assert whole.take(np.arange(5) > 3).targets == ("target 4",)


def test_swapping_turns_the_pairs_round_and_names_the_language_only_where_it_is_needed():
    assert pairs(1).swapped().sources == ("target 0",)
    assert pairs(1).swapped().targets == ("source 0",)
    assert pairs(2, ("fr", "de")).swapped().sources == ("fr target 0", "de target 1")


def test_folds_are_0_to_99_evenly_filled_and_unrelated_to_last_digits():
    numbers = np.arange(100_000)
    folds = folds_of(numbers)
    assert (folds.min(), folds.max(), folds.dtype) == (0, FOLDS - 1, np.int64)
    # 1000 expected in each; five standard deviations are 157
    assert abs(np.bincount(folds) - 1000).max() < 157
    assert len(set(folds[numbers % 100 == 7].tolist())) == FOLDS


@pytest.mark.parametrize("fractions", [(0, 0.2), (0.1, 0), (0.5, 0.5), (-0.1, 0.2), (0.001, 0.2)])
def test_fractions_that_leave_a_part_empty_are_refused(fractions):
    with pytest.raises(ValueError, match=r"at least 0\.01"):
        pairs().split(*fractions)


def test_too_few_pairs_to_split_are_named():
    with pytest.raises(UsageError, match="3 pairs split into"):
        pairs(3).split()
