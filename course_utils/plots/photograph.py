"""The photograph that matplotlib ships, and what filters make of it.

It is the official portrait of Grace Hopper (James S. Davis, US Navy, 1984; public domain).
Nothing is stored in the course: the picture is read from the installed matplotlib.
"""

import numpy as np
from matplotlib import cbook
from PIL import Image

from course_utils.errors import DataMissingError
from course_utils.plots import style
from course_utils.plots.figure import heat, new_axes

NAME = "grace_hopper.jpg"


def load_photograph(every=1):
    """Read the portrait as brightness.

    Args:
        every: keep one pixel in `every`, down and across, each the mean of its block.

    Returns:
        float64 (600 // every, 512 // every), 0 is black and 1 white. Decoders differ by one
        or two of 255 levels, so do not print single pixels.

    Raises:
        DataMissingError: this matplotlib came without its sample pictures.
    """
    try:
        file = cbook.get_sample_data(NAME)
    except FileNotFoundError:
        raise DataMissingError(
            f"this matplotlib came without its sample picture {NAME}.",
            "install matplotlib with pip, or load a picture of your own into an array (H, W).",
        ) from None
    with file, Image.open(file) as image:
        grey = np.asarray(image.convert("L"), dtype=float) / 255.0  # (600, 512)
    rows, columns = grey.shape[0] // every, grey.shape[1] // every
    blocks = grey[: rows * every, : columns * every].reshape(rows, every, columns, every)
    return blocks.mean(axis=(1, 3))


def filtered(photograph, answers, *, title=""):
    """Draw a photograph and, beside it, what each kernel makes of it, its numbers above.

    Args:
        photograph: array (H, W) in [0, 1].
        answers: dict of name -> (kernel (kh, kw), answer (P, Q)). An answer with negative
            numbers is drawn with 0 as paper, blue above and red below; any other in grey.
        title: what to see.

    Returns:
        Array (2, 1 + len(answers)) of axes: kernels above, pictures below.
    """
    columns = 1 + len(answers)
    axes = new_axes(aspect=0.42, rows=2, cols=columns, height_ratios=(1, 2.4))
    axes[0, 0].set_axis_off()
    _grey(axes[1, 0], photograph, "the photograph")
    for column, (name, (kernel, answer)) in enumerate(answers.items(), 1):
        _numbers(axes[0, column], kernel)
        if np.min(answer) < 0:
            reach = float(np.percentile(np.abs(answer), 99))  # one glint must not pale the rest
            heat(axes[1, column], answer, low=-reach, high=reach, diverging=True)
            axes[1, column].set(xticks=[], yticks=[], xlabel=name)
        else:
            _grey(axes[1, column], answer, name)
    axes[0, 0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def _grey(ax, picture, name):
    ax.imshow(picture, cmap="gray", vmin=0, vmax=1)
    ax.grid(False)
    ax.set(xticks=[], yticks=[], xlabel=name)


def _numbers(ax, kernel):
    reach = 2.5 * np.abs(kernel).max()  # pale, so that the numbers stay readable
    heat(ax, kernel, low=-reach, high=reach, diverging=True)
    ax.set(xticks=[], yticks=[])
    for (row, column), value in np.ndenumerate(kernel):
        words = f"{value:g}" if value == round(value) else f"1/{round(1 / value)}"
        ax.text(column, row, words, ha="center", va="center", fontsize=8, color=style.INK)
