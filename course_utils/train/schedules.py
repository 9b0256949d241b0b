"""Learning rates that change with the step, as Keras wants them: part of the compiled step.

Give one to an optimizer in place of a number. Both are saved with the model. Everything is in
steps, not epochs: an epoch has ceil(examples / batch) of them. The first step is step 0, and
after the last planned one the rate stays where it is.
"""

import keras

from course_utils.errors import CourseError


@keras.saving.register_keras_serializable(package="course_utils")
class WarmupCosine(keras.optimizers.schedules.LearningRateSchedule):
    """Rise in a straight line from `start` to `peak`, then fall along half a cosine to `floor`.

    Args:
        peak: the highest learning rate, reached at step `warmup`.
        steps: planned in all, the warm-up included.
        warmup: steps of the rise, 0 for none.
        start: the rate at step 0 when there is a warm-up.
        floor: the rate from step `steps` on, not a fraction of `peak`.

    Raises:
        CourseError: the numbers make no such curve.

    The same curve as `scratch.schedules.warmup_cosine`, computed by Keras's `CosineDecay`, whose
    arguments count the decay without the warm-up and the floor as a fraction.

    Source: Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5 (cosine); Goyal et al.
    2017, arXiv:1706.02677, section 2.2 (warm-up).
    """

    def __init__(self, peak, steps, warmup=0, start=0.0, floor=0.0):
        _check_rates(peak, start=start, floor=floor)
        if not 0 <= warmup < steps:
            raise CourseError(
                f"{warmup} of {steps} steps are warm-up.", "leave at least one step for the decay."
            )
        self._config = dict(peak=peak, steps=steps, warmup=warmup, start=start, floor=floor)
        rise = dict(warmup_target=peak, warmup_steps=warmup) if warmup else {}
        self._curve = keras.optimizers.schedules.CosineDecay(
            start if warmup else peak, steps - warmup, alpha=floor / peak, **rise
        )

    def __call__(self, step):
        return self._curve(step)

    def get_config(self):
        return dict(self._config)


@keras.saving.register_keras_serializable(package="course_utils")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Three straight lines: up from `start` to `peak`, down to `start`, down to `floor`.

    The way up and the way down take the same number of steps. The last `tail` of all steps
    goes on from `start` to `floor`, where the weights settle.

    Args:
        peak: the highest learning rate. The method lives from a high one, up to ten times
            what a constant rate could bear.
        steps: planned in all.
        start: the rate at step 0; default peak / 10.
        floor: the rate from step `steps` on; default start / 1000.
        tail: fraction of the steps for the last line, 0 to below 1.

    Raises:
        CourseError: the numbers make no such curve.

    The paper moves the momentum the other way at the same time; this class does not. Other
    libraries join two cosines instead of three lines under the same name.

    Source: Smith and Topin 2017, "Super-Convergence", section 3, arXiv:1708.07120.
    """

    def __init__(self, peak, steps, start=None, floor=None, tail=0.1):
        start = peak / 10 if start is None else start
        floor = start / 1000 if floor is None else floor
        _check_rates(peak, start=start, floor=floor)
        if steps < 1 or not 0 <= tail < 1:
            raise CourseError(
                f"steps={steps} and tail={tail} leave no steps to go up and down.",
                "at least 1 step, and a tail from 0 to below 1, for example 0.1.",
            )
        self.peak, self.steps, self.start, self.floor, self.tail = peak, steps, start, floor, tail

    def __call__(self, step):
        ops = keras.ops
        step = ops.cast(step, "float32")
        half = self.steps * (1 - self.tail) / 2  # steps of one flank
        up = self.start + (self.peak - self.start) * step / half
        down = self.peak - (self.peak - self.start) * (step - half) / half
        left = ops.clip((self.steps - step) / max(self.steps - 2 * half, 1e-9), 0.0, 1.0)
        tail = self.floor + (self.start - self.floor) * left
        return ops.where(step < half, up, ops.where(step < 2 * half, down, tail))

    def get_config(self):
        names = ("peak", "steps", "start", "floor", "tail")
        return {name: getattr(self, name) for name in names}


def _check_rates(peak, **others):
    for name, rate in others.items():
        if not 0 <= rate <= peak or not peak > 0:
            raise CourseError(
                f"the learning rate begins or ends at {name}={rate} and its peak is {peak}.",
                f"a positive peak, and {name} between 0 and the peak.",
            )
