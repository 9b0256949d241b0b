"""Precision, recall, F1: a worked example, identities, Keras, scikit-learn, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import CourseError, ShapeError
from course_utils.metrics.classification import accuracy
from course_utils.metrics.precision_recall import precision_recall_f1

# Worked by hand. Class 0: 2 hits of 3 called and 2 real; class 1: never called, 1 real;
# class 2: 2 hits of 3 called and 3 real.
LABELS = [2, 0, 2, 2, 0, 1]
PREDICTIONS = [0, 0, 2, 2, 0, 2]

pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1).map(np.array)


@pytest.mark.parametrize(
    ("average", "precision", "recall", "f1"),
    [
        (None, [2 / 3, 0, 2 / 3], [1, 0, 2 / 3], [4 / 5, 0, 2 / 3]),
        ("macro", 4 / 9, 5 / 9, 22 / 45),
        ("weighted", 5 / 9, 2 / 3, 3 / 5),
        ("micro", 4 / 6, 4 / 6, 4 / 6),
    ],
)
def test_a_worked_example_of_three_classes(average, precision, recall, f1):
    found = precision_recall_f1(LABELS, PREDICTIONS, average)
    np.testing.assert_allclose(found.precision, precision)
    np.testing.assert_allclose(found.recall, recall)
    np.testing.assert_allclose(found.f1, f1)


def test_binary_is_about_class_one():
    """Ten mails, four spam: three called spam, two of them rightly."""
    labels = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    predictions = [1, 1, 0, 0, 1, 0, 0, 0, 0, 0]
    found = precision_recall_f1(labels, predictions, "binary")
    assert found == pytest.approx((2 / 3, 2 / 4, 4 / 7))
    assert all(isinstance(value, float) for value in found)


def test_exchanging_labels_and_predictions_exchanges_precision_and_recall():
    one = precision_recall_f1(LABELS, PREDICTIONS)
    two = precision_recall_f1(PREDICTIONS, LABELS)
    np.testing.assert_array_equal(one.precision, two.recall)
    np.testing.assert_array_equal(one.f1, two.f1)


@given(pairs)
def test_f1_is_the_harmonic_mean(pairs):
    p, r, f1 = precision_recall_f1(*pairs.T, classes=4)
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(f1, np.nan_to_num(2 * p * r / (p + r)))


@given(pairs)
def test_micro_is_accuracy_three_times_and_weighted_recall_too(pairs):
    labels, predictions = pairs.T
    expected = accuracy(predictions, labels)
    micro = precision_recall_f1(labels, predictions, "micro")
    assert micro == pytest.approx((expected,) * 3)
    weighted = precision_recall_f1(labels, predictions, "weighted")
    assert weighted.recall == pytest.approx(expected)


def test_a_class_that_is_never_called_and_one_that_never_occurs_have_zeros():
    found = precision_recall_f1([0, 1], [0, 2], classes=4)
    np.testing.assert_array_equal(found.precision, [1, 0, 0, 0])  # 1 and 3 are never called
    np.testing.assert_array_equal(found.recall, [1, 0, 0, 0])  # 2 and 3 never occur
    np.testing.assert_array_equal(found.f1, [1, 0, 0, 0])


def test_an_announced_empty_class_lowers_macro_and_leaves_weighted_alone():
    for average, share in (("macro", 3 / 4), ("weighted", 1), ("micro", 1)):
        three = precision_recall_f1(LABELS, PREDICTIONS, average)
        four = precision_recall_f1(LABELS, PREDICTIONS, average, classes=4)
        assert four == pytest.approx(tuple(share * value for value in three))


def test_a_fold_without_positives_scores_zero():
    assert precision_recall_f1([0, 0], [0, 0], "binary") == (0, 0, 0)


def test_bad_input_is_refused():
    with pytest.raises(CourseError, match=r"no average 'mean'.*\n.*macro"):
        precision_recall_f1([0, 1], [0, 1], "mean")
    with pytest.raises(CourseError, match="there are 3"):
        precision_recall_f1(LABELS, PREDICTIONS, "binary")
    with pytest.raises(ShapeError, match=r"\(2,\), predictions are \(3,\)"):
        precision_recall_f1([0, 1], [0, 1, 1], "binary")
    with pytest.raises(CourseError, match=r"a prediction is 0\.200"):
        precision_recall_f1([0, 1], [0.2, 0.7], "binary")
    with pytest.raises(CourseError, match="label 5 is not one of the classes 0 to 2"):
        precision_recall_f1([0, 5], [0, 1], classes=3)
    with pytest.raises(ShapeError, match="at least one label"):
        precision_recall_f1([], [], "binary")


def random_answers(classes, seed=0):
    """Labels, predictions and the logits behind them; the last class never occurs."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes - 1, 400)
    logits = rng.normal(size=(400, classes)) + 2 * np.eye(classes)[labels]
    return labels, logits.argmax(axis=1), logits


@pytest.mark.parametrize("average", [None, "macro", "micro", "weighted"])
def test_keras_has_the_same_f1(average):
    keras = pytest.importorskip("keras")
    labels, predictions, logits = random_answers(5)
    theirs = keras.metrics.F1Score(average=average)
    theirs.update_state(np.eye(5)[labels], logits)
    ours = precision_recall_f1(labels, predictions, average, classes=5)
    np.testing.assert_allclose(ours.f1, theirs.result(), atol=1e-6)


def test_keras_has_the_same_precision_and_recall():
    keras = pytest.importorskip("keras")
    labels, predictions, logits = random_answers(5)
    ours = precision_recall_f1(labels, predictions)
    for k in range(5):
        for kind, values in (("Precision", ours.precision), ("Recall", ours.recall)):
            theirs = getattr(keras.metrics, kind)(class_id=k, top_k=1)
            theirs.update_state(np.eye(5)[labels], logits)
            assert values[k] == pytest.approx(float(theirs.result()), abs=1e-6)
    binary = precision_recall_f1(labels > 1, predictions > 1, "binary")
    for kind, value in (("Precision", binary.precision), ("Recall", binary.recall)):
        theirs = getattr(keras.metrics, kind)()
        theirs.update_state(labels > 1, (predictions > 1).astype(float))
        assert value == pytest.approx(float(theirs.result()), abs=1e-6)


@pytest.mark.parametrize("average", [None, "binary", "macro", "micro", "weighted"])
def test_scikit_learn_has_the_same_numbers(average):
    sklearn = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    labels, predictions, _ = random_answers(5)
    classes = 5
    if average == "binary":
        labels, predictions, classes = labels > 1, predictions > 1, 2
    *expected, _ = sklearn.precision_recall_fscore_support(
        labels, predictions, average=average, labels=range(classes), zero_division=0
    )
    ours = precision_recall_f1(labels, predictions, average, classes)
    for value, other in zip(ours, expected, strict=True):
        np.testing.assert_allclose(value, other, rtol=1e-12)
