"""A 2-2-1 network with every number written on it: values going forward, gradients back."""

from course_utils.plots import kit, style

PLACES = {
    "x1": (0.9, 5.0),
    "x2": (0.9, 1.8),
    "h1": (5.2, 5.0),
    "h2": (5.2, 1.8),
    "p": (9.1, 3.4),
    "L": (11.9, 3.4),
}
EDGES = {
    "w11": ("x1", "h1", 0.42),
    "w21": ("x2", "h1", 0.23),
    "w12": ("x1", "h2", 0.23),
    "w22": ("x2", "h2", 0.42),
    "v1": ("h1", "p", 0.45),
    "v2": ("h2", "p", 0.45),
}


def forward_pass(weights, values, *, title="Forward: every neuron knows its value"):
    """Draw the network with its weights on the edges and its values in the neurons.

    Args:
        weights: dict with w11 (input 1 to hidden 1), w21 (input 2 to hidden 1), w12, w22,
            b1, b2, v1, v2, c.
        values: dict with x1, x2, z1, z2, h1, h2, p, y, L.

    Returns:
        The axes.
    """
    ax = _network(weights, values, style.BLUE, title)
    below = style.MUTED
    for k in "12":
        text = f"z{k} = {_n(values['z' + k])}\nb{k} = {_n(weights['b' + k])}"
        _beside(ax, "h" + k, text, below)
    _beside(ax, "p", f"c = {_n(weights['c'])}\ny = {_n(values['y'])}", below)
    return ax


def backward_pass(weights, gradients, *, title="Backward: everyone learns its share of the loss"):
    """Draw the same network with d(loss)/d(everything); arguments as in `forward_pass`."""
    ax = _network(weights, gradients, style.RED, title, arrows_back=True)
    for k in "12":
        text = f"z{k}: {_n(gradients['z' + k])}\nb{k}: {_n(gradients['b' + k])}"
        _beside(ax, "h" + k, text, style.RED)
    _beside(ax, "p", f"c: {_n(gradients['c'])}", style.RED)
    return ax


def _network(weights, numbers, color, title, arrows_back=False):
    ax = kit.canvas(12.8, 6.8, title=title)
    for name, (start, end, at) in EDGES.items():
        a, b = PLACES[start], PLACES[end]
        text = f"{name} = {_n(weights[name])}"
        if arrows_back:
            a, b, at, text = b, a, 1 - at, f"{name}: {_n(numbers[name])}"
        kit.arrow(ax, a, b, text, color=color if arrows_back else style.MUTED, gap=0.82, at=at)
    a, b = PLACES["p"], PLACES["L"]
    if arrows_back:
        a, b = b, a
    kit.arrow(ax, a, b, color=color if arrows_back else style.MUTED, gap=0.82)
    kit.note(ax, a[0] if arrows_back else b[0], PLACES["L"][1] - 1.1, "L = (p \N{MINUS SIGN} y)²")
    for name, (x, y) in PLACES.items():
        edge = style.INK if name in ("x1", "x2") else style.BLUE
        kit.node(ax, x, y, color=edge, radius=0.78)
        kit.note(ax, x, y + 0.26, name, color=style.INK, size=9)
        kit.note(ax, x, y - 0.24, _n(numbers[name]), color=color, size=9)
    return ax


def _beside(ax, name, text, color):
    x, y = PLACES[name]
    up = y > 4
    kit.note(ax, x, y + (0.95 if up else -0.95), text, color=color, va="bottom" if up else "top")


def _n(x):
    return f"{x:.3f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}") if x else "0"
