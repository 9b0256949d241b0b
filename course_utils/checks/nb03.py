"""Checks of lesson 03: backpropagation.

The hints name the usual mistakes with the chain rule: an inner slope forgotten, a slope taken at
the output instead of the input, a contribution overwritten, a nudge never taken back.
"""

import math
import sys

import numpy as np

from course_utils.autograd import Value, topological_order
from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, need_array, need_number


@exercise("3.1 Three slopes by hand")
def three_slopes(fn):
    """Cases for `fn(a, b, c)`: (dy/da, dy/db, dy/dc) of y = tanh(a * b + c)."""
    points = [(0.5, -1.5, 0.25), (2.0, 0.3, -1.0), (-0.7, -0.4, 0.6)]

    def slopes(a, b, c):
        return need_array(fn(a, b, c), (3,), "the triple of slopes")

    def everywhere(wanted):
        return all(close(slopes(*p), wanted(*p)) for p in points)

    def scaled(a, b, c, outer):
        return np.array([b, a, 1.0]) * outer(a * b + c)

    def tanh_is_passed():
        if everywhere(lambda a, b, c: scaled(a, b, c, lambda z: 1.0)):
            raise Miss("those are the slopes of a * b + c", "the road goes on: through tanh.")

    def tanh_slope():
        if everywhere(lambda a, b, c: scaled(a, b, c, lambda z: 1 - z * z)):
            raise Miss(
                "the factor of tanh is taken from its input",
                "1 - y² wants the output y = tanh(z), not z.",
            )
        if everywhere(lambda a, b, c: scaled(a, b, c, math.tanh)):
            raise Miss("the factor of tanh is tanh itself", "value and slope differ: 1 - y².")
        if everywhere(lambda a, b, c: scaled(a, b, c, lambda z: 1 - math.tanh(z) ** 2)):
            return
        if everywhere(lambda a, b, c: slopes(a, b, c)[2] * np.array([b, a, 1.0])):
            raise Miss("the factor of tanh is off", "it is 1 - y², with y = tanh(a b + c).")

    def product_rule():
        for a, b, c in points:
            outer = 1 - math.tanh(a * b + c) ** 2
            got = slopes(a, b, c)
            if close(got[:2], (a * outer, b * outer)):
                raise Miss(
                    "the slopes towards a and b are swapped",
                    "nudge a: the product grows b times as fast.",
                )
            if not close(got[:2], (b * outer, a * outer)):
                raise Miss("the slopes towards a and b are off", "multiply along the whole road.")

    def sum_rule():
        for a, b, c in points:
            if not close(slopes(a, b, c)[2], 1 - math.tanh(a * b + c) ** 2):
                raise Miss(
                    "the slope towards c is off",
                    "c is added, so it passes on whatever arrives, once.",
                )

    yield from (tanh_is_passed, tanh_slope, product_rule, sum_rule)


class _Counted(dict):
    """A dict that loses patience: after 5,000 look-ups every road is being walked."""

    def __getitem__(self, name):
        self._ask()
        return super().__getitem__(name)

    def get(self, name, default=None):
        self._ask()
        return super().get(name, default)

    def _ask(self):
        self.asked = getattr(self, "asked", 0) + 1
        if self.asked > 5_000:
            raise Miss(
                "41 names needed more than 5,000 look-ups",
                "you walk every road: skip a name that was visited, before following its parents.",
            )


