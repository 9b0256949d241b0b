"""Accuracy against how far the pictures were moved."""

from course_utils.plots.curves import curves
from course_utils.plots.figure import heat, new_axes


def shift_curves(shifts, accuracies, examples, *, title=""):
    """Draw a digit at several shifts, and below it one accuracy curve per network.

    Args:
        shifts: S whole numbers, pixels to the right, increasing.
        accuracies: dict of network -> S shares from 0 to 1.
        examples: dict of shift -> picture (H, W) in [0, 1], drawn above.
        title: what to see.

    Returns:
        (strip, ax): the array of small axes and the axes with the curves.
    """
    ax = new_axes(aspect=0.72)
    series = {name: (shifts, [100 * a for a in y]) for name, y in accuracies.items()}
    curves(series, xlabel="pixels to the right", ylabel="test accuracy, %", ax=ax)
    ax.set(ylim=(0, 104), xticks=list(shifts))
    width = 0.9 / len(examples)
    strip = []
    for shift, picture in examples.items():
        at = (shift - shifts[0]) / (shifts[-1] - shifts[0])
        small = ax.inset_axes((at * 0.94 + 0.03 - width / 2, 1.03, width, 0.26))
        heat(small, picture, low=0, high=1)
        small.set(xticks=[], yticks=[])
        for side in small.spines.values():
            side.set_visible(True)
        strip.append(small)
    ax.figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return strip, ax
