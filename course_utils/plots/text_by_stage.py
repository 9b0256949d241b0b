"""What a model writes at several stages of its training, one under the other."""

import textwrap

from course_utils.plots import style
from course_utils.plots.figure import WIDTH, new_axes

LINE = 0.17  # inches
COLUMNS = 78  # letters in a line


def text_by_stage(stages, known=None, *, lines=3, title=""):
    """Write out one text for each stage; words that do not exist are red.

    Args:
        stages: dict of caption -> text.
        known: set of words in small letters; None takes every word as known.
        lines: lines of each text that are shown.
        title: what to see.

    Returns:
        The axes.
    """
    wrapped = {
        name: textwrap.wrap(_plain(text), COLUMNS)[:lines] or ["(nothing)"]
        for name, text in stages.items()
    }
    rows = sum(len(text) + 1.5 for text in wrapped.values())
    height = LINE * rows + 0.45
    ax = new_axes(aspect=height / WIDTH)
    ax.set(xlim=(0, COLUMNS), ylim=(rows, 0))
    ax.set_axis_off()
    size = 0.97 * WIDTH * 72 / COLUMNS / 0.615
    y = 0.6
    for name, text in wrapped.items():
        ax.text(0, y, name, fontsize=9, color=style.BLUE, fontweight="bold", va="center")
        for line in text:
            y += 1
            _line(ax, y, line, known, size)
        y += 1.5
    ax.set_title(title)
    return ax


def _line(ax, y, line, known, size):
    column = 0
    for word in line.split(" "):
        bare = "".join(c for c in word.lower() if c.isalpha() or c == "'").strip("'")
        wrong = known is not None and bool(bare) and bare not in known
        ax.text(column, y, word, family="monospace", fontsize=size, va="center",
                color=style.RED if wrong else style.INK)  # fmt: skip
        column += len(word) + 1


def _plain(text):
    """Letters that every font has; what else comes is a small square."""
    return "".join(c if c.isascii() and c.isprintable() else "\u25a1" for c in text)
