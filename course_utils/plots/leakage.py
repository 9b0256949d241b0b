"""What peeking at the test labels is worth, drawn against how much there was to peek at."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import end_label, new_axes


def leak_curve(columns, leaky, honest, *, title=""):
    """Draw test accuracy against the number of columns that were searched, for two orders of work.

    Args:
        columns: C numbers, rising; they are the ticks of a logarithmic axis.
        leaky: array (S, C), accuracies of S repetitions that chose before the split.
        honest: array (S, C), the same with the choice inside the training part.
        title: what to see.

    Returns:
        The axes. A line is the mean over the repetitions, its band runs from the lowest to the
        highest of them; the dashed line is a tossed coin.
    """
    ax = new_axes()
    ax.axhline(50, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
    for values, color, words in (
        (leaky, style.RED, "chosen on\nall rows"),
        (honest, style.BLUE, "chosen on\ntraining rows"),
    ):
        percent = 100 * np.asarray(values, dtype=float)
        ax.fill_between(
            columns, percent.min(axis=0), percent.max(axis=0), color=color, alpha=0.16, linewidth=0
        )
        mean = percent.mean(axis=0)
        ax.plot(columns, mean, color=color, marker="o")
        end_label(ax, columns, mean, words, color, dx=8)
    ax.set_xscale("log")
    ax.minorticks_off()
    ax.set_xticks(columns, [f"{count:,}" for count in columns])
    ax.set(xlabel="columns of noise to choose 20 from", ylabel="test accuracy, %", title=title)
    ax.set_ylim(20, 102)
    return ax
