"""A text in which every token is shaded by how surprising it is."""

from matplotlib.patches import Rectangle

from course_utils.plots import style
from course_utils.plots.figure import WIDTH, new_axes

COLUMNS = 92  # letters in a line
LINE = 0.27  # inches


def surprise(tokens, bits, *, most=8.0, title=""):
    """Write out a text, the background of each token the darker the more bits it costs.

    Args:
        tokens: strings that make up the text.
        bits: as many numbers, -log2 of the probability that each token had.
        most: bits that get the darkest shade.
        title: what to see.

    Returns:
        The axes.

    Raises:
        ValueError: the two differ in length, or are empty.
    """
    if not tokens or len(tokens) != len(bits):
        raise ValueError(f"{len(tokens)} tokens and {len(bits)} numbers; give one for each.")
    places, row, column = [], 0, 0
    for token in tokens:
        if column + len(token) > COLUMNS:
            row, column = row + 1, 0
        places.append((row, column))
        column += len(token)
    rows = row + 1
    ax = new_axes(aspect=(LINE * rows + 0.45) / WIDTH)
    ax.set(xlim=(0, COLUMNS), ylim=(rows, 0))
    ax.set_axis_off()
    size = 0.97 * WIDTH * 72 / COLUMNS / 0.62
    for (row, column), token, cost in zip(places, tokens, bits, strict=True):
        shade = style.SEQUENTIAL(0.75 * min(float(cost) / most, 1.0))
        corner = column + 0.05, row + 0.08
        ax.add_patch(Rectangle(corner, len(token) - 0.1, 0.84, facecolor=shade, linewidth=0))
        ink = style.PAPER if cost > 0.75 * most else style.INK
        for place, letter in enumerate(token):
            ax.text(
                *(column + place + 0.5, row + 0.52),
                letter,
                ha="center",
                va="center",
                family="monospace",
                fontsize=size,
                color=ink,
            )
    ax.set_title(title)
    return ax
