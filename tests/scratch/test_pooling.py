"""Pooling: by hand, against finite differences and Keras, ties, remainders, and refusals."""

import numpy as np
import pytest

from course_utils.autograd.gradcheck import check_gradient
from course_utils.errors import ShapeError, UsageError
from course_utils.scratch.pooling import AveragePool2D, MaxPool2D

both = pytest.mark.parametrize("kind", [MaxPool2D, AveragePool2D])
sizes = pytest.mark.parametrize("size", [1, 2, 3])


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(2, 7, 6, 3))


def test_a_tile_gives_its_largest_number_or_its_mean():
    x = np.array([[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 0.0]])[None, :, :, None]
    np.testing.assert_array_equal(MaxPool2D(2).forward(x).ravel(), [4.0, 7.0])
    np.testing.assert_array_equal(AveragePool2D(2).forward(x).ravel(), [2.5, 4.5])


def test_the_gradient_of_a_maximum_goes_to_the_winner_only():
    layer = MaxPool2D(2)
    layer.forward(np.array([[1.0, 2.0], [9.0, 4.0]])[None, :, :, None])
    np.testing.assert_array_equal(layer.backward(np.full((1, 1, 1, 1), 5.0)).ravel(), [0, 0, 5, 0])


@both
@sizes
def test_the_gradient_matches_nudges(x, kind, size):
    layer = kind(size)
    dy = np.random.default_rng(1).normal(size=layer.forward(x).shape)
    check_gradient(lambda v: (kind(size).forward(v) * dy).sum(), x, layer.backward(dy))


@sizes
@pytest.mark.parametrize(
    ("kind", "name"), [(MaxPool2D, "MaxPooling2D"), (AveragePool2D, "AveragePooling2D")]
)
def test_keras_gives_the_same_outputs_and_gradients(x, kind, name, size):
    keras = pytest.importorskip("keras")
    tf = pytest.importorskip("tensorflow")
    ours, theirs = kind(size), getattr(keras.layers, name)(size, dtype="float64")
    y = ours.forward(x)
    dy = np.random.default_rng(1).normal(size=y.shape)
    with tf.GradientTape() as tape:
        tape.watch(batch := tf.constant(x))
        output = theirs(batch)
        loss = tf.reduce_sum(output * dy)
    np.testing.assert_allclose(y, output, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(
        ours.backward(dy), tape.gradient(loss, batch), rtol=1e-12, atol=1e-14
    )


def test_of_equal_pixels_the_first_gets_the_gradient_as_in_tensorflow():
    tf = pytest.importorskip("tensorflow")
    x = np.random.default_rng(2).integers(0, 2, (3, 6, 6, 2)).astype(float)
    layer = MaxPool2D(2)
    dy = np.random.default_rng(3).normal(size=layer.forward(x).shape)
    with tf.GradientTape() as tape:
        tape.watch(batch := tf.constant(x))
        loss = tf.reduce_sum(tf.nn.max_pool2d(batch, 2, 2, "VALID") * dy)
    np.testing.assert_array_equal(layer.backward(dy), tape.gradient(loss, batch))


@both
def test_rows_and_columns_that_fill_no_tile_change_nothing(x, kind):
    layer = kind(2)
    dy = np.ones_like(layer.forward(x))
    assert (layer.backward(dy)[:, 6:] == 0).all()
    np.testing.assert_array_equal(layer.forward(x), layer.forward(x[:, :6]))


@both
def test_pooling_learns_nothing(kind):
    assert kind().params == kind().grads == {}


@both
@pytest.mark.parametrize(
    ("shape", "says"),
    [
        ((7, 6, 3), r"got \(7, 6, 3\)"),
        ((2, 7, 6), r"x\[\.\.\., None\]"),
        ((2, 1, 6, 3), "2 x 2 do not fit into pictures of 1 x 6"),
    ],
)
def test_pictures_that_do_not_fit_are_refused(kind, shape, says):
    with pytest.raises(ShapeError, match=says):
        kind(2).forward(np.zeros(shape))


@both
@pytest.mark.parametrize("size", [0, -2, 1.5, True, (2, 2)])
def test_a_size_that_is_none_is_refused(kind, size):
    with pytest.raises(UsageError, match="not a positive whole number"):
        kind(size)


@both
def test_a_gradient_that_would_broadcast_is_refused(x, kind):
    layer = kind(2)
    layer.forward(x)
    with pytest.raises(ShapeError, match=r"\(2, 3, 3, 3\), got \(2, 3, 3, 1\)"):
        layer.backward(np.ones((2, 3, 3, 1)))
