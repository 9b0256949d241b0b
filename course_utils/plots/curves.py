"""The everyday plots: curves with direct labels, points, bars."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import end_label, new_axes


def curves(series, *, xlabel="", ylabel="", title="", log=None, ax=None, width=1.0):
    """Draw named curves; each name stands at its curve's end.

    Args:
        series: dict of name -> y values, or name -> (x, y). A name that begins with "_"
            gets no label.
        log: None, "x", "y" or "xy".
        ax: axes to draw on; a new figure `width` wide if None.

    Returns:
        The axes.
    """
    if not series:
        raise ValueError("series is empty: give at least one name -> values.")
    if log not in (None, "x", "y", "xy"):
        raise ValueError(f"log must be None, 'x', 'y' or 'xy', not {log!r}.")
    ax = new_axes(width) if ax is None else ax
    if log and "x" in log:
        ax.set_xscale("log")
    if log and "y" in log:
        ax.set_yscale("log")
    ends = []
    for i, (name, values) in enumerate(series.items()):
        x, y = values if isinstance(values, tuple) else (np.arange(len(values)), values)
        color = style.CYCLE[i % len(style.CYCLE)]
        ax.plot(x, y, color=color)
        if not name.startswith("_"):
            ends.append((np.ravel(x)[-1], np.ravel(y)[-1], name, color))
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    _label_ends(ax, ends)
    return ax


def points(x, y, *, color=style.BLUE, label="", xlabel="", ylabel="", title="", ax=None, size=14):
    """Draw points (x, y). Returns the axes; call again with `ax` for another group."""
    ax = new_axes() if ax is None else ax
    ax.scatter(x, y, s=size, color=color, linewidths=0, alpha=0.85, label=label or None)
    ax.set(xlabel=xlabel or ax.get_xlabel(), ylabel=ylabel or ax.get_ylabel())
    if title:
        ax.set_title(title)
    return ax


def bars(names, values, *, color=style.BLUE, xlabel="", title="", digits=None, ax=None):
    """Draw horizontal bars, first name on top.

    Args:
        names: N strings.
        values: N numbers.
        color: one colour or N of them.
        digits: write each value with so many digits at the bar's end; None writes none.

    Returns:
        The axes.
    """
    ax = new_axes(aspect=max(0.2, 0.09 * len(names) + 0.12)) if ax is None else ax
    rows = np.arange(len(names))
    ax.barh(rows, values, color=color, height=0.62)
    ax.set_yticks(rows, names)
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    ax.set(xlabel=xlabel, title=title)
    if digits is not None:
        for row, value in zip(rows, values, strict=True):
            ax.annotate(
                f"{value:.{digits}f}",
                (value, row),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
            )
    return ax


def _label_ends(ax, ends, gap=11.0):
    """Write the names at the curves' ends, pushed apart so that none covers another.

    Args:
        ends: list of (x, y, name, colour) in data units.
        gap: smallest vertical distance between two names, in points.
    """
    ax.autoscale_view()  # matplotlib waits with this until it draws; the heights need it now
    to_points = 72.0 / ax.figure.dpi
    # Labels are placed in screen units, where "too close" has a meaning.
    heights = [ax.transData.transform((x, y))[1] * to_points for x, y, *_ in ends]
    order = sorted(range(len(ends)), key=lambda i: heights[i])
    wanted = []
    for i in order:
        wanted.append(max(heights[i], wanted[-1] + gap) if wanted else heights[i])
    # Pushing upwards only would drift away from the curves: recentre the moved labels.
    drift = np.mean([w - heights[i] for w, i in zip(wanted, order, strict=True)]) if ends else 0
    for w, i in zip(wanted, order, strict=True):
        x, y, name, color = ends[i]
        end_label(ax, x, y, name, color, dy=w - drift - heights[i])
