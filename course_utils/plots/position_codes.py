"""Position codes: the table itself, and what two of its rows have in common."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import heat, new_axes


def position_codes(codes, places, *, title=""):
    """Draw a table of codes, and the dot product of some rows with all others.

    Args:
        codes: array (T, D).
        places: positions whose products with all T rows are drawn, by distance.
        title: what to see.

    Returns:
        Array of the two axes.
    """
    codes = np.asarray(codes)
    axes = new_axes(aspect=0.5, cols=2)
    heat(axes[0], codes, diverging=True)
    axes[0].set_aspect("auto")
    axes[0].set(xlabel="feature", ylabel="position")
    axes[0].set_title("the codes", fontsize=9.5, fontweight="normal")
    steps = np.arange(len(codes))
    widths = np.linspace(5.0, 1.4, len(places))  # equal curves: the thick one shows below
    for place, width, color in zip(places, widths, style.CYCLE, strict=False):
        axes[1].plot(
            steps - place, codes @ codes[place], color=color, linewidth=width, label=str(place)
        )
    axes[1].set(xlabel="how far the other row is", ylabel="dot product of two rows")
    axes[1].set_title("from position ...", fontsize=9.5, fontweight="normal")
    axes[1].legend(loc="upper right")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
