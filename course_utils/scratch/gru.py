"""The gated recurrent unit: one state, and a gate that decides how much of it is replaced."""

import numpy as np

from course_utils.scratch.activations import sigmoid
from course_utils.scratch.recurrent import Recurrent


class GRU(Recurrent):
    """h' = z h + (1 - z) g, with update gate z, reset gate r and candidate g.

    z, r = sigmoid(x w + h u + b) and g = tanh(x w + b0 + r * (h u + b1)), each with its own
    block of columns, in Keras's order: z, r, g (called h there).

    Conventions differ in two ways. Here, as in Keras, z = 1 *keeps* the state; in Cho et al.
    too, but in some texts 1 - z does. And r acts after the product with u (Keras's
    `reset_after=True`, its default), not on h before it, as in the paper; so the candidate
    needs two biases and `b` is (2, 3 H): row 0 is added to x w, row 1 to h u.

    Args:
        inputs, units, rng: as for `Recurrent`.

    Input (B, T, D), optional mask (B, T); output float64 (B, T, H).

    Equal to `keras.layers.GRU(units, return_sequences=True)` on the same weights.

    Source: Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder for
    Statistical Machine Translation", arXiv:1406.1078, section 2.3.
    """

    def __init__(self, inputs, units, rng):
        super().__init__(inputs, units, 3, rng)
        self.params["b"] = np.zeros((2, 3 * units))

    def _step(self, zx, state):
        (h,) = state
        zh = h @ self.params["u"] + self.params["b"][1]
        (xz, xr, xg), (hz, hr, hg) = np.split(zx, 3, axis=1), np.split(zh, 3, axis=1)
        z, r = sigmoid(xz + hz), sigmoid(xr + hr)
        g = np.tanh(xg + r * hg)
        return (z * h + (1.0 - z) * g,), (h, z, r, g, hg)

    def _step_back(self, dstate, kept):
        (dh,) = dstate
        h, z, r, g, hg = kept
        dg = dh * (1.0 - z) * (1.0 - g**2)
        dz = dh * (h - g) * z * (1.0 - z)
        dr = dg * hg * r * (1.0 - r)
        return np.hstack([dz, dr, dg]), np.hstack([dz, dr, dg * r]), (dh * z,)

    def _bias_gradient(self, of_x, of_h):
        return np.stack([of_x, of_h])
