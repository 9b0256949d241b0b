"""What becomes of a signal, or of a gradient, on its way through many layers."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.curves import curves
from course_utils.plots.figure import new_axes

FLOW_LIMITS = (1e-27, 1e8)


def signal_flow(sizes, *, title=""):
    """Draw the size of each layer's signal, one curve per recipe, on a log scale.

    Args:
        sizes: dict of recipe -> array (L,), layer 1 first. Zeros are drawn at the lower edge.
        title: what to see.

    Returns:
        The axes. The green band, a tenth to ten, is where a signal is neither lost nor wild.
    """
    return _flow(sizes, "layer", "size of the activations (rms)", title)


def gradient_flow(sizes, *, title=""):
    """Draw the size of the gradient at each layer, as a share of that at the last layer.

    The layer axis runs from the last layer to the first, the way the gradient travels, so
    the names stand where it arrives. Arguments and result as in `signal_flow`.
    """
    shares = {name: np.asarray(values) / values[-1] for name, values in sizes.items()}
    ax = _flow(shares, "layer, from the last to the first", "gradient, relative to the last", title)
    low, high = ax.get_xlim()
    ax.set_xlim(high, low)
    return ax


def _flow(sizes, xlabel, ylabel, title):
    ax = new_axes()
    ax.axhspan(0.1, 10, color=style.GREEN, alpha=0.12, linewidth=0)
    drawn = {}
    for name, values in sizes.items():
        layers = np.arange(1, len(values) + 1)
        values = np.clip(values, *FLOW_LIMITS)
        backwards = "first" in xlabel  # the label goes where the walk ends
        drawn[name] = (layers[::-1], values[::-1]) if backwards else (layers, values)
    curves(drawn, xlabel=xlabel, ylabel=ylabel, title=title, log="y", ax=ax)
    ax.set_xticks([1, *range(5, max(map(len, sizes.values())) + 1, 5)])
    return ax


def loss_curves(losses, floors, *, title="", xlabel="epoch", ax=None):
    """Draw losses against the epoch, with dashed lines that are explained on them.

    Args:
        losses: dict of name -> array (E,).
        floors: dict of words -> height.

    Returns:
        The axes.
    """
    ax = new_axes() if ax is None else ax
    shifted = {name: (np.arange(1, len(y) + 1), y) for name, y in losses.items()}
    curves(shifted, xlabel=xlabel, ylabel="training loss (nats)", title=title, ax=ax)
    last = max(map(len, losses.values()))
    for words, height in floors.items():
        ax.plot([1, last], [height] * 2, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
        ax.annotate(
            words,
            (last, height),
            xytext=(-2, -3),
            textcoords="offset points",
            ha="right",
            va="top",
            color=style.MUTED,
            fontsize=8.5,
        )
    ax.set_ylim(bottom=0)
    return ax
