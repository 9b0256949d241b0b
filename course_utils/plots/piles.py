"""How the rows of a data set are dealt out, and who may look at which pile."""

from course_utils.plots import style
from course_utils.plots.kit import box, canvas, note

COLORS = (style.BLUE, style.GREEN, style.ORANGE, style.RED)


def piles(counts, uses, *, title=""):
    """Draw a row of boxes, one per pile, with what it is for below.

    Args:
        counts: dict of name -> number of rows, at most four.
        uses: as many short texts; a newline begins a new line.
        title: what to see.

    Returns:
        The axes. All boxes are of one size: the smallest pile may be the most important one.
    """
    if not 1 <= len(counts) == len(uses) <= len(COLORS):
        raise ValueError(f"{len(counts)} piles and {len(uses)} uses; give 1 to 4 of each.")
    ax = canvas(3.2 * len(counts), 2.9, title)
    for place, ((name, count), use) in enumerate(zip(counts.items(), uses, strict=True)):
        x, color = 3.2 * place + 1.6, COLORS[place]
        box(ax, x, 2.05, 2.8, 1.3, f"{name}\n{count:,}", color=color, filled=True, size=10.5)
        note(ax, x, 0.75, use, color=style.INK, size=8.5)
    return ax
