"""RNN, LSTM and GRU: against finite differences, against Keras, with masks on either side."""

import numpy as np
import pytest

from course_utils.errors import CourseError, ShapeError
from course_utils.scratch.gru import GRU
from course_utils.scratch.lstm import LSTM
from course_utils.scratch.recurrent import Recurrent
from course_utils.scratch.rnn import RNN
from tests.scratch.gradients import check_layer

B, T, D, H = 5, 6, 3, 4
KINDS = [RNN, LSTM, GRU]
MASKS = {
    "none": None,
    "right": np.arange(T) < np.array([[6], [4], [1], [0], [2]]),
    "left": np.arange(T) >= np.array([[0], [2], [5], [6], [3]]),
    "holes": np.random.default_rng(4).random((B, T)) < 0.5,
}


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def layer(request):
    layer = request.param(D, H, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    for values in layer.params.values():  # biases too: at zero a swapped block goes unseen
        values += rng.normal(0, 0.3, values.shape)
    return layer


@pytest.fixture(params=MASKS)
def mask(request):
    return MASKS[request.param]


@pytest.fixture
def x():
    return np.random.default_rng(2).normal(size=(B, T, D))


@pytest.fixture
def dy():
    return np.random.default_rng(3).normal(size=(B, T, H))


def test_every_gradient_matches_finite_differences(layer, x, dy, mask):
    dx = check_layer(layer, x, dy, mask)
    if mask is not None:
        assert (dx[~mask] == 0).all()


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_keras_gives_the_same_outputs_and_gradients_from_the_same_weights(
    layer, x, dy, mask, backwards
):
    keras = pytest.importorskip("keras")
    tf = pytest.importorskip("tensorflow")
    kind = {"RNN": "SimpleRNN"}.get(type(layer).__name__, type(layer).__name__)
    theirs = getattr(keras.layers, kind)(
        H, return_sequences=True, go_backwards=backwards, dtype="float64"
    )
    theirs.build((None, T, D))
    theirs.set_weights(list(layer.params.values()))
    inputs = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = theirs(inputs, mask=None if mask is None else tf.constant(mask))
        loss = tf.reduce_sum(y * dy)
    sources = [inputs, *(v.value for v in theirs.trainable_variables)]
    gradients = [np.asarray(g) for g in tape.gradient(loss, sources)]

    turned = slice(None, None, -1 if backwards else 1)
    ours = layer.forward(x[:, turned], None if mask is None else mask[:, turned])
    dx = layer.backward(dy)[:, turned]
    np.testing.assert_allclose(ours, np.asarray(y), atol=1e-12)
    for a, b in zip([dx, *layer.grads.values()], gradients, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)


def test_the_state_is_what_the_formula_says_at_the_first_step():
    layer = LSTM(1, 1, np.random.default_rng(0))
    i, f, g, o = 0.3, -0.2, 0.7, 1.1
    layer.params = {"w": np.array([[i, f, g, o]]), "u": np.zeros((1, 4)), "b": np.zeros(4)}
    c = 1 / (1 + np.exp(-i)) * np.tanh(g)
    y = layer.forward(np.ones((1, 1, 1)))
    assert y[0, 0, 0] == pytest.approx(np.tanh(c) / (1 + np.exp(-o)), rel=1e-12)
    assert layer.gates["c"][0, 0, 0] == pytest.approx(c, rel=1e-12)


def test_what_stands_in_the_padding_changes_nothing(layer, x, dy):
    mask = MASKS["right"]
    clean = layer.forward(x, mask)
    layer.backward(dy)
    grads = layer.grads
    dirty = np.where(mask[:, :, None], x, np.nan)
    np.testing.assert_array_equal(layer.forward(dirty, mask), clean)
    layer.backward(dy)
    for name, values in layer.grads.items():
        np.testing.assert_array_equal(values, grads[name])


def test_padding_on_either_side_gives_the_last_state_of_the_bare_sequence(layer, x):
    bare = layer.forward(x)[:, -1]
    waste = np.full((B, 2, D), 9.0)
    left, right = np.concatenate([waste, x], 1), np.concatenate([x, waste], 1)
    real, none = np.ones((B, T), bool), np.zeros((B, 2), bool)
    for padded, mask in (
        (left, np.concatenate([none, real], 1)),
        (right, np.concatenate([real, none], 1)),
    ):
        np.testing.assert_allclose(layer.forward(padded, mask)[:, -1], bare, rtol=1e-12)


def test_a_row_that_is_all_masked_gives_the_initial_state_zeros(layer, x):
    y = layer.forward(x, MASKS["right"])
    np.testing.assert_array_equal(y[3], np.zeros((T, H)))
    assert (layer.backward(np.ones((B, T, H)))[3] == 0).all()


def test_a_state_never_sees_its_future(layer, x):
    before = layer.forward(x)
    x[:, 3:] += 100.0
    after = layer.forward(x)
    np.testing.assert_array_equal(after[:, :3], before[:, :3])
    assert not np.allclose(after[:, 3:], before[:, 3:])


def test_a_second_call_starts_from_zero_again(layer, x):
    np.testing.assert_array_equal(layer.forward(x), layer.forward(x))


def test_sequences_of_a_batch_do_not_meet(layer, x):
    together = layer.forward(x)
    apart = np.concatenate([layer.forward(row[None]) for row in x])
    np.testing.assert_allclose(together, apart, rtol=1e-12)


def test_gradients_are_replaced_not_added(layer, x, dy):
    for _ in range(2):
        layer.forward(x)
        layer.backward(dy)
    first = layer.grads
    layer.forward(x)
    layer.backward(dy)
    for name, values in first.items():
        assert values.shape == layer.params[name].shape
        np.testing.assert_array_equal(layer.grads[name], values)


def test_the_same_seed_gives_the_same_layer_and_a_forget_bias_of_one():
    a, b = (LSTM(D, H, np.random.default_rng(7)).params for _ in range(2))
    assert all(np.array_equal(a[name], b[name]) for name in a)
    np.testing.assert_array_equal(a["b"], [0] * H + [1] * H + [0] * 2 * H)


@pytest.mark.parametrize("kind", KINDS)
def test_recurrent_weights_start_with_orthonormal_rows_as_in_keras(kind):
    u = kind(D, H, np.random.default_rng(0)).params["u"]
    np.testing.assert_allclose(u @ u.T, np.eye(H), rtol=0, atol=1e-12)
    keras = pytest.importorskip("keras")
    theirs = np.asarray(keras.initializers.Orthogonal(seed=0)(u.shape))
    np.testing.assert_allclose(theirs @ theirs.T, np.eye(H), rtol=0, atol=1e-5)


def test_the_gates_of_an_lstm_are_shown_with_their_steps(x):
    layer = LSTM(D, H, np.random.default_rng(0))
    y = layer.forward(x)
    gates = layer.gates
    assert {name: values.shape for name, values in gates.items()} == dict.fromkeys(
        "ifgoc", (B, T, H)
    )
    np.testing.assert_allclose(gates["o"] * np.tanh(gates["c"]), y, rtol=1e-12)
    carried = gates["f"][:, 1:] * gates["c"][:, :-1] + (gates["i"] * gates["g"])[:, 1:]
    np.testing.assert_allclose(carried, gates["c"][:, 1:], rtol=1e-12)


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        ((T, D), r"\(B, T, 3\), got \(6, 3\)[\s\S]*x\[None\]"),
        ((B, T, D + 1), r"got \(5, 6, 4\)"),
        ((D,), r"got \(3,\)"),
        ((B, 0, D), "sequences of no steps"),
    ],
)
def test_wrong_input_is_refused_with_the_way_out(layer, shape, says):
    with pytest.raises(ShapeError, match=says):
        layer.forward(np.zeros(shape))


