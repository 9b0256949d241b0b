"""Calling a stranger's function safely: on copies, within a time limit.

The time limit works in any thread, on every platform and without signals: a watcher thread
asks the interpreter to raise `OutOfTime` in the waiting one, again and again until it is
heard, so an answer that swallows exceptions in an endless loop ends too. It cannot stop a
single call into C code that never returns.
"""

import contextlib
import copy
import ctypes
import functools
import threading


class OutOfTime(BaseException):
    """The time limit ran out. Not an `Exception`, so that `except Exception` lets it pass."""


class Mutated(Exception):
    """A guarded function changed one of its arguments; `position` counts from 1."""

    def __init__(self, position):
        super().__init__(f"argument {position} was changed")
        self.position = position


def guarded(fn):
    """Wrap `fn`: it receives deep copies, and changing one of them raises `Mutated`."""

    @functools.wraps(fn)
    def call(*args, **named):
        lent = copy.deepcopy((args, named))
        value = fn(*lent[0], **lent[1])
        pairs = zip([*args, *named.values()], [*lent[0], *lent[1].values()], strict=True)
        for position, (before, after) in enumerate(pairs, 1):
            if not same(before, after):
                raise Mutated(position)
        return value

    return call


def same(a, b):
    """True if two values are equal throughout: arrays, numbers, strings, nested containers.

    Objects that define no equality of their own count as unchanged: only what a check can
    compare is compared.
    """
    import numpy as np

    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        a, b = np.asarray(a), np.asarray(b)
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        if a.dtype.kind in "fc":
            return bool(np.array_equal(a, b, equal_nan=True))
        return bool(np.array_equal(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, float) and isinstance(b, float):
        return a == b or (a != a and b != b)
    if isinstance(a, (str, bytes, int, set, frozenset, type(None))):
        return type(a) is type(b) and a == b
    return True


@contextlib.contextmanager
def time_limit(seconds):
    """Raise `OutOfTime` in this thread if the block runs longer than `seconds`."""
    ident = ctypes.c_ulong(threading.get_ident())
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    lock, done = threading.Lock(), threading.Event()

    def watch():
        patience = seconds
        while not done.wait(patience):
            with lock:
                if not done.is_set():
                    raise_in(ident, ctypes.py_object(OutOfTime))
            patience = 0.2

    threading.Thread(target=watch, daemon=True, name="exercise-time-limit").start()
    try:
        yield
    finally:
        # An exception that was asked for but not yet delivered must not hit later code.
        with lock:
            done.set()
            raise_in(ident, None)
