"""A row of tokens and the same row moved by one: what a language model reads and must answer."""

from course_utils.plots import style
from course_utils.plots.kit import arrow, box, canvas, note


def shift_by_one(tokens, at, *, title=""):
    """Draw the tokens read above the tokens asked for, and what one position may look at.

    Args:
        tokens: T + 1 short strings; the first T are read, the last T are asked for.
        at: a position from 0 to T - 1, whose view is drawn.
        title: what to see.

    Returns:
        The axes.

    Raises:
        ValueError: fewer than two tokens, or no such position.
    """
    length = len(tokens) - 1
    if length < 1 or not 0 <= at < length:
        raise ValueError(f"{len(tokens)} tokens make {length} questions; there is no number {at}.")
    wide = 1.75
    ax = canvas(wide * length + 2.2, 3.7, title=title)
    place = [2.2 + wide * (t + 0.5) for t in range(length)]
    note(ax, 1.9, 0.75, "reads x", ha="right", color=style.INK)
    note(ax, 1.9, 2.75, "is asked for y", ha="right", color=style.INK)
    for t, x in enumerate(place):
        seen = t <= at
        color = style.BLUE if seen else style.MUTED
        box(ax, x, 0.75, wide - 0.15, 0.8, tokens[t], color=color, size=8.5)
        asked = style.ORANGE if t == at else style.MUTED
        box(ax, x, 2.75, wide - 0.15, 0.8, tokens[t + 1], color=asked, size=8.5)
        if seen:
            arrow(ax, (x, 0.75), (place[at], 2.75), color=style.BLUE, gap=0.5)
        note(ax, x, 0.14, f"{t}", size=7.5)
    return ax