@exercise("3.2 In order, without recursion")
def in_order(fn):
    """Cases for `fn(parents, root)`: names, every parent before its children."""
    limit = sys.getrecursionlimit()
    diamond = {"x": (), "a": ("x",), "b": ("x",), "L": ("a", "b")}
    # A long road and a short one: x reaches L directly and through three others.
    long_and_short = {"x": (), "a": ("x",), "b": ("a",), "c": ("b",), "L": ("x", "c")}
    late = {"x": (), "w": (), "a": ("x", "w"), "b": ("a",), "L": ("b", "a", "w")}

    def order(parents, root="L"):
        got = fn(parents, root)
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if isinstance(got, (set, frozenset)):
            raise Miss("the result is a set", "a set has no order: use a list.")
        if not isinstance(got, (list, tuple)):
            raise Miss(f"the result is a {type(got).__name__}", "return a list of names.")
        return list(got)

    def misplaced(parents, root="L"):
        got = order(parents, root)
        place = {name: i for i, name in enumerate(got)}
        for name in got:
            for parent in parents.get(name, ()):
                if place.get(parent, len(got)) > place[name]:
                    return got, parent, name
        return got, None, None

    def a_lone_input():
        if order({"x": ()}, "x") != ["x"]:
            raise Miss("for a lone input x the result is not ['x']", "the root belongs to it.")

    def complete():
        got = order(diamond)
        if len(got) > len(set(got)):
            raise Miss(
                "a name reached along two roads is listed twice",
                "remember what has been listed, and skip it.",
            )
        if missing := sorted(set(diamond) - set(got)):
            raise Miss(f"{missing[0]} is missing", "follow every parent, not only the first.")

    def only_what_counts():
        if "stranger" in order(diamond | {"stranger": ("x",)}):
            raise Miss("a name is listed that L does not depend on", "start at the root, go back.")

    def parents_first():
        for parents in (diamond, long_and_short, late):
            got, parent, child = misplaced(parents)
            if not parent:
                continue
            if got[0] == "L":
                raise Miss("the root comes first", "parents come before children: reverse?")
            raise Miss(
                f"{parent} comes after its child {child}",
                "nearest-first fails where a short road and a long one meet: "
                "list a name only after all its parents.",
            )

    def many_roads():
        ladder = _Counted({"0": ()} | {str(i): (str(i - 1),) * 2 for i in range(1, 41)})
        if order(ladder, "40") != [str(i) for i in range(41)]:
            raise Miss("40 doublings are out of order", "try a ladder of 3 by hand.")

    def deep():
        chain = {"0": ()} | {str(i): (str(i - 1),) for i in range(1, 5_001)}
        try:
            got = order(chain, "5000")
        except RecursionError:
            raise Miss(
                "a chain of 5,000 names ends in a RecursionError",
                "Python allows about 1,000 nested calls: keep a list of what waits instead.",
            ) from None
        if sys.getrecursionlimit() != limit:
            sys.setrecursionlimit(limit)
            raise Miss(
                "the recursion limit was changed",
                "that moves the wall: a longer chain hits it again, or ends Python itself.",
            )
        if got != [str(i) for i in range(5_001)]:
            raise Miss("a chain of 5,000 names is out of order", "try a chain of 3 by hand.")

    yield from (a_lone_input, complete, only_what_counts, parents_first, many_roads, deep)


@exercise("3.3 Bug clinic: the second road")
def sweep(fn):
    """Cases for `fn(edges, order)`: dict name -> gradient of the last name in `order`."""
    chain = {"x": [], "a": [("x", 3.0)], "L": [("a", 0.5)]}
    square = {"x": [], "L": [("x", 3.0), ("x", 3.0)]}
    two_roads = {
        "x": [],
        "a": [("x", 3.0)],
        "b": [("x", 4.0)],
        "L": [("a", 4.0), ("b", 6.0)],
    }

    def gradients(edges):
        got = fn(edges, list(edges))
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, dict) or set(got) != set(edges):
            raise Miss("not one gradient per name", "return a dict with every name in `order`.")
        return {name: need_number(value, f"the gradient of {name}") for name, value in got.items()}

    def one_road():
        got = gradients(chain)
        if not any(got.values()):
            raise Miss("every gradient is 0", "nothing is passed on before L starts with 1.")
        if not close(got["L"], 1.0):
            raise Miss("the gradient of L is not 1", "L changes exactly as fast as itself.")
        if close(got["x"], 0.0):
            raise Miss("x hears nothing", "walk from the end to the beginning, add to the parent.")
        if close(got["x"], 5.5):
            raise Miss("every gradient starts at 1", "only the last name does, the others at 0.")
        if close(got["x"], 3.0):
            raise Miss("x gets only the last slope", "multiply it by what arrived at a.")
        if not close(got["x"], 1.5):
            raise Miss("in a chain the gradient of x is off", "slopes multiply along a road.")

    def used_twice():
        got = gradients(square)["x"]
        if close(got, 3.0):
            raise Miss(
                "for L = x * x at x = 3 the gradient of x is 3, not 6",
                "x is there twice, and the second contribution overwrites the first.",
            )
        if not close(got, 6.0):
            raise Miss("for L = x * x at x = 3 the gradient is off", "add both contributions.")

    def two_roads_meet():
        got = gradients(two_roads)
        if close(got["x"], 12.0) or close(got["x"], 24.0):
            raise Miss(
                "where two roads meet only one is counted",
                "it is right for a product with itself, so what differs when a and b both reach x?",
            )
        if not close([got[k] for k in "xab"], [36.0, 4.0, 6.0]):
            raise Miss("where two roads meet the gradient is off", "12 + 24 = 36.")

    def unrelated():
        got = gradients({"stranger": [], **chain})
        if not close(got["stranger"], 0.0):
            raise Miss("a name that L does not depend on has a gradient", "start from 0.")

    yield from (one_road, used_twice, two_roads_meet, unrelated)


