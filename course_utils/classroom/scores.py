"""Points out of nbgrader's gradebook: what a person corrected there counts."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Scores:
    """One learner's record of one assignment.

    Args:
        points: slug -> points, None where nobody, person or machine, has given any.
        comments: slug -> comment, or None.
        extension: `timedelta` by which the due date is later for this learner, or None.
    """

    points: dict
    comments: dict
    extension: timedelta | None


def scores_of(gradebook, assignment):
    """Map learner id -> `Scores` of every submission that the open gradebook has.

    Two queries for the whole class.
    """
    from nbgrader import api

    db = gradebook.db
    stem = assignment.notebook.removesuffix(".ipynb")
    asked = {exercise.slug for exercise in assignment.exercises}

    def rows(held, *values):
        query = db.query(api.SubmittedAssignment.student_id, api.BaseCell.name, *values)
        query = query.select_from(held).join(api.BaseCell, held.cell_id == api.BaseCell.id)
        query = query.join(api.SubmittedNotebook, held.notebook_id == api.SubmittedNotebook.id)
        query = query.join(
            api.SubmittedAssignment,
            api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id,
        ).join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
        query = query.join(api.Notebook, api.SubmittedNotebook.notebook_id == api.Notebook.id)
        return query.filter(api.Assignment.name == assignment.name, api.Notebook.name == stem)

    found = {}
    extension = api.SubmittedAssignment.extension
    grade = api.Grade
    values = (grade.auto_score, grade.manual_score, grade.extra_credit, extension)
    for student, cell, auto, manual, extra, longer in rows(grade, *values):
        one = found.setdefault(student, Scores({}, {}, longer))
        slug = cell.removesuffix("-check")
        if slug in asked:
            given = manual if manual is not None else auto
            one.points[slug] = given if given is None else given + (extra or 0.0)
    for student, slug, comment in rows(api.Comment, api.Comment.comment):
        if student in found and slug in asked:
            found[student].comments[slug] = comment
    return found
