"""Answers that do not play by the rules gain nothing at the border."""

import ctypes
import os
import signal
import sys
import time
from collections import deque
from fractions import Fraction

import numpy as np
import pytest

from course_utils.checks.core import Miss
from course_utils.checks.guard import OutOfTime
from tests.classroom import border
from tests.classroom.doubling import CHECKS, double


def good(x):
    return x * 2


def judged(**answers):
    """Verdicts on answers to `double`, and then on a good one in the same process."""
    answers |= {"good": good}
    asked = [(name, "double", name) for name in answers]
    verdicts = border.judged(asked, answers, find=CHECKS.get)
    assert verdicts["good"]["state"] == "pass", "the answer after it is judged as ever"
    return verdicts


def endless(x):
    while True:
        pass


def deaf(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def asleep(x):
    ctypes.CDLL(None).sleep(1000)


def killed(x):
    os.kill(os.getpid(), signal.SIGKILL)


def leaves_a_child(x):
    if os.fork() == 0:
        time.sleep(1000)
    return x * 2


def huge(x):
    return np.zeros(1 << 50)


def large(x):
    return np.zeros(20 << 20)


def chatty(x):
    os.write(1, b"x" * 10_000_000)
    print("x" * 10_000_000)
    return x * 2


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (endless, "miss", "still running after 1 seconds"),
        (deaf, "miss", "still running after 1 seconds"),
        (asleep, "miss", "still running after 1 seconds"),
        (lambda x: os._exit(0), "lost", "ended"),
        (killed, "lost", "ended"),
        (leaves_a_child, "pass", "2 of 2"),
        (huge, "miss", "MemoryError"),
        (large, "miss", "raised NotPlain"),
        (chatty, "pass", "2 of 2"),
        (3, "miss", "expected a function or class, got int"),
        (sys, "miss", "expected a function or class, got module"),
    ],
)
def test_an_answer_that_runs_wild_costs_one_exercise(answer, state, says):
    verdict = judged(answer=answer)["answer"]
    assert verdict["state"] == state
    assert says in verdict["says"]


def test_where_a_fork_is_not_safe_a_thread_serves_and_a_loop_in_it_ends(monkeypatch):
    monkeypatch.setattr(border.answering, "fork_is_safe", lambda: False)
    verdicts = judged(endless=endless, stub=lambda x: [][0])
    assert verdicts["endless"]["says"] == "still running after 1 seconds"
    assert verdicts["stub"]["says"] == "raised IndexError: list index out of range"


class Yes(float):
    """Equal to everything."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = float.__hash__
    __sub__ = __rsub__ = lambda self, other: 0.0
    __float__ = lambda self: 6.0  # noqa: E731


class Array(np.ndarray):
    """An array that every comparison of NumPy finds right."""

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __array_ufunc__(self, *args, **named):
        return np.True_


class Anything:
    """Has no value, but an opinion."""

    def __eq__(self, other):
        return True

    __hash__ = None
    __bool__ = lambda self: True  # noqa: E731


def patching(x):
    """Changes every function that a check of this process would use."""
    from course_utils.checks import core, guard, needs

    for module in (core, guard, needs, np):
        for name in ("close", "need_array", "need_number", "same", "allclose", "_run"):
            if hasattr(module, name):
                setattr(module, name, lambda *a, **k: 6.0)
    core.Result.__bool__ = lambda self: True
    core.PASS = core.MISS
    return "six"


def named_error(name, base=Exception):
    def answer(x):
        raise type(name, (base,), {})("what", "hint")

    return answer


def raising(error):
    def answer(x):
        raise error

    return answer


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda x: Yes(5), "3 does not become 6"),
        (lambda x: np.full(np.shape(x), 5.0).view(Array), "3 does not become 6"),
        (lambda x: Anything(), "is a Anything, not an array of numbers"),
        (patching, "is a str, not an array of numbers"),
        (raising(Miss("all is well", "sure")), "raised Miss: ('all is well', 'sure')"),
        (raising(OutOfTime()), "raised OutOfTime: (no message)"),
        (raising(KeyboardInterrupt("stop")), "raised KeyboardInterrupt: stop"),
        (raising(SystemExit(0)), "raised SystemExit: 0"),
        (raising(GeneratorExit()), "raised GeneratorExit"),
        (named_error("NotImplementedError"), "raised NotImplementedError"),
        (named_error("Closed"), "raised Closed"),
        (named_error("bad\nname"), "raised Strange"),
        (raising(ValueError("a\x1b[2J\nsecond line")), "raised ValueError: a [2J"),
        (raising(ValueError("x" * 10_000)), "raised ValueError: xxx"),
    ],
)
def test_an_object_cannot_answer_for_itself(answer, says):
    verdict = judged(answer=answer)["answer"]
    assert verdict["state"] == "miss"
    assert says in verdict["says"]
    assert len(verdict["says"]) <= 600
    assert verdict["says"].isprintable()


class Tensor:
    def __init__(self, x):
        self.x = x

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.x, dtype=dtype)


@pytest.mark.parametrize(
    "wrap",
    [
        Tensor,
        lambda x: Fraction(x) if np.ndim(x) == 0 else deque(x),
        lambda x: x if np.ndim(x) == 0 else np.array(list(x), dtype=object),
        np.longdouble,
    ],
)
def test_what_is_an_array_of_numbers_in_one_process_is_one_over_the_border(wrap):
    assert double(lambda x: wrap(x * 2))
    assert judged(answer=lambda x: wrap(x * 2))["answer"]["state"] == "pass"
