"""Ten outlines of one area, as true distances."""

import numpy as np
import pytest
from matplotlib.path import Path

from course_utils.data import outlines
from course_utils.data.outlines import CELLS, NAMES, REACH, distance_maps

STEP = 2 * REACH / (CELLS - 1)
POLYGONS = {
    "square": outlines._SQUARE,
    "triangle": outlines._TRIANGLE,
    "star": outlines._STAR,
    "cross": outlines._CROSS,
    "arrow": outlines._ARROW,
    "hourglass": outlines._HOURGLASS,
}


def of(name):
    return distance_maps()[NAMES.index(name)].astype(float)


def places():
    steps = np.arange(CELLS) * STEP - REACH
    return np.meshgrid(steps, steps)  # x, y


def test_there_are_ten_different_shapes():
    assert distance_maps().shape == (10, CELLS, CELLS)
    assert len(set(NAMES)) == len({one.tobytes() for one in distance_maps()}) == 10


def test_the_shared_maps_cannot_be_changed_by_accident():
    assert not distance_maps().flags.writeable


@pytest.mark.parametrize("name", NAMES)
def test_every_shape_has_the_area_one(name):
    # a cell on the edge counts for the part of it that lies inside
    inside = np.clip(0.5 - of(name) / STEP, 0, 1)
    assert inside.sum() * STEP**2 == pytest.approx(1, abs=0.015)


@pytest.mark.parametrize("name", NAMES)
def test_the_origin_is_the_centre_of_mass(name):
    inside = np.clip(0.5 - of(name) / STEP, 0, 1)
    for along in places():
        assert (along * inside).sum() / inside.sum() == pytest.approx(0, abs=0.006)


@pytest.mark.parametrize("name", NAMES)
def test_the_border_of_the_map_is_well_outside(name):
    border = np.concatenate([of(name)[[0, -1]].ravel(), of(name)[:, [0, -1]].ravel()])
    assert border.min() > 0.1


@pytest.mark.parametrize("name", NAMES)
def test_a_step_changes_a_distance_by_no_more_than_its_length(name):
    for axis in (0, 1):
        assert np.abs(np.diff(of(name), axis=axis)).max() < STEP * 1.001


@pytest.mark.parametrize("name", POLYGONS)
def test_inside_and_outside_of_a_polygon_agree_with_matplotlib(name):
    x, y = (np.linspace(-1.4, 1.4, 113) + 0.00123 for _ in range(2))
    ours = outlines._polygon(POLYGONS[name])(x[None, :], y[:, None]) < 0
    points = np.stack([a.ravel() for a in np.meshgrid(x, y)], axis=1)
    theirs = Path([*POLYGONS[name], POLYGONS[name][0]], closed=True).contains_points(points)
    np.testing.assert_array_equal(ours.ravel(), theirs)


def test_disc_and_ring_are_round():
    x, y = places()
    radius = np.hypot(x, y)
    np.testing.assert_allclose(of("disc"), radius - np.pi**-0.5, atol=0.004)
    ring = of("ring")
    assert ring[CELLS // 2, CELLS // 2] > 0.3  # the hole
    np.testing.assert_allclose(ring, ring.T, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"moon"}])
def test_all_but_the_moon_are_the_same_in_a_mirror(name):
    np.testing.assert_allclose(of(name), of(name)[:, ::-1], atol=1e-5)


def test_the_moon_opens_to_the_right_and_the_heart_points_down():
    middle = CELLS // 2
    moon, heart = of("moon") < 0, of("heart") < 0
    assert moon[:, :middle].sum() > moon[:, middle + 1 :].sum()
    lowest = np.nonzero(heart.any(axis=1))[0].max()
    assert heart[lowest].sum() < 5
    assert not heart[np.nonzero(heart.any(axis=1))[0].min(), middle]  # the notch
