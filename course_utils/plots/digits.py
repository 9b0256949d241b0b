"""Pictures made of pixels: handwritten digits, and weights that lie over them."""

import numpy as np
from matplotlib.patches import Rectangle

from course_utils.plots import style
from course_utils.plots.figure import heat, new_axes


def digit_row(images, captions, *, marks=None, title=""):
    """Draw a row of digits, dark ink on paper.

    Args:
        images: array (N, H, W) in [0, 1], at most ten pictures.
        captions: N strings, one below each.
        marks: dict of name -> (row, column), pixels to outline in every picture; the names
            stand below the row in the outlines' colours.

    Returns:
        Array (N,) of axes.
    """
    if not len(images) == len(captions) <= 10:
        raise ValueError(
            f"{len(images)} images and {len(captions)} captions; give 1 to 10 of each."
        )
    width = max(0.45, min(1.0, 0.17 * len(images)))
    axes = np.atleast_1d(new_axes(width, 1.75 / len(images), cols=len(images)))
    colored = list(zip((marks or {}).items(), (style.ORANGE, style.GREEN, style.RED), strict=False))
    for ax, image, caption in zip(axes, images, captions, strict=True):
        _picture(ax, image, low=0.0, high=1.0)
        ax.set_xlabel(caption)
        for (_, (row, column)), color in colored:
            corner = (column - 0.5, row - 0.5)
            ax.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=color, linewidth=2.2))
    for ax, ((name, _), color) in zip(axes, colored, strict=False):
        ax.set_title(name, color=color, fontsize=9.5, loc="center")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def weight_pictures(weights, captions, *, title=""):
    """Draw weight vectors as pictures: blue votes for the second class, red for the first.

    Args:
        weights: list of N arrays (H, W). Each picture has its own colour scale, symmetric
            about 0, so white always means "does not matter".
        captions: N strings, one below each.

    Returns:
        Array (N,) of axes.
    """
    axes = np.atleast_1d(new_axes(0.85, 0.52, cols=len(weights)))
    for ax, picture, caption in zip(axes, weights, captions, strict=True):
        image = _picture(ax, picture, diverging=True)
        ax.set_xlabel(caption)
        bar = ax.figure.colorbar(image, ax=ax, shrink=0.7, pad=0.03)
        bar.outline.set_visible(False)
        bar.ax.tick_params(length=0, labelcolor=style.INK)
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def _picture(ax, values, **scale):
    ax.set(xticks=[], yticks=[])
    for side in ax.spines.values():
        side.set(visible=True, color=style.GRID)
    return heat(ax, values, **scale)
