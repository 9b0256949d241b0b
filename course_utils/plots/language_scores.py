"""How good is a language model? Perplexity against smoothing, context, training and scale."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.curves import curves
from course_utils.plots.figure import end_label, new_axes
from course_utils.plots.kit import canvas


def smoothing_choice(ks, scores, *, title=""):
    """Draw what each k costs: how far perplexity lies above the best one, in per cent.

    Args:
        ks: N values of k, increasing, all > 0.
        scores: dict of name -> N perplexities on validation text.

    Returns:
        The axes; each curve touches 0 at its best k, which is marked.
    """
    cost = {name: 100 * (np.array(v) / np.min(v) - 1) for name, v in scores.items()}
    ax = curves(
        {name: (ks, values) for name, values in cost.items()},
        xlabel="k, imaginary sightings of every letter",
        ylabel="validation perplexity above the best, %",
        title=title,
        log="x",
    )
    for line, values in zip(list(ax.lines), cost.values(), strict=True):
        best = int(np.argmin(values))
        ax.plot(ks[best], 0, "o", color=line.get_color(), markersize=9, clip_on=False)
    return ax


def context_curves(orders, scores, *, title=""):
    """Draw perplexity against the length of context, one curve with dots per kind of model.

    Args:
        orders: N whole numbers, the model's n.
        scores: dict of name -> N perplexities.

    Returns:
        The axes.
    """
    ax = curves(
        {name: (orders, values) for name, values in scores.items()},
        xlabel="n: letters the model looks at, the guessed one included",
        ylabel="perplexity (log scale)",
        title=title,
        log="y",
    )
    for line in ax.lines:
        line.set_marker("o")
    ticks = [2, 3, 5, 10, 20]
    ax.set_yticks(ticks, [str(t) for t in ticks])
    ax.set_yticks([], minor=True)
    ax.set_xticks(list(orders))
    return ax


def approach(scores, target, *, name, xlabel="", ylabel="", title=""):
    """Draw a score that falls, step by step, towards a known target line called `name`."""
    ax = curves({"_": scores}, xlabel=xlabel, ylabel=ylabel, title=title)
    ax.axhline(target, color=style.ORANGE, linestyle="--", linewidth=1.4)
    ax.annotate(
        name,
        (len(scores) - 1, target),
        xytext=(0, -11),
        textcoords="offset points",
        color=style.ORANGE,
        ha="right",
    )
    ax.set_ylim(bottom=0)
    return ax


def two_metrics(sizes, smooth, strict, *, smooth_name, strict_name, title=""):
    """Draw the same models scored twice: a forgiving score and one with all or nothing.

    Args:
        sizes: N training sizes, for the logarithmic axis.
        smooth, strict: N shares in [0, 1].

    Returns:
        Array (2,) of axes.
    """
    axes = new_axes(aspect=0.5, cols=2)
    scores = ((smooth, smooth_name, style.BLUE), (strict, strict_name, style.ORANGE))
    for ax, (values, name, color) in zip(axes, scores, strict=True):
        ax.plot(sizes, values, "o-", color=color)
        ax.set_xscale("log")
        ax.set(xlabel="letters of training text", ylim=(0, max(values) * 1.15 or 1))
        ax.set_title(name, fontsize=9.5, fontweight="normal")
    axes[0].set_ylabel("share")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes


def sample_page(lines, *, title=""):
    """Write samples below each other, in a typewriter face, the model's name on the left.

    Args:
        lines: dict of name -> text; each text is cut into lines of 66 characters.

    Returns:
        The axes.
    """
    pieces = {name: [text[i : i + 66] for i in range(0, len(text), 66)]
              for name, text in lines.items()}  # fmt: skip
    height = sum(len(rows) + 0.7 for rows in pieces.values())
    ax = canvas(12.8, height * 0.44 + 0.2, title=title)
    y = height * 0.44
    for color, (name, rows) in zip(style.CYCLE, pieces.items(), strict=False):
        ax.text(0.05, y, name, color=color, fontsize=9.5, fontweight="bold", va="top")
        for row in rows:
            ax.text(1.35, y, row, family="DejaVu Sans Mono", fontsize=9, va="top")
            y -= 0.44
        y -= 0.31
    return ax


def memory_bars(parts, limit, *, limit_name, title=""):
    """Draw stacked bars of gigabytes: what a model needs, and one machine's memory as a line.

    Args:
        parts: dict of bar name -> dict of part name -> gigabytes.
        limit: gigabytes of one machine.

    Returns:
        The axes.
    """
    ax = new_axes(aspect=0.42)
    colors = {}
    for row, (_, stack) in enumerate(parts.items()):
        left = 0
        for part, amount in stack.items():
            color = colors.setdefault(part, style.CYCLE[len(colors) % len(style.CYCLE)])
            ax.barh(row, amount, left=left, color=color, height=0.56, edgecolor=style.PAPER)
            if amount > 400:
                ax.text(left + amount / 2, row, f"{part}\n{amount:,.0f}", color=style.PAPER,
                        ha="center", va="center", fontsize=8)  # fmt: skip
            left += amount
        end_label(ax, left, row, f"{left:,.0f} GB", style.INK)
    ax.axvline(limit, color=style.RED, linestyle="--", linewidth=1.4)
    ax.annotate(limit_name, (limit, -0.62), xytext=(5, 0), textcoords="offset points",
                color=style.RED, fontsize=8.5, va="center")  # fmt: skip
    ax.set_yticks(range(len(parts)), parts)
    ax.set(xlabel="gigabytes", title=title, ylim=(len(parts) - 0.5, -0.85))
    ax.grid(False, axis="y")
    return ax
