"""What callbacks remember goes through JSON and arrays and comes back to the same kind."""

import json

import keras
import numpy as np

from course_utils.train import memory
from course_utils.train.checkpoint import Checkpoint
from course_utils.train.fit import fit


def test_numbers_and_weights_come_back_to_callbacks_of_the_same_kind():
    def made():
        stop, lower = keras.callbacks.EarlyStopping(), keras.callbacks.ReduceLROnPlateau()
        return stop, keras.callbacks.LambdaCallback(), lower, keras.callbacks.EarlyStopping()

    old, new = made(), made()
    old[0].wait, old[0].best = 2, np.float32(0.25)
    old[0].best_weights = [np.arange(3.0), np.zeros((2, 2))]
    old[2].wait, old[2].cooldown_counter = 4, 1
    old[3].wait = 7
    arrays, memories = memory.collect(old)
    memory.give_back(new, json.loads(json.dumps(memories)), arrays)
    assert (new[0].wait, new[0].best, new[3].wait) == (2, 0.25, 7)
    np.testing.assert_array_equal(new[0].best_weights[0], [0.0, 1.0, 2.0])
    assert (new[2].wait, new[2].cooldown_counter) == (4, 1)
    assert new[3].best_weights is None


def test_a_callback_that_was_not_there_before_begins_anew():
    stop = keras.callbacks.EarlyStopping(patience=9)
    memory.give_back([stop], {"ReduceLROnPlateau 0": {"wait": 3}}, {})
    assert (stop.wait, stop.patience) == (0, 9)


def test_the_best_model_on_disk_is_not_replaced_by_a_worse_one(make, data, tmp_path):
    x, y = data
    wrong = (x, (y + 1) % 3)  # the first epoch is the best

    def run(epochs):
        best = keras.callbacks.ModelCheckpoint(tmp_path / "best.keras", save_best_only=True)
        model = make("line", keras.optimizers.Adam(0.05))
        fit(model, x, y, epochs, 16, validation=wrong, callbacks=[best], folder=tmp_path / "run")
        return (tmp_path / "best.keras").read_bytes()

    first = run(1)
    assert run(3) == first


def test_a_checkpoint_gives_memory_back_in_keras_own_fit_too(make, data, tmp_path):
    x, y = data

    def run(first, last):
        stop = keras.callbacks.EarlyStopping("val_loss", patience=3)
        model = make("line", keras.optimizers.Adam(0.05))
        model.fit(
            *(x, y),
            validation_data=(x, (y + 1) % 3),
            initial_epoch=first,
            epochs=last,
            batch_size=16,
            shuffle=False,
            verbose=0,
            callbacks=[stop, Checkpoint(tmp_path, remember=[stop])],
        )
        return stop

    waited = run(0, 3).wait
    assert waited in (1, 2)
    # so many epochs less are left to wait; a callback without memory would stop at 6
    assert run(3, 9).stopped_epoch == 2 + (3 - waited)
