"""Graders that look at nothing, in a module of their own so that workers can import them."""

import os
import time
from pathlib import Path

from course_utils.classroom.grade_one import Graded
from course_utils.classroom.manifest import load_assignment
from course_utils.classroom.submission import digest_of


def double(number):
    """Twice the number; 13 is bad luck."""
    if number == 13:
        raise ValueError("13 is bad luck")
    return 2 * number


def end_process(number):
    """Ends its own process for 13."""
    if number == 13:
        os._exit(1)
    return 2 * number


def process(number):
    """Which process this is; long enough that others get work too."""
    time.sleep(0.05)
    return os.getpid()


def here_and_gone():
    return "it has no cupboard"


def not_here():
    import no_such_course  # noqa: F401


def expected(assignment, student):
    """slug -> points: exercise k passes if k divides the number in the student's id."""
    number = int(student[1:])
    return {
        e.slug: e.points if number % k == 0 else 0.0
        for k, e in enumerate(assignment.exercises, start=1)
    }


def fast(task):
    """A `Graded` without running anything."""
    assignment = load_assignment(task.manifest)
    points = expected(assignment, task.student)
    scores = {
        e.slug: {
            "points": points[e.slug],
            "of": e.points,
            "state": "pass" if points[e.slug] else "miss",
            "says": "",
            "hint": "",
        }
        for e in assignment.exercises
    }
    digest = digest_of(Path(task.submission).read_bytes())
    ids = (task.student, task.assignment)
    return Graded(*ids, "graded", "", (), scores, 0.0, digest)


def logged(task):
    """`fast`, which takes a moment and writes down where it begins and that it ends."""
    log(task, "begin")
    time.sleep(0.3)
    graded = fast(task)
    log(task, "end")
    return graded


def log(task, word):
    with open(log_of(task.manifest), "a") as file:
        file.write(f"{word} {task.student} {os.getpid()}\n")


def log_of(manifest):
    return Path(manifest).with_name("log.txt")


def sometimes(task):
    """`fast`, but it cannot do student s002."""
    if task.student == "s002":
        raise ZeroDivisionError("a fault of the grader")
    return fast(task)
