"""Convolution: by hand, against loops, finite differences and Keras, its speed, and refusals."""

import time

import numpy as np
import pytest

from course_utils.errors import CourseError, ShapeError, UsageError
from course_utils.scratch.activations import ReLU
from course_utils.scratch.conv import Conv2D
from course_utils.scratch.flatten import Flatten
from course_utils.scratch.linear import Linear
from course_utils.scratch.losses import (
    softmax_cross_entropy_from_logits,
    softmax_cross_entropy_from_logits_gradient,
)
from course_utils.scratch.optimizers import Adam
from course_utils.scratch.pooling import MaxPool2D
from course_utils.scratch.sequential import Sequential
from tests.scratch.gradients import check_layer

# kernel, stride, padding; the pictures are 7 x 6, so strides leave remainders
FORMS = [
    (3, 1, "valid"),
    (3, 1, "same"),
    (3, 2, "same"),
    (2, 2, "same"),
    ((1, 3), (3, 1), "same"),
    ((2, 3), (2, 1), "valid"),
    (3, 3, "valid"),
    (1, 2, "same"),
    (5, 2, "same"),
]
forms = pytest.mark.parametrize(("kernel", "stride", "padding"), FORMS)


def layer_of(kernel=3, stride=1, padding="valid", channels=2, filters=3):
    layer = Conv2D(channels, filters, kernel, np.random.default_rng(0), stride, padding)
    layer.params["b"] = np.random.default_rng(5).normal(size=filters)
    return layer


@pytest.fixture
def x():
    return np.random.default_rng(1).normal(size=(2, 7, 6, 2))


def by_loops(x, w, b):
    """The definition, one multiplication at a time. x (H, W, C), w (kh, kw, C, F)."""
    kh, kw, channels, filters = w.shape
    rows, columns = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    y = np.zeros((rows, columns, filters))
    for p in range(rows):
        for q in range(columns):
            for f in range(filters):
                total = b[f]
                for i in range(kh):
                    for j in range(kw):
                        for c in range(channels):
                            total += x[p + i, q + j, c] * w[i, j, c, f]
                y[p, q, f] = total
    return y


def test_a_window_is_weighted_and_summed_without_turning_the_kernel_over():
    layer = Conv2D(1, 1, 2, np.random.default_rng(0))
    layer.params["w"] = np.array([[1.0, 10.0], [100.0, 1000.0]]).reshape(2, 2, 1, 1)
    layer.params["b"] = np.array([0.5])
    x = np.arange(6.0).reshape(1, 2, 3, 1)  # 0 1 2 / 3 4 5
    np.testing.assert_allclose(layer.forward(x).ravel(), [4310.5, 5421.5])


def test_six_loops_give_the_same_numbers(x):
    layer = layer_of()
    expected = [by_loops(picture, layer.params["w"], layer.params["b"]) for picture in x]
    np.testing.assert_allclose(layer.forward(x), expected, rtol=1e-12, atol=1e-13)


@forms
def test_every_gradient_matches_nudges(x, kernel, stride, padding):
    layer = layer_of(kernel, stride, padding)
    dy = np.random.default_rng(2).normal(size=layer.forward(x).shape)
    check_layer(layer, x, dy)


