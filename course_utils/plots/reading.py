"""A sequence while it is read: what a network believes after each step."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import heat, new_axes


def reading(beliefs, steps, classes, *, title="", ax=None):
    """Draw the probability of every class after every step.

    Args:
        beliefs: array (T, K), each row a distribution.
        steps: T strings, what was read at each step.
        classes: K names.
        title: what to see.
        ax: axes to draw on; a new figure that grows with T and K if None.

    Returns:
        The axes: row = class, column = step, dark = likely. The likeliest class of each step
        carries its probability in hundredths.
    """
    beliefs = np.asarray(beliefs)
    if beliefs.shape != (len(steps), len(classes)):
        raise ValueError(
            f"beliefs are {beliefs.shape}; give one row per step and one column per class, "
            f"({len(steps)}, {len(classes)})."
        )
    if ax is None:
        ax = new_axes(aspect=0.16 + 0.04 * len(classes))
    heat(ax, beliefs.T, low=0.0, high=1.0)
    ax.set_aspect("auto")
    ax.set_xticks(range(len(steps)), steps)
    ax.set_yticks(range(len(classes)), classes)
    ax.tick_params(length=0)
    for step, row in enumerate(beliefs):
        best = int(row.argmax())
        ink = style.PAPER if row[best] > 0.55 else style.INK
        ax.text(
            step, best, f"{100 * row[best]:.0f}", ha="center", va="center", color=ink, fontsize=8
        )
    ax.set(xlabel="read so far, left to right", title=title)
    return ax
