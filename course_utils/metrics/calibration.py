"""Calibration: does "90 % sure" mean right nine times out of ten?"""

from typing import NamedTuple

import numpy as np

from course_utils.errors import CourseError, ShapeError


class CalibrationBins(NamedTuple):
    """What a reliability diagram shows. Bin m of M covers (m / M, (m + 1) / M].

    `counts` int64 (M,) examples; `confidence` float64 (M,), their mean predicted probability;
    `accuracy` float64 (M,), the share of them that came true. Empty bins have NaN in both.
    """

    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray


def calibration_bins(labels, probabilities, bins=10):
    """Sort predictions into equal intervals of probability and compare promise with truth.

    Args:
        labels: whole numbers (N,), the true classes.
        probabilities: array (N, K), rows that sum to 1: the confidence of an example is its
            largest probability, and it came true if that is its label's. Or (N,), the
            probability of class 1 of two: it came true if the label is 1. The two views
            differ: two columns know no confidence below one half.
        bins: M, at least 1. A probability on an edge belongs to the bin below, 0 to the first.

    Returns:
        CalibrationBins.

    Raises:
        ShapeError: the shapes do not fit, or there are no examples.
        CourseError: a number is no probability, rows do not sum to 1 (within 0.001, for
            16-bit softmax), a label is out of range or no whole number, or `bins` is below 1.

    Source: Guo, Pleiss, Sun and Weinberger 2017, "On Calibration of Modern Neural Networks",
    arXiv:1706.04599, section 2.
    """
    confidence, came_true = _promises(labels, probabilities)
    if not (isinstance(bins, int | np.integer) and bins > 0):
        raise CourseError(f"{bins} bins cannot be filled.", "choose a whole number, such as 10.")
    edges = np.linspace(0.0, 1.0, bins + 1)
    places = np.searchsorted(edges[1:-1], confidence, side="left")
    counts = np.bincount(places, minlength=bins)
    filled = np.where(counts, counts, np.nan)  # 0 / 0 would warn; NaN says "no examples"
    return CalibrationBins(
        counts.astype(np.int64),
        np.bincount(places, confidence, bins) / filled,
        np.bincount(places, came_true, bins) / filled,
    )


def expected_calibration_error(labels, probabilities, bins=10):
    """The mean distance between confidence and accuracy over the bins, weighted by counts.

    0 is perfectly calibrated, at most 1. It depends on `bins`: few hide errors that cancel
    inside a bin, many make small counts look like errors. Compare only with the same number.

    Args, errors and source: as for `calibration_bins`; equation 3.
    """
    counts, confidence, accuracy = calibration_bins(labels, probabilities, bins)
    filled = counts > 0
    gaps = np.abs(accuracy - confidence)[filled]
    return float(np.average(gaps, weights=counts[filled]))


def _promises(labels, probabilities):
    """(confidence, came_true), float (N,) and bool (N,), of either kind of probabilities."""
    labels, p = np.asarray(labels), np.asarray(probabilities, dtype=float)
    if p.ndim not in (1, 2) or labels.shape != p.shape[:1] or not p.size:
        raise ShapeError(
            f"labels are {labels.shape} and probabilities {p.shape}; expected (N,) and (N, K) "
            "or (N,).",
            "give one class number per row; for one-hot rows, labels.argmax(axis=1).",
        )
    # A float32 softmax may exceed 1 by a rounding error.
    if not ((p >= 0) & (p <= 1 + 1e-6)).all():
        strange = p[~((p >= 0) & (p <= 1 + 1e-6))].flat[0]
        raise CourseError(
            f"{strange:.3g} is no probability.", "pass softmax(logits) or sigmoid(logits)."
        )
    if p.ndim == 2 and np.abs(p.sum(axis=1) - 1).max() > 1e-3:
        worst = p.sum(axis=1)[np.abs(p.sum(axis=1) - 1).argmax()]
        raise CourseError(
            f"the probabilities of an example sum to {worst:.3f}.",
            "softmax along the last axis makes rows that sum to 1.",
        )
    classes = p.shape[1] if p.ndim == 2 else 2
    if not np.isin(labels, np.arange(classes)).all():
        strange = labels[~np.isin(labels, np.arange(classes))][0]
        raise CourseError(
            f"label {strange.item()!r} is not one of the classes 0 to {classes - 1}.",
            "give the number of the true class of every example.",
        )
    if p.ndim == 1:
        return p, labels == 1
    return p.max(axis=1), p.argmax(axis=1) == labels
