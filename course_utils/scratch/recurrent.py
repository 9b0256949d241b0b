"""The walk through time that all recurrent layers share: forward, backward, masks.

Shape letters besides those of the package: B sequences in a batch, T steps, D features of
one step, H units, G gates (1 for the plain RNN, 4 for LSTM, 3 for GRU).

The layouts are Keras's own: `list(layer.params.values())` is what `get_weights()` of the
Keras layer returns, and `set_weights` takes it.
    "w": (D, G * H), what a step's input adds to every gate (Keras: kernel).
    "u": (H, G * H), what the state before adds (Keras: recurrent_kernel).
    "b": (G * H,), or (2, G * H) for the GRU.

A mask is a boolean array (B, T), True at a real step, as in Keras. At a masked step nothing
happens: the state is carried on and comes out again, whatever stands in `x`. So padding may
lie on either side or inside, the last output is always the state after the last real step,
and a row that is masked throughout gives the initial state, zeros.

Not here: an initial state other than zeros, dropout, activations other than tanh and sigmoid.
"""

import numpy as np

from course_utils.errors import CourseError, ShapeError
from course_utils.scratch.init import glorot_uniform


class Recurrent:
    """Base of `RNN`, `LSTM` and `GRU`: they say what one step does, this class walks.

    Args:
        inputs: features D of one step.
        units: size H of the state.
        gates: number G of blocks in `w` and `u`.
        rng: `np.random.Generator` for the first weights, as in Keras: `w` Glorot uniform, `u`
            with orthonormal rows, so that `h @ u`, all gates together, is as long as `h`;
            `b` zeros. (With one gate `u` is an orthogonal matrix.)

    A subclass defines
        `_step(zx, state)` -> (new state, kept): state is a tuple of (B, H) arrays, the first
            of which is the output; zx (B, G * H) is the input's share, bias included.
        `_step_back(dstate, kept)` -> (dzx, dzh, dstate before): dzh is d(loss)/d(h u), and
            the returned state gradient does not yet hold what comes through `u`.
    """

    STATES = 1  # how many arrays of shape (B, H) a state holds

    def __init__(self, inputs, units, gates, rng):
        for name, size in (("inputs", inputs), ("units", units)):
            if size < 1:
                raise ShapeError(f"{name} is {size}.", "use a whole number of at least 1.")
        self.params = {
            "w": glorot_uniform(inputs, gates * units, rng),
            "u": np.linalg.qr(rng.normal(size=(gates * units, units)))[0].T.copy(),
            "b": np.zeros(gates * units),
        }
        self.grads = {}
        self._saved = None

    def forward(self, x, mask=None):
        """The state after every step.

        Args:
            x: array (B, T, D), T at least 1.
            mask: boolean (B, T), True at a real step; None if all are real.

        Returns:
            float64 (B, T, H). `[:, -1]` is the state after the last real step.

        Raises:
            ShapeError: `x` is not (B, T, D), a sequence has no steps, or the mask is not (B, T).
            CourseError: the mask holds something other than true and false.
        """
        x = self._checked(x)
        mask = _checked_mask(mask, x.shape[:2])
        x = np.where(mask[:, :, None], x, 0.0)  # even NaN in the padding does no harm
        w, b = self.params["w"], self.params["b"]
        zx = x @ w + np.atleast_2d(b)[0]  # (B, T, G * H), the input's share of every step
        state = tuple(np.zeros((len(x), self._units)) for _ in range(self.STATES))
        outputs, steps = [], []
        for t in range(x.shape[1]):
            new, kept = self._step(zx[:, t], state)
            real = mask[:, t, None]  # (B, 1)
            steps.append((state[0], kept))
            state = tuple(np.where(real, a, b) for a, b in zip(new, state, strict=True))
            outputs.append(state[0])
        self._saved = x, mask, steps
        return np.stack(outputs, axis=1)  # (B, T, H)

    def backward(self, dy):
        """Back through time: fill `grads` and return d(loss)/dx, (B, T, D).

        Args:
            dy: d(loss)/d(output), (B, T, H). If only the last state matters, all but
                `dy[:, -1]` is zero.

        Raises:
            ShapeError: `dy` is not (B, T, H).
            CourseError: nothing has gone forward yet.
        """
        self._need_forward()
        x, mask, steps = self._saved
        if np.shape(dy) != (*mask.shape, self._units):
            raise ShapeError(
                f"expected dy of shape {(*mask.shape, self._units)}, got {np.shape(dy)}.",
                "give one gradient per step; fill zeros in where a step's output is not used.",
            )
        w, u = self.params["w"], self.params["u"]
        dzx = np.zeros((*mask.shape, w.shape[1]))  # (B, T, G * H)
        dzh = np.zeros_like(dzx)
        before = np.stack([h for h, _ in steps], axis=1)  # (B, T, H)
        dstate = tuple(np.zeros((len(x), self._units)) for _ in range(self.STATES))
        for t in reversed(range(len(steps))):
            dstate = (dstate[0] + dy[:, t], *dstate[1:])
            real = mask[:, t, None]
            into_x, into_h, back = self._step_back(dstate, steps[t][1])
            dzx[:, t], dzh[:, t] = real * into_x, real * into_h
            back = (back[0] + into_h @ u.T, *back[1:])
            # A masked step copied the state, so its gradient passes unchanged.
            dstate = tuple(np.where(real, a, b) for a, b in zip(back, dstate, strict=True))
        self.grads = {
            "w": np.einsum("btd,btg->dg", x, dzx),
            "u": np.einsum("bth,btg->hg", before, dzh),
            "b": self._bias_gradient(dzx.sum(axis=(0, 1)), dzh.sum(axis=(0, 1))),
        }
        return dzx @ w.T

    @property
    def _units(self):
        return len(self.params["u"])

    def _need_forward(self):
        if self._saved is None:
            raise CourseError("nothing has gone forward yet.", "call forward(x) first.")

    def _bias_gradient(self, of_x, of_h):
        return of_x

    def _checked(self, x):
        x, inputs = np.asarray(x, dtype=float), len(self.params["w"])
        if x.ndim != 3 or x.shape[2] != inputs:
            if x.ndim == 2:
                fix = "one sequence: x[None]; one number per step: x[:, :, None]."
            else:
                fix = "the axes are sequence, step, feature; one-hot what are class numbers."
            raise ShapeError(f"expected x of shape (B, T, {inputs}), got {x.shape}.", fix)
        if x.shape[1] == 0:
            raise ShapeError(
                f"x has shape {x.shape}: sequences of no steps.", "give at least one step."
            )
        return x


def _checked_mask(mask, shape):
    if mask is None:
        return np.ones(shape, dtype=bool)
    mask = np.asarray(mask)
    if mask.shape != shape:
        raise ShapeError(
            f"the mask has shape {mask.shape}, but x has (B, T) = {shape}.",
            "give one true or false per step, such as tokens != 0.",
        )
    if mask.dtype != bool and not np.isin(mask, (0, 1)).all():
        raise CourseError(
            "the mask holds numbers other than 0 and 1.", "compare: tokens != 0 is a mask."
        )
    return mask.astype(bool)
