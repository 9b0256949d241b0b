"""Window arithmetic: against counting by hand, against Keras, and nonsense refused."""

import numpy as np
import pytest

from course_utils.errors import ShapeError, UsageError
from course_utils.scratch.conv import Conv2D
from course_utils.scratch.pooling import MaxPool2D
from course_utils.scratch.sequential import Sequential
from course_utils.scratch.window_arithmetic import output_size, receptive_field, same_padding

GRID = [(n, k, s) for n in range(1, 9) for k in range(1, 6) for s in range(1, 5)]


def test_valid_counts_the_windows_that_stay_inside():
    for size, kernel, stride in GRID:
        if kernel <= size:
            starts = [i for i in range(0, size, stride) if i + kernel <= size]
            assert output_size(size, kernel, stride) == len(starts), (size, kernel, stride)


def test_same_adds_just_enough_for_one_window_per_step():
    for size, kernel, stride in GRID:
        before, after = same_padding(size, kernel, stride)
        windows = output_size(size, kernel, stride, "same")
        assert windows == len(range(0, size, stride))
        assert 0 <= after - before <= 1
        used, padded = (windows - 1) * stride + kernel, size + before + after
        assert used == padded or (used < padded and padded == size), (size, kernel, stride)


def test_the_odd_zero_comes_last():
    assert same_padding(28, 3, 2) == (0, 1)
    assert same_padding(28, 3, 1) == (1, 1)


def test_keras_computes_the_same_sizes():
    keras = pytest.importorskip("keras")
    for size, kernel, stride, padding in [
        (28, 3, 1, "valid"), (28, 3, 2, "same"), (7, 4, 3, "same"), (9, 5, 2, "valid"),
    ]:  # fmt: skip
        layer = keras.layers.Conv2D(1, kernel, strides=stride, padding=padding)
        shape = layer.compute_output_shape((None, size, size, 1))
        assert shape[1] == output_size(size, kernel, stride, padding)


def test_two_blocks_of_convolution_and_pooling_see_ten_pixels_in_steps_of_four():
    assert receptive_field([(3, 1), (2, 2), (3, 1), (2, 2)]) == (10, 4)


def test_no_layers_see_one_pixel():
    assert receptive_field([]) == (1, 1)


@pytest.mark.parametrize(
    "stack",
    [[(3, 1), (3, 1)], [(3, 2), (2, 2)], [(2, 2), (3, 2), (2, 2)], [(5, 1), (2, 2), (1, 1)]],
)
def test_the_reach_is_what_a_nudge_of_the_input_reaches(stack):
    rng = np.random.default_rng(0)
    layers = [
        MaxPool2D(2) if window == (2, 2) else Conv2D(1, 1, window[0], rng, stride=window[1])
        for window in stack
    ]
    net = Sequential(layers)
    seen = np.zeros((40, 40), dtype=bool)
    for _ in range(60):  # max pooling listens to one pixel at a time: try many pictures
        y = net.forward(rng.normal(size=(1, 40, 40, 1)))
        one = np.zeros_like(y)
        one[0, 1, 1, 0] = 1.0
        seen |= net.backward(one)[0, :, :, 0] != 0
    rows = np.flatnonzero(seen.any(axis=1))
    size, step = receptive_field(stack)
    assert (rows[0], rows[-1] - rows[0] + 1) == (step, size)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((0, 3, 1), "size is 0"),
        ((5, 2.5, 1), "kernel is 2.5"),
        ((5, 3, 0), "stride is 0"),
        ((5, 3, -1), "stride is -1"),
        ((5, True, 1), "kernel is True"),
    ],
)
def test_what_is_no_size_is_refused(arguments, says):
    for function in (output_size, same_padding):
        with pytest.raises(UsageError, match=says):
            function(*arguments)


def test_a_kernel_that_does_not_fit_is_refused_with_the_way_out():
    with pytest.raises(ShapeError, match=r'7 pixels does not fit into 5(.|\n)*padding="same"'):
        output_size(5, 7)


def test_an_unknown_padding_is_refused():
    with pytest.raises(UsageError, match="'full' is unknown"):
        output_size(5, 3, padding="full")
