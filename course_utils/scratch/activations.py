"""Activations: what a neuron does with its weighted sum. Functions, and layers around them.

Each works on arrays of any shape, element by element, and keeps the shape.
"""

import math

import numpy as np

_erf = np.frompyfunc(math.erf, 1, 1)  # NumPy has no erf of its own


def sigmoid(z):
    """Squash any number into (0, 1): 1 / (1 + exp(-z)).

    Only exp(-|z|) is taken, which lies in (0, 1], so nothing overflows and small
    probabilities keep all their digits.
    """
    z = np.asarray(z, dtype=float)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def tanh(z):
    """Squash any number into (-1, 1); equals 2 * sigmoid(2 z) - 1."""
    return np.tanh(np.asarray(z, dtype=float))


def relu(z):
    """Keep what is positive, replace the rest by 0."""
    return np.maximum(np.asarray(z, dtype=float), 0.0)


def gelu(z, approximate=False):
    """A smooth ReLU: z times the chance that a standard normal number lies below z.

    Args:
        z: array-like of any shape.
        approximate: False is the exact form, z (1 + erf(z / sqrt(2))) / 2. True is the form
            of GPT-2, z (1 + tanh(sqrt(2 / pi) (z + 0.044715 z**3))) / 2, off by < 5e-4.

    Source: Hendrycks and Gimpel 2016, "Gaussian Error Linear Units", arXiv:1606.08415,
    section 2.
    """
    z = np.asarray(z, dtype=float)
    return z * (_below_by_tanh(z) if approximate else _below(z))


def _below(z):
    """The share of a standard normal distribution below z."""
    return 0.5 * (1.0 + np.asarray(_erf(z / math.sqrt(2.0)), dtype=float))


def _below_by_tanh(z):
    return 0.5 * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (z + 0.044715 * z**3)))


class Sigmoid:
    """The sigmoid as a layer. Its slope y (1 - y) is at most 1/4 and fades at both ends."""

    def __init__(self):
        self.params, self.grads, self._saved = {}, {}, None

    def forward(self, x):
        self._saved = y = sigmoid(x)
        return y

    def backward(self, dy):
        """Return d(loss)/dx, the shape of `dy`."""
        y = self._saved
        return dy * y * (1.0 - y)


class Tanh:
    """The hyperbolic tangent as a layer. Its slope is 1 - y**2."""

    def __init__(self):
        self.params, self.grads, self._saved = {}, {}, None

    def forward(self, x):
        self._saved = y = tanh(x)
        return y

    def backward(self, dy):
        """Return d(loss)/dx, the shape of `dy`."""
        return dy * (1.0 - self._saved**2)


class ReLU:
    """The rectified linear unit as a layer. At exactly 0 its slope is taken as 0."""

    def __init__(self):
        self.params, self.grads, self._saved = {}, {}, None

    def forward(self, x):
        self._saved = np.asarray(x, dtype=float) > 0
        return relu(x)

    def backward(self, dy):
        """Return d(loss)/dx, the shape of `dy`."""
        return dy * self._saved


class GELU:
    """The Gaussian error linear unit as a layer, in its exact or its tanh form (see `gelu`).

    The slope of the exact form is Phi(z) + z phi(z), with phi the normal density. It reaches
    1.13 near 1.4 and is slightly negative below -0.75: GELU is not monotonic.
    """

    def __init__(self, approximate=False):
        self.params, self.grads, self._saved = {}, {}, None
        self.approximate = approximate

    def forward(self, x):
        self._saved = x = np.asarray(x, dtype=float)
        return gelu(x, self.approximate)

    def backward(self, dy):
        """Return d(loss)/dx, the shape of `dy`."""
        z = self._saved
        if self.approximate:
            below = _below_by_tanh(z)
            inner = math.sqrt(2.0 / math.pi) * (1.0 + 3 * 0.044715 * z**2)
            return dy * (below + z * 2.0 * below * (1.0 - below) * inner)
        density = np.exp(-0.5 * z**2) / math.sqrt(2.0 * math.pi)
        return dy * (_below(z) + z * density)
