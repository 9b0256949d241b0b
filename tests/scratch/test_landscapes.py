"""Landscapes: gradients against finite differences, walks and their arrival."""

import numpy as np
import pytest

from course_utils.scratch.landscapes import Bowl, Rosenbrock, arrival, descend
from course_utils.scratch.optimizers import SGD, Adam


@pytest.mark.parametrize("land", [Bowl(1, 25), Bowl(2, 50, angle=30), Rosenbrock()])
def test_gradient_matches_finite_differences(land):
    points = np.random.default_rng(0).normal(size=(20, 2))
    for axis, shift in enumerate(np.eye(2) * 1e-6):
        slope = (land.value(points + shift) - land.value(points - shift)) / 2e-6
        np.testing.assert_allclose(land.gradient(points)[:, axis], slope, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("land", [Bowl(1, 25, angle=70), Rosenbrock()])
def test_the_minimum_is_flat_and_zero(land):
    assert land.value(land.minimum) == 0
    np.testing.assert_array_equal(land.gradient(land.minimum), 0)


def test_a_turned_bowl_has_the_same_heights_at_the_same_place():
    straight, turned = Bowl(1, 100), Bowl(1, 100, angle=45)
    assert turned.value(turned.place(2.0, 1.0)) == pytest.approx(straight.value([2.0, 1.0]))


def test_plain_descent_does_not_notice_the_turn_and_adam_does():
    straight, turned = Bowl(1, 100), Bowl(1, 100, angle=45)

    def heights(land, optimizer):
        path = descend(optimizer, land.gradient, land.place(2.0, 1.0), 50)
        return land.value(path)

    same = heights(straight, SGD(0.01)), heights(turned, SGD(0.01))
    np.testing.assert_allclose(*same, rtol=1e-9)
    assert not np.allclose(heights(straight, Adam(0.05)), heights(turned, Adam(0.05)), rtol=0.1)


def test_a_walk_keeps_its_start_and_does_not_change_it():
    start = np.array([1.0, -1.0])
    path = descend(SGD(0.1), Bowl(1, 2).gradient, start, 3)
    assert path.shape == (4, 2)
    np.testing.assert_array_equal(path[0], start)
    np.testing.assert_array_equal(start, [1.0, -1.0])


def test_a_walk_that_diverges_ends_in_nan_without_a_warning():
    path = descend(SGD(1.0), Rosenbrock().gradient, [2.0, 2.0], 30)
    assert np.isnan(path[-1]).all()
    assert np.isnan(Rosenbrock().value(path)[-1])


def test_who_only_flies_past_has_not_arrived():
    past = [9.0, 0.5, 9.0, 9.0, 9.0, 9.0]
    stays = [9.0, 9.0, 0.5, 0.5, 0.5, 9.0]
    never = [9.0, np.nan, np.nan, np.nan, np.nan, np.nan]
    at = arrival(np.array([past, stays, never]).T, 1.0, hold=3)
    np.testing.assert_array_equal(at, [np.nan, 2.0, np.nan])
