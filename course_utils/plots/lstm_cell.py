"""The LSTM cell as a diagram: a straight road for the memory, and three gates beside it."""

from course_utils.plots import style
from course_utils.plots.kit import arrow, box, canvas, node, note


def lstm_cell(*, title=""):
    """Draw one step of an LSTM: the cell c runs straight through, the gates act on it.

    Returns:
        The axes. Everything on the green road is a product or a sum; the boxes at the bottom
        each see the input x and the state h before.
    """
    ax = canvas(12.8, 6.6, title=title)
    road = 5.2
    for start, end in (((0.4, road), (2.4, road)), ((2.4, road), (6.2, road))):
        arrow(ax, start, end, color=style.GREEN, gap=(0.0 if start[0] < 1 else 0.35, 0.38))
    arrow(ax, (6.2, road), (12.4, road), color=style.GREEN, gap=(0.35, 0.0))
    note(ax, 0.4, road + 0.4, "c before", color=style.GREEN, ha="left")
    note(ax, 12.4, road + 0.4, "c", color=style.GREEN, ha="right", size=10)
    node(ax, 2.4, road, "×", color=style.GREEN, radius=0.35)
    node(ax, 6.2, road, "+", color=style.GREEN, radius=0.35)
    node(ax, 6.2, 3.7, "×", color=style.INK, radius=0.35)
    node(ax, 10.8, 3.7, "×", color=style.INK, radius=0.35)
    gates = [
        (2.4, "f  sigmoid", "forget: how much\nof the old stays", style.ORANGE),
        (5.0, "i  sigmoid", "input: how much\nof the new", style.ORANGE),
        (7.4, "g  tanh", "candidate:\nthe new", style.BLUE),
        (10.0, "o  sigmoid", "output: how much\nis shown", style.ORANGE),
    ]
    ax.plot([1.25, gates[-1][0]], [0.75, 0.75], color=style.INK, linewidth=1.2)
    note(ax, 0.1, 0.75, "x and\nh before", ha="left", color=style.INK)
    for x, name, says, color in gates:
        box(ax, x, 2.2, 1.75, 0.9, name, color=color)
        arrow(ax, (x, 0.75), (x, 1.75), gap=0.0)
        note(ax, x + 0.15, 1.25, says, ha="left")
    arrow(ax, (2.4, 2.2), (2.4, road), gap=(0.5, 0.38))
    arrow(ax, (5.0, 2.2), (6.2, 3.7), gap=(0.6, 0.38))
    arrow(ax, (7.4, 2.2), (6.2, 3.7), gap=(0.6, 0.38))
    arrow(ax, (6.2, 3.7), (6.2, road), gap=0.38)
    arrow(ax, (10.0, 2.2), (10.8, 3.7), gap=(0.55, 0.38))
    arrow(ax, (10.8, road), (10.8, 3.7), "tanh", gap=(0.0, 0.38), at=0.45)
    arrow(ax, (10.8, 3.7), (12.4, 3.7), gap=(0.38, 0.0))
    note(ax, 12.4, 4.05, "h", color=style.INK, size=10, ha="right")
    return ax
