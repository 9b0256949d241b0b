"""The manifest survives the disk, and a damaged one is never half believed."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.classroom.manifest import (
    Assignment,
    Exercise,
    load_assignment,
    locked_digest,
    save_assignment,
)
from course_utils.errors import CourseError

ONE = Assignment(
    lesson="03",
    name="03",
    notebook="03_backpropagation.ipynb",
    exercises=(
        Exercise("in-order", "3.2 In which order", "nb03:in_order", "in_order", 1.0),
        Exercise("sweep", "3.3 Sweep·back", "nb03:sweep", "sweep", 2.5),
    ),
    locked={"in-order-ask": "0" * 64},
    framework=False,
    due="2027-01-31T23:59:00+01:00",
)


def test_what_is_saved_is_what_is_loaded(tmp_path):
    save_assignment(ONE, tmp_path / "03.json")
    assert load_assignment(tmp_path / "03.json") == ONE
    assert [path.name for path in tmp_path.iterdir()] == ["03.json"]


def test_the_points_of_an_assignment_are_those_of_its_exercises():
    assert ONE.points == 3.5


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"format": None},
        {"exercises": [{"slug": "a"}]},
        {"exercises": 3},
        {"due": "2027-01-31T23:59:00"},
        {"due": "soon"},
    ],
)
def test_a_manifest_that_is_not_ours_is_refused_with_the_command_that_mends_it(tmp_path, change):
    path = tmp_path / "03.json"
    save_assignment(ONE, path)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(CourseError, match=r"03\.json") as caught:
        load_assignment(path)
    assert "assign 03 --again" in caught.value.fix


@pytest.mark.parametrize("points", [0.0, -1.0, float("nan"), float("inf")])
def test_an_exercise_is_worth_something(tmp_path, points):
    wrong = replace(ONE, exercises=(replace(ONE.exercises[0], points=points),))
    save_assignment(wrong, tmp_path / "03.json")
    with pytest.raises(CourseError):
        load_assignment(tmp_path / "03.json")


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"format": 1}'])
def test_what_is_no_manifest_is_one_message(tmp_path, text):
    (tmp_path / "03.json").write_bytes(text)
    with pytest.raises(CourseError):
        load_assignment(tmp_path / "03.json")
    with pytest.raises(CourseError):
        load_assignment(tmp_path / "04.json")


@given(st.text(), st.text())
def test_a_cell_that_differs_in_one_letter_has_another_digest(one, two):
    def digest(kind, text):
        return locked_digest({"cell_type": kind, "source": text})

    assert (digest("code", one) == digest("code", two)) == (one == two)
    assert digest("code", one) != digest("markdown", one)
