"""How two totals of a network, such as parameters and work, are shared among its layers."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def layer_shares(names, totals, *, title=""):
    """Draw two bars per layer, each a share of its own total.

    Args:
        names: L layers, first one on top.
        totals: dict of two names -> L amounts, such as parameters and multiplications.
        title: what to see.

    Returns:
        The axes. Each bar carries its share in per cent.
    """
    ax = new_axes(aspect=0.44)
    rows, height = np.arange(len(names)), 0.36
    for place, (what, amounts), color in zip(
        (-0.19, 0.19), totals.items(), (style.BLUE, style.ORANGE), strict=True
    ):
        shares = 100 * np.asarray(amounts) / np.sum(amounts)
        ax.barh(rows + place, shares, height=height, color=color)
        for row, share in zip(rows, shares, strict=True):
            strongest = share == shares.max()  # it names the colour
            words = f"{share:.0f} % of {what}" if strongest else f"{share:.0f}"
            ax.annotate(words, (share, row + place), xytext=(4, 0), textcoords="offset points",
                        va="center", fontsize=8.5, color=color)  # fmt: skip
    ax.set_yticks(rows, names)
    ax.set(xlim=(0, 128), xlabel="share, %", title=title, xticks=range(0, 101, 20))
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    return ax
