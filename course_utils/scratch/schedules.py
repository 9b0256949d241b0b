"""Learning rates that change with the step: constant, warm-up, cosine decay.

A schedule is a function of the number of steps already taken (0 before the first step),
so it can be given to an optimizer as its learning rate. Everything is in steps, never in
epochs. After the last planned step a schedule stays at its floor.
"""

import math

from course_utils.errors import CourseError


def constant(rate):
    """A schedule that never changes."""
    return lambda step: rate


def warmup_cosine(peak, total, warmup=0, start=0.0, floor=0.0):
    """Rise in a straight line from `start` to `peak`, then fall along half a cosine to `floor`.

    Args:
        peak: the highest learning rate, reached at step `warmup`.
        total: steps planned in all; at step `total` and later the rate is `floor`.
        warmup: steps of the rise, 0 for none.
        start: the rate at step 0 when there is a warm-up. With 0, the first step stands still.
        floor: the rate at the end, not a fraction of `peak`.

    Returns:
        Function from step (int >= 0) to learning rate (float).

    Raises:
        CourseError: `warmup` is negative or does not leave a step for the decay.

    Same as `keras.optimizers.schedules.CosineDecay(start, total - warmup, floor / peak,
    warmup_target=peak, warmup_steps=warmup)`: there `decay_steps` begins after the warm-up.

    Source: Loshchilov and Hutter 2017, "SGDR", arXiv:1608.03983, equation 5 (cosine);
    Goyal et al. 2017, arXiv:1706.02677, section 2.2 (warm-up).
    """
    if not 0 <= warmup < total:
        raise CourseError(
            f"{warmup} of {total} steps are warm-up.", "leave at least one step for the decay."
        )

    def rate(step):
        if step < warmup:
            return start + (peak - start) * step / warmup
        done = min((step - warmup) / (total - warmup), 1.0)  # 0 at the peak, 1 at the end
        return floor + (peak - floor) * 0.5 * (1 + math.cos(math.pi * done))

    return rate
