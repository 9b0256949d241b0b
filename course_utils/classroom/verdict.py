"""The verdict on one exercise, and the check that gives it."""

import importlib
import re

from course_utils.errors import CourseError

SAYS = 600  # characters of a verdict's text
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def verdict(state, says, hint=""):
    """A verdict's dict, its texts cut and on one line each: part of them may be a learner's."""
    says, hint = (_CONTROL.sub(" ", str(text))[:SAYS] for text in (says, hint))
    return {"state": state, "says": says, "hint": hint}


def find_check(name):
    """The check "nb03:in_order". CourseError if the course has none of that name."""
    match = re.fullmatch(r"(nb\d\d):([a-z_][a-z0-9_]*)", name)
    try:
        check = getattr(importlib.import_module(f"course_utils.checks.{match[1]}"), match[2])
        if check.is_check:
            return check
    except (AttributeError, ImportError, TypeError):
        pass
    raise CourseError(f"there is no check {name!r}.", "assign the lesson again.") from None
