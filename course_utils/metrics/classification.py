"""Metrics for predicted classes."""

import numpy as np

from course_utils.errors import CourseError, ShapeError


def accuracy(predicted, labels):
    """The share of examples whose predicted class is the true one.

    Args:
        predicted: classes, not probabilities: bools or whole numbers, any shape.
        labels: the true classes, the same shape.

    Returns:
        float in [0, 1].

    Raises:
        ShapeError: the shapes differ, or there are no examples.
        CourseError: a prediction is no whole number. A probability almost never equals a
            label, so comparing them would report 0 for a good model.
    """
    predicted, labels = np.asarray(predicted), np.asarray(labels)
    if predicted.shape != labels.shape or not labels.size:
        raise ShapeError(
            f"predicted classes are {predicted.shape}, labels are {labels.shape}.",
            "give one predicted class per label, and at least one label.",
        )
    whole = np.asarray(predicted, dtype=float)
    if (whole != np.round(whole)).any():
        strange = whole[whole != np.round(whole)].flat[0]
        raise CourseError(
            f"accuracy compares classes, but one prediction is {strange:.3f}.",
            "decide first: probability > 0.5 for two classes, argmax for more.",
        )
    return float(np.mean(predicted == labels))
