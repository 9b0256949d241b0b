"""How wrong a measured slope is, against the size of the nudge: a valley between two errors."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def nudge_valley(eps, one_sided, central, *, title="Best in between: 1e-8 one-sided, 1e-5 central"):
    """Draw the error of both difference quotients over the nudge, both axes logarithmic.

    Args:
        eps: array (E,), sizes of the nudge.
        one_sided: array (E,), relative errors of (f(x + eps) - f(x)) / eps.
        central: array (E,), relative errors of (f(x + eps) - f(x - eps)) / (2 eps).

    Returns:
        The axes. The dashed guides are the three laws: eps, eps squared, 1e-16 / eps. They
        have the theory's slopes; their heights are those of the largest nudge, or plain 1e-16.
    """
    ax = new_axes(aspect=0.6)
    ax.set_xscale("log")
    ax.set_yscale("log")
    largest = int(np.argmax(eps))
    for errors, color, power in ((one_sided, style.ORANGE, 1), (central, style.BLUE, 2)):
        law = errors[largest] * (eps / eps[largest]) ** power
        ax.plot(eps, law, color=color, linewidth=1, linestyle=(0, (4, 3)), alpha=0.7)
        ax.plot(eps, np.maximum(errors, 1e-17), color=color, marker="o", markersize=3.5)
    ax.text(2e-7, 1e-4, "one-sided", color=style.ORANGE)
    ax.text(1e-3, 1e-9, "central", color=style.BLUE)
    ax.plot(eps, 1e-16 / eps, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)), alpha=0.8)
    ax.set(xlim=(eps.min() / 2, eps.max() * 2), ylim=(1e-14, 10), title=title)
    ax.set(xlabel="size of the nudge, eps", ylabel="relative error of the slope")
    words = {"color": style.MUTED, "fontsize": 8.5, "ha": "center", "transform": ax.transAxes}
    ax.text(0.24, 0.95, "rounding: digits cancel, error ~ 1/eps", **words)
    ax.text(0.8, 0.95, "truncation: the curve bends", **words)
    return ax
