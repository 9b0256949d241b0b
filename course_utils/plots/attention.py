"""Attention weights as a picture: who reads, who is read, and how much."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import WIDTH, heat, new_axes

NUMBERS_UP_TO = 64  # cells; a larger map carries no numbers, they could not be read


def attention_map(weights, rows, columns=None, *, ax=None, title=""):
    """Draw attention weights: row = who asks, column = who is read, dark = much.

    Args:
        weights: array (T, S), each row sums to 1.
        rows: T strings, the queries: words, or characters that are being written.
        columns: S strings, the keys; None means the rows once more (self-attention).
        ax: axes to draw on; a new figure that grows with T and S if None.
        title: what to see.

    Returns:
        The axes. Up to 64 cells, each carries its weight in hundredths. Blanks are drawn
        as an open box so that they can be told from nothing.

    Raises:
        ValueError: `weights` is not (T, S).
    """
    weights = np.asarray(weights, dtype=float)
    rows = [visible(label) for label in rows]
    columns = rows if columns is None else [visible(label) for label in columns]
    if weights.shape != (len(rows), len(columns)):
        raise ValueError(
            f"weights are {weights.shape}; with {len(rows)} rows and {len(columns)} columns "
            f"give ({len(rows)}, {len(columns)}); of several heads choose one: weights[head]."
        )
    if ax is None:
        ax = _axes_for(len(rows), len(columns))
    heat(ax, weights, low=0.0, high=1.0)
    ax.set_aspect("auto")
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    if len(columns) <= 16 and max(map(len, columns)) > 3:
        ax.tick_params(axis="x", rotation=30)
    ax.tick_params(length=0)
    if weights.size <= NUMBERS_UP_TO:
        _write_hundredths(ax, weights)
    ax.set(xlabel="is read (keys)", ylabel="asks (queries)", title=title)
    return ax


def _axes_for(rows, columns):
    """Axes whose cells are roughly square, within the page."""
    inches = 1.6 + 0.55 * columns if columns < 9 else WIDTH
    cell = (inches - 1.0) / columns
    height = min(6.4, max(2.2, 1.0 + cell * rows))
    return new_axes(inches / WIDTH, height / inches)


def _write_hundredths(ax, weights):
    for (i, j), weight in np.ndenumerate(weights):
        if weight >= 0.005:
            ink = style.PAPER if weight > 0.55 else style.INK
            ax.text(j, i, f"{100 * weight:.0f}", ha="center", va="center", color=ink, fontsize=8)


def visible(label):
    """The text of a label; a blank becomes an open box, so that it can be seen."""
    return "␣" if label == " " else str(label)
