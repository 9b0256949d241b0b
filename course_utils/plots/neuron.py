"""The neuron as a diagram, with the numbers of one example written on it."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.kit import arrow, canvas, node, note


def neuron_diagram(names, x, w, b, z, output, *, activation="sigmoid", title=""):
    """Draw inputs, weights, bias, weighted sum, activation and output of one neuron.

    Args:
        names: D strings, what the inputs are.
        x, w: D numbers each; b, z, output: the bias, the weighted sum, the answer. Inputs
            are written to four digits, so that a reader can check the sum by hand, results
            to two decimals: the caller computes, the picture shows.
        activation: the name under the second node.

    Returns:
        The axes.
    """
    if not len(names) == len(x) == len(w):
        raise ValueError(f"{len(names)} names, {len(x)} inputs and {len(w)} weights do not match.")
    height = 1.9 * len(x) + 1.7
    ax = canvas(12.8, height, title)
    rows = np.linspace(height - 1.0, 2.3, len(x))
    middle = float(rows.mean())
    for name, value, weight, y in zip(names, x, w, rows, strict=True):
        note(ax, 1.35, y, name, color=style.INK, size=9)
        text = f"{value:.4g}"
        node(ax, 3.2, y, text, color=style.BLUE, radius=0.5, size=9.5 if len(text) < 5 else 7.5)
        color = style.GREEN if weight > 0 else style.RED
        arrow(
            ax,
            (3.2, y),
            (7.0, middle),
            f"\N{MULTIPLICATION SIGN} {_signed(weight, 1)}",
            color=color,
            gap=(0.6, 0.75),
            at=0.4,
        )
    node(ax, 5.2, 0.75, _signed(b, 1), color=style.MUTED, radius=0.5)
    note(ax, 3.3, 0.75, "bias", color=style.INK, size=9)
    arrow(ax, (5.2, 0.75), (7.0, middle), color=style.MUTED, gap=(0.6, 0.8))
    node(ax, 7.0, middle, _signed(z, 2), color=style.INK, radius=0.62)
    note(ax, 7.0, middle + 1.0, "weighted sum z", color=style.INK)
    arrow(ax, (7.0, middle), (9.6, middle), gap=0.75)
    node(ax, 9.6, middle, "", color=style.ORANGE, radius=0.62)
    s = np.linspace(-1, 1, 50)
    ax.plot(9.6 + 0.4 * s, middle + 0.3 * np.tanh(3 * s), color=style.ORANGE, zorder=5)
    note(ax, 9.6, middle + 1.0, activation, color=style.INK)
    arrow(ax, (9.6, middle), (11.8, middle), gap=(0.75, 0.65))
    node(ax, 11.8, middle, f"{output:.2f}", color=style.ORANGE, radius=0.55, filled=True)
    note(ax, 11.8, middle + 1.0, "output", color=style.INK)
    return ax


def _signed(value, digits):
    return f"{value:+.{digits}f}".replace("-", "\N{MINUS SIGN}")
