"""Word vectors on paper: two directions of many; colour and shape say what a word is."""

import numpy as np

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def word_map(vectors, groups, crossed, *, shapes=("", ""), named=(), title="", ax=None):
    """Draw words at their first two principal components.

    Args:
        vectors: dict of word -> array (D,), D >= 2.
        groups: dict of group name -> words; each group has a colour. Only these words are
            drawn, and only they decide the directions.
        crossed: the words drawn as crosses; all others are dots.
        shapes: what dots and crosses are, for the legend; without it there is no legend.
        named: the words that are also written.
        title: what to see.
        ax: axes to draw on; a new figure if None.

    Returns:
        The axes, both directions on the same scale. Of each direction the sign is fixed by
        making the words that are dots lie, on average, to the right and higher.

    Raises:
        ValueError: there is no group, too many for the colours, or a word without a vector.
    """
    if not 1 <= len(groups) <= len(style.CYCLE):
        raise ValueError(f"{len(groups)} groups: give 1 to {len(style.CYCLE)}.")
    words = [word for members in groups.values() for word in members]
    if missing := [word for word in words if word not in vectors]:
        raise ValueError(f"no vector for {missing}.")
    points = np.stack([np.asarray(vectors[word], dtype=float) for word in words])  # (W, D)
    points = points - points.mean(axis=0)
    _, _, directions = np.linalg.svd(points, full_matrices=False)
    flat = points @ directions[:2].T  # (W, 2)
    dots = np.array([word not in crossed for word in words])
    if dots.any():
        flat *= np.where(flat[dots].mean(axis=0) < 0, -1.0, 1.0)
    ax = new_axes(width=0.8, aspect=0.85) if ax is None else ax
    start = 0
    for color, (name, members) in zip(style.CYCLE, groups.items(), strict=False):
        rows = np.arange(start, start + len(members))
        start += len(members)
        for marker, kept in (("o", rows[dots[rows]]), ("x", rows[~dots[rows]])):
            ax.scatter(*flat[kept].T, color=color, marker=marker, s=26, linewidths=1.4, alpha=0.8)
        ax.scatter([], [], color=color, s=26, label=name)
        for row in rows:
            if words[row] in named:
                left = flat[row, 0] > 0  # written towards the middle, where there is room
                ax.annotate(
                    words[row],
                    flat[row],
                    xytext=(-24 if left else 24, 9 if dots[row] else -9),
                    textcoords="offset points",
                    ha="right" if left else "left",
                    va="center",
                    fontsize=8.5,
                    color=style.INK,
                    arrowprops={"arrowstyle": "-", "color": style.INK, "linewidth": 0.8},
                )
    ax.set_aspect("equal", adjustable="datalim")
    ax.set(title=title, xlabel="first component", ylabel="second component", xticks=[], yticks=[])
    ax.margins(0.18)
    if any(shapes):
        for marker, shape in zip("ox", shapes, strict=True):
            ax.scatter([], [], color=style.INK, marker=marker, s=26, linewidths=1.4, label=shape)
        ax.legend(fontsize=8)
    return ax
