"""The gate: everything a lesson must be before it may be published, as a list of complaints.

nbval compares stored outputs with fresh ones, and passes a notebook that was never run. The
gate holds what nbval cannot see: that outputs are stored at all and are of this source, that
figures have words, that exercises have checks, that the prose can be read.
"""

from course_utils.authoring import rules_code, rules_prose, rules_stored
from course_utils.authoring.builder import read_notebook, stale
from course_utils.authoring.source import read_lesson


def complaints(course, source):
    """Judge the lesson of `source` with both its notebooks.

    Args:
        course: the Course.
        source: path of the lesson's source.

    Returns:
        Sentences that name the file and cell and what is wrong; empty if all is well.

    Raises:
        SourceError: the source cannot be read at all.
    """
    lesson = read_lesson(source)
    found = stale(course, source)
    found += _named(f"src/{source.name}", rules_code.judge(lesson, course.checks(lesson.number)))
    found += _named(f"src/{source.name}", rules_prose.judge(lesson))
    for path in (course.notebook(source), course.solution(source)):
        notebook = read_notebook(path) if path.is_file() else None
        if notebook is None:
            continue
        name = path.relative_to(course.notebooks).as_posix()
        is_lesson = path.parent == course.notebooks
        found += _named(name, rules_stored.judge(lesson, path, notebook, is_lesson))
    return found


def _named(file, problems):
    return [f"{file}: {slug}: {problem}" for slug, problem in problems]
