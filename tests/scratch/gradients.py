"""The gradients that a layer claims, against measured slopes."""

import numpy as np

from course_utils.autograd.gradcheck import check_gradient


def check_layer(layer, x, dy, *with_x, **how):
    """Check what `layer.backward(dy)` says of the input `x` and of every parameter.

    Args:
        with_x, how: handed to `layer.forward` after x.

    Returns:
        the claimed gradient of x.

    Raises:
        GradientError: one of them is wrong.
    """
    layer.forward(x, *with_x, **how)
    dx, claimed = layer.backward(dy), dict(layer.grads)
    assert claimed.keys() == layer.params.keys()
    check_gradient(lambda v: np.sum(layer.forward(v, *with_x, **how) * dy), x, dx)
    for name, start in list(layer.params.items()):

        def loss(values, name=name):
            layer.params[name] = values
            return np.sum(layer.forward(x, *with_x, **how) * dy)

        check_gradient(loss, start, claimed[name])
        layer.params[name] = start
    return dx
