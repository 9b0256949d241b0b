"""What the same content costs in tokens, language by language, under two tokenizers."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def token_cost(languages, before, after, *, names=("before", "after"), title=""):
    """Draw two dots per language, joined: cost relative to the first language, twice.

    Args:
        languages: L names, drawn from top to bottom in this order.
        before, after: L positive numbers each, such as tokens for the same list of names.
        names: what the two series are.
        title: what to see.

    Returns:
        The axes; both series are divided by their own first value, so the first language is 1
        in both.

    Raises:
        ValueError: the lengths differ, or a cost is not positive.
    """
    before, after = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if not len(languages) == len(before) == len(after):
        raise ValueError(f"{len(languages)} languages, {len(before)} and {len(after)} costs.")
    if (before <= 0).any() or (after <= 0).any():
        raise ValueError("every cost must be a positive number.")
    before, after = before / before[0], after / after[0]
    rows = np.arange(len(languages))
    ax = new_axes(aspect=0.16 + 0.045 * len(languages))
    ax.axvline(1, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
    ax.hlines(rows, before, after, color=style.GRID, linewidth=3, zorder=1)
    for values, color, name in ((before, style.RED, names[0]), (after, style.BLUE, names[1])):
        ax.scatter(values, rows, color=color, s=34, zorder=3, label=name)
    ax.set_yticks(rows, languages)
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    ax.legend(loc="upper right")
    ax.set(xlabel=f"tokens for the same content ({languages[0]} = 1)", title=title)
    ax.set_xlim(left=0)
    return ax
