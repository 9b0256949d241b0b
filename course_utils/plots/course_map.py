"""The course at a glance: twenty lessons in three parts, and where the reader stands."""

from course_utils.plots import style
from course_utils.plots.kit import arrow, box, canvas, note

PARTS = (
    (
        "I  Foundations",
        "a network you can train and trust",
        (
            ("Start\nhere", "A\nneuron", "Gradient\ndescent", "Back-\npropagation")
            + ("Deep\nnetworks", "Training\nwell"),
        ),
    ),
    (
        "II  Architectures",
        "a Transformer, every part of it built by hand",
        (
            ("Convo-\nlution", "Seeing\ndeeper", "Recur-\nrence", "Text to\nnumbers")
            + ("Attention", "The\nTransformer"),
        ),
    ),
    (
        "III  Your first large model",
        "a language model of your own, in service",
        (
            ("Pretrain\na GPT", "Generate", "Fine-\ntune", "Evaluate"),
            ("Scale", "Deploy", "Respon-\nsible", "Capstone"),
        ),
    ),
)
COLORS = (style.BLUE, style.GREEN, style.PURPLE)


def course_map(here=None, ready=20):
    """Draw the lessons in reading order with what each part leaves you with.

    Args:
        here: number of the lesson to mark, 0..19, or None.
        ready: lessons 0..ready-1 can be opened already; the others are drawn pale.

    Returns:
        The axes.
    """
    if here is not None and not 0 <= here < 20:
        raise ValueError(f"there are lessons 0 to 19, not {here}.")
    ax = canvas(12.8, 7.7)
    number, y = 0, 7.45
    for (name, gain, rows), color in zip(PARTS, COLORS, strict=True):
        note(ax, 0.15, y, name, color=color, size=10.5, ha="left")
        note(ax, 12.65, y, f"then you have {gain}", ha="right")
        y -= 1.0
        for row in rows:
            number = _draw_row(ax, row, number, y, color, here, ready)
            y -= 1.5
        y += 0.4
    return ax


def _draw_row(ax, titles, number, y, color, here, ready):
    step = 12.5 / len(titles)
    for i, title in enumerate(titles):
        x = 0.15 + step * (i + 0.5)
        shown = style.ORANGE if number == here else color if number < ready else style.MUTED
        if i:
            arrow(ax, (x - step, y), (x, y), color=style.MUTED, gap=0.87)
        label = f"{number:02}\n{title}"
        box(ax, x, y, 1.7, 1.3, label, color=shown, filled=number == here, size=8)
        if number >= ready:
            ax.texts[-1].set_color(style.MUTED)
        number += 1
    return number
