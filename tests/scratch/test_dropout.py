"""Dropout: the expectation is kept, the mask is one and the same, and use is the identity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.autograd.gradcheck import check_gradient
from course_utils.errors import CourseError
from course_utils.scratch.dropout import Dropout


class Dealt:
    """A generator whose "random" numbers are given: a mask of our choice."""

    def __init__(self, draws):
        self.draws = draws

    def random(self, shape):
        assert shape == self.draws.shape
        return self.draws


@given(st.floats(0.0, 0.95), st.integers(0, 1000))
def test_every_output_is_zero_or_the_input_enlarged_by_the_same_factor(rate, seed):
    x = np.linspace(1, 2, 60).reshape(6, 10)
    y = Dropout(rate, np.random.default_rng(seed)).forward(x)
    np.testing.assert_allclose(y[y != 0], x[y != 0] / (1 - rate))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_expected_output_is_the_input(rate):
    n = 200_000
    y = Dropout(rate, np.random.default_rng(0)).forward(np.ones(n))
    deviation = np.sqrt(rate / (1 - rate) / n)  # of the mean of n such numbers
    assert abs(y.mean() - 1) < 5 * deviation
    assert abs((y == 0).mean() - rate) < 5 * np.sqrt(rate * (1 - rate) / n)


def test_what_was_dropped_gets_no_gradient_and_the_rest_the_enlarged_one():
    layer = Dropout(0.5, np.random.default_rng(0))
    y = layer.forward(np.ones((4, 25)))
    np.testing.assert_array_equal(layer.backward(np.ones((4, 25))), y)


def test_the_gradient_matches_nudges_while_the_mask_is_held():
    rng = np.random.default_rng(1)
    x, dy = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    layer = Dropout(0.4, Dealt(rng.random((3, 4))))
    layer.forward(x)
    check_gradient(lambda x: np.sum(layer.forward(x) * dy), x, layer.backward(dy))


def test_every_forward_pass_in_training_draws_a_new_mask():
    layer, x = Dropout(0.5, np.random.default_rng(0)), np.ones(100)
    assert (layer.forward(x) != layer.forward(x)).any()


def test_one_seed_gives_one_sequence_of_masks():
    first, second = (Dropout(0.5, np.random.default_rng(7)) for _ in range(2))
    for _ in range(3):
        np.testing.assert_array_equal(first.forward(np.ones(50)), second.forward(np.ones(50)))


def test_use_returns_the_input_passes_gradients_and_draws_nothing():
    rng, x = np.random.default_rng(0), np.linspace(-1, 1, 30)
    layer = Dropout(0.5, rng)
    layer.forward(x)  # a mask that must not survive
    before = rng.bit_generator.state
    np.testing.assert_array_equal(layer.forward(x, training=False), x)
    np.testing.assert_array_equal(layer.backward(x), x)
    assert rng.bit_generator.state == before


def test_rate_zero_is_the_identity_in_training_too():
    x = np.linspace(-1, 1, 30)
    layer = Dropout(0, np.random.default_rng(0))
    np.testing.assert_array_equal(layer.forward(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)


def test_the_input_is_left_alone():
    x = np.ones(20)
    Dropout(0.5, np.random.default_rng(0)).forward(x)
    np.testing.assert_array_equal(x, 1.0)


@pytest.mark.parametrize(
    ("rate", "says"),
    [(1, "dropout rate is 1,"), (-0.1, "-0.1"), (float("nan"), "nan"), (50, "Try: 0.5 for 50 %")],
)
def test_a_rate_outside_its_range_is_refused(rate, says):
    with pytest.raises(CourseError, match=says):
        Dropout(rate, np.random.default_rng(0))


def test_keras_gives_the_same_output_and_gradient_for_the_same_mask():
    keras, tf = pytest.importorskip("keras"), pytest.importorskip("tensorflow")
    rng = np.random.default_rng(3)
    x, dy = rng.normal(size=(8, 25)), rng.normal(size=(8, 25))
    theirs, seen = keras.layers.Dropout(0.3, seed=1, dtype="float64"), tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(seen)
        y = theirs(seen, training=True)
        loss = tf.reduce_sum(y * dy)
    kept = np.asarray(y) != 0
    assert 20 < (~kept).sum() < 100  # 200 numbers, 60 expected
    ours = Dropout(0.3, Dealt(kept.astype(float)))  # 1 is kept, 0 is dropped
    np.testing.assert_allclose(ours.forward(x), y, atol=1e-12)
    np.testing.assert_allclose(ours.backward(dy), tape.gradient(loss, seen), atol=1e-12)
    np.testing.assert_array_equal(ours.forward(x, training=False), theirs(x, training=False))
