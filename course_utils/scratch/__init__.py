"""Neural-network parts in plain NumPy, written to be read next to the lesson that grows them.

Shape letters, used in every file of this package:
    N examples in a batch, D features of one example, K outputs or classes.

Conventions, the same for every layer:
    `params` maps a name to an array that learns; `grads` holds, after `backward`, one array
    of the same shape under the same name; `_saved` keeps what backward needs from forward.
    `forward(x)` returns the output. `backward(dy)` takes d(loss)/d(output), replaces `grads`
    (it does not add to it) and returns d(loss)/dx. A layer without parameters has an empty
    `params`, so a loop over layers needs no special case.
    Where training and use differ, it is `forward(x, training=True)`; say False for use.
    A loss has nothing to remember, so it is a pair of functions: `name(predicted, target)`
    is the value, a float, and `name_gradient(predicted, target)` is d(value)/d(predicted).

Everything is float64, so that a finite-difference check means something, and no framework
is imported. The parts refuse wrong shapes with a `ShapeError`; they are clear rather than
fast, and the fast versions are Keras's own.
"""
