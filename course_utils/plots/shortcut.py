"""The residual block as a diagram: what flows forwards, and two ways back."""

from course_utils.plots import style
from course_utils.plots.kit import arrow, box, canvas, node, note


def residual_diagram(steps, *, title=""):
    """Draw x -> steps -> plus -> ReLU, with a shortcut over the steps.

    Args:
        steps: names of the layers of f, first to last.
        title: what to see.

    Returns:
        The axes. Black arrows carry the signal, red ones the gradient.
    """
    gap, first = 2.0, 2.2
    plus = first + gap * len(steps)
    ax = canvas(plus + 4.2, 4.0, title)
    places = [first + gap * i for i in range(len(steps))]
    note(ax, 0.4, 1.5, "x", color=style.INK, size=11)
    for place, name in zip(places, steps, strict=True):
        box(ax, place, 1.5, 1.7, 0.9, name, size=8.5)
    node(ax, plus, 1.5, "+", color=style.GREEN, size=13)
    box(ax, plus + 1.7, 1.5, 1.3, 0.9, "ReLU", size=8.5)
    note(ax, plus + 3.6, 1.5, "y", color=style.INK, size=11)
    stops = [0.5, *places, plus, plus + 1.7, plus + 3.5]
    sizes = [0.15, *[0.87] * len(places), 0.47, 0.67, 0.1]
    pairs = zip(stops, stops[1:], sizes, sizes[1:], strict=False)
    for start, end, before, after in pairs:
        arrow(ax, (start, 1.5), (end, 1.5), gap=(before, after))
    ax.plot([0.85, 0.85, plus], [1.5, 2.9, 2.9], color=style.GREEN, linewidth=1.6, zorder=2)
    arrow(ax, (plus, 2.9), (plus, 1.5), color=style.GREEN, gap=(0, 0.47))
    middle = (0.85 + plus) / 2
    note(ax, middle, 3.25, "shortcut: x itself", color=style.GREEN, size=9)
    note(ax, (places[0] + places[-1]) / 2, 2.3, "f(x): what to add", color=style.BLUE, size=9)
    arrow(ax, (plus, 0.68), (0.6, 0.68), color=style.RED, gap=0)
    words = "gradient back: through f, and unchanged along the shortcut"
    note(ax, middle, 0.2, words, color=style.RED, size=9)
    return ax
