"""Attention by hand: distributions, masks, finite differences, Keras."""

import numpy as np
import pytest

from course_utils.errors import CourseError, ShapeError
from course_utils.scratch.attention import (
    CausalSelfAttention,
    MultiHeadSelfAttention,
    dot_product_attention,
)
from tests.scratch.gradients import check_layer

B, T, D, H = 2, 5, 6, 3
REAL = np.array([[True] * 5, [True, True, True, False, False]])
MASKS = {"none": None, "padding": REAL[:, None, None, :], "one": np.eye(T, dtype=bool)}


@pytest.fixture
def x():
    return np.random.default_rng(1).normal(size=(B, T, D))


@pytest.fixture
def dy():
    return np.random.default_rng(2).normal(size=(B, T, D))


@pytest.fixture(params=[False, True], ids=["both ways", "causal"])
def layer(request):
    return MultiHeadSelfAttention(D, H, np.random.default_rng(0), causal=request.param)


@pytest.fixture(params=MASKS)
def mask(request):
    return MASKS[request.param]


def test_the_mixture_is_the_weighted_mean_of_the_values():
    q, k, v = np.array([[2.0, 0.0]]), np.array([[1.0, 0.0], [-1.0, 5.0]]), np.array([[3.0], [7.0]])
    share = 1 / (1 + np.exp(-4 / np.sqrt(2)))  # scores 2 and -2, divided by the root of K = 2
    mixed, weights = dot_product_attention(q, k, v)
    np.testing.assert_allclose(weights, [[share, 1 - share]])
    np.testing.assert_allclose(mixed, [[3 * share + 7 * (1 - share)]])


def test_values_may_have_a_width_of_their_own():
    rng = np.random.default_rng(0)
    mixed, weights = dot_product_attention(
        rng.normal(size=(4, 3, 6)), rng.normal(size=(4, 7, 6)), rng.normal(size=(4, 7, 2))
    )
    assert mixed.shape == (4, 3, 2) and weights.shape == (4, 3, 7)


def test_rows_are_distributions_and_what_is_masked_weighs_exactly_nothing(layer, x, mask):
    layer.forward(x, mask)
    weights = layer.last_weights
    assert weights.shape == (B, H, T, T)
    np.testing.assert_allclose(weights.sum(-1), 1.0)
    if mask is not None:
        assert (weights[~np.broadcast_to(mask, weights.shape)] == 0).all()
    if layer.causal:
        assert (np.triu(weights, 1) == 0).all()


def test_a_position_that_may_look_at_nothing_gets_zeros_not_nan(x):
    layer = MultiHeadSelfAttention(D, H, np.random.default_rng(0))
    mask = np.ones((T, T), dtype=bool)
    mask[2] = False
    y = layer.forward(x, mask)
    assert (layer.last_weights[:, :, 2] == 0).all() and (y[:, 2] == 0).all()
    assert (y[:, 1] != 0).any()
    dx = layer.backward(np.ones_like(x))
    assert np.isfinite(dx).all()


def test_a_position_never_sees_its_future(x):
    layer = CausalSelfAttention(D, H, np.random.default_rng(0))
    before = layer.forward(x)
    x[:, 3:] += 100.0
    after = layer.forward(x)
    np.testing.assert_allclose(after[:, :3], before[:, :3], rtol=1e-12)
    assert not np.allclose(after[:, 3:], before[:, 3:])


def test_without_positions_the_order_does_not_matter(x):
    layer = MultiHeadSelfAttention(D, H, np.random.default_rng(0))
    order = np.array([3, 0, 4, 1, 2])
    np.testing.assert_allclose(layer.forward(x[:, order]), layer.forward(x)[:, order], rtol=1e-9)


def test_scores_too_large_for_exp_do_no_harm(x):
    layer = MultiHeadSelfAttention(D, H, np.random.default_rng(0))
    assert np.isfinite(layer.forward(1e4 * x)).all()


