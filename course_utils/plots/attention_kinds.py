"""Who may read whom when rows and columns are different sequences."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def attention_kinds(masks, *, title=""):
    """Draw boolean masks side by side; a filled cell may be looked at.

    Args:
        masks: dict of name -> (mask, rows, columns): mask boolean (T, S), T strings of those
            that ask, S strings of those that are read.
        title: what to see.

    Returns:
        Array (len(masks),) of axes.

    Raises:
        ValueError: a mask is not boolean, or does not fit its labels.
    """
    axes = new_axes(aspect=0.47, cols=len(masks), squeeze=False)[0]
    for ax, (name, (mask, rows, columns)) in zip(axes, masks.items(), strict=True):
        mask = np.asarray(mask)
        if mask.shape != (len(rows), len(columns)) or mask.dtype != bool:
            raise ValueError(
                f"{name!r} is {mask.dtype} {mask.shape}; its labels need booleans "
                f"({len(rows)}, {len(columns)})."
            )
        ax.grid(False)
        ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5), aspect="equal")
        asks, reads = np.nonzero(mask)
        ax.scatter(reads, asks, marker="s", s=70, color=style.BLUE, linewidths=0)
        ax.set_xticks(range(len(columns)), columns, rotation=60, ha="right", rotation_mode="anchor")
        ax.set_yticks(range(len(rows)), rows)
        ax.tick_params(length=0, labelsize=8)
        ax.set_title(name, fontsize=9, fontweight="normal")
    axes[0].set_ylabel("asks")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
