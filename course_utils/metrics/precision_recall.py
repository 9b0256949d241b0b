"""Precision, recall and F1: what accuracy hides when some classes are rare."""

from typing import NamedTuple

import numpy as np

from course_utils.errors import CourseError
from course_utils.metrics.confusion import confusion_matrix

AVERAGES = (None, "binary", "macro", "micro", "weighted")


class PrecisionRecallF1(NamedTuple):
    """Three floats, or three arrays (K,), each in [0, 1]."""

    precision: float | np.ndarray
    recall: float | np.ndarray
    f1: float | np.ndarray


def precision_recall_f1(labels, predictions, average=None, classes=None):
    """Say for each class, or on average, how far a prediction and a label can be trusted.

    Precision: of those called k, the share that is k. Recall: of those that are k, the share
    called k. F1 is their harmonic mean, 2 p r / (p + r): near the smaller of the two.

    Args:
        labels: the true classes, any shape: bools or whole numbers from 0 to K - 1.
        predictions: the predicted classes, the same shape.
        average: None: no average, arrays (K,). "binary": class 1 alone, of two classes.
            "macro": the mean over classes, each counted alike. "weighted": the mean with every
            class counted as often as it occurs in `labels`. "micro": all decisions in one pot;
            with one label per example all three are then the accuracy.
        classes: K; None takes the largest number found plus 1 ("binary": 2).

    Returns:
        PrecisionRecallF1.

    A share of nothing is 0: the precision of a class that is never predicted, the recall of a
    class that never occurs, the F1 of a class without a hit. "macro" counts these zeros, so a
    class that is absent from both arrays, but below K, pulls it down. That is scikit-learn's
    `labels=range(K), zero_division=0`.

    Raises:
        ShapeError, CourseError: as for `confusion_matrix`; an unknown average; "binary" with
            more than two classes.

    Source: Van Rijsbergen 1979, "Information Retrieval", chapter 7. Macro F1 is the mean of the
    F1 values, not the F1 of the means; both are found in papers.
    """
    if average not in AVERAGES:
        raise CourseError(
            f"there is no average {average!r}.",
            f"choose from {', '.join(map(str, AVERAGES))}.",
        )
    matrix = confusion_matrix(labels, predictions, classes)
    if average == "binary" and classes is None and len(matrix) == 1:
        matrix = np.pad(matrix, (0, 1))  # nobody is 1 and nobody was called 1
    if average == "binary" and len(matrix) != 2:
        raise CourseError(
            f"'binary' is about two classes, but there are {len(matrix)}.",
            "use 'macro', 'micro' or 'weighted', or compare with one class: labels == 3.",
        )
    hits, called, real = np.diag(matrix), matrix.sum(axis=0), matrix.sum(axis=1)  # (K,) each
    if average == "micro":
        hits, called, real = hits.sum(), called.sum(), real.sum()
    found = _share(hits, called), _share(hits, real), _share(2 * hits, called + real)
    if average is None:
        return PrecisionRecallF1(*found)
    if average == "binary":
        return PrecisionRecallF1(*(float(values[1]) for values in found))
    weights = real if average == "weighted" else None
    return PrecisionRecallF1(*(float(np.average(values, weights=weights)) for values in found))


def _share(part, whole):
    """part / whole, and 0 where there is nothing to share."""
    return part / np.maximum(whole, 1)  # counts: where whole is 0, part is 0 too
