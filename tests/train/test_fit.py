"""`fit`: an order that can be repeated, and trainings that end the same however often they stop."""

import os
import subprocess
import sys
import time

import keras
import numpy as np
import pytest

from course_utils.errors import CourseError, ShapeError
from course_utils.train.fit import fit
from course_utils.train.order import epoch_order


class Interrupt(keras.callbacks.Callback):
    """Ctrl-C in the middle of an epoch, after its second step."""

    def __init__(self, epoch):
        super().__init__()
        self.at = epoch

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.epoch == self.at and batch == 1:
            raise KeyboardInterrupt


@pytest.mark.parametrize(("kind", "stops"), [("cnn", (1, 3)), ("lstm", (2,))])
def test_a_resumed_training_ends_with_the_same_weights_bit_for_bit(
    kind, stops, make, data, same_weights, tmp_path
):
    x, y = data
    validation = (x[:9], y[:9]) if kind == "cnn" else None
    whole = make(kind)
    history = fit(whole, x, y, 5, 16, seed=1, validation=validation).history
    for stop in stops:
        with pytest.raises(KeyboardInterrupt):
            fit(
                *(make(kind), x, y, 5, 16),
                seed=1,
                validation=validation,
                callbacks=[Interrupt(stop)],
                folder=tmp_path,
            )
    last = make(kind, seed=99)  # whatever it was before is overwritten
    resumed = fit(last, x, y, 5, 16, seed=1, validation=validation, folder=tmp_path)
    assert same_weights(whole, last)
    assert resumed.history == history
    assert resumed.epoch == [0, 1, 2, 3, 4]
    assert last.optimizer.iterations == 15


def test_without_a_checkpoint_the_test_above_would_fail(make, data, same_weights):
    """Dropout, momenta and order matter: the same number of epochs in two calls differs."""
    x, y = data
    whole, twice = make("cnn"), make("cnn")
    fit(whole, x, y, 4, 16, seed=1)
    fit(twice, x, y, 2, 16, seed=1)
    fit(twice, x, y, 2, 16, seed=1)
    assert not same_weights(whole, twice)


KILLED = """
import os, runpy, sys
from course_utils.runtime import setup
setup(1)
import keras, numpy as np
from course_utils.train.fit import fit
parts = runpy.run_path("tests/train/conftest.py")["PARTS"]
class Kill(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
    def on_train_batch_end(self, batch, logs=None):
        if self.epoch == 2 and batch == 1:
            Kill.happened += 1
            raise KeyboardInterrupt
Kill.happened = 0
folder = sys.argv[1]
data = np.load(folder + "/data.npz")
x, y = data["x"], data["y"]
for kind in ("cnn", "lstm"):
    keras.utils.set_random_seed(3)
    model = keras.Sequential(parts[kind]())
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    try:
        fit(model, x, y, 4, 16, seed=1, callbacks=[Kill()], folder=f"{folder}/{kind}")
    except KeyboardInterrupt:
        pass
os._exit(9 if Kill.happened == 2 else 0)  # as if killed: nothing is closed or tidied
"""


