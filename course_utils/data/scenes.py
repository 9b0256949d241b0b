"""Scenes with one shape each, drawn from random numbers.

A scene is a texture, ovals on it, the shape, a thin stroke across, light from one side and
pixel noise. All but the outline is drawn alike for every class.

Arithmetic is float32 with + - * / floor and square root alone, which IEEE 754 rounds the same
everywhere: equal random numbers give equal bytes on every machine.

Shape letters: N scenes. Rows grow downwards; a column of random numbers is (N, 1, 1), so
that it spreads over the (N, 32, 32) pixels.
"""

import numpy as np

from course_utils.data import outlines

SIDE = 32  # pixels
COLUMNS = 70  # random numbers that one scene needs
_AREA = 140, 260  # pixels that a whole shape covers
_MARGIN = 5.5  # pixels between the picture's border and a shape's middle, at least
_TILT = 15  # degrees, either way
_CONTRAST = 0.2, 0.6  # between a shape's colour and the ground's, in every channel
_SPOTS, _STROKES = 3, 1
NOISE = 12  # levels of 255, either way; twice, so that small values are likelier
_PIXELS = np.arange(SIDE, dtype=np.float32)
# cosine and sine of 0, 1, ... 359 degrees, rounded so that every machine has the same
_COS, _SIN = (
    np.round(wave(np.arange(360) * (np.pi / 180)), 9).astype(np.float32)
    for wave in (np.cos, np.sin)
)


class Draws:
    """Hands out columns of uniform random numbers, each column once."""

    def __init__(self, numbers):
        self._numbers, self._used = numbers, 0

    def __call__(self, low, high, channels=None):
        """Return numbers in [low, high), shape (N, 1, 1) or (N, 1, 1, channels)."""
        first, self._used = self._used, self._used + (channels or 1)
        numbers = self._numbers[:, first : self._used].reshape(-1, 1, 1, channels or 1)
        numbers = low + (high - low) * numbers
        return numbers if channels else numbers[..., 0]

    def direction(self, degrees=360):
        """Return cosine and sine, (N, 1, 1) each, of an angle from -degrees/2 to degrees/2."""
        angle = np.floor(self(-degrees / 2, degrees / 2)).astype(np.int64) % 360
        return _COS[angle], _SIN[angle]


def draw_scenes(labels, draw, noise):
    """Draw one scene for each label.

    Args:
        labels: int64 (N,).
        draw: `Draws` of N rows and COLUMNS columns.
        noise: int16 (N, 2, 32, 32, 3), levels from -NOISE to NOISE; the two are added.

    Returns:
        levels uint8 (N, 32, 32, 3), masks bool (N, 32, 32), centres float64 (N, 2).
    """
    light = draw(0.2, 0.8)[..., None]
    ground = light + draw(-0.2, 0.2, 3)
    picture = _textured(ground, draw, strength=0.22)
    for _ in range(_SPOTS):
        picture = _blend(picture, draw(0, 1, 3), _spot(draw))
    cover, middle = _shape(labels, draw)
    # lighter than a dark ground, darker than a light one, in any hue
    color = ground + np.where(light < 0.5, np.float32(1), np.float32(-1)) * draw(*_CONTRAST, 3)
    picture = _blend(picture, _textured(color, draw, strength=0.14), cover)
    for _ in range(_STROKES):
        stroke = _stroke(draw)
        picture = _blend(picture, draw(0, 1, 3), stroke)
        cover = cover * (1 - stroke)
    shade = 1 + _slope(draw) * draw(0, 0.35)
    levels = np.floor(picture * shade[..., None] * 255 + 0.5) + noise[:, 0] + noise[:, 1]
    return np.clip(levels, 0, 255).astype(np.uint8), cover > 0.5, middle.astype(np.float64)


def _blend(below, above, cover):
    return below + (above - below) * cover[..., None]


def _place(draw, margin):
    """Return pixel offsets (x, y), (N, 1, 32) and (N, 32, 1), from a random point, and it."""
    row, column = draw(margin, SIDE - 1 - margin), draw(margin, SIDE - 1 - margin)
    return _PIXELS[None, None, :] - column, _PIXELS[None, :, None] - row, row, column


def _cover(distance):
    """Part of a pixel, 0 to 1, that lies inside an outline at this signed distance."""
    return np.clip(0.5 - distance, 0, 1)


def _shape(labels, draw):
    """Return the share of each pixel that the shape covers, (N, 32, 32), and its middle."""
    x, y, row, column = _place(draw, _MARGIN)
    cos, sin = draw.direction(2 * _TILT)
    size = np.sqrt(draw(*_AREA))
    stretch = draw(0.85, 1.18)  # across against along; the area stays
    u = (cos * x + sin * y) / (size * stretch)
    v = (cos * y - sin * x) * stretch / size
    to_cell = (outlines.CELLS - 1) / (2 * outlines.REACH)
    last = outlines.CELLS - 1
    i, j = (np.clip(np.floor((w + outlines.REACH) * to_cell + 0.5), 0, last) for w in (v, u))
    maps = outlines.distance_maps()
    distance = maps[labels[:, None, None], i.astype(np.int64), j.astype(np.int64)] * size
    return _cover(distance), np.concatenate([row, column], axis=1)[..., 0]


def _spot(draw):
    """An oval with radii of 1 to 3 and 2 to 4.5 pixels, anywhere: its cover, (N, 32, 32)."""
    x, y, _, _ = _place(draw, -2)
    cos, sin = draw.direction()
    across, along = draw(1.2, 3.0), draw(2.0, 4.5)
    u, v = (cos * x + sin * y) / across, (cos * y - sin * x) / along
    return _cover((np.sqrt(u * u + v * v) - 1) * across)


def _stroke(draw):
    """A straight stroke, 8 to 24 pixels long and 1 to 2 wide: its cover, (N, 32, 32)."""
    x, y, _, _ = _place(draw, 2)
    cos, sin = draw.direction()
    half = draw(4, 12)
    along = np.clip(cos * x + sin * y, -half, half)
    dx, dy = x - along * cos, y - along * sin
    return _cover(np.sqrt(dx * dx + dy * dy) - draw(0.5, 1.0))


def _slope(draw):
    """Light from one side, (N, 32, 32): at most 0.71 away from 0 in the corners."""
    cos, sin = draw.direction()
    x = _PIXELS / (SIDE - 1) - 0.5
    return cos * x[None, None, :] + sin * x[None, :, None]


def _textured(color, draw, strength):
    """Two waves and their product, mixed at random, around a colour: (N, 32, 32, 3)."""
    first, second = _wave(draw), _wave(draw)
    mixed = draw(-1, 1) * first + draw(-1, 1) * second + draw(-1, 1) * first * second
    return color + strength * mixed[..., None] * draw(0.3, 1, 3)


def _wave(draw):
    """A triangular wave, -1 to 1, 5 to 20 pixels long, in a random direction."""
    cos, sin = draw.direction()
    length = draw(5, 20)
    phase = (cos * _PIXELS[None, None, :] + sin * _PIXELS[None, :, None]) / length + draw(0, 1)
    return 4 * np.abs(phase - np.floor(phase) - 0.5) - 1
