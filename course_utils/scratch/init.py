"""First weights: random, and of the size that keeps signals alive through many layers.

Every function is `name(fan_in, fan_out, rng)` and returns float64 (fan_in, fan_out), ready to
be a `Linear` layer's "w". `fan_in` is the number of inputs a neuron sums, `fan_out` the number
of neurons that read each input. Biases start at 0 and need no function.

Only the variance matters for the argument, so each rule exists as a normal and as a uniform
distribution; a uniform number between -a and a has variance a**2 / 3. Keras's "..._normal"
initializers cut the normal distribution off at two standard deviations and widen it to the
same variance; ours do not cut.
"""

import numpy as np

from course_utils.errors import ShapeError


def lecun_normal(fan_in, fan_out, rng):
    """Variance 1 / fan_in: a sum of inputs is as large as one input. For linear layers."""
    return _normal(1.0 / _counted(fan_in, fan_out)[0], fan_in, fan_out, rng)


def glorot_normal(fan_in, fan_out, rng):
    """Variance 2 / (fan_in + fan_out), between what forward and backward want. For tanh.

    Source: Glorot and Bengio 2010, "Understanding the difficulty of training deep
    feedforward neural networks", AISTATS, eq. 12. Also called Xavier.
    """
    return _normal(2.0 / sum(_counted(fan_in, fan_out)), fan_in, fan_out, rng)


def glorot_uniform(fan_in, fan_out, rng):
    """As `glorot_normal`, uniform within sqrt(6 / (fan_in + fan_out)). Keras's default."""
    return _uniform(2.0 / sum(_counted(fan_in, fan_out)), fan_in, fan_out, rng)


def he_normal(fan_in, fan_out, rng):
    """Variance 2 / fan_in: the 2 makes up for the half that a ReLU removes.

    Source: He, Zhang, Ren and Sun 2015, "Delving Deep into Rectifiers", arXiv:1502.01852,
    section 2.2. Also called Kaiming.
    """
    return _normal(2.0 / _counted(fan_in, fan_out)[0], fan_in, fan_out, rng)


def he_uniform(fan_in, fan_out, rng):
    """As `he_normal`, uniform within sqrt(6 / fan_in)."""
    return _uniform(2.0 / _counted(fan_in, fan_out)[0], fan_in, fan_out, rng)


def _normal(variance, fan_in, fan_out, rng):
    return rng.normal(0.0, np.sqrt(variance), (fan_in, fan_out))


def _uniform(variance, fan_in, fan_out, rng):
    limit = np.sqrt(3.0 * variance)
    return rng.uniform(-limit, limit, (fan_in, fan_out))


def _counted(fan_in, fan_out):
    if fan_in < 1 or fan_out < 1:
        raise ShapeError(
            f"a layer from {fan_in} inputs to {fan_out} neurons has no weights.",
            "give at least one of each.",
        )
    return fan_in, fan_out
