"""The loss for K classes: by hand, at the extremes, against nudges and Keras, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_utils.autograd.gradcheck import check_gradient
from course_utils.errors import CourseError, ShapeError
from course_utils.scratch.losses import (
    binary_cross_entropy_from_logits,
    softmax,
    softmax_cross_entropy_from_logits,
    softmax_cross_entropy_from_logits_gradient,
)

LOGITS = arrays(float, (3, 4), elements=st.floats(-1e6, 1e6))


@given(LOGITS)
def test_a_softmax_is_a_distribution_however_large_the_logits(z):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        p = softmax(z)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-12)


@given(LOGITS, st.floats(-100, 100))
def test_a_constant_added_to_all_logits_changes_nothing(z, shift):
    np.testing.assert_allclose(softmax(z + shift), softmax(z), atol=1e-9)


def test_an_undecided_network_pays_the_logarithm_of_the_number_of_classes():
    assert softmax_cross_entropy_from_logits(np.zeros((2, 10)), [3, 9]) == pytest.approx(np.log(10))


@pytest.mark.parametrize(("label", "want"), [(0, 0.0), (1, 2000.0)])
def test_extreme_logits_cost_what_they_should(label, want):
    with np.errstate(all="raise", under="ignore"):
        assert softmax_cross_entropy_from_logits([[1000.0, -1000.0]], [label]) == want


def test_two_classes_are_the_binary_loss_of_the_difference():
    rng = np.random.default_rng(1)
    z, labels = rng.normal(size=(6, 2)), rng.integers(0, 2, 6)
    want = binary_cross_entropy_from_logits(z[:, 1] - z[:, 0], labels)
    assert softmax_cross_entropy_from_logits(z, labels) == pytest.approx(want, rel=1e-12)


def test_the_softmax_gradient_matches_nudges_and_its_rows_sum_to_zero():
    rng = np.random.default_rng(2)
    z, labels = rng.normal(size=(5, 4)), rng.integers(0, 4, 5)
    gradient = softmax_cross_entropy_from_logits_gradient(z, labels)
    check_gradient(lambda z: softmax_cross_entropy_from_logits(z, labels), z, gradient)
    np.testing.assert_allclose(gradient.sum(axis=1), 0.0, atol=1e-15)


@pytest.mark.parametrize(
    "function", [softmax_cross_entropy_from_logits, softmax_cross_entropy_from_logits_gradient]
)
class TestRefusals:
    @pytest.mark.parametrize("label", [-1, 4, 300])
    def test_a_label_out_of_range_is_named(self, function, label):
        with pytest.raises(CourseError, match=f"label {label} is out of range: 4 logits"):
            function(np.zeros((2, 4)), np.array([0, label]))

    def test_one_hot_rows_are_refused_with_the_way_out(self, function):
        with pytest.raises(ShapeError, match="argmax"):
            function(np.zeros((4, 4)), np.eye(4))

    def test_labels_that_are_no_whole_numbers_are_refused(self, function):
        with pytest.raises(CourseError, match="float64"):
            function(np.zeros((2, 4)), [0.0, 1.0])

    def test_an_empty_batch_is_refused(self, function):
        with pytest.raises(ShapeError):
            function(np.zeros((0, 4)), np.zeros(0, dtype=int))


def test_keras_agrees_on_the_softmax_loss_and_its_gradient():
    keras = pytest.importorskip("keras")
    tf = pytest.importorskip("tensorflow")
    rng = np.random.default_rng(3)
    z, labels = rng.normal(0, 4, (20, 7)), rng.integers(0, 7, 20)
    logits = tf.Variable(z)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64")
    with tf.GradientTape() as tape:
        theirs = loss(labels, logits)
    np.testing.assert_allclose(softmax_cross_entropy_from_logits(z, labels), theirs, rtol=1e-12)
    np.testing.assert_allclose(
        softmax_cross_entropy_from_logits_gradient(z, labels),
        tape.gradient(theirs, logits),
        atol=1e-12,
    )
