"""Pooling: a picture divided into tiles, and one number for each.

Shape letters: N pictures, H rows, W columns, C channels, s x s the tile, P = H // s and
Q = W // s the number of tiles. Rows and columns that fill no tile are left out, as in Keras.
"""

import numpy as np

from course_utils.errors import ShapeError, UsageError


class _Pool2D:
    """What both poolings share: no parameters, tiles of size x size, checks."""

    def __init__(self, size=2):
        if isinstance(size, bool) or not hasattr(size, "__index__") or size < 1:
            raise UsageError(
                f"size is {size!r}, not a positive whole number.", "give a size of 1 or more."
            )
        self.size = size
        self.params, self.grads = {}, {}
        self._saved = None

    def _tiles(self, x):  # (N, H, W, C) -> (N, P, Q, C, s * s), each tile row by row
        x = np.asarray(x, dtype=float)
        if x.ndim != 4:
            raise ShapeError(
                f"expected x of shape (N, H, W, C), got {x.shape}.",
                "give N pictures with a channel axis: x[..., None] for grey ones.",
            )
        (n, height, width, c), s = x.shape, self.size
        p, q = height // s, width // s
        if not p or not q:
            raise ShapeError(
                f"tiles of {s} x {s} do not fit into pictures of {height} x {width}.",
                "pool less often, or use smaller tiles.",
            )
        tiles = x[:, : p * s, : q * s].reshape(n, p, s, q, s, c)
        return tiles.transpose(0, 1, 3, 5, 2, 4).reshape(n, p, q, c, s * s)

    def _picture(self, tiles, shape):
        """The way back from `_tiles`, with zeros where no tile was."""
        (n, p, q, c, _), s = tiles.shape, self.size
        x = np.zeros(shape)
        tiles = tiles.reshape(n, p, q, c, s, s).transpose(0, 1, 4, 2, 5, 3)
        x[:, : p * s, : q * s] = tiles.reshape(n, p * s, q * s, c)
        return x

    def _check_gradient_shape(self, dy, wanted):
        if np.shape(dy) != wanted:
            raise ShapeError(
                f"expected dy of shape {wanted}, got {np.shape(dy)}.",
                "the gradient of an output has the shape of that output.",
            )


class MaxPool2D(_Pool2D):
    """The largest number of each tile; the gradient goes to the pixel that won.

    Args:
        size: edge s of a tile, in pixels, and the step between tiles.

    Input:
        x: array (N, H, W, C) with H, W >= s.

    Output:
        float64 (N, H // s, W // s, C).

    Raises:
        UsageError: `size` is not a positive whole number.
        ShapeError: `x` has another rank or no room for a tile; `dy` has not the output's shape.

    If several pixels of a tile are largest, the first in reading order takes it all, as in
    TensorFlow. Any share would be a subgradient.
    """

    def forward(self, x):
        tiles = self._tiles(x)
        winner = tiles.argmax(axis=-1)[..., None]  # (N, P, Q, C, 1)
        self._saved = winner, np.shape(x)
        return np.take_along_axis(tiles, winner, axis=-1)[..., 0]  # (N, P, Q, C)

    def backward(self, dy):
        """d(loss)/dx, (N, H, W, C), given d(loss)/dy, (N, P, Q, C)."""
        winner, shape = self._saved
        self._check_gradient_shape(dy, winner.shape[:-1])
        tiles = np.zeros((*winner.shape[:-1], self.size**2))
        np.put_along_axis(tiles, winner, np.asarray(dy, dtype=float)[..., None], axis=-1)
        return self._picture(tiles, shape)


class AveragePool2D(_Pool2D):
    """The mean of each tile; the gradient is shared equally. As `MaxPool2D` otherwise."""

    def forward(self, x):
        y = self._tiles(x).mean(axis=-1)
        self._saved = y.shape, np.shape(x)
        return y  # (N, P, Q, C)

    def backward(self, dy):
        """d(loss)/dx, (N, H, W, C), given d(loss)/dy, (N, P, Q, C)."""
        wanted, shape = self._saved
        self._check_gradient_shape(dy, wanted)
        share = np.asarray(dy, dtype=float)[..., None] / self.size**2
        return self._picture(np.broadcast_to(share, (*wanted, self.size**2)), shape)
