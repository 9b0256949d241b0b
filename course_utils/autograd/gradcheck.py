"""Gradient checking: nudge every input both ways and compare what happens with what was claimed.

Costs 2 n + 1 evaluations for n inputs, so it is for tests and small models, never for training.
float64 only: in float32 the nudge drowns in rounding.
"""

import numpy as np

from course_utils.errors import CourseError, ShapeError

STEP = float(np.finfo(np.float64).eps ** (1 / 3))  # about 6e-6, see numerical_gradient


class GradientError(CourseError, AssertionError):
    """A gradient differs from the measured slopes; the message names the worst entry."""


def numerical_gradient(f, x, eps=STEP):
    """Slopes of `f` at `x` by central differences: (f(x + h) - f(x - h)) / (2 h), h below.

    Args:
        f: function of a float64 array shaped like `x`; returns one number. Gets a copy each time.
        x: array-like of any shape.
        eps: relative nudge; entry i moves by h = eps * max(1, |x_i|). The truncation error grows
            like h**2 and the rounding error like 1 / h; their sum is smallest near the cube root
            of the machine epsilon, the default.

    Returns:
        float64 array shaped like `x`.

    Source: Nocedal and Wright 2006, "Numerical Optimization", section 8.1.
    """
    x = np.array(x, dtype=np.float64)
    slopes = np.empty_like(x)
    for i in np.ndindex(x.shape):
        nudge = eps * max(1.0, abs(x[i]))
        high, low = x[i] + nudge, x[i] - nudge
        up, down = x.copy(), x.copy()
        up[i], down[i] = high, low
        slopes[i] = (_number(f(up)) - _number(f(down))) / (high - low)
    return slopes


def check_gradient(f, x, gradient, *, tol=1e-6, eps=STEP):
    """Compare a claimed `gradient` of `f` at `x` with measured slopes.

    The error of an entry is |claimed - measured| divided by the larger of the two sizes, but by
    no less than a thousandth of the largest slope: below that, differences are only noise.

    Returns:
        the worst error, a float at most `tol`.

    Raises:
        ShapeError: `gradient` is not shaped like `x`.
        GradientError: the worst error exceeds `tol`, or a number is not finite.
    """
    claimed, measured = np.asarray(gradient, dtype=np.float64), numerical_gradient(f, x, eps)
    if claimed.shape != measured.shape:
        raise ShapeError(
            f"the gradient has shape {claimed.shape}, but x has {measured.shape}.",
            "return one slope per input, in the same layout.",
        )
    if not claimed.size:
        return 0.0
    floor = 1e-3 * np.abs(measured).max() or 1.0
    size = np.maximum(np.maximum(np.abs(claimed), np.abs(measured)), floor)
    error = np.nan_to_num(np.abs(claimed - measured) / size, nan=np.inf)
    worst = np.unravel_index(error.argmax(), error.shape)
    if not error[worst] <= tol:
        name = f"entry {tuple(int(i) for i in worst)}" if worst else "the slope"
        raise GradientError(
            f"{name}: claimed {claimed[worst]:.6g}, measured {measured[worst]:.6g}.",
            "check the local slopes along every path to that input, and that paths are added.",
        )
    return float(error[worst])


def _number(y):
    y = np.asarray(y)
    if y.size != 1:
        raise ShapeError(f"f returned shape {y.shape}, not one number.", "sum or average it first.")
    return float(y.item())
