"""A loss or a weight that is no number ends the training and says where it happened.

Keras's own `TerminateOnNaN` stops as well, but the epoch still counts, checkpoints are still
written, and nothing says which step it was.

The loss alone is not enough. On a processor with oneDNN a convolution with a built-in ReLU
turns NaN into 0: its weights are NaN, the loss stays a number, and nothing is learned.
"""

import keras
import numpy as np

from course_utils.errors import CourseError
from course_utils.train.state import first_not_finite

TOO_LARGE = (
    "a smaller learning rate, or gradients clipped with `global_clipnorm=1.0` in the optimizer."
)


class NotFinite(CourseError):
    """The training met a NaN or an infinity.

    `epoch` and `step` (within the epoch) say where, both counted from 1; `step` is None where
    it is not known. `last_loss` is the last finite value of the epoch's mean loss, or None.
    """

    def __init__(self, what, fix, *, epoch, step=None, last_loss=None):
        super().__init__(what, fix)
        self.epoch, self.step, self.last_loss = epoch, step, last_loss


class StopOnNaN(keras.callbacks.Callback):
    """Raise `NotFinite` at the first step whose loss is NaN or infinite.

    At the end of each epoch the weights are looked at too.

    Args:
        batch_of: function (epoch, step), both from 0, that returns the batch of that step as
            a dict of names and arrays. With it the message says whether the data were to
            blame. `train.fit` gives one.

    It raises before the epoch ends for the callbacks after it, so no checkpoint of the broken
    weights is written: the last good one stays. The weights in memory are lost;
    `train.checkpoint.resume` brings the good ones back.

    The loss that Keras reports is the mean over the epoch so far. It turns NaN or infinite at
    the first step whose own loss does. With `steps_per_execution` above 1 Keras looks only
    after so many steps, and the step named is the last of them.
    """

    def __init__(self, batch_of=None):
        super().__init__()
        self.batch_of = batch_of

    def on_train_begin(self, logs=None):
        self._last = None

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch, self._step = epoch, -1

    def on_train_batch_end(self, batch, logs=None):
        # a model with a training step of its own may report no "loss": then the weights tell
        loss, self._step = float((logs or {}).get("loss", 0.0)), batch
        if np.isfinite(loss):
            self._last = loss
            return
        name = "NaN" if np.isnan(loss) else "infinite"
        before = (
            "there was no finite loss before"
            if self._last is None
            else f"the mean loss was {self._last:.4g} one step before"
        )
        self._stop(
            f"the loss became {name} in epoch {self._epoch + 1}, step {batch + 1}; {before}.",
            batch,
            [batch],
        )

    def on_epoch_end(self, epoch, logs=None):
        weight = first_not_finite(self.model)
        if weight:
            self._stop(
                f"the weight {weight} is not finite at the end of epoch {epoch + 1}, although the "
                "loss is a number.",
                None,
                range(self._step + 1),
            )

    def _stop(self, what, step, suspects):
        """Raise, with a sentence on the first of the suspected steps whose data are broken."""
        fix = TOO_LARGE
        if self.batch_of is not None:
            found = ((place, self._broken(place)) for place in suspects)
            place, broken = next((pair for pair in found if pair[1]), (step, ""))
            if broken:
                where = "The batch" if place == step else f"The batch of step {place + 1}"
                what += f" {where} holds {broken}."
                step, fix = place, "look at those rows before training again."
            else:
                what += " The data are all finite there, so the weights must have grown too large."
        number = None if step is None else step + 1
        raise NotFinite(what, fix, epoch=self._epoch + 1, step=number, last_loss=self._last)

    def _broken(self, step):
        """What is not finite in the batch of this step, in words; "" if all is."""
        for name, data in self.batch_of(self._epoch, step).items():
            for array in keras.tree.flatten(data):
                if array.dtype.kind == "f" and not np.isfinite(array).all():
                    kind = "NaN" if np.isnan(array).any() else "an infinity"
                    wrong = ~np.isfinite(array.reshape(len(array), -1)).all(axis=1)
                    return f"{kind} in {name}, in {wrong.sum()} of {len(array)} rows"
        return ""
