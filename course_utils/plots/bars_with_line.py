"""Bars against a line: a cap that some pass, a coin that all should beat."""

from course_utils.plots import style
from course_utils.plots.curves import bars


def bars_with_line(names, values, line, *, label="", xlabel="", title=""):
    """Draw horizontal bars and a vertical line; bars that pass the line have another colour.

    Args:
        names: N strings, first on top.
        values: N numbers.
        line: where the line stands, or None for no line (all bars look alike then).
        label: what the line is.
        xlabel, title: as in `bars`.

    Returns:
        The axes; each bar carries its value, without decimals, inside its end.
    """
    limit = float("inf") if line is None else line
    colors = [style.GREEN if value > limit else style.BLUE for value in values]
    ax = bars(names, values, color=colors, xlabel=xlabel, title=title)
    for row, value in enumerate(values):
        ax.annotate(
            f"{value:.0f}",
            (value, row),
            xytext=(-4, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=8.5,
            color=style.PAPER,
        )
    if line is not None:
        ax.axvline(line, color=style.RED, linewidth=1.4, linestyle=(0, (4, 3)))
        ax.set_ylim(len(names) - 0.4, -1.0)  # room for the label above the first bar
        ax.annotate(
            label,
            (line, -0.75),
            xytext=(-4, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=8.5,
            color=style.RED,
        )
    return ax
