"""A computation graph as boxes: name or operation on top, value below it, gradient beneath.

Works on anything with `data`, `grad`, `op` and `parents` (and `slopes`, for the edges), so it
draws a notebook's own class as well as the package's. The layout is by depth and depends on
nothing but the graph: the same graph is the same picture.
"""

from course_utils.plots import kit, style

WIDE, HIGH = 1.95, 1.75  # of a box, in units of the kit
GAP, DOWN = 0.6, 2.05  # between columns; from one row's centre to the next


def value_graph(root, names=None, *, title="", gradients=True, slopes=False):
    """Draw everything that `root` was computed from, inputs on the left, `root` on the right.

    Args:
        root: the last value; about 20 values in 7 columns stay readable.
        names: dict of name -> value; a named value shows its name before its operation.
        gradients: also write `grad`, in red, into every box.
        slopes: also write the local slope on every edge; needs wider gaps, so fewer columns.

    Returns:
        The axes. Inputs are drawn dark, results of an operation blue.
    """
    named = {id(value): name for name, value in (names or {}).items()}
    places = layout(root)
    grid = {id(v): (column, row) for v, column, row in places}
    across = WIDE + (1.5 if slopes else GAP)
    edges = [(parent, v, i) for v, _, _ in places for i, parent in enumerate(v.parents)]
    over = {(id(p), id(v)) for p, v, _ in edges if _blocked(grid, grid[id(p)], grid[id(v)])}
    left, top = WIDE / 2 + 0.15, max(row for _, row in grid.values()) * DOWN + HIGH / 2 + 0.15
    width, roof = max(column for column, _ in grid.values()) * across + 2 * left, 1.0 * bool(over)
    ax = kit.canvas(width, 2 * top + roof, title=title)
    at = {key: (left + column * across, top - row * DOWN) for key, (column, row) in grid.items()}
    for parent, value, i in edges:
        twice = sum(p is parent for p in value.parents) > 1
        shift = (0.27 - 0.54 * i) * twice
        (x0, y0), (x1, y1) = at[id(parent)], at[id(value)]
        start, end, bend = (x0 + WIDE / 2, y0 + shift), (x1 - WIDE / 2, y1 + shift), 0.0
        if (id(parent), id(value)) in over:  # leave and arrive through the roof
            start, end, bend = (x0 + 0.3, y0 + HIGH / 2), (x1 - 0.3, y1 + HIGH / 2), -0.3
        label = _number(value.slopes[i], 2) if slopes else ""
        kit.arrow(ax, start, end, label, color=style.MUTED, bend=bend, gap=0.05)
    for value, _, _ in places:
        _draw(ax, *at[id(value)], value, named.get(id(value), ""), gradients)
    return ax


def _blocked(grid, start, end):
    """Whether a straight line between two places would cross a box."""
    (x0, y0), (x1, y1) = start, end
    return any(
        x0 < x < x1 and abs(y0 + (y1 - y0) * (x - x0) / (x1 - x0) - y) < 0.6
        for x, y in grid.values()
    )


def _draw(ax, x, y, value, name, gradient):
    color = style.BLUE if value.parents else style.INK
    kit.box(ax, x, y, WIDE, HIGH, color=color)
    head = ": ".join(part for part in (name, value.op) if part) or "constant"
    step = 0.52 if gradient else 0.3
    kit.note(ax, x, y + step, head, color=style.INK)
    kit.note(ax, x, y if gradient else y - step, _number(value.data), color=style.BLUE, size=9)
    if gradient:
        kit.note(ax, x, y - step, _number(value.grad), color=style.RED, size=9)


def _number(x, digits=3):
    text = f"{x + 0.0:.{0 if float(x).is_integer() else digits}f}"  # 8, not 8.000
    return text.replace("-", "\N{MINUS SIGN}")


def layout(root):
    """Place every value of a graph on a grid.

    Returns:
        list of (value, column, row), parents before children. An operation stands one column
        right of its latest parent; an input one column left of where it is first needed. Rows
        are centred around 0 and follow the rows of the parents, then the order of writing.
    """
    ordered = _parents_first(root)
    column = {}
    for value in ordered:
        column[id(value)] = 1 + max((column[id(p)] for p in value.parents), default=-1)
    for value in ordered:
        if not value.parents:
            users = [column[id(v)] for v in ordered if any(p is value for p in v.parents)]
            column[id(value)] = min(users, default=1) - 1
    row = {}
    for x in range(1 + max(column.values())):
        here = [v for v in ordered if column[id(v)] == x]

        def wanted(value):
            rows = [row[id(p)] for p in value.parents]
            return sum(rows) / len(rows) if rows else 1e9  # inputs go below what flows in

        here.sort(key=wanted)
        for i, value in enumerate(here):
            row[id(value)] = i - (len(here) - 1) / 2
    return [(value, column[id(value)], row[id(value)]) for value in ordered]


def _parents_first(root):
    """Every value below `root`, in the order of a left-to-right walk without recursion."""
    found, waiting = {}, [(root, 0)]
    while waiting:
        value, i = waiting.pop()
        if i < len(value.parents):
            waiting.append((value, i + 1))
            if id(value.parents[i]) not in found:
                waiting.append((value.parents[i], 0))
        else:
            found.setdefault(id(value), value)
    return list(found.values())
