"""Characters as UTF-8 bytes, bit by bit: which bits are the frame, which carry the number."""

from matplotlib.patches import Rectangle

from course_utils.plots import style
from course_utils.plots.kit import canvas, note


def utf8_bits(characters, *, title=""):
    """Draw one row per character: its code point, then its bytes with every bit.

    Args:
        characters: dict of one-character string -> the words that name it (the course's font
            has no Chinese letters and no pictures, so the character itself is not drawn).
        title: what to see.

    Returns:
        The axes. Bits of the frame (how many bytes, "I am a later byte") stand on orange, bits
        of the number on blue.

    Raises:
        ValueError: `characters` is empty, or a key is not one character.
    """
    if not characters:
        raise ValueError("characters is empty: give at least one character -> name.")
    if any(len(character) != 1 for character in characters):
        raise ValueError(f"each key must be one code point; got {list(map(ascii, characters))}.")
    rows, step, left = len(characters), 0.27, 3.9
    ax = canvas(12.8, rows * 1.0 + 0.7, title)
    for row, (character, name) in enumerate(characters.items()):
        y = rows - row - 0.2
        note(ax, 0.1, y + 0.18, name, color=style.INK, ha="left", size=9.5)
        note(ax, 0.1, y - 0.24, f"U+{ord(character):04X}", ha="left")
        data = character.encode("utf-8")
        for at, byte in enumerate(data):
            frame = _frame_bits(at, len(data))
            for bit, digit in enumerate(f"{byte:08b}"):
                x = left + at * 2.2 + bit * step
                color = style.ORANGE if bit < frame else style.BLUE
                ax.add_patch(
                    Rectangle((x, y - 0.3), step, 0.6, facecolor=color, alpha=0.22, linewidth=0)
                )
                ax.text(
                    *(x + step / 2, y),
                    digit,
                    ha="center",
                    va="center",
                    fontsize=9.5,
                    color=style.INK,
                )
    note(ax, left, 0.2, "orange: the frame", color=style.ORANGE, ha="left")
    note(ax, left + 2.6, 0.2, "blue: the code point in binary", color=style.BLUE, ha="left")
    return ax


def _frame_bits(at, length):
    """How many leading bits of byte number `at` of `length` are fixed (RFC 3629, section 3)."""
    if at:
        return 2
    return 1 if length == 1 else length + 1
