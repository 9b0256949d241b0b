"""Calibration: a worked example, edges, calibrated and overconfident models, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import CourseError, ShapeError
from course_utils.metrics.calibration import calibration_bins, expected_calibration_error
from course_utils.metrics.classification import accuracy

# Worked by hand, four bins: (0, 1/4] holds 0.1 and 0.2, (1/4, 1/2] nothing,
# (1/2, 3/4] holds 0.6, 0.7 and 0.7, (3/4, 1] holds 1.0.
LABELS = [0, 1, 1, 0, 0, 1]
PROBABILITIES = [0.1, 0.2, 0.6, 0.7, 0.7, 1.0]


def random_rows(n, classes, seed=0, sharpness=1.0):
    """Labels drawn from known probabilities, and those sharpened: calibrated at sharpness 1."""
    rng = np.random.default_rng(seed)
    logits = 1.5 * rng.normal(size=(n, classes))
    labels = (logits + rng.gumbel(size=(n, classes))).argmax(axis=1)
    weights = np.exp(sharpness * logits)
    return labels, weights / weights.sum(axis=1, keepdims=True)


def test_a_worked_example():
    bins = calibration_bins(LABELS, PROBABILITIES, bins=4)
    np.testing.assert_array_equal(bins.counts, [2, 0, 3, 1])
    np.testing.assert_allclose(bins.confidence, [0.15, np.nan, 2 / 3, 1])
    np.testing.assert_allclose(bins.accuracy, [1 / 2, np.nan, 1 / 3, 1])
    # Two examples err by 0.35, three by 1/3, one by nothing.
    error = expected_calibration_error(LABELS, PROBABILITIES, 4)
    assert error == pytest.approx((2 * 0.35 + 3 / 3) / 6)


def test_rows_are_judged_by_their_largest_probability():
    rows = [[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.05, 0.9, 0.05]]
    bins = calibration_bins([0, 1, 1], rows, bins=10)
    np.testing.assert_array_equal(np.flatnonzero(bins.counts), [5, 6, 8])
    np.testing.assert_allclose(bins.confidence[[5, 6, 8]], [0.6, 0.7, 0.9])
    np.testing.assert_allclose(bins.accuracy[[5, 6, 8]], [0, 1, 1])


def test_an_edge_belongs_to_the_bin_below_and_zero_to_the_first():
    bins = calibration_bins([1, 1, 1, 1], [0.0, 0.25, 0.5, 1.0], bins=4)
    np.testing.assert_array_equal(bins.counts, [2, 1, 0, 1])


@given(st.integers(1, 30), st.integers(0, 1000))
def test_no_example_is_lost_and_the_bins_average_to_the_whole(bins, seed):
    labels, rows = random_rows(50, 4, seed)
    counts, confidence, right = calibration_bins(labels, rows, bins)
    assert counts.sum() == 50 and len(counts) == bins
    filled = counts > 0
    whole = np.average(right[filled], weights=counts[filled])
    assert whole == pytest.approx(accuracy(rows.argmax(axis=1), labels))
    mean = np.average(confidence[filled], weights=counts[filled])
    assert mean == pytest.approx(rows.max(axis=1).mean())
    assert (counts[~filled] == 0).all() and np.isnan(right[~filled]).all()


def test_one_bin_compares_mean_confidence_with_accuracy():
    labels, rows = random_rows(200, 4)
    gap = abs(accuracy(rows.argmax(axis=1), labels) - rows.max(axis=1).mean())
    assert expected_calibration_error(labels, rows, bins=1) == pytest.approx(gap)


def test_true_probabilities_are_calibrated_and_sharpened_ones_are_not():
    for seed in range(3):
        honest = expected_calibration_error(*random_rows(20_000, 4, seed))
        boastful = expected_calibration_error(*random_rows(20_000, 4, seed, sharpness=3.0))
        assert honest < 0.02
        assert boastful > 0.1


def test_certain_and_right_is_0_and_certain_and_wrong_is_1():
    assert expected_calibration_error([0, 1], np.eye(2)) == 0.0
    assert expected_calibration_error([1, 0], np.eye(2)) == 1.0


def test_a_float32_softmax_a_rounding_error_above_1_is_let_through():
    row = np.array([np.nextafter(np.float32(1), np.float32(2)), 0], dtype=np.float32)
    np.testing.assert_array_equal(calibration_bins([0], row[None], bins=2).counts, [0, 1])


@pytest.mark.parametrize(
    ("labels", "probabilities", "kind", "says"),
    [
        ([0, 1], [0.5, 1.2], CourseError, r"1\.2 is no probability.*\n.*softmax"),
        ([0, 1], [0.5, -0.1], CourseError, r"-0\.1 is no probability"),
        ([0, 1], [0.5, np.nan], CourseError, "nan is no probability"),
        ([0, 1], [[0.5, 0.4], [1, 0]], CourseError, r"sum to 0\.900"),
        ([0, 2], [0.5, 0.5], CourseError, "label 2 is not one of the classes 0 to 1"),
        ([0, 3], np.full((2, 3), 1 / 3), CourseError, "label 3 is not one of the classes 0 to 2"),
        ([0, -1], [0.5, 0.5], CourseError, "label -1"),
        ([0, 0.5], [0.5, 0.5], CourseError, r"label 0\.5"),
        ([0, 1, 1], [0.5, 0.5], ShapeError, r"\(3,\) and probabilities \(2,\)"),
        ([[0, 1], [1, 0]], np.eye(2), ShapeError, "argmax"),
        ([], [], ShapeError, r"\(0,\)"),
        ([], np.ones((0, 3)), ShapeError, r"\(0, 3\)"),
    ],
)
def test_bad_input_is_refused_with_its_values(labels, probabilities, kind, says):
    for function in (calibration_bins, expected_calibration_error):
        with pytest.raises(kind, match=says):
            function(labels, probabilities)


@pytest.mark.parametrize("bins", [0, -3, 2.5, "ten"])
def test_bins_are_a_whole_number(bins):
    with pytest.raises(CourseError, match="cannot be filled"):
        calibration_bins(LABELS, PROBABILITIES, bins)


def test_scikit_learn_draws_the_same_reliability_diagram():
    calibration = pytest.importorskip("sklearn.calibration", reason="no scikit-learn here")
    rng = np.random.default_rng(0)
    probabilities = rng.random(300).round(2)  # many on the edges
    labels = rng.random(300) < probabilities**2
    true, mean = calibration.calibration_curve(labels, probabilities, n_bins=10)
    bins = calibration_bins(labels, probabilities, bins=10)
    np.testing.assert_allclose(bins.accuracy[bins.counts > 0], true)
    np.testing.assert_allclose(bins.confidence[bins.counts > 0], mean)
