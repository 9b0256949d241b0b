"""Answers that learners give in lesson 03, and what each must be told."""

import graphlib
import math
import sys

import numpy as np

from course_utils.autograd import Value
from course_utils.checks import nb03


def stub(*_):
    raise NotImplementedError("replace this line with your own")


# 3.1 -------------------------------------------------------------------------------------


def three_slopes(a, b, c):
    y = math.tanh(a * b + c)
    dz = 1 - y * y
    return dz * b, dz * a, dz


def three_slopes_by_the_engine(a, b, c):
    a, b, c = Value(a), Value(b), Value(c)
    (a * b + c).tanh().backward()
    return [a.grad, b.grad, c.grad]


def slopes_without_tanh(a, b, c):
    return b, a, 1.0


def slopes_with_the_input(a, b, c):
    z = a * b + c
    return (1 - z * z) * b, (1 - z * z) * a, 1 - z * z


def slopes_with_tanh_itself(a, b, c):
    y = math.tanh(a * b + c)
    return y * b, y * a, y


def slopes_with_the_sigmoid(a, b, c):
    y = math.tanh(a * b + c)
    return y * (1 - y) * b, y * (1 - y) * a, y * (1 - y)


def slopes_without_the_square(a, b, c):
    y = math.tanh(a * b + c)
    return (1 - y) * b, (1 - y) * a, 1 - y


def slopes_by_cosh(a, b, c):
    return np.array([b, a, 1.0]) / math.cosh(a * b + c) ** 2


def slopes_swapped(a, b, c):
    da, db, dc = three_slopes(a, b, c)
    return db, da, dc


def slopes_with_c_times_c(a, b, c):
    da, db, dc = three_slopes(a, b, c)
    return da, db, dc * c


def slopes_as_the_value(a, b, c):
    return math.tanh(a * b + c)


# 3.2 -------------------------------------------------------------------------------------


def in_order(parents, root):
    ordered, listed, waiting = [], set(), [root]
    while waiting:
        name = waiting[-1]
        missing = [p for p in parents[name] if p not in listed]
        if missing:
            waiting.extend(missing)
        else:
            waiting.pop()
            if name not in listed:
                listed.add(name)
                ordered.append(name)
    return ordered


def in_order_by_counting_children(parents, root):
    needed, waiting = {root}, [root]
    while waiting:
        for p in parents[waiting.pop()]:
            if p not in needed:
                needed.add(p)
                waiting.append(p)
    children = dict.fromkeys(needed, 0)
    for name in needed:
        for p in parents[name]:
            children[p] += 1
    backward, ready = [], [root]
    while ready:
        name = ready.pop()
        backward.append(name)
        for p in parents[name]:
            children[p] -= 1
            if children[p] == 0:
                ready.append(p)
    return backward[::-1]


def in_order_recursive(parents, root):
    ordered = []

    def visit(name):
        if name not in ordered:
            for p in parents[name]:
                visit(p)
            ordered.append(name)

    visit(root)
    return ordered


def in_order_root_first(parents, root):
    return in_order(parents, root)[::-1]


def in_order_nearest_first(parents, root):
    found, waiting = [], [root]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found.append(name)
            waiting.extend(parents[name])
    return found[::-1]


def in_order_twice(parents, root):
    ordered, waiting = [], [root]
    while waiting:
        name = waiting.pop()
        ordered.append(name)
        waiting.extend(parents[name])
    return ordered[::-1]


def in_order_first_parent_only(parents, root):
    ordered = [root]
    while parents[ordered[-1]]:
        ordered.append(parents[ordered[-1]][0])
    return ordered[::-1]


def in_order_of_everything(parents, root):
    return list(parents)


def in_order_along_every_road(parents, root):
    found, waiting = [], [root]
    while waiting:
        name = waiting.pop()
        found.append(name)
        waiting.extend(parents[name])
    return list(dict.fromkeys(reversed(found)))


def in_order_along_every_road_by_get(parents, root):
    found, waiting = [], [root]
    while waiting:
        name = waiting.pop()
        found.append(name)
        waiting.extend(parents.get(name, ()))
    return list(dict.fromkeys(reversed(found)))


