"""One block of a Transformer: a straight road for the signal, and parts that add to it."""

from course_utils.plots import style
from course_utils.plots.kit import arrow, box, canvas, node, note

# name -> (label, what it may look at, colour) of each part, in order
PARTS = {
    "encoder": (
        ("self-\nattention", "sees all of the source", style.BLUE),
        ("feed-\nforward", "each position alone", style.ORANGE),
    ),
    "decoder": (
        ("self-\nattention", "sees what is written", style.BLUE),
        ("cross-\nattention", "reads all of the source", style.PURPLE),
        ("feed-\nforward", "each position alone", style.ORANGE),
    ),
    "decoder-only": (
        ("self-\nattention", "sees what came before", style.BLUE),
        ("feed-\nforward", "each position alone", style.ORANGE),
    ),
}
ROAD, UP = 0.9, 2.7  # heights of the road and of the parts
STEP = 4.0  # from one part to the next


def transformer_block(kind="encoder", *, norm="pre", title=""):
    """Draw one block, read from left to right.

    Args:
        kind: "encoder" (self-attention, feed-forward); "decoder" (cross-attention between the
            two); or "decoder-only", the block of a GPT.
        norm: "pre": the branch is normalised before the part; "post": the road after it.
        title: what to see.

    Returns:
        The axes.

    Raises:
        ValueError: there is no such kind, or no such norm.
    """
    if kind not in PARTS:
        raise ValueError(f"kind must be one of {', '.join(PARTS)}, not {kind!r}.")
    if norm not in ("pre", "post"):
        raise ValueError(f"norm must be 'pre' or 'post', not {norm!r}.")
    parts = PARTS[kind]
    width = STEP * len(parts) + 1.6
    ax = canvas(width, 4.9 if kind == "decoder" else 4.1, title=title)
    note(ax, 0.35, ROAD, "x", color=style.INK, size=11)
    ax.plot([0.6, width - 0.9], [ROAD, ROAD], color=style.GREEN, linewidth=3, zorder=1)
    arrow(ax, (width - 1.2, ROAD), (width - 0.6, ROAD), gap=0.0, color=style.GREEN)
    note(ax, width - 0.35, ROAD, "y", color=style.INK, size=11)
    says = "everything that is added stays" if norm == "pre" else "normalised after each part"
    note(ax, 0.6, 0.25, f"the road: {says}", color=style.GREEN, ha="left")
    for i, part in enumerate(parts):
        _part(ax, 0.9 + STEP * i, part, norm)
    return ax


def _part(ax, x, part, norm):
    label, sees, color = part
    at = x + 2.1  # where the part stands
    enter = x + 0.35
    if norm == "pre":
        arrow(ax, (enter, ROAD), (enter, UP), gap=(0.05, 0.37))
        box(ax, enter, UP, 1.3, 0.7, "norm", color=style.MUTED, size=8.5)
        arrow(ax, (enter, UP), (at, UP), gap=(0.66, 0.9))
    else:
        ax.plot([enter, enter], [ROAD, UP], color=style.INK, linewidth=1.2, zorder=1)
        arrow(ax, (enter, UP), (at, UP), gap=(0.0, 0.9))
        box(ax, x + 3.25, ROAD, 1.1, 0.7, "norm", color=style.MUTED, size=8.5)
    box(ax, at, UP, 1.8, 1.1, label, color=color)
    if label.startswith("cross"):
        arrow(ax, (at, 4.05), (at, UP + 0.55), gap=0.05, color=color)
        note(ax, at, 4.55, sees, color=color)
        note(ax, at, 4.2, "memory: what the encoder made", color=color)
    else:
        note(ax, at, UP + 0.85, sees, color=color)
    arrow(ax, (at, UP), (at, ROAD), gap=(0.55, 0.3))
    node(ax, at, ROAD, "+", color=style.GREEN, radius=0.3)
