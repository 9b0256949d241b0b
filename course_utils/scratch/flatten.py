"""From pictures to rows: the step between convolutions and a linear layer."""

import math

import numpy as np

from course_utils.errors import ShapeError


class Flatten:
    """Write all numbers of an example into one row, the last axis fastest, as Keras does.

    Input:
        x: array (N, ...), such as (N, H, W, C).

    Output:
        float64 (N, D) with D the product of the other axes: D = H * W * C. An example that is
        one number gives (N, 1).

    Raises:
        ShapeError: `x` is a single number, or `backward` gets another shape than (N, D).
    """

    def __init__(self):
        self.params, self.grads, self._saved = {}, {}, None

    def forward(self, x):
        x = np.asarray(x, dtype=float)
        if not x.ndim:
            raise ShapeError(
                "a single number has no axis of examples.", "give an array of shape (N, ...)."
            )
        self._saved = x.shape
        return x.reshape(self._row_shape())

    def backward(self, dy):
        """Return d(loss)/dx, the shape of `x`: the same numbers, folded back."""
        if np.shape(dy) != self._row_shape():
            raise ShapeError(
                f"expected dy of shape {self._row_shape()}, got {np.shape(dy)}.",
                "the gradient of an output has the shape of that output.",
            )
        return np.reshape(dy, self._saved)

    def _row_shape(self):
        return self._saved[0], math.prod(self._saved[1:])  # -1 would fail for N = 0
