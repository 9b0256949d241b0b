"""The lesson that every hostile notebook is made from: a released one, and its solved copy."""

import copy
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_utils.authoring.course import here
from course_utils.authoring.exercise import solution
from course_utils.authoring.notebook import dumps
from course_utils.authoring.source import read_lesson
from course_utils.classroom.exercises import exercises_of
from course_utils.classroom.manifest import Assignment, save_assignment
from course_utils.classroom.notebooks import locked_cells, release_notebook

SLUGS = ("r2", "gradient", "step", "bce", "clinic", "xor-hand")


@dataclass(frozen=True)
class Assigned:
    """Lesson 01 as assigned: files of manifest and release, and the notebooks as dicts."""

    manifest: Path
    release: Path
    assignment: Assignment
    blank: dict
    solved: dict

    def copy(self):
        """A correct submission, to be spoilt."""
        return copy.deepcopy(self.solved)


@cache
def _parts():
    course = here()
    lesson = read_lesson(course.source(1))
    exercises = exercises_of(lesson)
    blank = release_notebook(course, lesson, exercises)
    texts = {cell.slug: solution(cell.text) for cell in lesson.cells if cell.is_exercise}
    solved = copy.deepcopy(blank)
    for cell in solved["cells"]:
        cell["source"] = texts.get(cell["id"], cell["source"])
    assignment = Assignment(
        lesson="01",
        name="01",
        notebook=f"{lesson.stem}.ipynb",
        exercises=exercises,
        locked=locked_cells(blank),
        framework=False,
        due=None,
    )
    return assignment, blank, solved


def assigned(folder):
    """Write manifest and release into `folder`, as `classroom assign 01` does."""
    assignment, blank, solved = _parts()
    manifest, release = Path(folder) / "01.json", Path(folder) / assignment.notebook
    save_assignment(assignment, manifest)
    release.write_text(dumps(blank), "utf-8")
    return Assigned(manifest, release, assignment, blank, solved)


def write(notebook, path):
    """Write a dict as Jupyter does."""
    Path(path).write_text(json.dumps(notebook), "utf-8")


def cell_of(notebook, slug):
    """The cell with this id."""
    return next(cell for cell in notebook["cells"] if cell["id"] == slug)


def add_before(notebook, slug, source, name="extra"):
    """A new code cell before the one with this id."""
    at = notebook["cells"].index(cell_of(notebook, slug))
    notebook["cells"].insert(at, code(name, source))
    return notebook


def code(name, source):
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
