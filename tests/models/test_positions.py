"""Positions in Keras: the layers add the right rows, the turn equals the one by hand."""

import keras
import numpy as np
import pytest
from keras import ops

from course_utils.errors import ShapeError
from course_utils.models.positions import LearnedPositions, SinusoidalPositions, rotary
from course_utils.scratch import positions as scratch

KINDS = [LearnedPositions, SinusoidalPositions]


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(2, 5, 6)).astype("float32")


def table(layer, length, width):
    return ops.convert_to_numpy(layer(np.zeros((1, length, width), "float32")))[0]


def test_the_fixed_code_is_that_of_scratch(x):
    y = ops.convert_to_numpy(SinusoidalPositions(9)(x))
    np.testing.assert_allclose(y - x, np.tile(scratch.sinusoidal(5, 6), (2, 1, 1)), atol=1e-6)


def test_the_learned_table_has_a_row_for_every_position_and_learns(x):
    layer = LearnedPositions(9)
    layer(x)
    assert [tuple(v.shape) for v in layer.trainable_variables] == [(9, 6)]
    assert 0.01 < np.std(layer.get_weights()[0]) < 0.03


@pytest.mark.parametrize("kind", KINDS)
def test_positions_may_be_given_one_row_for_all_or_one_per_sequence(kind, x):
    layer = kind(9)
    rows = table(layer, 9, 6)
    same = ops.convert_to_numpy(layer(x, positions=np.arange(3, 8)))
    np.testing.assert_allclose(same - x, np.tile(rows[3:8], (2, 1, 1)), atol=1e-6)
    own = np.array([[0, 1, 2, 3, 4], [4, 3, 2, 1, 8]])
    np.testing.assert_allclose(
        ops.convert_to_numpy(layer(x, positions=own)) - x, rows[own], atol=1e-6
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_sequence_longer_than_the_table_is_refused(kind, x):
    with pytest.raises(ShapeError, match=r"5 positions, .* at most 4"):
        kind(4)(x)


@pytest.mark.parametrize("kind", KINDS)
def test_tokens_that_were_not_looked_up_are_refused(kind):
    with pytest.raises(ShapeError, match="Embedding"):
        kind(4)(np.zeros((2, 3)))


def test_an_empty_table_and_an_odd_width_are_refused():
    with pytest.raises(ShapeError, match="0 positions"):
        LearnedPositions(0)
    with pytest.raises(ShapeError, match="5 features"):
        SinusoidalPositions(4)(np.zeros((1, 2, 5), "float32"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_with_positions_is_saved_and_read_back(kind, x, tmp_path):
    model = keras.Sequential([keras.Input((None, 6)), kind(9)])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(x), model(x))


@pytest.mark.parametrize("kind", KINDS)
def test_the_output_has_the_precision_of_the_layer(kind, x):
    assert keras.backend.standardize_dtype(kind(9, dtype="mixed_float16")(x).dtype) == "float16"


def test_the_turn_is_that_of_scratch():
    x = np.random.default_rng(1).normal(size=(2, 3, 5, 8))
    turned = ops.convert_to_numpy(rotary(ops.convert_to_tensor(x), np.arange(5)))
    np.testing.assert_allclose(turned, scratch.rotary(x, np.arange(5)), atol=1e-12)
    own = np.array([[0, 1, 2, 3, 4], [9, 8, 7, 6, 5]])[:, None]
    turned = ops.convert_to_numpy(rotary(ops.convert_to_tensor(x), own))
    np.testing.assert_allclose(turned, scratch.rotary(x, own), atol=1e-12)


def test_half_precision_does_not_spoil_far_positions():
    x = np.random.default_rng(2).normal(size=(1, 1, 8))
    turned = rotary(ops.cast(x, "float16"), [4001])
    assert keras.backend.standardize_dtype(turned.dtype) == "float16"
    np.testing.assert_allclose(ops.convert_to_numpy(turned), scratch.rotary(x, [4001]), atol=5e-3)
