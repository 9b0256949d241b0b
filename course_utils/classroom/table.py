"""One row per learner: what happened to a submission, and its points. What reports show."""

from dataclasses import dataclass

from course_utils.classroom.failures import failure_of
from course_utils.classroom.handed_in import load_handed_in
from course_utils.classroom.result import load_result
from course_utils.classroom.roster import Learner

# What can have happened, in the order in which somebody should look at it.
STATUSES = {
    "crashed": "the notebook stopped while it ran; what has no verdict has no points yet",
    "refused": "not accepted: too large, not a notebook of this lesson, or the like",
    "waiting": "handed in, not graded yet",
    "missing": "nothing handed in",
    "zero": "ran, and no exercise passed",
    "graded": "ran, and has points",
}


@dataclass(frozen=True)
class Row:
    """One learner and one assignment.

    Args:
        learner: `Learner`.
        status: a key of `STATUSES`.
        why: what crashed or was refused, or why grading failed.
        late: how late, in words; "" if it was not.
        points: slug -> points, None where there are none.
        states: slug -> verdict ("pass", "miss", "todo", "lost"); empty if nothing is graded.
        notes: lines for the instructor.
    """

    learner: Learner
    status: str
    why: str
    late: str
    points: dict
    states: dict
    notes: tuple[str, ...]

    @property
    def total(self):
        """Sum of the points, None if there are none at all."""
        given = [points for points in self.points.values() if points is not None]
        return sum(given) if given else None


def rows_of(classroom, assignment, learners, scores):
    """Tuple of `Row`, one for each of `learners`.

    Args:
        scores: dict id -> `scores.Scores`.
    """
    return tuple(_row(classroom, assignment, one, scores.get(one.id)) for one in learners)


def _row(classroom, assignment, learner, score):
    name = assignment.name
    handed_in = load_handed_in(classroom.submitted(learner.id, name))
    result = load_result(classroom.autograded(learner.id, name))
    slugs = [exercise.slug for exercise in assignment.exercises]
    points = {slug: score.points.get(slug) if score else None for slug in slugs}
    late = handed_in.late(assignment.due, score.extension if score else None) if handed_in else ""
    status, why, states, notes = "missing", "", {}, ()
    if handed_in and handed_in.refused:
        status, why = "refused", handed_in.refused
    elif handed_in and (result is None or result.digest != handed_in.digest):
        status, points = "waiting", dict.fromkeys(slugs)
        why = failure_of(classroom.autograded(learner.id, name), handed_in.digest)
    elif handed_in:
        status, why, notes = result.status, result.why, result.notes
        states = {slug: result.scores.get(slug, {}).get("state", "lost") for slug in slugs}
        if status == "graded":
            status = "graded" if any(points.values()) else "zero"
    return Row(learner, status, why, late, points, states, notes)
