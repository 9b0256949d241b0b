"""Matrices shrink; biases, norms and embeddings keep what the gradient gave them."""

import re

import keras
import numpy as np
import pytest
from keras import layers, ops

from course_utils.errors import CourseError
from course_utils.scratch.optimizers import AdamW
from course_utils.train.adamw import adamw, decays
from course_utils.train.schedules import WarmupCosine


class HeadBiases(layers.Layer):
    """Biases of two heads in a table, as multi-head attention keeps them."""

    def build(self, input_shape):
        self.bias = self.add_weight(shape=(2, 3), name="bias")

    def call(self, x):
        return x + ops.reshape(self.bias, (6,))


@pytest.fixture
def model():
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            layers.Embedding(5, 6, name="tokens"),
            layers.LayerNormalization(name="norm1"),
            layers.RMSNormalization(name="norm2"),
            layers.Dense(6, name="up"),
            HeadBiases(name="heads"),
            layers.Dense(5, use_bias=False, name="position_free_head"),
        ]
    )


def test_two_axes_and_no_embedding_make_a_matrix(model):
    shrink = [re.sub(r"_\d+/", "/", v.path) for v in model.trainable_variables if decays(v)]
    assert shrink == ["sequential/up/kernel", "sequential/position_free_head/kernel"]
    assert len(model.trainable_variables) == 8


def test_without_a_gradient_only_matrices_shrink(model):
    optimizer = adamw(model, 0.5, weight_decay=0.1)
    before = [v.numpy() for v in model.trainable_variables]
    for variable in model.trainable_variables:
        variable.assign(ops.ones(variable.shape))
    zero = [ops.zeros(v.shape) for v in model.trainable_variables]
    optimizer.apply(zero, model.trainable_variables)
    for variable, start in zip(model.trainable_variables, before, strict=True):
        left = 1 - 0.5 * 0.1 if decays(variable) else 1.0
        np.testing.assert_allclose(variable, left, rtol=1e-6, err_msg=variable.path)
        assert variable.shape == start.shape


def test_one_matrix_moves_as_in_our_own_adamw(model):
    rng = np.random.default_rng(3)
    kernel = model.get_layer("up").kernel
    optimizer = adamw(model, 0.01, weight_decay=0.2, beta_2=0.95)
    ours = AdamW(0.01, beta_1=0.9, beta_2=0.95, weight_decay=0.2)
    params = {"w": kernel.numpy().astype(float)}
    others = [v for v in model.trainable_variables if v is not kernel]
    for _ in range(5):
        gradient = rng.normal(size=kernel.shape)
        ours.step(params, {"w": gradient})
        pairs = [(ops.convert_to_tensor(gradient.astype("float32")), kernel)]
        pairs += [(ops.zeros(v.shape), v) for v in others]
        optimizer.apply_gradients(pairs)
    np.testing.assert_allclose(kernel, params["w"], rtol=1e-5, atol=1e-7)


def test_the_gradient_of_all_weights_together_is_cut(model):
    optimizer = adamw(model, WarmupCosine(0.1, 10, 2), clip=1.0)
    assert optimizer.global_clipnorm == 1.0
    assert float(optimizer.learning_rate) == 0.0  # the schedule's first


def test_a_model_without_weights_cannot_be_sorted():
    with pytest.raises(CourseError, match="no weights yet"):
        adamw(keras.Sequential([layers.Dense(3)]), 0.1)


@pytest.mark.parametrize("options", [dict(weight_decay=-0.1), dict(beta_2=1.0), dict(beta_2=-1)])
def test_numbers_that_make_no_optimizer_are_refused(options, model):
    with pytest.raises(CourseError, match="make no optimizer"):
        adamw(model, 0.1, **options)
