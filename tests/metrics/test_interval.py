"""Wilson's interval against textbook values, its symmetry, and the equation it solves."""

import math

import pytest

from course_utils.errors import ShapeError
from course_utils.metrics.interval import wilson_interval


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_it_gives_the_published_values(successes, trials, low, high):
    found = wilson_interval(successes, trials)
    assert found == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("successes", "trials"), [(0, 5), (3, 7), (50, 50), (993, 1000)])
def test_its_ends_are_z_standard_errors_from_the_share(successes, trials):
    share = successes / trials
    for end in wilson_interval(successes, trials):
        if 1e-9 < end < 1 - 1e-9:
            error = math.sqrt(end * (1 - end) / trials)
            assert abs(share - end) / error == pytest.approx(1.959964, rel=1e-6)


def test_failures_are_successes_seen_from_the_other_side():
    low, high = wilson_interval(7, 30)
    assert wilson_interval(23, 30) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize("counts", [(0, 0), (3, 2), (-1, 5)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ShapeError, match="successes in"):
        wilson_interval(*counts)
