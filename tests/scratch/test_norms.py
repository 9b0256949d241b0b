"""Normalisation layers: what they promise, gradients by nudges, Keras, and refusals."""

import numpy as np
import pytest

from course_utils.errors import CourseError, ShapeError
from course_utils.scratch.norms import BatchNorm, LayerNorm
from tests.scratch.gradients import check_layer

SHAPES = [(7, 5), (3, 4, 5), (2, 3, 4, 5)]


def with_parameters(layer):
    rng = np.random.default_rng(0)
    layer.params["gamma"] = rng.normal(1.0, 0.5, 5)
    layer.params["beta"] = rng.normal(0.0, 0.5, 5)
    return layer


def numbers(shape, seed=1):
    """Features whose means and spreads differ widely."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape) * np.linspace(0.2, 3, shape[-1]) + np.arange(shape[-1])


@pytest.fixture
def batch_norm():
    return with_parameters(BatchNorm(5))


@pytest.fixture
def layer_norm():
    return with_parameters(LayerNorm(5))


def all_ways():
    """(layer, keyword arguments of its forward): each way a norm is used."""
    used = with_parameters(BatchNorm(5, momentum=0.5))
    for seed in range(3):
        used.forward(numbers((7, 5), seed))
    return {
        "batch norm in training": (with_parameters(BatchNorm(5)), {"training": True}),
        "batch norm in use": (used, {"training": False}),
        "layer norm": (with_parameters(LayerNorm(5)), {}),
    }


WAYS = list(all_ways())


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("way", WAYS)
def test_gradients_match_finite_differences(way, shape):
    layer, how = all_ways()[way]
    x, dy = numbers(shape), np.random.default_rng(2).normal(size=shape)
    check_layer(layer, x, dy, **how)


@pytest.mark.parametrize("way", WAYS)
def test_gradients_are_replaced_not_added(way):
    layer, how = all_ways()[way]
    layer.forward(numbers((7, 5)), **how)
    layer.backward(np.ones((7, 5)))
    once = layer.grads
    layer.backward(np.ones((7, 5)))
    for name in ("gamma", "beta"):
        np.testing.assert_array_equal(layer.grads[name], once[name])


@pytest.mark.parametrize("shape", SHAPES)
def test_in_training_every_feature_leaves_with_mean_0_and_variance_1(shape):
    y = BatchNorm(5, epsilon=1e-12).forward(numbers(shape)).reshape(-1, 5)
    np.testing.assert_allclose(y.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=0), 1.0, rtol=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_layer_norm_gives_every_example_mean_0_and_variance_1(shape):
    y = LayerNorm(5, epsilon=1e-12).forward(numbers(shape))
    np.testing.assert_allclose(y.mean(axis=-1), 0.0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=-1), 1.0, rtol=1e-9)


def test_beta_and_gamma_are_the_new_mean_and_standard_deviation(batch_norm):
    y = batch_norm.forward(1e3 * numbers((50, 5)))  # so large that epsilon does not matter
    np.testing.assert_allclose(y.mean(axis=0), batch_norm.params["beta"], atol=1e-12)
    np.testing.assert_allclose(y.std(axis=0), abs(batch_norm.params["gamma"]), rtol=1e-6)


def test_an_example_depends_on_its_batch_in_training_and_not_in_use(batch_norm):
    x = numbers((7, 5))
    other = np.concatenate([x[:1], 10 + x[1:]])
    assert np.abs(batch_norm.forward(x)[0] - batch_norm.forward(other)[0]).max() > 0.1
    in_use = [batch_norm.forward(batch, training=False)[0] for batch in (x, other, x[:1])]
    np.testing.assert_array_equal(in_use[0], in_use[1])
    np.testing.assert_array_equal(in_use[0], in_use[2])


def test_an_example_never_depends_on_its_batch_in_layer_norm(layer_norm):
    x = numbers((7, 5))
    np.testing.assert_array_equal(layer_norm.forward(x)[:1], layer_norm.forward(x[:1]))


def test_use_changes_no_running_average(batch_norm):
    before = batch_norm.running_mean.copy(), batch_norm.running_variance.copy()
    batch_norm.forward(numbers((7, 5)), training=False)
    np.testing.assert_array_equal(batch_norm.running_mean, before[0])
    np.testing.assert_array_equal(batch_norm.running_variance, before[1])


def test_after_n_batches_a_share_momentum_to_the_n_of_the_start_is_left():
    layer, x = BatchNorm(5, momentum=0.9), numbers((7, 5))
    for _ in range(8):
        layer.forward(x)
    np.testing.assert_allclose(layer.running_mean, (1 - 0.9**8) * x.mean(axis=0))
    np.testing.assert_allclose(layer.running_variance, 0.9**8 + (1 - 0.9**8) * x.var(axis=0))


def test_the_running_averages_are_what_use_normalises_with():
    layer, x = BatchNorm(5, momentum=0.0), numbers((7, 5))
    np.testing.assert_allclose(layer.forward(x), layer.forward(x, training=False), rtol=1e-12)


def test_one_example_gives_beta_and_no_gradient(batch_norm):
    y = batch_norm.forward(numbers((1, 5)))
    np.testing.assert_array_equal(y[0], batch_norm.params["beta"])
    np.testing.assert_array_equal(batch_norm.backward(np.ones((1, 5))), 0.0)
    np.testing.assert_allclose(batch_norm.running_variance, 0.99)


def test_one_picture_has_many_pixels_and_is_normalised():
    y = BatchNorm(5, epsilon=1e-12).forward(numbers((1, 4, 4, 5)))
    np.testing.assert_allclose(y.var(axis=(0, 1, 2)), 1.0)


def test_a_feature_that_never_varies_gives_beta_instead_of_nan(batch_norm, layer_norm):
    for layer in (batch_norm, layer_norm):
        y = layer.forward(np.full((6, 5), 3.0))
        np.testing.assert_array_equal(y, np.broadcast_to(layer.params["beta"], (6, 5)))
        np.testing.assert_allclose(layer.backward(np.ones((6, 5))).sum(), 0.0, atol=1e-9)


def test_the_input_gradient_sums_to_0_along_what_was_averaged(batch_norm, layer_norm):
    x, dy = numbers((7, 5)), numbers((7, 5), 3)
    batch_norm.forward(x)
    np.testing.assert_allclose(batch_norm.backward(dy).sum(axis=0), 0.0, atol=1e-9)
    layer_norm.forward(x)
    np.testing.assert_allclose(layer_norm.backward(dy).sum(axis=1), 0.0, atol=1e-9)


@pytest.mark.parametrize("kind", [BatchNorm, LayerNorm])
def test_the_unit_of_measurement_does_not_matter(kind):
    x = numbers((7, 5))
    ours, scaled = kind(5, epsilon=1e-12), kind(5, epsilon=1e-12)
    np.testing.assert_allclose(ours.forward(x), scaled.forward(1000 * x), rtol=1e-9)


@pytest.mark.parametrize("kind", [BatchNorm, LayerNorm])
def test_the_input_is_left_alone(kind):
    x = numbers((7, 5))
    kept = x.copy()
    layer = kind(5)
    layer.forward(x)
    layer.backward(x)
    np.testing.assert_array_equal(x, kept)


@pytest.mark.parametrize("kind", [BatchNorm, LayerNorm])
@pytest.mark.parametrize(
    ("shape", "says"),
    [
        ((5,), r"got \(5,\).\n.*x\[None\]"),
        ((), r"got \(\)"),
        ((7, 4), r"\(N, ..., 5\).*got \(7, 4\)"),
        ((2, 5, 3, 3), "channels"),
        ((0, 5), "N at least 1"),
    ],
)
def test_wrong_shapes_are_refused_with_the_way_out(kind, shape, says):
    with pytest.raises(ShapeError, match=says):
        kind(5).forward(np.ones(shape))


@pytest.mark.parametrize("kind", [BatchNorm, LayerNorm])
def test_a_gradient_that_would_broadcast_is_refused(kind):
    layer = kind(5)
    layer.forward(numbers((7, 5)))
    with pytest.raises(ShapeError, match=r"\(7, 5\), got \(5,\)"):
        layer.backward(np.ones(5))


@pytest.mark.parametrize("kind", [BatchNorm, LayerNorm])
def test_settings_that_divide_by_zero_or_normalise_nothing_are_refused(kind):
    with pytest.raises(CourseError, match="epsilon is 0"):
        kind(5, epsilon=0)
    with pytest.raises(ShapeError, match="0 features"):
        kind(0)


@pytest.mark.parametrize("momentum", [-0.1, 1.0, 99, float("nan")])
def test_averages_that_never_move_are_refused(momentum):
    with pytest.raises(CourseError, match="momentum is"):
        BatchNorm(5, momentum=momentum)


def twin(keras, layer, shape, **options):
    """Keras's layer with the same parameters, in float64."""
    kinds = {BatchNorm: "BatchNormalization", LayerNorm: "LayerNormalization"}
    theirs = getattr(keras.layers, kinds[type(layer)])(dtype="float64", **options)
    theirs.build(shape)
    theirs.gamma.assign(layer.params["gamma"])
    theirs.beta.assign(layer.params["beta"])
    return theirs


