"""How similar two texts of a table are: true near duplicates against all other pairs."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def similar_pairs(similarity, duplicate, threshold, *, title=""):
    """Draw two histograms of pair similarity, on a log scale, and the threshold between them.

    Args:
        similarity: P numbers from 0 to 1, one per pair of texts.
        duplicate: bool (P,), True where the pair is a near duplicate in truth.
        threshold: where the line is drawn.
        title: what to see.

    Returns:
        The axes. The scale of counts is logarithmic because there are many more pairs of
        strangers than of twins.

    Raises:
        ValueError: the lengths differ.
    """
    similarity, duplicate = np.asarray(similarity, dtype=float), np.asarray(duplicate, dtype=bool)
    if similarity.shape != duplicate.shape:
        raise ValueError(f"{len(similarity)} similarities for {len(duplicate)} pairs.")
    ax = new_axes(aspect=0.45)
    edges = np.linspace(0, 1, 41)
    for rows, color, name in (
        (~duplicate, style.BLUE, "two different reviews"),
        (duplicate, style.ORANGE, "one review, changed a little"),
    ):
        ax.hist(similarity[rows], edges, color=color, alpha=0.75, label=name)
    ax.axvline(threshold, color=style.INK, linewidth=1.2, linestyle=(0, (4, 3)))
    ax.set_yscale("log")
    ax.legend(loc="upper center")
    ax.set(xlabel="Jaccard similarity of the two texts", ylabel="pairs", title=title)
    ax.set_xlim(0, 1)
    return ax
