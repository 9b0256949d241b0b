"""Answers that learners give in lesson 04, and what each must be told."""

import math
from statistics import NormalDist

import numpy as np

from course_utils.checks import nb04
from course_utils.scratch import losses


def stub(*_):
    raise NotImplementedError("replace this line with your own")


def relu(z):
    return np.maximum(z, 0)


# 4.1 -------------------------------------------------------------------------------------


def bump(x, centre, width):
    up, over, flat = (relu(x - centre - k * width) for k in (-1, 0, 1))
    return (up - 2 * over + flat) / width


def bump_cut_off_below(x, centre, width):
    return relu(1 - (relu(x - centre) + relu(centre - x)) / width)


def bump_by_product(x, centre, width):
    kinks = np.array([centre - width, centre, centre + width])
    return relu(x[..., None] - kinks) @ np.array([1, -2, 1]) / width


def bump_wrong_last_sign(x, centre, width):
    up, over, flat = (relu(x - centre - k * width) for k in (-1, 0, 1))
    return (up - 2 * over - flat) / width


def bump_without_width(x, centre, width):
    return bump(x, centre, width) * width


def bump_plateau(x, centre, width):
    return (relu(x - centre + width) - relu(x - centre)) / width


def bump_without_third(x, centre, width):
    return (relu(x - centre + width) - 2 * relu(x - centre)) / width


def bump_one_hinge(x, centre, width):
    return relu(x - centre + width) / width


def bump_shifted(x, centre, width):
    return bump(x, centre - width, width)


def bump_for_the_example(x, centre, width):
    return bump(x, 3, 2)


# 4.2 -------------------------------------------------------------------------------------


def scale_backward(x, g, dy):
    return dy * g, (x * dy).sum(axis=0), dy.sum(axis=0)


def scale_by_einsum(x, g, dy):
    ones = np.ones(len(x))
    return [dy @ np.diag(g), np.einsum("nd,nd->d", x, dy), ones @ dy]


def scale_by_loops(x, g, dy):
    dx, dg, db = np.zeros_like(x), np.zeros_like(g), np.zeros_like(g)
    for n, d in np.ndindex(x.shape):
        dx[n, d] = dy[n, d] * g[d]
        dg[d] += dy[n, d] * x[n, d]
        db[d] += dy[n, d]
    return dx, dg, db


def scale_swapped(x, g, dy):
    return dy * g, dy.sum(axis=0), (x * dy).sum(axis=0)


def scale_over_features(x, g, dy):
    return dy * g, (x * dy).sum(axis=1), dy.sum(axis=1)


def scale_per_example(x, g, dy):
    return dy * g, x * dy, dy


def scale_factor_per_example(x, g, dy):
    return dy * g, x * dy, dy.sum(axis=0)


def scale_means(x, g, dy):
    return dy * g, (x * dy).mean(axis=0), dy.mean(axis=0)


def scale_ones(x, g, dy):
    return dy * g, (x * dy).sum(axis=0), np.ones(len(g))


def scale_own_factor(x, g, dy):
    return dy * g, (g * dy).sum(axis=0), dy.sum(axis=0)


def scale_as_dense(x, g, dy):
    return dy * g, x.T @ dy, dy.sum(axis=0)


def scale_passing(x, g, dy):
    return dy, (x * dy).sum(axis=0), dy.sum(axis=0)


def scale_with_x(x, g, dy):
    return dy * x, (x * dy).sum(axis=0), dy.sum(axis=0)


def scale_undone(x, g, dy):
    return dy / g, (x * dy).sum(axis=0), dy.sum(axis=0)


def scale_kept_axis(x, g, dy):
    return dy * g, (x * dy).sum(axis=0, keepdims=True), dy.sum(axis=0)


def scale_pair(x, g, dy):
    return dy * g, (x * dy).sum(axis=0)


# 4.3 -------------------------------------------------------------------------------------


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def log_softmax_by_logaddexp(z):
    return z - np.logaddexp.reduce(z, axis=1)[:, None]


