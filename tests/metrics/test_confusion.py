"""The confusion matrix: rows are true, columns predicted, nothing is lost, nothing is guessed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import CourseError, ShapeError
from course_utils.metrics.classification import accuracy
from course_utils.metrics.confusion import confusion_matrix

LABELS = [2, 0, 2, 2, 0, 1]
PREDICTIONS = [0, 0, 2, 2, 0, 2]
COUNTS = [[2, 0, 0], [0, 0, 1], [1, 0, 2]]  # counted by hand

pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1).map(np.array)


def test_rows_are_true_classes_and_columns_predictions():
    np.testing.assert_array_equal(confusion_matrix(LABELS, PREDICTIONS), COUNTS)
    np.testing.assert_array_equal(confusion_matrix(PREDICTIONS, LABELS), np.transpose(COUNTS))


@given(pairs)
def test_rows_count_labels_columns_count_predictions_and_the_diagonal_is_accuracy(pairs):
    labels, predictions = pairs.T
    matrix = confusion_matrix(labels, predictions, classes=6)
    assert matrix.shape == (6, 6) and matrix.dtype == np.int64
    np.testing.assert_array_equal(matrix.sum(axis=1), np.bincount(labels, minlength=6))
    np.testing.assert_array_equal(matrix.sum(axis=0), np.bincount(predictions, minlength=6))
    assert np.trace(matrix) / len(labels) == pytest.approx(accuracy(predictions, labels))


def test_an_absent_class_keeps_its_row_when_it_is_announced():
    assert confusion_matrix([0, 1], [1, 1]).shape == (2, 2)
    matrix = confusion_matrix([0, 1], [1, 1], classes=4)
    assert matrix.shape == (4, 4) and not matrix[2:].any() and not matrix[:, 2:].any()


def test_bools_whole_floats_and_small_integers_are_classes():
    expected = confusion_matrix([0, 1, 1], [1, 1, 0])
    for kind in (bool, float, np.uint8, np.float32):
        found = confusion_matrix(np.array([0, 1, 1], kind), np.array([1, 1, 0], kind))
        np.testing.assert_array_equal(found, expected)


def test_two_hundred_classes_in_bytes_do_not_overflow():
    numbers = np.arange(200, dtype=np.uint8)
    np.testing.assert_array_equal(confusion_matrix(numbers, numbers), np.eye(200))


def test_masks_are_compared_pixel_by_pixel():
    labels = np.array([[0, 1], [1, 1]])
    np.testing.assert_array_equal(confusion_matrix(labels, labels.T), [[1, 0], [0, 3]])


@pytest.mark.parametrize(
    ("labels", "predictions", "kind", "says"),
    [
        ([0, 1, 1], [0, 1], ShapeError, r"\(3,\), predictions are \(2,\)"),
        ([[0], [1]], [0, 1], ShapeError, r"\(2, 1\)"),
        ([0, 1], [[0.9, 0.1], [0.2, 0.8]], ShapeError, "argmax"),
        ([], [], ShapeError, "at least one label"),
        ([0, 1], [0.2, 1.0], CourseError, "prediction is 0.200"),
        ([0, float("nan")], [0, 1], CourseError, "label is nan"),
        ([0, 1], [0, float("inf")], CourseError, "prediction is inf"),
        (["cat", "dog"], [0, 1], CourseError, "'cat'"),
        ([0, -1], [0, 1], CourseError, "label -1 is not one of"),
        ([0, 1], [0, -2], CourseError, "prediction -2 is not one of"),
    ],
)
def test_bad_input_is_refused_with_its_values(labels, predictions, kind, says):
    with pytest.raises(kind, match=says):
        confusion_matrix(labels, predictions)


def test_a_class_beyond_the_announced_number_is_refused():
    with pytest.raises(CourseError, match="label 3 is not one of the classes 0 to 2"):
        confusion_matrix([0, 3], [0, 1], classes=3)


@pytest.mark.parametrize("classes", [0, -1, 2.5, ["cat", "dog"]])
def test_classes_is_a_number_and_not_a_list_of_names(classes):
    with pytest.raises(CourseError, match="number of classes"):
        confusion_matrix([0, 1], [0, 1], classes=classes)


def test_scikit_learn_counts_the_same():
    sklearn = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    rng = np.random.default_rng(0)
    labels, predictions = rng.integers(0, 7, (2, 500))
    expected = sklearn.confusion_matrix(labels, predictions)
    np.testing.assert_array_equal(confusion_matrix(labels, predictions), expected)
