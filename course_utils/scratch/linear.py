"""The weighted sum with a bias: one layer of K neurons before their activation."""

import numpy as np

from course_utils.errors import ShapeError


class Linear:
    """K weighted sums of the same D inputs: y = x w + b.

    Args:
        inputs: number of features D.
        outputs: number of neurons K.
        rng: `np.random.Generator` for the first weights, normal with standard deviation
            1 / sqrt(D), so that outputs start about as large as inputs. Biases start at 0.

    Parameters:
        "w": float64 (D, K), one column per neuron. "b": float64 (K,).

    Input:
        x: array (N, D).

    Output:
        float64 (N, K).

    Raises:
        ShapeError: `x` is not (N, D), or `backward` gets something other than (N, K).
    """

    def __init__(self, inputs, outputs, rng):
        self.params = {
            "w": rng.normal(0.0, inputs**-0.5, (inputs, outputs)),
            "b": np.zeros(outputs),
        }
        self.grads = {}
        self._saved = None

    def forward(self, x):
        x = np.asarray(x, dtype=float)  # (N, D)
        inputs = self.params["w"].shape[0]
        if x.ndim != 2 or x.shape[1] != inputs:
            raise ShapeError(
                f"expected x of shape (N, {inputs}), got {x.shape}.",
                "make one example a row of its own with x[None, :]."
                if x.shape == (inputs,)
                else "give one row per example and one column per feature.",
            )
        self._saved = x
        return x @ self.params["w"] + self.params["b"]  # (N, K)

    def backward(self, dy):
        """Fill `grads` and return d(loss)/dx, (N, D), given d(loss)/dy, (N, K)."""
        x, w = self._saved, self.params["w"]
        if np.shape(dy) != (len(x), w.shape[1]):
            raise ShapeError(
                f"expected dy of shape {(len(x), w.shape[1])}, got {np.shape(dy)}.",
                "the gradient of an output has the shape of that output.",
            )
        self.grads = {"w": x.T @ dy, "b": dy.sum(axis=0)}  # (D, K), (K,)
        return dy @ w.T  # (N, D)
