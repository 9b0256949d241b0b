"""Checkpoints: complete or absent, never half; and never loaded into the wrong model."""

import hashlib
import json
import os

import keras
import numpy as np
import pytest
from keras import layers

from course_utils.errors import CourseError, DataMissingError, UsageError
from course_utils.train import snapshot
from course_utils.train.checkpoint import Checkpoint, resume
from course_utils.train.fit import fit
from course_utils.train.stop_on_nan import NotFinite


@pytest.fixture
def trained(make, data, tmp_path):
    """(model, folder) after two epochs."""
    model = make()
    fit(model, *data, 2, 16, folder=tmp_path / "run")
    return model, tmp_path / "run"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_resume_brings_back_weights_momenta_and_progress(trained, make, same_weights):
    model, folder = trained
    other = make(seed=8)
    assert not same_weights(model, other)
    progress = resume(other, folder)
    assert (progress.epoch, progress.step, progress.stopped) == (2, 6, False)
    assert list(progress.history) == ["loss"] and len(progress.history["loss"]) == 2
    assert same_weights(model, other)
    for one, two in zip(model.optimizer.variables, other.optimizer.variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), two.numpy(), err_msg=one.path)


def test_the_generators_of_dropout_go_on_where_they_were(make, data, tmp_path):
    x, y = data
    model, other = make("cnn"), make("cnn")
    fit(model, x, y, 2, 16, folder=tmp_path)
    first = np.asarray(other(x, training=True))
    resume(other, tmp_path)
    np.testing.assert_array_equal(other(x, training=True), model(x, training=True))
    other = make("cnn")
    np.testing.assert_array_equal(other(x, training=True), first)  # a seed alone begins anew


def test_with_keras_own_fit_it_goes_on_exactly_too_if_nothing_is_shuffled(
    make, data, same_weights, tmp_path
):
    x, y = data
    options = dict(batch_size=16, shuffle=False, verbose=0)
    whole, cut, resumed = make("cnn"), make("cnn"), make("cnn", seed=8)
    whole.fit(x, y, epochs=4, **options)
    cut.fit(x, y, epochs=2, callbacks=[Checkpoint(tmp_path)], **options)
    done = resume(resumed, tmp_path)
    resumed.fit(
        *(x, y), epochs=4, initial_epoch=done.epoch, callbacks=[Checkpoint(tmp_path)], **options
    )
    assert same_weights(whole, resumed)
    assert len(resume(resumed, tmp_path).history["loss"]) == 4


def test_the_manifest_says_what_the_file_holds(trained):
    _, folder = trained
    assert names(folder) == ["epoch-0002.json", "epoch-0002.npz"]
    about = json.loads((folder / "epoch-0002.json").read_text())
    raw = (folder / "epoch-0002.npz").read_bytes()
    assert about["sha256"] == hashlib.sha256(raw).hexdigest()
    assert about["bytes"] == len(raw)
    assert (about["epoch"], about["step"], about["keras"]) == (2, 6, keras.version())
    assert about["model"] == [
        ["dense/kernel", [64, 3], "float32"],
        ["dense/bias", [3], "float32"],
    ]
    assert np.load(folder / "epoch-0002.npz", allow_pickle=False)["model-0"].shape == (64, 3)


@pytest.mark.parametrize(("keep", "kept"), [(1, [5]), (2, [4, 5]), (9, [1, 2, 3, 4, 5])])
def test_the_newest_are_kept(keep, kept, make, data, tmp_path):
    x, y = data
    make().fit(x, y, epochs=5, verbose=0, callbacks=[Checkpoint(tmp_path, keep=keep)])
    expected = [f"epoch-{epoch:04}.{kind}" for epoch in kept for kind in ("json", "npz")]
    assert names(tmp_path) == expected


def test_between_the_asked_for_epochs_nothing_is_written_but_the_last_one_is(make, data, tmp_path):
    x, y = data
    make().fit(x, y, epochs=5, verbose=0, callbacks=[Checkpoint(tmp_path, every=2, keep=9)])
    assert [name for name in names(tmp_path) if name.endswith("npz")] == [
        "epoch-0002.npz",
        "epoch-0004.npz",
        "epoch-0005.npz",
    ]


def test_epoch_10000_is_newer_than_epoch_9999(tmp_path):
    for epoch in (9999, 10000):
        snapshot.write(tmp_path, epoch, {"a": np.zeros(1)}, {}, keep=2)
    assert snapshot.newest(tmp_path).name == "epoch-10000.json"


# --- damaged and missing


def flip_a_byte(folder):
    path = folder / "epoch-0002.npz"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def cut_in_half(folder):
    path = folder / "epoch-0002.npz"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def cut_the_manifest(folder):
    path = folder / "epoch-0002.json"
    path.write_text(path.read_text()[:200])


