"""Where a token stands, said in numbers: a code that is added, or a turn of queries and keys.

Attention alone does not know the order of what it reads. Two ways to tell it are here; the
third, a table that learns, needs no formula.
"""

import numpy as np

from course_utils.errors import ShapeError


def sinusoidal(length, width, base=10_000.0):
    """The position code of the first Transformer: a row of sines and cosines per position.

    code[t, 2 i] = sin(t / base**(2 i / D)) and code[t, 2 i + 1] is the cosine of the same
    angle. The pair i is a clock hand: i = 0 turns by one radian per position, the last one about
    `base` times more slowly. Moving on by n positions turns every hand by an angle that does not
    depend on t, so the code at t + n is a fixed linear function of the code at t.

    Args:
        length: number of positions T, at least 1.
        width: D, even; the width of what the code is added to.
        base: ratio between the fastest and (nearly) the slowest hand.

    Returns:
        float64 (T, D), all values in [-1, 1]; every row has length sqrt(D / 2).

    Raises:
        ShapeError: D is odd or below 2, or T below 1.

    Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.5, arXiv:1706.03762.
    """
    if length < 1:
        raise ShapeError(f"{length} positions have no code.", "ask for at least one.")
    angles = np.arange(length)[:, None] * speeds(width, base)  # (T, D / 2)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(length, width)


def rotary(x, positions, base=10_000.0):
    """Turn queries or keys by an angle that grows with their position.

    Features i and i + K / 2 are the two coordinates of a point in a plane; at position t it is
    turned by t / base**(2 i / K) radians. A turned query and a turned key have the dot product
    of one turned by the difference: scores depend on how far apart two tokens are, not on where
    they stand. Lengths do not change, and position 0 is not turned at all.

    Args:
        x: array (..., T, K) of queries or keys of one head; K even.
        positions: (T,) numbers, or anything that broadcasts with the axes of `x` but the last.
        base: as in `sinusoidal`, with the head width K for D.

    Returns:
        float64, the shape of `x`.

    Raises:
        ShapeError: K is odd, or there is not one position per row.

    The paper puts neighbours, 2 i and 2 i + 1, into one plane. Halves are the same up to the
    order of the columns, which the projection before learns anyway, and are faster to cut.

    Source: Su et al. 2021, "RoFormer: Enhanced Transformer with Rotary Position Embedding",
    section 3.2.2 and equation 34, arXiv:2104.09864.
    """
    x, positions = np.asarray(x, dtype=float), np.asarray(positions, dtype=float)
    if x.ndim < 2 or positions.ndim < 1 or positions.shape[-1] not in (1, x.shape[-2]):
        raise ShapeError(
            f"x is {x.shape} and positions {positions.shape}: not one position for every row.",
            "x is (..., T, K) and positions (T,), as in np.arange(T).",
        )
    angles = positions[..., None] * speeds(x.shape[-1], base)  # (T, K / 2)
    first, second = np.split(x, 2, axis=-1)  # the two coordinates of every plane
    cos, sin = np.cos(angles), np.sin(angles)
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)


def speeds(width, base=10_000.0):
    """Radians per position of each of the `width / 2` clock hands: base**(-2 i / width).

    Raises:
        ShapeError: `width` is odd or below 2: a hand has two coordinates.
    """
    if width < 2 or width % 2:
        raise ShapeError(
            f"{width} features do not come in pairs of sine and cosine.", "use an even width."
        )
    return base ** (-np.arange(0, width, 2) / width)
