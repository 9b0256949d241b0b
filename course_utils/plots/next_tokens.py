"""What may come next, and how likely: one panel of bars for each place in a text."""

from course_utils.plots import style
from course_utils.plots.figure import new_axes


def next_tokens(panels, *, most=6, title="", color=style.BLUE):
    """Draw the most probable next tokens of several distributions, side by side.

    Args:
        panels: dict of panel title -> (tokens, probabilities): V strings and V numbers that
            sum to 1. Spaces are drawn as middle dots, line ends as an arrow.
        most: bars in each panel; the rest is one grey bar, "all others".
        title: over all panels; say what to see.
        color: of the bars.

    Returns:
        Array of axes, one per panel; all have the same scale from 0 to 1.

    Raises:
        ValueError: there is no panel, or names and numbers differ in length.
    """
    if not panels:
        raise ValueError("give at least one panel title -> (tokens, probabilities).")
    axes = new_axes(aspect=0.05 * (most + 1) + 0.19, cols=len(panels), sharex=True, squeeze=False)
    axes = axes[0]
    for ax, (name, (tokens, p)) in zip(axes, panels.items(), strict=True):
        ranked = sorted(zip(p, tokens, strict=True), key=lambda pair: (-pair[0], pair[1]))
        best, rest = ranked[:most], ranked[most:]
        labels = [readable(token) for _, token in best]
        values = [float(value) for value, _ in best]
        colors = [color] * len(best)
        if rest:
            labels.append("all others")
            values.append(float(sum(value for value, _ in rest)))
            colors.append(style.MUTED)
        ax.barh(range(len(values)), values, color=colors, height=0.66)
        ax.set_yticks(range(len(values)), labels)
        ax.invert_yaxis()
        ax.grid(False, axis="y")
        ax.set(xlim=(0, 1), xticks=(0, 0.5, 1))
        ax.set_title(name, fontsize=9.5)
    axes[0].figure.suptitle(title, fontsize=11, fontweight="bold", color=style.INK)
    return axes


def readable(token):
    """The token with its white space made visible."""
    return token.replace(" ", "\u00b7").replace("\n", "\u21b5") or "(empty)"
