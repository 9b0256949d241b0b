"""Copies of a released notebook as learners hand them in."""

import json

from course_utils.authoring.course import here
from course_utils.authoring.exercise import solution
from course_utils.authoring.source import read_lesson


def solutions(number):
    """Answer cell id -> its worked solution, for one lesson."""
    lesson = read_lesson(here().source(number))
    return {cell.slug: solution(cell.text) for cell in lesson.cells if cell.is_exercise}


def answered(release, answers):
    """Text of the released notebook at path `release` with the `answers` (id -> source) in it."""
    notebook = json.loads(release.read_text("utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    return json.dumps(notebook)
