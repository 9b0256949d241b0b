"""Cross-entropy over sequences of different lengths: padding counts for nothing."""

import keras
from keras import ops

from course_utils.errors import CourseError


@keras.saving.register_keras_serializable(package="course_utils")
class MaskedCrossEntropy(keras.losses.Loss):
    """Mean surprise, in nats, per real token; the padding in the targets is left out.

    Args:
        label_smoothing: e, 0 to below 1. The target is no longer 1 for the right token and 0
            for all others, but (1 - e) for the right one plus e / V for each: a model that is
            too sure is punished. The loss can then no longer reach 0.
        pad: the id in the targets that stands for padding.

    Call:
        y_true: whole numbers (B, T). y_pred: **logits** (B, T, V).

    Returns:
        float32 number: the sum over real tokens divided by their count, over the whole batch,
        so that every token weighs the same whatever the length of its sentence; 0 if all is
        padding. (Keras's `ignore_class` does the same without smoothing.)

    Raises:
        CourseError: `label_smoothing` is out of range.

    Source: label smoothing: Szegedy et al. 2015, arXiv:1512.00567, section 7.
    """

    def __init__(self, label_smoothing=0.0, pad=0, name="masked_cross_entropy", **kwargs):
        super().__init__(name=name, reduction=None)
        if not 0 <= label_smoothing < 1:
            raise CourseError(
                f"label_smoothing is {label_smoothing}.", "0 for none; 0.1 is usual, below 1."
            )
        self.label_smoothing, self.pad = label_smoothing, pad

    def call(self, y_true, y_pred):
        logs = ops.log_softmax(ops.cast(y_pred, "float32"), axis=-1)  # (B, T, V)
        y_true = ops.cast(y_true, "int32")
        real = ops.cast(ops.not_equal(y_true, self.pad), "float32")
        surprise = -ops.take_along_axis(logs, y_true[..., None], axis=-1)[..., 0]
        if self.label_smoothing:
            even = -ops.mean(logs, axis=-1)
            surprise = (1 - self.label_smoothing) * surprise + self.label_smoothing * even
        return ops.sum(surprise * real) / ops.maximum(ops.sum(real), 1.0)

    def get_config(self):
        return {
            "name": self.name,
            "label_smoothing": self.label_smoothing,
            "pad": self.pad,
        }
