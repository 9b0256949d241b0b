"""How sure one may be of a share that was counted."""

import math

from course_utils.errors import ShapeError


def wilson_interval(successes, trials, z=1.959964):
    """Return (low, high) for the share behind `successes` of `trials`; 95 % with the default z.

    Unlike share +- z * standard error it stays within 0..1 and has a width where all or none
    succeed: 1,000 of 1,000 gives 0.9962 to 1.

    Raises:
        ShapeError: there is no trial, or there are more successes than trials.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical
    inference", Journal of the American Statistical Association 22(158), pages 209-212.
    """
    if not 0 <= successes <= trials or trials < 1:
        raise ShapeError(
            f"{successes} successes in {trials} trials.", "count at least one trial, and once each."
        )
    share, extra = successes / trials, z * z / trials
    middle = (share + extra / 2) / (1 + extra)
    half = z * math.sqrt(share * (1 - share) / trials + extra / (4 * trials)) / (1 + extra)
    return max(0.0, middle - half), min(1.0, middle + half)
