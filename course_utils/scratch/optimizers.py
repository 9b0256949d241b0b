"""Optimizers in plain NumPy: SGD, momentum, Nesterov, RMSProp, Adam, AdamW.

Each optimizer follows the convention of its Keras namesake to the letter, and the tests
hold it to that. Papers and other libraries differ in small ways; every class says where.

Conventions:
    `params` and `grads` are dicts from name to float array; a gradient has its parameter's
    shape. `step` updates the arrays of `params` in place, so layers that share them see it.
    What an optimizer remembers per parameter lies in `self._state[name]`.
    The learning rate is a number, a schedule (a function of the number of steps taken so
    far), or an array that broadcasts against every parameter: then each row walks with a
    rate of its own, which makes a sweep over rates one run.

Not here: gradient clipping, weight-decay groups, sparse gradients, mixed precision.
"""

import numpy as np

from course_utils.errors import CourseError, ShapeError


class Optimizer:
    """What all optimizers share: checks, the step counter, the learning rate now.

    Args:
        learning_rate: number >= 0, array that broadcasts, or function of `steps_taken`.

    Raises:
        CourseError: the learning rate is negative or not a number.
    """

    def __init__(self, learning_rate):
        if not callable(learning_rate):
            learning_rate = np.asarray(learning_rate, dtype=float)
            if not (np.isfinite(learning_rate).all() and (learning_rate >= 0).all()):
                raise CourseError(
                    f"the learning rate is {learning_rate}.", "use a finite number of at least 0."
                )
        self.learning_rate = learning_rate
        self.steps_taken = 0
        self._state = {}

    def step(self, params, grads):
        """Move every array of `params` one step, in place.

        All names and shapes are checked first: a refused step changes nothing.

        Raises:
            ShapeError: a gradient is missing, has no parameter, or has another shape.
        """
        self._check(params, grads)
        rate = self.learning_rate
        rate = rate(self.steps_taken) if callable(rate) else rate
        for name, weights in params.items():
            state = self._state.setdefault(name, {})
            self._update(weights, np.asarray(grads[name]), state, rate)
        self.steps_taken += 1

    def _update(self, weights, gradient, state, rate):
        raise NotImplementedError

    def _check(self, params, grads):
        if params.keys() != grads.keys():
            raise ShapeError(
                f"parameters {sorted(params)}, gradients {sorted(grads)}.",
                "give one gradient per parameter, under the same name.",
            )
        for name, weights in params.items():
            if not isinstance(weights, np.ndarray) or weights.dtype.kind != "f":
                raise ShapeError(
                    f"parameter {name!r} is {getattr(weights, 'dtype', type(weights).__name__)}; "
                    "only a float array can be updated in place.",
                    "np.array(value, dtype=float).",
                )
            if np.shape(grads[name]) != weights.shape:
                raise ShapeError(
                    f"parameter {name!r} is {weights.shape}, its gradient {np.shape(grads[name])}.",
                    "sum the gradient over the examples, and over nothing else.",
                )
            for kept in self._state.get(name, {}).values():
                if kept.shape != weights.shape:
                    raise ShapeError(
                        f"parameter {name!r} was {kept.shape} at the last step and is "
                        f"{weights.shape} now.",
                        "make a new optimizer for a new model.",
                    )


class SGD(Optimizer):
    """Steepest descent, with momentum if asked.

    velocity <- momentum * velocity - rate * gradient;  weights <- weights + velocity

    With `nesterov=True` the weights move by momentum * velocity - rate * gradient, with the
    new velocity: Nesterov's look-ahead, written so that `params` holds the look-ahead point.

    Args:
        learning_rate: see `Optimizer`.
        momentum: in [0, 1); 0 is plain gradient descent.
        nesterov: look ahead before measuring the gradient.

    Differs from PyTorch, where the rate multiplies the velocity at the moment of the step,
    not inside the memory: the same walk while the rate is constant, another when it changes.

    Source: Polyak 1964, "Some methods of speeding up the convergence of iteration methods";
    Sutskever et al. 2013, "On the importance of initialization and momentum in deep
    learning", section 2; Bengio et al. 2012, arXiv:1212.0901, section 3.5 (this form).
    """

    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False):
        super().__init__(learning_rate)
        self.momentum, self.nesterov = _fraction(momentum, "momentum"), nesterov

    def _update(self, weights, gradient, state, rate):
        if not self.momentum:
            weights -= rate * gradient
            return
        velocity = _remembered(state, "velocity", weights)
        velocity *= self.momentum
        velocity -= rate * gradient
        weights += self.momentum * velocity - rate * gradient if self.nesterov else velocity


