"""Pictures of a model that counts: the shift by one, the table, the best share."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.curves import curves
from course_utils.plots.figure import heat, new_axes
from course_utils.plots.kit import arrow, box, canvas, note


def shift_by_one(text):
    """Draw what a language model sees above what it should guess: the same text, one later.

    Args:
        text: 2 to 16 characters.

    Returns:
        The axes.
    """
    if not 2 <= len(text) <= 16:
        raise ValueError(f"text must have 2 to 16 characters, not {len(text)}.")
    step = 9.8 / (len(text) - 1)
    ax = canvas(12.8, 3.4, title="One text is a whole set of questions with answers")
    note(ax, 2.3, 2.5, "it sees", size=9.5, ha="right")
    note(ax, 2.3, 0.75, "it should guess", size=9.5, ha="right")
    for i, (seen, wanted) in enumerate(zip(text[:-1], text[1:], strict=True)):
        x = 2.6 + step * (i + 0.5)
        box(ax, x, 2.5, 0.78, 0.85, _mark(seen), color=style.BLUE, size=12)
        box(ax, x, 0.75, 0.78, 0.85, _mark(wanted), color=style.ORANGE, size=12)
        arrow(ax, (x, 2.5), (x, 0.75), color=style.MUTED, gap=0.5)
    return ax


def count_table(table, labels, *, title="", digits=0):
    """Draw a small table of numbers: row = the letter before, column = the letter after.

    Args:
        table: array (V, V); written into the cells with `digits` digits, zeros as a dot.
        labels: V strings.

    Returns:
        The axes.
    """
    table = np.asarray(table)
    ax = new_axes(width=0.62, aspect=0.86)
    heat(ax, table, low=0, high=table.max() * 1.25)
    for (row, column), value in np.ndenumerate(table):
        dark = value > 0.7 * table.max()
        ax.text(
            column,
            row,
            f"{value:.{digits}f}" if value else "·",
            ha="center",
            va="center",
            color=style.PAPER if dark else style.INK,
        )
    _letters(ax, labels)
    ax.set_title(title)
    return ax


def letter_map(table, labels, *, title=""):
    """Draw a large table of probabilities as colours, 0 (paper) to 1 (dark).

    Args:
        table: array (V, V); rows sum to 1.
        labels: V strings.

    Returns:
        The axes.
    """
    ax = new_axes(width=0.9, aspect=0.92)
    image = heat(ax, np.sqrt(table), low=0, high=1)
    _letters(ax, labels)
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.7, label="probability")
    bar.set_ticks(np.sqrt([0, 0.01, 0.1, 0.3, 1]), labels=["0", "0.01", "0.1", "0.3", "1"])
    bar.outline.set_visible(False)
    ax.set_title(title)
    return ax


def share_likelihood(hits, misses, *, title=""):
    """Draw the likelihood of `hits` yeses and `misses` noes against the share of yes.

    The curve is scaled so that its top is 1: only its shape matters.
    """
    share = np.linspace(0, 1, 401)
    likelihood = share**hits * (1 - share) ** misses
    ax = curves(
        {"_": (share, likelihood / likelihood.max())},
        xlabel="probability p that the model gives to the letter a",
        ylabel="likelihood (top = 1)",
        title=title,
    )
    best = hits / (hits + misses)
    ax.plot([best, best], [0, 1], color=style.ORANGE, linestyle="--", linewidth=1.2)
    ax.annotate(
        f"counted share: {hits}/{hits + misses}",
        (best, 1),
        xytext=(40, -4),
        textcoords="offset points",
        color=style.ORANGE,
        va="center",
    )
    ax.set_ylim(0, 1.08)
    return ax


def _letters(ax, labels):
    shown = [_mark(c) for c in labels]
    ax.set_xticks(range(len(shown)), shown)
    ax.set_yticks(range(len(shown)), shown)
    ax.tick_params(length=0)
    ax.set(xlabel="the letter after", ylabel="the letter before")


def _mark(character):
    return {" ": "␣", "\n": "⏎"}.get(character, character)
