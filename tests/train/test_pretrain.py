"""A pretraining that is stopped, killed or fails ends with the bits of one that was not."""

import contextlib
import json
import os
import random

import keras
import numpy as np
import pytest
from keras import layers

from course_utils.errors import CourseError, DataMissingError
from course_utils.train import snapshot
from course_utils.train.adamw import adamw
from course_utils.train.language_model import LanguageModelTrainer
from course_utils.train.plan import Plan
from course_utils.train.pretrain import Pretraining, refuse_other
from course_utils.train.stop_on_nan import NotFinite
from course_utils.train.token_stream import WindowStream

PLAN = Plan(
    steps=10,
    batch=2,
    context=6,
    per_call=3,
    seed=4,
    peak=0.05,
    weight_decay=0.1,
    beta_2=0.99,
    clip=1.0,
    about={"corpus": "letters", "model": {"width": 8}},
)
IDS = np.random.default_rng(0).integers(0, 11, 300)


@pytest.fixture(scope="module")
def model_and_trainer():
    """Compiled once for all tests; `fresh` puts it back to its beginning."""
    model = keras.Sequential(
        [
            keras.Input((PLAN.context,), dtype="int32"),
            layers.Embedding(11, 8),
            layers.Dropout(0.2, seed=5),
            layers.Dense(11),
        ]
    )
    model.compile(adamw(model, PLAN.schedule()))
    trainer = LanguageModelTrainer(model, jit=False)
    begin = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
    return model, trainer, begin


@pytest.fixture
def training(model_and_trainer, tmp_path):
    """training() -> a `Pretraining` as a new process would have it: nothing learned yet."""
    model, trainer, begin = model_and_trainer

    def make(advance=None, plan=PLAN, folder=tmp_path):
        for variable, value in zip(
            (*model.variables, *model.optimizer.variables), begin, strict=True
        ):
            variable.assign(value)
        stream = WindowStream(IDS, batch=plan.batch, context=plan.context, seed=plan.seed)
        return Pretraining(model, advance or trainer.advance, stream, plan, folder)

    make.advance = trainer.advance
    return make


def bits(job):
    """Everything that can be told apart: weights, momenta, step counts, random states."""
    return [v.numpy().tobytes() for v in (*job.model.variables, *job.model.optimizer.variables)]


@pytest.fixture
def whole(training, tmp_path):
    """The bits of a training that nobody disturbed."""
    job = training(folder=tmp_path / "undisturbed")
    list(job.run())
    return bits(job)


class Killed(BaseException):
    """What no handler of the package catches, like the end of the process."""


def test_it_runs_to_the_end_and_says_how_far_it_is(training, tmp_path):
    job = training()
    seen = list(job.run())
    assert [progress.step for progress in seen] == [3, 6, 9, 10]
    assert [progress.tokens for progress in seen] == [36, 36, 36, 12]
    assert [progress.saved for progress in seen] == [False, False, False, True]
    assert [step for step, _ in job.curve] == list(range(1, 11))
    assert sum(progress.seconds for progress in seen) == pytest.approx(job.seconds)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-0010.json", "step-0010.npz"]


