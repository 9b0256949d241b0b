"""The ROC curve: everything a score can do when its threshold is moved, and the area below it."""

import numpy as np

from course_utils.errors import CourseError, ShapeError


def roc_curve(labels, scores):
    """Follow the two error rates while the threshold sinks from above all scores to the lowest.

    At threshold t every example with score >= t is called positive. Examples with equal scores
    enter together, at one point of the curve: no order between them is made up.

    Args:
        labels: array (N,) of 0 and 1, or bools; both must occur.
        scores: array (N,), larger = more likely 1. Probabilities or logits: only their order
            matters.

    Returns:
        (false_positive_rate, true_positive_rate, thresholds), float64 (M,) each, with M - 1
        the number of different scores. The first point is (0, 0) at threshold infinity, the
        last is (1, 1). It is scikit-learn's curve with `drop_intermediate=False`.

    Raises:
        ShapeError: the arrays are not (N,) and (N,) with N at least 1.
        CourseError: a label is not 0 or 1, only one class occurs, or a score is not finite.

    Source: Fawcett 2006, "An introduction to ROC analysis", Pattern Recognition Letters 27,
    algorithm 1.
    """
    positive, scores = _checked(labels, scores)
    order = np.argsort(-scores, kind="stable")
    positive, scores = positive[order], scores[order]
    # The last place of every run of equal scores; the very last place is always one.
    ends = np.append(np.flatnonzero(scores[1:] != scores[:-1]), len(scores) - 1)
    true = np.cumsum(positive)[ends]
    false = 1 + ends - true
    return (
        np.append(0.0, false / false[-1]),
        np.append(0.0, true / true[-1]),
        np.append(np.inf, scores[ends]),
    )


def auc(x, y):
    """The area below the straight lines that join the points (x, y), by trapezoids.

    Args:
        x: array (M,), never falling. y: array (M,). M is at least 2.

    Raises:
        ShapeError: the arrays are not (M,) and (M,) with M at least 2.
        CourseError: `x` falls somewhere, or a number is not finite.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape or len(x) < 2:
        raise ShapeError(
            f"x is {x.shape} and y is {y.shape}.", "give two arrays of the same two or more points."
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise CourseError(
            "a coordinate is not a finite number.",
            "pass the two rates; thresholds begin with infinity.",
        )
    if (np.diff(x) < 0).any():
        place = int(np.flatnonzero(np.diff(x) < 0)[0]) + 1
        raise CourseError(
            f"x falls from {x[place - 1]:g} to {x[place]:g} at place {place}.",
            "sort the points by x, and give x before y.",
        )
    return float(np.trapezoid(y, x))


def roc_auc(labels, scores):
    """The area below the ROC curve, in [0, 1].

    It is the chance that a random positive example scores higher than a random negative one,
    ties counted as half. 0.5 is guessing; below 0.5 the score points the wrong way.

    Args and errors: as for `roc_curve`.
    """
    return auc(*roc_curve(labels, scores)[:2])


def _checked(labels, scores):
    labels, scores = np.asarray(labels), np.asarray(scores, dtype=float)
    if labels.ndim != 1 or labels.shape != scores.shape or not labels.size:
        raise ShapeError(
            f"labels are {labels.shape} and scores {scores.shape}; expected (N,) and (N,).",
            "give one score per example: probabilities[:, 1] of a two-column softmax, "
            "or z[:, 0] of a single logit.",
        )
    if not np.isin(labels, (0, 1)).all():
        strange = labels[~np.isin(labels, (0, 1))][0]
        raise CourseError(
            f"a ROC curve needs labels 0 and 1, but one is {strange.item()!r}.",
            "compare one class with the rest: labels == 3.",
        )
    if not np.isfinite(scores).all():
        strange = scores[~np.isfinite(scores)][0]
        raise CourseError(
            f"a score is {strange}, which has no place in an order.",
            "look for overflow or a division by zero in the model.",
        )
    positive = labels.astype(bool)
    if positive.all() or not positive.any():
        raise CourseError(
            f"all {len(labels)} labels are {int(positive[0])}, so one of the two rates divides "
            "by zero.",
            "keep both classes in every fold: split each class separately.",
        )
    return positive, scores
