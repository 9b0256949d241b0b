"""Exercise checks: run cases against a learner's object, stop at the first miss.

A check never raises for a wrong answer, so a notebook with unsolved exercises still runs
top to bottom. It returns a `Result`; as the last line of a cell its repr is the feedback.
That text holds no times, addresses or raw floats, because the stored one is compared.

A check is written as a generator of cases:

    @exercise("11.2 Causal mask")
    def causal_mask(fn):
        def shape():
            got = need_array(fn(4), shape=(4, 4))
            ...
            raise Miss("what was seen", "what the reader probably thought")

        yield from (shape, ...)

For an instructor's autograder, COURSE_GRADING=1 turns every result but a pass into an
exception, because graders such as nbgrader count a check cell that raises as failed.
"""

import functools
import inspect
import os

from course_utils.checks.guard import Mutated, OutOfTime, guarded, time_limit
from course_utils.errors import CourseError

TODO, MISS, PASS = "todo", "miss", "pass"
_MARK = {TODO: "○", MISS: "✗", PASS: "✓"}


class Miss(Exception):
    """A case failed, and this is probably why.

    Args:
        what: what was seen, in the reader's terms; no full stop at the end needed.
        hint: what the reader probably thought, or where to look; never the solution.
    """

    def __init__(self, what, hint):
        super().__init__(what, hint)
        self.what, self.hint = what, hint


class CheckFailed(CourseError):
    """Raised instead of returned when COURSE_GRADING=1 and the answer does not pass."""


class Result:
    """What a check found: false unless every case passed; its repr is the feedback."""

    def __init__(self, title, state, says, hint=""):
        self.title, self.state, self.says, self.hint = title, state, says, hint

    def __bool__(self):
        return self.state == PASS

    def __repr__(self):
        line = f"{_MARK[self.state]} {self.title}: {self.says}"
        return f"{line}\n  Hint: {self.hint}" if self.hint else line


_NOTHING = object()


def exercise(title, *, seconds=5.0):
    """Turn a generator of cases into a check that a notebook calls with an answer.

    Args:
        title: what the feedback begins with, such as "11.2 Causal mask".
        seconds: time limit of each case, so that an endless loop ends with a hint.

    Returns:
        A decorator. The check takes the answer (a function or class) and returns `Result`.
    """

    def decorate(cases):
        @functools.wraps(cases)
        def check(answer=_NOTHING):
            result = _run(title, cases, answer, seconds)
            if not result and os.environ.get("COURSE_GRADING") == "1":
                raise CheckFailed(repr(result), "see the hint above and run the check again.")
            return result

        check.title = title
        check.is_check = True
        return check

    return decorate


def _run(title, cases, answer, seconds):
    name = cases.__name__
    if answer is _NOTHING:
        return Result(title, MISS, "nothing to check", f"hand over what you wrote: {name}({name}).")
    if not callable(answer):
        return Result(
            title,
            MISS,
            f"expected a function or class, got {type(answer).__name__}",
            "hand over the function itself: write its name without (...) behind it.",
        )
    subject = answer if inspect.isclass(answer) else guarded(answer)
    passed = 0
    try:
        for case in cases(subject):
            with time_limit(seconds):
                case()
            passed += 1
    except NotImplementedError:
        return Result(title, TODO, "not attempted yet")
    except Miss as miss:
        return Result(title, MISS, miss.what, miss.hint)
    except Mutated as change:
        return Result(
            title,
            MISS,
            f"changed its input (argument {change.position})",
            "work on a copy, x.copy(), or build a new array instead of writing into the old one.",
        )
    except OutOfTime:
        return Result(
            title,
            MISS,
            f"still running after {seconds:g} seconds",
            "is there a loop that never ends? Look at what should make it stop.",
        )
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also SystemExit: an answer must not end the kernel
        return Result(
            title,
            MISS,
            f"raised {type(error).__name__}: {_first_line(error)}",
            "call it yourself in a new cell to see the line where it happens.",
        )
    return Result(title, PASS, f"{passed} of {passed} cases")


def _first_line(error):
    text = str(error).strip().splitlines()
    return text[0] if text else "(no message)"
