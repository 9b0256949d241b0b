"""Bits per token and per document, against sums done by hand on models that are tables."""

from itertools import pairwise

import numpy as np
import pytest

from course_utils.train.held_out import bits_of_documents, bits_per_token_of_text

END = 3
TABLE = np.random.default_rng(0).dirichlet(np.ones(4), size=4)  # p(next | this)


class Pairs:
    """A model that looks at one token and remembers every shape it was asked for."""

    def __init__(self):
        self.shapes = []

    def __call__(self, ids):
        self.shapes.append(ids.shape)
        return np.log(TABLE)[ids].astype("float32")


def bits(ids):
    """-log2 p of a document by hand, the end token included."""
    path = [END, *ids, END]
    return -sum(np.log2(TABLE[a, b]) for a, b in pairwise(path))


@pytest.mark.parametrize("count", [1, 5, 16, 40])
def test_a_document_costs_the_sum_over_its_tokens_and_its_end(count):
    rng = np.random.default_rng(count)
    documents = [rng.integers(0, 3, rng.integers(1, 90)).tolist() for _ in range(count)]
    got = bits_of_documents(Pairs(), documents, END, context=128)
    np.testing.assert_allclose(got, [bits(ids) for ids in documents], rtol=1e-5)


def test_few_shapes_are_compiled_and_none_exceeds_the_context():
    model = Pairs()
    documents = [[0] * n for n in range(1, 100)]
    bits_of_documents(model, documents, END, context=100)
    assert len(set(model.shapes)) <= 4
    assert {rows for rows, _ in model.shapes} == {16}
    assert max(length for _, length in model.shapes) == 100


@pytest.mark.parametrize("length", [1, 8, 9, 10, 11, 15, 19, 20, 37, 100])
@pytest.mark.parametrize("context", [10, 11])
def test_a_document_longer_than_the_context_is_counted_to_its_end(length, context):
    document = np.random.default_rng(length).integers(0, 3, length).tolist()
    got = bits_of_documents(Pairs(), [document, [1, 2], document], END, context)
    np.testing.assert_allclose(got, [bits(document), bits([1, 2]), bits(document)], rtol=1e-5)


def test_the_rows_of_a_long_document_are_pieces_of_it_and_overlap_by_half_a_context():
    context, seen = 10, []

    class Far(Pairs):
        def __call__(self, ids):
            seen.extend(ids.tolist())
            return super().__call__(ids)

    document = np.random.default_rng(3).integers(0, 3, 60).tolist()
    bits_of_documents(Far(), [document], END, context)
    text = "".join(map(str, [END, *document, END]))
    rows = {"".join(map(str, row)).rstrip(str(END)) for row in seen}
    assert {text[first : first + context] for first in range(0, 55, 5)} <= rows
    assert all(row in text for row in rows)


def test_a_text_is_judged_on_tokens_that_have_context():
    ids = np.random.default_rng(1).integers(0, 4, 101)
    model = Pairs()
    got = bits_per_token_of_text(model, ids, context=20)
    answers = range(11, 101)  # rows begin at 0, 10, ... 80; each counts its last ten answers
    by_hand = -np.mean([np.log2(TABLE[ids[t - 1], ids[t]]) for t in answers])
    assert got == pytest.approx(by_hand, rel=1e-5)


def test_of_a_long_text_rows_from_its_whole_length_are_looked_at():
    seen = []

    def model(ids):
        seen.append(ids.copy())
        return np.log(np.full((*ids.shape, 1000), 1 / 1000))

    ids = np.arange(1000)
    assert bits_per_token_of_text(model, ids, 20, most_rows=8) == pytest.approx(np.log2(1000))
    begins = sorted({int(row[0]) for part in seen for row in part})
    assert len(begins) == 8 and begins[0] == 0 and begins[-1] >= 970


def test_a_text_of_one_row_is_enough():
    ids = np.random.default_rng(1).integers(0, 4, 21)
    assert bits_per_token_of_text(Pairs(), ids, context=20) > 0