@pytest.mark.parametrize("shape", [(B,), (T, B), (B, T, 1), (B, T + 1)])
def test_a_mask_of_another_shape_is_refused(layer, x, shape):
    with pytest.raises(ShapeError, match=r"\(B, T\) = \(5, 6\)"):
        layer.forward(x, np.ones(shape, dtype=bool))


def test_tokens_in_place_of_a_mask_are_refused(layer, x):
    with pytest.raises(CourseError, match="tokens != 0"):
        layer.forward(x, np.full((B, T), 7))


def test_zeros_and_ones_are_a_mask(layer, x):
    mask = MASKS["holes"]
    np.testing.assert_array_equal(layer.forward(x, mask.astype(int)), layer.forward(x, mask))


def test_a_gradient_that_would_broadcast_is_refused(layer, x):
    layer.forward(x)
    with pytest.raises(ShapeError, match=r"\(5, 6, 4\), got \(5, 4\)"):
        layer.backward(np.ones((B, H)))


def test_backward_before_forward_is_refused(layer):
    with pytest.raises(CourseError, match="forward"):
        layer.backward(np.ones((B, T, H)))


def test_gates_before_forward_are_refused():
    with pytest.raises(CourseError, match="forward"):
        LSTM(D, H, np.random.default_rng(0)).gates["f"]


@pytest.mark.parametrize(("inputs", "units"), [(0, 4), (3, 0)])
def test_a_layer_of_no_size_is_refused(inputs, units):
    with pytest.raises(ShapeError, match="at least 1"):
        RNN(inputs, units, np.random.default_rng(0))


def test_every_layer_walks_with_the_same_code():
    for kind in KINDS:
        assert kind.forward is Recurrent.forward and kind.backward is Recurrent.backward
