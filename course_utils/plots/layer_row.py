"""A network as a row of layers: arrays flow to the right, gradients come back."""

from course_utils.plots import style
from course_utils.plots.kit import arrow, box, canvas, note


def layer_row(layers, forward, backward, *, title=""):
    """Draw boxes in a row with what flows between them.

    Args:
        layers: names of the L boxes, left to right; a box may have a second line.
        forward: L labels, the array that enters each box, first the input.
        backward: L labels, the gradient that each box sends to the left.

    Returns:
        The axes.
    """
    ax = canvas(3.0 * len(layers) + 0.4, 3.4, title=title)
    place = [3.0 * i + 2.0 for i in range(len(layers))]
    for i, (x, name) in enumerate(zip(place, layers, strict=True)):
        box(ax, x, 1.7, 1.7, 1.5, name, color=style.PURPLE if i + 1 == len(layers) else style.BLUE)
        arrow(ax, (x - 2.1, 2.05), (x - 0.9, 2.05), gap=0.04)
        note(ax, x - 1.5, 2.62, forward[i], color=style.INK, size=8)
        arrow(ax, (x - 0.9, 1.35), (x - 2.1, 1.35), color=style.RED, gap=0.04)
        note(ax, x - 1.5, 0.75, backward[i], color=style.RED, size=8)
    note(ax, place[0] - 0.85, 3.2, "forward: every layer keeps its input", ha="left")
    note(ax, place[0] - 0.85, 0.15, "backward: needs what was kept", color=style.RED, ha="left")
    return ax
