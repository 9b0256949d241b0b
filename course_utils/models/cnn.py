"""The classic convolutional network for small images."""

import keras
from keras import layers

from course_utils.errors import ShapeError

SMALLEST = 10  # pixels: two 3x3 convolutions and two poolings leave one position


def classic_cnn(input_shape=(28, 28, 1), classes=10):
    """Two convolutions with pooling, then two dense layers: (N, H, W, C) -> (N, classes).

    Args:
        input_shape: (H, W, C) of one image, channels last, at least 10 x 10 pixels.
        classes: number of classes, at least 2.

    Returns:
        An uncompiled `keras.Model`. Its input is float (N, H, W, C), best in [0, 1]; its
        output is float32 (N, classes) of **logits**, so compile it with
        `SparseCategoricalCrossentropy(from_logits=True)`. `keras.ops.softmax` turns logits
        into probabilities.

    Raises:
        ShapeError: the shape is not that of an image, the image is too small for the stack,
            or there are fewer than two classes.

    Shapes and parameters for the default, with "valid" padding:

        layer     output          parameters
        conv1     26 x 26 x 32           320
        pool1     13 x 13 x 32
        conv2     11 x 11 x 64        18,496
        pool2      5 x  5 x 64
        flatten          1,600
        dense              128       204,928
        logits              10         1,290
                                     225,034 in all

    Source: the convolution, pooling, dense pattern is LeCun et al. 1998, "Gradient-Based
    Learning Applied to Document Recognition", section II.B (LeNet-5); ReLU and max pooling
    in place of the originals as in Krizhevsky et al. 2012.
    """
    _check(input_shape, classes)
    return keras.Sequential(
        [
            keras.Input(input_shape, name="image"),
            layers.Conv2D(32, 3, activation="relu", name="conv1"),
            layers.MaxPooling2D(2, name="pool1"),
            layers.Conv2D(64, 3, activation="relu", name="conv2"),
            layers.MaxPooling2D(2, name="pool2"),
            layers.Flatten(name="flatten"),
            layers.Dense(128, activation="relu", name="dense"),
            # float32 even under mixed precision: the loss exponentiates what comes out here
            layers.Dense(classes, dtype="float32", name="logits"),
        ],
        name="classic_cnn",
    )


def _check(input_shape, classes):
    if len(input_shape) != 3:
        raise ShapeError(
            f"input_shape is {tuple(input_shape)}, not (height, width, channels).",
            "leave the batch out and give grey images one channel, as in (28, 28, 1).",
        )
    if min(input_shape[:2]) < SMALLEST:
        raise ShapeError(
            f"an image of {input_shape[0]} x {input_shape[1]} pixels has nothing left after two "
            "3x3 convolutions and two poolings.",
            f"enlarge the images to at least {SMALLEST} x {SMALLEST}, for example with "
            "`np.kron(image, np.ones((2, 2)))`.",
        )
    if classes < 2:
        raise ShapeError(
            f"{classes} class{'es' if classes != 1 else ''} to choose from.",
            "give at least 2; a yes-or-no question has two.",
        )
