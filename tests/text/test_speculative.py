"""What speculative decoding lets through is distributed as the large model, by chi-square."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.errors import CourseError, ShapeError
from course_utils.text.samplers import draw
from course_utils.text.speculative import accept

DRAFT = np.array([[0.7, 0.1, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25]])
TARGET = np.array([[0.2, 0.4, 0.3, 0.1], [0.1, 0.1, 0.2, 0.6], [0.4, 0.3, 0.2, 0.1]])
# A chi-square of 3 degrees of freedom exceeds this once in 1,000 fair trials.
CRITICAL = 16.27


def runs(n, seed):
    rng = np.random.default_rng(seed)
    return [accept(draw(DRAFT, rng), DRAFT, TARGET, rng) for _ in range(n)]


RUNS = runs(8000, 0)


def chi_square(ids, p):
    counts, want = np.bincount(ids, minlength=4), len(ids) * p
    return ((counts - want) ** 2 / want).sum()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_each_token_is_distributed_as_the_large_model(place):
    ids = [run.ids[place] for run in RUNS if len(run.ids) > place]
    assert len(ids) > 2000
    assert chi_square(ids, TARGET[place]) < CRITICAL


@pytest.mark.parametrize("place", [0, 1])
def test_the_chi_square_would_notice_the_draft(place):
    ids = [run.ids[place] for run in RUNS if len(run.ids) > place]
    assert chi_square(ids, DRAFT[place]) > 10 * CRITICAL


def test_the_second_token_is_distributed_so_whatever_the_first_was():
    for first in range(4):
        ids = [run.ids[1] for run in RUNS if run.kept >= 1 and run.ids[0] == first]
        assert len(ids) > 400
        assert chi_square(ids, TARGET[1]) < CRITICAL


def test_a_draft_stays_as_often_as_the_two_models_overlap():
    overlap = np.minimum(DRAFT[0], TARGET[0]).sum()
    share = np.mean([run.kept >= 1 for run in RUNS])
    assert share == pytest.approx(overlap, abs=4 * np.sqrt(overlap * (1 - overlap) / len(RUNS)))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 5))
def test_a_draft_from_the_large_model_itself_stays_whole(seed, G):
    rng = np.random.default_rng(seed)
    target = rng.dirichlet(np.ones(6), G + 1)
    drafted = draw(target[:-1], rng)
    got = accept(drafted, target[:-1], target, rng)
    assert got.kept == G
    assert got.ids[:-1].tolist() == drafted.tolist()
    assert len(got.ids) == G + 1


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 5))
def test_a_beginning_of_the_draft_stays_and_one_token_is_new(seed, G):
    rng = np.random.default_rng(seed)
    draft, target = rng.dirichlet(np.ones(6), G), rng.dirichlet(np.ones(6), G + 1)
    drafted = draw(draft, rng)
    got = accept(drafted, draft, target, rng)
    assert 0 <= got.kept <= G
    assert len(got.ids) == got.kept + 1
    assert got.ids[: got.kept].tolist() == drafted[: got.kept].tolist()
    if got.kept < G:  # the replacement is one that the draft gave too little
        new = got.ids[-1]
        assert target[got.kept, new] > draft[got.kept, new]


def test_what_the_large_model_never_says_never_stays():
    draft, target = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    got = accept([0], draft, target, np.random.default_rng(0))
    assert got.kept == 0
    assert got.ids.tolist() == [1]


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (([0], DRAFT, TARGET), ShapeError, r"1 drafted tokens need draft_p \(1, V\)"),
        (
            ([0, 1], DRAFT, TARGET[:2]),
            ShapeError,
            r"target_p \(3, V\), got .*\(2, 4\)(.|\n)*one row",
        ),
        (([0, 1], DRAFT, TARGET[:, :3] / TARGET[:, :3].sum(1)[:, None]), ShapeError, r"\(3, 3\)"),
        (([], DRAFT, TARGET), ShapeError, "0 drafted"),
        (([0, 4], DRAFT, TARGET), CourseError, "draft_tokens: number 1 is 4"),
        (([1.0, 2.0], DRAFT, TARGET), CourseError, "draft_tokens must be whole"),
        (([0], [[0.0, 1.0]], [[0.5, 0.5]] * 2), CourseError, "token 0 of the draft, 0, has prob"),
        (([0, 1], DRAFT * 2, TARGET), CourseError, "draft_p sums to 2"),
        (([0, 1], DRAFT, TARGET * np.nan), CourseError, "target_p holds 12 NaN"),
    ],
)
def test_bad_input_is_named(arguments, error, says):
    with pytest.raises(error, match=says):
        accept(*arguments, np.random.default_rng(0))
