"""How the cross-entropy loss pushes on the logits of one example."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def push_on_logits(probabilities, label, image, *, title=""):
    """Draw one digit, its predicted probabilities, and how the loss pushes on each logit.

    Args:
        probabilities: array (K,).
        label: the true class.
        image: array (H, W) in [0, 1].

    Returns:
        Array (3,) of axes.
    """
    axes = new_axes(aspect=0.36, cols=3, width_ratios=(1, 1.7, 1.7))
    axes[0].imshow(image, cmap=style.SEQUENTIAL, vmin=0, vmax=1)
    axes[0].set(xticks=[], yticks=[], xlabel=f"a {label}")
    axes[0].grid(False)
    classes = range(len(probabilities))
    colors = [style.GREEN if k == label else style.BLUE for k in classes]
    axes[1].bar(classes, probabilities, color=colors)
    axes[1].set(ylim=(-1, 1), xticks=list(classes), xlabel="class")
    axes[1].set_title("probability p", fontsize=9.5, fontweight="normal")
    push = -np.asarray(probabilities, dtype=float)
    push[label] += 1
    axes[2].bar(classes, push, color=[style.GREEN if v > 0 else style.RED for v in push])
    axes[2].set(ylim=(-1, 1), xticks=list(classes), xlabel="class")
    axes[2].set_title("push on the logit, y - p", fontsize=9.5, fontweight="normal")
    for ax in axes[1:]:
        ax.axhline(0, color=style.MUTED, linewidth=0.8)
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