def in_order_by_the_standard_library(parents, root):
    needed, waiting = {}, [root]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = parents[name]
            waiting.extend(parents[name])
    return tuple(graphlib.TopologicalSorter(needed).static_order())


def in_order_with_a_raised_limit(parents, root):
    sys.setrecursionlimit(20_000)
    found, seen = [], set()

    def visit(name):
        if name not in seen:
            seen.add(name)
            for p in parents[name]:
                visit(p)
            found.append(name)

    visit(root)
    return found


def in_order_as_a_generator(parents, root):
    yield from in_order(parents, root)


def in_order_without_root(parents, root):
    return in_order(parents, root)[:-1]


def in_order_as_a_set(parents, root):
    return set(in_order(parents, root))


# 3.3 -------------------------------------------------------------------------------------


def sweep(edges, order):
    gradient = dict.fromkeys(order, 0.0)
    gradient[order[-1]] = 1.0
    for name in reversed(order):
        for parent, slope in edges[name]:
            gradient[parent] += slope * gradient[name]
    return gradient


def sweep_asking_the_children(edges, order):
    gradient = {order[-1]: 1.0}
    for name in order[-2::-1]:
        shares = [s * gradient[c] for c in gradient for p, s in edges[c] if p == name]
        gradient[name] = sum(shares)
    return gradient


def sweep_overwriting(edges, order):
    gradient = dict.fromkeys(order, 0.0)
    gradient[order[-1]] = 1.0
    for name in reversed(order):
        for parent, slope in edges[name]:
            gradient[parent] = slope * gradient[name]
    return gradient


def sweep_overwriting_but_for_squares(edges, order):
    gradient = dict.fromkeys(order, 0.0)
    gradient[order[-1]] = 1.0
    for name in reversed(order):
        for parent in {p for p, _ in edges[name]}:
            gradient[parent] = gradient[name] * sum(s for p, s in edges[name] if p == parent)
    return gradient


def sweep_without_one(edges, order):
    gradient = dict.fromkeys(order, 0.0)
    for name in reversed(order):
        for parent, slope in edges[name]:
            gradient[parent] += slope * gradient[name]
    return gradient


def sweep_forward(edges, order):
    gradient = dict.fromkeys(order, 0.0)
    gradient[order[-1]] = 1.0
    for name in order:
        for parent, slope in edges[name]:
            gradient[parent] += slope * gradient[name]
    return gradient


def sweep_starting_at_one(edges, order):
    gradient = dict.fromkeys(order, 1.0)
    for name in reversed(order[:-1]):
        gradient[name] = 0.0
    for name in reversed(order):
        for parent, slope in edges[name]:
            gradient[parent] += slope * gradient[name]
    return gradient | {n: 1.0 for n in order if not edges[n] and not gradient[n]}


def sweep_by_equations(edges, order):
    row = {name: i for i, name in enumerate(order)}
    A = np.eye(len(order))
    for child in order:
        for parent, slope in edges[child]:
            A[row[parent], row[child]] -= slope
    return dict(zip(order, np.linalg.solve(A, np.eye(len(order))[-1]), strict=True))


def sweep_into_the_child(edges, order):
    gradient = dict.fromkeys(order, 0.0)
    gradient[order[-1]] = 1.0
    for name in reversed(order):
        for parent, slope in edges[name]:
            gradient[name] += slope * gradient[parent]
    return gradient


def sweep_all_from_one(edges, order):
    gradient = dict.fromkeys(order, 1.0)
    for name in reversed(order):
        for parent, slope in edges[name]:
            gradient[parent] += slope * gradient[name]
    return gradient


def sweep_without_arrivals(edges, order):
    gradient = dict.fromkeys(order, 0.0)
    gradient[order[-1]] = 1.0
    for name in reversed(order):
        for parent, slope in edges[name]:
            gradient[parent] += slope
    return gradient


# 3.4 -------------------------------------------------------------------------------------


