"""Which class is taken for which: the table that all counts about classes come from."""

import numpy as np

from course_utils.errors import CourseError, ShapeError


def confusion_matrix(labels, predictions, classes=None):
    """Count how often each true class was given each prediction.

    Args:
        labels: the true classes, any shape: bools or whole numbers from 0 to K - 1.
        predictions: the predicted classes, the same shape.
        classes: K; None takes the largest number in either array plus 1. Say it when a class
            may be absent, so that the matrix keeps its size.

    Returns:
        int64 (K, K): row = true class, column = predicted class. The diagonal is what was
        right, a row sums to the examples of its class, all of it to the number of examples.

    Raises:
        ShapeError: the shapes differ, or there are no examples.
        CourseError: something is no whole number, or lies outside 0 to K - 1; `classes` is no
            whole number above 0.
    """
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    if labels.shape != predictions.shape or not labels.size:
        raise ShapeError(
            f"labels are {labels.shape}, predictions are {predictions.shape}.",
            "decide first, with predictions.argmax(axis=-1)."
            if predictions.ndim == labels.ndim + 1
            else "give one predicted class per label, and at least one label.",
        )
    if classes is not None and not (isinstance(classes, int | np.integer) and classes > 0):
        raise CourseError(
            f"classes is {classes!r}, but it is a number of classes.", "len(names), for example."
        )
    labels, predictions = _whole(labels, "label"), _whole(predictions, "prediction")
    count = max(labels.max(), predictions.max()) + 1 if classes is None else classes
    for numbers, name in ((labels, "label"), (predictions, "prediction")):
        if numbers.min() < 0 or numbers.max() >= count:
            strange = numbers[(numbers < 0) | (numbers >= count)][0]
            raise CourseError(
                f"{name} {strange} is not one of the classes 0 to {count - 1}.",
                "count classes from 0, and give `classes` as their number.",
            )
    pairs = np.bincount(count * labels + predictions, minlength=count**2)
    return pairs.reshape(count, count).astype(np.int64)


def _whole(numbers, name):
    """The numbers as int64 (N,); refuses fractions, NaN and words."""
    if numbers.dtype.kind not in "biuf":
        raise CourseError(
            f"each {name} must be a number, but the first is {str(numbers.flat[0])!r}.",
            "number the names: np.unique(names, return_inverse=True)[1].",
        )
    whole = numbers.ravel().astype(np.int64) if numbers.dtype.kind != "f" else None
    if whole is None:
        strange = numbers[numbers != np.round(numbers)]  # NaN differs from itself
        strange = strange if strange.size else numbers[np.isinf(numbers)]
        if strange.size:
            raise CourseError(
                f"a {name} is {strange.flat[0]:.3f}, but classes are whole numbers.",
                "decide first: probability > 0.5 for two classes, argmax for more.",
            )
        whole = numbers.ravel().astype(np.int64)
    return whole
