"""Where a token stands, for Keras models: codes that are added, and the rotary turn.

Two layers add a code to (B, T, D); `rotary` turns queries and keys inside attention. All of them
take `positions`, so that a model that writes one token at a time can say where it is.
"""

import keras
from keras import ops

from course_utils.errors import ShapeError
from course_utils.models.refuse import shape_error
from course_utils.scratch.positions import sinusoidal, speeds

__all__ = ["LearnedPositions", "SinusoidalPositions", "rotary", "sinusoidal"]


class _AddedPositions(keras.layers.Layer):
    """x + table[positions]; the subclass says where the table (length, D) comes from.

    Args:
        length: the largest number of positions.

    Input:
        x: float (B, T, D). positions: whole numbers (T,) or (B, T), default 0..T-1.

    Output:
        float (B, T, D).

    Raises:
        ShapeError: `x` is not (B, T, D), or longer than the table. Positions that are given are
            not looked at: they must be below `length`.
    """

    def __init__(self, length, **kwargs):
        super().__init__(**kwargs)
        if length < 1:
            raise ShapeError(f"a table of {length} positions is empty.", "ask for at least one.")
        self.length = length

    def call(self, x, positions=None):
        if positions is not None:
            return x + ops.cast(ops.take(self._table(), positions, axis=0), x.dtype)
        steps = x.shape[1]
        if steps is not None and steps > self.length:
            raise shape_error(
                f"{steps} positions, but the model was made for at most {self.length}.",
                "cut the sequences, or make the model with a larger length.",
            )
        return x + ops.cast(self._table()[: ops.shape(x)[1]], x.dtype)

    def compute_output_shape(self, x_shape, positions_shape=None):
        return x_shape

    def get_config(self):
        return {**super().get_config(), "length": self.length}

    def _check(self, x_shape):
        if len(x_shape) != 3:
            raise ShapeError(
                f"positions are added to (B, T, D), not to {tuple(x_shape)}.",
                "look the tokens up in an Embedding first.",
            )


@keras.saving.register_keras_serializable(package="course_utils")
class LearnedPositions(_AddedPositions):
    """Add one vector per position, learned like an embedding; the rest as `SinusoidalPositions`.

    Parameters: length x D. They start normal with standard deviation 0.02. A position that never
    occurs in training never learns, so a longer text than that meets random vectors.

    Source: Gehring et al. 2017, arXiv:1705.03122, section 3.1; Radford et al. 2018 (GPT).
    """

    def build(self, x_shape):
        self._check(x_shape)
        self.table = self.add_weight(
            shape=(self.length, x_shape[-1]),
            initializer=keras.initializers.RandomNormal(stddev=0.02),
            name="table",
        )

    def _table(self):
        return self.table


@keras.saving.register_keras_serializable(package="course_utils")
class SinusoidalPositions(_AddedPositions):
    """Add the fixed code of `sinusoidal`: nothing to learn, and no two positions alike.

    Args:
        length: the largest number of positions.

    Input:
        x: float (B, T, D), D even. positions: whole numbers (T,) or (B, T), default 0..T-1.

    Output:
        float (B, T, D).

    Raises:
        ShapeError: `x` is not (B, T, D), D is odd, or T is larger than `length`. Positions that
            are given are not looked at: they must be below `length`.

    Source: Vaswani et al. 2017, section 3.5, arXiv:1706.03762.
    """

    def build(self, x_shape):
        self._check(x_shape)
        self._code = sinusoidal(self.length, x_shape[-1]).astype("float32")

    def _table(self):
        return ops.convert_to_tensor(self._code)


def rotary(x, positions, base=10_000.0):
    """Turn queries or keys by an angle that grows with their position; same as in `scratch`.

    Args:
        x: tensor (..., T, K) of queries or keys, K even.
        positions: (T,) numbers, or anything that broadcasts with the axes of `x` but the last:
            (B, 1, T) for x of (B, H, T, K) if every sequence has positions of its own.
        base: the slowest plane turns nearly `base` times more slowly than the fastest.

    Returns:
        The shape and dtype of `x`. Angles are computed in float32 whatever that dtype: at
        position 1,000 float16 would be off by half a radian.

    Raises:
        ShapeError: K is odd.

    Source: Su et al. 2021, section 3.2.2, arXiv:2104.09864; features i and i + K / 2 share a
    plane, see `course_utils.scratch.positions.rotary`.
    """
    exact = x.dtype if keras.backend.standardize_dtype(x.dtype) == "float64" else "float32"
    speed = ops.cast(speeds(x.shape[-1], base), exact)
    angles = ops.cast(positions, exact)[..., None] * speed  # (T, K / 2)
    cos, sin = ops.cast(ops.cos(angles), x.dtype), ops.cast(ops.sin(angles), x.dtype)
    first, second = ops.split(x, 2, axis=-1)
    return ops.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
