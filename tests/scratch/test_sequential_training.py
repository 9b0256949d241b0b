"""Training and use of a stack: the switch reaches every layer that has one, and no other."""

import numpy as np
import pytest

from course_utils.autograd.gradcheck import check_gradient
from course_utils.scratch.activations import ReLU
from course_utils.scratch.dropout import Dropout
from course_utils.scratch.flatten import Flatten
from course_utils.scratch.linear import Linear
from course_utils.scratch.losses import (
    softmax_cross_entropy_from_logits,
    softmax_cross_entropy_from_logits_gradient,
)
from course_utils.scratch.norms import BatchNorm, LayerNorm
from course_utils.scratch.optimizers import SGD
from course_utils.scratch.sequential import Sequential


def stack(rate=0.5, seed=0):
    rng = np.random.default_rng(seed)
    return Sequential(
        [Flatten(), Linear(6, 5, rng), BatchNorm(5), ReLU(), Dropout(rate, rng), Linear(5, 3, rng)]
    )


@pytest.fixture
def batch():
    rng = np.random.default_rng(1)
    return rng.normal(size=(7, 2, 3)), rng.integers(0, 3, 7)


def test_in_use_the_output_is_always_the_same_and_nothing_is_remembered(batch):
    net, x = stack(), batch[0]
    net.forward(x)
    mean = net.layers[2].running_mean.copy()
    np.testing.assert_array_equal(net.forward(x, training=False), net.forward(x, training=False))
    np.testing.assert_array_equal(net.layers[2].running_mean, mean)


def test_in_training_dropout_differs_from_pass_to_pass(batch):
    net = stack()
    assert (net.forward(batch[0]) != net.forward(batch[0])).any()


def test_nothing_said_means_training_as_in_the_layers(batch):
    said, silent = stack(), stack()
    np.testing.assert_array_equal(said.forward(batch[0], training=True), silent.forward(batch[0]))


def test_the_switch_reaches_stacks_inside_stacks(batch):
    x = batch[0]
    inner = stack()
    outer = Sequential([inner, LayerNorm(3)])
    np.testing.assert_array_equal(
        outer.forward(x, training=False), outer.layers[1].forward(inner.forward(x, training=False))
    )
    assert not inner.layers[2].running_mean.any()  # no pass was training


def test_a_layer_without_a_switch_is_called_as_before(batch):
    class Doubled:
        params, grads = {}, {}

        def forward(self, x):
            return 2 * x

        def backward(self, dy):
            return 2 * dy

    x = batch[0]
    np.testing.assert_array_equal(Sequential([Doubled()]).forward(x, training=False), 2 * x)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", ["1.w", "1.b", "2.gamma", "2.beta", "5.w", "5.b"])
def test_the_gradient_of_every_parameter_matches_nudges(batch, name, training):
    """Without dropout: a mask that changes between nudges has no gradient to compare."""
    x, labels = batch
    net = stack(rate=0.0)
    for _ in range(30):
        net.forward(x)

    def at(values):
        net.params[name][...] = values
        return softmax_cross_entropy_from_logits(net.forward(x, training), labels)

    net.backward(softmax_cross_entropy_from_logits_gradient(net.forward(x, training), labels))
    claimed, start = net.grads[name], net.params[name].copy()
    if training and name == "1.b":  # what a norm subtracts again cannot matter
        np.testing.assert_allclose(claimed, 0.0, atol=1e-12)
    else:
        check_gradient(at, start, claimed)


def test_a_step_moves_scales_and_shifts_but_no_running_average(batch):
    x, labels = batch
    net = stack()
    before = {name: values.copy() for name, values in net.params.items()}
    net.backward(softmax_cross_entropy_from_logits_gradient(net.forward(x), labels))
    running = net.layers[2].running_mean.copy()
    SGD(0.1).step(net.params, net.grads)
    assert (net.params["2.gamma"] != before["2.gamma"]).any()
    assert (net.params["2.beta"] != before["2.beta"]).any()
    np.testing.assert_array_equal(net.layers[2].running_mean, running)


def test_keras_agrees_on_the_whole_stack_in_training_and_in_use(batch):
    keras = pytest.importorskip("keras")
    x, net = batch[0], stack(rate=0.0)
    layers = keras.layers
    theirs = keras.Sequential(
        [
            keras.Input((2, 3), dtype="float64"),
            layers.Flatten(dtype="float64"),
            layers.Dense(5, dtype="float64"),
            layers.BatchNormalization(dtype="float64"),
            layers.ReLU(dtype="float64"),
            layers.Dropout(0.0, dtype="float64"),
            layers.Dense(3, dtype="float64"),
        ]
    )
    for variable, values in zip(theirs.trainable_variables, net.params.values(), strict=True):
        variable.assign(values)
    for training in (True, True, True, False):
        np.testing.assert_allclose(
            net.forward(x, training), theirs(x, training=training), atol=1e-10
        )