def empty_the_manifest(folder):
    (folder / "epoch-0002.json").write_bytes(b"\x00" * 300)


def lose_the_arrays(folder):
    (folder / "epoch-0002.npz").unlink()


def another_format(folder):
    path = folder / "epoch-0002.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 7'))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (flip_a_byte, r"epoch-0002\.npz is damaged: expected .* SHA-256 \w{12}.*, found .* \w{12}"),
        (cut_in_half, r"epoch-0002\.npz is damaged: expected [\d,]+ bytes .* found [\d,]+ bytes"),
        (cut_the_manifest, r"epoch-0002\.json is damaged: expected the JSON .* found"),
        (empty_the_manifest, r"epoch-0002\.json is damaged: expected the JSON"),
        (lose_the_arrays, r"epoch-0002\.npz is missing, but epoch-0002\.json speaks of it"),
        (another_format, r"epoch-0002\.json has format 7, expected 1"),
    ],
)
def test_a_damaged_checkpoint_is_refused_by_name_and_changes_nothing(damage, says, trained, make):
    _, folder = trained
    damage(folder)
    model = make(seed=8)
    before = model.get_weights()
    with pytest.raises(DataMissingError, match=says):
        resume(model, folder)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_the_remedy_in_the_message_works(make, data, tmp_path):
    x, y = data
    make().fit(x, y, epochs=3, verbose=0, callbacks=[Checkpoint(tmp_path, keep=2)])
    (tmp_path / "epoch-0003.npz").unlink()
    with pytest.raises(DataMissingError, match=r"delete epoch-0003\.json"):
        resume(make(), tmp_path)
    (tmp_path / "epoch-0003.json").unlink()
    assert resume(make(), tmp_path).epoch == 2


@pytest.mark.parametrize("folder", ["empty", "nowhere"])
def test_a_folder_without_checkpoint_is_named(folder, make, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataMissingError, match=f"no checkpoint in .*{folder}"):
        resume(make(), tmp_path / folder)


# --- another model


def network(*middle, optimizer="adam"):
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), *middle, layers.Dense(3)])
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (
            lambda: network(layers.Dense(7, activation="relu")),
            r"variable 0 is dense/kernel \(64, 6\) float32 in the checkpoint and "
            r"dense/kernel \(64, 7\) float32 in this model",
        ),
        (
            lambda: network(layers.Dense(6, activation="relu"), layers.Dense(6)),
            r"variable 2 is dense/kernel \(6, 3\) .* dense/kernel \(6, 6\)",
        ),
        (
            lambda: network(layers.Dense(6, activation="relu"), layers.Dropout(0.1)),
            r"variable 2 is dense/kernel .* and seed_generator/\w+ \(2,\) \w+ in this",
        ),
        (
            lambda: network(layers.Dense(6, activation="tanh")),
            r"model\.layers\[2\]\.config\.activation is relu in the checkpoint and tanh in this",
        ),
        (
            lambda: network(layers.Dense(6, activation="relu"), optimizer="sgd"),
            "was written with the optimizer Adam, this model has SGD",
        ),
        (
            lambda: network(
                layers.Dense(6, activation="relu"), optimizer=keras.optimizers.Adam(amsgrad=True)
            ),
            r"another optimizer\. .*variable 10 is absent .* and \w+_velocity_hat \(64, 6\)",
        ),
    ],
    ids=["width", "depth", "dropout", "activation", "optimizer", "optimizer option"],
)
def test_another_model_is_refused_with_the_first_difference(other, says, data, tmp_path):
    fit(network(layers.Dense(6, activation="relu")), *data, 1, 16, folder=tmp_path)
    model = other()
    before = model.get_weights()
    with pytest.raises(CourseError, match=says):
        resume(model, tmp_path)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_the_numbers_that_keras_appends_to_names_do_not_matter(data, tmp_path):
    fit(network(layers.Dense(6)), *data, 1, 16, folder=tmp_path)
    for _ in range(3):
        model = network(layers.Dense(6))
    assert model.layers[1].name != "dense"
    assert resume(model, tmp_path).epoch == 1


def test_a_model_written_as_a_class_is_compared_by_its_weights(make, data, tmp_path):
    class Own(keras.Model):
        def __init__(self, width):
            super().__init__()
            self.flat, self.hidden = layers.Flatten(), layers.Dense(width)
            self.out = layers.Dense(3)

        def call(self, x):
            return self.out(self.hidden(self.flat(x)))

    def made(width):
        model = Own(width)
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        return model

    x, y = data
    one, same, other = made(4), made(4), made(5)
    fit(one, x, y, 1, 16, folder=tmp_path)
    fit(same, x, y, 1, 16, folder=tmp_path)
    np.testing.assert_array_equal(one.predict(x, verbose=0), same.predict(x, verbose=0))
    with pytest.raises(CourseError, match=r"kernel \(64, 4\).* kernel \(64, 5\)|\(64, 4\)"):
        fit(other, x, y, 1, 16, folder=tmp_path)


