"""Losses: one number that says how wrong predictions are, and its gradient.

Every loss is a pair: `name(predicted, target)` returns a float, the mean over all elements,
and `name_gradient(predicted, target)` returns d(value)/d(predicted), the shape of
`predicted`. Both refuse predictions and targets of different shapes: (N, 1) against (N,)
would broadcast to (N, N) and give a wrong number without a word.

The loss for K classes takes logits (N, K) and labels (N,), whole numbers from 0 to K - 1; it
is the mean over the N examples. It refuses one-hot rows and labels out of range.
"""

import numpy as np

from course_utils.errors import CourseError, ShapeError
from course_utils.scratch.activations import sigmoid


def mean_squared_error(predicted, target):
    """The mean of the squared differences, in the target's unit squared."""
    predicted, target = _same_shape(predicted, target)
    return float(np.mean((predicted - target) ** 2))


def mean_squared_error_gradient(predicted, target):
    """2 / size * (predicted - target)."""
    predicted, target = _same_shape(predicted, target)
    return 2.0 / predicted.size * (predicted - target)


def binary_cross_entropy_from_logits(logits, target):
    """The mean surprise, in nats, at targets in [0, 1] when sigmoid(logits) was predicted.

    For one example -y log(p) - (1 - y) log(1 - p) with p = sigmoid(z) equals
    max(z, 0) - z y + log(1 + exp(-|z|)): the same number, but no overflow and no log(0).

    Source: the loss is Bishop 2006, "Pattern Recognition and Machine Learning", eq. 4.90;
    the stable form is that of `tf.nn.sigmoid_cross_entropy_with_logits`.
    """
    z, y = _same_shape(logits, target)
    return float(np.mean(np.maximum(z, 0.0) - z * y + np.log1p(np.exp(-np.abs(z)))))


def binary_cross_entropy_from_logits_gradient(logits, target):
    """(sigmoid(logits) - target) / size: the error itself, whatever the logit."""
    z, y = _same_shape(logits, target)
    return (sigmoid(z) - y) / z.size


def softmax(z):
    """Turn logits (..., K) into probabilities (..., K) that sum to 1 along the last axis.

    The largest logit is subtracted first: exp(1000) overflows, exp(0) does not, and the
    ratios are unchanged.
    """
    z = np.asarray(z, dtype=float)
    shares = np.exp(z - z.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def softmax_cross_entropy_from_logits(logits, labels):
    """The mean surprise, in nats, at `labels` when softmax(logits) was predicted.

    For one example -log p_y = log(sum_k exp(z_k)) - z_y. Softmax and logarithm are fused:
    with the largest logit subtracted nothing overflows and no log(0) is taken.

    Args:
        logits: array (N, K), any real numbers. Not probabilities: that would be softmax twice.
        labels: whole numbers (N,), each from 0 to K - 1.

    Raises:
        ShapeError: the shapes do not fit.
        CourseError: labels are not whole numbers, or one is out of range.

    Source: Bishop 2006, "Pattern Recognition and Machine Learning", eq. 4.108.
    """
    z, labels = _logits_and_labels(logits, labels)
    z = z - z.max(axis=1, keepdims=True)
    right = z[np.arange(len(z)), labels]
    return float(np.mean(np.log(np.exp(z).sum(axis=1)) - right))


def softmax_cross_entropy_from_logits_gradient(logits, labels):
    """(softmax(logits) - one-hot labels) / N, shape (N, K); each row sums to 0."""
    z, labels = _logits_and_labels(logits, labels)
    gradient = softmax(z)
    gradient[np.arange(len(z)), labels] -= 1.0
    return gradient / len(z)


def _logits_and_labels(logits, labels):
    z, labels = np.asarray(logits, dtype=float), np.asarray(labels)
    if z.ndim != 2 or not z.size or labels.shape != z.shape[:1]:
        raise ShapeError(
            f"logits are {z.shape} and labels {labels.shape}; expected (N, K) and (N,).",
            "give one row of logits and one class number per example; for one-hot rows, "
            "labels.argmax(axis=1).",
        )
    if labels.dtype.kind not in "iu":
        raise CourseError(
            f"labels are {labels.dtype}, not whole numbers.", "labels.astype(int), if they count."
        )
    if labels.min() < 0 or labels.max() >= z.shape[1]:
        wrong = labels[(labels < 0) | (labels >= z.shape[1])][0]
        raise CourseError(
            f"label {wrong} is out of range: {z.shape[1]} logits serve classes 0 to "
            f"{z.shape[1] - 1}.",
            "count classes from 0, and give the last layer one output per class.",
        )
    return z, labels


def _same_shape(predicted, target):
    predicted, target = np.asarray(predicted, dtype=float), np.asarray(target, dtype=float)
    if predicted.shape != target.shape:
        raise ShapeError(
            f"predictions are {predicted.shape} but targets are {target.shape}.",
            "give both one shape, for example target[:, None] or predicted[:, 0].",
        )
    return predicted, target
