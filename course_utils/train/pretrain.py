"""Pretraining that may be stopped or killed at any moment and goes on exactly.

"Exactly": the model is bit for bit the one of a training that was never stopped, on the same
machine with the same settings. All that the next step depends on is in the checkpoint: the
weights, the optimizer with its place on the learning rate's curve, the states of the random
generators in the layers, and the number of the step, which says which rows come next (see
`train.token_stream`). What was fixed before the first step is in the plan (`train.plan`).
"""

import time
from typing import NamedTuple

import numpy as np

from course_utils.errors import CourseError
from course_utils.train import snapshot, state
from course_utils.train.stop_on_nan import NotFinite
from course_utils.train.token_stream import ahead

SAVE_SECONDS = 60  # at most so much work is lost when the machine fails
POINTS = 200  # of the loss curve that is kept


class Progress(NamedTuple):
    """What happened in one call: `step` steps are done in all, `loss` is the mean of this
    call's in nats per token, `tokens` were read in `seconds`; `saved` says that it was saved.
    """

    step: int
    loss: float
    tokens: int
    seconds: float
    saved: bool


class Pretraining:
    """A language model, its plan, and how far it has come.

    Args:
        model: a built and compiled `keras.Model`, token ids (B, C) -> logits (B, C, V).
        advance: function (rows) that trains on int32 rows (S, B, C + 1), S steps one after
            another, and returns their S losses in nats per token.
        stream: `DocumentStream` or `WindowStream`.
        plan: `Plan`.
        folder: for the checkpoints, `step-*.npz` and `step-*.json`.

    Attributes:
        step: steps done.
        seconds: of training, those before an interruption included.
        curve: list of [step, mean loss since the point before].
    """

    def __init__(self, model, advance, stream, plan, folder):
        self.model, self.advance, self.stream = model, advance, stream
        self.plan, self.folder = plan, folder
        self.step, self.seconds, self.curve = 0, 0.0, []
        self._recent = []

    def resume(self):
        """Load the newest checkpoint, if there is one. Errors as of `train.checkpoint.resume`."""
        manifest = snapshot.newest(self.folder, "step")
        if manifest is None:
            return
        arrays, about = snapshot.read(manifest)
        state.unpack(self.model, arrays, about, manifest.name)
        self.step, self.seconds, self.curve = about["step"], about["seconds"], about["curve"]
        self._recent = about["recent"]

    def run(self, save_every=SAVE_SECONDS, clock=time.perf_counter):
        """Train to the end of the plan; yield `Progress` after each call of `advance`.

        The caller may stop at any of them; then `save` keeps what was learned since the last
        checkpoint. At the end it is saved anyway.

        Raises:
            NotFinite: a loss is NaN or infinite; the last good checkpoint stays.
            CourseError: a checkpoint cannot be written; the one before stays.
        """
        begin = saved = clock()
        for rows in ahead(self.rows, self.calls()):
            losses = np.asarray(self.advance(rows), dtype=float)
            self._refuse_nan(losses)
            self.step += len(rows)
            now = clock()
            seconds, begin = now - begin, now
            self.seconds += seconds
            self._remember(losses)
            due = now - saved >= save_every or self.step == self.plan.steps
            if due:
                self.save()
                saved = clock()
            tokens = rows.shape[0] * rows.shape[1] * (rows.shape[2] - 1)
            yield Progress(self.step, float(losses.mean()), tokens, seconds, due)

    def save(self):
        """Write a checkpoint. Errors as for `run`."""
        broken = state.first_not_finite(self.model)
        if broken:
            self._stop(f"the weight {broken} is not finite after step {self.step:,}", self.step)
        arrays, about = state.pack(self.model)
        about |= {"seconds": self.seconds, "curve": self.curve, "recent": self._recent}
        snapshot.write(self.folder, self.step, arrays, about, unit="step")

    def calls(self):
        """Yield (first step, steps) of every call left. They begin at multiples of `per_call`,
        wherever the training was stopped: the same calls are compiled to the same sums.
        """
        for first in range(self.step, self.plan.steps, self.plan.per_call):
            yield first, min(self.plan.per_call, self.plan.steps - first)

    def rows(self, call):
        """The rows of one call: int32 (steps, B, C + 1)."""
        first, count = call
        return np.stack([self.stream.rows(step) for step in range(first, first + count)])

    def _remember(self, losses):
        self._recent += [float(loss) for loss in losses]
        each = max(1, self.plan.steps // POINTS)
        while len(self._recent) >= each:
            last = self.step - len(self._recent) + each
            self.curve.append([last, float(np.mean(self._recent[:each]))])
            self._recent = self._recent[each:]

    def _refuse_nan(self, losses):
        wrong = ~np.isfinite(losses)
        if wrong.any():
            place = int(wrong.argmax())
            name = "NaN" if np.isnan(losses[place]) else "infinite"
            before = [*(loss for _, loss in self.curve), *self._recent, *losses[:place]]
            was = f"it was {before[-1]:.4g} before" if before else "it was never finite"
            number = self.step + place + 1
            self._stop(f"the loss became {name} in step {number:,}; {was}", number)

    def _stop(self, what, step):
        kept = snapshot.newest(self.folder, "step")
        good = f"The last good checkpoint is {kept}." if kept else "No checkpoint was written."
        raise NotFinite(
            f"{what}. {good}",
            "a lower peak of the learning rate or another seed, in another folder; going on "
            "from the checkpoint would meet it again.",
            epoch=1,
            step=step,
        )


def refuse_other(plan, asked, folder):
    """Raise CourseError if `asked`, dict name -> value, differs from what the plan says.

    Names are fields of the plan or entries of its `about`; a value of None was not asked for.
    """
    for name, value in asked.items():
        there = getattr(plan, name, plan.about.get(name))
        if value is not None and value != there:
            raise CourseError(
                f"the training in {folder} has {name} {there!r}, now it would be {value!r}.",
                "go on with what it was begun with, or begin a new one in another folder.",
            )
