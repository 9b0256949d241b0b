"""Long short-term memory: a second state, the cell, that is only scaled and added to."""

import numpy as np

from course_utils.scratch.activations import sigmoid
from course_utils.scratch.recurrent import Recurrent


class LSTM(Recurrent):
    """c' = f c + i g and h' = o tanh(c'), with gates i, f, o and a candidate g.

    i, f, o = sigmoid(x w + h u + b) and g = tanh(x w + h u + b), each with its own block of
    columns. The blocks stand in Keras's order: i, f, g (called c there), o.

    Args:
        inputs, units, rng: as for `Recurrent`. The forget gate's bias starts at 1, as in
            Keras, so that a new layer remembers rather than forgets.

    Input (B, T, D), optional mask (B, T); output float64 (B, T, H), the h of every step.
    `gates` holds i, f, g, o and c of the latest forward pass, each (B, T, H), for plots; at a
    masked step they are what the gates would have done.

    Equal to `keras.layers.LSTM(units, return_sequences=True)` on the same weights.

    Source: Hochreiter and Schmidhuber 1997, "Long Short-Term Memory", Neural Computation 9,
    1735-1780; the forget gate: Gers, Schmidhuber and Cummins 2000, "Learning to Forget",
    Neural Computation 12, 2451-2471; its bias of 1: Jozefowicz, Zaremba and Sutskever 2015,
    "An Empirical Exploration of Recurrent Network Architectures", ICML.
    """

    STATES = 2

    def __init__(self, inputs, units, rng):
        super().__init__(inputs, units, 4, rng)
        self.params["b"][units : 2 * units] = 1.0

    @property
    def gates(self):
        """Dict "i", "f", "g", "o", "c" -> (B, T, H) of the latest forward pass.

        Raises:
            CourseError: nothing has gone forward yet.
        """
        self._need_forward()
        steps = [kept for _, kept in self._saved[2]]
        return {
            name: np.stack([kept[place] for kept in steps], axis=1)
            for place, name in enumerate("ifgoc")
        }

    def _step(self, zx, state):
        h, c = state
        i, f, g, o = np.split(zx + h @ self.params["u"], 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        new = f * c + i * g
        squashed = np.tanh(new)
        return (o * squashed, new), (i, f, g, o, new, c, squashed)

    def _step_back(self, dstate, kept):
        i, f, g, o, _, c, squashed = kept
        dh, dc = dstate
        dc = dc + dh * o * (1.0 - squashed**2)  # the cell acts through h, and on the next cell
        dz = [
            dc * g * i * (1.0 - i),
            dc * c * f * (1.0 - f),
            dc * i * (1.0 - g**2),
            dh * squashed * o * (1.0 - o),
        ]
        dz = np.hstack(dz)
        return dz, dz, (0.0, dc * f)
