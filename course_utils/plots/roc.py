"""ROC curves: what each score catches, and what it costs in false alarms."""

import numpy as np

from course_utils.errors import ShapeError
from course_utils.plots import style
from course_utils.plots.figure import new_axes


def roc(curves, title="", *, ax=None):
    """Draw named ROC curves over the diagonal of guessing.

    All curves end in the same corner, so a name cannot stand at its curve's end: a thin line
    leads to it from the falling diagonal, where curves are farthest apart.

    Args:
        curves: dict of name -> (false_positive_rate, true_positive_rate), rates in [0, 1] that
            never fall, as `roc_curve` returns them. An area belongs into the name.
        title: what to see.
        ax: axes to draw on; a new square figure if None.

    Returns:
        The axes.

    Raises:
        ShapeError: there are no curves, or two rates differ in length.
    """
    if not curves:
        raise ShapeError("there are no curves.", 'give {"name": (false_rate, true_rate)}.')
    if ax is None:
        width = 0.72 + 0.0115 * max(map(len, curves))
        ax = new_axes(width, 0.66 / width)
    ax.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1.0, linestyle=(0, (4, 3)))
    along = {"rotation": 45, "rotation_mode": "anchor", "transform_rotates_text": True}
    ax.text(0.26, 0.22, "guessing", color=style.MUTED, fontsize=8.5, ha="center", va="top", **along)
    dots = []
    for place, (name, (false, true)) in enumerate(curves.items()):
        false, true = np.asarray(false, dtype=float), np.asarray(true, dtype=float)
        if false.shape != true.shape or false.ndim != 1 or not false.size:
            raise ShapeError(
                f"the rates of {name!r} are {false.shape} and {true.shape}.",
                "give two arrays of one length: the first two that roc_curve returns.",
            )
        color = style.CYCLE[place % len(style.CYCLE)]
        ax.plot(false, true, color=color)
        dots.append((*_on_falling_diagonal(false, true), name, color))
    _name_beside(ax, dots)
    ax.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), aspect="equal", title=title)
    ax.set(xlabel="false positive rate", ylabel="true positive rate")
    return ax


def _on_falling_diagonal(false, true):
    """The point of the curve at which false + true is 1; the sum never falls along the curve."""
    along = np.linspace(0, 1, len(false))
    share = np.interp(1.0, false + true, along)
    return np.interp(share, along, false), np.interp(share, along, true)


def _name_beside(ax, dots, gap=0.055):
    """Lead a line from every dot to its name right of the axes, names at least `gap` apart."""
    dots = sorted(dots, key=lambda dot: -dot[1])
    heights = []
    for _, y, *_ in dots:
        heights.append(min(y, heights[-1] - gap) if heights else y)
    lift = max(0.0, -min(heights))  # a long list would run out at the bottom
    for (x, y, name, color), height in zip(dots, heights, strict=True):
        ax.plot([x], [y], "o", color=color, markersize=5)
        way = [x, 1.01, 1.04], [y, y, height + lift]
        ax.plot(*way, color=color, linewidth=0.7, alpha=0.7, clip_on=False, zorder=1.5)
        ax.text(1.05, height + lift, name, color=color, fontsize=8.5, va="center")
