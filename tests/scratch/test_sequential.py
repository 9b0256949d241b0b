"""A stack of layers: names, sharing, gradients through all of it, Keras, and refusals."""

import numpy as np
import pytest

from course_utils.autograd.gradcheck import check_gradient
from course_utils.errors import UsageError
from course_utils.scratch.activations import GELU, ReLU, Tanh
from course_utils.scratch.linear import Linear
from course_utils.scratch.losses import (
    softmax_cross_entropy_from_logits,
    softmax_cross_entropy_from_logits_gradient,
)
from course_utils.scratch.optimizers import Adam
from course_utils.scratch.sequential import Sequential


@pytest.fixture
def net():
    rng = np.random.default_rng(0)
    return Sequential([Linear(4, 6, rng), Tanh(), Linear(6, 5, rng), GELU(), Linear(5, 3, rng)])


@pytest.fixture
def batch():
    rng = np.random.default_rng(1)
    return rng.normal(size=(7, 4)), rng.integers(0, 3, 7)


def loss_of(net, x, labels):
    return softmax_cross_entropy_from_logits(net.forward(x), labels)


def backward(net, x, labels):
    return net.backward(softmax_cross_entropy_from_logits_gradient(net.forward(x), labels))


def test_parameters_are_named_by_place(net):
    assert list(net.params) == ["0.w", "0.b", "2.w", "2.b", "4.w", "4.b"]


def test_gradients_carry_the_parameters_names_and_shapes(net, batch):
    backward(net, *batch)
    assert {k: v.shape for k, v in net.grads.items()} == {k: v.shape for k, v in net.params.items()}


@pytest.mark.parametrize("name", ["0.w", "0.b", "2.w", "2.b", "4.w", "4.b"])
def test_the_gradient_of_every_parameter_matches_nudges(net, batch, name):
    def at(values):
        net.params[name][...] = values
        return loss_of(net, *batch)

    backward(net, *batch)
    claimed, start = net.grads[name], net.params[name].copy()
    check_gradient(at, start, claimed)


def test_the_gradient_of_the_input_matches_nudges(net, batch):
    x, labels = batch
    check_gradient(lambda x: loss_of(net, x, labels), x, backward(net, x, labels))


def test_an_optimizer_trains_the_layers_themselves(net, batch):
    optimizer, before = Adam(0.05), loss_of(net, *batch)
    for _ in range(60):
        backward(net, *batch)
        optimizer.step(net.params, net.grads)
    assert loss_of(net, *batch) < 0.1 * before


def test_a_stack_is_a_layer(net, batch):
    rng = np.random.default_rng(2)
    outer = Sequential([net, ReLU(), Linear(3, 3, rng)])
    backward(outer, *batch)
    assert "0.4.w" in outer.params
    assert outer.params.keys() == outer.grads.keys()


def test_weights_that_are_replaced_later_are_seen(net):
    net.layers[0].params["w"] = np.ones((4, 6))
    assert net.params["0.w"] is net.layers[0].params["w"]


@pytest.mark.parametrize(
    ("layers", "says"),
    [([], "no layers"), ([ReLU], "ReLU at place 0"), ([Tanh(), np.tanh], "place 1")],
)
def test_what_is_no_layer_is_refused(layers, says):
    with pytest.raises(UsageError, match=says):
        Sequential(layers)


def test_one_layer_in_two_places_is_refused():
    shared = ReLU()
    with pytest.raises(UsageError, match="twice"):
        Sequential([shared, shared])


def test_keras_agrees_on_the_output_and_every_gradient(net, batch):
    keras = pytest.importorskip("keras")
    tf = pytest.importorskip("tensorflow")
    x, labels = batch
    widths = [(6, "tanh"), (5, "gelu"), (3, None)]
    theirs = keras.Sequential([keras.Input((4,), dtype="float64")])
    for width, activation in widths:
        theirs.add(keras.layers.Dense(width, activation=activation, dtype="float64"))
    theirs.set_weights(list(net.params.values()))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64")
    with tf.GradientTape() as tape:
        logits = theirs(x)
        value = loss(labels, logits)
    gradients = tape.gradient(value, [v.value for v in theirs.trainable_variables])
    # TensorFlow's float64 GELU divides by a float32 root of 2: eight digits, not sixteen.
    np.testing.assert_allclose(net.forward(x), logits, atol=1e-7)
    backward(net, x, labels)
    for ours, other in zip(net.grads.values(), gradients, strict=True):
        np.testing.assert_allclose(ours, other, atol=1e-7)
