"""How costs grow with the length of a sequence: one panel per cost, log axes."""

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def cost_growth(lengths, panels, *, title=""):
    """Draw several costs of several layers against the length T.

    Args:
        lengths: N numbers of positions.
        panels: dict of cost -> dict of layer -> N values, all positive; the same layers in
            every panel.
        title: what to see.

    Returns:
        Array (len(panels),) of axes, both scales logarithmic, equal decades on all.
    """
    layers = [list(panel) for panel in panels.values()]
    if any(names != layers[0] for names in layers):
        raise ValueError(f"every panel must show the same layers; got {layers}.")
    axes = new_axes(aspect=0.48, cols=len(panels), squeeze=False)[0]
    for ax, (cost, panel) in zip(axes, panels.items(), strict=True):
        for color, (name, values) in zip(style.CYCLE, panel.items(), strict=False):
            ax.plot(lengths, values, "o-", color=color, label=name)
        ax.set(xscale="log", yscale="log", xlabel="positions T")
        ax.set_title(cost, fontsize=9.5, fontweight="normal")
        ax.minorticks_off()
    axes[0].legend(loc="upper left")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
