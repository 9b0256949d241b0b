"""The pointing game: hits, misses, and maps that point nowhere."""

import numpy as np
import pytest

from course_utils.errors import ShapeError
from course_utils.metrics.pointing import pointing_hits, pointing_score

MAPS = np.array([[[0.0, 1.0], [0.0, 0.0]], [[-5.0, -4.0], [-3.0, -9.0]]])
MASKS = np.array([[[False, True], [False, False]], [[True, True], [False, True]]])


def test_a_hit_is_a_highest_point_inside_the_mask():
    assert pointing_hits(MAPS, MASKS).tolist() == [True, False]
    assert pointing_score(MAPS, MASKS) == 0.5


def test_how_hot_a_map_is_makes_no_difference():
    np.testing.assert_array_equal(pointing_hits(1000 * MAPS - 7, MASKS), pointing_hits(MAPS, MASKS))


def test_a_map_without_any_difference_is_a_miss_even_if_everything_is_object():
    assert pointing_score(np.zeros((3, 4, 5)), np.ones((3, 4, 5), bool)) == 0.0


def test_a_map_with_nan_is_a_miss():
    maps = MAPS.copy()
    maps[0, 1, 1] = np.nan
    assert not pointing_hits(maps, np.ones_like(MASKS))[0]


def test_a_random_finger_scores_the_mean_area():
    rng = np.random.default_rng(0)
    masks = rng.random((4000, 6, 7)) < 0.3
    assert pointing_score(rng.random(masks.shape), masks) == pytest.approx(masks.mean(), abs=0.03)


@pytest.mark.parametrize("maps", [np.zeros((2, 8, 8)), np.zeros((2, 2)), np.zeros((0, 2, 2))])
def test_maps_that_do_not_fit_the_masks_are_refused(maps):
    with pytest.raises(ShapeError, match="masks are"):
        pointing_score(maps, MASKS if len(maps) else np.zeros((0, 2, 2), bool))