def measured_gradient(f, x, eps):
    x = np.array(x, dtype=float)
    slopes = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        slopes[i] = (f(up) - f(down)) / (2 * eps)
    return slopes


def measured_with_an_identity(f, x, eps):
    x = np.asarray(x, dtype=float)
    nudges = eps * np.eye(x.size).reshape(x.size, *x.shape)
    return np.reshape([(f(x + n) - f(x - n)) / (2 * eps) for n in nudges], x.shape)


def measured_one_sided(f, x, eps):
    x = np.array(x, dtype=float)
    slopes = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up = x.copy()
        up[i] += eps
        slopes[i] = (f(up) - f(x)) / eps
    return slopes


def measured_to_the_left(f, x, eps):
    return measured_one_sided(f, x, -eps)


def measured_without_brackets(f, x, eps):
    return measured_gradient(f, x, eps) * eps**2  # (up - down) / 2 * eps


def measured_into_whole_numbers(f, x, eps):
    slopes = np.zeros_like(x)
    slopes[...] = measured_gradient(f, x, eps)
    return slopes


def measured_on_the_flat_array(f, x, eps):
    flat, slopes = np.array(x, dtype=float).ravel(), []
    for i, kept in enumerate(flat.tolist()):
        flat[i] = kept + eps
        up = f(flat.reshape(x.shape))
        flat[i] = kept - eps
        slopes.append((up - f(flat.reshape(x.shape))) / eps / 2)
        flat[i] = kept
    return np.reshape(slopes, x.shape).tolist()


def measured_without_two(f, x, eps):
    return 2 * measured_gradient(f, x, eps)


def measured_down_minus_up(f, x, eps):
    return measured_gradient(f, x, -eps) * -1


def measured_all_at_once(f, x, eps):
    x = np.asarray(x, dtype=float)
    return np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps))


def measured_without_restoring(f, x, eps):
    w = np.array(x, dtype=float)
    slopes = np.zeros_like(w)
    for i in np.ndindex(w.shape):
        w[i] += eps
        up = f(w)
        w[i] -= 2 * eps
        slopes[i] = (up - f(w)) / (2 * eps)
    return slopes


def measured_on_whole_numbers(f, x, eps):
    slopes = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] = up[i] + eps
        down[i] = down[i] - eps
        slopes[i] = (f(up) - f(down)) / (2 * eps)
    return slopes


def measured_in_float32(f, x, eps):
    x = x.astype(np.float32)
    slopes = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        slopes[i] = (f(up) - f(down)) / (2 * eps)
    return slopes


def measured_in_place(f, x, eps):
    slopes = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        slopes[i] = (up - f(x)) / (2 * eps)
    return slopes


def measured_rows_only(f, x, eps):
    return measured_gradient(f, x, eps)[0]


# 3.5 -------------------------------------------------------------------------------------


def softplus(v):
    small = math.exp(-abs(v.data))
    data = max(v.data, 0.0) + math.log1p(small)
    slope = 1 / (1 + small) if v.data > 0 else small / (1 + small)
    return Value(data, (v,), (slope,), "softplus")


def softplus_with_numpy(v):
    data = np.logaddexp(0.0, v.data)
    return Value(data, [v], [math.exp(v.data - data)])


def softplus_with_the_slope_from_the_value(v):
    data = float(np.logaddexp(0.0, v.data))
    return Value(data, (v,), (-math.expm1(-data),))


def softplus_naive(v):
    e = math.exp(v.data)
    return Value(math.log(1 + e), (v,), (e / (1 + e),))


def softplus_losing_digits(v):
    if v.data > 0:
        return v + ((v * -1).exp() + 1).log()
    return (v.exp() + 1).log()


def softplus_capped(v):
    e = math.exp(min(v.data, 700.0))
    return Value(math.log1p(e), (v,), (e / (1 + e),))


def softplus_slope_of_the_inside(v):
    return Value(softplus(v).data, (v,), (math.exp(v.data),))


def softplus_slope_mirrored(v):
    return Value(softplus(v).data, (v,), (1 / (1 + math.exp(v.data)),))


