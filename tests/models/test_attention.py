"""Attention layers: Keras's own with the same weights, the one by hand, masks, precision."""

import keras
import numpy as np
import pytest
from keras import ops

from course_utils.errors import ShapeError
from course_utils.models.attention import (
    AdditiveAttention,
    MultiHeadAttention,
    causal_mask,
    dot_product_attention,
)
from course_utils.models.positions import rotary
from course_utils.scratch import attention as scratch

B, T, S, D, H = 3, 5, 7, 12, 4
K = D // H


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(B, T, D)).astype("float32")


@pytest.fixture
def memory():
    return np.random.default_rng(1).normal(size=(B, S, 10)).astype("float32")


@pytest.fixture
def seen():
    """Some keys hidden for each query, none of which is left without any."""
    mask = np.random.default_rng(2).random((B, T, S)) < 0.5
    mask[..., 3] = True
    return mask


def number(tensor):
    return ops.convert_to_numpy(tensor)


def with_biases(layer, seed=4):
    """Biases start at 0, where a wrong order goes unseen: give every weight random numbers."""
    rng = np.random.default_rng(seed)
    layer.set_weights([rng.normal(0, 0.4, w.shape) for w in layer.get_weights()])
    return layer


def keras_twin(ours, x_shape, memory_shape):
    """Keras's layer with the weights of ours."""
    theirs = keras.layers.MultiHeadAttention(H, K, use_bias=ours.use_bias)
    theirs.build(x_shape, memory_shape)
    parts = [("q", 1), ("kv", 2), ("out", 1)] if ours.crosses else [("qkv", 3), ("out", 1)]
    weights = []
    for name, count in parts:
        dense = getattr(ours, name)
        kernels = np.split(number(dense.kernel), count, axis=1)
        biases = np.split(number(dense.bias), count) if ours.use_bias else [None] * count
        for kernel, bias in zip(kernels, biases, strict=True):
            last = name == "out"
            weights.append(kernel.reshape((H, K, D) if last else (-1, H, K)))
            if bias is not None:
                weights.append(bias.reshape((D,) if last else (H, K)))
    theirs.set_weights(weights)
    return theirs


@pytest.mark.parametrize("use_bias", [False, True])
@pytest.mark.parametrize("causal", [False, True])
def test_self_attention_equals_keras_with_the_same_weights(x, use_bias, causal):
    ours = MultiHeadAttention(H, D, use_bias=use_bias)
    ours.build(x.shape)
    theirs = keras_twin(with_biases(ours), x.shape, x.shape)
    mask = np.arange(T) < np.array([5, 3, 4])[:, None]
    y, weights = ours(x, attention_mask=mask[:, None, None], causal=causal, return_weights=True)
    want, their_weights = theirs(
        x,
        x,
        attention_mask=mask[:, None, :],
        use_causal_mask=causal,
        return_attention_scores=True,
    )
    np.testing.assert_allclose(number(y), number(want), atol=1e-6)
    np.testing.assert_allclose(number(weights), number(their_weights), atol=1e-6)


@pytest.mark.parametrize("use_bias", [False, True])
def test_cross_attention_equals_keras_with_the_same_weights(x, memory, seen, use_bias):
    ours = MultiHeadAttention(H, D, use_bias=use_bias)
    ours.build(x.shape, memory.shape)
    theirs = keras_twin(with_biases(ours), x.shape, memory.shape)
    y, weights = ours(x, memory, attention_mask=seen[:, None], return_weights=True)
    want, their_weights = theirs(x, memory, attention_mask=seen, return_attention_scores=True)
    np.testing.assert_allclose(number(y), number(want), atol=1e-6)
    np.testing.assert_allclose(number(weights), number(their_weights), atol=1e-6)


@pytest.mark.parametrize("causal", [False, True])
def test_self_attention_equals_the_layer_by_hand(x, causal):
    by_hand = scratch.MultiHeadSelfAttention(D, H, np.random.default_rng(3), causal=causal)
    ours = MultiHeadAttention(H, D, dtype="float64")
    ours.build(x.shape)
    qkv = np.concatenate([by_hand.params[name] for name in "qkv"], axis=1)
    ours.set_weights([qkv, by_hand.params["out"]])
    np.testing.assert_allclose(number(ours(x, causal=causal)), by_hand.forward(x), atol=1e-12)


