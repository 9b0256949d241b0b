"""Who may look at whom: boolean masks for attention, True = may be looked at.

Row = the position that asks (T of them), column = the position that is read (S of them). Every
mask here is (T, S) or broadcasts to (B, H, T, S), as Keras's `attention_mask` does.
"""

from functools import reduce

import numpy as np

from course_utils.errors import CourseError, ShapeError
from course_utils.text.ids import need_ids


def causal_mask(T):
    """Nobody sees the future: bool (T, T), True where column <= row.

    Raises:
        CourseError: T is no whole number of at least 1.
    """
    if not isinstance(T, int | np.integer) or isinstance(T, bool) or T < 1:
        raise CourseError(f"T is {T!r}, but it counts positions: 1, 2, ...", "causal_mask(4).")
    return np.tri(T, dtype=bool)


def padding_mask(ids, pad=0):
    """Nobody looks at padding: bool (B, 1, 1, S), True where `ids` (B, S) is not `pad`.

    Raises:
        ShapeError: `ids` is not (B, S).
    """
    return (need_ids(ids, ndim=2) != pad)[:, None, None, :]


def combine(*masks):
    """True where every mask says True; None stands for a mask without restrictions.

    Returns:
        bool array of the masks' common shape, or None if all are None.

    Raises:
        ShapeError: the shapes do not broadcast together.
        CourseError: a mask is not boolean.
    """
    masks = [np.asarray(mask) for mask in masks if mask is not None]
    for mask in masks:
        if mask.dtype != bool:
            raise CourseError(
                f"a mask must be boolean, got {mask.dtype}.",
                "mask.astype(bool) if 1 means visible; mask == 0 if it is added to scores.",
            )
    try:
        return reduce(np.logical_and, masks) if masks else None
    except ValueError:
        shapes = " and ".join(str(mask.shape) for mask in masks)
        raise ShapeError(
            f"masks of shape {shapes} do not fit together.",
            "(T, S) for all rows, (B, 1, 1, S) for padding.",
        ) from None