def their_gradients(tf, theirs, x, dy, **how):
    """[dx, dgamma, dbeta] as NumPy arrays."""
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(theirs(x, **how) * dy)
    wanted = [x, theirs.gamma.value, theirs.beta.value]
    return [np.asarray(g) for g in tape.gradient(loss, wanted)]


@pytest.mark.parametrize("shape", SHAPES)
def test_keras_agrees_over_several_batches_in_training_and_then_in_use(batch_norm, shape):
    keras, tf = pytest.importorskip("keras"), pytest.importorskip("tensorflow")
    theirs = twin(keras, batch_norm, shape)
    dy = np.random.default_rng(9).normal(size=shape)
    for seed, training in enumerate([True, True, True, True, False]):
        x = numbers(shape, seed)
        np.testing.assert_allclose(
            batch_norm.forward(x, training), theirs(x, training=training), atol=1e-10
        )
        np.testing.assert_allclose(batch_norm.running_mean, theirs.moving_mean, atol=1e-10)
        np.testing.assert_allclose(batch_norm.running_variance, theirs.moving_variance, atol=1e-10)
    for training in (False, True):
        batch_norm.forward(x, training)
        dx = batch_norm.backward(dy)
        expected = their_gradients(tf, theirs, x, dy, training=training)
        ours = [dx, batch_norm.grads["gamma"], batch_norm.grads["beta"]]
        for a, b in zip(ours, expected, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-10)


def test_keras_agrees_on_a_batch_of_one(batch_norm):
    keras = pytest.importorskip("keras")
    theirs, x = twin(keras, batch_norm, (1, 5)), numbers((1, 5))
    np.testing.assert_allclose(batch_norm.forward(x), theirs(x, training=True), atol=1e-12)
    np.testing.assert_allclose(batch_norm.running_variance, theirs.moving_variance, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_keras_agrees_on_layer_norm_and_its_gradients(layer_norm, shape):
    keras, tf = pytest.importorskip("keras"), pytest.importorskip("tensorflow")
    theirs, x = twin(keras, layer_norm, shape), numbers(shape)
    dy = np.random.default_rng(9).normal(size=shape)
    np.testing.assert_allclose(layer_norm.forward(x), theirs(x), atol=1e-10)
    dx = layer_norm.backward(dy)
    expected = their_gradients(tf, theirs, x, dy)
    ours = [dx, layer_norm.grads["gamma"], layer_norm.grads["beta"]]
    for a, b in zip(ours, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-10)
