"""GELU: its shape, its slope, its two forms, and Keras as the oracle."""

import numpy as np
import pytest

from course_utils.scratch.activations import GELU, gelu


@pytest.mark.parametrize("approximate", [False, True])
def test_far_away_gelu_is_the_relu(approximate):
    np.testing.assert_allclose(gelu([-40.0, -0.0, 40.0], approximate), [0.0, 0.0, 40.0], atol=1e-12)


def test_gelu_dips_below_zero_before_it_vanishes():
    z = np.linspace(-6, 0, 601)
    assert -0.18 < gelu(z).min() < -0.16
    assert -0.8 < z[gelu(z).argmin()] < -0.7


def test_the_tanh_form_is_off_by_less_than_five_in_ten_thousand():
    z = np.linspace(-8, 8, 1601)
    off = np.abs(gelu(z) - gelu(z, approximate=True)).max()
    assert 1e-4 < off < 5e-4


@pytest.mark.parametrize("approximate", [False, True])
def test_the_backward_pass_of_gelu_matches_finite_differences(approximate):
    layer, eps = GELU(approximate), 1e-6
    rng = np.random.default_rng(0)
    x, dy = 2 * rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    want = (layer.forward(x + eps) - layer.forward(x - eps)) / (2 * eps) * dy
    layer.forward(x)
    np.testing.assert_allclose(layer.backward(dy), want, rtol=1e-6, atol=1e-9)
    assert layer.params == {} and layer.grads == {}


@pytest.mark.parametrize("approximate", [False, True])
def test_keras_agrees_on_both_forms_of_gelu(approximate):
    keras = pytest.importorskip("keras")
    z = np.linspace(-6, 6, 49)
    theirs = keras.activations.gelu(keras.ops.convert_to_tensor(z), approximate=approximate)
    np.testing.assert_allclose(gelu(z, approximate), np.asarray(theirs), atol=1e-6)
