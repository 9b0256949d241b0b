"""Colour pictures, and what a network finds important in them."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import heat, new_axes


def picture_table(images, captions, *, masks=None, cols=5, title=""):
    """Draw colour pictures in rows of `cols`, with a caption below each.

    Args:
        images: array (N, H, W, 3) in [0, 1].
        captions: N strings.
        masks: bool (N, H, W); each object gets an outline. None draws none.
        cols: pictures in a row.

    Returns:
        Array (rows, cols) of axes.
    """
    rows = -(-len(images) // cols)
    axes = _table(rows, cols, height=1.2, width=min(1.0, 0.21 * cols))
    for i, ax in enumerate(axes.flat):
        if i >= len(images):
            ax.set_axis_off()
            continue
        ax.imshow(images[i])
        ax.set_xlabel(captions[i])
        if masks is not None:
            outline(ax, masks[i])
    return _titled(axes, title)


def heat_map_table(images, maps, *, masks=None, captions=None, title=""):
    """Draw pictures above their heat maps; a mark shows where each map is highest.

    Args:
        images: array (N, H, W, 3) in [0, 1].
        maps: dict of name -> array (N, H, W), one row each. Every map has its own colour
            scale: only places can be compared, not strengths.
        masks: bool (N, H, W). A green disc marks a highest point on the object, a red cross
            one beside it. None: nobody knows where the object is; all marks are discs.
        captions: N strings, above the pictures.

    Returns:
        Array (1 + len(maps), N) of axes.
    """
    axes = _table(1 + len(maps), len(images), height=1.02)
    for i, image in enumerate(images):
        axes[0, i].imshow(image)
        if captions is not None:
            axes[0, i].set_title(
                captions[i], loc="center", fontsize=8.5, fontweight="normal", pad=3
            )
        for ax, values in zip(axes[1:, i], (m[i] for m in maps.values()), strict=True):
            heat(ax, values)
            row, col = np.unravel_index(values.argmax(), values.shape)
            hit = masks is None or masks[i][row, col]
            color, sign = (style.GREEN, "o") if hit else (style.RED, "X")
            ax.plot(col, row, sign, color=color, markersize=8, markeredgecolor=style.PAPER)
        if masks is not None:
            for ax in axes[:, i]:
                outline(ax, masks[i])
    for ax, name in zip(axes[:, 0], ["picture", *maps], strict=True):
        ax.set_ylabel(name)
    return _titled(axes, title)


def outline(ax, mask):
    """Draw the edge of a mask (H, W), light over dark so that it shows on any picture."""
    for color, width in ((style.INK, 2.4), (style.YELLOW, 1.1)):
        ax.contour(mask, levels=[0.5], colors=[color], linewidths=width)


def _table(rows, cols, height, width=1.0):
    axes = new_axes(width, height * rows / cols, rows=rows, cols=cols)
    axes = np.array(axes, dtype=object).reshape(rows, cols)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        for side in ax.spines.values():
            side.set_visible(False)
    return axes


def _titled(axes, title):
    axes.flat[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
