"""An assignment asks what its lesson asks, hides every solution, and nbgrader agrees."""

import json
import subprocess
import sys

import pytest

pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")

from course_utils.authoring.course import here
from course_utils.authoring.notebook import lesson_notebook, loads
from course_utils.authoring.source import parse_lesson, read_lesson
from course_utils.classroom.assign import assign
from course_utils.classroom.exercises import choose, exercises_of, read_points
from course_utils.classroom.framework import loads_framework
from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.manifest import Exercise, load_assignment, locked_digest
from course_utils.classroom.notebooks import release_notebook, source_notebook
from course_utils.errors import CourseError, SourceError, UsageError

COURSE = here()


def notebook(folder, assignment):
    return loads((folder / assignment.notebook).read_text("utf-8"))


@pytest.mark.parametrize("source", COURSE.sources, ids=lambda path: path.stem)
def test_every_lesson_can_be_assigned_and_its_release_holds_no_solution(source):
    lesson = read_lesson(source)
    exercises = exercises_of(lesson)
    release = release_notebook(COURSE, lesson, exercises)
    text = json.dumps(release)
    for _, answer, check, why in lesson.exercises():
        hidden = answer.text.split("# solution")[1].strip().splitlines()[-1].strip()
        cells = {cell["id"]: cell for cell in release["cells"]}
        assert hidden not in cells[answer.slug]["source"] or len(hidden) < 12
        assert why.slug not in cells and why.text.split("\n")[0] not in text
        assert cells[check.slug]["metadata"]["nbgrader"]["locked"]
    assert [e.slug for e in exercises] == [answer.slug for _, answer, _, _ in lesson.exercises()]
    for exercise in exercises:
        module, name = exercise.check.split(":")
        assert module == f"nb{lesson.number:02}" and name.isidentifier()
        assert exercise.title.startswith(f"{lesson.number}.")


def test_the_checks_that_are_named_exist_and_are_checks():
    from importlib import import_module

    for source in COURSE.sources[:4]:
        for exercise in exercises_of(read_lesson(source)):
            module, name = exercise.check.split(":")
            assert getattr(import_module(f"course_utils.checks.{module}"), name).is_check


def test_the_release_is_the_lesson_with_checksums_and_points(room):
    assignment = room.assignment("01")
    release = notebook(room.release("01"), assignment)
    lesson = lesson_notebook(COURSE, read_lesson(COURSE.source(1)))
    assert [cell["source"] for cell in release["cells"]] == [c["source"] for c in lesson["cells"]]
    locked = [cell for cell in release["cells"] if cell["id"] in assignment.locked]
    assert {cell["id"] for cell in locked} == {
        f"{exercise.slug}-{part}" for exercise in assignment.exercises for part in ("ask", "check")
    }
    assert all(assignment.locked[cell["id"]] == locked_digest(cell) for cell in locked)
    assert assignment.due == "2027-01-31T12:00:00+00:00" and not assignment.framework


def test_both_notebooks_are_what_nbgrader_and_nbformat_accept(room):
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator

    for folder in (room.source("01"), room.release("01")):
        path = folder / room.assignment("01").notebook
        node = nbformat.read(path, as_version=4)
        nbformat.validate(node)
        for cell in node.cells:
            MetadataValidator().validate_cell(cell)