@exercise("3.4 The gradient, measured")
def measured_gradient(fn):
    """Cases for `fn(f, x, eps)`: central differences, shaped like x."""
    x = np.array([0.5, -1.0, 2.0])
    eps = 1e-3
    rates = np.array([1.0, -2.0, 0.5])

    def measure(f, at):
        return need_array(fn(f, at, eps), np.shape(at), "the gradient")

    def linear():
        got = measure(lambda w: float((rates * w).sum()), x)
        if close(got, rates * 2, 1e-9):
            raise Miss("every slope is twice too steep", "from down to up the way is 2 eps.")
        if close(got / eps**2, rates):
            raise Miss("every slope is almost 0", "`/ 2 * eps` multiplies by eps: (2 * eps).")
        if close(got, -rates, 1e-9):
            raise Miss("every slope has the wrong sign", "up minus down.")
        if close(got, np.full(3, rates.sum()), 1e-6):
            raise Miss("every entry is the same", "nudge one entry at a time, on a fresh copy.")
        if not close(got, rates, 1e-9) and close(got, rates, 1e-2):
            raise Miss("right to a few digits only", "float32? Nudge a float64 copy of x.")
        if not close(got, rates, 1e-9):
            raise Miss("the slopes of a straight function are off", "(up - down) / (2 eps).")

    def cubic():
        got = measure(lambda w: float((rates * w).sum()) ** 3, x)
        level = float((rates * x).sum())
        exact = 3 * level**2 * rates + rates**3 * eps**2  # what a central difference gives
        one_sided = 3 * level * rates**2 * eps
        if close(got, exact + one_sided, 1e-9) or close(got, exact - one_sided, 1e-9):
            raise Miss(
                "the error is a thousand times what a central difference leaves",
                "you nudge to one side only; nudge both ways.",
            )
        if not close(got, exact, 1e-9):
            raise Miss(
                "right for a straight function, wrong for a curved one",
                "does an entry stay nudged while the next is measured?",
            )

    def whole_numbers():
        got = measure(lambda w: float((w**2).sum()), np.array([1, 2, 3]))
        off = np.abs(got - [2.0, 4.0, 6.0]).max()
        if 1e-6 < off <= 1.0:
            raise Miss(
                "the slopes for x = [1, 2, 3] are cut to whole numbers",
                "zeros_like(x) is as whole as x: collect the slopes in floats.",
            )
        if not off <= 1e-6:
            raise Miss(
                "wrong for x = [1, 2, 3]",
                "whole numbers swallow the nudge: copy x as floats.",
            )

    def any_shape():
        at = np.arange(6.0).reshape(2, 3)
        if not close(measure(lambda w: float((w * w).sum()), at), 2 * at, 1e-6):
            raise Miss("wrong for x of shape (2, 3)", "np.ndindex(x.shape) visits every entry.")

    yield from (linear, cubic, whole_numbers, any_shape)


class _Input(Value):
    """The input of a learner's operation: recognisable, whatever is built from it."""

    __slots__ = ()


