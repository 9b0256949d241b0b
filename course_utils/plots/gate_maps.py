"""What the gates of a recurrent layer do over time: one map per gate, units by steps."""

import numpy as np

from course_utils.plots.figure import heat, new_axes


def gate_maps(gates, *, low=0.0, high=1.0, title=""):
    """Draw one heat map per gate, above each other: row = unit, column = step.

    Args:
        gates: dict of name -> array (T, H). A name that begins with "±" gets the diverging
            colours, symmetric around 0, whatever `low` and `high`.
        low, high: ends of the colour scale of all other maps.
        title: what to see.

    Returns:
        Array of axes, one per gate.
    """
    if not gates:
        raise ValueError("gates is empty: give at least one name -> array.")
    shapes = {np.shape(values) for values in gates.values()}
    if len(shapes) > 1 or len(next(iter(shapes))) != 2:
        raise ValueError(f"gates have shapes {sorted(shapes)}; give each the same (T, H).")
    axes = np.atleast_1d(new_axes(aspect=0.2 + 0.2 * len(gates), rows=len(gates), sharex=True))
    for ax, (name, values) in zip(axes, gates.items(), strict=True):
        two_sided = name.startswith("±")
        scale = {"diverging": True} if two_sided else {"low": low, "high": high}
        image = heat(ax, np.asarray(values).T, **scale)
        ax.set_aspect("auto")
        ax.set_yticks([])
        ax.set_ylabel("units")
        ax.set_title(name.lstrip("±"), fontsize=9, loc="left")
        ax.figure.colorbar(image, ax=ax, fraction=0.03, pad=0.02)
    axes[-1].set_xlabel("step")
    axes[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    return axes