def softplus_number(v):
    return softplus(v).data


def softplus_without_parents(v):
    return Value(softplus(v).data)


def softplus_with_the_plain_sigmoid(v):
    return Value(softplus(v).data, (v,), (1 / (1 + math.exp(-v.data)),))


def softplus_without_the_comma(v):
    return Value(softplus(v).data, (v), (softplus(v).slopes[0]))


def softplus_base_two(v):
    return Value(softplus(v).data / math.log(2), (v,), (softplus(v).slopes[0],))


# 3.6 -------------------------------------------------------------------------------------


def train(make_optimizer, gradient, start, epochs):
    weights = {"w": start.copy()}
    optimizer = make_optimizer()
    for _ in range(epochs):
        optimizer.step(weights, {"w": gradient(weights["w"])})
    return weights["w"]


def train_counting_down(make_optimizer, gradient, start, epochs):
    w = np.array(start, dtype=float)
    step = make_optimizer().step
    while epochs > 0:
        step({"only": w}, {"only": gradient(w)})
        epochs -= 1
    return w


def train_forgetting(make_optimizer, gradient, start, epochs):
    weights = {"w": start.copy()}
    for _ in range(epochs):
        optimizer = make_optimizer()
        optimizer.step(weights, {"w": gradient(weights["w"])})
    return weights["w"]


def train_with_one_gradient(make_optimizer, gradient, start, epochs):
    weights, optimizer, g = {"w": start.copy()}, make_optimizer(), gradient(start)
    for _ in range(epochs):
        optimizer.step(weights, {"w": g})
    return weights["w"]


def train_a_copy(make_optimizer, gradient, start, epochs):
    w, optimizer = start.copy(), make_optimizer()
    for _ in range(epochs):
        optimizer.step({"w": w.copy()}, {"w": gradient(w)})
    return w


def train_once_more(make_optimizer, gradient, start, epochs):
    return train(make_optimizer, gradient, start, epochs + bool(epochs))


def train_before_the_loop(make_optimizer, gradient, start, epochs):
    return train(make_optimizer, gradient, start, epochs + 1)


def train_in_place(make_optimizer, gradient, start, epochs):
    optimizer = make_optimizer()
    for _ in range(epochs):
        optimizer.step({"w": start}, {"w": gradient(start)})
    return start


def train_with_spare_optimizers(make_optimizer, gradient, start, epochs):
    spare = [make_optimizer() for _ in range(epochs + 1)]
    return train(lambda: spare[0], gradient, start, epochs)


