"""Perplexity and bits per character: known values, and what they refuse."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import ShapeError
from course_utils.metrics.language import bits_per_character, perplexity


@pytest.mark.parametrize("sides", [2, 6, 28, 50_257])
def test_a_fair_die_has_as_much_perplexity_as_sides(sides):
    assert perplexity(np.full(100, 1 / sides)) == pytest.approx(sides)


def test_certainty_has_perplexity_one():
    assert perplexity(np.ones(5)) == 1.0


def test_one_zero_makes_it_infinite():
    assert perplexity([0.9, 0.0, 0.9]) == math.inf
    assert bits_per_character([0.9, 0.0, 0.9]) == math.inf


def test_it_is_the_inverse_of_the_geometric_mean():
    assert perplexity([0.5, 0.125]) == pytest.approx(4.0)


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=30))
def test_bits_are_the_logarithm_of_perplexity(p):
    assert 2 ** bits_per_character(p) == pytest.approx(perplexity(p))


def test_a_million_small_probabilities_do_not_underflow():
    assert perplexity(np.full(10**6, 0.01)) == pytest.approx(100)


@pytest.mark.parametrize("wrong", [[], [1.5], [-0.1], [0.5, float("nan")], [3, 2, 4]])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(ShapeError):
        perplexity(wrong)
