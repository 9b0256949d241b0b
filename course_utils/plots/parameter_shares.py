"""Where the parameters of a model are: one bar for each model, cut into its parts."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def parameter_shares(models, *, title=""):
    """Draw each model's parts as shares of its parameters.

    Args:
        models: dict of name -> dict of part -> number of parameters. All models have the same
            parts, in the same order.
        title: what to see.

    Returns:
        The axes; the total stands at each bar's end, shares of at least 8 % inside.
    """
    parts = list(next(iter(models.values())))
    ax = new_axes(aspect=0.1 * len(models) + 0.22)
    rows = np.arange(len(models))
    left = np.zeros(len(models))
    for part, color in zip(parts, style.CYCLE, strict=False):
        share = np.array([100 * found[part] / sum(found.values()) for found in models.values()])
        ax.barh(rows, share, left=left, color=color, height=0.6, label=part)
        for row, (begin, width) in enumerate(zip(left, share, strict=True)):
            if width >= 8:
                ax.text(begin + width / 2, row, f"{width:.0f} %", ha="center", va="center",
                        fontsize=8, color=style.PAPER)  # fmt: skip
        left += share
    for row, found in enumerate(models.values()):
        ax.text(101, row, _short(sum(found.values())), va="center", fontsize=8.5)
    ax.set_yticks(rows, list(models))
    ax.set(xlim=(0, 112), xticks=(0, 25, 50, 75, 100), xlabel="% of the parameters")
    ax.set_title(title, pad=22)
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 0.98), ncols=len(parts), fontsize=8,
              handlelength=1, columnspacing=1.2)  # fmt: skip
    return ax


def _short(number):
    """12,345,678 as "12 M"."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            scaled = number / size
            return f"{scaled:.0f} {letter}" if scaled >= 10 else f"{scaled:.1f} {letter}"
    return str(number)
