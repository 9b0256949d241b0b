"""Forecasts beside what came: the series, and what was said before it was known."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def forecast(years, values, forecasts, *, known_until, ylabel="", title="", legend="lower right"):
    """Draw a series in ink and several forecasts of its last part in colour.

    Args:
        years, values: the series, (N,) each.
        forecasts: dict of name -> (years, values) of any number of pieces, arrays (M, F):
            one row per forecast. The names stand in a legend, because the lines cross.
        known_until: the year at which the training data end; a line marks it.
        title: what to see.
        legend: the corner without lines, as matplotlib names it.

    Returns:
        The axes.
    """
    ax = new_axes()
    ax.plot(years, values, color=style.INK, linewidth=1.2, label="what came")
    for (name, (x, y)), color in zip(forecasts.items(), style.CYCLE, strict=False):
        x, y = np.atleast_2d(x), np.atleast_2d(y)
        for row, (when, said) in enumerate(zip(x, y, strict=True)):
            label = None if row else name
            ax.plot(when, said, color=color, linewidth=1.6, label=label, alpha=0.95)
            ax.plot(when[0], said[0], "o", color=color, markersize=3)
    low, high = np.min(years), np.max(years)
    if low < known_until < high:
        ax.axvline(known_until, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
        ax.annotate(
            "training data end",
            (known_until, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(3, -4),
            textcoords="offset points",
            ha="left",
            va="top",
            color=style.MUTED,
            fontsize=8.5,
        )
    ax.set(xlabel="year", ylabel=ylabel, title=title, xlim=(low, high))
    if legend.startswith("upper"):  # make room for it above the lines
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.15 * (high - low))
    ax.legend(loc=legend, fontsize=8.5, frameon=False, ncols=1 + len(forecasts))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return ax