def test_nbgraders_own_generate_makes_the_same_stubs(room):
    """From the source that `assign` wrote, except for the broken code of a bug clinic."""
    ours = notebook(room.release("01"), room.assignment("01"))
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "01", "--force"]
    done = subprocess.run(
        [*command, "--IncludeHeaderFooter.header=", "--IncludeHeaderFooter.footer="],
        cwd=room.root,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    theirs = notebook(room.release("01"), room.assignment("01"))
    pairs = [
        (a["source"], b["source"])
        for a, b in zip(ours["cells"], theirs["cells"], strict=True)
        if a["id"] != "clinic"
    ]
    assert len(pairs) > 60 and all(a == b for a, b in pairs)


def test_the_gradebook_knows_every_exercise_with_its_points(room):
    assignment = room.assignment("01")
    with open_gradebook(room.db_url) as gradebook:
        row = gradebook.find_assignment("01")
        assert row.duedate.isoformat() == "2027-01-31T12:00:00"
        assert row.max_score == assignment.points == sum(e.points for e in assignment.exercises)
        (book,) = row.notebooks
        assert {cell.name for cell in book.grade_cells} == {
            f"{exercise.slug}-check" for exercise in assignment.exercises
        }
        assert {cell.name for cell in book.solution_cells} == {
            exercise.slug for exercise in assignment.exercises
        }
        assert len(book.source_cells) == 3 * len(assignment.exercises)


def test_points_and_a_choice_reach_manifest_notebook_and_gradebook(room):
    (made,) = assign(room, COURSE, [3], points=["sweep=2.5"], only=["in-order", "03/sweep"])
    assert [(e.slug, e.points) for e in made.exercises] == [("in-order", 3.0), ("sweep", 2.5)]
    assert load_assignment(room.manifest("03")) == made and made.due is None
    cells = {cell["id"]: cell for cell in notebook(room.release("03"), made)["cells"]}
    assert cells["sweep-check"]["metadata"]["nbgrader"]["points"] == 2.5
    for part in ("train-ask", "train", "train-check"):  # readable, runnable, not graded
        assert "nbgrader" not in cells[part]["metadata"] and cells[part]["source"]
    assert "BEGIN SOLUTION" not in next(
        c["source"] for c in notebook(room.source("03"), made)["cells"] if c["id"] == "train"
    )
    with open_gradebook(room.db_url) as gradebook:
        assert gradebook.find_assignment("03").max_score == 5.5


def test_assigning_twice_changes_nothing(room):
    def files():
        return {p: p.read_bytes() for p in room.root.rglob("*") if p.suffix in (".json", ".ipynb")}

    before = files()
    assign(room, COURSE, [1], due="2027-01-31T12:00+00:00")
    assert files() == before


def test_a_choice_that_shrinks_or_grows_keeps_the_grades_that_stay(room, grade):
    from course_utils.classroom.book import Book
    from course_utils.classroom.scores import scores_of

    with Book(room) as book:
        book.record(grade("anna", passed=["r2", "clinic"]))
    with pytest.raises(CourseError, match=r"1 of the class have handed in \(anna\)"):
        assign(room, COURSE, [1], only=["r2", "step"])
    (small,) = assign(room, COURSE, [1], only=["r2", "step"], again=True)
    r2, step = small.exercises
    assert small.due == "2027-01-31T12:00:00+00:00"  # what is not said again stays
    with open_gradebook(room.db_url) as gradebook:
        assert gradebook.find_assignment("01").max_score == small.points == r2.points + step.points
        assert scores_of(gradebook, small)["anna"].points == {"r2": r2.points, "step": 0.0}
    (more,) = assign(room, COURSE, [1], only=["r2", "bce"], points=["bce=4"], again=True)
    with open_gradebook(room.db_url) as gradebook:
        assert scores_of(gradebook, more)["anna"].points == {"r2": r2.points, "bce": None}
        assert gradebook.find_assignment("01").max_score == r2.points + 4
    (same,) = assign(room, COURSE, [1], due="2027-03-01", again=True)
    assert [(e.slug, e.points) for e in same.exercises] == [("r2", r2.points), ("bce", 4.0)]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"numbers": [42]}, "there is no lesson 42"),
        ({"numbers": [1], "only": ["sweep"]}, "no lesson assigned here has an exercise 'sweep'"),
        ({"numbers": [1], "points": ["sweep=1"]}, "has an exercise 'sweep'"),
        ({"numbers": [1, 2], "points": ["clinic=1"]}, "lessons 01 and 02 both have 'clinic'"),
        ({"numbers": [1, 2], "only": ["r2"]}, "names no exercise of lesson 02"),
        ({"numbers": [1], "points": ["r2"]}, "does not give a number"),
        ({"numbers": [1], "points": ["r2=0"]}, "does not give a number"),
        ({"numbers": [1], "points": ["r2=nan"]}, "does not give a number"),
        ({"numbers": [1], "points": ["r2=-1"]}, "does not give a number"),
        ({"numbers": [1], "due": "tomorrow"}, "is not a date"),
    ],
)
def test_what_does_not_exist_is_refused_and_nothing_is_written(room, options, says):
    before = sorted(str(p) for p in room.root.rglob("*"))
    with pytest.raises(UsageError, match=says):
        assign(room, COURSE, **options)
    assert sorted(str(p) for p in room.root.rglob("*")) == before


def test_known_slugs_are_listed():
    lessons = {"01": (Exercise("a", "1.1 A", "nb01:a", "a", 1.0),)}
    with pytest.raises(UsageError) as caught:
        choose(lessons, ["b"])
    assert caught.value.fix == "one of 01: a."
    assert read_points({"01": lessons["01"], "02": lessons["01"]}, ["2/a=3"]) == {("02", "a"): 3.0}


LESSON = """# %% [raw] slug="front"
# title = "T"
# question = "Q?"
# able = ["a"]
# needs = "n"
# minutes = 1
# seconds = 1

# %% slug="setup"
import math

# %% [markdown] slug="x-ask"
# ## Exercise 9.1: twice

# %% slug="x" tags=["exercise"]
def x(n):
    if n:
        # solution
        return 2 * n
        # stub
        # return n
    return 0

# %% slug="x-check"
@call

# %% [markdown] slug="x-why" tags=["solution"]
# Because.
"""


@pytest.mark.parametrize(
    "call", ["nb09.x(x, 1)", "x(x)", "nb09.x(x)\nprint(1)", "nb09.x(seconds=x)", "nb09.x(2)"]
)
def test_a_check_cell_is_one_call(call):
    lesson = parse_lesson(LESSON.replace("@call", call), "09_t.py")
    with pytest.raises(SourceError, match=r"09_t\.py:\d+: 'x-check' is not one call"):
        exercises_of(lesson)


def test_solutions_stand_between_markers_and_a_broken_stub_goes_with_them():
    lesson = parse_lesson(LESSON.replace("@call", "nb09.x(x)"), "09_t.py")
    release = {
        "cells": [
            {
                "id": "x",
                "cell_type": "code",
                "source": "old",
                "metadata": {
                    "nbgrader": {"solution": True, "grade": False, "locked": False, "grade_id": "x"}
                },
            }
        ],
        "metadata": {"course": {}},
    }
    (cell,) = source_notebook(release, lesson)["cells"]
    assert cell["source"] == (
        "def x(n):\n    if n:\n        ### BEGIN SOLUTION\n        return 2 * n\n"
        "        ### END SOLUTION\n    return 0"
    )
    assert release["cells"][0]["source"] == "old"


@pytest.mark.parametrize(
    ("text", "loads"),
    [
        ("import numpy", False),
        ("import keras.ops as ops", True),
        ("def f():\n    from tensorflow import data", True),
        ("from course_utils.models import gpt", True),
        ("from course_utils.runtime import setup", False),  # imports it when called, if at all
        ("from course_utils.text.bpe import train", False),
        ("%pip install x", False),
    ],
)
def test_code_that_loads_a_framework_is_seen_through_our_own_modules(text, loads):
    assert loads_framework(COURSE, [text]) is loads
