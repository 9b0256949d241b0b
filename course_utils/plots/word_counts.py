"""How unevenly words are used, and what a limited vocabulary misses."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def word_counts(counts, sizes, unknown, *, marked=(), title=""):
    """Draw counts against rank beside the share of unknown words against vocabulary size.

    Args:
        counts: W counts, one per different word, in any order.
        sizes: S vocabulary sizes, rising.
        unknown: S shares, 0 to 1, of held-out words that are not in that vocabulary.
        marked: (rank, word) pairs to name on the left curve; ranks begin at 1.
        title: what to see.

    Returns:
        Array of two axes. The dashed line on the left is count = largest count / rank, which
        is Zipf's law (Zipf 1949, "Human Behavior and the Principle of Least Effort").
    """
    counts = np.sort(np.asarray(counts))[::-1]
    if counts.ndim != 1 or not len(counts) or counts[-1] < 1:
        raise ValueError("counts must be positive numbers, one per different word.")
    if len(sizes) != len(unknown):
        raise ValueError(f"{len(sizes)} sizes and {len(unknown)} shares: give one for each.")
    left, right = axes = new_axes(aspect=0.5, cols=2)
    ranks = np.arange(1, len(counts) + 1)
    left.loglog(ranks, counts[0] / ranks, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
    left.loglog(ranks, counts, color=style.BLUE)
    for rank, word in marked:
        point = rank, counts[rank - 1]
        left.plot(*point, "o", color=style.ORANGE, markersize=4)
        left.annotate(word, point, xytext=(5, 4), textcoords="offset points", fontsize=8.5)
    left.set(xlabel="rank of the word", ylabel="times used")
    right.semilogx(sizes, 100 * np.asarray(unknown), color=style.RED, marker="o", markersize=4)
    right.set(xlabel="words in the vocabulary", ylabel="unknown in new text, %")
    right.set_ylim(bottom=0)
    left.figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
