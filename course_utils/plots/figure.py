"""Making axes of the course's size, and showing a finished figure with its alt text."""

import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image  # matplotlib itself depends on it

from course_utils.plots import style

WIDTH = 6.4  # inches of a full-width figure; at 120 dpi 768 pixels


def new_axes(width=1.0, aspect=0.5625, rows=1, cols=1, **options):
    """Make a figure and return its axes.

    Args:
        width: figure width as a share of the full 6.4 inches.
        aspect: height of the whole figure divided by its width.
        rows, cols: number of axes.
        options: passed to `Figure.subplots`, such as `sharey=True`.

    Returns:
        One `Axes`, or an array (rows, cols) of them, squeezed where a side is 1.
    """
    inches = WIDTH * width
    return Figure(figsize=(inches, inches * aspect)).subplots(rows, cols, **options)


def show(drawn, *, alt):
    """Display a figure as PNG together with the words that replace it, and let go of it.

    Args:
        drawn: an `Axes`, an array of them, or a `Figure`.
        alt: one or two sentences for a reader who cannot see the picture. They are stored
            beside the image, compared in CI and read out by screen readers, so they hold
            nothing that differs between machines.

    Raises:
        ValueError: there is no alt text, or `drawn` is not a drawing.

    Outside a notebook nothing is displayed.
    """
    if not isinstance(alt, str) or len(alt.split()) < 3:
        raise ValueError(f"alt must say what the picture shows, in a sentence; got {alt!r}.")
    figure = _figure_of(drawn)
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        return
    if get_ipython() is None:
        return
    display(
        {"image/png": _png(figure), "text/plain": alt},
        metadata={"image/png": {"alt": alt}},
        raw=True,
    )


def end_label(ax, x, y, text, color, *, dx=4, dy=0):
    """Write `text` beside the last point of a curve; a direct label beats a legend.

    Args:
        x, y: the curve; only its last point is used. Scalars are fine.
        dx, dy: distance from that point, in points (1/72 inch).
    """
    ax.annotate(
        text,
        (np.ravel(x)[-1], np.ravel(y)[-1]),
        xytext=(dx, dy),
        textcoords="offset points",
        color=color,
        va="center",
        fontsize=8.5,
        annotation_clip=False,
    )


def heat(ax, values, *, low=None, high=None, diverging=False):
    """Draw a matrix as coloured cells: row 0 on top, no grid. Returns the image."""
    ax.grid(False)
    colours = style.DIVERGING if diverging else style.SEQUENTIAL
    if diverging and low is None and high is None:
        high = float(np.abs(values).max()) or 1.0
        low = -high
    return ax.imshow(values, cmap=colours, vmin=low, vmax=high)


def _figure_of(drawn):
    if isinstance(drawn, Figure):
        return drawn
    if isinstance(drawn, Axes):
        return drawn.figure
    first = next(iter(np.ravel(np.asarray(drawn, dtype=object))), None)
    if isinstance(first, Axes):
        return first.figure
    raise ValueError(f"show draws axes or a figure, not {type(drawn).__name__}.")


def _png(figure):
    """The figure as PNG bytes, the same on one machine every time: no time stamp, no version.

    256 colours, chosen to be near every colour drawn, make the file a third as large, which is
    what keeps a lesson with a dozen figures small enough to read on the web.
    """
    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", metadata={"Software": None})
    picture = Image.open(drawn).convert("RGB")
    picture = picture.quantize(256, Image.Quantize.MAXCOVERAGE, 1, dither=Image.Dither.NONE)
    picture.save(small, "PNG", optimize=True)
    return small.getvalue()
