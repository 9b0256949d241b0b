"""Flatten: the order of Keras, and back again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import ShapeError
from course_utils.scratch.flatten import Flatten


@given(st.lists(st.integers(0, 4), min_size=1, max_size=5))
def test_backward_undoes_forward_for_every_shape(shape):
    layer, x = Flatten(), np.random.default_rng(0).normal(size=shape)
    y = layer.forward(x)
    assert y.shape == (shape[0], np.prod(shape[1:], dtype=int))
    np.testing.assert_array_equal(layer.backward(y), x)


def test_channels_vary_fastest_then_columns_then_rows():
    x = np.arange(2 * 3 * 4).reshape(1, 2, 3, 4)
    np.testing.assert_array_equal(Flatten().forward(x)[0], np.arange(24))


def test_a_single_number_is_refused():
    with pytest.raises(ShapeError, match="no axis of examples"):
        Flatten().forward(3.0)


def test_a_gradient_of_another_shape_is_refused():
    layer = Flatten()
    layer.forward(np.ones((2, 3, 4)))
    with pytest.raises(ShapeError, match=r"\(2, 12\), got \(2, 3, 4\)"):
        layer.backward(np.ones((2, 3, 4)))


def test_keras_flattens_in_the_same_order():
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    theirs = keras.layers.Flatten(dtype="float64")(x)
    np.testing.assert_array_equal(Flatten().forward(x), theirs)
