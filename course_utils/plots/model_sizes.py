"""How large is large: public models by year and size, and by size and training text."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes

ACCESS = {
    "closed": (style.RED, "s", "closed"),
    "weights": (style.BLUE, "o", "weights public"),
    "open": (style.GREEN, "D", "weights, code and data public"),
    None: (style.MUTED, "^", "before 2018"),
}


def sizes_by_year(models, named, lines=None, *, title=""):
    """Draw parameters against year, log scale; undisclosed sizes are question marks on top.

    Args:
        models: table of `course_utils.data.large_models`.
        named: dict of model name -> (dx, dy), where to write its name, in points.
        lines: dict of text -> parameters, drawn as dotted lines for comparison.

    Returns:
        The axes.
    """
    ax = new_axes(aspect=0.68)
    ax.set_yscale("log")
    for access, (color, marker, label) in ACCESS.items():
        mine = models[models.access == access] if access else models[models.access.isna()]
        ax.plot(mine.year, mine.parameters, marker, color=color, label=label,
                markersize=5, alpha=0.85)  # fmt: skip
    hidden = models[models.parameters.isna()].sort_values("year")
    for year, group in hidden.groupby("year"):
        ax.text(year, 6e12, "?" * len(group), color=style.RED, ha="center", fontsize=8.5,
                fontweight="bold")  # fmt: skip
    ax.text(
        hidden.year.min() - 1, 6e12, "size undisclosed:", color=style.RED, ha="right", fontsize=8.5
    )
    for text, size in (lines or {}).items():
        ax.axhline(size, color=style.ORANGE, linestyle=":", linewidth=1.4)
        ax.text(models.year.min(), size * 1.25, text, color=style.ORANGE, fontsize=8.5)
    _name(ax, models, named, "year")
    ax.legend(loc="upper left", bbox_to_anchor=(0.0, 0.9), handletextpad=0.2)
    ax.set(ylim=(1e2, 3e13), xlabel="year", ylabel="parameters (log scale)", title=title)
    return ax


def sizes_and_tokens(models, named, budgets, *, title=""):
    """Draw training tokens against parameters, both on log scales, with lines of equal cost.

    Args:
        models: table of `course_utils.data.large_models`; rows without tokens are skipped.
            For a mixture of experts the active parameters count, as they set the cost.
        named: dict of model name -> (dx, dy), where to write its name, in points.
        budgets: FLOPs of each line; on a line 6 * parameters * tokens is constant.

    Returns:
        The axes.
    """
    ax = new_axes(aspect=0.68)
    ax.set_xscale("log")
    ax.set_yscale("log")
    shown = models.dropna(subset=["tokens", "parameters"])
    shown = shown[shown.architecture != "n-gram table"]
    shown = shown.assign(used=shown.active.fillna(shown.parameters))
    span = np.array([1e9, 1e12])
    for budget in budgets:
        ax.plot(span, budget / (6 * span), color=style.MUTED, linestyle=":", linewidth=1.1)
        x = min(budget / 6 / 2.2e11, 5e11)  # near the bottom, or near the right edge
        x = x if x > 1e10 else 1.15e9  # or the left one, clear of the other line
        ax.text(x, budget / (6 * x), f"$10^{{{round(np.log10(budget))}}}$ FLOPs",
                color=style.MUTED, fontsize=8, rotation=-33, rotation_mode="anchor",
                ha="left", va="bottom")  # fmt: skip
    ax.plot(span, 20 * span, color=style.ORANGE, linestyle="--", linewidth=1.4)
    ax.text(1.15e11, 1.8e12, "20 tokens per parameter", color=style.ORANGE, fontsize=8.5)
    early = shown.year <= 2021
    ax.plot(shown.used[early], shown.tokens[early], "s", color=style.RED, label="2019-2021")
    ax.plot(shown.used[~early], shown.tokens[~early], "o", color=style.BLUE, label="2022-2025")
    _name(ax, shown.assign(year=shown.used, parameters=shown.tokens), named, "year")
    ax.legend(loc="upper right", handletextpad=0.2)
    ax.set(xlim=(1e9, 1e12), ylim=(1e11, 1e14), title=title)
    ax.set(xlabel="parameters used per token", ylabel="training tokens")
    return ax


def _name(ax, models, named, column):
    rows = models.set_index("name")
    for name, (dx, dy) in named.items():
        ax.annotate(
            name,
            (rows.loc[name, column], rows.loc[name, "parameters"]),
            xytext=(dx, dy),
            textcoords="offset points",
            fontsize=7.5,
            ha="left" if dx >= 0 else "right",
            va="center",
        )
