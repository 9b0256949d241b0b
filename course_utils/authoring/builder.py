"""Build a lesson's two notebooks, keep honest outputs, never overwrite someone's work."""

import json

from course_utils.authoring.execute import execute
from course_utils.authoring.notebook import digests, dumps, lesson_notebook, loads, write_atomically
from course_utils.authoring.outputs import keep_outputs, missing_outputs
from course_utils.authoring.solutions import solutions_notebook
from course_utils.authoring.source import read_lesson
from course_utils.errors import CourseError


def targets(course, source):
    """Yield (path, fresh notebook without outputs) for the lesson and for its solutions."""
    lesson = read_lesson(source)
    yield course.notebook(source), lesson_notebook(course, lesson)
    if any(cell.is_exercise for cell in lesson.cells):
        yield course.solution(source), solutions_notebook(course, lesson)


def build(course, source, run=False, force=False):
    """Write the notebooks of `source`.

    Args:
        course: the Course.
        source: path of the lesson's source.
        run: execute both notebooks and store their outputs.
        force: overwrite edits made in Jupyter.

    Returns:
        One "path: what happened" per notebook.

    Raises:
        SourceError, RunError: nothing of the failing notebook is written.
        CourseError: a notebook was edited by hand.
    """
    lines = []
    for path, new in list(targets(course, source)):
        old = read_notebook(path)
        if old and not force and edited_by_hand(old, new):
            raise CourseError(
                f"{path.name} was edited since it was built; building would lose the edits.",
                f"python -m course_utils pull {path.name[:2]}, or build --force to discard them.",
            )
        name = path.relative_to(course.notebooks).as_posix()
        if run:
            path.parent.mkdir(parents=True, exist_ok=True)
            execute(new, path.parent, name)
        elif old:
            keep_outputs(old, new)
        text = dumps(new)
        if path.is_file() and path.read_bytes() == text.encode():
            lines.append(f"{name}: unchanged")
            continue
        write_atomically(path, text)
        lines.append(f"{name}: {'run and written' if run else 'written'}")
    return lines


def stale(course, source):
    """Say, for each notebook of `source`, why it is not what the source builds."""
    lines = []
    number = source.name[:2]
    for path, new in targets(course, source):
        name = path.relative_to(course.notebooks).as_posix()
        old = read_notebook(path)
        if old is None:
            lines.append(f"{name}: never built")
            continue
        keep_outputs(old, new)
        if edited_by_hand(old, new):
            lines.append(f"{name}: edited by hand: pull {number}")
        elif path.read_bytes() != dumps(new).encode():
            lines.append(f"{name}: differs from src/{source.name}")
        elif missing_outputs(new):
            lines.append(f"{name}: outputs missing: build --run {number}")
    return lines


def edited_by_hand(old, new):
    """True if a notebook's cells are neither what was built last nor what is built now."""
    cells = digests(old["cells"])
    built = old.get("metadata", {}).get("course", {}).get("built")
    return cells != built and cells != digests(new["cells"])


def read_notebook(path):
    """The notebook at `path`, or None if there is none. CourseError if it cannot be read."""
    try:
        return loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise CourseError(
            f"{path} is not a readable notebook ({error}).",
            "delete it, or restore it from version control, and build again.",
        ) from None
