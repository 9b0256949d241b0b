"""What a check may demand of an answer before it looks at the values.

Every function either returns the value in a form that is safe to compare, or raises `Miss`
with the hint that fits: nothing was returned, a function was, the shape is off.
"""

import numpy as np

from course_utils.checks.core import Miss


def need_array(value, shape=None, name="the result"):
    """Return `value` as a float64 array, or raise `Miss`.

    Args:
        value: what the answer returned: anything.
        shape: the expected shape, a tuple; None accepts any.
        name: what to call it in the feedback.
    """
    _need_something(value, name)
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise Miss(
            f"{name} is a {type(value).__name__}, not an array of numbers",
            "return numbers: a NumPy array or a list of equally long rows.",
        ) from None
    if shape is not None and array.shape != tuple(shape):
        raise Miss(
            f"{name} has shape {array.shape}, expected {tuple(shape)}",
            "write the shape of every factor beside it and see where the axes go.",
        )
    return array


def need_number(value, name="the result"):
    """Return `value` as a float, or raise `Miss`. Arrays of one element are accepted."""
    array = need_array(value, name=name)
    if array.size != 1:
        raise Miss(
            f"{name} has shape {array.shape}, expected one number",
            "is a sum or a mean missing at the end?",
        )
    return float(array.reshape(()))


def close(got, want, tol=1e-6):
    """True if every value is within `tol` of the wanted one, absolute or relative; NaN is not."""
    got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
    return got.shape == want.shape and bool(np.allclose(got, want, rtol=tol, atol=tol))


def compare(name, got, want, usual, hint):
    """Raise `Miss` unless `got` is close to `want`.

    Args:
        name: what to call it in the feedback, such as "the loss".
        got, want: numbers or arrays.
        usual: (value, what, hint) of each usual mistake; the first that `got` is close to
            gives the message "name what" and its own hint.
        hint: for a mistake that is none of these.
    """
    if close(got, want):
        return
    usual_mistake(name, got, usual)
    if np.shape(got) != np.shape(want):
        raise Miss(f"{name} has shape {np.shape(got)}, expected {np.shape(want)}", hint)
    raise Miss(f"{name} is off", hint)


def usual_mistake(name, got, usual):
    """Raise the `Miss` of the usual mistake that `got` is, if it is one; see `compare`."""
    for value, what, hint in usual:
        if close(got, value):
            raise Miss(f"{name} {what}", hint)


def _need_something(value, name):
    if value is None:
        raise Miss(f"{name} is None", "did you forget `return`?")
    if callable(value):
        raise Miss(f"{name} is a function", "call it: brackets behind the name.")
