"""A recurrent network drawn twice: as one cell with a loop, and unrolled along time."""

from course_utils.plots import style
from course_utils.plots.kit import arrow, box, canvas, note


def unrolled(letters, *, title=""):
    """Draw the loop on the left and its copies, one per letter, on the right.

    Args:
        letters: T strings, what is read at each step; T from 2 to 6.
        title: what to see.

    Returns:
        The axes. Black arrows run forwards, the red ones below them carry the gradient back.
    """
    if not 2 <= len(letters) <= 6:
        raise ValueError(f"{len(letters)} letters; 2 to 6 can be drawn.")
    ax = canvas(2.2 * len(letters) + 4.4, 5.2, title=title)
    _cell(ax, 1.3, "x", "h", "w, u, b")
    ax.plot([2.1, 2.6, 2.6, 1.85], [3.0, 3.0, 1.9, 1.9], color=style.INK, linewidth=1.2)
    arrow(ax, (1.85, 1.9), (1.85, 2.35), gap=0.0)
    note(ax, 2.2, 1.55, "h before", ha="left")
    place = [2.2 * t + 5.0 for t in range(len(letters))]
    for t, (x, letter) in enumerate(zip(place, letters, strict=True), 1):
        _cell(ax, x, f"{letter}", f"h{t}", "w, u, b")
        start = x - 2.2 if t > 1 else x - 1.3
        half = 0.8 if t > 1 else 0.0
        arrow(ax, (start, 3.2), (x, 3.2), gap=(half, 0.8))
        if t > 1:
            arrow(ax, (x, 2.75), (start, 2.75), color=style.RED, gap=0.8)
    note(ax, place[0] - 1.45, 3.2, "0")
    middle = (place[0] + place[-1]) / 2
    note(ax, middle, 0.25, "the same w, u, b in every copy; red: the gradient, back through time")
    return ax


def _cell(ax, x, below, above, label):
    box(ax, x, 3.0, 1.6, 1.3, label)
    arrow(ax, (x, 1.15), (x, 2.3), gap=0.05)
    arrow(ax, (x, 3.65), (x, 4.6), gap=0.05)
    note(ax, x, 0.9, below, color=style.INK, size=10)
    note(ax, x, 4.85, above, color=style.INK, size=10)
