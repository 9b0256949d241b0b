"""A training that breaks says where, why if it can be known, and keeps the last good state."""

import keras
import numpy as np
import pytest

from course_utils.train.checkpoint import resume
from course_utils.train.fit import fit
from course_utils.train.order import epoch_order
from course_utils.train.stop_on_nan import NotFinite, StopOnNaN


class Raise(keras.callbacks.Callback):
    """From an epoch on (from 0), a learning rate with which nothing can be learned."""

    def __init__(self, at):
        super().__init__()
        self.at = at

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.at:
            self.model.optimizer.learning_rate = 1e30


def test_a_diverging_training_stops_and_names_epoch_step_and_last_loss(make, data):
    with pytest.raises(NotFinite) as caught:
        fit(make("cnn", "sgd"), *data, 5, 16, seed=1, callbacks=[Raise(2)])
    error = caught.value
    assert error.epoch == 3 and error.step in (1, 2, 3)
    assert np.isfinite(error.last_loss)
    assert f"in epoch 3, step {error.step}; the mean loss was {error.last_loss:.4g}" in error.what
    assert "weights must have grown too large" in error.what
    assert "smaller learning rate" in error.fix


def test_the_step_named_is_the_first_bad_one(make, data):
    losses = []
    record = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda step, logs: losses.append(logs["loss"])
    )
    model = make("line", keras.optimizers.SGD(1e38))
    with pytest.raises(NotFinite) as caught:
        model.fit(*data, batch_size=4, epochs=9, verbose=0, callbacks=[record, StopOnNaN()])
    assert not np.isfinite(losses[-1]) and np.isfinite(losses[:-1]).all()
    assert (caught.value.epoch - 1) * 10 + caught.value.step == len(losses)
    assert "data" not in str(caught.value)  # without batch_of nothing is known about them


def test_the_checkpoint_on_disk_is_the_last_good_one(make, data, same_weights, tmp_path):
    good = make("cnn", "sgd")
    fit(good, *data, 2, 16, seed=1)
    with pytest.raises(NotFinite, match=r"last good checkpoint is .*epoch-0002\.json"):
        fit(make("cnn", "sgd"), *data, 5, 16, seed=1, callbacks=[Raise(2)], folder=tmp_path)
    back = make("cnn", "sgd", seed=8)
    assert resume(back, tmp_path).epoch == 2
    assert same_weights(good, back)


@pytest.mark.parametrize(("value", "word"), [(np.nan, "NaN"), (np.inf, "an infinity")])
def test_broken_data_are_blamed_by_name_and_by_count(value, word, make, data):
    x, y = data
    x[7, 3, 3] = value
    step = int(np.flatnonzero(epoch_order(1, 0, 40) == 7)[0]) // 16 + 1
    with pytest.raises(NotFinite, match=f"The batch holds {word} in x, in 1 of") as caught:
        fit(make("line"), x, y, 2, 16, seed=1)
    assert (caught.value.epoch, caught.value.step) == (1, step)
    assert "look at those rows" in caught.value.fix


def test_broken_targets_are_blamed_too(data):
    x, _ = data
    y = np.zeros(40)
    y[5] = np.nan
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    with pytest.raises(NotFinite, match="The batch holds NaN in y, in 1 of"):
        fit(model, x, y, 1, 16)


def test_weights_that_broke_without_the_loss_showing_it_are_found(make, data):
    """oneDNN's convolution turns NaN into 0 in its ReLU: the loss stays finite."""
    x, y = data
    x[7] = np.nan
    with pytest.raises(NotFinite, match=r"holds NaN in x, in 1 of") as caught:
        fit(make("cnn"), x, y, 2, 16, seed=1)
    order = epoch_order(1, 0, 40)
    assert caught.value.epoch == 1
    assert caught.value.step == int(np.flatnonzero(order == 7)[0]) // 16 + 1


class Break(keras.callbacks.Callback):
    """Break one weight after the last step, when no loss can show it any more."""

    def on_train_batch_end(self, batch, logs=None):
        if batch == self.params["steps"] - 1:
            self.model.layers[-1].bias.assign([0.0, np.nan, 0.0])


def test_a_weight_that_breaks_in_the_last_step_stops_the_epoch(make, data, tmp_path):
    with pytest.raises(NotFinite, match="dense/bias is not finite at the end of epoch 1") as caught:
        fit(make(), *data, 2, 16, callbacks=[Break()], folder=tmp_path)
    assert caught.value.step is None
    assert "must have grown too large" in caught.value.what
    assert not list(tmp_path.iterdir())


def test_a_healthy_training_is_left_alone(make, data, same_weights):
    one, other = make("cnn"), make("cnn")
    options = dict(epochs=2, batch_size=16, shuffle=False, verbose=0)
    one.fit(*data, **options)
    other.fit(*data, **options, callbacks=[StopOnNaN()])
    assert same_weights(one, other)
