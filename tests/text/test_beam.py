"""Beam search: width 1 is greedy, full width is the best there is, in between it keeps its word."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.errors import CourseError, ShapeError
from course_utils.text.beam import beam_search

END = 0


def chain(seed, V=3):
    """A model of V ids in which the last two ids decide what comes next."""
    table = np.log(np.random.default_rng(seed).dirichlet(np.full(V, 0.5), size=(V, V)))

    def model(rows):
        before = rows[:, -2] if rows.shape[1] > 1 else np.zeros(len(rows), int)
        return table[before, rows[:, -1]]

    return model


def total(model, start, ids):
    """The log probability of `ids` after `start`, added up step by step."""
    row, log_probability = list(start), 0.0
    for token in ids:
        log_probability += model(np.array([row]))[0, token]
        row.append(token)
    return log_probability


def all_rows(V, max_length, end=END):
    """Everything that may be written: an end id closes, or `max_length` does."""
    for n in range(1, max_length + 1):
        for ids in product(range(V), repeat=n):
            if end not in ids[:-1] and (ids[-1] == end or n == max_length):
                yield ids


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 5), st.sampled_from([0.0, 0.6, 1.0]))
def test_full_width_finds_the_best_of_all_rows(seed, max_length, penalty):
    model, start = chain(seed), (1,)
    want = {
        start + ids: total(model, start, ids) / ((5 + len(ids)) / 6) ** penalty
        for ids in all_rows(3, max_length)
    }
    found = beam_search(model, start, END, 3**max_length, max_length, penalty)
    possible = {ids: score for ids, score in want.items() if np.isfinite(score)}
    assert {beam.ids for beam in found} == set(possible)
    assert found[0].score == pytest.approx(max(want.values()), rel=1e-12)
    assert want[found[0].ids] == pytest.approx(found[0].score, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_width_one_is_greedy(seed, max_length):
    model, row = chain(seed, V=4), [1, 2]
    for _ in range(max_length):
        row.append(int(np.argmax(model(np.array([row]))[0])))
        if row[-1] == END:
            break
    (found,) = beam_search(model, [1, 2], END, 1, max_length)
    assert found.ids == tuple(row)
    assert found.log_probability == pytest.approx(total(model, [1, 2], row[2:]), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6), st.sampled_from([0.0, 0.8]))
def test_beams_are_different_rows_best_first_and_their_scores_are_true(seed, width, penalty):
    model = chain(seed, V=4)
    found = beam_search(model, [1], END, width, 6, penalty)
    assert 1 <= len(found) <= width
    assert len({beam.ids for beam in found}) == len(found)
    assert [beam.score for beam in found] == sorted((b.score for b in found), reverse=True)
    for beam in found:
        new = beam.ids[1:]
        assert END not in new[:-1]
        assert new[-1] == END or len(new) == 6
        assert beam.log_probability == pytest.approx(total(model, [1], new), rel=1e-12)
        assert beam.score == pytest.approx(beam.log_probability / ((5 + len(new)) / 6) ** penalty)


def garden_path(rows):
    """1 looks better than 2 at first (0.6), but then everything is equally likely."""
    after = {3: [0, 0.6, 0.4, 0], 1: [0.25] * 4, 2: [0.9, 0.1, 0, 0]}
    with np.errstate(divide="ignore"):
        return np.log([after.get(row[-1], [1, 0, 0, 0]) for row in rows.tolist()])


def test_a_second_beam_finds_what_greed_misses():
    greedy, wide = (beam_search(garden_path, [3], END, width, 4)[0] for width in (1, 2))
    assert greedy.ids[1] == 1
    assert wide.ids == (3, 2, 0)
    assert np.exp(wide.log_probability) == pytest.approx(0.36)


def test_a_length_penalty_lets_a_longer_row_win():
    def model(rows):  # ending at once has 0.5; two more ids and the end together 0.48
        return np.log([{1: [0.5, 0.25, 0.25], 2: [0.01, 0.01, 0.98]}[r[-1]] for r in rows.tolist()])

    assert beam_search(model, [1], END, 9, 3)[0].ids == (1, 0)
    assert len(beam_search(model, [1], END, 9, 3, length_penalty=3.0)[0].ids) == 4


def test_only_unfinished_rows_are_asked_for_and_never_more_than_the_width():
    asked, model = [], chain(7, V=4)

    def watched(rows):
        asked.append(rows)
        return model(rows)

    beam_search(watched, [1], END, 3, 6)
    assert [rows.shape[1] for rows in asked] == list(range(1, len(asked) + 1))
    for rows in asked:
        assert 1 <= len(rows) <= 3
        assert END not in rows


def test_the_search_stops_when_every_row_is_finished():
    calls = []

    def model(rows):
        calls.append(len(rows))
        return np.log(np.full((len(rows), 2), 0.5)) if len(calls) < 3 else never_but_end(rows)

    def never_but_end(rows):
        with np.errstate(divide="ignore"):
            return np.log([[1.0, 0.0]] * len(rows))

    beam_search(model, [1], END, 2, 50)
    assert len(calls) <= 3


def test_without_an_end_every_row_has_the_full_length():
    found = beam_search(chain(1), [1], None, 3, 4)
    assert {len(beam.ids) for beam in found} == {5}


def test_a_start_that_is_the_end_id_is_only_a_start():
    assert len(beam_search(chain(2), [END], END, 2, 3)[0].ids) > 1


def sure(rows):
    return np.log(np.full((len(rows), 2), 0.5))


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: beam_search(sure, [1], 0, 0, 5), CourseError, "width is 0"),
        (lambda: beam_search(sure, [1], 0, -2, 5), CourseError, "width is -2"),
        (lambda: beam_search(sure, [1], 0, 1.5, 5), CourseError, "width is 1.5"),
        (lambda: beam_search(sure, [1], 0, 2, 0), CourseError, "max_length is 0"),
        (lambda: beam_search(sure, [1], 0, 2, 5, -1), CourseError, "penalty is -1"),
        (lambda: beam_search(sure, [1], 0, 2, 5, float("nan")), CourseError, "penalty is nan"),
        (lambda: beam_search(sure, "a", 0, 2, 5), ShapeError, "start must have 1 axis"),
        (lambda: beam_search(sure, [0.5], 0, 2, 5), CourseError, "start must be whole"),
        (lambda: beam_search(lambda r: np.ones(3), [1], 0, 2, 5), ShapeError, r"shape \(3,\)"),
        (lambda: beam_search(lambda r: np.ones((2, 3)), [1], 0, 2, 5), ShapeError, "1 rows"),
        (lambda: beam_search(lambda r: [[np.nan, 0]], [1], 0, 2, 5), CourseError, "1 NaN"),
        (lambda: beam_search(lambda r: [[5.0, 900.0]], [1], 0, 2, 5), CourseError, "log_softmax"),
        (
            lambda: beam_search(lambda r: [[0.5, 0.5]], [1], 0, 2, 5),
            CourseError,
            "sums to 3.297",
        ),
        (
            lambda: beam_search(lambda r: [[-np.inf, -np.inf]], [1], 0, 2, 5),
            CourseError,
            r"after \(1,\) every next id has probability 0",
        ),
    ],
)
def test_bad_input_is_named(call, error, says):
    with pytest.raises(error, match=says):
        call()
