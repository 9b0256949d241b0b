"""Small models and data on which a training takes milliseconds."""

import keras
import numpy as np
import pytest
from keras import layers


def cnn():
    """Images (8, 8, 1) -> 3 logits; dropout and running means, so that all kinds of state occur."""
    return [
        keras.Input((8, 8, 1)),
        layers.Conv2D(4, 3, activation="relu"),
        layers.BatchNormalization(),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(3),
    ]


def lstm():
    """Sequences (8, 8) -> 3 logits, with dropout on what the cell reads."""
    return [
        keras.Input((8, 8)),
        layers.LSTM(5, dropout=0.3),
        layers.Dense(3),
    ]


def line():
    """Images (8, 8, 1) -> 3 logits without hidden layer: the cheapest there is."""
    return [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(3)]


PARTS = {"cnn": cnn, "lstm": lstm, "line": line}


@pytest.fixture
def make():
    """make(kind, optimizer) -> a compiled model, the same one for the same seed."""

    def make(kind="line", optimizer="adam", seed=3):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential(PARTS[kind]())
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer, loss)
        return model

    return make


@pytest.fixture
def data():
    """(x, y): 40 images or sequences, three classes that can be learned."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 40)
    x = rng.normal(size=(40, 8, 8, 1)).astype("float32") + y[:, None, None, None]
    return x, y


@pytest.fixture
def same_weights():
    """same_weights(a, b): True if every weight is equal bit for bit."""

    def same(one, other):
        pairs = zip(one.get_weights(), other.get_weights(), strict=True)
        return all(np.array_equal(a, b) for a, b in pairs)

    return same
