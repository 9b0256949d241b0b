"""Repeated measurements: one dot each, so that luck can be seen."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def dots(groups, *, levels=None, xlabel="", title="", ax=None):
    """Draw one row of dots per group, with a bar at its mean.

    Args:
        groups: dict of name -> values (R,), first on top.
        levels: dict of words -> x, dashed lines explained on them: baselines.

    Returns:
        The axes.
    """
    ax = new_axes(aspect=0.065 * len(groups) + 0.17) if ax is None else ax
    for row, (values, color) in enumerate(zip(groups.values(), _colors(len(groups)), strict=True)):
        ax.plot(values, np.full(len(values), row), "o", color=color, alpha=0.75, markersize=6)
        ax.plot([np.mean(values)] * 2, [row - 0.3, row + 0.3], color=color, linewidth=2.4)
    for words, x in (levels or {}).items():
        ax.axvline(x, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
        ax.annotate(
            words,
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, -2),
            textcoords="offset points",
            color=style.MUTED,
            fontsize=8.5,
            va="top",
        )
    ax.set_yticks(range(len(groups)), list(groups))
    ax.set_ylim(len(groups) - 0.5, -0.8)
    ax.grid(False, axis="y")
    ax.set(xlabel=xlabel, title=title)
    return ax


def _colors(count):
    return [style.CYCLE[i % len(style.CYCLE)] for i in range(count)]
