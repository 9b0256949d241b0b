"""Pictures of step sizes: walks on a parabola, stability, sweeps over learning rates."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def parabola_walks(curvature, walks, *, half_width=1.35, title=""):
    """Draw walks on the parabola curvature / 2 * w**2, one panel each.

    Args:
        curvature: second derivative of the parabola, > 0.
        walks: dict of panel title -> array (steps + 1,) of visited w. Points outside the
            panel are left out.
        half_width: the panels span w from -half_width to half_width.

    Returns:
        Array of axes.
    """
    axes = np.atleast_1d(new_axes(aspect=0.36, cols=len(walks), sharey=True))
    w = np.linspace(-half_width, half_width, 200)
    for ax, (name, path), color in zip(axes, walks.items(), style.CYCLE, strict=False):
        ax.plot(w, curvature / 2 * w**2, color=style.MUTED, linewidth=1)
        path = path[np.abs(path) <= half_width]
        ax.plot(path, curvature / 2 * path**2, "o-", color=color, markersize=4, linewidth=1)
        start = (path[0], curvature / 2 * path[0] ** 2)
        ax.plot(*start, "o", color=style.PAPER, markeredgecolor=color, markersize=7)
        ax.set_title(name, fontsize=9, fontweight="normal")
        ax.set(xlabel="w", xlim=(-half_width, half_width))
    axes[0].set_ylabel("loss")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def stability(rates, factors, curvature, *, title=""):
    """Draw how much of the distance one step leaves, against the learning rate.

    Args:
        rates: learning rates, array (R,). factors: measured |w after| / |w before|, (R,).
        curvature: of the parabola they were measured on; the theory |1 - rate * curvature|
            is drawn as a line, with its two landmarks.

    Returns:
        The axes.
    """
    ax = new_axes()
    fine = np.linspace(0, rates.max(), 400)
    limit = 2 / curvature
    ax.axvspan(limit, rates.max() * 1.02, color=style.RED, alpha=0.10, linewidth=0)
    ax.axhline(1, color=style.MUTED, linewidth=0.8)
    ax.plot(fine, np.abs(1 - fine * curvature), color=style.BLUE, zorder=2)
    ax.plot(rates, factors, "o", color=style.ORANGE, markersize=6, zorder=3)
    top = ax.get_ylim()[1]
    landmarks = {"1 / curvature:\none step, done": limit / 2, "2 / curvature:\nthe limit": limit}
    for text, at in landmarks.items():
        ax.axvline(at, color=style.MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
        ax.annotate(
            text, (at, top), xytext=(4, -4), textcoords="offset points", va="top", fontsize=8.5
        )
    ax.annotate(
        "theory: |1 - rate x curvature|", (0.16 / curvature, 0.87), color=style.BLUE, fontsize=8.5
    )
    ax.annotate("measured", (1.36 / curvature, 0.1), color=style.ORANGE, fontsize=8.5)
    ax.set(xlabel="learning rate", ylabel="distance left after one step", title=title)
    ax.set(xlim=(0, rates.max() * 1.02), ylim=(0, top))
    return ax


def rate_sweep(panels, *, xlabel="learning rate", ylabel="", title="", aspect=0.48):
    """Draw one curve per method against the learning rate, in panels with one y scale.

    Args:
        panels: dict of panel title -> dict of name -> (rates, values). NaN leaves a gap:
            that rate did not arrive.

    Returns:
        Array of axes, all on the same two logarithmic scales. The lowest point of a curve
        is ringed.
    """
    axes = np.atleast_1d(new_axes(aspect=aspect, cols=len(panels), sharex=True, sharey=True))
    for ax, (name, series) in zip(axes, panels.items(), strict=True):
        for (method, (rates, values)), color, mark in zip(
            series.items(), style.CYCLE, "osD^v", strict=False
        ):
            ax.loglog(rates, values, f"{mark}-", color=color, label=method, markersize=3.5)
            best = np.nanargmin(values)
            ax.plot(rates[best], values[best], "o", mfc="none", mec=color, markersize=10)
        ax.set_title(name, fontsize=9.5, fontweight="normal")
        ax.set(xlabel=xlabel)
    lines, names = axes[0].get_legend_handles_labels()
    axes[0].figure.legend(lines, names, loc="outside lower center", ncols=len(names))
    axes[0].set_ylabel(ylabel)
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
