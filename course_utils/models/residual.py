"""Images with shortcuts: the residual block and a small network of them."""

import keras
from keras import layers

from course_utils.errors import ShapeError


@keras.saving.register_keras_serializable(package="course_utils")
class ResidualBlock(layers.Layer):
    """Two 3x3 convolutions that learn what to *add* to their input: y = relu(x + f(x)).

    f is convolution, batch normalisation, ReLU, convolution, batch normalisation. Where the
    shape changes, x goes through a 1x1 convolution and a batch normalisation first, so that
    there is something to add to.

    Args:
        filters: channels F of the output.
        stride: 1 keeps the size; 2 halves height and width, rounding up.
        momentum: of the running means and variances. The default, Keras's, remembers about the
            last 100 batches; 0.9 remembers ten, which a short training needs.

    Input and output:
        float (N, H, W, C) -> (N, ceil(H / stride), ceil(W / stride), F).

    Parameters: 9 C F + 9 F**2 + 8 F, of which 4 F are the running means and variances that no
    gradient changes; C F + 4 F more (2 F of them fixed) if the shortcut has a convolution.
    The convolutions have no bias: the normalisation after them would take it away again.

    Raises:
        ShapeError: the input is not (N, H, W, C).

    Source: He et al. 2015, "Deep Residual Learning for Image Recognition", section 3.2-3.3
    and figure 2, arXiv:1512.03385; the shortcut is its option B. Initial weights: He et al.
    2015, arXiv:1502.01852, section 2.2.
    """

    def __init__(self, filters, stride=1, momentum=0.99, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.stride, self.momentum = filters, stride, momentum
        self.conv1 = self._convolution(3, stride, "conv1")
        self.norm1 = self._normalisation("norm1")
        self.conv2 = self._convolution(3, 1, "conv2")
        self.norm2 = self._normalisation("norm2")
        self.project = self.norm3 = None  # known when the number of input channels is

    def _convolution(self, size, stride, name):
        return layers.Conv2D(
            self.filters,
            size,
            strides=stride,
            padding="same",
            use_bias=False,
            kernel_initializer="he_normal",
            dtype=self.dtype_policy,
            name=name,
        )

    def _normalisation(self, name):
        return layers.BatchNormalization(momentum=self.momentum, dtype=self.dtype_policy, name=name)

    def build(self, input_shape):
        if len(input_shape) != 4:
            raise ShapeError(
                f"a residual block got an input of shape {tuple(input_shape)}.",
                "give it images, (N, height, width, channels).",
            )
        between = self.conv1.compute_output_shape(input_shape)
        self.conv1.build(input_shape)
        self.norm1.build(between)
        self.conv2.build(between)
        self.norm2.build(between)
        if self.stride != 1 or input_shape[-1] != self.filters:
            self.project = self._convolution(1, self.stride, "project")
            self.norm3 = self._normalisation("norm3")
            self.project.build(input_shape)
            self.norm3.build(between)

    def call(self, x, training=None):
        shortcut = x  # (N, H, W, C)
        if self.project is not None:
            shortcut = self.norm3(self.project(x), training=training)
        y = keras.ops.relu(self.norm1(self.conv1(x), training=training))
        y = self.norm2(self.conv2(y), training=training)
        return keras.ops.relu(shortcut + y)

    def compute_output_shape(self, input_shape):
        return self.conv1.compute_output_shape(input_shape)

    def get_config(self):
        own = {"filters": self.filters, "stride": self.stride, "momentum": self.momentum}
        return {**super().get_config(), **own}


def small_resnet(input_shape=(32, 32, 3), classes=10, width=16, blocks=(1, 1, 1)):
    """A residual network for small images: (N, H, W, C) -> (N, classes).

    One 3x3 convolution, then one stage per entry of `blocks`. From stage to stage height and
    width halve and the channels double. The mean over all positions feeds the last layer.

    Args:
        input_shape: (H, W, C) of one image, channels last.
        classes: number of classes.
        width: channels of the first stage.
        blocks: residual blocks in each stage. (n, n, n) is the paper's network for CIFAR-10
            with 6 n + 2 layers: (3, 3, 3) is its "ResNet-20".

    Returns:
        An uncompiled `keras.Model`: float (N, H, W, C), best in [0, 1] -> float32 **logits**
        (N, classes). Its layers have names: "stem", "stage1_block1", ..., "mean", "logits";
        the last block's output is what a class activation map wants.

    Raises:
        ShapeError: `input_shape` is not that of an image, `blocks` is not a row of positive
            numbers, or the image is smaller than one pixel of the last stage.

    Parameters with the defaults: 78,714, of which 78,042 learn. (3, 3, 3) has 274,042 and
    272,474: the paper's table 6 says 0.27 million for ResNet-20.

    Source: He et al. 2015, arXiv:1512.03385, section 4.2; with projection shortcuts (option B)
    where the paper's CIFAR networks pad with zeros (option A).
    """
    if len(input_shape) != 3:
        raise ShapeError(
            f"input_shape is {tuple(input_shape)}, not (height, width, channels).",
            "leave the batch out, as in (32, 32, 3).",
        )
    if isinstance(blocks, int) or not blocks or min(blocks) < 1:
        raise ShapeError(
            f"blocks is {blocks!r}, not the number of blocks in each stage.",
            "one positive number per stage, as in (1, 1, 1).",
        )
    smallest = 2 ** (len(blocks) - 1)
    if min(input_shape[:2]) < smallest:
        raise ShapeError(
            f"{len(blocks)} stages halve {input_shape[0]} x {input_shape[1]} pixels "
            f"{len(blocks) - 1} times.",
            f"fewer stages, or images of at least {smallest} x {smallest}.",
        )
    x = image = keras.Input(input_shape, name="image")
    x = layers.Conv2D(
        width, 3, padding="same", use_bias=False, kernel_initializer="he_normal", name="stem"
    )(x)
    x = layers.BatchNormalization(name="stem_norm")(x)
    x = layers.ReLU(name="stem_relu")(x)
    for stage, count in enumerate(blocks):
        for block in range(count):
            stride = 2 if stage and not block else 1
            name = f"stage{stage + 1}_block{block + 1}"
            x = ResidualBlock(width * 2**stage, stride, name=name)(x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name="small_resnet")
