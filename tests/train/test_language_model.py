"""The compiled training step: the same update however it is cut and compiled."""

import keras
import numpy as np
import pytest

from course_utils.errors import ShapeError, UsageError
from course_utils.models.gpt import GPT, GPTConfig
from course_utils.train.language_model import LanguageModelTrainer

RNG = np.random.default_rng(3)
X, Y = RNG.integers(0, 13, (8, 6)), RNG.integers(0, 13, (8, 6))
Y[:3, 4:] = -1  # padding, in some parts of the batch more than in others


def make(**options):
    keras.utils.set_random_seed(2)
    return GPT(GPTConfig(vocabulary=13, context=6, width=8, layers=1, heads=2, **options))


def trainer_of(model, rate=0.5, jit=False, **options):
    """Without XLA, which takes seconds for each of these tiny models."""
    return LanguageModelTrainer(model, keras.optimizers.SGD(rate), jit=jit, **options)


def trained(batches, *, model=None, **options):
    model = model or make()
    trainer = trainer_of(model, **options)
    return list(trainer.run(batches)), model.get_weights()


def assert_same(one, other, atol=1e-6):
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=atol)


@pytest.mark.parametrize("parts", [2, 4])
def test_accumulated_gradients_make_the_update_of_the_whole_batch(parts):
    losses, weights = trained([(X, Y)] * 2)
    cut, cut_weights = trained([(X, Y)] * 2, accumulate=parts)
    assert_same(weights, cut_weights)
    np.testing.assert_allclose(cut, losses, rtol=1e-6)


def test_several_steps_in_one_call_are_the_same_steps():
    batches = [(X, Y), (X[::-1], Y[::-1]), (X, Y)]
    losses, weights = trained(batches)
    together, together_weights = trained(batches, steps_per_call=2)
    assert_same(weights, together_weights)
    np.testing.assert_allclose(together, losses, rtol=1e-6)


def test_compiled_by_xla_or_not_it_learns_the_same():
    losses, weights = trained([(X, Y)] * 2)
    compiled, compiled_weights = trained([(X, Y)] * 2, jit=True)
    assert_same(weights, compiled_weights)
    np.testing.assert_allclose(compiled, losses, rtol=1e-6)


def test_a_step_is_one_of_keras_s_own_on_the_same_loss():
    model = make()
    model.compile(
        keras.optimizers.SGD(0.5, global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    answers = np.abs(Y)
    model.train_on_batch(X, answers)
    assert_same(trained([(X, answers)])[1], model.get_weights())


def test_rows_are_read_and_shifted_by_one():
    rows = np.concatenate([X, X[:, :1]], axis=1)
    model, twin = make(), make()
    losses = trainer_of(model).advance(rows[None])
    want = trainer_of(twin).step(rows[:, :-1], rows[:, 1:])
    assert losses.shape == (1,) and float(losses[0]) == pytest.approx(want, rel=1e-6)
    assert_same(model.get_weights(), twin.get_weights())


def test_padding_is_not_asked_and_not_learned():
    other = X.copy()
    other[:3, 5] = 0  # read at a padded position only, and nothing comes after it
    one, weights = trained([(X, Y)])
    two, same = trained([(other, Y)])
    assert one == pytest.approx(two, rel=1e-6)
    assert_same(weights, same)


def test_the_loss_is_in_nats_per_token():
    model = make()
    for variable in model.trainable_variables:
        variable.assign(variable * 0)
    trainer = trainer_of(model)
    assert trainer.evaluate(X, Y) == pytest.approx(np.log(13), rel=1e-6)
    assert trainer.step(X, Y) == pytest.approx(np.log(13), rel=1e-6)


def test_evaluate_weighs_positions_and_learns_nothing():
    model = make()
    trainer = trainer_of(model)
    before = model.get_weights()
    x, y = np.tile(X, (9, 1)), np.tile(Y, (9, 1))  # 72 rows: more than are read at once
    logits = np.asarray(model(x)).astype(float)
    nats = np.log(np.exp(logits).sum(-1)) - np.take_along_axis(
        logits, np.abs(y)[..., None], -1
    ).squeeze(-1)
    weights = np.random.default_rng(0).random(y.shape)
    counted = weights * (y >= 0)
    assert trainer.evaluate(x, y, weights) == pytest.approx((nats * counted).sum() / counted.sum())
    assert trainer.evaluate(x, y) == pytest.approx(nats[y >= 0].mean())
    assert_same(before, model.get_weights(), atol=0)


def test_a_long_gradient_is_cut_to_the_clip():
    moved = []
    for clip in (None, 1e-3):
        model = make()
        before = model.get_weights()
        trained([(X, Y)], model=model, rate=1.0, clip=clip)
        steps = [a - b for a, b in zip(model.get_weights(), before, strict=True)]
        moved.append(np.sqrt(sum((step**2).sum() for step in steps)))
    assert moved[0] > 0.1
    assert moved[1] == pytest.approx(1e-3, rel=1e-3)


def test_an_optimizer_that_clips_by_itself_is_left_alone():
    optimizer = keras.optimizers.SGD(0.1, global_clipnorm=0.25)
    LanguageModelTrainer(make(), optimizer, clip=1.0)
    assert optimizer.global_clipnorm == 0.25


def test_training_lowers_the_loss():
    losses, _ = trained([(X, np.roll(X, -1, 1))] * 30, rate=1.0, steps_per_call=10)
    assert losses[-1] < losses[0] - 0.2


@pytest.mark.parametrize("name", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_takes_finite_steps_of_float32_weights(name):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        model = make()
        model.compile(keras.optimizers.SGD(0.5))  # adds loss scaling in float16
        old = model.get_weights()
        losses = list(LanguageModelTrainer(model, jit=name == "mixed_bfloat16").run([(X, Y)] * 2))
    finally:
        keras.config.set_dtype_policy(before)
    _, full = trained([(X, Y)] * 2)
    assert np.isfinite(losses).all()
    assert any((a != b).any() for a, b in zip(old, model.get_weights(), strict=True))
    assert_same(model.get_weights(), full, atol=0.02)


def test_bad_batches_are_refused():
    trainer = trainer_of(make(), accumulate=3)
    with pytest.raises(ShapeError, match="8 rows cannot be cut into 3 equal parts"):
        trainer.step(X, Y)
    with pytest.raises(ShapeError, match=r"x is \(8, 6\) and y is \(8, 5\)"):
        trainer.step(X, Y[:, 1:])
    with pytest.raises(ShapeError, match="different shapes"):
        list(trainer_of(make(), steps_per_call=2).run([(X, Y), (X[:4], Y[:4])]))
    with pytest.raises(ShapeError, match="no position counts"):
        trainer.evaluate(X, np.full_like(Y, -1))


def test_a_trainer_without_optimizer_or_with_impossible_counts_is_refused():
    with pytest.raises(UsageError, match="no optimizer was given"):
        LanguageModelTrainer(make())
    with pytest.raises(UsageError, match="accumulate is 0"):
        LanguageModelTrainer(make(), keras.optimizers.SGD(0.1), accumulate=0)
