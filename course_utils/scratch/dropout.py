"""Dropout: in training, switch off random numbers so that none can be relied on."""

import numpy as np

from course_utils.errors import CourseError


class Dropout:
    """Replace each number by 0 with probability `rate`, and enlarge the others to make up for it.

    A number that is kept is divided by 1 - rate ("inverted" dropout). The expected output is
    then the input, and at use nothing has to be done at all.

    Args:
        rate: probability in [0, 1) of being dropped.
        rng: `np.random.Generator` that draws a new mask at every forward pass in training.

    Input:
        x: array of any shape.
        training: False returns the input unchanged and draws nothing.

    Output:
        float64, the shape of `x`.

    `backward` uses the mask of the latest forward pass: what was dropped gets no gradient.

    Raises:
        CourseError: `rate` is outside [0, 1). At 1 nothing is left to be enlarged.

    Source: Srivastava et al. 2014, "Dropout", Journal of Machine Learning Research 15,
    section 4; section 10 mentions scaling in training instead of at use, done here.
    """

    def __init__(self, rate, rng):
        if not 0 <= rate < 1:
            raise CourseError(
                f"the dropout rate is {rate}, but a probability in [0, 1) is needed.",
                f"{rate / 100:g} for {rate:g} %."
                if 1 < rate < 100
                else "0.2 to 0.5 is usual; 0 switches dropout off.",
            )
        self.params, self.grads, self._saved = {}, {}, None
        self.rate, self.rng = rate, rng

    def forward(self, x, training=True):
        x = np.asarray(x, dtype=float)
        self._saved = 1.0
        if training and self.rate:
            self._saved = (self.rng.random(x.shape) >= self.rate) / (1.0 - self.rate)
        return x * self._saved

    def backward(self, dy):
        """Return d(loss)/dx, the shape of `dy`."""
        return dy * self._saved