def test_dot_product_attention_equals_the_one_by_hand_for_any_leading_axes():
    rng = np.random.default_rng(5)
    for front in [(), (2,), (2, 3)]:
        q, k = rng.normal(size=(*front, T, K)), rng.normal(size=(*front, S, K))
        v, mask = rng.normal(size=(*front, S, 2)), rng.random((T, S)) < 0.4
        got = dot_product_attention(*map(ops.convert_to_tensor, (q, k, v, mask)))
        for one, other in zip(got, scratch.dot_product_attention(q, k, v, mask), strict=True):
            np.testing.assert_allclose(number(one), other, atol=1e-12)


def test_a_row_that_may_look_at_nothing_gives_zeros_and_no_nan_gradient(x):
    layer = MultiHeadAttention(H, D)
    mask = np.ones((T, T), dtype=bool)
    mask[2] = False
    y, weights = layer(x, attention_mask=mask, return_weights=True)
    assert (number(weights)[:, :, 2] == 0).all() and (number(y)[:, 2] == 0).all()
    np.testing.assert_allclose(number(weights)[:, :, 1].sum(-1), 1, rtol=1e-6)
    model = keras.Sequential([keras.Input((T, D)), layer])
    model.compile("sgd", "mse")
    model.train_on_batch(x, x)
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_a_position_never_sees_its_future(x):
    layer = MultiHeadAttention(H, D, rotary=False)
    before = number(layer(x, causal=True))
    x[:, 3:] += 100.0
    after = number(layer(x, causal=True))
    np.testing.assert_array_equal(after[:, :3], before[:, :3])
    assert not np.allclose(after[:, 3:], before[:, 3:])


def test_a_causal_mask_and_a_padding_mask_are_both_kept(x):
    real = np.array([[False, True, True, True, True]] * B)[:, None, None]
    weights = number(
        MultiHeadAttention(H, D)(x, attention_mask=real, causal=True, return_weights=True)[1]
    )
    assert (weights[..., 0] == 0).all() and (np.triu(weights, 1) == 0).all()
    np.testing.assert_array_equal(number(causal_mask(3)), np.tri(3, dtype=bool))


def test_the_steps_of_a_layer_are_public_and_make_the_whole(x, memory):
    layer = MultiHeadAttention(2, D, rotary=True)
    want = number(layer(x))
    mixed, _ = dot_product_attention(*layer.project(x))
    np.testing.assert_array_equal(number(layer.join(mixed)), want)
    cross = MultiHeadAttention(H, D)
    want = number(cross(x, memory))
    mixed, _ = dot_product_attention(cross.ask(x), *cross.offer(memory))
    np.testing.assert_array_equal(number(cross.join(mixed)), want)


def test_rotary_turns_queries_and_keys_and_not_values(x):
    plain, turning = MultiHeadAttention(2, D), MultiHeadAttention(2, D, rotary=True)
    plain.build(x.shape)
    turning.build(x.shape)
    turning.set_weights(plain.get_weights())
    (q, k, v), turned = plain.project(x), turning.project(x, np.arange(T) + 4)
    wanted = (rotary(q, np.arange(T) + 4), rotary(k, np.arange(T) + 4), v)
    for one, other in zip(turned, wanted, strict=True):
        np.testing.assert_array_equal(number(one), number(other))
    # Only distances count: moving the whole sequence changes nothing.
    one, _ = turning.attend(*turning.project(x))
    moved, _ = turning.attend(*turning.project(x, np.arange(T) + 100))
    np.testing.assert_allclose(number(one), number(moved), atol=1e-4)