def log_softmax_row_by_row(z):
    rows = []
    for row in z:
        top = max(row)
        total = sum(math.exp(value - top) for value in row)
        rows.append([value - top - math.log(total) for value in row])
    return rows


def log_softmax_minus_mean(z):
    z = z - z.mean(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def log_softmax_minus_minimum(z):
    z = z - z.min(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def log_softmax_of_gaps(z):
    return -np.log(np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2))


def log_softmax_clipped(z):
    z = np.clip(z, -700, 700)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def log_softmax_forgot_log(z):
    return losses.softmax(z)


def log_softmax_naive(z):
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def log_of_softmax(z):
    return np.log(losses.softmax(z))


def log_of_softmax_padded(z):
    return np.log(losses.softmax(z) + 1e-12)


def log_softmax_one_sum(z):
    return z - np.log(np.exp(z).sum())


def log_softmax_columns(z):
    return z - np.log(np.exp(z).sum(axis=0))


def log_softmax_one_maximum(z):
    z = z - z.max()
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def log_softmax_only_shifted(z):
    return z - z.max(axis=1, keepdims=True)


def log_softmax_half_shifted(z):
    return z - np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))


# 4.4 -------------------------------------------------------------------------------------


def predict_and_score(logits, labels):
    loss = losses.softmax_cross_entropy_from_logits(logits, labels)
    return losses.softmax(logits), loss


def score_by_log_softmax(logits, labels):
    log_p = log_softmax_by_logaddexp(logits)
    return np.exp(log_p), -np.mean([row[label] for row, label in zip(log_p, labels, strict=True)])


def score_by_one_hot(logits, labels):
    log_p = log_softmax(logits)
    return [np.exp(log_p), -(np.eye(logits.shape[1])[labels] * log_p).sum() / len(labels)]


def score_over_all_numbers(logits, labels):
    p, loss = predict_and_score(logits, labels)
    return p, loss / p.shape[1]


def score_first(logits, labels):
    return predict_and_score(logits, labels)[::-1]


def score_per_example(logits, labels):
    return losses.softmax(logits), -log_softmax(logits)[np.arange(len(labels)), labels]


def score_twice(logits, labels):
    p = losses.softmax(logits)
    return p, losses.softmax_cross_entropy_from_logits(p, labels)


def score_showing_logits(logits, labels):
    return logits, losses.softmax_cross_entropy_from_logits(logits, labels)


def score_showing_twice(logits, labels):
    p = losses.softmax(losses.softmax(logits))
    return p, losses.softmax_cross_entropy_from_logits(logits, labels)


def score_by_log_of_p(logits, labels):
    p = losses.softmax(logits)
    return p, -np.log(p[np.arange(len(p)), labels]).mean()


def score_summed(logits, labels):
    p, loss = predict_and_score(logits, labels)
    return p, loss * len(p)


def score_without_log(logits, labels):
    p = losses.softmax(logits)
    return p, -p[np.arange(len(p)), labels].mean()


def score_alone(logits, labels):
    return losses.softmax_cross_entropy_from_logits(logits, labels)


# 4.5 -------------------------------------------------------------------------------------


def dead_share(h):
    return (h == 0).all(axis=0).mean()


def dead_by_maximum(h):
    return sum(column.max() <= 0 for column in h.T) / h.shape[1]


def dead_by_any(h):
    return 1 - np.count_nonzero(h.any(axis=0)) / h.shape[1]


def dead_over_examples(h):
    return (h == 0).all(axis=0).sum() / len(h)


def dead_alive(h):
    return h.any(axis=0).mean()


def dead_zeros(h):
    return (h == 0).mean()


def dead_rows(h):
    return (h == 0).all(axis=1).mean()


def dead_any(h):
    return (h == 0).any(axis=0).mean()


def dead_count(h):
    return (h == 0).all(axis=0).sum()


def dead_nearly(h):
    return (h.mean(axis=0) < 1e-3).mean()