ANSWERS = {
    nb03.three_slopes: [
        ("stub", stub, "not attempted yet"),
        ("solution", three_slopes, "4 of 4 cases"),
        ("second", three_slopes_by_the_engine, "4 of 4 cases"),
        ("wrong", slopes_without_tanh, "the road goes on: through tanh"),
        ("wrong", slopes_with_the_input, "wants the output"),
        ("wrong", slopes_with_tanh_itself, "value and slope differ"),
        ("second", slopes_by_cosh, "4 of 4 cases"),
        ("wrong", slopes_with_the_sigmoid, "the factor of tanh is off"),
        ("wrong", slopes_without_the_square, "it is 1 - y²"),
        ("wrong", slopes_swapped, "grows b times as fast"),
        ("wrong", slopes_with_c_times_c, "c is added"),
        ("wrong", slopes_as_the_value, "expected (3,)"),
    ],
    nb03.in_order: [
        ("stub", stub, "not attempted yet"),
        ("solution", in_order, "6 of 6 cases"),
        ("second", in_order_by_counting_children, "6 of 6 cases"),
        ("second", in_order_by_the_standard_library, "6 of 6 cases"),
        ("wrong", in_order_along_every_road_by_get, "you walk every road"),
        ("wrong", in_order_recursive, "keep a list of what waits"),
        ("wrong", in_order_root_first, "reverse?"),
        ("wrong", in_order_nearest_first, "only after all its parents"),
        ("wrong", in_order_twice, "remember what has been listed"),
        ("wrong", in_order_first_parent_only, "follow every parent"),
        ("wrong", in_order_of_everything, "start at the root, go back"),
        ("wrong", in_order_without_root, "the root belongs to it"),
        ("wrong", in_order_as_a_set, "a set has no order"),
        ("wrong", in_order_along_every_road, "before following its parents"),
        ("wrong", in_order_with_a_raised_limit, "that moves the wall"),
        ("wrong", in_order_as_a_generator, "return a list of names"),
    ],
    nb03.sweep: [
        ("stub", stub, "not attempted yet"),
        ("solution", sweep, "4 of 4 cases"),
        ("second", sweep_asking_the_children, "4 of 4 cases"),
        ("wrong", sweep_overwriting, "the second contribution overwrites the first"),
        ("wrong", sweep_overwriting_but_for_squares, "only one is counted"),
        ("wrong", sweep_without_one, "before L starts with 1"),
        ("second", sweep_by_equations, "4 of 4 cases"),
        ("wrong", sweep_into_the_child, "add to the parent"),
        ("wrong", sweep_all_from_one, "only the last name does"),
        ("wrong", sweep_forward, "walk from the end"),
        ("wrong", sweep_starting_at_one, "start from 0"),
        ("wrong", sweep_without_arrivals, "multiply it by what arrived"),
    ],
    nb03.measured_gradient: [
        ("stub", stub, "not attempted yet"),
        ("solution", measured_gradient, "4 of 4 cases"),
        ("second", measured_with_an_identity, "4 of 4 cases"),
        ("wrong", measured_one_sided, "nudge both ways"),
        ("second", measured_on_the_flat_array, "4 of 4 cases"),
        ("wrong", measured_to_the_left, "you nudge to one side only"),
        ("wrong", measured_without_brackets, "multiplies by eps"),
        ("wrong", measured_into_whole_numbers, "collect the slopes in floats"),
        ("wrong", measured_without_two, "the way is 2 eps"),
        ("wrong", measured_down_minus_up, "up minus down"),
        ("wrong", measured_all_at_once, "one entry at a time"),
        ("wrong", measured_without_restoring, "stay nudged"),
        ("wrong", measured_on_whole_numbers, "whole numbers swallow the nudge"),
        ("wrong", measured_in_float32, "float32?"),
        ("wrong", measured_in_place, "changed its input"),
        ("wrong", measured_rows_only, "has shape ()"),
    ],
    nb03.softplus: [
        ("stub", stub, "not attempted yet"),
        ("solution", softplus, "5 of 5 cases"),
        ("second", softplus_with_numpy, "5 of 5 cases"),
        ("second", softplus_with_the_slope_from_the_value, "5 of 5 cases"),
        ("wrong", softplus_naive, "exp overflows"),
        ("wrong", softplus_capped, "far to the right it is v itself"),
        ("wrong", softplus_losing_digits, "log1p"),
        ("wrong", softplus_slope_of_the_inside, "divide by its argument"),
        ("wrong", softplus_slope_mirrored, "falls where it should rise"),
        ("wrong", softplus_number, "the graph ends there"),
        ("wrong", softplus_without_parents, "mind the comma"),
        ("wrong", softplus_with_the_plain_sigmoid, "for negative v the slope is"),
        ("wrong", softplus_without_the_comma, "needs its comma"),
        ("wrong", softplus_base_two, "natural logarithm"),
    ],
    nb03.train: [
        ("stub", stub, "not attempted yet"),
        ("solution", train, "4 of 4 cases"),
        ("second", train_counting_down, "4 of 4 cases"),
        ("wrong", train_forgetting, "how long does it live?"),
        ("wrong", train_with_one_gradient, "ask for it in every epoch"),
        ("wrong", train_a_copy, "step changes the arrays"),
        ("wrong", train_once_more, "one step in each"),
        ("wrong", train_before_the_loop, "none before"),
        ("wrong", train_in_place, "changed its input"),
        ("wrong", train_with_spare_optimizers, "make one, before the loop"),
    ],
}
