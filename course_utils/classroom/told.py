"""Exceptions that cross the border: name, text and the nearest built-in type.

What arrives is a new class of the same name, so that the feedback reads as it would in one
process, under a built-in base, so that `except ValueError` still catches it.
"""

import re

TEXT = 2000  # characters of a message

# The bases a stand-in may have. No BaseException: SystemExit of an answer must not end a judge.
BASES = {
    kind.__name__: kind
    for kind in (
        *(ArithmeticError, AssertionError, AttributeError, BufferError, ConnectionError, EOFError),
        *(FileNotFoundError, FloatingPointError, ImportError, IndexError, KeyError, LookupError),
        *(MemoryError, ModuleNotFoundError, NameError, NotImplementedError, OSError),
        *(OverflowError, PermissionError, RecursionError, ReferenceError, RuntimeError),
        *(StopIteration, TimeoutError, TypeError, UnboundLocalError, UnicodeError, ValueError),
        ZeroDivisionError,
    )
}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")


class Told:
    """Mixed into every stand-in; `number` is what the sender calls the original."""

    def __init__(self, text, number):
        super().__init__(text)
        self.text, self.number = text, number

    def __str__(self):
        return self.text


def describe(error):
    """(name, base, text) of an exception, for the other side. Never raises."""
    kind = type(error)
    bases = [base.__name__ for base in kind.__mro__ if BASES.get(base.__name__) is base]
    try:
        text = str(error)
    except Exception:  # an answer's own exception may be unable to say what it is
        text = ""
    return kind.__name__, bases[0] if bases else "RuntimeError", text[:TEXT]


def stand_in(name, base, text, number):
    """An exception to raise for one that was described: never of a type the sender chose."""
    base = BASES.get(base, RuntimeError) if type(base) is str else RuntimeError
    return type(safe_name(name), (Told, base), {})(text[:TEXT], number)


def safe_name(name, otherwise="Strange"):
    """`name` if it is a short plain identifier."""
    fits = type(name) is str and NAME.fullmatch(name)
    return name if fits else otherwise
