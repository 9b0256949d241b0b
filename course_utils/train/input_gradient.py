"""How a score changes with a picture: gradients at an input or at a feature map.

Training asks for the gradient at the weights. Explaining and attacking a model ask for it
somewhere on the way from the picture to the answer. Keras 3 has no operation for that, so
this file speaks to TensorFlow, and is the only place that does so for both.
"""

import keras

from course_utils.errors import EnvironmentNotReady

PART = 250  # examples whose activations are held at one time: about 0.1 GB for small networks


def parts(count, size=PART):
    """Slices that cut `count` examples into parts of at most `size`, in order."""
    return [slice(start, start + size) for start in range(0, count, size)]


def score_gradient(run, x):
    """Gradient of each example's score at a place of the reader's choice.

    Args:
        run: function of a float tensor x (N, ...). It returns (scores, place): one score
            per example, (N,), which depends on its own example only (inference mode), and
            the tensor (N, ...) at which the gradient is wanted: x itself or a feature map
            on the way to the scores.
        x: float array or tensor (N, ...).

    Returns:
        Tensors (scores, place, gradient), the last with the shape of `place`. As no example
        touches another's score, the gradient of their sum holds each example's own. It is 0
        where the score does not depend on the place.

    Raises:
        EnvironmentNotReady: Keras does not run on TensorFlow.
    """
    if keras.backend.backend() != "tensorflow":
        raise EnvironmentNotReady(
            f"gradients at the input need TensorFlow, but Keras runs on {keras.backend.backend()}.",
            "set KERAS_BACKEND=tensorflow before Python starts.",
        )
    import tensorflow as tf

    x = tf.convert_to_tensor(x)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        scores, place = run(x)
    gradient = tape.gradient(scores, place)
    return scores, place, tf.zeros_like(place) if gradient is None else gradient