class RMSProp(Optimizer):
    """Divide each gradient by the root of its recent mean square.

    square <- rho * square + (1 - rho) * gradient**2
    weights <- weights - rate * gradient / sqrt(square + epsilon)

    Args:
        learning_rate: see `Optimizer`.
        rho: how much of the mean square is kept, in [0, 1).
        epsilon: added under the root, as in Keras. PyTorch adds it outside the root.

    Source: Hinton, Srivastava and Swersky 2012, "Neural networks for machine learning",
    lecture 6e (slides; no paper).
    """

    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        super().__init__(learning_rate)
        self.rho, self.epsilon = _fraction(rho, "rho"), epsilon

    def _update(self, weights, gradient, state, rate):
        square = _remembered(state, "square", weights)
        square *= self.rho
        square += (1 - self.rho) * gradient**2
        weights -= rate * gradient / np.sqrt(square + self.epsilon)


class Adam(Optimizer):
    """Momentum's mean over RMSProp's root mean square, both corrected for starting at 0.

    Args:
        learning_rate: see `Optimizer`. Roughly the length of a step in each weight.
        beta_1: how much of the mean gradient is kept, in [0, 1).
        beta_2: how much of the mean square is kept, in [0, 1).
        epsilon: as in Keras, added to the root *before* the correction: the "epsilon hat" at
            the end of the paper's section 2. Its Algorithm 1 and PyTorch add it after.

    Source: Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization",
    arXiv:1412.6980, Algorithm 1 and section 2.
    """

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta_1, self.beta_2 = _fraction(beta_1, "beta_1"), _fraction(beta_2, "beta_2")
        self.epsilon = epsilon

    def _update(self, weights, gradient, state, rate):
        mean = _remembered(state, "mean", weights)
        square = _remembered(state, "square", weights)
        mean += (1 - self.beta_1) * (gradient - mean)
        square += (1 - self.beta_2) * (gradient**2 - square)
        t = self.steps_taken + 1  # counts from 1: at 0 the correction would divide by 0
        corrected_rate = rate * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        weights -= corrected_rate * mean / (np.sqrt(square) + self.epsilon)


class AdamW(Adam):
    """Adam, and apart from it every weight shrinks by rate * weight_decay of itself.

    The decay never enters the gradient, so Adam's division cannot weaken it. It is applied
    before Adam's move and times the learning rate, as in Keras and PyTorch. In the paper the
    schedule's factor multiplies the decay, but the base learning rate does not.

    Args:
        weight_decay: fraction per unit of learning rate, >= 0. Keras 0.004, PyTorch 0.01.

    Source: Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization",
    arXiv:1711.05101, Algorithm 2.
    """

    def __init__(self, learning_rate=0.001, weight_decay=0.004, **adam):
        super().__init__(learning_rate, **adam)
        self.weight_decay = weight_decay

    def _update(self, weights, gradient, state, rate):
        weights -= rate * self.weight_decay * weights
        super()._update(weights, gradient, state, rate)


def _remembered(state, key, weights):
    """The array kept for one parameter, zeros at first."""
    if key not in state:
        state[key] = np.zeros_like(weights)
    return state[key]


def _fraction(value, name):
    if not 0 <= value < 1:
        raise CourseError(f"{name} is {value}.", "choose it from 0 up to, but not including, 1.")
    return value
