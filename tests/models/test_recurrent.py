"""Recurrent models: sizes, padding that changes nothing, and order that matters."""

import keras
import numpy as np
import pytest

from course_utils.errors import ShapeError, UsageError
from course_utils.models.recurrent import char_rnn, stacked_lstm


def test_the_stacked_lstm_has_the_parameters_of_the_formula():
    model = stacked_lstm()
    counts = {layer.name: layer.count_params() for layer in model.layers}
    assert counts == {"lstm1": 71_168, "lstm2": 131_584, "logits": 1_290}
    assert model.get_layer("lstm1").output.shape == (None, 10, 128)


def test_the_stacked_lstm_reads_any_length_if_none_is_given():
    model = stacked_lstm((None, 3), 2, 4)
    assert model(np.zeros((1, 5, 3))).shape == model(np.zeros((1, 9, 3))).shape == (1, 2)


@pytest.mark.parametrize("cell, gates", [("rnn", 1), ("lstm", 4), ("gru", 3)])
@pytest.mark.parametrize("both_ways", [False, True])
def test_the_character_model_has_the_parameters_of_the_formula(cell, gates, both_ways):
    model = char_rnn(20, 4, width=5, units=6, cell=cell, both_ways=both_ways)
    biases = 2 if cell == "gru" else 1
    reader = (1 + both_ways) * gates * (5 + 6 + biases) * 6
    assert model.count_params() == 20 * 5 + reader + (6 * (1 + both_ways) + 1) * 4


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("both_ways", [False, True])
def test_padding_at_the_end_changes_nothing(cell, both_ways):
    model = char_rnn(20, 4, width=5, units=6, cell=cell, both_ways=both_ways)
    text = np.array([[3, 7, 1, 12]])
    padded = np.pad(text, ((0, 0), (0, 5)))
    np.testing.assert_allclose(model(padded), model(text), atol=1e-6)


def test_the_order_of_the_characters_matters():
    model = char_rnn(20, 4)
    text = np.array([[3, 7, 1, 12]])
    assert not np.allclose(model(text), model(text[:, ::-1]), atol=1e-4)


def test_dropout_acts_in_training_only():
    keras.utils.set_random_seed(0)
    model, text = char_rnn(20, 4, dropout=0.5), np.array([[3, 7, 1, 12]])
    np.testing.assert_array_equal(model(text), model(text))
    assert not np.allclose(model(text, training=True), model(text, training=True))


def test_an_unknown_cell_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match=r"'GRU'.*\n.*rnn, lstm, gru"):
        char_rnn(20, 4, cell="GRU")


@pytest.mark.parametrize("shape", [(10,), (None, 10, 10)])
def test_a_sequence_has_steps_and_features(shape):
    with pytest.raises(ShapeError, match="not \\(steps, features\\)"):
        stacked_lstm(shape)