# 4.6 -------------------------------------------------------------------------------------


def weight_std(f, fan_in):
    z = np.random.default_rng(0).normal(size=200_000)
    return 1 / np.sqrt(fan_in * np.mean(f(z) ** 2))


def std_on_a_grid(f, fan_in):
    z = np.linspace(-8, 8, 4001)
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return (fan_in * np.sum(f(z) ** 2 * density) * (z[1] - z[0])) ** -0.5


def std_by_quadrature(f, fan_in):
    z, weight = np.polynomial.hermite_e.hermegauss(60)
    return (fan_in * (weight @ f(z) ** 2) / weight.sum()) ** -0.5


def std_by_quantiles(f, fan_in):
    z = np.array([NormalDist().inv_cdf((i + 0.5) / 5000) for i in range(5000)])
    return np.sqrt(1 / (fan_in * np.mean(f(z) ** 2)))


def std_of_few_samples(f, fan_in):
    z = np.random.default_rng(1).normal(size=300)
    return 1 / np.sqrt(fan_in * np.mean(f(z) ** 2))


def std_of_even_numbers(f, fan_in):
    return 1 / np.sqrt(fan_in * np.mean(f(np.linspace(-3, 3, 10_001)) ** 2))


def std_as_variance(f, fan_in):
    return weight_std(f, fan_in) ** 2


def std_upside_down(f, fan_in):
    return 1 / weight_std(f, fan_in)


def std_without_inputs(f, fan_in):
    return weight_std(f, 1)


def std_lecun(f, fan_in):
    return fan_in**-0.5


def std_always_he(f, fan_in):
    is_line = f(np.array([-1.0]))[0] == -1.0
    return np.sqrt((1 if is_line else 2) / fan_in)


def std_by_variance(f, fan_in):
    z = np.random.default_rng(0).normal(size=200_000)
    return 1 / np.sqrt(fan_in * np.var(f(z)))


def std_by_absolute_value(f, fan_in):
    z = np.random.default_rng(0).normal(size=200_000)
    scale = np.sqrt(np.pi / 2) if f(np.array([-1.0]))[0] == -1.0 else 1.0
    return 1 / (np.sqrt(fan_in) * scale * np.mean(np.abs(f(z))))