def test_a_training_killed_in_another_process_goes_on_here(
    make, data, same_weights, tmp_path, pytestconfig
):
    x, y = data
    np.savez(tmp_path / "data.npz", x=x, y=y)
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path],
        cwd=pytestconfig.rootpath,
        env=os.environ | {"PYTHONPATH": str(pytestconfig.rootpath)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 9, ran.stderr
    for kind in ("cnn", "lstm"):
        whole, resumed = make(kind), make(kind, seed=4)
        fit(whole, x, y, 4, 16, seed=1)
        fit(resumed, x, y, 4, 16, seed=1, folder=tmp_path / kind)
        assert resumed.optimizer.iterations == 12
        assert same_weights(whole, resumed), kind


@pytest.mark.parametrize("optimizer", ["mixed", "average", "decay"])
def test_resuming_is_exact_with_every_kind_of_optimizer_state(
    optimizer, make, data, same_weights, tmp_path
):
    x, y = data
    schedule = keras.optimizers.schedules.CosineDecay(0.05, 12)
    kinds = {
        "mixed": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01)),
        "average": lambda: keras.optimizers.Adam(0.01, use_ema=True, ema_momentum=0.9),
        "decay": lambda: keras.optimizers.SGD(schedule, momentum=0.9),
    }
    whole, cut, resumed = (make("line", kinds[optimizer]()) for _ in range(3))
    fit(whole, x, y, 4, 16, seed=1)
    fit(cut, x, y, 2, 16, seed=1, folder=tmp_path)
    fit(resumed, x, y, 4, 16, seed=1, folder=tmp_path)
    assert same_weights(whole, resumed)
    again = make("line", kinds[optimizer]())
    fit(again, x, y, 4, 16, seed=1, folder=tmp_path)  # nothing left to train
    assert same_weights(whole, again)


def test_early_stopping_remembers_across_an_interruption(make, data, same_weights, tmp_path):
    x, y = data

    def patient():
        return keras.callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True)

    def run(model, *more, folder=None):
        wrong = (x[:9], (y[:9] + 1) % 3)  # gets worse from the first epoch on
        return fit(
            *(model, x, y, 20, 16), validation=wrong, callbacks=[patient(), *more], folder=folder
        )

    whole, cut, resumed, later = (make("cnn") for _ in range(4))
    ended = len(run(whole).epoch)
    assert 3 < ended < 20
    with pytest.raises(KeyboardInterrupt):
        run(cut, Interrupt(ended - 2), folder=tmp_path)
    assert len(run(resumed, folder=tmp_path).epoch) == ended
    assert same_weights(whole, resumed)
    # a training that a callback ended stays ended, with the best weights
    assert len(run(later, folder=tmp_path).epoch) == ended
    assert same_weights(whole, later)


def test_a_lowered_learning_rate_stays_lowered(make, data, same_weights, tmp_path):
    x, y = data

    def run(model, *more, folder=None):
        lower = keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.5, patience=2)
        wrong = (x[:9], (y[:9] + 1) % 3)
        fit(*(model, x, y, 8, 16), validation=wrong, callbacks=[lower, *more], folder=folder)

    whole, cut, resumed = (make() for _ in range(3))
    run(whole)
    with pytest.raises(KeyboardInterrupt):
        run(cut, Interrupt(4), folder=tmp_path)
    run(resumed, folder=tmp_path)
    assert float(whole.optimizer.learning_rate) == float(resumed.optimizer.learning_rate) < 0.0005
    assert same_weights(whole, resumed)


