"""Matrices get updates whose directions are all equally long; everything else is Adam's."""

import re

import keras
import numpy as np
import pytest
from keras import ops

from course_utils.errors import CourseError
from course_utils.models.gpt import GPT, GPTConfig
from course_utils.train.muon import muon


@pytest.fixture
def model():
    keras.utils.set_random_seed(1)
    return GPT(GPTConfig(vocabulary=11, context=8, width=16, layers=1, heads=2, tie=False))


def short(variable):
    return re.sub(r"^gpt(_\d+)?/", "", variable.path)


def moved(model, optimizer, gradient):
    """How far each variable went in one step along `gradient(variable)`, by name."""
    variables = model.trainable_variables
    before = [v.numpy() for v in variables]
    gradients = [gradient(v) for v in variables]
    optimizer.apply([ops.convert_to_tensor(g) for g in gradients], variables)
    return {
        short(v): (v.numpy() - b, g) for v, b, g in zip(variables, before, gradients, strict=True)
    }


MATRICES = [
    "block1/attention/qkv/kernel",
    "block1/attention/out/kernel",
    "block1/up/kernel",
    "block1/down/kernel",
]


def test_the_matrices_of_the_blocks_and_no_others_move_with_equal_singular_values(model):
    rng = np.random.default_rng(0)

    def lopsided(variable):  # one direction is some fifty times as strong as the rest
        weak = rng.normal(size=variable.shape) / 20
        return (weak + np.ones(variable.shape)).astype("float32")

    steps = moved(model, muon(model, 0.01, weight_decay=0.0), lopsided)
    even = []
    for name, (step, gradient) in steps.items():
        if gradient.ndim == 2:
            values = np.linalg.svd(step, compute_uv=False)
            if np.median(values) > 0.5 * values[0]:
                even.append(name)
    assert even == MATRICES


def test_an_update_has_about_the_size_of_adams(model):
    rng = np.random.default_rng(0)
    steps = moved(
        model,
        muon(model, 0.01, weight_decay=0.0),
        lambda v: rng.normal(size=v.shape).astype("float32"),
    )
    for name, (step, _) in steps.items():
        size = np.sqrt((step**2).mean()) / 0.01
        low, high = (0.1, 0.3) if name in MATRICES else (0.9, 1.1)  # 0.2, and Adam's first: 1
        assert low < size < high, name


def test_only_the_matrices_of_the_blocks_decay(model):
    for variable in model.trainable_variables:
        variable.assign(ops.ones(variable.shape))
    zero = lambda v: np.zeros(v.shape, dtype="float32")  # noqa: E731
    steps = moved(model, muon(model, 0.5, weight_decay=0.1), zero)
    shrunk = [name for name, (step, _) in steps.items() if np.abs(step).max() > 0]
    assert shrunk == MATRICES
    for name in MATRICES:
        np.testing.assert_allclose(steps[name][0], -0.05, rtol=1e-5)


def test_numbers_that_make_no_optimizer_are_refused(model):
    with pytest.raises(CourseError, match="make no optimizer"):
        muon(model, 0.1, weight_decay=-1)
    with pytest.raises(CourseError, match="no weights yet"):
        muon(keras.Sequential([keras.layers.Dense(3)]), 0.1)
