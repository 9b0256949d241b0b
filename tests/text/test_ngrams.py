"""The counting models: they count right, their rows are distributions, they write and refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.errors import CourseError, ShapeError
from course_utils.text.ngrams import NgramModel

ALPHABET = "abcdr"
TOY = np.array([ALPHABET.index(c) for c in "abracadabra"])
texts = st.lists(st.integers(0, 4), min_size=4, max_size=60).map(np.array)


def chain(order, size, k, ids):
    model = None
    for n in range(1, order + 1):
        model = NgramModel(n, size, k, shorter=model).fit(ids)
    return model


def test_counts_of_abracadabra_are_those_counted_by_hand():
    table = NgramModel(2, 5).fit(TOY).table()
    np.testing.assert_allclose(table[0], [0, 0.5, 0.25, 0.25, 0])  # after a: b b c d
    np.testing.assert_allclose(table[1], [0, 0, 0, 0, 1])  # after b: r r


def test_a_unigram_is_the_share_of_each_letter():
    np.testing.assert_allclose(NgramModel(1, 5).fit(TOY).distribution([]), np.bincount(TOY) / 11)


def test_add_k_is_the_textbook_formula():
    model = NgramModel(2, 5, k=0.5).fit(TOY)
    assert model.distribution([0])[1] == pytest.approx((2 + 0.5) / (4 + 0.5 * 5))


def test_a_shorter_model_shares_out_the_imaginary_sightings():
    short = NgramModel(1, 5).fit(TOY)
    model = NgramModel(2, 5, k=0.5, shorter=short).fit(TOY)
    assert model.distribution([0])[1] == pytest.approx((2 + 2.5 * 2 / 11) / (4 + 2.5))


@settings(max_examples=40, deadline=None)
@given(texts, st.integers(1, 4), st.floats(0.001, 10), st.booleans())
def test_every_row_of_a_smoothed_model_is_a_distribution(ids, order, k, backed):
    model = chain(order, 5, k, ids) if backed else NgramModel(order, 5, k).fit(ids)
    table = model.table()
    assert table.shape == (5,) * order
    assert (table > 0).all()
    np.testing.assert_allclose(table.sum(-1), 1, rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(texts, st.integers(1, 4))
def test_probabilities_read_the_table_at_the_windows_of_the_text(ids, order):
    model = chain(order, 5, 0.3, ids)
    table, got = model.table(), model.probabilities(ids)
    want = [table[tuple(ids[i : i + order])] for i in range(len(ids) - order + 1)]
    np.testing.assert_allclose(got, want, rtol=1e-12)


def test_no_other_table_gives_the_training_text_a_higher_probability():
    counted = NgramModel(2, 5).fit(TOY)
    best = np.log(counted.probabilities(TOY)).sum()
    rng = np.random.default_rng(0)
    for _ in range(200):
        other = rng.dirichlet(np.ones(5), size=5)
        assert np.log(other[TOY[:-1], TOY[1:]]).sum() < best


def test_without_smoothing_the_unseen_has_probability_zero():
    model = NgramModel(2, 5).fit(TOY)
    assert model.probabilities(np.array([0, 4])) == [0.0]  # "ar" never occurs
    assert NgramModel(3, 5).fit(TOY).distribution([4, 4]).sum() == 0  # nor does "rr?"


def test_an_unseen_context_falls_back_to_the_shorter_model():
    model = chain(3, 5, 0.1, TOY)
    np.testing.assert_allclose(model.distribution([4, 4]), model.shorter.distribution([4]))


def test_many_contexts_at_once_give_the_same_rows_as_one_by_one():
    model = chain(3, 5, 0.1, TOY)
    contexts = np.array([[0, 1], [1, 4], [4, 4]])
    rows = np.array([model.distribution(c) for c in contexts])
    np.testing.assert_allclose(model.distribution(contexts), rows)


def test_table_sizes_are_those_seen_in_the_text():
    model = NgramModel(2, 5).fit(TOY)
    assert (model.contexts, model.parameters) == (5, 7)


def test_sampling_follows_the_distribution():
    model = NgramModel(2, 5).fit(np.tile(TOY, 3))
    ids = model.sample(4000, np.random.default_rng(1), start=[0])
    assert len(ids) == 4001
    after_a = ids[1:][ids[:-1] == 0]
    np.testing.assert_allclose(np.bincount(after_a, minlength=5) / len(after_a),
                               model.distribution([0]), atol=0.05)  # fmt: skip


def test_sampling_needs_no_start_for_a_unigram_and_repeats_with_its_seed():
    model = NgramModel(1, 5).fit(TOY)
    one, two = (model.sample(20, np.random.default_rng(3)) for _ in range(2))
    assert one.tolist() == two.tolist()


def test_a_dead_end_is_explained():
    model = NgramModel(2, 3).fit(np.array([0, 1, 2]))  # nothing ever followed 2
    with pytest.raises(CourseError, match="smooth it"):
        model.sample(5, np.random.default_rng(0), start=[0])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: NgramModel(0, 5), "order >= 1"),
        (lambda: NgramModel(2, 5, k=-1), "k >= 0"),
        (lambda: NgramModel(2, 5, k=float("nan")), "k >= 0"),
        (lambda: NgramModel(40, 28), "63-bit"),
        (lambda: NgramModel(3, 5, shorter=NgramModel(1, 5)), "order 3 needs 2"),
        (lambda: NgramModel(2, 5).fit([0.5, 1.0]), "whole numbers"),
        (lambda: NgramModel(2, 5).fit([0, 5]), "0..4"),
        (lambda: NgramModel(2, 5).fit([0]), "at least 2"),
        (lambda: NgramModel(2, 5).fit(TOY).distribution([1, 2]), "1 symbols of context"),
        (lambda: NgramModel(2, 5).probabilities(TOY), "fit"),
        (lambda: NgramModel(8, 28).fit(TOY).table(), "cells"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises((CourseError, ValueError), match=says.replace("?", r"\?")):
        call()


def test_the_refusals_are_shape_errors():
    with pytest.raises(ShapeError):
        NgramModel(2, 5).fit([0, 9])
