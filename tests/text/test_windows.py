"""Windows show what comes next, begin where they may, and padding keeps every id."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import CourseError, ShapeError
from course_utils.text.windows import document_starts, next_token_windows, pad, random_starts

rows = st.lists(st.lists(st.integers(1, 99), max_size=9), min_size=1, max_size=6)


@given(st.integers(1, 20), st.integers(1, 40), st.integers(0, 2**32))
def test_y_is_what_follows_x(length, more, seed):
    ids = np.random.default_rng(seed).integers(0, 500, length + more)
    x, y = next_token_windows(ids, length, range(more))
    assert x.shape == y.shape == (more, length)
    assert x.dtype == y.dtype == np.int32
    for start in range(more):
        assert x[start].tolist() == ids[start : start + length].tolist()
        assert y[start].tolist() == ids[start + 1 : start + length + 1].tolist()


def test_a_list_and_small_integers_will_do():
    for ids in ([5, 6, 7, 8], np.array([5, 6, 7, 8], np.uint8)):
        x, y = next_token_windows(ids, 2, [0, 1])
        assert x.tolist() == [[5, 6], [6, 7]]
        assert y.tolist() == [[6, 7], [7, 8]]


def test_random_starts_reach_every_place_and_no_other():
    starts = random_starts(10, 6, 1000, np.random.default_rng(0))
    assert set(starts.tolist()) == {0, 1, 2, 3}
    next_token_windows(range(10), 6, starts)
    assert random_starts(7, 6, 3, np.random.default_rng(0)).tolist() == [0, 0, 0]


def test_random_starts_are_the_generators():
    draws = [random_starts(1000, 6, 5, np.random.default_rng(seed)).tolist() for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


def test_documents_begin_at_zero_and_after_each_end():
    ids = [1, 2, 0, 3, 0, 4, 5, 6, 0]
    assert document_starts(ids, 0).tolist() == [0, 3, 5]
    assert document_starts(ids[:-1], 0).tolist() == [0, 3, 5]
    assert document_starts(ids, 0, length=4).tolist() == [0, 3]
    assert document_starts([1, 2], 0).tolist() == [0]
    x, _ = next_token_windows(ids, 4, document_starts(ids, 0, length=4))
    assert x[:, 0].tolist() == [1, 3]


@given(rows, st.integers(0, 3), st.sampled_from(["left", "right"]))
def test_padding_keeps_every_row_on_its_side(sequences, more, side):
    length = max(map(len, sequences)) + more
    out = pad(sequences, length, value=-7, side=side)
    assert out.shape == (len(sequences), length)
    assert out.dtype == np.int32
    for row, ids in zip(out.tolist(), sequences, strict=True):
        fill = [-7] * (length - len(ids))
        assert row == (ids + fill if side == "right" else fill + ids)


def test_padding_goes_to_the_longest_row_if_nothing_is_said():
    assert pad([[1], [1, 2]]).tolist() == [[1, 0], [1, 2]]


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (
            lambda: next_token_windows([1, 2, 3], 3, [0]),
            CourseError,
            "3 ids and the id after.*has 3",
        ),
        (lambda: next_token_windows([1, 2, 3], 0, [0]), CourseError, "rows of at least 1"),
        (lambda: next_token_windows([1, 2, 3, 4], 2, [0, 2]), CourseError, "begin at 2.*has 4 ids"),
        (lambda: next_token_windows([1, 2, 3, 4], 2, [-1]), CourseError, "begin at -1"),
        (lambda: next_token_windows([0.5, 1.0], 1, [0]), CourseError, "whole numbers"),
        (lambda: next_token_windows([[1, 2]], 1, [0]), ShapeError, "ids must have 1 axis"),
        (lambda: next_token_windows([1, 2], 1, [[0]]), ShapeError, "starts must have 1 axis"),
        (lambda: random_starts(6, 6, 1, np.random.default_rng(0)), CourseError, "at least 7 ids"),
        (lambda: document_starts([], 0), CourseError, "no ids"),
        (lambda: document_starts([1, 2], None), CourseError, r"is None(.|\n)*tokenizer\.end"),
        (lambda: document_starts([1, 2], 0, length=2), CourseError, "at least 3 ids"),
        (lambda: pad([]), ShapeError, "no sequences"),
        (lambda: pad([[1], [1, 2, 3]], 2), ShapeError, r"sequence 1 has 3 ids, more than length=2"),
        (lambda: pad([[1]], side="top"), CourseError, "side is 'top'"),
        (lambda: pad([[1], ["a"]]), CourseError, "sequence 1 must be whole"),
        (lambda: pad([1, 2]), ShapeError, "sequence 0 must have 1 axis"),
    ],
)
def test_bad_input_is_named(call, error, says):
    with pytest.raises(error, match=says):
        call()
