"""Which class is taken for which: the confusion matrix as a picture."""

import numpy as np

from course_utils.errors import ShapeError
from course_utils.plots import style
from course_utils.plots.figure import heat, new_axes


def confusion(matrix, names, title="", *, ax=None):
    """Draw counts in cells: row = true class, column = predicted class.

    Blue is right, red is mistaken. The colour is a cell's share of its row, so a rare class is
    as readable as a frequent one; of mistakes it is the square root of that share, without
    which one in a hundred could not be seen.

    Args:
        matrix: whole numbers (K, K), rows = true classes. K up to about 12 stays readable.
        names: K strings or numbers.
        title: what to see.
        ax: axes to draw on; a new figure that grows with K if None.

    Returns:
        The axes.

    Raises:
        ShapeError: the matrix is not square or has not one row per name.
    """
    matrix, names = np.asarray(matrix), [str(name) for name in names]
    size, longest = len(names), max(map(len, names), default=0)
    if matrix.shape != (size, size) or not size:
        raise ShapeError(
            f"the matrix is {matrix.shape}, but there are {size} names.",
            "give one name per class, and classes=len(names) to confusion_matrix.",
        )
    if ax is None:
        # Shares of a full figure: cells, the names beside them, and room for the title.
        cells, beside = 0.062 * max(size, 5), 0.15 + 0.013 * longest
        width = min(1.0, beside + max(cells, 0.0155 * len(title)))
        ax = new_axes(width, (cells + 0.21) / width)
        ax.set_anchor("W")
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)  # an empty row stays pale
    shades = np.where(np.eye(size, dtype=bool), shares, -np.sqrt(shares))
    heat(ax, shades, low=-1.0, high=1.0, diverging=True)
    font = {"fontsize": 9.5 if size < 8 else 8, "ha": "center", "va": "center"}
    for (row, column), count in np.ndenumerate(matrix):
        dark = abs(shades[row, column]) > 0.68
        ink = style.PAPER if dark else style.INK if count else style.MUTED
        ax.text(column, row, f"{count}", color=ink, **font)
    # In points: a letter is about 5 wide, a cell 28, and a few cells share the width of five.
    turned = 3 + 5.2 * longest > 28 * max(size, 5) / size
    across = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if turned else {}
    ax.set_xticks(range(size), names, **across)
    ax.set_yticks(range(size), names)
    ax.tick_params(length=0)
    ax.set(xlabel="predicted", ylabel="true", title=title)
    return ax
