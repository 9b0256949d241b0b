"""Which positions a model computes at each step of writing, with and without a cache."""

from matplotlib.patches import Rectangle

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def cache_steps(steps, *, title=""):
    """Draw two grids, step against position: computed anew, or remembered.

    Args:
        steps: how many tokens are written, 2 to 12.
        title: over both grids.

    Returns:
        The two axes.
    """
    axes = new_axes(aspect=0.42, cols=2, sharey=True)
    counts = steps * (steps + 1) // 2, steps
    names = "without a cache", "with a cache"
    for ax, name, count, remembers in zip(axes, names, counts, (False, True), strict=True):
        for step in range(1, steps + 1):
            for place in range(1, step + 1):
                old = remembers and place < step
                ax.add_patch(
                    Rectangle(
                        (place - 0.44, step - 0.44),
                        *(0.88, 0.88),
                        facecolor=style.PAPER if old else style.BLUE,
                        edgecolor=style.SKY if old else style.BLUE,
                        linewidth=1.0,
                    )
                )
        ax.set(xlim=(0.3, steps + 0.7), ylim=(steps + 0.7, 0.3), xlabel="position computed (blue)")
        ax.set(xticks=range(1, steps + 1), yticks=range(1, steps + 1))
        ax.grid(False)
        ax.set_title(f"{name}: {count} positions", fontsize=9.5)
    axes[0].set_ylabel("step")
    axes[1].text(
        *(steps + 0.4, 1.0), "empty: remembered", color=style.SKY, fontsize=8.5, ha="right"
    )
    axes[0].figure.suptitle(title, fontsize=11, fontweight="bold", color=style.INK)
    return axes
