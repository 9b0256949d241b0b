"""Saliency and Grad-CAM against nudges, closed forms and bad input."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytest.importorskip("tensorflow")

from course_utils.errors import ShapeError, UsageError  # noqa: E402
from course_utils.train import input_gradient  # noqa: E402
from course_utils.train.attribution import enlarge, grad_cam, saliency  # noqa: E402

RNG = np.random.default_rng(0)
IMAGES = RNG.random((3, 8, 8, 3), dtype="float32")


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    layers = keras.layers
    picture = keras.Input((8, 8, 3))
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="maps")(picture)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    return keras.Model(picture, layers.Dense(4, name="logits")(x))


def test_saliency_is_the_strongest_nudge_of_the_three_colours(model):
    got = saliency(model, IMAGES[:1], [2])[0]
    nudged = np.repeat(IMAGES[:1], 192, axis=0).reshape(192, -1)
    nudged[np.arange(192), np.arange(192)] += 1e-2
    before, after = (model(v.reshape(-1, 8, 8, 3)).numpy()[:, 2] for v in (IMAGES[:1], nudged))
    slopes = np.abs((after - before) / 1e-2).reshape(8, 8, 3).max(axis=-1)
    assert np.median(np.abs(got - slopes)) < 1e-4
    assert np.corrcoef(got.ravel(), slopes.ravel())[0, 1] > 0.98  # a kink of ReLU may differ


def test_grad_cam_of_mean_and_dense_is_the_class_activation_map(model):
    features = keras.Model(model.input, model.get_layer("maps").output)(IMAGES).numpy()
    kernel = model.get_layer("logits").get_weights()[0]
    want = np.maximum(features @ kernel[:, 1] / 16, 0)
    np.testing.assert_allclose(
        grad_cam(model, IMAGES, "maps", [1, 1, 1]), want, rtol=1e-4, atol=1e-6
    )


def test_without_classes_the_models_own_answers_are_explained(model):
    own = model(IMAGES).numpy().argmax(axis=1)
    np.testing.assert_array_equal(saliency(model, IMAGES), saliency(model, IMAGES, own))
    np.testing.assert_array_equal(
        grad_cam(model, IMAGES, "maps"), grad_cam(model, IMAGES, "maps", own)
    )


def test_parts_give_the_same_maps_as_all_at_once(model, monkeypatch):
    whole = saliency(model, IMAGES), grad_cam(model, IMAGES, "maps")
    monkeypatch.setattr(input_gradient.parts, "__defaults__", (2,))
    for a, b in zip(whole, (saliency(model, IMAGES), grad_cam(model, IMAGES, "maps")), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_what_the_answer_does_not_depend_on_has_no_saliency():
    picture = keras.Input((8, 8, 3))
    top = keras.layers.Cropping2D(((0, 4), (0, 0)))(picture)
    logits = keras.layers.Dense(2)(keras.layers.Flatten()(top))
    got = saliency(keras.Model(picture, logits), IMAGES)
    assert (got[:, 4:] == 0).all() and (got[:, :4] > 0).all()


def test_a_class_that_nothing_speaks_for_has_an_empty_map(model):
    features = keras.Model(model.input, model.get_layer("maps").output)
    logits = keras.layers.Lambda(lambda x: -keras.ops.mean(x, axis=(1, 2)))(features.output)
    assert not grad_cam(keras.Model(model.input, logits), IMAGES, "maps").any()


def test_enlarging_keeps_mean_and_place():
    maps = np.zeros((1, 8, 8))
    maps[0, 5, 2] = 1
    large = enlarge(maps, (32, 32))
    row, column = np.unravel_index(large[0].argmax(), (32, 32))
    assert large.shape == (1, 32, 32) and large.dtype == np.float32
    assert 20 <= row <= 23 and 8 <= column <= 11
    assert large.mean() == pytest.approx(maps.mean(), rel=1e-5)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda m: saliency(m, IMAGES[0]), ShapeError, "image\\[None\\]"),
        (lambda m: saliency(m, IMAGES[:0]), ShapeError, "one image at least"),
        (lambda m: saliency(m, IMAGES, [1]), ShapeError, "one class per image"),
        (lambda m: grad_cam(m, IMAGES, "nowhere"), UsageError, "'maps'"),
        (lambda m: grad_cam(m, IMAGES, "mean"), ShapeError, "no height and width"),
        (lambda m: grad_cam(object(), IMAGES, "maps"), UsageError, "functional model"),
        (lambda m: enlarge(np.zeros((4, 4)), (8, 8)), ShapeError, "map\\[None\\]"),
    ],
)
def test_bad_input_is_refused_with_the_next_step(model, call, error, says):
    with pytest.raises(error, match=says):
        call(model)
