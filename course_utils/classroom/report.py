"""`classroom report`: a class in one table, as CSV for a spreadsheet and as one HTML file."""

import csv
import io

from course_utils.authoring.notebook import write_atomically
from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.report_page import report_page
from course_utils.classroom.roster import learners_of
from course_utils.classroom.scores import scores_of
from course_utils.classroom.table import rows_of

WHO = ("id", "last", "first", "email")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")


def write_reports(classroom, names=()):
    """Write reports/NN.csv and NN.html for the assignments `names` (all if empty), and class.csv.

    Returns:
        dict name -> tuple of `table.Row`, and the list of paths written.

    Raises:
        UsageError: no such assignment.
        CourseError: a file that cannot be read or written.
    """
    assignments = [classroom.assignment(name) for name in names or classroom.names()]
    tables, paths = {}, []
    with open_gradebook(classroom.db_url) as gradebook:
        learners = learners_of(gradebook)
        for assignment in assignments:
            scores = scores_of(gradebook, assignment)
            tables[assignment.name] = rows_of(classroom, assignment, learners, scores)
    for assignment in assignments:
        rows = tables[assignment.name]
        pairs = (
            (".csv", assignment_csv(assignment, rows)),
            (".html", report_page(assignment, rows)),
        )
        for ending, text in pairs:
            paths.append(classroom.reports / f"{assignment.name}{ending}")
            write_atomically(paths[-1], text)
    paths.append(classroom.reports / "class.csv")
    write_atomically(paths[-1], class_csv(assignments, learners, tables))
    return tables, paths


def assignment_csv(assignment, rows):
    """The table of one assignment. A cell without points is empty: nothing was graded there."""
    head = [*WHO, "status", "late", "points", "of"]
    head += [exercise.slug for exercise in assignment.exercises] + ["why", "notes"]
    lines = [head]
    for row in rows:
        cells = [*_who(row.learner), row.status, row.late, _number(row.total), assignment.points]
        cells += [_number(row.points[exercise.slug]) for exercise in assignment.exercises]
        lines.append([*cells, row.why, "; ".join(row.notes)])
    return _csv(lines)


def class_csv(assignments, learners, tables):
    """One line per learner: status and points of each assignment, and their sum."""
    head = list(WHO)
    for assignment in assignments:
        head += [
            f"{assignment.name} status",
            f"{assignment.name} late",
            f"{assignment.name} points",
        ]
    lines = [[*head, "points", "of"]]
    of = sum(assignment.points for assignment in assignments)
    for at, learner in enumerate(learners):
        rows = [tables[assignment.name][at] for assignment in assignments]
        cells = _who(learner)
        for row in rows:
            cells += [row.status, row.late, _number(row.total)]
        lines.append([*cells, sum(row.total or 0.0 for row in rows), of])
    return _csv(lines)


def neutral(cell):
    """A text that a spreadsheet takes as text: one that could be a formula gets a ' in front."""
    if isinstance(cell, str) and cell.lstrip(" \n").startswith(FORMULA):
        return f"'{cell}"
    return cell


def _csv(lines):
    """CSV with a byte-order mark, by which spreadsheets know that it is UTF-8.

    Texts are quoted, so that a program that splits at semicolons does not split inside them.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([neutral(cell) for cell in line] for line in lines)
    return "\ufeff" + text.getvalue()


def _who(learner):
    return [learner.id, learner.last, learner.first, learner.email]


def _number(points):
    return "" if points is None else round(points, 6)
