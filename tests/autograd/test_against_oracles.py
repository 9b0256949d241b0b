"""200 random expressions: `Value` against finite differences and against tf.GradientTape.

An expression is a list of steps over a growing list of numbers, so results are reused and the
graph is not a tree. It is evaluated with three sets of operations: math, Value, TensorFlow.
Domains are kept well conditioned: logarithms, roots and quotients see u * u + 1, exponentials
see tanh(u), and no relu stands nearer than 0.05 to its corner.
"""

import math

import numpy as np
import pytest

from course_utils.autograd import Value, check_gradient

COUNT, INPUTS, STEPS = 200, 4, 12
FLOATS = {"tanh": math.tanh, "exp": math.exp, "log": math.log, "relu": lambda u: max(u, 0.0)}
VALUES = {name: getattr(Value, name) for name in FLOATS}

TWO = {
    "add": lambda u, v, f: u + v,
    "subtract": lambda u, v, f: u - v,
    "multiply": lambda u, v, f: u * v,
    "divide": lambda u, v, f: u / (v * v + 1.0),
}
ONE = {
    "tanh": lambda u, v, f: f["tanh"](u),
    "exp": lambda u, v, f: f["exp"](f["tanh"](u)),
    "log": lambda u, v, f: f["log"](u * u + 1.0),
    "relu": lambda u, v, f: f["relu"](u),
    "cube": lambda u, v, f: u**3,
    "root": lambda u, v, f: (u * u + 1.0) ** 0.5,
    "reciprocal": lambda u, v, f: 2.0 / (1.0 + u * u),
    "negate": lambda u, v, f: 3 - u,
}
OPERATIONS = TWO | ONE


def evaluate(steps, inputs, functions):
    numbers = list(inputs)
    for name, i, j in steps:
        numbers.append(OPERATIONS[name](numbers[i], numbers[j], functions))
    used = {k for name, i, j in steps for k in ((i, j) if name in TWO else (i,))}
    total = numbers[-1]
    for k in range(len(numbers) - 1):
        if k not in used:
            total = total + numbers[k]
    return total


def random_expression(seed):
    rng = np.random.default_rng(seed)
    inputs = [float(u) for u in rng.uniform(-2, 2, INPUTS)]
    steps, numbers = [], list(inputs)
    while len(steps) < STEPS:
        name = str(rng.choice(list(OPERATIONS)))
        i, j = (int(k) for k in rng.integers(len(numbers), size=2))
        result = OPERATIONS[name](numbers[i], numbers[j], FLOATS)
        if abs(result) < 20 and not (name == "relu" and abs(numbers[i]) < 0.05):
            steps.append((name, i, j))
            numbers.append(result)
    return steps, inputs


EXPRESSIONS = [random_expression(seed) for seed in range(COUNT)]


def engine(steps, inputs):
    leaves = [Value(u) for u in inputs]
    result = evaluate(steps, leaves, VALUES)
    result.backward()
    return result.data, [leaf.grad for leaf in leaves]


def test_the_expressions_use_every_operation_and_share_values():
    names = {name for steps, _ in EXPRESSIONS for name, _, _ in steps}
    assert names == set(OPERATIONS)
    shared = 0
    for steps, _ in EXPRESSIONS:
        read = [k for name, i, j in steps for k in ((i, j) if name in TWO else (i,))]
        shared += len(read) > len(set(read))
    assert shared > 0.9 * COUNT


def test_200_random_expressions_agree_with_finite_differences():
    for steps, inputs in EXPRESSIONS:
        data, grad = engine(steps, inputs)
        assert data == pytest.approx(evaluate(steps, inputs, FLOATS), rel=1e-12, abs=1e-12)
        check_gradient(lambda x, s=steps: evaluate(s, x.tolist(), FLOATS), inputs, grad, tol=1e-6)


def test_200_random_expressions_agree_with_the_gradient_tape():
    tf = pytest.importorskip("tensorflow")
    tensors = {"tanh": tf.tanh, "exp": tf.exp, "log": tf.math.log, "relu": tf.nn.relu}
    for steps, inputs in EXPRESSIONS:
        variables = [tf.Variable(u, dtype=tf.float64) for u in inputs]
        with tf.GradientTape() as tape:
            result = evaluate(steps, variables, tensors)
        wanted = tape.gradient(result, variables, unconnected_gradients="zero")
        data, grad = engine(steps, inputs)
        np.testing.assert_allclose(data, result.numpy(), rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose(grad, [w.numpy() for w in wanted], rtol=1e-10, atol=1e-11)