def test_every_gradient_matches_finite_differences(layer, x, dy, mask):
    check_layer(layer, x, dy, mask)


def test_keras_gives_the_same_outputs_weights_and_gradients(layer, x, dy, mask):
    keras = pytest.importorskip("keras")
    tf = pytest.importorskip("tensorflow")
    theirs = keras.layers.MultiHeadAttention(H, D // H, use_bias=False, dtype="float64")
    theirs.build((B, T, D), (B, T, D))
    names = ("q", "k", "v", "out")  # the order in which Keras keeps them
    shapes = dict.fromkeys("qkv", (D, H, D // H)) | {"out": (H, D // H, D)}
    theirs.set_weights([layer.params[name].reshape(shapes[name]) for name in names])
    inputs = tf.constant(x)
    fits = None if mask is None else np.broadcast_to(mask, (B, H, T, T))
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y, weights = theirs(
            inputs,
            inputs,
            attention_mask=fits,
            return_attention_scores=True,
            use_causal_mask=layer.causal,
        )
        loss = tf.reduce_sum(y * dy)
    sources = [inputs, *(v.value for v in theirs.trainable_variables)]
    gradients = [np.asarray(g) for g in tape.gradient(loss, sources)]

    ours = layer.forward(x, mask)
    dx = layer.backward(dy)
    np.testing.assert_allclose(ours, np.asarray(y), atol=1e-7)
    np.testing.assert_allclose(layer.last_weights, np.asarray(weights), atol=1e-7)
    found = [dx] + [layer.grads[name] for name in names]
    for a, b in zip(found, gradients, strict=True):
        np.testing.assert_allclose(a, b.reshape(a.shape), atol=1e-6)  # Keras scales in float32


@pytest.mark.parametrize("heads, width", [(4, 6), (0, 6), (7, 6), (-1, 6)])
def test_heads_that_do_not_divide_the_width_are_refused_with_those_that_do(heads, width):
    with pytest.raises(ShapeError, match=rf"{heads} heads .* 6 features[\s\S]*\[1, 2, 3, 6\]"):
        MultiHeadSelfAttention(width, heads, np.random.default_rng(0))


@pytest.mark.parametrize(
    "shape, fix", [((T, D), r"x\[None\]"), ((B, T, 4), "width"), ((B, 0, D), "T")]
)
def test_inputs_of_another_shape_are_refused(shape, fix):
    layer = MultiHeadSelfAttention(D, H, np.random.default_rng(0))
    with pytest.raises(ShapeError, match=fix):
        layer.forward(np.zeros(shape))


@pytest.mark.parametrize("causal", [False, True])
def test_masks_that_are_not_boolean_or_do_not_fit_are_refused(x, causal):
    layer = MultiHeadSelfAttention(D, H, np.random.default_rng(0), causal=causal)
    with pytest.raises(CourseError, match="not boolean"):
        layer.forward(x, np.ones((T, T)))
    with pytest.raises(ShapeError, match=r"mask has shape \(3,\)"):
        layer.forward(x, np.ones(3, dtype=bool))


def test_backward_wants_a_forward_and_a_gradient_that_fits(x):
    layer = MultiHeadSelfAttention(D, H, np.random.default_rng(0))
    with pytest.raises(CourseError, match="nothing has gone forward"):
        layer.backward(x)
    layer.forward(x)
    with pytest.raises(ShapeError, match=r"\(2, 5, 6\), got \(2, 5\)"):
        layer.backward(x[:, :, 0])


def test_queries_keys_and_values_must_go_together():
    with pytest.raises(ShapeError, match="do not go together"):
        dot_product_attention(np.ones((3, 4)), np.ones((5, 3)), np.ones((5, 2)))
    with pytest.raises(ShapeError, match="do not go together"):
        dot_product_attention(np.ones((3, 4)), np.ones((5, 4)), np.ones((6, 2)))
