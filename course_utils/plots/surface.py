"""Loss surfaces from above: contour lines, and the walks that optimizers take on them.

A surface is a function `value` from points (..., 2) to heights (...). Heights are drawn on a
logarithmic scale, because the interesting part of a valley is its last thousandth. Grey is
the land, colours are the walkers, a star is the lowest point.
"""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes

_LAND = ("#bdb9ad", "#cdcabf", "#dad7ce", "#e6e4dd", "#f1efea", "#fbfaf7")


def surface(value, xlim, ylim, *, lowest=None, levels=12, depth=1e-4, ax=None, **labels):
    """Draw a loss surface with two parameters as contour lines.

    Args:
        value: function from (..., 2) to (...), heights >= 0.
        xlim, ylim: (low, high) of the two parameters.
        lowest: the point (2,) to mark with a star; None marks nothing.
        levels: number of contour lines.
        depth: height of the lowest line, as a share of the highest point shown.
        ax: axes to draw on; a new figure if None.
        labels: xlabel, ylabel, title.

    Returns:
        The axes. From one line to the next the height changes by the same factor.
    """
    ax = new_axes(0.8, 0.7) if ax is None else ax
    x, y = np.meshgrid(np.linspace(*xlim, 140), np.linspace(*ylim, 140))
    height = value(np.stack([x, y], axis=-1))
    heights = np.geomspace(depth, 1.0, levels) * height.max()
    ax.contourf(
        x,
        y,
        np.maximum(height, heights[0]),
        heights,
        colors=_shades(levels),
        extend="min",
        antialiased=False,
    )
    ax.contour(x, y, height, heights, colors=style.MUTED, linewidths=0.4)
    if lowest is not None:
        ax.plot(*lowest, "*", color=style.INK, markersize=11, zorder=4)
    ax.grid(False)
    ax.set(xlim=xlim, ylim=ylim, **labels)
    return ax


def walk(ax, path, color):
    """Draw one walk over a surface: a ring where it starts, a disc where it ends.

    Args:
        ax: axes of a `surface`.
        path: array (steps + 1, 2). Points that are inf, nan or absurdly far are left out;
            up to 120 steps, each gets a dot.

    Returns:
        The axes.
    """
    path = np.asarray(path, dtype=float)
    path = path[np.isfinite(path).all(axis=1) & (np.abs(path) < 1e6).all(axis=1)]
    kind = "o-" if len(path) <= 121 else "-"
    ax.plot(*path.T, kind, color=color, markersize=3, linewidth=1.2, zorder=3)
    ax.plot(*path[0], "o", color=style.PAPER, markeredgecolor=color, markersize=7, zorder=3)
    ax.plot(*path[-1], "o", color=color, markersize=5.5, zorder=3)
    return ax


def surface_panels(
    value, walks, xlim, ylim, *, xlabel="", ylabel="", title="", aspect=0.42, **land
):
    """Draw the same surface once per walk, side by side, so that paths do not cover each other.

    Args:
        value, xlim, ylim: as in `surface`.
        walks: dict of panel title -> path (steps + 1, 2).
        aspect: height of the figure divided by its width.
        land: `lowest`, `levels`, `depth`, as in `surface`.

    Returns:
        Array of axes, one per walk.
    """
    axes = np.atleast_1d(new_axes(aspect=aspect, cols=len(walks), sharey=True))
    for ax, (name, path), color in zip(axes, walks.items(), style.CYCLE, strict=False):
        surface(value, xlim, ylim, ax=ax, xlabel=xlabel, **land)
        walk(ax, path, color)
        ax.set_title(name, fontsize=9, fontweight="normal")
    axes[0].set_ylabel(ylabel)
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def models_as_points(x, y, models, loss, xlim, ylim, *, lowest=None, names=("", ""), title=""):
    """Draw lines through data on the left, and the same lines as points of a surface, right.

    Args:
        x, y: data, arrays (N,).
        models: dict of name -> (w0, w1), the line w0 + w1 * x.
        loss: function from (..., 2) to (...): mean squared error of a line.
        xlim, ylim: the part of the surface to show: w0 and w1.
        lowest: the best line (w0, w1), marked with a star.
        names: labels of the data's axes.

    Returns:
        Array (2,) of axes.
    """
    axes = new_axes(aspect=0.48, cols=2)
    left, right = axes
    left.plot(x, y, color=style.MUTED, linewidth=0.8)
    surface(loss, xlim, ylim, lowest=lowest, ax=right, depth=1e-2)
    right.set(xlabel="$w_0$ (height of the line)", ylabel="$w_1$ (slope of the line)")
    ends = np.array([x.min(), x.max()])
    for (name, w), color in zip(models.items(), style.CYCLE, strict=False):
        left.plot(ends, w[0] + w[1] * ends, color=color)
        left.annotate(
            name,
            (ends[1], w[0] + w[1] * ends[1]),
            xytext=(4, 0),
            textcoords="offset points",
            color=color,
            va="center",
            annotation_clip=False,
        )
        right.plot(*w, "o", color=color, markersize=7)
        text = f"{name}: {float(loss(np.asarray(w))):.2f}"
        right.annotate(text, w, xytext=(7, -4), textcoords="offset points", color=color)
    left.set(xlabel=names[0], ylabel=names[1])
    left.set_title("three lines through the data", fontsize=9.5, fontweight="normal")
    right.set_title("the same three lines from above", fontsize=9.5, fontweight="normal")
    left.figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def _shades(levels):
    """Light greys, darker where the land is lower, one per band between two lines."""
    spots = np.linspace(0, 1, levels)
    stops = np.linspace(0, 1, len(_LAND))
    rgb = np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in _LAND])
    return [tuple(np.interp(s, stops, rgb[:, k]) for k in range(3)) for s in spots]