@exercise("3.5 A new operation: softplus")
def softplus(fn):
    """Cases for `fn(v)`: a Value, log(1 + exp(v)), with its slope."""

    def run(x):
        try:
            got = fn(_Input(x))
        except NotImplementedError:
            raise
        except Exception as error:
            if "not iterable" in str(error):
                raise Miss(
                    "parents and slopes are not tuples",
                    "a tuple of one needs its comma: (v,) and (slope,).",
                ) from None
            if "overflow" in str(error).lower() or "range" in str(error).lower():
                if x < 0:
                    raise Miss(
                        f"for v = {x:g} exp overflows",
                        "for negative v the slope is exp(v) / (1 + exp(v)).",
                    ) from None
                raise Miss(
                    f"for v = {x:g} exp overflows",
                    "for positive v use log(1 + exp(v)) = v + log(1 + exp(-v)).",
                ) from None
            raise
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not hasattr(got, "parents"):
            raise Miss(
                "the result is a plain number: the graph ends there",
                "return a Value with its parents and slopes.",
            )
        return got

    def slope(result):
        grad = {id(result): 1.0}
        total = 0.0
        for value in reversed(topological_order(result)):
            arrived = grad.get(id(value), 0.0)
            if isinstance(value, _Input):
                total += arrived
            pairs = zip(value.parents, value.slopes, strict=False)
            for parent, rate in pairs:
                grad[id(parent)] = grad.get(id(parent), 0.0) + arrived * rate
        return total

    def value():
        for x in (-2.0, 0.0, 1.5):
            if not close(run(x).data, math.log1p(math.exp(x)), 1e-9):
                raise Miss(f"the value at v = {x:g} is off", "log(1 + exp(v)), natural logarithm.")

    def connected():
        result = run(1.0)
        if not any(isinstance(v, _Input) for v in topological_order(result)):
            raise Miss("v is not among the parents", "Value(data, (v,), (slope,)): mind the comma.")

    def its_slope():
        for x in (-2.0, 0.0, 1.5):
            got, e = slope(run(x)), math.exp(x)
            if close(got, 1 / (1 + e), 1e-9) and x:
                raise Miss("the slope falls where it should rise", "exp(v) / (1 + exp(v)).")
            if close(got, e, 1e-9):
                raise Miss("the slope is exp(v)", "the log comes after: divide by its argument.")
            if not close(got, e / (1 + e), 1e-9):
                raise Miss(f"the slope at v = {x:g} is off", "which lesson 01 curve is it?")

    def far_right():
        result = run(1000.0)
        if not close(result.data, 1000.0):
            raise Miss("softplus(1000) is not 1000", "far to the right it is v itself.")
        if not close(slope(result), 1.0):
            raise Miss("the slope at v = 1000 is not 1", "write it so that exp sees only v < 0.")

    def far_left():
        result = run(-40.0)
        if not close(result.data * 1e17, math.exp(-40.0) * 1e17, 1e-6):
            raise Miss(
                "softplus(-40) has lost its digits",
                "1 + 4e-18 rounds to 1: math.log1p(t) is log(1 + t) without that loss.",
            )
        if not close(slope(result) * 1e17, math.exp(-40.0) * 1e17, 1e-6):
            raise Miss("the slope at v = -40 has lost its digits", "1 - (almost 1) cancels.")
        run(-1000.0)

    yield from (value, connected, its_slope, far_right, far_left)


class _Remembering:
    """Momentum 0.9 in its plainest form, so that a lost memory shows."""

    def __init__(self, rate, keep):
        self.rate, self.keep, self.velocity = rate, keep, {}

    def step(self, params, grads):
        for name, weights in params.items():
            v = self.keep * self.velocity.get(name, 0.0) - self.rate * np.asarray(grads[name])
            self.velocity[name] = v
            weights += v


@exercise("3.6 Bug clinic: the forgetful optimizer")
def train(fn):
    """Cases for `fn(make_optimizer, gradient, start, epochs)`: weights after `epochs` steps."""
    start = np.array([1.0, -2.0])
    scale = np.array([1.0, 10.0])

    def gradient(w):
        return scale * w

    def want(epochs, keep, forget=False):
        w, v = start, 0.0
        for _ in range(epochs):
            v = (0.0 if forget else keep * v) - 0.02 * gradient(w)
            w = w + v
        return w

    def run(epochs, keep):
        got = fn(lambda: _Remembering(0.02, keep), gradient, start, epochs)
        return need_array(got, (2,), "the weights")

    def no_epochs():
        if not close(run(0, 0.0), start):
            raise Miss("after 0 epochs the weights have moved", "one step per epoch, none before.")

    def without_memory():
        got = run(5, 0.0)
        if close(got, start):
            raise Miss("the weights never move", "step changes the arrays of the dict you hand it.")
        if close(got, start - 5 * 0.02 * gradient(start)):
            raise Miss("the gradient is always that of the start", "ask for it in every epoch.")
        if close(got, want(4, 0.0)) or close(got, want(6, 0.0)):
            raise Miss("one step too few or too many", "range(epochs), one step in each.")
        if not close(got, want(5, 0.0)):
            raise Miss("wrong even for plain gradient descent", "w <- w - rate * gradient(w).")

    def with_memory():
        got = run(5, 0.9)
        if close(got, want(5, 0.9, forget=True)):
            raise Miss(
                "an optimizer with momentum behaves like one without",
                "who remembers the velocity, and how long does it live?",
            )
        if not close(got, want(5, 0.9)):
            raise Miss("with momentum the weights are off", "one optimizer for all epochs.")

    def how_many():
        made = []

        def make():
            made.append(_Remembering(0.02, 0.9))
            return made[-1]

        fn(make, gradient, start, 4)
        if len(made) != 1:
            raise Miss(f"4 epochs made {len(made)} optimizers", "make one, before the loop.")

    yield from (no_epochs, without_memory, with_memory, how_many)
