"""What one assignment asks: its exercises, their points, and the cells nobody may change.

Grading believes this file and nothing that a learner handed in: which checks exist, what they
are worth and what their cells say was decided when the lesson was assigned.
"""

import hashlib
import json
import math
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.whole_file import write_whole

FORMAT = 1


@dataclass(frozen=True)
class Exercise:
    """One graded exercise.

    Args:
        slug: id of the answer cell; the check cell is `slug-check`.
        title: "3.2 In which order".
        check: "nb03:in_order", a module of `course_utils.checks` and the check in it.
        name: "in_order", what the answer cell defines and the check gets.
        points: what passing is worth, > 0.
    """

    slug: str
    title: str
    check: str
    name: str
    points: float


@dataclass(frozen=True)
class Assignment:
    """A lesson as it was assigned.

    Args:
        lesson: "03".
        name: the assignment's id, the same text.
        notebook: "03_backpropagation.ipynb".
        exercises: the graded ones, in the lesson's order.
        locked: cell id -> `locked_digest` of every cell that nbgrader locks.
        framework: the lesson imports TensorFlow, which needs more memory.
        due: ISO 8601 with zone, or None.
    """

    lesson: str
    name: str
    notebook: str
    exercises: tuple[Exercise, ...]
    locked: dict[str, str]
    framework: bool
    due: str | None

    @property
    def points(self):
        """All points there are to have."""
        return math.fsum(exercise.points for exercise in self.exercises)


def locked_digest(cell):
    """SHA-256 of a cell's kind and text, hexadecimal; `cell` is a dict, its source one string."""
    return hashlib.sha256(f"{cell['cell_type']}\n{cell['source']}".encode()).hexdigest()


def save_assignment(assignment, path):
    """Write `assignment` as JSON to `path`, whole or not at all. OSError where the disk does."""
    text = json.dumps({"format": FORMAT} | asdict(assignment), ensure_ascii=False, indent=1)
    write_whole(path, lambda file: file.write(f"{text}\n".encode()))


def load_assignment(path):
    """Read what `save_assignment` wrote.

    Raises:
        CourseError: there is no such file, it is damaged, or of another format.
    """
    path = Path(path)
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']!r}, expected {FORMAT}")
        return _assignment(data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(
            f"{path.name} is no readable assignment ({type(error).__name__}: {error}).",
            f"python -m course_utils classroom assign {path.stem} --again.",
        ) from None


def _assignment(data):
    values = {field.name: data[field.name] for field in fields(Assignment)}
    values["exercises"] = tuple(Exercise(**entry) for entry in data["exercises"])
    assignment = Assignment(**values)
    for exercise in assignment.exercises:
        if not 0 < exercise.points < math.inf:
            raise ValueError(f"{exercise.slug} is worth {exercise.points} points")
    if assignment.due and datetime.fromisoformat(assignment.due).tzinfo is None:
        raise ValueError(f"due {assignment.due} names no time zone")
    return assignment
