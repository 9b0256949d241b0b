"""`classroom feedback`: one page per learner and assignment, with nbgrader's template.

A page is rebuilt from what the course released: titles, statements and check cells are ours.
Of the learner's notebook it takes the text of the answers and what is harmless of their
outputs. Nothing of another learner, no test and no folder of the instructor's machine is in it.
"""

from dataclasses import dataclass

from course_utils.authoring.notebook import loads, write_atomically
from course_utils.classroom.answers import answer_cell
from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.handed_in import load_handed_in
from course_utils.classroom.page import Page, exporter, html_page
from course_utils.classroom.result import load_result
from course_utils.classroom.roster import learners_of
from course_utils.classroom.safe_output import safe_outputs
from course_utils.classroom.scores import scores_of

MARKS = {"todo": "○", "miss": "✗", "pass": "✓", "lost": "✗"}
MOST_CODE = 100_000


@dataclass
class Written:
    """Ids of learners whose page was written, and of those not graded yet."""

    pages: list
    waiting: list


def write_feedback(classroom, name):
    """Write the pages of assignment `name` and return `Written`.

    Raises:
        UsageError: no such assignment.
        CourseError: a file that cannot be read or written.
    """
    assignment = classroom.assignment(name)
    release = loads((classroom.release(name) / assignment.notebook).read_text("utf-8"))
    written = Written([], [])
    with open_gradebook(classroom.db_url) as gradebook:
        learners = {learner.id: learner for learner in learners_of(gradebook)}
        scores = scores_of(gradebook, assignment)
    to_html = exporter()
    for student in classroom.submissions(name):
        handed_in = load_handed_in(classroom.submitted(student, name))
        result = load_result(classroom.autograded(student, name))
        refused = handed_in.refused if handed_in else ""
        if result is None and not refused:
            written.waiting.append(student)
            continue
        if student not in learners:
            continue
        mine = scores.get(student)
        late = handed_in.late(assignment.due, mine.extension if mine else None) if handed_in else ""
        page = Page(
            assignment=assignment,
            lesson=_title(release, assignment),
            learner=learners[student].name,
            status=result.status if result else "refused",
            why=result.why if result else refused,
            late=late,
            notes=result.notes if result else (),
            scores=mine.points if mine else {},
            states=result.scores if result else {},
            cells=_cells(classroom, assignment, release, student, result, mine),
        )
        target = classroom.feedback(student, name) / assignment.notebook.replace(".ipynb", ".html")
        places = (str(classroom.root), str(classroom.root.resolve()))
        write_atomically(target, html_page(to_html, page, places))
        written.pages.append(student)
    return written


def _title(release, assignment):
    first = release["cells"][0]["source"].split("\n")[0]
    return first.removeprefix("# ") if first.startswith("# ") else assignment.notebook


def _cells(classroom, assignment, release, student, result, mine):
    """Statement, answer and verdict of every exercise; none if there is no graded notebook.

    Where nothing was graded there is no verdict: an empty score would read as a zero.
    """
    path = classroom.autograded(student, assignment.name) / assignment.notebook
    if result is None or not path.is_file():
        return []
    theirs = loads(path.read_text("utf-8"))["cells"]
    ours = {cell["id"]: cell for cell in release["cells"]}
    cells = []
    for exercise in assignment.exercises:
        slug = exercise.slug
        verdict = result.scores.get(slug, {})
        found = answer_cell(theirs, exercise)
        source = found["source"] if found else f"# no cell defines {exercise.name}"
        comment = mine.comments.get(slug) if mine else None
        answer = {"solution": True, "grade": False, "comment": comment or ""}
        points = mine.points.get(slug) if mine else None
        cells += [
            _markdown(ours[f"{slug}-ask"]["source"]),
            _code(slug, source, safe_outputs(found.get("outputs")) if found else [], answer),
        ]
        if points is None:
            continue
        check = {"solution": False, "grade": True, "points": exercise.points, "score": points}
        cells.append(
            _code(f"{slug}-check", ours[f"{slug}-check"]["source"], _said(exercise, verdict), check)
        )
    return cells


def _said(exercise, verdict):
    """The verdict as the output of its check cell, as the learner sees it in the lesson."""
    if not verdict:
        return []
    says = f"{MARKS.get(verdict['state'], '✗')} {exercise.title}: {verdict['says']}"
    if verdict.get("hint"):
        says += f"\n  Hint: {verdict['hint']}"
    return safe_outputs([{"output_type": "stream", "text": says}])


def _markdown(text):
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(slug, text, outputs, grading):
    if len(text) > MOST_CODE:
        text = text[:MOST_CODE] + "\n# [the rest is not shown]"
    about = {"nbgrader": {"grade_id": slug, "locked": False, "task": False} | grading}
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": about,
        "outputs": outputs,
        "source": text,
    }
