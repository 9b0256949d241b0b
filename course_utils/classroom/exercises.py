"""The exercises of a lesson as an assignment asks them, read from the lesson's source."""

import ast

from course_utils.authoring.exercise import HEADING
from course_utils.classroom.manifest import Exercise
from course_utils.errors import CourseError, SourceError, UsageError

MOST = 1000  # points for one exercise; more is a slip of the keyboard


def exercises_of(lesson):
    """Tuple of every `Exercise` of a parsed lesson, with the points of its source.

    Raises:
        SourceError: a check cell is not the one call `nbNN.check(name)`.
        CourseError: the lesson has no exercise.
    """
    found = []
    for ask, answer, check, _ in lesson.exercises():
        target, name = _call(check, lesson.file)
        line = ask.text.split("\n")[0]
        number = HEADING.fullmatch(line)[1]
        title = f"{number} {line.partition(':')[2].strip()}"
        points = float(answer.options.get("points", 1))
        found.append(Exercise(answer.slug, title, target, name, points))
    if not found:
        raise CourseError(
            f"lesson {lesson.number:02} has no exercise to assign.", "assign another lesson."
        )
    return tuple(found)


def choose(lessons, only):
    """Which slugs of which lesson are graded.

    Args:
        lessons: dict "03" -> tuple of `Exercise`.
        only: texts "slug" or "03/slug"; empty for all.

    Returns:
        dict "03" -> set of slugs.

    Raises:
        UsageError: a slug that no lesson, or more than one, has; a lesson without a graded one.
    """
    if not only:
        return {name: {e.slug for e in asked} for name, asked in lessons.items()}
    chosen = {name: set() for name in lessons}
    for text in only:
        name, slug = _place(lessons, text)
        chosen[name].add(slug)
    for name, slugs in chosen.items():
        if not slugs:
            raise UsageError(
                f"--only names no exercise of lesson {name}.", f"one of {_slugs(lessons, name)}."
            )
    return chosen


def read_points(lessons, texts):
    """Points from texts "slug=3" or "03/slug=2.5" as a dict ("03", slug) -> points.

    Raises:
        UsageError: an unknown or ambiguous slug, or no number above 0.
    """
    points = {}
    for text in texts:
        slug, _, number = text.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = 0.0
        if not 0 < value <= MOST:
            raise UsageError(
                f"--points {text} does not give a number above 0 and up to {MOST}.",
                "write --points SLUG=3; to leave an exercise out, name the others with --only.",
            )
        points[_place(lessons, slug)] = value
    return points


def _place(lessons, text):
    """The ("03", slug) that `text` means."""
    number, _, slug = text.rpartition("/")
    number = f"{int(number):02}" if number.isdecimal() else number
    owners = [
        name
        for name, asked in lessons.items()
        if number in ("", name) and any(e.slug == slug for e in asked)
    ]
    if len(owners) == 1:
        return owners[0], slug
    if owners:
        ways = " or ".join(f"{name}/{slug}" for name in owners)
        raise UsageError(f"lessons {' and '.join(owners)} both have {slug!r}.", f"write {ways}.")
    known = "; ".join(f"{name}: {_slugs(lessons, name)}" for name in lessons)
    raise UsageError(f"no lesson assigned here has an exercise {text!r}.", f"one of {known}.")


def _slugs(lessons, name):
    return ", ".join(exercise.slug for exercise in lessons[name])


def _call(check, file):
    """("nb03:in_order", "in_order") from the check cell `nb03.in_order(in_order)`."""
    try:
        call = ast.parse(check.text, mode="eval").body
        module, name = call.func.value.id, call.func.attr
        (answer,) = call.args
        if not call.keywords:
            return f"{module}:{name}", answer.id
    except (SyntaxError, AttributeError, ValueError):
        pass
    raise SourceError(
        f"{file}:{check.line}: {check.slug!r} is not one call like nb03.in_order(in_order).",
        "hand the check the one function or class that the learner writes.",
    )
