"""How much of a gradient is left after a walk back through time."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.curves import curves
from course_utils.plots.figure import new_axes


def gradient_reach(shares, *, title=""):
    """Draw the gradient at the input `k` steps before the end, as a share of that at the end.

    Args:
        shares: dict of name -> array (K,), distance 0 first; positive.
        title: what to see.

    Returns:
        The axes, log scale. The green band is a hundredth to a hundred.
    """
    ax = new_axes()
    ax.axhspan(0.01, 100, color=style.GREEN, alpha=0.12, linewidth=0)
    floor = {name: np.maximum(values, 1e-30) for name, values in shares.items()}
    curves(
        floor,
        xlabel="steps back in time",
        ylabel="gradient, relative to the last step",
        title=title,
        log="y",
        ax=ax,
    )
    return ax
