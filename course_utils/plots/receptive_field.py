"""How far a unit deep in a network sees."""

import numpy as np
from matplotlib.patches import Rectangle

from course_utils.plots import style
from course_utils.plots.figure import heat, new_axes


def receptive_fields(image, fields, share, *, title=""):
    """Draw what one unit of each layer sees of a picture, and what the last one listens to.

    Args:
        image: array (H, W) in [0, 1].
        fields: dict of layer -> (first row, first column, size), the squares to draw.
        share: array (H, W), how often each pixel had any influence, 0 to 1.
        title: what to see.

    Returns:
        Array (2,) of axes: squares on the picture, measured influence.
    """
    axes = new_axes(aspect=0.5, cols=2)
    heat(axes[0], 0.35 * np.asarray(image), low=0, high=1)  # pale, under the squares
    colors = (style.ORANGE, style.GREEN, style.PURPLE, style.RED)
    for line, ((name, field), color) in enumerate(zip(fields.items(), colors, strict=False)):
        _outline(axes[0], *field, color)
        words = f"{name} sees {field[2]} × {field[2]}"
        axes[0].text(0, 0.6 + 1.5 * line, words, color=color, fontsize=8, va="center")
    row, column, size = list(fields.values())[-1]
    heat(axes[1], share, low=0, high=1)
    _outline(axes[1], row, column, size, style.RED)
    for (y, x), number in np.ndenumerate(share):
        if number:
            ink = style.PAPER if number > 0.55 else style.INK
            words = f"{100 * number:.0f}"
            axes[1].text(x, y, words, ha="center", va="center", fontsize=6.5, color=ink)
    axes[1].set_xlim(column - 1.5, column + size + 0.5)
    axes[1].set_ylim(row + size + 0.5, row - 1.5)
    for ax, words in zip(axes, ("what it could see", "how often a pixel counted, %"), strict=True):
        ax.set(xticks=[], yticks=[], xlabel=words)
        for side in ax.spines.values():
            side.set(visible=True, color=style.GRID)
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def _outline(ax, row, column, size, color):
    corner = (column - 0.5, row - 0.5)
    ax.add_patch(Rectangle(corner, size, size, fill=False, edgecolor=color, lw=2))
