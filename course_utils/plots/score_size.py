"""What the size of scores does to a softmax: two panels over the width of the vectors."""

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def score_size(widths, sizes, slopes, *, title=""):
    """Draw the typical score, and how far the weights still react, against the width.

    Args:
        widths: N numbers, the width K of queries and keys.
        sizes: dict of name -> N typical scores.
        slopes: dict of the same names -> N slopes of the softmax.
        title: what to see.

    Returns:
        Array of the two axes; all scales are logarithmic.
    """
    if list(sizes) != list(slopes):
        raise ValueError(f"sizes are of {list(sizes)}, slopes of {list(slopes)}: the same, please.")
    axes = new_axes(aspect=0.5, cols=2)
    for ax, panel, label in zip(
        axes,
        (sizes, slopes),
        ("typical score", "slope of the largest weight"),
        strict=True,
    ):
        for color, (name, values) in zip(style.CYCLE, panel.items(), strict=False):
            ax.plot(widths, values, "o-", color=color, label=name)
        ax.set(xscale="log", yscale="log", xlabel="width of queries and keys")
        ax.set_title(label, fontsize=9.5, fontweight="normal")
        ax.set_xticks(widths, [str(width) for width in widths])
        ax.minorticks_off()
    axes[0].legend(loc="upper left")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
