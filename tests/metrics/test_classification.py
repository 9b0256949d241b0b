"""Accuracy: counts decisions, and refuses to be handed probabilities."""

import numpy as np
import pytest

from course_utils.errors import CourseError, ShapeError
from course_utils.metrics.classification import accuracy


def test_three_of_four_right_is_three_quarters():
    assert accuracy(np.array([0, 1, 1, 0]), np.array([0, 1, 0, 0])) == 0.75


def test_bools_ints_and_whole_floats_are_all_decisions():
    labels = np.array([0, 1, 1])
    for kind in (bool, int, float):
        assert accuracy(labels.astype(kind), labels) == 1.0
        assert accuracy(labels, labels.astype(kind)) == 1.0


def test_probabilities_are_refused_because_they_never_equal_a_label():
    with pytest.raises(CourseError, match=r"one prediction is 0\.970"):
        accuracy([0.0, 0.97], [0, 1])


def test_a_column_against_a_row_is_refused():
    with pytest.raises(ShapeError, match=r"\(3, 1\), labels are \(3,\)"):
        accuracy(np.ones((3, 1)), np.ones(3))


def test_no_examples_have_no_accuracy():
    with pytest.raises(ShapeError, match="at least one label"):
        accuracy([], [])
