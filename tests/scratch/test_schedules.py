"""Schedules: equal to Keras, exact at their corners, quiet after the end."""

import pytest

from course_utils.errors import CourseError
from course_utils.scratch.schedules import constant, warmup_cosine


@pytest.mark.parametrize("start", [0.0, 0.05])
@pytest.mark.parametrize("floor", [0.0, 0.02])
def test_every_step_equals_keras(start, floor):
    import keras

    ours = warmup_cosine(0.4, total=60, warmup=10, start=start, floor=floor)
    theirs = keras.optimizers.schedules.CosineDecay(
        start, 50, alpha=floor / 0.4, warmup_target=0.4, warmup_steps=10
    )
    for step in range(70):
        assert ours(step) == pytest.approx(float(theirs(step)), abs=1e-6), step


def test_without_warm_up_it_equals_keras_too():
    import keras

    ours, theirs = warmup_cosine(0.4, 30), keras.optimizers.schedules.CosineDecay(0.4, 30)
    for step in range(40):
        assert ours(step) == pytest.approx(float(theirs(step)), abs=1e-6), step


def test_the_corners_are_where_they_were_asked_for():
    rate = warmup_cosine(0.4, total=110, warmup=10, floor=0.1)
    assert [rate(0), rate(5), rate(10)] == pytest.approx([0.0, 0.2, 0.4])
    assert rate(60) == pytest.approx(0.25)
    assert rate(110) == rate(500) == pytest.approx(0.1)


def test_it_never_rises_after_the_peak():
    rate = warmup_cosine(1.0, total=50, warmup=7)
    values = [rate(step) for step in range(7, 80)]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(("total", "warmup"), [(10, 10), (10, 11), (10, -1), (0, 0)])
def test_a_warm_up_that_leaves_nothing_is_refused(total, warmup):
    with pytest.raises(CourseError, match="at least one step"):
        warmup_cosine(1.0, total, warmup)


def test_constant_is_constant():
    assert {constant(0.3)(step) for step in (0, 1, 10_000)} == {0.3}
