"""Attacks stay within reach and raise the loss; training against them pays."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytest.importorskip("tensorflow")

from course_utils.errors import CourseError, ShapeError  # noqa: E402
from course_utils.train.adversarial import AdversarialTraining, fgsm, pgd  # noqa: E402

RNG = np.random.default_rng(0)
IMAGES = RNG.random((12, 6, 6, 3), dtype="float32")
LABELS = np.arange(12) % 4


def linear():
    """Logits w . x with known weights, so that the best attack is known."""
    model = keras.Sequential(
        [keras.Input((6, 6, 3)), keras.layers.Flatten(), keras.layers.Dense(4)]
    )
    model.set_weights([np.random.default_rng(1).normal(size=(108, 4)), np.zeros(4)])
    return model


def loss(model, images):
    return keras.losses.sparse_categorical_crossentropy(
        LABELS, model(images), from_logits=True
    ).numpy()


@pytest.mark.parametrize("attack", [fgsm, pgd])
def test_an_attack_stays_within_epsilon_and_the_range_of_a_pixel(attack):
    moved = attack(linear(), IMAGES, LABELS, 0.1)
    assert moved.shape == IMAGES.shape and moved.dtype == np.float32
    assert np.abs(moved - IMAGES).max() <= 0.1 + 1e-6
    assert moved.min() >= 0 and moved.max() <= 1


@pytest.mark.parametrize("attack", [fgsm, pgd])
def test_an_attack_raises_the_loss_of_every_picture(attack):
    model = linear()
    assert (loss(model, attack(model, IMAGES, LABELS, 0.05)) > loss(model, IMAGES)).all()


def test_fgsm_takes_the_sign_of_the_gradient():
    """d loss / d x = w (p - y) for a linear model."""
    model = linear()
    w = model.get_weights()[0]
    p = keras.ops.softmax(model(IMAGES)).numpy() - np.eye(4)[LABELS]
    want = np.clip(IMAGES + 0.03 * np.sign(p @ w.T).reshape(IMAGES.shape), 0, 1)
    np.testing.assert_allclose(fgsm(model, IMAGES, LABELS, 0.03), want, atol=1e-6)


def test_pgd_finds_at_least_as_much_as_fgsm_where_the_loss_bends():
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((6, 6, 3)),
            layers.Flatten(),
            layers.Dense(64, activation="tanh", kernel_initializer="he_normal"),
            layers.Dense(4),
        ]
    )
    one, many = (a(model, IMAGES, LABELS, 0.3) for a in (fgsm, pgd))
    assert loss(model, many).mean() > loss(model, one).mean()


def test_epsilon_zero_changes_nothing():
    for attack in (fgsm, pgd):
        np.testing.assert_array_equal(attack(linear(), IMAGES, LABELS, 0.0), IMAGES)


def test_pgd_is_the_same_for_the_same_seed_only():
    model = linear()
    a, b, c = (pgd(model, IMAGES, LABELS, 0.1, steps=1, seed=s) for s in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert (a != c).any()


def test_one_step_of_adversarial_training_is_a_step_on_both_halves():
    plain, attacked = linear(), linear()
    start = plain.get_weights()
    hostile = fgsm(plain, IMAGES, LABELS, 0.1)
    ce = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    plain.compile(optimizer=keras.optimizers.SGD(0.1), loss=ce)
    plain.train_on_batch(np.concatenate([IMAGES, hostile]), np.tile(LABELS, 2))
    trainer = AdversarialTraining(attacked, 0.1)
    trainer.compile(optimizer=keras.optimizers.SGD(0.1), loss=ce)
    trainer.fit(IMAGES, LABELS, batch_size=12, epochs=1, shuffle=False, verbose=0)
    for a, b, s in zip(plain.get_weights(), attacked.get_weights(), start, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
        assert (a != s).any()


@pytest.mark.parametrize(
    ("images", "labels", "epsilon", "error", "says"),
    [
        (IMAGES[0], LABELS, 0.1, ShapeError, "one label per image"),
        (IMAGES, LABELS[:3], 0.1, ShapeError, "one label per image"),
        (255 * IMAGES, LABELS, 0.1, CourseError, "by 255"),
        (IMAGES, LABELS, 8, CourseError, "between 0 and 1"),
    ],
)
def test_bad_input_is_refused_with_the_next_step(images, labels, epsilon, error, says):
    for attack in (fgsm, pgd):
        with pytest.raises(error, match=says):
            attack(linear(), images, labels, epsilon)
