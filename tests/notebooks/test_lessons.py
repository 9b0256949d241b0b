"""Every lesson passes the gate: built from its source, run, worded, exercised."""

from pathlib import Path

import pytest

from course_utils.authoring.course import Course
from course_utils.authoring.gate import complaints

COURSE = Course(Path(__file__).parents[2])


@pytest.mark.parametrize("source", COURSE.sources, ids=lambda source: source.stem)
def test_the_gate_has_no_complaint(source):
    found = complaints(COURSE, source)
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("source", COURSE.sources, ids=lambda source: source.stem)
def test_both_notebooks_are_valid(source):
    import nbformat

    for path in (COURSE.notebook(source), COURSE.solution(source)):
        nbformat.validate(nbformat.read(path, as_version=4))


def test_every_notebook_has_a_source():
    built = [*COURSE.notebooks.glob("*.ipynb"), *COURSE.solutions.glob("*.ipynb")]
    assert {path.stem for path in built} <= {source.stem for source in COURSE.sources}
