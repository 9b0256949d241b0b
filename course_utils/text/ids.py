"""Token ids as they come from a model or a file: checked once, in one place."""

import numpy as np

from course_utils.errors import CourseError, ShapeError


def need_ids(ids, size=None, name="ids", ndim=1):
    """Return `ids` as an integer array of rank `ndim`, or say what is wrong with it.

    Args:
        ids: list, array or tensor of whole numbers.
        size: vocabulary size V; every id must be in 0..V-1. None checks only the kind.
        name: what to call them in a message.
        ndim: number of axes.

    Raises:
        ShapeError: another number of axes, or rows of different lengths.
        CourseError: something that is no whole number, or an id outside the vocabulary.
    """
    try:
        array = np.asarray(ids)
    except ValueError:
        raise ShapeError(
            f"the rows of {name} have different lengths.", "course_utils.text.windows.pad(rows)."
        ) from None
    if array.size == 0 and array.dtype.kind in "fO":
        array = array.astype(np.int64)  # np.asarray([]) is float
    if array.ndim != ndim:
        rows = f"one row at a time: for row in {name}." if array.ndim == ndim + 1 else None
        raise ShapeError(
            f"{name} must have {ndim} {'axis' if ndim == 1 else 'axes'}, got shape {array.shape}.",
            rows or f"pass {'a list of ids' if ndim == 1 else 'an array (B, T) of ids'}.",
        )
    if array.dtype.kind not in "iu":
        raise CourseError(
            f"{name} must be whole numbers, got {array.dtype}.",
            "encode text first: tokenizer.encode(text)."
            if array.dtype.kind in "USO"
            else "take argmax of probabilities; .astype(int) for floats that hold whole numbers.",
        )
    if size is not None and array.size:
        outside = np.flatnonzero((array.ravel() < 0) | (array.ravel() >= size))
        if outside.size:
            at = int(outside[0])
            raise CourseError(
                f"{name}: number {at} is {array.ravel()[at]}, outside the vocabulary "
                f"0..{size - 1} ({outside.size} of {array.size} are).",
                "use the tokenizer that the ids, or the model that wrote them, were made with.",
            )
    return array
