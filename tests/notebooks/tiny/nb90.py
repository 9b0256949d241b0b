"""Checks of the tiny lesson that the gate's tests build, run and break."""

import numpy as np

from course_utils.checks.core import Miss, exercise


def _expect(got, want, hint):
    if not np.array_equal(np.asarray(got), np.asarray(want)):
        raise Miss(f"expected {want}, got {got}", hint)


@exercise("90.1 Twice")
def double(fn):
    def doubles():
        _expect(fn(np.array([1, 3])), [2, 6], "multiply by two.")

    yield from (doubles,)


@exercise("90.2 Mean")
def mean(fn):
    def divides():
        _expect(fn(np.array([1.0, 3.0])), 2.0, "divide by how many there are.")

    yield from (divides,)


@exercise("90.3 Heads")
def heads(fn):
    def counts():
        if not 4_800 < fn() < 5_200:
            raise Miss("that is not about half", "count the ones.")

    yield from (counts,)


@exercise("90.4 A line")
def line(cls):
    def multiplies():
        _expect(cls(3).forward(2), 6, "w times x.")

    yield from (multiplies,)
