"""TensorBoard's event files: written while a model trains, and read back without TensorBoard.

TensorBoard itself is a program of its own, needed only to look at the curves in a browser:
`pip install tensorboard`, then `tensorboard --logdir FOLDER`. Keras's callback of that name
needs it even to write; the functions here need TensorFlow alone.
"""

import tempfile
from pathlib import Path

import keras

from course_utils.errors import CourseError, DataMissingError

TRAIN, VALIDATION = "train", "validation"  # two runs, so that TensorBoard lays them on one plot


def log_to(folder):
    """A Keras callback that writes every epoch's numbers to `folder` for TensorBoard.

    Losses and metrics of the training and the learning rate go to the run "train", those of
    the validation to "validation", under the same names. The x axis counts epochs from 1.

    Raises:
        CourseError: the folder cannot be written; now, not after the first epoch.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CourseError(
            f"cannot write TensorBoard's files to {folder} ({error.strerror or error}).",
            "name another folder.",
        ) from None
    return _EventWriter(folder)


def read_scalars(folder):
    """All scalars below `folder`: dict name -> (steps, values), lists in order of the steps.

    A name is run and tag, as in "train/loss"; for a file in `folder` itself it is the tag.
    Where a step was written twice, the later file counts. A file that its program left
    unfinished is read as far as it goes. Files written by Keras's callback are read as well.

    Raises:
        DataMissingError: there is no event file below `folder`.
    """
    import tensorflow as tf

    folder = Path(folder)
    files = sorted(folder.rglob("*tfevents*"))  # their names begin with the time
    if not files:
        raise DataMissingError(
            f"there are no TensorBoard files in {folder}.",
            "train with callbacks=[log_to(folder)] first, or look into another folder.",
        )
    found = {}
    for file in files:
        run = file.parent.relative_to(folder)
        for event in _events(file):
            for value in event.summary.value:
                if value.HasField("simple_value"):
                    number = value.simple_value
                elif value.HasField("tensor") and not value.tensor.tensor_shape.dim:
                    number = tf.make_ndarray(value.tensor).item()
                else:
                    continue  # a histogram, a picture
                if isinstance(number, int | float):
                    found.setdefault((run / value.tag).as_posix(), {})[event.step] = number
    return {
        name: (sorted(points), [points[step] for step in sorted(points)])
        for name, points in sorted(found.items())
    }


def _events(file):
    """Yield the event records of one file, up to a record that was not written to its end."""
    import tensorflow as tf

    records = tf.data.TFRecordDataset(str(file)).as_numpy_iterator()
    while True:
        try:
            yield tf.compat.v1.Event.FromString(next(records))
        except (StopIteration, tf.errors.DataLossError):
            return


class _EventWriter(keras.callbacks.Callback):
    """Writes epoch logs as TensorBoard scalars; one event file per run, opened when needed."""

    def __init__(self, folder):
        super().__init__()
        self.folder, self._writers = folder, {}

    def on_epoch_end(self, epoch, logs=None):
        rate = float(self.model.optimizer.learning_rate)
        for name, value in {**(logs or {}), "learning_rate": rate}.items():
            run = VALIDATION if name.startswith("val_") else TRAIN
            self._write(run, name.removeprefix("val_"), float(value), epoch + 1)
        for writer in self._writers.values():
            writer.flush()  # a training that is interrupted leaves its curves

    def on_train_end(self, logs=None):
        for writer in self._writers.values():
            writer.close()
        self._writers = {}

    def _write(self, run, tag, value, step):
        import tensorflow as tf

        if run not in self._writers:
            self._writers[run] = tf.summary.create_file_writer(str(self.folder / run))
        kind = tf.compat.v1.SummaryMetadata  # makes it a curve rather than some tensor
        metadata = kind(
            plugin_data=kind.PluginData(plugin_name="scalars"), data_class="DATA_CLASS_SCALAR"
        )
        with self._writers[run].as_default():
            tf.summary.write(tag, tf.constant(value), step=step, metadata=metadata)
