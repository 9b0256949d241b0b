"""R2: its fixed points, what moves it, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import CourseError, ShapeError
from course_utils.metrics.regression import r2

TARGET = np.array([1.0, 2.0, 4.0, 9.0])


def test_perfect_predictions_score_one_and_the_mean_scores_zero():
    assert r2(TARGET, TARGET) == 1.0
    assert r2(np.full(4, TARGET.mean()), TARGET) == 0.0


def test_predictions_worse_than_the_mean_score_below_zero():
    assert r2(TARGET + 10, TARGET) == pytest.approx(1 - 400 / 38)


@given(st.floats(0.1, 100), st.floats(-100, 100))
def test_the_unit_of_measurement_does_not_matter(scale, shift):
    predicted = np.array([2.0, 2.0, 5.0, 7.0])
    moved = r2(scale * predicted + shift, scale * TARGET + shift)
    assert moved == pytest.approx(r2(predicted, TARGET), abs=1e-6)


def test_a_target_without_variance_is_refused():
    with pytest.raises(CourseError, match="all 3 targets are equal"):
        r2([1.0, 2.0, 3.0], [5.0, 5.0, 5.0])


def test_a_column_against_a_row_is_refused():
    with pytest.raises(ShapeError, match=r"\(4, 1\)"):
        r2(TARGET[:, None], TARGET)
