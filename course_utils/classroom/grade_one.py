"""Grade one submission: the unit of work that workers are given, from files to a result.

The submission runs in a jail and answers questions there; the judge, a clean process of this
course, asks them and gives the verdicts; what is worth how much comes from the manifest. Nothing
here writes outside of the run folder, and whatever the submission does is in the result.
"""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.authoring.notebook import loads
from course_utils.checks.core import PASS, Result
from course_utils.classroom.limits import Limits
from course_utils.classroom.manifest import load_assignment
from course_utils.classroom.repair import repaired
from course_utils.classroom.result import Outcome
from course_utils.classroom.submission import Refused, belongs, digest_of, read_file, read_notebook
from course_utils.classroom.verdicts import LOST, ask
from course_utils.errors import CourseError

GRADED, CRASHED, REFUSED = "graded", "crashed", "refused"


@dataclass(frozen=True)
class Task:
    """What to grade.

    Args:
        student, assignment: ids, repeated in the result.
        submission: path of the notebook handed in.
        manifest: path of the assignment's manifest.
        release: path of the notebook as it was released.
        limits: `Limits`, or None for the usual ones of the lesson.
        jailed: False runs the submission as an ordinary process of this user.
    """

    student: str
    assignment: str
    submission: str
    manifest: str
    release: str
    limits: Limits | None = None
    jailed: bool = True


@dataclass(frozen=True)
class Graded(Outcome):
    """An `Outcome` as a worker returns it.

    Args:
        notebook: the learner's cells with the verdicts as outputs of the check cells, or None.
    """

    notebook: dict | None = field(repr=False, default=None)


def grade_one(task):
    """Return the `Graded` of a `Task`.

    Raises:
        CourseError: the manifest or the released notebook cannot be read, or this machine has
            no jail. Never because of what the submission holds or does.
    """
    began = time.monotonic()
    assignment = load_assignment(task.manifest)
    release = _released(task.release)
    limits = task.limits or Limits.of(assignment.framework)
    digest = ""
    try:
        data = read_file(task.submission)
        digest = digest_of(data)
        cells, source, twice = read_notebook(data)
        belongs(cells, source, assignment)
    except Refused as refused:
        return _result(task, assignment, began, digest, status=REFUSED, why=str(refused))
    cells, notes = repaired(cells, release["cells"], assignment, twice)
    notebook = release | {"cells": cells}
    verdicts, ran = ask(notebook, assignment, task, limits)
    for exercise in assignment.exercises:
        name, message = ran.errors.get(exercise.slug, (None, ""))
        if name and verdicts[exercise.slug]["state"] != PASS:
            says = f"its cell raised {name}: {_first_line(message)}"
            hint = "run the cell by itself to see the line."
            verdicts[exercise.slug] = {"state": "miss", "says": says, "hint": hint}
    # A verdict that came stands, whatever happened to the process after it. One that did not
    # come is the answer's doing; none at all may be anybody's, and a person must look.
    silent = all(verdict["state"] == LOST for verdict in verdicts.values())
    crashed = ran.why is not None or silent
    return _result(
        task,
        assignment,
        began,
        digest,
        status=CRASHED if crashed else GRADED,
        why=_where(ran, verdicts) if crashed else "",
        notes=notes,
        verdicts=verdicts,
        notebook=_shown(ran.notebook, assignment, verdicts),
    )


def _result(
    task, assignment, began, digest, *, status, why, notes=(), verdicts=None, notebook=None
):
    scores = {}
    for exercise in assignment.exercises:
        found = (verdicts or {}).get(exercise.slug, {"state": LOST, "says": why, "hint": ""})
        points = exercise.points if found["state"] == PASS else 0.0
        scores[exercise.slug] = {"points": points, "of": exercise.points} | {
            key: found[key] for key in ("state", "says", "hint")
        }
    seconds = round(time.monotonic() - began, 2)
    return Graded(
        *(task.student, task.assignment, status, why, tuple(notes), scores, seconds, digest),
        notebook=notebook,
    )


def _released(path):
    try:
        return loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CourseError(
            f"the released notebook {path} cannot be read ({type(error).__name__}).",
            f"python -m course_utils classroom assign {Path(path).name[:2]} --again.",
        ) from None


def _where(ran, verdicts):
    """Why a run ended and in which cell."""
    if ran.why is None:
        return next(iter(verdicts.values()))["says"]
    if ran.crashed_in:
        return f"{ran.why} (in cell {ran.crashed_in})"
    return f"{ran.why} (while its answers were checked)" if ran.crashed_in == "" else ran.why


def _shown(notebook, assignment, verdicts):
    """The notebook with our verdict below each check cell."""
    titles = {f"{exercise.slug}-check": exercise for exercise in assignment.exercises}
    for cell in notebook["cells"]:
        exercise = titles.get(cell["id"])
        if exercise and cell["cell_type"] == "code":
            found = verdicts[exercise.slug]
            if found["state"] == LOST:
                text = f"– {exercise.title}: no verdict: {found['says']}"
            else:
                text = repr(Result(exercise.title, found["state"], found["says"], found["hint"]))
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": f"{text}\n"}]
    return json.loads(json.dumps(notebook))  # what is not JSON is found here, not by the writer


def _first_line(text):
    lines = text.strip().splitlines()
    return lines[0][:300] if lines else "(no message)"