def test_bfloat16_weights_survive(data, tmp_path):
    def made():
        model = network(layers.Dense(6, dtype="bfloat16"))
        assert model.weights[0].dtype == "bfloat16"
        return model

    one, other = made(), made()
    fit(one, *data, 1, 16, folder=tmp_path)
    resume(other, tmp_path)
    for a, b in zip(one.weights, other.weights, strict=True):
        assert (np.asarray(a.value) == np.asarray(b.value)).all()


def test_what_has_no_optimizer_or_no_weights_is_refused(trained):
    _, folder = trained
    with pytest.raises(UsageError, match="not compiled"):
        resume(keras.Sequential([keras.Input((8, 8, 1)), layers.Dense(3)]), folder)
    bare = keras.Sequential([layers.Dense(3)])
    bare.compile("adam", "mse")
    with pytest.raises(UsageError, match="no weights yet"):
        resume(bare, folder)


# --- interrupted while writing


def disk_full_halfway(monkeypatch):
    def half(file, **arrays):
        file.write(b"PK half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot.np, "savez", half)


def stopped_before(kind):
    def prepare(monkeypatch):
        replace = os.replace

        def stop(source, target):
            if str(target).endswith(kind):
                raise OSError(5, "Input/output error")
            replace(source, target)

        monkeypatch.setattr(os, "replace", stop)

    prepare.__name__ = f"stopped before the {kind}"
    return prepare


@pytest.mark.parametrize(
    "accident",
    [disk_full_halfway, stopped_before("npz"), stopped_before("json")],
    ids=lambda accident: accident.__name__,
)
def test_an_interrupted_writing_leaves_the_checkpoint_before_it(
    accident, trained, make, data, monkeypatch, same_weights
):
    model, folder = trained
    with monkeypatch.context() as patch:
        accident(patch)
        with pytest.raises(CourseError, match=r"cannot write .*epoch-0003\.npz \(.*\)"):
            fit(make(), *data, 3, 16, folder=folder)
    assert {"epoch-0002.json", "epoch-0002.npz"} <= set(names(folder))
    resumed = make(seed=8)
    assert resume(resumed, folder).epoch == 2
    assert same_weights(model, resumed)
    whole = make()
    fit(whole, *data, 4, 16)
    fit(resumed, *data, 4, 16, folder=folder)
    assert same_weights(whole, resumed)
    assert names(folder) == ["epoch-0004.json", "epoch-0004.npz"]  # the rests are swept up


def test_a_process_killed_while_writing_leaves_the_checkpoint_before_it(
    trained, make, data, monkeypatch
):
    """Killed: no exception handler of ours runs, the half-written file stays."""

    class Killed(BaseException):
        pass

    def half(file, **arrays):
        file.write(b"PK half of it")
        raise Killed

    _, folder = trained
    with monkeypatch.context() as patch:
        patch.setattr(snapshot.np, "savez", half)
        with pytest.raises(Killed):
            fit(make(), *data, 3, 16, folder=folder)
    assert names(folder) == ["epoch-0002.json", "epoch-0002.npz", "epoch-0003.npz.part"]
    assert resume(make(), folder).epoch == 2


def test_a_folder_that_cannot_be_made_is_an_explained_error(make, data, tmp_path):
    (tmp_path / "file").write_text("here lies a file")
    with pytest.raises(CourseError, match="cannot write the checkpoint"):
        fit(make(), *data, 1, 16, folder=tmp_path / "file")


# --- what it will not do


def test_another_training_does_not_overwrite_a_checkpoint(trained, make, data):
    _, folder = trained
    before = names(folder)
    with pytest.raises(CourseError, match="after epoch 2, but this training begins after epoch 0"):
        make().fit(*data, epochs=1, verbose=0, callbacks=[Checkpoint(folder)])
    assert names(folder) == before


def test_weights_that_are_not_finite_are_not_saved(trained, make, data):
    model, folder = trained
    model.layers[-1].bias.assign([0.0, np.inf, 0.0])
    with pytest.raises(NotFinite, match=r"epoch 3 ended .*\(.*dense/kernel\)"):
        model.fit(*data, initial_epoch=2, epochs=3, verbose=0, callbacks=[Checkpoint(folder)])
    assert names(folder) == ["epoch-0002.json", "epoch-0002.npz"]


@pytest.mark.parametrize("options", [dict(every=0), dict(keep=0)])
def test_it_saves_at_least_something(options, tmp_path):
    with pytest.raises(CourseError, match="at least 1"):
        Checkpoint(tmp_path, **options)
