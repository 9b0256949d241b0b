"""A hyper-parameter search, and what its winner is worth on data that did not choose it."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def search_dots(names, losses, *, chosen, xlabel="", title=""):
    """Draw every run of a search: a row per setting, a dot per seed, a bar at the mean.

    Args:
        names: C strings, drawn from top to bottom.
        losses: array (C, S), S seeds each.
        chosen: number of the row that is coloured.

    Returns:
        The axes.
    """
    losses = np.asarray(losses, dtype=float)
    ax = new_axes(aspect=0.085 * len(names) + 0.16)
    for row, runs in enumerate(losses):
        color = style.BLUE if row == chosen else style.MUTED
        ax.plot(runs, np.full(len(runs), row), "o", color=color, markersize=5.5, alpha=0.75)
        ax.plot([runs.mean()] * 2, [row - 0.3, row + 0.3], color=color, linewidth=2.2)
    ax.set_yticks(range(len(names)), names)
    ax.get_yticklabels()[chosen].set_color(style.BLUE)
    ax.invert_yaxis()
    ax.set(xlabel=xlabel, title=title)
    return ax


def estimates(names, percents, errors, *, pile_names, xlabel="", title=""):
    """Draw measured accuracies with their uncertainty: a group per model, a mark per pile.

    Args:
        names: M models, drawn from top to bottom.
        percents, errors: arrays (M, P), in per cent; a line reaches one error to both sides.
        pile_names: P strings.

    Returns:
        The axes.
    """
    percents, errors = np.asarray(percents, dtype=float), np.asarray(errors, dtype=float)
    ax = new_axes(aspect=0.15 * len(names) + 0.16)
    colors = (style.GREEN, style.ORANGE, style.RED)
    for pile, (name, color) in enumerate(zip(pile_names, colors, strict=False)):
        rows = np.arange(len(names)) + 0.24 * (pile - (len(pile_names) - 1) / 2)
        ax.errorbar(percents[:, pile], rows, xerr=errors[:, pile], fmt="o", color=color, label=name)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.grid(False, axis="y")
    ax.set(xlabel=xlabel, title=title)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=1.2)
    return ax
