"""How long several ways to the same result take."""

from course_utils.plots.curves import bars


def speed_bars(seconds, *, title=""):
    """Draw times on a log scale, each with its time and how many times faster it is.

    Args:
        seconds: dict of way -> seconds, the slowest first; all above 0.
        title: what to see.

    Returns:
        The axes.
    """
    names, times = list(seconds), list(seconds.values())
    ax = bars(names, times, xlabel="seconds", title=title)
    ax.set_xscale("log")
    ax.set_xlim(min(times) / 4, max(times) * 12)
    for row, time in enumerate(times):
        words = f"{time:.2g} s" if time >= 0.1 else f"{1000 * time:.2g} ms"
        if row:
            words += f", {_two_digits(times[0] / time)} times faster"
        ax.annotate(words, (time, row), xytext=(4, 0), textcoords="offset points",
                    va="center", fontsize=8.5)  # fmt: skip
    return ax


def _two_digits(factor):
    """1234 -> "1,200"; no picture needs more."""
    return f"{float(f'{factor:.2g}'):,.0f}"
