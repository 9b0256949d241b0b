"""Recurrent networks: a sequence of numbers or of characters goes in, a class comes out."""

import keras
from keras import layers

from course_utils.errors import ShapeError, UsageError

CELLS = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}


def stacked_lstm(input_shape=(10, 10), classes=10, units=128):
    """Two LSTM layers, one on top of the other: (N, T, D) -> (N, classes).

    The first layer hands on its state at every step (`return_sequences`), so that the second
    has a sequence to read; of the second only the last state is used.

    Args:
        input_shape: (T, D), steps and features of one sequence; T may be None for sequences
            of any length.
        classes: number of classes.
        units: width U of both layers.

    Returns:
        An uncompiled `keras.Model`: float (N, T, D) -> float32 **logits** (N, classes).

    Raises:
        ShapeError: `input_shape` is not (T, D).

    Parameters: an LSTM that reads D features has 4 (D + U + 1) U, one share for each of
    its three gates and its candidate. With the defaults 71,168 + 131,584 + 1,290 = 204,042.

    Source: Hochreiter and Schmidhuber 1997, "Long Short-Term Memory"; the forget gate is from
    Gers et al. 2000.
    """
    if len(input_shape) != 2:
        raise ShapeError(
            f"input_shape is {tuple(input_shape)}, not (steps, features).",
            "leave the batch out; a series of single numbers has one feature, as in (24, 1).",
        )
    return keras.Sequential(
        [
            keras.Input(input_shape, name="sequence"),
            layers.LSTM(units, return_sequences=True, name="lstm1"),
            layers.LSTM(units, name="lstm2"),
            layers.Dense(classes, dtype="float32", name="logits"),
        ],
        name="stacked_lstm",
    )


def char_rnn(vocabulary, classes, *, width=16, units=64, cell="gru", both_ways=False, dropout=0.0):
    """Read a text character by character, then name its class: (N, T) -> (N, classes).

    Args:
        vocabulary: number V of symbols, **padding included**. Symbol 0 is the padding; the
            recurrent layer skips it, so that texts of several lengths share one batch.
        classes: number of classes.
        width: features E that each symbol is looked up as.
        units: width U of the recurrent layer.
        cell: "rnn", "lstm" or "gru".
        both_ways: read from the end as well and put both states side by side.
        dropout: fraction of the final state dropped in training, 0 to below 1.

    Returns:
        An uncompiled `keras.Model`: whole numbers (N, T) in 0..V-1, any T -> float32
        **logits** (N, classes). Pad at the end, as in `[5, 12, 3, 0, 0]`.

    Raises:
        UsageError: there is no such cell.

    Parameters: V E for the look-up table. The recurrent layer, twice if `both_ways`, has
    (E + U + 1) U for "rnn", four times that for "lstm", and 3 (E + U + 2) U for "gru", which
    keeps two biases (`reset_after`). The last layer has (U + 1) times classes, with 2 U for U
    if `both_ways`.

    Source: Cho et al. 2014, arXiv:1406.1078, section 2.3 (the gated unit, GRU); Schuster and
    Paliwal 1997 (both ways).
    """
    if cell not in CELLS:
        raise UsageError(f"there is no cell {cell!r}.", f"one of {', '.join(CELLS)}.")
    reader = CELLS[cell](units, name=cell)
    if both_ways:
        reader = layers.Bidirectional(reader, name="both_ways")
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32", name="symbols"),
            layers.Embedding(vocabulary, width, mask_zero=True, name="look_up"),
            reader,
            layers.Dropout(dropout, name="dropout"),
            layers.Dense(classes, dtype="float32", name="logits"),
        ],
        name="char_rnn",
    )
