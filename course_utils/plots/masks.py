"""Masks side by side: what each position may look at."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def mask_table(masks, labels, *, title=""):
    """Draw boolean masks in one row; a filled cell may be looked at.

    Args:
        masks: dict of name -> boolean (T, T), row = who asks, column = who is read.
        labels: T strings.
        title: what to see.

    Returns:
        Array (len(masks),) of axes.

    Raises:
        ValueError: a mask is not boolean or not (T, T).
    """
    size = len(labels)
    axes = new_axes(aspect=0.44, cols=len(masks), sharey=True, squeeze=False)[0]
    for ax, (name, mask) in zip(axes, masks.items(), strict=True):
        mask = np.asarray(mask)
        if mask.shape != (size, size) or mask.dtype != bool:
            raise ValueError(
                f"{name!r} is {mask.dtype} {mask.shape}; {size} labels need booleans ({size}, "
                f"{size})."
            )
        ax.grid(False)
        ax.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5), aspect="equal")
        rows, columns = np.nonzero(mask)
        ax.scatter(columns, rows, marker="s", s=95, color=style.BLUE, linewidths=0)
        ax.set_xticks(range(size), labels, rotation=60, ha="right", rotation_mode="anchor")
        ax.set_yticks(range(size), labels)
        ax.tick_params(length=0)
        ax.set_title(name, fontsize=9.5, fontweight="normal")
    axes[0].set_ylabel("asks")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
