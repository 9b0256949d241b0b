"""The linear layer: against finite differences, against Keras, and against wrong shapes."""

import numpy as np
import pytest

from course_utils.errors import ShapeError
from course_utils.scratch.linear import Linear


@pytest.fixture
def layer():
    return Linear(4, 3, np.random.default_rng(0))


@pytest.fixture
def x():
    return np.random.default_rng(1).normal(size=(5, 4))


def test_one_output_is_the_weighted_sum_plus_bias(layer):
    layer.params["w"][:, 0], layer.params["b"][0] = [1.0, 2.0, 3.0, 4.0], 0.5
    assert layer.forward([[1.0, 1.0, 1.0, 0.0]])[0, 0] == 6.5


@pytest.mark.parametrize("name", ["w", "b"])
def test_parameter_gradients_match_finite_differences(layer, x, name):
    dy = np.random.default_rng(2).normal(size=(5, 3))
    layer.forward(x)
    layer.backward(dy)
    values, eps = layer.params[name], 1e-6
    for index in np.ndindex(values.shape):
        kept = values[index]
        values[index] = kept + eps
        up = (layer.forward(x) * dy).sum()
        values[index] = kept - eps
        down = (layer.forward(x) * dy).sum()
        values[index] = kept
        assert layer.grads[name][index] == pytest.approx((up - down) / (2 * eps), rel=1e-6)


def test_the_input_gradient_matches_finite_differences(layer, x):
    dy, eps = np.random.default_rng(2).normal(size=(5, 3)), 1e-6
    layer.forward(x)
    dx = layer.backward(dy)
    for index in np.ndindex(x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = eps
        change = ((layer.forward(x + nudge) - layer.forward(x - nudge)) * dy).sum()
        assert dx[index] == pytest.approx(change / (2 * eps), rel=1e-6)


def test_gradients_have_the_shapes_of_their_parameters_and_are_replaced_not_added(layer, x):
    layer.forward(x)
    layer.backward(np.ones((5, 3)))
    first = {name: g.copy() for name, g in layer.grads.items()}
    layer.backward(np.ones((5, 3)))
    for name, values in layer.params.items():
        assert layer.grads[name].shape == values.shape
        np.testing.assert_array_equal(layer.grads[name], first[name])


def test_outputs_start_about_as_large_as_inputs():
    layer = Linear(400, 50, np.random.default_rng(3))
    y = layer.forward(np.random.default_rng(4).normal(size=(200, 400)))
    assert 0.9 < y.std() < 1.1


def test_a_single_example_without_batch_axis_is_refused_with_the_way_out(layer):
    with pytest.raises(ShapeError, match=r"x\[None, :\]"):
        layer.forward(np.ones(4))


def test_a_wrong_number_of_features_is_refused(layer):
    with pytest.raises(ShapeError, match=r"\(N, 4\), got \(2, 5\)"):
        layer.forward(np.ones((2, 5)))


def test_a_gradient_that_would_broadcast_is_refused(layer, x):
    layer.forward(x)
    with pytest.raises(ShapeError, match=r"\(5, 3\), got \(5, 1\)"):
        layer.backward(np.ones((5, 1)))


def test_keras_dense_gives_the_same_outputs_from_the_same_weights(layer, x):
    keras = pytest.importorskip("keras")
    dense = keras.layers.Dense(3)
    dense.build((None, 4))
    dense.set_weights([layer.params["w"], layer.params["b"]])
    np.testing.assert_allclose(layer.forward(x), np.asarray(dense(x)), atol=1e-6)
