"""Attacks on a classifier, and training against them. Measured in the largest pixel change.

A model maps images (N, H, W, C) in [0, 1] to logits (N, K). An attack may move each pixel's
channels by at most `epsilon` and returns images in [0, 1]; that it fails proves little, for
stronger ones exist. Attacks use the model in inference mode.
"""

import keras
import numpy as np
from keras import ops

from course_utils.errors import CourseError, ShapeError
from course_utils.train.input_gradient import parts, score_gradient


def fgsm(model, images, labels, epsilon):
    """One step of size `epsilon` uphill in the loss: the fast gradient sign method.

    Args:
        model: Keras model, (N, H, W, C) -> logits (N, K).
        images: float array (N, H, W, C) in [0, 1].
        labels: whole numbers (N,), the true classes.
        epsilon: largest change of a channel, from 0 (none) to 1.

    Returns:
        Array (N, H, W, C) in [0, 1], of Keras's float type.

    Raises:
        ShapeError: images are not (N, H, W, C), or labels not (N,).
        CourseError: epsilon or a pixel lies outside [0, 1].
        EnvironmentNotReady: Keras does not run on TensorFlow.

    Source: I. Goodfellow, J. Shlens, C. Szegedy 2014, "Explaining and Harnessing Adversarial
    Examples", arXiv:1412.6572, section 4.
    """
    images, labels = _checked(images, labels, epsilon)
    moved = [_climb(model, images[rows], labels[rows], epsilon) for rows in parts(len(images))]
    return ops.convert_to_numpy(ops.concatenate(moved))


def pgd(model, images, labels, epsilon, *, steps=5, step=None, seed=0):
    """Several smaller steps uphill, brought back after each to at most `epsilon` from the image.

    Args:
        model, images, labels, epsilon: as in `fgsm`.
        steps: how many.
        step: size of one; None takes 2.5 * epsilon / steps, which can reach every corner.
        seed: of the random place within the reach at which it begins.

    Returns, raises: as `fgsm`.

    Source: A. Madry et al. 2017, "Towards Deep Learning Models Resistant to Adversarial
    Attacks", arXiv:1706.06083, section 2.1.
    """
    images, labels = _checked(images, labels, epsilon)
    step = 2.5 * epsilon / steps if step is None else step
    low, high = np.maximum(images - epsilon, 0), np.minimum(images + epsilon, 1)
    start = np.random.default_rng(seed).uniform(-epsilon, epsilon, images.shape)
    moved = np.clip(images + start.astype(images.dtype), low, high)
    for rows in parts(len(images)):
        for _ in range(steps):
            uphill = _climb(model, moved[rows], labels[rows], step)
            moved[rows] = np.clip(ops.convert_to_numpy(uphill), low[rows], high[rows])
    return moved


class AdversarialTraining(keras.Model):
    """Trains `model` on every batch together with an attacked copy of it.

    Args:
        model: Keras model, (N, H, W, C) -> logits (N, K). Its own weights are trained;
            use it by itself afterwards.
        epsilon: reach of the attack, that of `fgsm`.

    Compile and fit it like any model, with integer labels. Each batch of N becomes 2N: the
    images, then `fgsm` of them with the weights of the moment. Metrics are over both halves.

    Cost: about three times that of plain training per batch: one pass forwards and backwards
    to find the attack, one of double size to learn.

    Source: Goodfellow et al. 2014, arXiv:1412.6572, section 6, with both halves weighted alike.
    """

    def __init__(self, model, epsilon, **options):
        super().__init__(**options)
        self.model, self.epsilon = model, epsilon

    def call(self, x, training=None):
        return self.model(x, training=training)

    def train_step(self, data):
        """One step on (images (N, H, W, C), labels (N,)), as Keras calls it."""
        images, labels = data
        attacked = _climb(self.model, images, labels, self.epsilon)
        both = ops.concatenate([images, attacked]), ops.concatenate([labels, labels])
        return super().train_step(both)


def _climb(model, images, labels, step):
    """`images`, each channel moved by `step` in the direction that raises the loss."""

    def run(x):
        logits = model(x, training=False)
        loss = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
        return loss, x

    gradient = score_gradient(run, images)[2]
    return ops.clip(images + step * ops.sign(gradient), 0.0, 1.0)


def _checked(images, labels, epsilon):
    images, labels = np.asarray(images, dtype=keras.config.floatx()), np.asarray(labels)
    if images.ndim != 4 or labels.shape != images.shape[:1]:
        raise ShapeError(
            f"images are {images.shape}, labels are {labels.shape}.",
            "give images (N, H, W, C) and one label per image.",
        )
    if not 0 <= epsilon <= 1 or images.min() < 0 or images.max() > 1:
        raise CourseError(
            f"epsilon is {epsilon:g} and pixels run from {images.min():g} to {images.max():g}.",
            "both belong between 0 and 1: divide images of 0 to 255 by 255.",
        )
    return images, labels
