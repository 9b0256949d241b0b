"""How many bits texts have: a crowd as a histogram, single texts as marked lines."""

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def typical(bits, marks, *, xlabel="", title=""):
    """Draw a histogram and vertical lines with names.

    Args:
        bits: one number per text.
        marks: dict of name -> number of bits.

    Returns:
        The axes. The names stand above one another so that none covers another.
    """
    ax = new_axes()
    ax.hist(bits, bins=30, color=style.SKY, edgecolor=style.PAPER, linewidth=0.5)
    top = ax.get_ylim()[1]
    ax.set_ylim(0, top * (1.08 + 0.09 * len(marks)))
    for number, (name, value) in enumerate(sorted(marks.items(), key=lambda pair: pair[1])):
        color = style.CYCLE[(number + 1) % len(style.CYCLE)]
        height = top * (1.05 + 0.09 * (len(marks) - number))
        ax.plot([value, value], [0, height], color=color, linewidth=1.6)
        ax.annotate(
            name,
            (value, height),
            xytext=(4, 0),
            textcoords="offset points",
            color=color,
            fontsize=8.5,
            va="top",
        )
    ax.set(xlabel=xlabel, ylabel="texts", title=title)
    return ax
