"""Loss surfaces with two parameters and a known lowest point, and a walk on them.

Points are float arrays (..., 2): one point, or many at once. Values have shape (...),
gradients (..., 2). The formulas use element-wise arithmetic only, so the same walk comes
out bit for bit on every machine.
"""

import math

import numpy as np


class Bowl:
    """A quadratic valley: half of (steepest curvature * u**2 + flattest curvature * v**2).

    Args:
        flat: curvature along the first axis, > 0.
        steep: curvature along the second axis, > 0.
        angle: degrees by which both axes are turned, counter-clockwise.

    `condition` is steep / flat: plain descent needs a number of steps in proportion to it.
    `minimum` is (0, 0).
    """

    def __init__(self, flat, steep, angle=0):
        self.flat, self.steep = flat, steep
        self.condition = steep / flat
        self.minimum = np.zeros(2)
        turn = math.radians(angle)
        self._cos, self._sin = math.cos(turn), math.sin(turn)

    def _along(self, w):
        x, y = w[..., 0], w[..., 1]
        with np.errstate(invalid="ignore"):  # inf - inf, far out on a diverging walk
            return self._cos * x + self._sin * y, self._cos * y - self._sin * x

    def place(self, u, v):
        """The point (2,) that lies `u` along the flat axis and `v` along the steep one."""
        return np.array([self._cos * u - self._sin * v, self._sin * u + self._cos * v])

    def value(self, w):
        """Height at `w`, (...)."""
        u, v = self._along(np.asarray(w, dtype=float))
        with np.errstate(over="ignore", invalid="ignore"):
            return 0.5 * (self.flat * u**2 + self.steep * v**2)

    def gradient(self, w):
        """Slope at `w`, (..., 2)."""
        u, v = self._along(np.asarray(w, dtype=float))
        du, dv = self.flat * u, self.steep * v
        return np.stack([self._cos * du - self._sin * dv, self._sin * du + self._cos * dv], -1)


class Rosenbrock:
    """(1 - x)**2 + 100 * (y - x**2)**2: a bent valley, easy to enter and long to follow.

    Source: Rosenbrock 1960, "An automatic method for finding the greatest or least value
    of a function", The Computer Journal 3(3).
    """

    minimum = np.ones(2)

    def value(self, w):
        """Height at `w`, (...)."""
        x, y = w[..., 0], w[..., 1]
        with np.errstate(over="ignore", invalid="ignore"):
            return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    def gradient(self, w):
        """Slope at `w`, (..., 2)."""
        x, y = w[..., 0], w[..., 1]
        across = 200 * (y - x**2)
        return np.stack([-2 * (1 - x) - 2 * x * across, across], -1)


def descend(optimizer, gradient, start, steps):
    """Walk `steps` steps of `optimizer` and return every point visited.

    Args:
        optimizer: a fresh `Optimizer`; its memory is changed.
        gradient: function from (..., 2) to (..., 2).
        start: the first point, (..., 2); not changed.

    Returns:
        float array (steps + 1, ..., 2), the start first. A walk that diverges holds inf and
        nan from there on, without a warning.
    """
    w = np.array(start, dtype=float)
    path = np.empty((steps + 1, *w.shape))
    path[0] = w
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(steps):
            optimizer.step({"w": w}, {"w": gradient(w)})
            path[t + 1] = w
    return path


def arrival(heights, goal, hold=100):
    """The first step from which a walk stays at or below `goal` for `hold` steps in a row.

    Args:
        heights: float array (steps + 1, W), the loss of W walks at every step.
        goal: number, or array (W,).
        hold: how long it must stay: a walk that only flies past has not arrived.

    Returns:
        float array (W,), nan for walks that do not arrive.
    """
    low = heights <= goal  # nan compares as False: not arrived
    so_far = np.concatenate([np.zeros((1, low.shape[1])), np.cumsum(low, axis=0)])
    held = so_far[hold:] - so_far[:-hold] == hold
    return np.where(held.any(axis=0), held.argmax(axis=0), np.nan)
