"""In which order the examples come: a function of the seed and the epoch, of nothing else."""

import keras
import numpy as np

from course_utils.errors import ShapeError


def epoch_order(seed, epoch, examples):
    """The order of epoch number `epoch`, from 0: int64 (examples,), each number once.

    It does not depend on the epochs before, so a training that begins again in the middle
    sees the examples as if it had never stopped.
    """
    return np.random.default_rng([seed, epoch]).permutation(examples)


def as_arrays(data):
    """`data`, an array or a tuple or dict of arrays, as Keras would take it: floats float32."""

    def one(value):
        array = np.asarray(value)
        return array.astype(keras.config.floatx()) if array.dtype.kind == "f" else array

    return keras.tree.map_structure(one, data)


def count_examples(**named):
    """The common length of all arrays in `named`.

    Raises:
        ShapeError: there is no example, or two lengths differ; the message names them.
    """
    lengths = {}
    for name, data in named.items():
        for array in keras.tree.flatten(data):
            if array.ndim == 0:
                raise ShapeError(
                    f"{name} holds a single number where an array with one row per example "
                    "belongs.",
                    "pass NumPy arrays (np.asarray(...) of a list).",
                )
            lengths.setdefault(len(array), name)
    if len(lengths) > 1:
        (first, one), (second, other) = list(lengths.items())[:2]
        raise ShapeError(
            f"{one} has {first:,} examples and {other} has {second:,}.",
            "give one target per example; were they split in different ways?",
        )
    if 0 in lengths:
        raise ShapeError("there are no examples to learn from.", "look at the shape of x.")
    return next(iter(lengths))


def batches(data, examples, batch, seed, first, last):
    """The batches of epochs `first` to `last` - 1, one after another, as a tf.data.Dataset.

    Args:
        data: nested arrays, all with `examples` rows.
        batch: rows per batch; the last one of an epoch may be smaller.

    One dataset for all epochs: it prepares the next epoch while the last one still computes.
    """
    import tensorflow as tf

    tensors = keras.tree.map_structure(tf.convert_to_tensor, data)

    def rows(epoch):
        order = tf.numpy_function(
            lambda number: epoch_order(seed, int(number), examples), [epoch], tf.int64
        )
        order = tf.ensure_shape(order, (examples,))
        return tf.data.Dataset.from_tensor_slices(order).batch(batch)

    def gather(row):
        return keras.tree.map_structure(lambda tensor: tf.gather(tensor, row), tensors)

    return (
        tf.data.Dataset.range(first, last)
        .flat_map(rows)
        .map(gather, num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(tf.data.AUTOTUNE)
    )