def test_the_batches_are_those_of_epoch_order(make, data):
    x, y = data
    seen = []

    class Watching(keras.Sequential):
        def train_step(self, batch):
            seen.append(np.asarray(batch[1]))
            return super().train_step(batch)

    model = Watching([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss, run_eagerly=True)
    fit(model, x, y, 2, 16, seed=7)
    assert [len(labels) for labels in seen] == [16, 16, 8] * 2
    for epoch in (0, 1):
        got = np.concatenate(seen[3 * epoch : 3 * epoch + 3])
        np.testing.assert_array_equal(got, y[epoch_order(7, epoch, 40)])


def test_the_seed_decides_the_result(make, data, same_weights):
    x, y = data
    one, same, other = make(), make(), make()
    for model, seed in ((one, 1), (same, 1), (other, 2)):
        fit(model, x, y, 2, 16, seed=seed)
    assert same_weights(one, same)
    assert not same_weights(one, other)


def test_class_weights_and_sample_weights_mean_what_they_mean_in_keras(make, data, same_weights):
    x, y = data
    by_class, by_sample, without = make(), make(), make()
    fit(by_class, x, y, 2, 16, class_weight={0: 1.0, 1: 5.0, 2: 1.0})
    fit(by_sample, x, y, 2, 16, sample_weight=np.where(y == 1, 5.0, 1.0))
    fit(without, x, y, 2, 16)
    assert same_weights(by_class, by_sample)
    assert not same_weights(by_class, without)


def test_several_inputs_go_in_as_a_dict_or_a_tuple(data):
    x, y = data
    a, b = keras.Input((8, 8, 1), name="a"), keras.Input((8, 8, 1), name="b")
    both = keras.layers.Flatten()(keras.layers.Concatenate()([a, b]))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    for inputs, given in (({"a": a, "b": b}, {"a": x, "b": x}), ((a, b), (x, x))):
        model = keras.Model(inputs, keras.layers.Dense(3)(both))
        model.compile("sgd", loss)
        assert len(fit(model, given, y, 2, 16).history["loss"]) == 2


def test_a_model_without_input_shape_is_built_from_the_data(make, data, same_weights, tmp_path):
    x, y = data

    def bare():
        model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile("adam", loss)
        return model

    cut, resumed = bare(), bare()
    fit(cut, x, y, 2, 16, folder=tmp_path)
    fit(resumed, x, y, 2, 16, folder=tmp_path)
    assert same_weights(cut, resumed)


def test_plain_lists_of_tables_and_columns_are_taken(make):
    import pandas as pd

    table = pd.DataFrame({"a": [0.0, 1.0, 2.0], "b": [1.0, 0.0, 2.0]})
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    assert len(fit(model, table, table["a"], 2, 2).history["loss"]) == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (dict(seed=2), "seed was 1, now it is 2"),
        (dict(batch=8), "batch was 16, now it is 8"),
        (dict(x=0.0), "data was [0-9a-f]{8}, now it is [0-9a-f]{8}"),
        (dict(epochs=1), "has 2 epochs, more than the 1 asked for"),
    ],
)
def test_a_checkpoint_of_another_training_is_refused(change, says, make, data, tmp_path):
    x, y = data
    same = dict(x=x, y=y, epochs=2, batch=16, seed=1, folder=tmp_path)
    fit(make(), **same)
    if "x" in change:
        change = dict(x=x + (np.arange(40) == 39)[:, None, None, None])  # one example differs
    with pytest.raises(CourseError, match=says):
        fit(make(), **same | change)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (dict(y=np.zeros(39)), ShapeError, "x has 40 examples and y has 39"),
        (dict(x=np.zeros((0, 8, 8, 1)), y=np.zeros(0)), ShapeError, "no examples"),
        (dict(y=[0, 1, 2]), ShapeError, "y holds a single number"),
        (dict(sample_weight=np.ones(3)), ShapeError, "sample_weight has 3"),
        (dict(epochs=0), CourseError, "epochs=0"),
        (dict(batch=0), CourseError, "batch=0"),
        (dict(batch=-2), CourseError, "batch=-2"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_its_values(arguments, error, says, make, data):
    x, y = data
    with pytest.raises(error, match=says):
        fit(make(), **dict(x=x, y=y, epochs=1, batch=16) | arguments)


def test_an_epoch_must_end_where_a_group_of_steps_ends(make, data):
    x, y = data
    model = make()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss, steps_per_execution=2)
    with pytest.raises(CourseError, match="3 steps, which steps_per_execution=2"):
        fit(model, x, y, 1, 16)
    fit(model, x, y, 1, 20)
    assert model.optimizer.iterations == 2


def test_it_costs_no_more_processor_time_than_keras_alone(make):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(800, 8, 8, 1)).astype("float32"), rng.integers(0, 3, 800)
    ours, theirs = make(), make()

    def seconds(train):
        begin = time.process_time()
        train()
        return time.process_time() - begin

    pairs = [
        (
            seconds(lambda: fit(ours, x, y, 4, 16)),
            seconds(lambda: theirs.fit(x, y, epochs=4, batch_size=16, verbose=0)),
        )
        for _ in range(6)
    ]
    one, other = (min(column) for column in zip(*pairs[1:], strict=True))  # the first compiles
    assert one < 1.05 * other
