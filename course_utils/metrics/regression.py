"""Metrics for predicted numbers."""

import numpy as np

from course_utils.errors import CourseError, ShapeError


def r2(predicted, target):
    """The share of the target's variance that the predictions explain.

    1 is perfect, 0 is as good as always saying the mean of `target`, and below 0 is worse.

    Args:
        predicted: array of any shape.
        target: array of the same shape, in the same unit.

    Returns:
        float, at most 1; dimensionless.

    Raises:
        ShapeError: the shapes differ.
        CourseError: all targets are equal, so that there is no variance to explain.
    """
    predicted, target = np.asarray(predicted, dtype=float), np.asarray(target, dtype=float)
    if predicted.shape != target.shape:
        raise ShapeError(
            f"predictions are {predicted.shape} but targets are {target.shape}.",
            "give both one shape, for example predicted[:, 0].",
        )
    spread = np.sum((target - target.mean()) ** 2)
    if spread == 0:
        raise CourseError(
            f"all {target.size} targets are equal, so R2 divides by zero.",
            "report the mean squared error instead.",
        )
    return float(1.0 - np.sum((target - predicted) ** 2) / spread)
