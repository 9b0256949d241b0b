"""Where a window may stand: padding and stride, drawn on squared paper."""

from matplotlib.patches import Rectangle

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def window_places(panels, *, title=""):
    """Draw pictures of squares, the zeros around them, and the centre of every window.

    Args:
        panels: dict of name -> dict(size=..., kernel=..., stride=..., before=..., after=...):
            pixels along one side, window width, step, and zeros before and after. All are
            the same in both directions.
        title: what to see.

    Returns:
        Array of axes. Each has an outlined first window (orange) and last one (green), and a
        dot at the centre of every window: the dots are the pixels of the output.
    """
    axes = new_axes(aspect=0.4, cols=len(panels))
    for ax, (name, panel) in zip(axes, panels.items(), strict=True):
        _panel(ax, name, **panel)
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def _panel(ax, name, size, kernel, stride, before, after):
    whole = before + size + after
    for row in range(whole):
        for column in range(whole):
            inside = all(before <= at < before + size for at in (row, column))
            face = "#d6e6f0" if inside else style.PAPER
            edge = style.MUTED if inside else style.GRID
            ax.add_patch(Rectangle((column, row), 1, 1, facecolor=face, edgecolor=edge, lw=0.7))
            if not inside:
                ax.text(column + 0.5, row + 0.5, "0", ha="center", va="center",
                        fontsize=7, color=style.MUTED)  # fmt: skip
    starts = range(0, whole - kernel + 1, stride)
    for row in starts:
        for column in starts:
            ax.plot(column + kernel / 2, row + kernel / 2, "o", color=style.INK, markersize=3.4)
    for start, color in ((starts[0], style.ORANGE), (starts[-1], style.GREEN)):
        box = Rectangle((start, start), kernel, kernel, fill=False, edgecolor=color, lw=2.2)
        box.set_zorder(4)
        ax.add_patch(box)
    ax.set(xlim=(-0.15, 7.15), ylim=(7.15, -0.15), aspect="equal")
    ax.set_axis_off()
    count = len(starts)
    ax.set_title(f"{name}\n{size} × {size} gives {count} × {count}",
                 fontsize=9, fontweight="normal")  # fmt: skip
