"""Normalisation: give numbers mean 0 and variance 1, then a scale and a shift that learn.

The two layers differ only in what is averaged. `BatchNorm` compares one feature across the
examples, so an example's output depends on its batch, and for use alone it needs averages
remembered from training. `LayerNorm` compares the features of one example, so it does the
same in training and in use, and a batch of one is enough.
"""

import numpy as np

from course_utils.errors import CourseError, ShapeError


class BatchNorm:
    """Normalise every feature with the mean and variance it has in this batch.

    Args:
        features: D, the size of the last axis.
        momentum: in [0, 1); what share of the running averages is kept at each batch.
        epsilon: added to the variance, > 0, so that a feature that never varies gives 0.

    Parameters:
        "gamma": float64 (D,), the new standard deviation, starts at 1.
        "beta": float64 (D,), the new mean, starts at 0.

    `running_mean` and `running_variance`, (D,), do not learn by gradient: each batch in
    training moves them by `new = momentum * old + (1 - momentum) * batch`. They start at 0
    and 1, so after n batches a share momentum**n of them is still that start.

    Input:
        x: array (N, D) or with more axes between, such as (N, H, W, D). All axes but the last
            are averaged: in a picture every pixel counts as an example.
        training: True uses and remembers the batch's statistics; False uses the running ones
            and changes nothing.

    Output:
        float64, the shape of `x`.

    Raises:
        ShapeError: `x` has fewer than two axes, not D features, or no examples; `features` is
            below 1; `backward` gets something that is not shaped like `x`.
        CourseError: `momentum` or `epsilon` is out of range.

    One example of shape (1, D) has variance 0. As in Keras that is no error: in training the
    output is `beta` whatever `x` was, the gradient to `x` is exactly 0, and the running
    variance shrinks towards 0. Nothing can be learnt below such a layer: use larger batches.

    The variance divides by the count, not the count minus 1, also in the running average; so
    does Keras. PyTorch divides its running variance by the count minus 1.

    Source: Ioffe and Szegedy 2015, "Batch Normalization", arXiv:1502.03167, algorithm 1;
    running averages instead of the paper's second pass over the data, as in Keras.
    """

    def __init__(self, features, momentum=0.99, epsilon=1e-3):
        if not 0 <= momentum < 1:
            raise CourseError(
                f"momentum is {momentum}: at 1 or more the averages never see a batch.",
                "choose 0 <= momentum < 1; 0.9 remembers about ten batches.",
            )
        self.params, self.epsilon = _scale_and_shift(features, epsilon)
        self.grads, self._saved = {}, None
        self.momentum = momentum
        self.running_mean, self.running_variance = np.zeros(features), np.ones(features)

    def forward(self, x, training=True):
        x = _with_features(x, len(self.params["gamma"]))
        axes = tuple(range(x.ndim - 1))
        if training:
            mean, variance = x.mean(axes), x.var(axes)  # (D,)
            kept = self.momentum
            self.running_mean = kept * self.running_mean + (1 - kept) * mean
            self.running_variance = kept * self.running_variance + (1 - kept) * variance
        else:
            mean, variance = self.running_mean, self.running_variance
        scale = 1.0 / np.sqrt(variance + self.epsilon)  # (D,)
        standard = (x - mean) * scale
        self._saved = standard, scale, axes if training else None
        return self.params["gamma"] * standard + self.params["beta"]

    def backward(self, dy):
        """Fill `grads` and return d(loss)/dx, the shape of x.

        After `forward(x, training=True)` the mean and the variance are functions of x too, and
        examples share a gradient. After `training=False` both are constants.
        """
        standard, scale, axes = self._saved
        self.grads = _parameter_gradients(dy, standard)
        return _input_gradient(dy * self.params["gamma"], standard, scale, axes)


class LayerNorm:
    """Normalise every example with the mean and variance of its own features.

    Args:
        features: D, the size of the last axis.
        epsilon: added to the variance, > 0, so that equal features give 0.

    Parameters:
        "gamma": float64 (D,), starts at 1. "beta": float64 (D,), starts at 0.

    Input:
        x: array (N, D) or with more axes between, such as (B, T, D). The last axis alone is
            averaged; training and use are the same.

    Output:
        float64, the shape of `x`. With a single feature it is `beta`.

    Raises:
        ShapeError, CourseError: as for `BatchNorm`.

    Source: Ba, Kiros and Hinton 2016, "Layer Normalization", arXiv:1607.06450, section 3.
    """

    def __init__(self, features, epsilon=1e-3):
        self.params, self.epsilon = _scale_and_shift(features, epsilon)
        self.grads, self._saved = {}, None

    def forward(self, x):
        x = _with_features(x, len(self.params["gamma"]))
        mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)  # (..., 1)
        scale = 1.0 / np.sqrt(variance + self.epsilon)
        standard = (x - mean) * scale
        self._saved = standard, scale
        return self.params["gamma"] * standard + self.params["beta"]

    def backward(self, dy):
        """Fill `grads` and return d(loss)/dx, the shape of x."""
        standard, scale = self._saved
        self.grads = _parameter_gradients(dy, standard)
        return _input_gradient(dy * self.params["gamma"], standard, scale, -1)


def _scale_and_shift(features, epsilon):
    if features < 1:
        raise ShapeError(f"{features} features cannot be normalised.", "give at least one.")
    if not epsilon > 0:
        raise CourseError(
            f"epsilon is {epsilon}: a feature without variance would divide by zero.",
            "choose a small positive number, such as 1e-3.",
        )
    return {"gamma": np.ones(features), "beta": np.zeros(features)}, epsilon


def _with_features(x, features):
    x = np.asarray(x, dtype=float)
    if x.ndim < 2 or x.shape[-1] != features or not x.size:
        raise ShapeError(
            f"expected x of shape (N, ..., {features}) with N at least 1, got {x.shape}.",
            "make one example a row of its own with x[None]."
            if x.shape == (features,)
            else "the last axis holds the features; in pictures, the channels.",
        )
    return x


def _parameter_gradients(dy, standard):
    if np.shape(dy) != standard.shape:
        raise ShapeError(
            f"expected dy of shape {standard.shape}, got {np.shape(dy)}.",
            "the gradient of an output has the shape of that output.",
        )
    examples = tuple(range(standard.ndim - 1))
    return {"gamma": (dy * standard).sum(examples), "beta": np.sum(dy, examples)}


def _input_gradient(dstandard, standard, scale, axes):
    """From d(loss)/d(standard) to d(loss)/dx; `axes` is what was averaged, or None.

    Raising all x alike moves the mean and nothing else, and stretching them moves the variance
    and nothing else: what points in these two directions is taken out of the gradient.
    """
    if axes is None:
        return scale * dstandard
    shift = dstandard.mean(axes, keepdims=True)
    stretch = standard * (dstandard * standard).mean(axes, keepdims=True)
    return scale * (dstandard - shift - stretch)
