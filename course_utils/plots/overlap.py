"""Two distributions over the same tokens, and what they have in common."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def overlap(draft, target, names, *, title=""):
    """Draw a draft's and a target's probabilities; what both give is filled.

    Args:
        draft, target: probabilities (V,) of the small and of the large model.
        names: V strings.
        title: what to see.

    Returns:
        The axes. Filled blue: min(draft, target), kept. Red: the draft gave too much,
        rejected. Green: the draft gave too little, what a replacement is drawn from.
    """
    draft, target = np.asarray(draft, dtype=float), np.asarray(target, dtype=float)
    ax = new_axes(aspect=0.5)
    place, common = np.arange(len(names)), np.minimum(draft, target)
    ax.bar(place, common, color=style.BLUE, width=0.7)
    for more, color in ((draft - common, style.RED), (target - common, style.GREEN)):
        ax.bar(
            place,
            more,
            bottom=common,
            width=0.66,
            facecolor="none",
            edgecolor=color,
            hatch="///",
            linewidth=1.2,
        )
    ax.set_xticks(place, names)
    ax.set(ylabel="probability", title=title)
    ax.set_ylim(0, 1.3 * max(draft.max(), target.max()))
    for height, color, text in (
        (0.96, style.BLUE, f"both give it: kept ({common.sum():.2f} in all)"),
        (0.88, style.RED, "the draft gives too much: rejected"),
        (0.80, style.GREEN, "the draft gives too little: drawn as replacement"),
    ):
        ax.text(
            *(0.99, height), text, color=color, fontsize=8.5, ha="right", transform=ax.transAxes
        )
    return ax
