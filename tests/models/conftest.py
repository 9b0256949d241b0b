"""The models that owe the contract, each with a batch it can read."""

import importlib.util
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from course_utils.models.cnn import classic_cnn
from course_utils.models.recurrent import char_rnn, stacked_lstm
from course_utils.models.residual import small_resnet

CLASSES = 4
IMAGES = np.random.default_rng(0).random((8, 12, 12, 3), "float32")
SEQUENCES = np.random.default_rng(1).normal(size=(8, 6, 5)).astype("float32")
TEXTS = np.random.default_rng(2).integers(1, 20, (8, 7))
TEXTS[:4, 5:] = 0  # padded at the end

MODELS = {
    "classic_cnn": (lambda: classic_cnn((12, 12, 3), CLASSES), IMAGES),
    "small_resnet": (lambda: small_resnet((12, 12, 3), CLASSES, 4, (1, 1)), IMAGES),
    "stacked_lstm": (lambda: stacked_lstm((6, 5), CLASSES, 8), SEQUENCES),
    "char_rnn": (lambda: char_rnn(20, CLASSES, width=4, units=6), TEXTS),
    "char_rnn both ways": (
        lambda: char_rnn(20, CLASSES, width=4, units=6, cell="lstm", both_ways=True, dropout=0.2),
        TEXTS,
    ),
}


@pytest.fixture(params=list(MODELS))
def make_and_x(request):
    """(function that makes the same model every time, batch for it)."""
    make, x = MODELS[request.param]

    def seeded():
        keras.utils.set_random_seed(5)
        return make()

    return seeded, x


@pytest.fixture
def labels():
    """Eight labels, each class twice."""
    return np.arange(8) % CLASSES


@pytest.fixture
def compiled():
    """Compile a model the way its docstring says; returns it."""

    def compile_it(model, **options):
        model.compile(
            keras.optimizers.SGD(0.05),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            **options,
        )
        return model

    return compile_it


@pytest.fixture
def policy():
    """Set a dtype policy for one test: call it with a name."""
    before = keras.config.dtype_policy()
    yield keras.config.set_dtype_policy
    keras.config.set_dtype_policy(before)


@pytest.fixture
def on_jax(pytestconfig):
    """Run a script in a Python of its own with Keras on JAX; call it, get what it printed."""
    if importlib.util.find_spec("jax") is None:
        pytest.skip("JAX is not installed")

    def run(script):
        ran = subprocess.run(
            [sys.executable, "-c", script],
            cwd=pytestconfig.rootpath,
            env=os.environ | {"KERAS_BACKEND": "jax"},
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return run
