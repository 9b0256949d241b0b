"""Optimizers: equal to Keras step for step, and unmoved by what they must refuse."""

import numpy as np
import pytest

from course_utils.errors import CourseError, ShapeError
from course_utils.scratch.optimizers import SGD, Adam, AdamW, RMSProp

MAKERS = {
    "SGD": (lambda r: SGD(r), lambda k, r: k.SGD(r)),
    "momentum": (lambda r: SGD(r, 0.9), lambda k, r: k.SGD(r, momentum=0.9)),
    "Nesterov": (
        lambda r: SGD(r, 0.9, nesterov=True),
        lambda k, r: k.SGD(r, momentum=0.9, nesterov=True),
    ),
    "RMSProp": (lambda r: RMSProp(r, rho=0.8), lambda k, r: k.RMSprop(r, rho=0.8)),
    "Adam": (
        lambda r: Adam(r, beta_1=0.8, beta_2=0.95),
        lambda k, r: k.Adam(r, beta_1=0.8, beta_2=0.95),
    ),
    "AdamW": (
        lambda r: AdamW(r, weight_decay=0.1),
        lambda k, r: k.AdamW(r, weight_decay=0.1),
    ),
}


def start():
    rng = np.random.default_rng(0)
    return {"w": rng.normal(size=(3, 2)), "b": rng.normal(size=(2,))}


def slope(params):
    """Gradients of a landscape that is no quadratic, with very different scales."""
    return {"w": params["w"] ** 3 + 0.1, "b": 50 * params["b"]}


@pytest.mark.parametrize("name", MAKERS)
def test_fifty_steps_equal_keras(name):
    import keras

    ours, theirs = MAKERS[name][0](0.01), MAKERS[name][1](keras.optimizers, 0.01)
    params = start()
    variables = [keras.Variable(value, dtype="float64") for value in start().values()]
    for _ in range(50):
        ours.step(params, slope(params))
        now = dict(zip(params, (v.numpy() for v in variables), strict=True))
        theirs.apply([keras.ops.convert_to_tensor(g) for g in slope(now).values()], variables)
    # Keras rounds the rate and the betas to 32 bits: 1 - 0.999 is then off by 1e-5 of itself.
    for value, variable in zip(params.values(), variables, strict=True):
        theirs = variable.numpy()
        np.testing.assert_allclose(value, theirs, rtol=0, atol=1e-5)
    assert np.abs(params["b"] - start()["b"]).min() > 0.01


@pytest.mark.parametrize("name", MAKERS)
def test_defaults_equal_those_of_keras(name):
    import keras

    ours, theirs = MAKERS[name][0](0.01), MAKERS[name][1](keras.optimizers, 0.01)
    config = type(theirs)().get_config()
    for key, value in vars(type(ours)()).items():
        if isinstance(value, float | bool) or key == "learning_rate":
            assert config[key] == pytest.approx(float(value)), key


def test_a_schedule_is_asked_once_per_step_from_zero():
    asked = []
    optimizer = SGD(lambda step: asked.append(step) or 0.5)
    params = start()
    for _ in range(3):
        optimizer.step(params, slope(params))
    assert asked == [0, 1, 2]


def test_rates_side_by_side_walk_as_if_alone():
    rates = np.array([0.001, 0.01, 0.1])
    together = {"w": np.ones((3, 2))}
    sweep = Adam(rates[:, None])
    for _ in range(20):
        sweep.step(together, {"w": together["w"] ** 3})
    for row, rate in zip(together["w"], rates, strict=True):
        alone, optimizer = {"w": np.ones(2)}, Adam(rate)
        for _ in range(20):
            optimizer.step(alone, {"w": alone["w"] ** 3})
        np.testing.assert_array_equal(row, alone["w"])


def test_the_first_step_of_adam_is_as_long_as_the_rate_whatever_the_gradient():
    params = {"w": np.zeros(3)}
    Adam(0.01).step(params, {"w": np.array([1000.0, -1.0, 0.01])})
    np.testing.assert_allclose(params["w"], [-0.01, 0.01, -0.01], rtol=1e-3)


def test_decay_pulls_without_any_gradient_and_in_proportion_to_the_weight():
    params = {"w": np.array([1.0, -2.0])}
    AdamW(0.1, weight_decay=0.5).step(params, {"w": np.zeros(2)})
    np.testing.assert_allclose(params["w"], [0.95, -1.9])


def test_arrays_are_updated_in_place_and_gradients_left_alone():
    params = start()
    kept, grads = params["w"], slope(params)
    before = {name: g.copy() for name, g in grads.items()}
    for make, _ in MAKERS.values():
        make(0.01).step(params, grads)
    assert params["w"] is kept
    for name, g in grads.items():
        np.testing.assert_array_equal(g, before[name])


@pytest.mark.parametrize(
    ("grads", "says"),
    [
        ({"w": np.ones((3, 2))}, "one gradient per parameter"),
        ({"w": np.ones((3, 2)), "b": np.ones(2), "c": np.ones(1)}, "one gradient per parameter"),
        ({"w": np.ones((3, 2)), "b": np.ones((4, 2))}, "sum the gradient over the examples"),
        ({"w": np.ones((3, 2)), "b": 1.0}, "its gradient"),
    ],
)
def test_a_refused_step_changes_nothing(grads, says):
    params, optimizer = start(), Adam(0.1)
    with pytest.raises(ShapeError, match=says):
        optimizer.step(params, grads)
    for name, value in start().items():
        np.testing.assert_array_equal(params[name], value)
    assert optimizer.steps_taken == 0


@pytest.mark.parametrize("value", [3.0, [1.0, 2.0], np.array([1, 2])])
def test_what_cannot_be_updated_in_place_is_refused(value):
    with pytest.raises(ShapeError, match="float array"):
        SGD(0.1).step({"w": value}, {"w": np.ones(2)})


def test_another_model_needs_another_optimizer():
    optimizer = Adam(0.1)
    optimizer.step({"w": np.ones(2)}, {"w": np.ones(2)})
    with pytest.raises(ShapeError, match="make a new optimizer"):
        optimizer.step({"w": np.ones(3)}, {"w": np.ones(3)})


@pytest.mark.parametrize(
    "make",
    [
        lambda: SGD(-0.1),
        lambda: SGD(float("nan")),
        lambda: SGD(0.1, momentum=1.0),
        lambda: RMSProp(0.1, rho=-0.1),
        lambda: Adam(0.1, beta_2=1.0),
    ],
)
def test_settings_that_cannot_work_are_refused(make):
    with pytest.raises(CourseError):
        make()
