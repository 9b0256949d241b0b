"""A small drawing kit for diagrams: nodes, boxes, arrows and notes on a blank canvas.

One unit is about half an inch. Every diagram of the course is drawn with these five
functions, so that a neuron in lesson 1 and a Transformer block later look related.
"""

from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from course_utils.plots import style
from course_utils.plots.figure import WIDTH, new_axes

UNIT = 0.5  # inches


def canvas(width, height, title=""):
    """Return blank axes of `width` x `height` units, origin at the bottom left.

    A canvas wider than 12.8 units (the full figure width) shrinks its unit to fit.
    """
    unit = min(UNIT, WIDTH / width)
    ax = new_axes(width * unit / WIDTH, height / width)
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.set_axis_off()
    if title:
        ax.set_title(title)
    return ax


def node(ax, x, y, label="", *, color=style.BLUE, radius=0.45, filled=False, size=9.5):
    """Draw a round node at (x, y): a unit, a value, an operation. Returns (x, y)."""
    face = color if filled else style.PAPER
    ax.add_patch(Circle((x, y), radius, facecolor=face, edgecolor=color, linewidth=1.6, zorder=3))
    ink = style.PAPER if filled else style.INK
    ax.text(x, y, label, ha="center", va="center", fontsize=size, color=ink, zorder=4)
    return x, y


def box(ax, x, y, width, height, label="", *, color=style.BLUE, filled=False, size=9.5):
    """Draw a rounded box centred at (x, y): a layer, a step. Returns (x, y)."""
    face = color if filled else style.PAPER
    ax.add_patch(
        FancyBboxPatch(
            (x - width / 2 + 0.12, y - height / 2 + 0.12),
            width - 0.24,
            height - 0.24,
            boxstyle="round,pad=0.12",
            facecolor=face,
            edgecolor=color,
            linewidth=1.6,
            zorder=3,
        )
    )
    ink = style.PAPER if filled else style.INK
    ax.text(x, y, label, ha="center", va="center", fontsize=size, color=ink, zorder=4)
    return x, y


def arrow(ax, start, end, label="", *, color=style.INK, bend=0.0, gap=0.5, size=8.5, at=0.5):
    """Draw an arrow from `start` to `end`, both (x, y), leaving `gap` units at each end.

    Args:
        label: text written on the arrow at the share `at` of its way, on a paper patch.
        bend: curvature; 0 is straight.
        gap: one number, or (at start, at end): about the radius of what it connects.
    """
    before, after = gap if isinstance(gap, tuple) else (gap, gap)
    (x0, y0), (x1, y1) = start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1.0
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    a = (x0 + ux * before, y0 + uy * before)
    b = (x1 - ux * after, y1 - uy * after)
    ax.add_patch(
        FancyArrowPatch(
            a,
            b,
            connectionstyle=f"arc3,rad={bend}",
            arrowstyle="-|>",
            mutation_scale=10,
            color=color,
            linewidth=1.2,
            shrinkA=0,
            shrinkB=0,
            zorder=2,
        )
    )
    if label:
        x = a[0] + (b[0] - a[0]) * at + bend * (b[1] - a[1]) / 2
        y = a[1] + (b[1] - a[1]) * at - bend * (b[0] - a[0]) / 2
        patch = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 1.2}
        ax.text(
            x, y, label, ha="center", va="center", fontsize=size, color=color, bbox=patch, zorder=5
        )


def note(ax, x, y, text, *, color=style.MUTED, size=8.5, ha="center", va="center"):
    """Write a short explanation at (x, y)."""
    ax.text(x, y, text, ha=ha, va=va, fontsize=size, color=color, zorder=5)
