"""`classroom assign`: lessons become assignments, from the sources the notebooks are built from."""

from dataclasses import dataclass, replace

from course_utils.authoring.notebook import dumps, write_atomically
from course_utils.authoring.source import read_lesson
from course_utils.classroom.due import read_due
from course_utils.classroom.exercises import choose, exercises_of, read_points
from course_utils.classroom.framework import loads_framework
from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.manifest import Assignment, save_assignment
from course_utils.classroom.needed import needed
from course_utils.classroom.notebooks import locked_cells, release_notebook, source_notebook
from course_utils.classroom.records import enter_assignment
from course_utils.errors import CourseError


@dataclass(frozen=True)
class Draft:
    """An assignment that is ready to be written: what is asked, and its two notebooks."""

    assignment: Assignment
    source: dict
    release: dict


def assign(classroom, course, numbers, points=(), due=None, only=(), again=False):
    """Write source, release, manifest and gradebook records of lessons.

    Args:
        classroom: the Classroom.
        course: the Course whose lessons are assigned.
        numbers: lesson numbers.
        points: texts "slug=3" or "03/slug=3"; other exercises count what their source says.
        due: ISO date, or None for no limit.
        only: texts "slug" or "03/slug", the exercises that are graded; all if empty.
        again: replace an assignment for which notebooks have been handed in. Then `points`,
            `due` and `only` stay as they are wherever nothing else is said here.

    Returns:
        tuple of the `Assignment`s.

    Raises:
        UsageError: an unknown lesson or exercise, or a malformed option.
        CourseError: notebooks were handed in already, or nothing can be written.
        Nothing is written in these cases, except by a failing disk or database.
    """
    lessons = [read_lesson(course.source(number)) for number in dict.fromkeys(numbers)]
    asked = {f"{lesson.number:02}": exercises_of(lesson) for lesson in lessons}
    chosen, new_points = choose(asked, only), read_points(asked, points)
    due = read_due(due) if due else None
    before = {name: _before(classroom, name, again) for name in asked}
    drafts = []
    for lesson in lessons:
        name = f"{lesson.number:02}"
        old = before[name]
        worth = {e.slug: e.points for e in old.exercises} if old else {}
        graded = chosen[name] if only or not old else set(worth)
        exercises = tuple(
            replace(e, points=new_points.get((name, e.slug), worth.get(e.slug, e.points)))
            for e in asked[name]
            if e.slug in graded
        )
        drafts.append(_draft(course, lesson, exercises, due or (old.due if old else None)))
    with open_gradebook(classroom.db_url) as gradebook:
        for draft in drafts:
            _write(classroom, gradebook, draft)
    return tuple(draft.assignment for draft in drafts)


def _before(classroom, name, again):
    """The assignment as it was, if it counts; refuse to change one with submissions unasked."""
    if name not in classroom.names():
        return None
    if again:
        return classroom.assignment(name)
    handed_in = classroom.submissions(name)
    if handed_in:
        raise CourseError(
            f"lesson {name} is assigned, and {len(handed_in)} of the class have handed in "
            f"({', '.join(handed_in[:3])}{', ...' if len(handed_in) > 3 else ''}).",
            f"assign {name} --again to change it, and grade everyone again afterwards.",
        )
    return None


def _draft(course, lesson, exercises, due):
    release = release_notebook(course, lesson, exercises)
    wanted = [exercise.name for exercise in exercises]
    first = set(needed(release["cells"], wanted))
    texts = [cell["source"] for cell in release["cells"] if cell["id"] in {"setup", *first}]
    assignment = Assignment(
        lesson=f"{lesson.number:02}",
        name=f"{lesson.number:02}",
        notebook=f"{lesson.stem}.ipynb",
        exercises=exercises,
        locked=locked_cells(release),
        framework=loads_framework(course, texts),
        due=due,
    )
    return Draft(assignment, source_notebook(release, lesson), release)


def _write(classroom, gradebook, draft):
    """Notebooks first and the manifest last: what grading believes is there when all is."""
    assignment = draft.assignment
    name = assignment.name
    write_atomically(classroom.source(name) / assignment.notebook, dumps(draft.source))
    write_atomically(classroom.release(name) / assignment.notebook, dumps(draft.release))
    enter_assignment(gradebook, assignment, draft.release)
    try:
        save_assignment(assignment, classroom.manifest(name))
    except OSError as error:
        raise CourseError(
            f"cannot write {classroom.manifest(name)} ({error.strerror or error}).",
            "check the folder and the free space, and assign again.",
        ) from None
