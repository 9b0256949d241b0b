"""Sizes of everything a sliding window makes: outputs, borders, and how far a unit sees.

All functions work on one direction, height or width, in pixels. `kernel` is the width of the
window, `stride` the step between two windows; pooling counts as a window too. "valid" means
that the window stays inside the picture, "same" that zeros are added around it until there
are ceil(size / stride) windows, as Keras and TensorFlow do.
"""

from typing import NamedTuple

from course_utils.errors import ShapeError, UsageError


class Reach(NamedTuple):
    """What one unit sees of the input: `size` pixels; its neighbour's view is `step` further."""

    size: int
    step: int


def same_padding(size, kernel, stride=1):
    """Zeros (before, after) that "same" adds to `size` pixels.

    If their number is odd, the extra one goes after the picture. So with a stride above 1 the
    grid of windows is not always centred; other libraries pad evenly and differ by a pixel.

    Returns:
        Two ints, at least 0.

    Source: the formulas in TensorFlow's documentation of `tf.nn.convolution`.
    """
    _check(size, kernel, stride)
    windows = -(-size // stride)
    missing = max((windows - 1) * stride + kernel - size, 0)
    return missing // 2, missing - missing // 2


def output_size(size, kernel, stride=1, padding="valid"):
    """Number of windows along `size` pixels.

    Raises:
        UsageError: `padding` is neither "valid" nor "same", or a size is not a positive int.
        ShapeError: padding is "valid" and the kernel is larger than the picture.
    """
    _check(size, kernel, stride)
    if padding not in ("valid", "same"):
        raise UsageError(f"padding {padding!r} is unknown.", 'use "valid" or "same".')
    if padding == "same":
        return -(-size // stride)
    if kernel > size:
        raise ShapeError(
            f"a kernel of {kernel} pixels does not fit into {size}.",
            'use a smaller kernel, a larger picture, or padding="same".',
        )
    return (size - kernel) // stride + 1


def receptive_field(layers):
    """How many input pixels one unit behind all `layers` depends on, in one direction.

    Args:
        layers: (kernel, stride) of each layer, the first one first; pooling of size 2 is (2, 2).
            Layers that work pixel by pixel, such as ReLU, are left out.

    Returns:
        Reach(size, step).

    Source: Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural
    Networks", Distill, doi:10.23915/distill.00021, eq. 2.
    """
    size, step = 1, 1
    for kernel, stride in layers:
        _check(kernel, kernel, stride)
        size += (kernel - 1) * step
        step *= stride
    return Reach(size, step)


def _check(size, kernel, stride):
    for name, value in {"size": size, "kernel": kernel, "stride": stride}.items():
        if isinstance(value, bool) or not hasattr(value, "__index__") or value < 1:
            raise UsageError(
                f"{name} is {value!r}, not a positive whole number.",
                f"give a {name} of 1 or more.",
            )
