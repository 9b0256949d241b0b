"""Residual blocks: what the shortcut promises, counted parameters, the paper's depth."""

import keras
import numpy as np
import pytest

from course_utils.errors import ShapeError
from course_utils.models.residual import ResidualBlock, small_resnet

X = np.random.default_rng(0).normal(size=(2, 7, 6, 4)).astype("float32")


def test_a_block_that_adds_nothing_hands_its_input_on():
    block = ResidualBlock(4)
    block.build(X.shape)
    block.norm2.gamma.assign(np.zeros(4))
    np.testing.assert_allclose(block(X), np.maximum(X, 0), rtol=1e-6)


def test_the_output_is_relu_of_the_input_plus_the_branch():
    block = ResidualBlock(4)
    block.build(X.shape)
    branch = block.norm2(block.conv2(keras.ops.relu(block.norm1(block.conv1(X)))))
    np.testing.assert_allclose(block(X), np.maximum(X + np.asarray(branch), 0), atol=1e-6)


@pytest.mark.parametrize("filters, stride", [(4, 1), (6, 1), (4, 2), (6, 2)])
def test_shapes_and_parameters_follow_the_formula(filters, stride):
    block = ResidualBlock(filters, stride)
    shape = (2, -(-7 // stride), -(-6 // stride), filters)
    assert block(X).shape == shape == block.compute_output_shape(X.shape)
    changed = stride != 1 or filters != 4
    plain = 9 * 4 * filters + 9 * filters**2 + 8 * filters
    assert block.count_params() == plain + changed * (4 * filters + 4 * filters)
    assert (block.project is not None) == changed


def test_a_shortcut_without_convolution_keeps_the_gradient_alive():
    """Through 20 blocks the input still gets a gradient that is neither 0 nor huge."""
    import tensorflow as tf

    keras.utils.set_random_seed(0)
    blocks = [ResidualBlock(4) for _ in range(20)]
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x
        for block in blocks:
            y = block(y, training=True)
        loss = tf.reduce_mean(y)
    size = float(tf.norm(tape.gradient(loss, x)))
    assert 1e-4 < size < 10


def test_training_moves_the_running_means_and_inference_does_not():
    block = ResidualBlock(4)
    block(X)
    np.testing.assert_array_equal(block.norm1.moving_mean, np.zeros(4))
    block(X, training=True)
    assert (np.asarray(block.norm1.moving_mean) != 0).all()


def test_a_block_comes_back_from_its_config():
    block = ResidualBlock(6, 2, name="mine")
    again = ResidualBlock.from_config(block.get_config())
    assert (again.name, again.filters, again.stride) == ("mine", 6, 2)


def test_a_block_says_which_input_it_wants():
    with pytest.raises(ShapeError, match=r"shape \(2, 7\)"):
        ResidualBlock(4)(X[:, :, 0, 0])


@pytest.mark.parametrize(
    ("blocks", "parameters", "learned"),
    [((1, 1, 1), 78_714, 78_042), ((3, 3, 3), 274_042, 272_474)],
)
def test_the_network_has_the_parameters_its_docstring_states(blocks, parameters, learned):
    model = small_resnet(blocks=blocks)
    assert model.count_params() == parameters
    assert sum(int(np.prod(v.shape)) for v in model.trainable_variables) == learned


def test_stages_halve_the_image_and_double_the_channels():
    model = small_resnet((32, 32, 3), width=8, blocks=(2, 1, 1))
    shapes = [layer.output.shape[1:] for layer in model.layers if isinstance(layer, ResidualBlock)]
    assert shapes == [(32, 32, 8), (32, 32, 8), (16, 16, 16), (8, 8, 32)]


@pytest.mark.parametrize(
    ("shape", "blocks", "says"),
    [
        ((32, 32), (1, 1), "not \\(height, width, channels\\)"),
        ((32, 32, 3), 3, "blocks is 3"),
        ((32, 32, 3), (), "blocks is \\(\\)"),
        ((32, 32, 3), (1, 0), "positive number per stage"),
        ((3, 3, 1), (1, 1, 1), "3 stages halve 3 x 3 pixels 2 times"),
    ],
)
def test_what_cannot_be_built_is_refused(shape, blocks, says):
    with pytest.raises(ShapeError, match=says):
        small_resnet(shape, blocks=blocks)
