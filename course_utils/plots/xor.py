"""Pictures of XOR: how the loss falls from many starts, and where the answer flips."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes

CORNERS = ((0, 0, -1), (0, 1, 1), (1, 0, 1), (1, 1, -1))


def losses_from_many_starts(losses, *, stuck_above=0.4, title="Same network, other first weights"):
    """Draw one loss curve per start; those that end above `stuck_above` in red.

    Args:
        losses: dict of start -> list of losses.
        stuck_above: what counts as stuck at the last step.

    Returns:
        The axes.
    """
    ax = new_axes(aspect=0.5)
    ax.set_yscale("log")
    for curve in losses.values():
        stuck = curve[-1] > stuck_above
        color, order = (style.RED, 3) if stuck else (style.BLUE, 2)
        ax.plot(curve, color=color, zorder=order, linewidth=2.2 if stuck else 1.1, alpha=0.85)
    ax.axhline(0.5, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
    last = max(len(curve) for curve in losses.values())
    ax.set(xlabel="step", ylabel="loss", title=title, xlim=(0, last), ylim=(1e-6, 20))
    ax.text(last * 0.99, 0.75, "stuck just above 0.5", color=style.RED, ha="right", fontsize=9)
    paper = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 2}
    ax.text(last * 0.2, 3e-6, "solved", color=style.BLUE, fontsize=9, bbox=paper, zorder=5)
    return ax


def answer_maps(models, *, title=""):
    """Draw the plane of two inputs, one panel per model, coloured by the model's answer.

    Args:
        models: dict of name -> function of (x1, x2) returning one number; -1 and +1 are the
            two classes, and the line is where the answer is 0.
        title: above all panels.

    Returns:
        Array of axes.
    """
    axes = np.atleast_1d(new_axes(aspect=0.52, cols=len(models), sharey=True))
    side = np.linspace(-0.4, 1.4, 49)
    for ax, (name, answer) in zip(axes, models.items(), strict=True):
        z = np.array([[answer(u, v) for u in side] for v in side])
        levels = np.linspace(-1.5, 1.5, 13)
        clipped = z.clip(-1.5, 1.5)
        shades = ax.contourf(side, side, clipped, levels, cmap=style.DIVERGING, alpha=0.55)
        ax.contour(side, side, z, [0.0], colors=[style.INK], linewidths=1.8)
        for u, v, label in CORNERS:
            color, marker = (style.BLUE, "s") if label > 0 else (style.RED, "o")
            ax.scatter(u, v, s=70, color=color, marker=marker, edgecolors=style.PAPER, zorder=4)
            said = f"{answer(u, v):+.1f}".replace("-", "\N{MINUS SIGN}")
            said = said.replace("\N{MINUS SIGN}0.0", "0.0").replace("+0.0", "0.0")
            ax.annotate(
                said, (u, v), xytext=(0, 9), textcoords="offset points", ha="center", zorder=5
            )
        ax.set(aspect="equal", xlabel="x1", title=name)
        ax.grid(False)
    axes[0].set_ylabel("x2")
    bar = axes[0].figure.colorbar(shades, ax=list(axes), shrink=0.85, ticks=(-1, 0, 1))
    bar.set_label("the network's answer")
    if title:
        axes[0].figure.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize=11)
    return axes