def test_dropout_acts_in_training_only_and_the_weights_shown_are_whole(x):
    layer = MultiHeadAttention(H, D, dropout=0.5)
    np.testing.assert_array_equal(number(layer(x)), number(layer(x)))
    one, weights = layer(x, training=True, return_weights=True)
    other = layer(x, training=True)
    assert not np.allclose(number(one), number(other))
    np.testing.assert_allclose(number(weights).sum(-1), 1, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16"])
def test_in_half_precision_scores_do_not_overflow_and_weights_are_float32(x, dtype):
    layer, exact = MultiHeadAttention(2, D, dtype=dtype), MultiHeadAttention(2, D)
    layer.build(x.shape)
    exact.build(x.shape)
    exact.set_weights(layer.get_weights())
    y, weights = layer(x, return_weights=True)
    assert keras.backend.standardize_dtype(y.dtype) == dtype.removeprefix("mixed_")
    assert keras.backend.standardize_dtype(weights.dtype) == "float32"
    np.testing.assert_allclose(ops.cast(y, "float32"), number(exact(x)), atol=0.05)
    q, k, _ = (number(part) for part in exact.project(x))  # (B, H, T, K)
    largest = np.abs(q @ k.swapaxes(2, 3)).max()
    factor = np.sqrt(1.5 * 65504 / largest)  # q k^T is too large for float16, scaled it is not
    assert np.isfinite(number(ops.cast(layer(factor * x), "float32"))).all()


@pytest.mark.parametrize("crosses", [False, True])
def test_a_saved_layer_comes_back(x, memory, crosses, tmp_path):
    inputs = [keras.Input((None, D))] + [keras.Input((None, 10))] * crosses
    layer = MultiHeadAttention(2, D, use_bias=True, dropout=0.1, rotary=not crosses)
    model = keras.Model(inputs, layer(*inputs))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    batch = [x, memory][: 1 + crosses]
    np.testing.assert_array_equal(again.predict(batch, verbose=0), model.predict(batch, verbose=0))
    assert again.layers[-1].get_config() == layer.get_config()


@pytest.mark.parametrize("heads", [5, 0, 24])
def test_heads_that_do_not_divide_the_width_are_refused_with_those_that_do(heads):
    with pytest.raises(ShapeError, match=r"[\s\S]*\[1, 2, 3, 4, 6, 12\]"):
        MultiHeadAttention(heads, D)


def test_heads_without_pairs_cannot_be_turned():
    with pytest.raises(ShapeError, match="3 features do not come in pairs"):
        MultiHeadAttention(4, 12, rotary=True)


def test_one_layer_is_either_self_attention_or_cross_attention(x, memory):
    alone, crossing = MultiHeadAttention(H, D), MultiHeadAttention(H, D)
    alone(x)
    crossing(x, memory)
    with pytest.raises(ShapeError, match="built without a memory and is called with one"):
        alone(x, memory)
    with pytest.raises(ShapeError, match="built with a memory and is called without one"):
        crossing(x)


@pytest.mark.parametrize("layer", [MultiHeadAttention(H, D), AdditiveAttention(4)])
def test_inputs_without_a_batch_are_refused(layer, x, memory):
    with pytest.raises(ShapeError, match=r"x\[None\]"):
        layer(x[0], memory)


def test_additive_attention_is_the_papers_formula(x, memory, seen):
    layer = AdditiveAttention(6)
    mixed, weights = layer(x, memory, attention_mask=seen)
    w, u, v = map(number, (layer.query, layer.key, layer.score))
    b, t = 1, 2
    scores = np.array([v @ np.tanh(x[b, t] @ w + memory[b, s] @ u) for s in range(S)])
    shares = np.where(seen[b, t], np.exp(scores), 0)
    shares /= shares.sum()
    np.testing.assert_allclose(number(weights)[b, t], shares, atol=1e-6)
    np.testing.assert_allclose(number(mixed)[b, t], shares @ memory[b], atol=1e-6)
    assert (number(weights)[~seen] == 0).all()


def test_additive_attention_asks_one_query_at_a_time_with_the_same_result(x, memory):
    layer = AdditiveAttention(6)
    whole, weights = layer(x, memory)
    keys = layer.offer(memory)
    one, share = layer.attend(x[:, 2:3], memory, keys)
    np.testing.assert_allclose(number(one)[:, 0], number(whole)[:, 2], atol=1e-6)
    np.testing.assert_allclose(number(share)[:, 0], number(weights)[:, 2], atol=1e-6)


def test_additive_attention_is_saved_and_refuses_no_units(x, memory, tmp_path):
    with pytest.raises(ShapeError, match="units is 0"):
        AdditiveAttention(0)
    inputs = [keras.Input((None, D)), keras.Input((None, 10))]
    model = keras.Model(inputs, AdditiveAttention(6)(*inputs))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    for a, b in zip(again([x, memory]), model([x, memory]), strict=True):
        np.testing.assert_array_equal(number(a), number(b))
