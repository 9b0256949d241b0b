"""Where a model's answer flips: the plane of two inputs, coloured by what is predicted."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def decision_map(x, y, belief, *, names=("0", "1"), neuron=None, jitter=0.0, **labels):
    """Draw two groups of points over the probability that a model gives to the second.

    Args:
        x: array (N, 2), two inputs. y: array (N,) of 0 and 1.
        belief: function; `belief(grid)` is P(y = 1), (M,) for an array (M, 2).
        names: what the two classes are called.
        neuron: (w, b) of a single neuron, to draw the direction of its weights as an arrow
            that starts on the boundary; its length means nothing.
        jitter: standard deviation of random shifts that separate equal points.
        labels: xlabel, ylabel, title.

    Returns:
        The axes. The line is where the probability is one half; rings mark wrong answers.
    """
    ax = new_axes(0.8, 0.72)
    low, high = x.min() - 0.12, x.max() + 0.12
    side = np.linspace(low, high, 160)
    across, up = np.meshgrid(side, side)
    p = belief(np.column_stack([across.ravel(), up.ravel()])).reshape(across.shape)
    ax.contourf(across, up, p, np.linspace(0, 1, 11), cmap=style.DIVERGING, alpha=0.45)
    if p.min() < 0.5 < p.max():
        ax.contour(across, up, p, [0.5], colors=[style.INK], linewidths=1.8)
    shift = np.random.default_rng(0).normal(0, jitter, x.shape) if jitter else 0.0
    for label, color, marker in ((0, style.RED, "o"), (1, style.BLUE, "s")):
        spots = (x + shift)[y == label]
        ax.scatter(
            *spots.T, s=26, color=color, marker=marker, edgecolors=style.PAPER, linewidths=0.5
        )
        ax.scatter([], [], color=color, marker=marker, label=names[label])
    wrong = (x + shift)[(belief(x) > 0.5) != y]
    if len(wrong):
        ax.scatter(*wrong.T, s=110, facecolors="none", edgecolors=style.INK, label="wrong")
    if neuron is not None:
        w, b = np.asarray(neuron[0], dtype=float), neuron[1]
        centre = np.full(2, (low + high) / 2)
        foot = centre - (centre @ w + b) / (w @ w) * w  # the boundary's point nearest the centre
        tip = foot + 0.22 * (high - low) * w / np.linalg.norm(w)
        ax.annotate("", tip, foot, arrowprops={"arrowstyle": "-|>", "color": style.INK, "lw": 1.8})
        ax.annotate("w", tip, xytext=(3, 3), textcoords="offset points", fontweight="bold")
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    ax.set(xlim=(low, high), ylim=(low, high), aspect="equal", **labels)
    ax.grid(False)
    return ax
