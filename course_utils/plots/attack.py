"""A picture, the change that fools a network, and the sum of both."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def attack_table(images, attacked, before, after, *, title=""):
    """Draw pictures, what an attack adds to them, and the results, one column per picture.

    Args:
        images, attacked: arrays (N, H, W, 3) in [0, 1].
        before, after: N strings: what the network says to each.
        title: what to see.

    Returns:
        Array (3, N) of axes. The change is enlarged so that its largest value fills the
        range: grey is no change, and its row says by how much it was enlarged.
    """
    change = np.asarray(attacked, dtype=float) - images
    factor = 0.5 / max(np.abs(change).max(), 1e-12)
    axes = new_axes(1.0, 3.5 / len(images), rows=3, cols=len(images))
    axes = np.array(axes, dtype=object).reshape(3, len(images))
    rows = (images, 0.5 + factor * change, attacked)
    labels = ("picture", f"change, x {factor:.0f}", "their sum")
    for row, (pictures, label) in enumerate(zip(rows, labels, strict=True)):
        axes[row, 0].set_ylabel(label)
        for ax, picture in zip(axes[row], pictures, strict=True):
            ax.imshow(np.clip(picture, 0, 1))
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
            for side in ax.spines.values():
                side.set_visible(False)
    for col, (was, now) in enumerate(zip(before, after, strict=True)):
        axes[0, col].set_xlabel(was)
        axes[2, col].set_xlabel(now, color=style.INK if now == was else style.RED)
    axes[0, 0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