def test_the_loss_that_is_reported_is_the_mean_of_the_call(training):
    job = training()
    for progress in job.run():
        first = max(0, (progress.step - 1) // 3 * 3)
        losses = [loss for step, loss in job.curve if first < step <= progress.step]
        assert progress.loss == pytest.approx(np.mean(losses))


@pytest.mark.parametrize("stops", [[1], [2], [1, 2, 3], [1, 1], []])
def test_stopped_and_continued_it_is_bit_equal(stops, training, whole):
    """`stops`: after how many calls each process ends."""
    for calls in stops:
        job = training()
        job.resume()
        for _, _ in zip(range(calls), job.run(), strict=False):
            pass
        if job.step < PLAN.steps:
            job.save()
    job = training()
    job.resume()
    list(job.run())
    assert bits(job) == whole
    assert job.step == 10


def test_the_curve_and_the_seconds_go_on(training):
    first = training()
    next(first.run())
    first.save()
    second = training()
    second.resume()
    assert second.seconds == first.seconds > 0
    list(second.run())
    assert [step for step, _ in second.curve] == list(range(1, 11))
    assert second.seconds > first.seconds


@pytest.mark.parametrize("seed", range(20))
def test_killed_at_a_random_moment_again_and_again_it_is_bit_equal(
    seed, training, whole, monkeypatch
):
    """The moments: in the middle of learning, and at each thing that saving does to the disk.

    `alive` counts down over all of them, so that the end comes anywhere.
    """
    rng, alive = random.Random(seed), [0]

    def mortal(function, dies_after=False):
        def call(*args, **kwargs):
            alive[0] -= 1
            if alive[0] == 0 and not dies_after:
                raise Killed
            result = function(*args, **kwargs)
            if alive[0] == 0:
                raise Killed
            return result

        return call

    half = rng.random() < 0.5
    write = snapshot.np.savez

    def savez(file, **arrays):
        alive[0] -= 1
        if alive[0] == 0:
            write(file, **arrays)
            file.flush()
            os.truncate(file.fileno(), rng.randrange(1, 4000))
            raise Killed
        write(file, **arrays)

    monkeypatch.setattr(snapshot.np, "savez", savez)
    monkeypatch.setattr(os, "replace", mortal(os.replace, half))
    monkeypatch.setattr(os, "fsync", mortal(os.fsync))
    monkeypatch.setattr(snapshot.Path, "unlink", mortal(snapshot.Path.unlink, half))
    kills = 0
    for life in range(100):
        alive[0] = rng.randrange(1, 30) if life < 4 else 10**9
        job = training(advance=mortal(training.advance, half))
        try:
            job.resume()
            list(job.run(save_every=0))
            if life >= 4:
                break
        except Killed:
            kills += 1
    assert kills >= 1
    assert bits(job) == whole


def test_a_full_disk_is_explained_and_the_checkpoint_before_still_loads(
    training, whole, monkeypatch
):
    job = training()
    running = job.run(save_every=0)
    next(running)

    def full(file, **arrays):
        file.write(b"PK half of it")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(snapshot.np, "savez", full)
        with pytest.raises(CourseError, match=r"step-0006\.npz \(No space left on device\)"):
            next(running)
    job = training()
    job.resume()
    assert job.step == 3
    list(job.run())
    assert bits(job) == whole


@pytest.mark.parametrize(("value", "name"), [(np.nan, "NaN"), (np.inf, "infinite")])
def test_a_loss_that_is_no_number_stops_says_where_and_keeps_the_last_good_one(
    value, name, training, whole
):
    def advance(rows):
        losses = training.advance(rows)
        if calls.append(1) or len(calls) == 3:
            losses[1] = value
        return losses

    calls = []
    job = training(advance=advance)
    says = rf"loss became {name} in step 8; it was \d\S* before\. The last good .*step-0006\.json"
    with pytest.raises(NotFinite, match=says) as caught:
        list(job.run(save_every=0))
    assert caught.value.step == 8
    job = training()
    job.resume()
    assert job.step == 6
    list(job.run())
    assert bits(job) == whole


def test_a_loss_that_was_never_a_number_leaves_no_checkpoint(training, tmp_path):
    job = training(advance=lambda rows: np.full(len(rows), np.nan))
    with pytest.raises(NotFinite, match=r"in step 1; it was never finite\. No checkpoint"):
        list(job.run())
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_no_numbers_are_not_saved_even_if_the_loss_is_one(training):
    job = training()
    running = job.run(save_every=0)
    next(running)
    job.model.layers[-1].bias.assign(np.full(11, np.nan))
    job.advance = lambda rows: np.ones(len(rows))
    with pytest.raises(NotFinite, match=r"dense/bias is not finite after step 6.*step-0003"):
        list(running)


def test_how_often_it_saves_goes_by_the_clock(training):
    now = iter(range(0, 10_000, 10))  # every look at the clock is 10 s later
    saved = [p.step for p in training().run(save_every=30, clock=lambda: next(now)) if p.saved]
    assert saved == [9, 10]


def test_a_damaged_checkpoint_is_refused(training, tmp_path):
    list(training().run())
    path = tmp_path / "step-0010.npz"
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DataMissingError, match=r"step-0010\.npz is damaged"):
        training().resume()


def test_rests_of_killed_processes_are_swept_up(training, tmp_path):
    (tmp_path / "step-0003.npz").write_bytes(b"its manifest was never written")
    (tmp_path / "step-0006.npz.part").write_bytes(b"half")
    list(training().run())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-0010.json", "step-0010.npz"]


def test_the_manifest_says_what_a_person_wants_to_know(training, tmp_path):
    list(training().run())
    about = json.loads((tmp_path / "step-0010.json").read_text())
    assert about["step"] == 10 and len(about["curve"]) == 10 and about["seconds"] > 0


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (dict(seed=5), "has seed 4, now it would be 5"),
        (dict(steps=99), "has steps 10, now it would be 99"),
        (dict(corpus="stories"), "has corpus 'letters', now it would be 'stories'"),
        (dict(minutes=3.0), "has minutes None, now it would be 3.0"),
    ],
)
def test_going_on_with_other_wishes_is_refused(asked, says, tmp_path):
    with pytest.raises(CourseError, match=says):
        refuse_other(PLAN, asked, tmp_path)


def test_going_on_with_the_same_or_no_wishes_is_fine(tmp_path):
    refuse_other(PLAN, dict(seed=4, steps=None, corpus="letters", size=None), tmp_path)


def test_the_curve_of_a_long_training_has_few_points(training):
    job = training(plan=PLAN.with_steps(1000))
    job.advance = lambda rows: np.ones(len(rows))
    with contextlib.suppress(StopIteration):
        for progress in job.run(save_every=1e9):
            if progress.step > 900:
                break
    assert len(job.curve) == 180 and job.curve[-1] == [900, 1.0]
