"""What hidden ReLU units do to a curve: hinges that add up, kinks that move, folds that double."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def hinge_sum(x, target, parts, *, title=""):
    """Draw every hinge by itself (above) and their sum over the target curve (below).

    Args:
        x: array (N,).
        target: array (N,), the curve to be fitted.
        parts: array (N, H + 1): a constant first, then one weighted hinge per column.

    Returns:
        Array (2,) of axes.
    """
    axes = new_axes(aspect=0.78, rows=2, sharex=True, height_ratios=(1, 1.15))
    for part in parts.T[1:]:
        kink = x[np.argmax(part != 0)]
        color = style.BLUE if part[-1] > 0 else style.RED
        axes[0].plot(x, part, color=color, linewidth=1.3)
        axes[0].plot(kink, 0, "o", color=color, markersize=3.5)
    axes[0].text(
        0.02,
        0.9,
        "up (blue) or down (red)",
        color=style.MUTED,
        fontsize=8.5,
        transform=axes[0].transAxes,
    )
    axes[0].set(ylabel="each hinge", title=title)
    axes[1].plot(x, target, color=style.GRID, linewidth=6)
    axes[1].plot(x, parts.sum(axis=1), color=style.INK, linewidth=1.4)
    axes[1].text(
        0.02,
        0.88,
        "their sum, on the curve (grey)",
        color=style.MUTED,
        fontsize=8.5,
        transform=axes[1].transAxes,
    )
    axes[1].set(ylabel="sum", xlabel="x")
    return axes


def error_law(counts, errors, *, title=""):
    """Draw the largest error against the number of hinges over the law "a quarter per doubling".

    Args:
        counts: C numbers of hinges, rising; they are the ticks.
        errors: array (C,).

    Returns:
        The axes, both logarithmic. The law (grey) has the theory's slope and the last error.
    """
    ax = new_axes(width=0.85)
    counts, errors = np.asarray(counts), np.asarray(errors)
    law = errors[-1] * (counts[-1] / counts) ** 2
    ax.loglog(counts, law, color=style.GRID, linewidth=7)
    ax.loglog(counts, errors, "o-", color=style.BLUE)
    for count, error in zip(counts, errors, strict=True):
        ax.annotate(
            f"{error:.2g}",
            (count, error),
            xytext=(7, 3),
            textcoords="offset points",
            color=style.BLUE,
            fontsize=8.5,
        )
    ax.minorticks_off()
    ax.set_xticks(counts, [str(count) for count in counts])
    ax.set(
        xlabel="hinges",
        ylabel="largest error",
        title=title,
        xlim=(counts[0] / 1.2, counts[-1] * 1.5),
    )
    ax.text(
        0.03,
        0.06,
        "grey: a quarter per doubling",
        color=style.MUTED,
        fontsize=8.5,
        transform=ax.transAxes,
    )
    return ax


def moved_kinks(x, target, fits, *, title=""):
    """Draw fits by hinges side by side; a tick at the bottom marks each kink.

    Args:
        x, target: arrays (N,).
        fits: dict of name -> (predicted (N,), kinks (H,)).

    Returns:
        Array of axes, one per fit.
    """
    axes = np.atleast_1d(new_axes(aspect=0.44, cols=len(fits), sharey=True))
    for ax, (name, (predicted, kinks)) in zip(axes, fits.items(), strict=True):
        ax.plot(x, target, color=style.GRID, linewidth=6)
        ax.plot(x, predicted, color=style.BLUE, linewidth=1.5)
        ax.plot(kinks, np.interp(kinks, x, predicted), "o", color=style.ORANGE, markersize=4.5)
        for kink in kinks:
            ax.axvline(kink, 0, 0.06, color=style.ORANGE, linewidth=1.6)
        ax.set(xlabel="x")
        ax.set_title(name, fontsize=9.5, fontweight="normal")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def folds(x, layers, *, title=""):
    """Draw a function after 1, 2, 3, ... layers of the same fold, one panel each.

    Args:
        x: array (N,).
        layers: dict of name -> array (N,).

    Returns:
        Array of axes that share both scales.
    """
    axes = np.atleast_1d(new_axes(aspect=0.36, cols=len(layers), sharey=True))
    for ax, (name, y), color in zip(axes, layers.items(), style.CYCLE, strict=False):
        ax.plot(x, y, color=color, linewidth=1.4)
        ax.set(xlabel="x", xticks=[0, 1], yticks=[0, 1])
        ax.set_title(name, fontsize=9.5, fontweight="normal")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
