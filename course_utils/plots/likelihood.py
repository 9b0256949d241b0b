"""What a yes/no model believes: likelihood point by point, and how hard each loss pulls."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.curves import curves
from course_utils.plots.figure import new_axes


def likelihood_sticks(x, y, beliefs, *, xlabel="", ylabel="", title=""):
    """Draw, for each example, the probability that a model gave to its true label.

    Args:
        x: array (N,), one input. y: array (N,) of 0 and 1.
        beliefs: dict of name -> function; `function(x)` is P(y = 1), (N,) for (N,).

    Returns:
        Array of axes, one per model. A stick hangs from 1 down to the curve where y = 0
        and stands from 0 up to the curve where y = 1: long sticks are good.
    """
    axes = np.atleast_1d(new_axes(aspect=0.5, cols=len(beliefs), sharey=True))
    grid = np.linspace(-0.05, 1.05, 200)
    for ax, (name, belief) in zip(axes, beliefs.items(), strict=True):
        p = belief(x)
        ax.plot(grid, belief(grid), color=style.INK, linewidth=1.2)
        for label, color in ((0, style.RED), (1, style.BLUE)):
            mine = y == label
            # Equal inputs stand side by side, so that every stick can be counted.
            earlier = [np.sum(mine[:i] & (x[:i] == x[i])) for i in np.flatnonzero(mine)]
            at = x[mine] + 0.03 * np.array(earlier)
            ax.vlines(at, 1 - label, p[mine], color=color, linewidth=4.5, alpha=0.7)
        ax.set(xlabel=xlabel, ylim=(-0.08, 1.08))
        ax.set_title(name, fontsize=9.5, fontweight="normal")
    axes[0].set_ylabel(ylabel)
    axes[0].text(1.05, 0.98, "red: truly 0", color=style.RED, ha="right", va="top", fontsize=8.5)
    axes[0].text(1.05, 0.88, "blue: truly 1", color=style.BLUE, ha="right", va="top", fontsize=8.5)
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def loss_and_pull(z, losses, pulls, *, title=""):
    """Draw losses against the weighted sum, and beside them the size of their gradients.

    Args:
        z: array (N,), the weighted sum of an example whose label is 1.
        losses, pulls: dicts of name -> array (N,), same names; pulls are |d loss / dz|.

    Returns:
        Array (2,) of axes. The second has a logarithmic scale.
    """
    axes = new_axes(aspect=0.48, cols=2)
    where = "weighted sum z (label is 1)"
    panels = ((losses, None, "loss", (9, 3)), (pulls, "y", "|gradient|", (9, -12)))
    for ax, (values, log, ylabel, shift) in zip(axes, panels, strict=True):
        lines = {f"_{name}": (z, v) for name, v in values.items()}
        curves(lines, xlabel=where, ylabel=ylabel, log=log, ax=ax)
        for (name, v), color in zip(values.items(), style.CYCLE, strict=False):
            at = (z[len(z) // 20], v[len(z) // 20])
            ax.annotate(
                name, at, xytext=shift, textcoords="offset points", color=color, fontsize=8.5
            )
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