@forms
def test_keras_gives_the_same_outputs_and_gradients(x, kernel, stride, padding):
    keras = pytest.importorskip("keras")
    tf = pytest.importorskip("tensorflow")
    ours = layer_of(kernel, stride, padding)
    theirs = keras.layers.Conv2D(3, kernel, strides=stride, padding=padding, dtype="float64")
    theirs.build(x.shape)
    theirs.set_weights([ours.params["w"], ours.params["b"]])
    y = ours.forward(x)
    dy = np.random.default_rng(2).normal(size=y.shape)
    dx = ours.backward(dy)
    with tf.GradientTape() as tape:
        tape.watch(batch := tf.constant(x))
        output = theirs(batch)
        loss = tf.reduce_sum(output * dy)
    variables = [v.value for v in theirs.trainable_variables]
    gradients = tape.gradient(loss, [batch, *variables])
    np.testing.assert_allclose(y, output, rtol=1e-12, atol=1e-12)
    for a, b in zip([dx, ours.grads["w"], ours.grads["b"]], gradients, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def test_a_shifted_picture_gives_a_shifted_map():
    rng = np.random.default_rng(3)
    layer, x = layer_of(), np.zeros((1, 12, 12, 2))
    x[:, 4:8, 3:7] = rng.normal(size=(1, 4, 4, 2))
    before, after = layer.forward(x), layer.forward(np.roll(x, (1, 2), axis=(1, 2)))
    np.testing.assert_allclose(after[:, 1:, 2:], before[:, :-1, :-2], rtol=1e-12, atol=1e-13)
    assert not np.allclose(after, before)


def test_gradients_are_replaced_not_added(x):
    layer = layer_of()
    dy = np.ones_like(layer.forward(x))
    layer.backward(dy)
    first = {name: g.copy() for name, g in layer.grads.items()}
    layer.backward(dy)
    for name, gradient in first.items():
        assert gradient.shape == layer.params[name].shape
        np.testing.assert_array_equal(layer.grads[name], gradient)


def test_the_input_is_left_alone(x):
    kept = x.copy()
    layer = layer_of(padding="same")
    layer.backward(np.ones_like(layer.forward(x)))
    np.testing.assert_array_equal(x, kept)


def test_outputs_start_about_as_large_as_inputs():
    layer = Conv2D(8, 16, 3, np.random.default_rng(0))
    y = layer.forward(np.random.default_rng(1).normal(size=(4, 20, 20, 8)))
    assert 0.8 < y.std() < 1.2


def test_windows_as_a_matrix_are_fifty_times_faster_than_loops():
    rng = np.random.default_rng(0)
    layer, x = Conv2D(8, 16, 3, rng), rng.normal(size=(28, 28, 8))

    def seconds(task):  # of this process; another busy process does not count
        begin = time.process_time()
        task()
        return time.process_time() - begin

    w, b = layer.params["w"], layer.params["b"]
    slow = min(seconds(lambda: by_loops(x, w, b)) for _ in range(2))
    many = 100  # some clocks tick in steps of 16 ms
    fast = min(seconds(lambda: [layer.forward(x[None]) for _ in range(many)]) for _ in range(3))
    assert slow > 50 * fast / many


def test_a_convolutional_network_trains_in_numpy():
    rng = np.random.default_rng(0)
    x = rng.normal(0, 0.3, (40, 8, 8, 1))
    labels = np.arange(40) % 2
    for picture, label in zip(x, labels, strict=True):  # a short bar: upright or lying
        row, column = rng.integers(1, 5, 2)
        bar = (slice(row, row + 3), column) if label else (row, slice(column, column + 3))
        picture[(*bar, 0)] += 2.0
    net = Sequential(
        [Conv2D(1, 4, 3, rng), ReLU(), MaxPool2D(2), Flatten(), Linear(3 * 3 * 4, 2, rng)]
    )
    optimizer = Adam(0.02)
    for _ in range(60):
        net.backward(softmax_cross_entropy_from_logits_gradient(net.forward(x), labels))
        optimizer.step(net.params, net.grads)
    assert (net.forward(x).argmax(axis=1) == labels).mean() > 0.95
    assert softmax_cross_entropy_from_logits(net.forward(x), labels) < 0.2


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        ((7, 6, 2), r"got \(7, 6, 2\)(.|\n)*x\[None\]"),
        ((2, 7, 6), r"got \(2, 7, 6\)(.|\n)*N pictures"),
        ((2, 2, 7, 6), r"got \(2, 2, 7, 6\)(.|\n)*transpose\(0, 2, 3, 1\)"),
        ((2, 7, 6, 3), r"\(N, H, W, 2\), got \(2, 7, 6, 3\)(.|\n)*channels=3"),
        ((2, 2, 6, 2), r"3 x 3 kernel does not fit into pictures of 2 x 6"),
    ],
)
def test_pictures_that_do_not_fit_are_refused_with_the_way_out(shape, says):
    with pytest.raises(ShapeError, match=says):
        layer_of().forward(np.zeros(shape))


def test_grey_pictures_without_a_channel_axis_are_told_how_to_get_one():
    with pytest.raises(ShapeError, match=r"x\[\.\.\., None\]"):
        layer_of(channels=1).forward(np.zeros((2, 7, 6)))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"stride": 0}, "stride is 0"),
        ({"stride": (1, -2)}, "stride is -2"),
        ({"stride": 1.5}, "stride is 1.5"),
        ({"kernel": 0}, "0, not a positive"),
        ({"kernel": (3, 3, 3)}, "are 3 numbers"),
        ({"padding": "full"}, "'full' is unknown"),
        ({"filters": 0}, "0 filters for 2 channels"),
    ],
)
def test_a_layer_that_cannot_be_is_refused(options, says):
    with pytest.raises(UsageError, match=says):
        layer_of(**options)


def test_a_gradient_that_would_broadcast_is_refused(x):
    layer = layer_of()
    layer.forward(x)
    with pytest.raises(ShapeError, match=r"\(2, 5, 4, 3\), got \(2, 5, 4, 1\)"):
        layer.backward(np.ones((2, 5, 4, 1)))


def test_a_label_out_of_range_is_refused_by_the_loss_behind_the_network(x):
    net = Sequential([layer_of(), Flatten(), Linear(5 * 4 * 3, 10, np.random.default_rng(0))])
    with pytest.raises(CourseError, match="label 10 is out of range"):
        softmax_cross_entropy_from_logits(net.forward(x), np.array([3, 10]))
