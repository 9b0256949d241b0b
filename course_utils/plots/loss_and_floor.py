"""The loss of a training against the best that any model could reach."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.curves import curves
from course_utils.plots.figure import new_axes


def loss_and_floor(losses, floor, *, start=None, marks=None, title=""):
    """Draw losses over steps, a line at the floor, and a shaded region below it.

    Args:
        losses: dict of name -> losses (S,), in nats per token; names as for `curves`.
        floor: nats per token of the best possible model.
        start: loss of a model that knows nothing, a dotted line; None draws none.
        marks: steps to mark with a thin vertical line.
        title: what to see.

    Returns:
        The axes, log scale.
    """
    ax = new_axes(aspect=0.6)
    top = max(float(np.max(values)) for values in losses.values())
    low = min(float(np.min(values)) for values in losses.values())
    lowest = min(floor, low) / 1.6
    ax.set_yscale("log")
    ax.set_ylim(lowest, max(top, start or 0) * 1.25)
    ax.axhspan(floor * 1e-6, floor, facecolor=style.RED, alpha=0.10, linewidth=0)
    ax.axhline(floor, color=style.RED, linewidth=1.4)
    for step in marks or ():
        ax.axvline(step, color=style.GRID, linewidth=1)
    curves(losses, xlabel="step", ylabel="loss, nats per token", title=title, log="y", ax=ax)
    last = max(len(np.ravel(values)) for values in losses.values())
    for value, text, color in (
        (floor, "the floor: entropy of the stories", style.RED),
        (start, "knows nothing: ln V", style.MUTED),
    ):
        if value is None:
            continue
        if color == style.MUTED:
            ax.axhline(value, color=color, linewidth=1.2, linestyle=":")
        ax.annotate(text, (last, value), xytext=(-4, -9), textcoords="offset points", ha="right",
                    fontsize=8.5, color=color)  # fmt: skip
    ticks = [tick for tick in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10) if tick > lowest]
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    return ax
