"""Samplers turn distributions into distributions, keep what they promise, and draw fairly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_utils.errors import CourseError, ShapeError
from course_utils.text.samplers import (
    distributions,
    draw,
    greedy,
    penalise_repetition,
    top_k,
    top_p,
    with_temperature,
)

P = np.array([0.5, 0.3, 0.15, 0.05, 0.0])
weights = arrays(float, st.tuples(st.integers(1, 3), st.integers(1, 9)), elements=st.floats(0, 1))
batches = weights.map(lambda w: w + (w.sum(-1, keepdims=True) < 1e-3)).map(
    lambda w: w / w.sum(-1, keepdims=True)
)
CHANGES = {
    "temperature": lambda p, x: with_temperature(p, 0.05 + 3 * x),
    "top_k": lambda p, x: top_k(p, 1 + int(9 * x)),
    "top_p": lambda p, x: top_p(p, max(x, 1e-9)),
    "repetition": lambda p, x: penalise_repetition(p, np.zeros((len(p), 2), int), 0.1 + 3 * x),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@settings(max_examples=100, deadline=None)
@given(p=batches, x=st.floats(0, 1))
def test_what_comes_out_is_a_distribution_per_row_and_nothing_changes_in_place(change, p, x):
    kept = p.copy()
    out = change(p, x)
    np.testing.assert_array_equal(p, kept)
    assert out.shape == p.shape
    assert out.dtype == np.float64
    assert (out >= 0).all()
    np.testing.assert_allclose(out.sum(-1), 1, rtol=1e-12)
    assert (out[p == 0] == 0).all()
    for row, alone in zip(out, p, strict=True):
        np.testing.assert_allclose(change(alone[None], x)[0], row, rtol=1e-12, atol=1e-300)


@given(arrays(float, 6, elements=st.floats(-20, 20)), st.floats(0.1, 10))
def test_temperature_is_dividing_the_logits(logits, t):
    def softmax(z):
        return np.exp(z - z.max()) / np.exp(z - z.max()).sum()

    np.testing.assert_allclose(
        with_temperature(softmax(logits), t), softmax(logits / t), rtol=1e-9, atol=1e-15
    )


def test_temperature_sharpens_below_one_and_flattens_above():
    np.testing.assert_allclose(with_temperature(P, 1), P)
    assert with_temperature(P, 0.5)[0] > P[0] > with_temperature(P, 2)[0] > 0.25
    np.testing.assert_allclose(with_temperature(P, 1e-5), [1, 0, 0, 0, 0])
    np.testing.assert_allclose(with_temperature(P, 1e9), [0.25, 0.25, 0.25, 0.25, 0], rtol=1e-6)


def test_top_k_keeps_k_and_their_ratios():
    np.testing.assert_allclose(top_k(P, 2), [0.5 / 0.8, 0.3 / 0.8, 0, 0, 0])
    np.testing.assert_allclose(top_k(P, 1), [1, 0, 0, 0, 0])
    np.testing.assert_allclose(top_k(P, 99), P)
    np.testing.assert_allclose(top_k(np.full(4, 0.25), 2), [0.5, 0.5, 0, 0])


@given(batches, st.integers(1, 9))
def test_top_k_never_keeps_a_token_over_a_more_probable_one(p, k):
    out = top_k(p, k)
    for before, after in zip(p, out, strict=True):
        kept = after > 0
        assert kept.sum() == min(k, (before > 0).sum())
        assert kept.all() or before[kept].min() >= before[~kept].max()


def test_top_p_keeps_the_fewest_that_reach_the_share():
    np.testing.assert_allclose(top_p(P, 0.75), [0.5 / 0.8, 0.3 / 0.8, 0, 0, 0])
    np.testing.assert_allclose(top_p(P, 0.5), [1, 0, 0, 0, 0])
    kept = top_p([0.87, 0.06, 0.04, 0.02, 0.01], 0.93)  # the sum of two, but for rounding
    np.testing.assert_allclose(kept, [87 / 93, 6 / 93, 0, 0, 0])
    np.testing.assert_allclose(top_p(P, 1e-9), [1, 0, 0, 0, 0])
    np.testing.assert_allclose(top_p(P, 1), P)
    np.testing.assert_allclose(top_p(np.full(4, 0.25), 0.5), [0.5, 0.5, 0, 0])
    np.testing.assert_allclose(top_p(P[::-1], 0.75), top_p(P, 0.75)[::-1])


@given(batches, st.floats(0.01, 0.99))
def test_top_p_reaches_the_share_and_not_without_its_last_token(p, share):
    for before, after in zip(p, top_p(p, share), strict=True):
        kept = before[after > 0]
        assert kept.sum() >= share - 1e-9
        assert kept.sum() - kept.min() < share


def test_top_p_of_one_keeps_what_rounding_would_drop():
    p = np.array([1 - 3e-17, 1e-17, 1e-17, 1e-17])
    assert (top_p(p, 1) > 0).all()


def test_repetition_is_penalised_once_per_token():
    out = penalise_repetition(P, [0, 0, 3], 2.0)
    want = np.array([0.5**2, 0.3, 0.15, 0.05**2, 0])
    np.testing.assert_allclose(out, want / want.sum())
    np.testing.assert_allclose(penalise_repetition(P, [], 2.0), P)
    np.testing.assert_allclose(penalise_repetition(P, [0, 1], 1.0), P)
    assert penalise_repetition(P, [1], 0.5)[1] > P[1]


@given(batches, st.floats(1.01, 5))
def test_a_token_that_was_there_never_gains_on_one_that_was_not(p, penalty):
    seen = np.zeros((len(p), 1), dtype=int)
    out = penalise_repetition(p, seen, penalty)
    assert (out[:, 0] <= p[:, 0] + 1e-12).all()


def test_rows_have_their_own_past():
    out = penalise_repetition(np.stack([P, P]), [[0, 0], [1, 2]], 1.2)
    np.testing.assert_allclose(out[0], penalise_repetition(P, [0], 1.2))
    np.testing.assert_allclose(out[1], penalise_repetition(P, [1, 2], 1.2))


@given(batches)
def test_greedy_takes_the_most_probable_and_of_equals_the_lowest(p):
    for row, chosen in zip(p, greedy(p), strict=True):
        assert chosen == row.tolist().index(row.max())


@given(batches, st.integers(0, 2**32))
def test_a_draw_has_one_id_a_row_and_never_probability_zero(p, seed):
    ids = draw(p, np.random.default_rng(seed))
    assert ids.shape == p.shape[:-1]
    assert (np.take_along_axis(p, ids[:, None], -1) > 0).all()


class Always:
    """A generator that always gives the same number."""

    def __init__(self, number):
        self.number = number

    def random(self, shape):
        return np.full(shape, self.number)


@pytest.mark.parametrize("number", [0.0, 0.5, np.nextafter(1, 0), 1.0])  # 1: by rounding
def test_the_ends_of_the_line_belong_to_tokens_that_can_come(number):
    p = np.array([0, 0, 0.5, 0, 0.5, 0, 0])
    assert p[draw(p, Always(number))] > 0
    assert draw(P, Always(0.5)) == 1  # token 0 owns 0 up to, but not including, 0.5
    assert draw(P, Always(np.nextafter(0.5, 0))) == 0


def test_draws_are_as_frequent_as_their_probabilities():
    n = 20_000
    ids = draw(np.tile(P, (n, 1)), np.random.default_rng(0))
    counts = np.bincount(ids, minlength=5)
    assert counts[4] == 0
    chi_square = ((counts[:4] - n * P[:4]) ** 2 / (n * P[:4])).sum()
    assert chi_square < 16.27  # 3 degrees of freedom: a fair draw exceeds this once in 1,000


def test_one_row_and_the_same_seed_give_the_same_id():
    assert draw(P, np.random.default_rng(3)) == draw(P, np.random.default_rng(3))
    assert np.ndim(draw(P, np.random.default_rng(3))) == np.ndim(greedy(P)) == 0


def test_float32_softmaxes_pass_and_are_put_right():
    p = np.full((2, 3), 1 / 3, dtype=np.float32)
    np.testing.assert_allclose(distributions(p).sum(-1), 1, rtol=1e-15)


HALVES = [0.5, 0.5]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: with_temperature(HALVES, 0), r"temperature is 0,(.|\n)*greedy\(p\)"),
        (lambda: with_temperature(HALVES, 0.0), r"greedy\(p\)"),
        (lambda: with_temperature(HALVES, -1), "temperature is -1"),
        (lambda: with_temperature(HALVES, float("nan")), "temperature is nan"),
        (lambda: with_temperature(HALVES, float("inf")), "temperature is inf"),
        (lambda: with_temperature(HALVES, "hot"), "temperature is 'hot'"),
        (lambda: with_temperature(HALVES, None), "temperature is None"),
        (lambda: top_k(HALVES, 0), "k = 0"),
        (lambda: top_k(HALVES, -3), "k = -3"),
        (lambda: top_k(HALVES, 1.5), "k = 1.5"),
        (lambda: top_k(HALVES, True), "k = True"),
        (lambda: top_p(HALVES, 0), r"share of 0 (.|\n)*greedy\(p\)"),
        (lambda: top_p(HALVES, 1.5), "share of 1.5"),
        (lambda: top_p(HALVES, 90), r"share of 90 (.|\n)*0\.9 for 90 %"),
        (lambda: top_p(HALVES, -0.1), "share of -0.1"),
        (lambda: top_p(HALVES, float("nan")), "share of nan"),
        (lambda: penalise_repetition(HALVES, [0], 0), "penalty is 0"),
        (lambda: penalise_repetition(HALVES, [0], -1), "penalty is -1"),
        (lambda: penalise_repetition(HALVES, [0], float("nan")), "penalty is nan"),
        (lambda: penalise_repetition(HALVES, [2], 1.2), r"seen: number 0 is 2, .*0\.\.1"),
        (lambda: penalise_repetition(HALVES, [-1], 1.2), "seen: number 0 is -1"),
        (lambda: greedy([0.5, 0.6]), "sums to 1.1"),
        (lambda: greedy([[0.5, 0.5], [0.2, 0.2]]), "sums to 0.4"),
        (lambda: greedy([-0.5, 1.5]), "-0.5(.|\n)*softmax"),
        (lambda: greedy([3.0, -1.0]), "no probability is negative"),
        (lambda: greedy([np.nan, 1.0]), "1 NaN"),
        (lambda: greedy([np.inf, 0.0]), "sums to inf"),
        (lambda: draw([0.0, 0.0], np.random.default_rng(0)), "sums to 0"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(CourseError, match=says):
        call()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: greedy(1.0), r"p has shape \(\)"),
        (lambda: greedy([]), r"p has shape \(0,\)"),
        (lambda: penalise_repetition([HALVES], [0], 1.2), "seen must have 2 axes"),
        (lambda: penalise_repetition([HALVES], [[0], [1]], 1.2), r"seen has shape \(2, 1\)"),
        (lambda: penalise_repetition([[HALVES]], [[[0]]], 1.2), r"shape \(1, 1, 2\)"),
    ],
)
def test_bad_shapes_are_named(call, says):
    with pytest.raises(ShapeError, match=says):
        call()
