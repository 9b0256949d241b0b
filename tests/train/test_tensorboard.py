"""TensorBoard files: what was written is read back, by name, step and value."""

import keras
import numpy as np
import pytest

from course_utils.errors import CourseError, DataMissingError
from course_utils.train.fit import fit
from course_utils.train.schedules import OneCycle
from course_utils.train.tensorboard import log_to, read_scalars


@pytest.fixture
def model():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.05), "mse", metrics=["mae"])
    return model


X, Y = np.arange(16.0).reshape(8, 2) / 16, np.arange(8.0)[:, None] / 8


def test_every_number_of_the_history_is_read_back(model, tmp_path):
    history = fit(model, X, Y, 3, 4, validation=(X, Y), callbacks=[log_to(tmp_path)]).history
    scalars = read_scalars(tmp_path)
    assert list(scalars) == [
        "train/learning_rate",
        "train/loss",
        "train/mae",
        "validation/loss",
        "validation/mae",
    ]
    for name, (steps, values) in scalars.items():
        assert steps == [1, 2, 3]
        key = name.replace("validation/", "val_").replace("train/", "")
        expected = history.get(key, [0.05] * 3)
        np.testing.assert_allclose(values, np.float32(expected), rtol=0, err_msg=name)


def test_a_schedule_is_logged_as_the_rate_it_has(model, tmp_path):
    model.compile(keras.optimizers.SGD(OneCycle(0.1, 6)), "mse")
    fit(model, X, Y, 3, 4, callbacks=[log_to(tmp_path)])
    steps, rates = read_scalars(tmp_path)["train/learning_rate"]
    expected = [float(OneCycle(0.1, 6)(2 * epoch)) for epoch in steps]
    np.testing.assert_allclose(rates, expected, rtol=1e-6)


def test_a_resumed_training_continues_its_curves(model, tmp_path):
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt  # after the curve was written, before the checkpoint

    def run(*more):
        callbacks = [log_to(tmp_path / "logs"), *more]
        return fit(model, X, Y, 5, 4, callbacks=callbacks, folder=tmp_path / "run").history

    with pytest.raises(KeyboardInterrupt):
        run(Stop())
    history = run()
    steps, losses = read_scalars(tmp_path / "logs")["train/loss"]
    assert steps == [1, 2, 3, 4, 5]  # epoch 3 was logged twice
    np.testing.assert_allclose(losses, np.float32(history["loss"]), rtol=0)


def test_a_file_that_was_cut_off_is_read_as_far_as_it_goes(model, tmp_path):
    fit(model, X, Y, 3, 4, callbacks=[log_to(tmp_path)])
    whole = read_scalars(tmp_path)["train/loss"]
    (file,) = (tmp_path / "train").iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    cut = read_scalars(tmp_path)
    assert sum(len(steps) for steps, _ in cut.values()) == 3 * 3 - 1
    assert cut["train/loss"] == whole or cut["train/loss"][0] == [1, 2]


def test_files_of_the_older_kind_are_read_too(tmp_path):
    import tensorflow as tf

    event = tf.compat.v1.Event(step=4)
    event.summary.value.add(tag="loss", simple_value=0.5)
    with tf.io.TFRecordWriter(str(tmp_path / "events.out.tfevents.1.host")) as writer:
        writer.write(event.SerializeToString())
    assert read_scalars(tmp_path) == {"loss": ([4], [0.5])}


def test_pictures_and_histograms_are_passed_over(tmp_path):
    import tensorflow as tf

    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        tf.summary.write("weights", tf.zeros((3, 3)), step=1)
        tf.summary.write("words", tf.constant("text"), step=1)
        tf.summary.write("loss", tf.constant(0.25), step=1)
    writer.close()
    assert read_scalars(tmp_path) == {"loss": ([1], [0.25])}


def test_a_folder_that_cannot_be_written_is_refused_before_the_training(tmp_path):
    (tmp_path / "file").write_text("here lies a file")
    for folder in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(CourseError, match=r"cannot write TensorBoard's files to .*file"):
            log_to(folder)


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_folder_without_logs_is_named(name, tmp_path):
    with pytest.raises(DataMissingError, match="no TensorBoard files in"):
        read_scalars(tmp_path / name)
