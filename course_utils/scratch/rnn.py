"""The plain recurrent layer."""

import numpy as np

from course_utils.scratch.recurrent import Recurrent


class RNN(Recurrent):
    """h' = tanh(x w + h u + b): the state is rewritten at every step.

    Args:
        inputs, units, rng: as for `Recurrent`.

    Input (B, T, D), optional mask (B, T); output float64 (B, T, H).

    Equal to `keras.layers.SimpleRNN(units, return_sequences=True)` on the same weights.

    Source: Elman 1990, "Finding Structure in Time", Cognitive Science 14, 179-211; backward:
    Werbos 1990, "Backpropagation Through Time", Proceedings of the IEEE 78, 1550-1560.
    """

    def __init__(self, inputs, units, rng):
        super().__init__(inputs, units, 1, rng)

    def _step(self, zx, state):
        h = np.tanh(zx + state[0] @ self.params["u"])
        return (h,), h

    def _step_back(self, dstate, kept):
        dz = dstate[0] * (1.0 - kept**2)
        return dz, dz, (0.0,)
