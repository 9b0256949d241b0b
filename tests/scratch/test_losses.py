"""Losses: by hand, against finite differences, against Keras, and where others overflow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import ShapeError
from course_utils.scratch.losses import (
    binary_cross_entropy_from_logits,
    binary_cross_entropy_from_logits_gradient,
    mean_squared_error,
    mean_squared_error_gradient,
)

PAIRS = [
    (mean_squared_error, mean_squared_error_gradient),
    (binary_cross_entropy_from_logits, binary_cross_entropy_from_logits_gradient),
]


def test_the_squared_misses_one_and_three_have_mean_five():
    assert mean_squared_error([1.0, 5.0], [2.0, 2.0]) == 5.0


def test_an_undecided_logit_costs_one_bit():
    assert binary_cross_entropy_from_logits([0.0], [1.0]) == pytest.approx(np.log(2))


@pytest.mark.parametrize(("z", "y", "want"), [(800, 0, 800), (-800, 1, 800), (800, 1, 0)])
def test_extreme_logits_cost_what_they_should_without_overflow(z, y, want):
    with np.errstate(all="raise", under="ignore"):
        assert binary_cross_entropy_from_logits([z], [y]) == want


@given(st.floats(-30, 30), st.floats(0, 1))
def test_the_stable_form_equals_the_textbook_form_where_that_one_works(z, y):
    p = 1 / (1 + np.exp(-z))
    other = 1 / (1 + np.exp(z))
    textbook = -y * np.log(p) - (1 - y) * np.log(other)
    got = binary_cross_entropy_from_logits([z], [y])
    assert got == pytest.approx(textbook, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("loss", "gradient"), PAIRS, ids=lambda f: f.__name__)
def test_the_gradient_matches_finite_differences(loss, gradient):
    rng, eps = np.random.default_rng(5), 1e-6
    predicted, target = rng.normal(size=(4, 2)), rng.integers(0, 2, (4, 2)).astype(float)
    got = gradient(predicted, target)
    assert got.shape == predicted.shape
    for index in np.ndindex(predicted.shape):
        nudge = np.zeros_like(predicted)
        nudge[index] = eps
        change = loss(predicted + nudge, target) - loss(predicted - nudge, target)
        assert got[index] == pytest.approx(change / (2 * eps), rel=1e-5)


@pytest.mark.parametrize("function", [f for pair in PAIRS for f in pair], ids=lambda f: f.__name__)
def test_a_column_against_a_row_is_refused_instead_of_broadcast(function):
    with pytest.raises(ShapeError, match=r"\(3, 1\) but targets are \(3,\)"):
        function(np.zeros((3, 1)), np.zeros(3))


def test_keras_agrees_on_both_losses():
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(6)
    z, y = rng.normal(0, 5, (20, 1)), rng.integers(0, 2, (20, 1)).astype(float)
    theirs = keras.losses.BinaryCrossentropy(from_logits=True)(y, z)
    assert binary_cross_entropy_from_logits(z, y) == pytest.approx(float(theirs), rel=1e-5)
    theirs = keras.losses.MeanSquaredError()(y, z)
    assert mean_squared_error(z, y) == pytest.approx(float(theirs), rel=1e-5)