ANSWERS = {
    nb04.bump: [
        ("stub", stub, "not attempted yet"),
        ("solution", bump, "5 of 5 cases"),
        ("second", bump_cut_off_below, "5 of 5 cases"),
        ("second", bump_by_product, "5 of 5 cases"),
        ("wrong", bump_wrong_last_sign, "add up to 0"),
        ("wrong", bump_without_width, "the slope is 1 / width"),
        ("wrong", bump_plateau, "begin the descent"),
        ("wrong", bump_without_third, "a third hinge"),
        ("wrong", bump_one_hinge, "bend down at the centre"),
        ("wrong", bump_shifted, "where is the first kink"),
        ("wrong", bump_for_the_example, "left in your code"),
    ],
    nb04.scale_backward: [
        ("stub", stub, "not attempted yet"),
        ("solution", scale_backward, "3 of 3 cases"),
        ("second", scale_by_einsum, "3 of 3 cases"),
        ("second", scale_by_loops, "3 of 3 cases"),
        ("wrong", scale_swapped, "the order is dx, dg, db"),
        ("wrong", scale_over_features, "add over the examples, axis 0"),
        ("wrong", scale_per_example, "its roads meet"),
        ("wrong", scale_factor_per_example, "summed backwards"),
        ("wrong", scale_means, "is in dy already"),
        ("wrong", scale_ones, "by what arrives"),
        ("wrong", scale_own_factor, "the other factor"),
        ("wrong", scale_as_dense, "no matrix product"),
        ("wrong", scale_passing, "meets g"),
        ("wrong", scale_with_x, "That is g, not x"),
        ("wrong", scale_undone, "not undoing"),
        ("wrong", scale_pair, "return dx, dg, db"),
        ("wrong", scale_kept_axis, "dg has shape (1, 3), expected (3,)"),
    ],
    nb04.log_softmax: [
        ("stub", stub, "not attempted yet"),
        ("solution", log_softmax, "4 of 4 cases"),
        ("second", log_softmax_by_logaddexp, "4 of 4 cases"),
        ("second", log_softmax_row_by_row, "4 of 4 cases"),
        ("wrong", log_softmax_minus_mean, "by its largest logit"),
        ("wrong", log_softmax_minus_minimum, "logits far apart overflow"),
        ("wrong", log_softmax_of_gaps, "with no exponent above 0"),
        ("wrong", log_softmax_clipped, "is not at -1000"),
        ("wrong", lambda z: -log_softmax(z), "turn the sign"),
        ("wrong", log_softmax_forgot_log, "the logarithm is missing"),
        ("wrong", log_softmax_naive, "exp(1000) overflows"),
        ("wrong", log_of_softmax, "fuse log and softmax"),
        ("wrong", log_of_softmax_padded, "spoils the value"),
        ("wrong", log_softmax_one_sum, "each row is a distribution"),
        ("wrong", log_softmax_columns, "along the classes"),
        ("wrong", log_softmax_one_maximum, "one maximum per row"),
        ("wrong", log_softmax_only_shifted, "the log of the sum"),
        ("wrong", log_softmax_half_shifted, "as well as in the sum"),
    ],
    nb04.predict_and_score: [
        ("stub", stub, "not attempted yet"),
        ("solution", predict_and_score, "3 of 3 cases"),
        ("second", score_by_log_softmax, "3 of 3 cases"),
        ("second", score_by_one_hot, "3 of 3 cases"),
        ("wrong", score_over_all_numbers, "one surprise per example"),
        ("wrong", score_first, "the order is probabilities, loss"),
        ("wrong", score_per_example, "is a sum or a mean missing"),
        ("wrong", score_twice, "what do you hand it?"),
        ("wrong", score_showing_logits, "it needs one softmax"),
        ("wrong", score_showing_twice, "went through two softmaxes"),
        ("wrong", score_by_log_of_p, "leave softmax and log fused"),
        ("wrong", score_summed, "the batch size"),
        ("wrong", score_without_log, "minus its logarithm"),
        ("wrong", score_alone, "return probabilities, loss"),
    ],
    nb04.dead_share: [
        ("stub", stub, "not attempted yet"),
        ("solution", dead_share, "2 of 2 cases"),
        ("second", dead_by_maximum, "2 of 2 cases"),
        ("second", dead_by_any, "2 of 2 cases"),
        ("wrong", dead_over_examples, "divide by K"),
        ("wrong", dead_alive, "without any life"),
        ("wrong", lambda h: 100 * dead_share(h), "from 0 to 1"),
        ("wrong", dead_zeros, "all of a column"),
        ("wrong", dead_rows, "which axis are the neurons"),
        ("wrong", dead_any, "any zero is no death"),
        ("wrong", dead_count, "divide by all of them"),
        ("wrong", dead_nearly, "however little"),
    ],
    nb04.weight_std: [
        ("stub", stub, "not attempted yet"),
        ("solution", weight_std, "3 of 3 cases"),
        ("second", std_on_a_grid, "3 of 3 cases"),
        ("second", std_by_quadrature, "3 of 3 cases"),
        ("second", std_by_quantiles, "3 of 3 cases"),
        ("wrong", std_of_few_samples, "too few samples"),
        ("wrong", std_of_even_numbers, "are your z standard normal"),
        ("wrong", std_as_variance, "a standard deviation is its root"),
        ("wrong", std_upside_down, "a larger sum: divide"),
        ("wrong", std_without_inputs, "a sum of n terms"),
        ("wrong", std_lecun, "f makes no difference"),
        ("wrong", std_always_he, "Measure f instead"),
        ("wrong", std_by_variance, "mean square, not variance"),
        ("wrong", std_by_absolute_value, "squares add up"),
    ],
}
