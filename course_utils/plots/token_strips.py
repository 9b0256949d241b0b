"""A text cut into tokens, one strip per tokenizer: every token a coloured tile."""

from matplotlib.patches import Rectangle

from course_utils.plots import style
from course_utils.plots.figure import WIDTH, new_axes

_TILES = style.BLUE, style.ORANGE, style.GREEN, style.PURPLE
_INCHES = 0.35  # of one strip, its caption included


def token_strips(strips, *, title=""):
    """Draw the same text, cut differently, one strip above the other.

    Args:
        strips: dict of caption -> list of tokens, each `bytes` or `str`. A space is drawn as a
            middle dot; a token that is no complete UTF-8 text as its bytes in hexadecimal.
        title: what to see.

    Returns:
        The axes. Neighbouring tokens differ in colour; the colour has no other meaning. The
        caption gets the number of tokens.

    Raises:
        ValueError: there is no strip, or a strip without tokens.
    """
    if not strips or not all(strips.values()):
        raise ValueError("give at least one caption -> list of tokens, none of them empty.")
    words = {name: [_readable(token) for token in tokens] for name, tokens in strips.items()}
    longest = max(sum(map(len, tokens)) for tokens in words.values())
    ax = new_axes(aspect=(0.45 + 2 * _INCHES * len(strips)) / WIDTH)
    ax.set(xlim=(0, max(longest, 40)), ylim=(len(strips), 0))
    ax.set_axis_off()
    size = min(11.0, 0.95 * WIDTH * 72 / max(longest, 40) / 0.62)
    for row, (name, tokens) in enumerate(words.items()):
        count = len(tokens)
        ax.text(
            *(0, row + 0.18),
            f"{name}: {count} token{'s' * (count > 1)}",
            va="center",
            fontsize=9,
            color=style.MUTED,
        )
        x = 0
        for at, token in enumerate(tokens):
            color = _TILES[at % len(_TILES)]
            box = (x + 0.04, row + 0.38), len(token) - 0.08, 0.42
            ax.add_patch(Rectangle(*box, facecolor=color, alpha=0.28, linewidth=0))
            for place, letter in enumerate(token):
                ax.text(
                    *(x + place + 0.5, row + 0.59),
                    letter,
                    ha="center",
                    va="center",
                    family="monospace",
                    fontsize=size,
                    color=style.INK,
                )
            x += len(token)
    ax.set_title(title)
    return ax


def _readable(token):
    if isinstance(token, bytes):
        try:
            token = token.decode("utf-8")
        except UnicodeDecodeError:
            return token.hex()
    return token.replace(" ", "\u00b7").replace("\n", "\u21b5")
