"""The outlines of ten shapes, as maps of signed distance: below 0 inside, above 0 outside.

Plane: x to the right, y downwards, origin in the middle of the shape, sizes so that every
shape has the area 1. So no class is larger than another, and area gives no label away.

Only + - * / and square roots are used, which IEEE 754 rounds the same on every machine.
"""

import functools

import numpy as np

NAMES = (
    *("disc", "square", "triangle", "star", "ring"),
    *("cross", "heart", "moon", "arrow", "hourglass"),
)
CELLS = 241  # per side of a map; odd, so that one cell lies on the origin
REACH = 1.2  # a map spans -REACH to REACH; no outline comes closer to its border than 0.1

_ROOM = 1.4  # outlines are described within -1.4 to 1.4

# corners (x, y); outlines are moved and scaled afterwards
_SQUARE = ((-1, -1), (1, -1), (1, 1), (-1, 1))
_TRIANGLE = ((0, -1), (1, 0.732051), (-1, 0.732051))
_CROSS = (
    *((-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4)),
    *((0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)),
)
_ARROW = (
    *((0, -1.1), (0.95, -0.05), (0.36, -0.05), (0.36, 1)),
    *((-0.36, 1), (-0.36, -0.05), (-0.95, -0.05)),
)
_HOURGLASS = ((-1, -1.2), (1, -1.2), (0.16, 0), (1, 1.2), (-1, 1.2), (-0.16, 0))
# a five-pointed star: outer corners on radius 1, inner ones on radius 0.46
_STAR = (
    *((0, -1), (0.270381, -0.372148), (0.951057, -0.309017), (0.437486, 0.142148)),
    *((0.587785, 0.809017), (0, 0.46), (-0.587785, 0.809017), (-0.437486, 0.142148)),
    *((-0.951057, -0.309017), (-0.270381, -0.372148)),
)


@functools.cache
def distance_maps():
    """Return the ten maps, float32 (10, CELLS, CELLS), in the order of `NAMES`; read-only.

    Cell [k, i, j] is the distance from (x, y) = (j, i) * 2 * REACH / (CELLS - 1) - REACH to
    the outline of shape k, in units in which the shape has the area 1.
    """
    maps = np.stack([_normal(outline) for outline in _OUTLINES]).astype(np.float32)
    maps.setflags(write=False)
    return maps


def _normal(outline):
    """Draw `outline`, move its centre of mass to the origin and make its area 1."""
    y, x = _grid(_ROOM)
    cell = 2 * _ROOM / (CELLS - 1)
    rows, columns = np.nonzero(outline(x, y) < 0)  # whole numbers: their sums are exact
    middle_x = columns.sum() / len(columns) * cell - _ROOM
    middle_y = rows.sum() / len(rows) * cell - _ROOM
    side = np.sqrt(len(rows)) * cell
    y, x = _grid(REACH)
    return outline(x * side + middle_x, y * side + middle_y) / side


def _grid(reach):
    steps = np.arange(CELLS) * (2 * reach / (CELLS - 1)) - reach
    return steps[:, None], steps[None, :]


def _polygon(corners):
    """Distance to a closed polygon; crossings of its edges decide what is inside."""

    def outline(x, y):
        nearest = np.full(np.broadcast_shapes(x.shape, y.shape), np.inf)
        inside = np.zeros(nearest.shape, dtype=bool)
        for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
            ex, ey = bx - ax, by - ay
            along = np.clip(((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey), 0, 1)
            dx, dy = x - ax - along * ex, y - ay - along * ey
            nearest = np.minimum(nearest, dx * dx + dy * dy)
            if ey:  # does the ray from (x, y) to the right cross this edge?
                inside ^= ((ay > y) != (by > y)) & (x < ax + (y - ay) * ex / ey)
        return np.where(inside, -1, 1) * np.sqrt(nearest)

    return outline


def _length(x, y):
    return np.sqrt(x * x + y * y)


def _disc(x, y):
    return _length(x, y) - 1


def _ring(x, y):
    return np.abs(_length(x, y) - 0.75) - 0.25


def _moon(x, y):
    return np.maximum(_length(x, y) - 1, 0.92 - _length(x - 0.62, y))


def _heart(x, y):
    """Two discs side by side, and the corner below them whose sides touch both."""
    x = np.abs(x)
    lobe = _length(x - 0.56, y + 0.5) - 0.64
    side = (x + y - 0.06) * 0.707107 - 0.64  # touches the disc on the line x - y = 1.06
    within = np.maximum((x - y - 1.06) * 0.707107, -0.5 - y)
    corner = np.maximum(side, within)
    return np.minimum(corner, lobe)


_OUTLINES = (
    *(_disc, _polygon(_SQUARE), _polygon(_TRIANGLE), _polygon(_STAR), _ring),
    *(_polygon(_CROSS), _heart, _moon, _polygon(_ARROW), _polygon(_HOURGLASS)),
)
