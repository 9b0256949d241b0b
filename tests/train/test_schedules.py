"""Schedules: exact corners, equal to what exists, saved with the model, used by the step."""

import keras
import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.scratch.schedules import warmup_cosine
from course_utils.train.schedules import OneCycle, WarmupCosine


def values(schedule, steps):
    return np.array([float(schedule(step)) for step in steps])


@pytest.mark.parametrize("warmup", [0, 7])
@pytest.mark.parametrize("start, floor", [(0.0, 0.0), (0.05, 0.02)])
def test_warmup_cosine_equals_the_one_from_scratch_at_every_step(warmup, start, floor):
    ours = WarmupCosine(0.4, 60, warmup, start, floor)
    scratch = warmup_cosine(0.4, 60, warmup, start, floor)
    expected = [scratch(step) for step in range(70)]
    np.testing.assert_allclose(values(ours, range(70)), expected, atol=1e-7)


def test_one_cycle_has_its_corners_where_they_were_asked_for():
    cycle = OneCycle(1.0, 100, start=0.2, floor=0.01, tail=0.2)
    got = values(cycle, [0, 20, 40, 60, 80, 90, 100, 1000])
    np.testing.assert_allclose(got, [0.2, 0.6, 1.0, 0.6, 0.2, 0.105, 0.01, 0.01], rtol=1e-5)


def test_one_cycle_is_three_straight_lines():
    bends = np.diff(values(OneCycle(1.0, 200), range(201)), 2)
    assert np.flatnonzero(abs(bends) > 1e-5).tolist() == [89, 179]  # at steps 90 and 180


def test_the_defaults_of_one_cycle_are_those_documented():
    cycle = OneCycle(0.5, 10)
    assert cycle.get_config() == dict(peak=0.5, steps=10, start=0.05, floor=0.00005, tail=0.1)


def test_without_tail_one_cycle_is_symmetric():
    got = values(OneCycle(1.0, 40, tail=0.0, floor=0.1), range(41))
    np.testing.assert_allclose(got, got[::-1], atol=1e-6)


SCHEDULES = [
    OneCycle(0.5, 30),
    OneCycle(0.5, 30, 0.1, 0.01, 0.0),
    WarmupCosine(0.5, 30),
    WarmupCosine(0.5, 30, 5, 0.1, 0.01),
]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_comes_back_from_its_config(schedule):
    again = type(schedule).from_config(schedule.get_config())
    assert again.get_config() == schedule.get_config()
    np.testing.assert_array_equal(values(again, range(35)), values(schedule, range(35)))


@pytest.mark.parametrize("schedule", SCHEDULES[1:4:2])
def test_a_schedule_is_saved_with_the_model_and_used_by_the_compiled_step(schedule, tmp_path):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(schedule), "mse")
    x, y = np.array([[1.0]]), np.array([[0.0]])
    moves = []
    for _ in range(3):
        before = model.get_weights()
        model.train_on_batch(x, y)
        gradient = 2 * (before[0][0, 0] + before[1][0])  # of the squared error at x = 1, y = 0
        moves.append((before[1][0] - model.get_weights()[1][0]) / gradient)
    np.testing.assert_allclose(moves, values(schedule, range(3)), rtol=1e-3)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.optimizer.get_config() == model.optimizer.get_config()
    assert float(again.optimizer.learning_rate) == pytest.approx(float(schedule(3)))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: WarmupCosine(0.1, 10, 10), "10 of 10 steps are warm-up"),
        (lambda: WarmupCosine(0.1, 0), "0 of 0 steps"),
        (lambda: WarmupCosine(0.1, 10, -1), "-1 of 10 steps"),
        (lambda: WarmupCosine(0.0, 10), "its peak is 0.0"),
        (lambda: WarmupCosine(0.1, 10, floor=0.2), "floor=0.2 and its peak is 0.1"),
        (lambda: WarmupCosine(0.1, 10, 2, start=-0.1), "start=-0.1"),
        (lambda: OneCycle(-1.0, 10), "its peak is -1.0"),
        (lambda: OneCycle(float("nan"), 10), "its peak is nan"),
        (lambda: OneCycle(0.1, 10, start=0.3), "start=0.3 and its peak is 0.1"),
        (lambda: OneCycle(0.1, 0), "steps=0"),
        (lambda: OneCycle(0.1, 10, tail=1.0), "tail=1.0"),
        (lambda: OneCycle(0.1, 10, tail=-0.1), "tail=-0.1"),
    ],
)
def test_numbers_that_make_no_curve_are_refused(make, says):
    with pytest.raises(CourseError, match=says):
        make()
