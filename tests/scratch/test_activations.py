"""Activations: their limits, their slopes, and Keras as the oracle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.scratch.activations import ReLU, Sigmoid, Tanh, relu, sigmoid, tanh


def test_the_sigmoid_of_zero_is_one_half():
    assert sigmoid(0.0) == 0.5


@given(st.floats(-1e300, 1e300))
def test_the_sigmoid_never_overflows_and_stays_a_probability(z):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert 0.0 <= sigmoid(z) <= 1.0


@given(st.floats(-30, 30))
def test_the_sigmoid_of_minus_z_is_the_other_probability(z):
    assert sigmoid(z) + sigmoid(-z) == pytest.approx(1.0, abs=1e-15)


def test_small_probabilities_keep_their_digits():
    assert sigmoid(-50.0) == pytest.approx(np.exp(-50.0), rel=1e-12)


def test_log_odds_undo_the_sigmoid():
    p = sigmoid(np.array([-3.0, 0.2, 4.0]))
    np.testing.assert_allclose(np.log(p / (1 - p)), [-3.0, 0.2, 4.0], rtol=1e-12)


def test_tanh_is_a_stretched_sigmoid():
    z = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(tanh(z), 2 * sigmoid(2 * z) - 1, atol=1e-15)


def test_relu_keeps_the_positive_and_the_shape():
    np.testing.assert_array_equal(relu([[-1.0, 0.0, 2.0]]), [[0.0, 0.0, 2.0]])


@pytest.mark.parametrize("layer", [Sigmoid(), Tanh(), ReLU()], ids=lambda v: type(v).__name__)
def test_the_backward_pass_matches_finite_differences(layer):
    rng, eps = np.random.default_rng(0), 1e-6
    x, dy = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    want = (layer.forward(x + eps) - layer.forward(x - eps)) / (2 * eps) * dy
    layer.forward(x)
    np.testing.assert_allclose(layer.backward(dy), want, rtol=1e-6, atol=1e-9)
    assert layer.params == {} and layer.grads == {}


@pytest.mark.parametrize("layer", [Sigmoid(), Tanh(), ReLU()], ids=lambda v: type(v).__name__)
def test_keras_agrees(layer):
    keras = pytest.importorskip("keras")
    z = np.linspace(-20, 20, 41)
    theirs = keras.activations.get(type(layer).__name__.lower())
    np.testing.assert_allclose(layer.forward(z), np.asarray(theirs(z)), atol=1e-6)
