"""First weights: the variance each rule promises, what it is good for, and Keras's limits."""

import numpy as np
import pytest

from course_utils.errors import ShapeError
from course_utils.scratch import init

RULES = {
    init.lecun_normal: lambda i, o: 1 / i,
    init.glorot_normal: lambda i, o: 2 / (i + o),
    init.glorot_uniform: lambda i, o: 2 / (i + o),
    init.he_normal: lambda i, o: 2 / i,
    init.he_uniform: lambda i, o: 2 / i,
}


@pytest.mark.parametrize("rule", RULES, ids=lambda f: f.__name__)
def test_weights_have_the_promised_shape_and_variance(rule):
    w = rule(300, 200, np.random.default_rng(0))
    assert w.shape == (300, 200) and w.dtype == np.float64
    assert w.var() == pytest.approx(RULES[rule](300, 200), rel=0.02)
    assert abs(w.mean()) < 5 * w.std() / np.sqrt(w.size)


def test_he_keeps_the_size_of_a_signal_through_thirty_relu_layers():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(50, 400))
    for _ in range(30):
        x = np.maximum(x @ init.he_normal(400, 400, rng), 0)
    assert 0.3 < np.sqrt(np.mean(x**2)) < 3


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform"])
def test_keras_draws_within_the_same_limits(name):
    keras = pytest.importorskip("keras")
    theirs = np.asarray(keras.initializers.get(name)((120, 80)))
    ours = getattr(init, name)(120, 80, np.random.default_rng(2))
    assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.01)
    assert ours.var() == pytest.approx(theirs.var(), rel=0.05)


@pytest.mark.parametrize("name", ["lecun_normal", "glorot_normal", "he_normal"])
def test_keras_cuts_its_normal_but_keeps_the_variance(name):
    keras = pytest.importorskip("keras")
    theirs = np.asarray(keras.initializers.get(name)((300, 200)))
    assert theirs.var() == pytest.approx(RULES[getattr(init, name)](300, 200), rel=0.02)


@pytest.mark.parametrize("rule", RULES, ids=lambda f: f.__name__)
def test_a_layer_without_inputs_is_refused(rule):
    with pytest.raises(ShapeError, match="from 0 inputs"):
        rule(0, 3, np.random.default_rng(0))
