"""A distribution ranked from the most probable token down, and where two rules cut it."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def tail(panels, k, p0, *, most=60, title=""):
    """Draw ranked probabilities and the cuts of top-k and top-p.

    Args:
        panels: dict of panel title -> probabilities (V,).
        k: tokens that top-k keeps.
        p0: probability that top-p keeps.
        most: ranks drawn.
        title: over all panels.

    Returns:
        Array of axes, one per panel. Bars that top-p keeps are blue, the others grey.
    """
    axes = new_axes(aspect=0.46, cols=len(panels), sharey=True, squeeze=False)[0]
    for ax, (name, p) in zip(axes, panels.items(), strict=True):
        ranked = np.sort(np.asarray(p, dtype=float))[::-1]
        kept = int(np.argmax(np.cumsum(ranked) >= p0 - 1e-12)) + 1
        ranked = ranked[:most]
        ranks = np.arange(1, len(ranked) + 1)
        colors = [style.BLUE if rank <= kept else style.GRID for rank in ranks]
        ax.bar(ranks, np.maximum(ranked, 1e-9), color=colors, width=0.9)
        ax.set_yscale("log")
        ax.set(xlabel="rank of the token", ylim=(1e-6, 2))
        ax.axvline(k + 0.5, color=style.RED, linewidth=1.2)
        left = k + 0.5 > 0.6 * most
        ax.text(
            *(k + (-0.3 if left else 1.3), 0.9),
            f"top-k\nkeeps {k}",
            color=style.RED,
            fontsize=8.5,
            va="top",
            ha="right" if left else "left",
        )
        ax.text(
            *(most, 0.09),
            f"top-p keeps {kept}",
            color=style.BLUE,
            fontsize=8.5,
            va="top",
            ha="right",
        )
        ax.set_title(name, fontsize=9.5)
    axes[0].set_ylabel("probability")
    axes[0].figure.suptitle(title, fontsize=11, fontweight="bold", color=style.INK)
    return axes
