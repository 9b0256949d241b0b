"""`model.fit` with an order of examples that can be repeated, and trainings that resume.

Keras does the training. Added here: the order in epoch e depends on the seed and e alone, a
loss that is NaN stops with an explanation, and with a folder the training can be interrupted
at any time and gives, when it is called again, the weights it would have given anyway.
"""

import zlib

import keras
import numpy as np

from course_utils.errors import CourseError
from course_utils.train import snapshot
from course_utils.train.checkpoint import Checkpoint, resume
from course_utils.train.order import as_arrays, batches, count_examples, epoch_order
from course_utils.train.report import Report
from course_utils.train.stop_on_nan import NotFinite, StopOnNaN


def fit(
    model,
    x,
    y,
    epochs,
    batch=32,
    seed=0,
    *,
    validation=None,
    sample_weight=None,
    class_weight=None,
    callbacks=(),
    folder=None,
    every=1,
):
    """Train a compiled Keras model; with `folder`, go on where an earlier call was stopped.

    Args:
        model: a compiled `keras.Model`.
        x, y: arrays with one row per example, or tuples or dicts of such arrays.
        epochs: how many in all, the ones of an earlier call included.
        batch: examples per step. The last step of an epoch takes what is left.
        seed: of the order of the examples. In epoch e, from 0, it is
            `order.epoch_order(seed, e, len(x))`.
        validation: (x, y), looked at after every epoch.
        sample_weight: array with one weight per example.
        class_weight: dict class -> weight, as Keras takes it.
        callbacks: Keras callbacks. A `Report` among them replaces the quiet one used here.
        folder: for checkpoints. If one is there, the training goes on from it; if it has all
            epochs, or was ended by a callback, nothing is trained and the model is as it was.
        every: epochs between two checkpoints.

    Returns:
        `keras.callbacks.History`; its `history` has the epochs of earlier calls as well.

    Resuming is exact: the weights are bit for bit those of a training that was never stopped,
    on the same machine with the same settings (a GPU also needs
    `tf.config.experimental.enable_op_determinism()`). The memory of Keras's `EarlyStopping`,
    `ReduceLROnPlateau` and `ModelCheckpoint` goes on as well. Not restored are callbacks of
    other kinds and randomness drawn from anything but Keras's generators within the layers.

    Raises:
        ShapeError: x, y and weights differ in length, or are empty.
        NotFinite: the loss became NaN or infinite; says in which epoch and step, and whether
            the data were to blame. The checkpoint in `folder` is the last good one.
        CourseError: the checkpoint belongs to other data, another order or another model; or
            the folder cannot be written.
        DataMissingError: the checkpoint is damaged.
    """
    x, y = as_arrays(x), as_arrays(y)
    weighted = {} if sample_weight is None else {"sample_weight": as_arrays(sample_weight)}
    examples = count_examples(x=x, y=y, **weighted)
    _check(model, epochs, batch, examples)
    steps = -(-examples // batch)
    data = (x, y, *weighted.values())

    callbacks = list(callbacks)
    report = next((c for c in callbacks if isinstance(c, Report)), None)
    if report is None:
        callbacks.append(report := Report(last_line=False))

    def batch_of(epoch, step):
        rows = epoch_order(seed, epoch, examples)[step * batch : (step + 1) * batch]
        return keras.tree.map_structure(lambda array: array[rows], dict(x=x, y=y, **weighted))

    begin, before = 0, {}
    added = [StopOnNaN(batch_of)]
    if folder is not None:
        if not model.built:
            model(keras.tree.map_structure(lambda array: array[:1], x))
        note = {"examples": examples, "batch": batch, "seed": seed, "data": _fingerprint(data)}
        begin, before = _go_on(model, folder, epochs, note)
        added.append(Checkpoint(folder, every, note=note, remember=callbacks))
    try:
        history = model.fit(
            # one epoch more than needed when there is none to train: Keras wants to see a batch
            batches(data, examples, batch, seed, begin, max(epochs, begin + 1)),
            epochs=epochs,
            initial_epoch=begin,
            steps_per_epoch=steps,
            validation_data=validation,
            validation_batch_size=batch,
            class_weight=class_weight,
            callbacks=[*callbacks, *added],
            shuffle=False,  # the dataset has been
            verbose=0,
        )
    except NotFinite as error:
        kept = snapshot.newest(folder) if folder is not None else None
        if kept:
            error.what += f" The last good checkpoint is {kept}."
        raise
    finally:
        report.close()
    for key, values in before.items():
        history.history[key] = values + history.history.get(key, [])
    history.epoch = list(range(len(history.history.get("loss", []))))
    return history


def _go_on(model, folder, epochs, note):
    """(epochs done, history) after loading the newest checkpoint, if there is one."""
    manifest = snapshot.newest(folder)
    if manifest is None:
        return 0, {}
    about = snapshot.describe(manifest)
    for name, value in note.items():
        if about["note"].get(name) != value:
            raise CourseError(
                f"the checkpoint {manifest} belongs to another training: {name} was "
                f"{about['note'].get(name)}, now it is {value}.",
                "give this training a folder of its own, or delete that one.",
            )
    if about["epoch"] > epochs:
        raise CourseError(
            f"the checkpoint {manifest} has {about['epoch']} epochs, more than the {epochs} "
            "asked for.",
            "ask for at least as many, or give this training a folder of its own.",
        )
    done = resume(model, folder)
    return (epochs if done.stopped else done.epoch), done.history


def _check(model, epochs, batch, examples):
    if epochs < 1 or batch < 1:
        raise CourseError(
            f"epochs={epochs} and batch={batch}: nothing would be learned.",
            "both must be at least 1.",
        )
    steps = -(-examples // batch)
    at_once = getattr(model, "steps_per_execution", 1) or 1
    if steps % at_once:
        raise CourseError(
            f"an epoch has {steps} steps, which steps_per_execution={at_once} does not divide: "
            "the end of an epoch would fall between two steps.",
            f"compile with another steps_per_execution, or choose another batch than {batch}.",
        )


def _fingerprint(data):
    """A short text that changes with the data: CRC-32 of all bytes, shapes and types."""
    total = 0
    for array in keras.tree.flatten(data):
        total = zlib.crc32(f"{array.shape}{array.dtype}".encode(), total)
        total = zlib.crc32(np.ascontiguousarray(array).view(np.uint8), total)
    return f"{total:08x}"
