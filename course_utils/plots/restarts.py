"""What an optimizer loses when it is made anew in every epoch: pairs of loss curves."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def once_or_anew(losses, *, title="An optimizer made anew forgets what it knew"):
    """Draw one panel per optimizer: made once (blue) and made in every epoch (red).

    Args:
        losses: dict of name -> (losses with one optimizer, losses with a new one per epoch).
        title: above all panels.

    Returns:
        Array of axes that share the loss axis.
    """
    axes = np.atleast_1d(new_axes(aspect=0.46, cols=len(losses), sharey=True))
    for ax, (name, (once, anew)) in zip(axes, losses.items(), strict=True):
        same = np.allclose(once, anew)
        ax.plot(once, color=style.BLUE, linewidth=3.4 if same else 1.8)
        ax.plot(anew, color=style.RED, linewidth=1.2, linestyle=(0, (4, 2)) if same else "-")
        ax.set(title=name, xlabel="epoch", yscale="log")
        ax.title.set_fontsize(10)
    axes[0].set_ylabel("loss")
    figure = axes[0].figure
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize=11)
    for y, text, color in ((0.93, "made once", style.BLUE), (0.84, "made anew", style.RED)):
        axes[0].text(0.95, y, text, color=color, ha="right", transform=axes[0].transAxes)
    return axes
