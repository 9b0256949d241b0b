"""Heat maps that say which pixels an answer depends on: saliency and Grad-CAM.

A model maps images (N, H, W, C) to logits (N, K). Maps are NumPy float32, unscaled. How far
they can be trusted is measured by `course_utils.metrics.pointing`, not by the eye.
"""

import keras
import numpy as np
from keras import ops

from course_utils.errors import ShapeError, UsageError
from course_utils.train.input_gradient import parts, score_gradient


def saliency(model, images, classes=None):
    """How strongly each pixel moves the logit of a class when it changes a little.

    Args:
        model: Keras model, (N, H, W, C) -> logits (N, K).
        images: float array (N, H, W, C).
        classes: whole numbers (N,), the logits to explain; None takes each image's own answer.

    Returns:
        float32 array (N, H, W): the largest |d logit / d pixel| among the C channels.

    Raises:
        ShapeError: images are not (N, H, W, C), or there is not one class per image.
        EnvironmentNotReady: Keras does not run on TensorFlow.

    Source: K. Simonyan, A. Vedaldi, A. Zisserman 2013, "Deep Inside Convolutional Networks",
    arXiv:1312.6034, section 3.1.
    """
    images, classes = _checked(images, classes)

    def part(rows):
        def run(x):
            return _logit(model(x, training=False), classes[rows]), x

        gradient = score_gradient(run, images[rows])[2]
        return np.abs(ops.convert_to_numpy(gradient)).max(axis=-1)

    return np.concatenate([part(rows) for rows in parts(len(images))])


def grad_cam(model, images, layer, classes=None):
    """Where the feature maps of one layer speak for a class.

    Args:
        model: functional or Sequential Keras model, (N, H, W, C) -> logits (N, K).
        images: float array (N, H, W, C).
        layer: name of the layer whose output (N, h, w, F) is explained, usually the last
            one that still has a place for everything.
        classes: as in `saliency`.

    Returns:
        float32 array (N, h, w), nowhere negative: the feature maps, each weighted by its
        mean gradient, added up, and cut off at 0. `enlarge` brings it to the image's size.

    Raises:
        ShapeError: as in `saliency`, or the layer's output is not (N, h, w, F).
        UsageError: the model has no such layer, or is no functional model.
        EnvironmentNotReady: Keras does not run on TensorFlow.

    Source: R. Selvaraju et al. 2016, "Grad-CAM", arXiv:1610.02391, section 3.
    """
    images, classes = _checked(images, classes)
    both = _features_and_logits(model, layer)

    def part(rows):
        def run(x):
            features, logits = both(x, training=False)
            return _logit(logits, classes[rows]), features

        _, features, gradient = score_gradient(run, images[rows])
        weights = ops.mean(gradient, axis=(1, 2), keepdims=True)  # (N, 1, 1, F)
        return ops.convert_to_numpy(ops.relu(ops.sum(weights * features, axis=-1)))

    return np.concatenate([part(rows) for rows in parts(len(images))])


def enlarge(maps, size):
    """Bring maps (N, h, w) to (N, H, W) with bilinear interpolation.

    Args:
        maps: float array (N, h, w).
        size: (H, W).

    Returns:
        float32 array (N, H, W).

    Raises:
        ShapeError: maps are not (N, h, w).
    """
    maps = np.asarray(maps, dtype="float32")
    if maps.ndim != 3:
        raise ShapeError(f"maps are {maps.shape}.", "give (N, h, w); for one map, map[None].")
    large = ops.image.resize(maps[..., None], tuple(size), interpolation="bilinear")
    return ops.convert_to_numpy(large)[..., 0]


OWN = -1  # stands for "the model's own answer" among the classes


def _checked(images, classes):
    images = np.asarray(images, dtype=keras.config.floatx())
    if images.ndim != 4 or not len(images):
        fix = "add a batch axis with image[None]." if images.ndim == 3 else "one image at least."
        raise ShapeError(f"expected images (N, H, W, C), got {images.shape}.", fix)
    classes = np.full(len(images), OWN) if classes is None else np.asarray(classes)
    if classes.shape != images.shape[:1]:
        raise ShapeError(
            f"{len(images)} images, but classes have shape {classes.shape}.",
            "give one class per image, or None for the model's own answers.",
        )
    return images, classes


def _logit(logits, classes):
    """The logit of each example's class: (N, K) -> (N,)."""
    classes = ops.where(classes == OWN, ops.argmax(logits, axis=-1), classes)
    chosen = ops.one_hot(classes, logits.shape[-1], dtype=logits.dtype)
    return ops.sum(logits * chosen, axis=-1)


def _features_and_logits(model, layer):
    """A model that returns the output of `layer` beside that of `model`."""
    names = [part.name for part in getattr(model, "layers", [])]
    if layer not in names or not getattr(model, "inputs", None):
        raise UsageError(
            f"the model has no layer {layer!r} that can be reached.",
            f"one of {names} of a functional model.",
        )
    output = model.get_layer(layer).output
    if len(output.shape) != 4:
        raise ShapeError(
            f"layer {layer!r} gives {tuple(output.shape)}, which has no height and width.",
            "choose a layer before the pooling over all places: its output is (N, h, w, F).",
        )
    return keras.Model(model.inputs, [output, model.outputs[0]])
