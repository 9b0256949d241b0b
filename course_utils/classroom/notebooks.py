"""The two notebooks of an assignment: what learners get, and the instructor's with solutions."""

import copy

from course_utils.authoring.exercise import regions
from course_utils.authoring.notebook import digests, lesson_notebook
from course_utils.classroom.extra import need_extra
from course_utils.classroom.manifest import locked_digest


def release_notebook(course, lesson, exercises):
    """The learner's copy of `lesson`, in which `exercises`, and no others, are graded.

    Exercises that are not graded keep their text and their check, as in the lesson itself.
    """
    notebook = lesson_notebook(course, lesson)
    graded = {exercise.slug: exercise for exercise in exercises}
    for ask, answer, check, _ in lesson.exercises():
        for cell in notebook["cells"]:
            if cell["id"] not in (ask.slug, answer.slug, check.slug):
                continue
            if answer.slug not in graded:
                del cell["metadata"]["nbgrader"]
                continue
            if cell["id"] == check.slug:
                cell["metadata"]["nbgrader"]["points"] = graded[answer.slug].points
            _add_checksum(cell)
    return notebook


def source_notebook(release, lesson):
    """The instructor's copy of `release`, with solutions between nbgrader's markers.

    From it, `nbgrader generate_assignment` makes the stubs that `release` has, except that a
    bug clinic loses its broken code, which nbgrader's format cannot express.
    """
    notebook = copy.deepcopy(release)
    texts = {cell.slug: cell.text for cell in lesson.cells if cell.is_exercise}
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = _marked(texts[cell["id"]])
            _add_checksum(cell)
    notebook["metadata"]["course"]["built"] = digests(notebook["cells"])
    return notebook


def locked_cells(notebook):
    """Map cell id -> `locked_digest` of the cells that a learner must not change."""
    return {
        cell["id"]: locked_digest(cell)
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("locked")
    }


def _marked(text):
    lines = text.split("\n")
    for region in reversed(regions(text)):
        pad = " " * region.indent
        lines[region.end - 1 : region.stop - 1] = [f"{pad}### END SOLUTION"]
        lines[region.start - 1] = f"{pad}### BEGIN SOLUTION"
    return "\n".join(lines)


def _add_checksum(cell):
    """nbgrader's own: with it, its commands see whether a learner changed the cell."""
    need_extra("nbgrader")
    import nbformat
    from nbgrader.utils import compute_checksum

    cell["metadata"]["nbgrader"]["checksum"] = compute_checksum(nbformat.from_dict(cell))
