"""A line, a curve or several, against data: the fit, the misses, what they do next."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.curves import curves
from course_utils.plots.figure import end_label, new_axes

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def line_and_misses(x, y, predicted, *, every=24, xlabel="", ylabel="", title=""):
    """Draw data, a prediction, and the vertical distance between them.

    Args:
        x, y, predicted: arrays (N,).
        every: draw the miss of every so-many-th point; all of them would be a grey wall.

    Returns:
        The axes.
    """
    ax = new_axes()
    ax.vlines(x[::every], y[::every], predicted[::every], color=style.ORANGE, linewidth=1.4)
    ax.plot(x, y, color=style.BLUE, linewidth=0.9)
    ax.plot(x, predicted, color=style.INK)
    end_label(ax, x, y, "measured", style.BLUE)
    end_label(ax, x, predicted, "our line", style.INK)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    return ax


def one_knob(values, losses, marked, *, xlabel="", ylabel="", title=""):
    """Draw the loss against one parameter, with a few settings marked.

    Args:
        values, losses: arrays (N,), the curve.
        marked: dict of name -> (value, loss), drawn as labelled points.

    Returns:
        The axes.
    """
    ax = curves({"_loss": (values, losses)}, xlabel=xlabel, ylabel=ylabel, title=title, width=0.8)
    lowest = min(marked.values(), key=lambda spot: spot[1])
    for (name, spot), color in zip(marked.items(), style.CYCLE[1:], strict=False):
        ax.plot(*spot, "o", color=color, markersize=7)
        # Inside the valley the curve cannot cross a label; the lowest point's goes below it.
        shift, ha = ((0, -15), "center") if spot == lowest else ((-8, 9), "right")
        if spot[0] < lowest[0]:
            shift, ha = (8, 9), "left"
        ax.annotate(
            name, spot, xytext=shift, textcoords="offset points", color=color, fontsize=8.5, ha=ha
        )
    ax.set_ylim(bottom=0)
    return ax


def two_valleys(valleys, *, title=""):
    """Draw the loss over (slope, bias) for two ways to write the input, with a walk on each.

    Args:
        valleys: dict of name -> (loss, path, minimum): `loss(w, b)` takes two arrays of
            one shape, `path` is an array (steps + 1, 2) of visited (w, b), `minimum` is (w, b).

    Returns:
        Array (2,) of axes. One unit is as long across as up, so a round valley looks round.
    """
    axes = new_axes(aspect=0.54, cols=2)
    for ax, (name, (loss, path, minimum)) in zip(axes, valleys.items(), strict=True):
        seen = np.vstack([path, minimum])
        middle = (seen.min(axis=0) + seen.max(axis=0)) / 2
        reach = 0.62 * np.ptp(seen, axis=0).max()
        w, b = (np.linspace(m - reach, m + reach, 100) for m in middle)
        height = np.sqrt(loss(*np.meshgrid(w, b)))
        ax.contourf(w, b, height, 14, cmap=style.SEQUENTIAL, alpha=0.75)
        ax.plot(*path.T, "o-", color=style.ORANGE, markersize=3, linewidth=1.2)
        ax.plot(*path[0], "o", color=style.RED, markersize=7)
        ax.plot(*minimum, "*", color=style.INK, markersize=11)
        ax.grid(False)
        ax.set(xlabel="slope w", ylabel="bias b", aspect="equal")
        ax.set_title(name, fontsize=9.5, fontweight="normal")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def residual_panels(x, residuals, *, xlabel="", ylabel="", title=""):
    """Draw what each model leaves unexplained, side by side on one scale.

    Args:
        x: array (N,).
        residuals: dict of name -> array (N,), measured minus predicted.

    Returns:
        Array of axes, one per model.
    """
    axes = np.atleast_1d(new_axes(aspect=0.45, cols=len(residuals), sharey=True))
    for ax, (name, values), color in zip(axes, residuals.items(), style.CYCLE, strict=False):
        ax.axhline(0, color=style.MUTED, linewidth=0.8)
        ax.plot(x, values, color=color, linewidth=0.9)
        ax.set(xlabel=xlabel)
        ax.set_title(name, fontsize=9.5, fontweight="normal")
    axes[0].set_ylabel(ylabel)
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def by_month(values, *, ylabel="", title=""):
    """Draw twelve numbers, January to December, as bars about zero. Returns the axes."""
    ax = new_axes(0.8, 0.45)
    colors = [style.ORANGE if v > 0 else style.BLUE for v in values]
    ax.bar(MONTHS, values, color=colors, width=0.7)
    ax.axhline(0, color=style.MUTED, linewidth=0.8)
    ax.grid(False, axis="x")
    ax.set(ylabel=ylabel, title=title)
    return ax


def forecasts(x, y, cut, predictions, *, ylim, ylabel="", title=""):
    """Draw several fits to the data left of `cut`, continued to the right of it.

    Args:
        x, y: arrays (N,), all the data.
        cut: the x where the fits' data end; a line and a shade mark it.
        predictions: dict of name -> array (N,). A curve that leaves `ylim` is labelled
            where it leaves.
        ylim: (low, high).

    Returns:
        The axes.
    """
    ax = new_axes()
    ax.set_ylim(ylim)
    ax.axvspan(cut, x[-1], color=style.GRID, alpha=0.5, linewidth=0)
    leaves = {
        name: np.flatnonzero((curve < ylim[0]) | (curve > ylim[1]))
        for name, curve in predictions.items()
    }
    named = {f"_{name}" if len(leaves[name]) else name: (x, v) for name, v in predictions.items()}
    curves({"measured": (x, y), **named}, xlabel="year", ylabel=ylabel, title=title, ax=ax)
    ax.lines[0].set_linewidth(0.8)
    for (name, curve), color in zip(predictions.items(), style.CYCLE[1:], strict=False):
        for first in leaves[name][:1]:
            at = (x[first], float(np.clip(curve[first], *ylim)))
            ax.annotate(
                name, at, xytext=(5, 6), textcoords="offset points", color=color, fontsize=8.5
            )
    ax.text(cut, ylim[1], " never seen by the fits", color=style.MUTED, va="top", fontsize=8.5)
    return ax
