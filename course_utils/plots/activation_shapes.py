"""Activations and their slopes, side by side: where a neuron listens, and where it is deaf."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def value_and_slope(z, shapes, *, deaf_below=0.05, title=""):
    """Draw one panel per activation: value in blue, slope in orange.

    Args:
        z: array (N,).
        shapes: dict of name -> (values (N,), slopes (N,)).
        deaf_below: where |slope| is smaller than this the background is shaded.

    Returns:
        Array of axes that share both scales.
    """
    axes = np.atleast_1d(new_axes(aspect=0.42, cols=len(shapes), sharey=True))
    for ax, (name, (values, slopes)) in zip(axes, shapes.items(), strict=True):
        ax.fill_between(
            z,
            0,
            1,
            where=np.abs(slopes) < deaf_below,
            color=style.MUTED,
            alpha=0.18,
            transform=ax.get_xaxis_transform(),
            linewidth=0,
        )
        ax.plot(z, values, color=style.BLUE)
        ax.plot(z, slopes, color=style.ORANGE)
        ax.set(xlabel="z", ylim=(-1.15, 2.0))
        ax.set_title(name, fontsize=9.5)
    words = {"transform": axes[0].transAxes, "fontsize": 8.5}
    axes[0].text(0.05, 0.92, "value", color=style.BLUE, **words)
    axes[0].text(0.05, 0.82, "slope", color=style.ORANGE, **words)
    axes[0].text(0.05, 0.05, "grey: hardly\nany slope", color=style.MUTED, **words)
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
