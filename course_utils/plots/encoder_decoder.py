"""An encoder and a decoder: with one vector between them, or with a look back."""

from matplotlib.patches import FancyArrowPatch

from course_utils.plots import style
from course_utils.plots.attention import visible
from course_utils.plots.kit import arrow, box, canvas, node, note

MOST = 6


def encoder_decoder(source, target, *, weights=None, step=0, title=""):
    """Draw a network that reads `source` and then writes `target`, piece by piece.

    Args:
        source: 2 to 6 strings, what is read.
        target: 2 to 6 strings, what is written.
        weights: None draws the single vector between the two halves. Otherwise one weight
            per source piece: how much the decoder reads of each at step `step`; the arrows'
            thickness shows it.
        step: which step of the decoder looks back.
        title: what to see.

    Returns:
        The axes.
    """
    for name, pieces in (("source", source), ("target", target)):
        if not 2 <= len(pieces) <= MOST:
            raise ValueError(f"{name} has {len(pieces)} pieces; 2 to {MOST} can be drawn.")
    if weights is not None and (len(weights) != len(source) or not 0 <= step < len(target)):
        raise ValueError(
            f"{len(weights)} weights for {len(source)} source pieces, step {step} of "
            f"{len(target)}: one weight for each piece, and a step of the decoder."
        )
    start = 1.5 * len(source) + 2.3
    width = start + 1.5 * len(target) - 0.3
    ax = canvas(width, 4.4 if weights is None else 5.9, title=title)
    reads = [1.5 * i + 0.9 for i in range(len(source))]
    writes = [1.5 * i + start for i in range(len(target))]
    for x, piece in zip(reads, source, strict=True):
        _cell(ax, x, style.BLUE)
        note(ax, x, 0.6, visible(piece), color=style.INK, size=10)
        arrow(ax, (x, 0.8), (x, 1.5), gap=0.02)
    for i, (x, piece) in enumerate(zip(writes, target, strict=True)):
        _cell(ax, x, style.ORANGE)
        note(ax, x, 0.6, "start" if i == 0 else visible(target[i - 1]), color=style.MUTED, size=9)
        arrow(ax, (x, 0.8), (x, 1.5), gap=0.02)
        arrow(ax, (x, 2.5), (x, 3.3), gap=0.02)
        note(ax, x, 3.5, visible(piece), color=style.INK, size=10)
    for left, right in zip(reads, reads[1:], strict=False):  # it reads both ways
        arrow(ax, (left, 2.2), (right, 2.2), gap=0.52)
        arrow(ax, (right, 1.8), (left, 1.8), gap=0.52)
    for left, right in zip(writes, writes[1:], strict=False):
        arrow(ax, (left, 2.0), (right, 2.0), gap=0.52)
    arrow(ax, (reads[-1], 2.0), (writes[0], 2.0), gap=0.52, color=style.RED)
    note(ax, reads[0] - 0.5, 0.12, "encoder: reads", color=style.BLUE, ha="left")
    note(ax, writes[0] - 0.5, 0.12, "decoder: writes", color=style.ORANGE, ha="left")
    if weights is None:
        middle = (reads[-1] + writes[0]) / 2
        note(ax, middle, 2.85, "all of it\nin one\nvector", color=style.RED)
        return ax
    _look_back(ax, reads, writes[step], weights)
    return ax


def _cell(ax, x, color):
    box(ax, x, 2.0, 1.0, 1.0, "GRU", color=color, size=8.5)


def _look_back(ax, reads, asker, weights):
    centre = (reads[0] + reads[-1]) / 2
    mixer = node(ax, centre, 5.0, "mix", color=style.GREEN, radius=0.42)
    for x, weight in zip(reads, weights, strict=True):
        ax.add_patch(
            FancyArrowPatch(
                (x, 2.52),
                (centre + 0.35 * (x - centre) / max(1.0, reads[-1] - centre), 4.6),
                arrowstyle="-|>",
                mutation_scale=8,
                color=style.GREEN,
                linewidth=0.5 + 5.5 * float(weight),
                alpha=0.35 + 0.65 * float(weight),
                shrinkA=0,
                shrinkB=0,
            )
        )
    # To the place where the next piece is chosen, above the asking cell.
    ax.plot([mixer[0] + 0.42, asker], [5.0, 5.0], color=style.GREEN, linewidth=1.4)
    arrow(ax, (asker, 5.0), (asker, 3.7), gap=(0.0, 0.02), color=style.GREEN)
    note(ax, (centre + asker) / 2 + 0.2, 5.3, "what it looks at", color=style.GREEN)
