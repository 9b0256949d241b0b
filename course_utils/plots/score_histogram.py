"""How the points of a class are spread."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes

MOST_BARS = 21


def score_histogram(scores, most, *, title=""):
    """Draw how many learners have how many points, and the middle one.

    Args:
        scores: numbers from 0 to `most`, at least one.
        most: all the points there are, > 0.
        title: what to see.

    Returns:
        The axes. There is a bar for each whole number of points while those are few; otherwise
        bars of equal width. A bar holds its lower edge, the last one both.
    """
    scores = np.asarray(scores, dtype=float)
    if not scores.size or most <= 0:
        raise ValueError(
            f"{scores.size} scores of {most} points; give one or more, of more than 0."
        )
    whole = most == int(most) and most < MOST_BARS and np.all(scores == np.round(scores))
    edges = np.arange(most + 2) - 0.5 if whole else np.linspace(0, most, 11)
    counts, _ = np.histogram(np.clip(scores, edges[0], edges[-1]), bins=edges)
    ax = new_axes(aspect=0.42)
    width = edges[1] - edges[0]
    middles = (edges[:-1] + edges[1:]) / 2
    ax.bar(middles, counts, width=0.86 * width, color=style.BLUE)
    for x, count in zip(middles, counts, strict=True):
        if count:
            ax.annotate(
                str(count),
                (x, count),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=8.5,
                color=style.INK,
            )
    median = float(np.median(scores))
    ax.axvline(median, color=style.ORANGE, linewidth=1.4, linestyle=(0, (4, 3)))
    top = max(1, counts.max()) * 1.3
    right = median > 0.7 * most
    ax.annotate(
        f"the middle one: {median:g}",
        (median, top),
        xytext=(-5 if right else 5, -2),
        textcoords="offset points",
        ha="right" if right else "left",
        va="top",
        fontsize=8.5,
        color=style.ORANGE,
    )
    ax.set(xlim=(edges[0], edges[-1]), ylim=(0, top), xlabel="points", ylabel="learners")
    ax.yaxis.get_major_locator().set_params(integer=True)
    ax.xaxis.grid(False)
    if whole:
        ax.set_xticks(range(int(most) + 1))
    ax.set_title(title)
    return ax
