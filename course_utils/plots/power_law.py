"""A power law on log axes: what was measured, the line through it, and what it foretells."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def power_law(sizes, excess, line, *, foretold=None, labels=None, xlabel="", ylabel="", title=""):
    """Draw measured points, a fitted line, and a point that the line did not know.

    Args:
        sizes: (N,) positive numbers.
        excess: (N,) positive numbers, measured; or (N, R), repeated R times.
        line: function from a size to the fitted value.
        foretold: None, or (size, measured value or values) that was not used for the fit.
        labels: N strings beside the points.

    Returns:
        The axes, both log.
    """
    ax = new_axes(aspect=0.6)
    ax.set(xscale="log", yscale="log", xlabel=xlabel, ylabel=ylabel, title=title)
    sizes = np.asarray(sizes, dtype=float)
    excess = np.asarray(excess, dtype=float).reshape(len(sizes), -1)
    ends = np.append(sizes, foretold[0]) if foretold else sizes
    span = np.geomspace(ends.min() / 1.25, ends.max() * 1.25, 60)
    ax.plot(span, [line(size) for size in span], color=style.MUTED, linestyle="--", linewidth=1.3)
    for size, values in zip(sizes, excess, strict=True):
        ax.plot([size] * len(values), values, "o", color=style.BLUE, markersize=7, alpha=0.85)
    for size, values, text in zip(sizes, excess, labels or (), strict=False):
        ax.annotate(text, (size, values[0]), xytext=(8, 8), textcoords="offset points",
                    fontsize=8.5, color=style.BLUE)  # fmt: skip
    if foretold:
        size, values = foretold[0], np.ravel(foretold[1])
        ax.plot([size] * len(values), values, "D", color=style.ORANGE, markersize=7)
        ax.annotate("not used for the line", (size, values[0]), xytext=(-8, -16), ha="right",
                    textcoords="offset points", fontsize=8.5, color=style.ORANGE)  # fmt: skip
    return ax
