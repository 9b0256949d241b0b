"""What each check of lesson 01 must say to answers that people really give."""

import numpy as np

from course_utils.checks import nb01


def stub(*_):
    raise NotImplementedError("replace this line with your own")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def r2_sums(p, t):
    return 1 - np.sum((t - p) ** 2) / np.sum((t - t.mean()) ** 2)


def gradient(X, y, theta):
    return 2 * X.T @ (X @ theta - y) / len(y)


def gradient_by_nudging(X, y, theta):
    def loss(at):
        return np.mean((X @ at - y) ** 2)

    nudges = 1e-4 * np.eye(len(theta))
    return [(loss(theta + nudge) - loss(theta - nudge)) / 2e-4 for nudge in nudges]


def gradient_by_loop(X, y, theta):
    total = np.zeros(len(theta))
    for row, target in zip(X, y, strict=True):
        total += 2 * (row @ theta - target) * row
    return total / len(y)


def step(w, b, x, y, rate, error=None):
    error = sigmoid(x @ w + b) - y if error is None else error
    return w - rate * x.T @ error / len(y), b - rate * error.mean()


def step_by_mean(w, b, x, y, rate):
    error = sigmoid(x @ w + b) - y
    return [w - rate * np.mean(error[:, None] * x, axis=0), b - rate * np.mean(error)]


def step_in_two_moves(w, b, x, y, rate):
    w = w - rate * x.T @ (sigmoid(x @ w + b) - y) / len(y)
    return w, b - rate * np.mean(sigmoid(x @ w + b) - y)


def step_with_slope(w, b, x, y, rate):
    p = sigmoid(x @ w + b)
    return step(w, b, x, y, rate, (p - y) * p * (1 - p))


def step_with_ones(w, b, x, y, rate):
    inputs, theta = np.c_[x, np.ones(len(x))], np.append(w, b)
    theta = theta - rate * inputs.T @ (sigmoid(inputs @ theta) - y) / len(y)
    return theta[:-1], theta[-1]


def step_by_loop(w, b, x, y, rate):
    errors = [sigmoid(row @ w + b) - label for row, label in zip(x, y, strict=True)]
    pull = sum(error * row for error, row in zip(errors, x, strict=True))
    return w - rate * pull / len(y), np.array([b - rate * sum(errors) / len(y)])


def step_without_bias(w, b, x, y, rate):
    return step(w, b, x, y, rate, sigmoid(x @ w) - y)


def step_of_means(w, b, x, y, rate):
    error = np.mean(sigmoid(x @ w + b) - y)
    return w - rate * error * x.mean(axis=0), b - rate * error


def step_by_inputs(w, b, x, y, rate):
    error = sigmoid(x @ w + b) - y
    return w - rate * x.T @ error / x.shape[1], b - rate * error.mean()


def step_of_decisions(w, b, x, y, rate):
    return step(w, b, x, y, rate, (sigmoid(x @ w + b) > 0.5) - y)


def step_with_bias_uphill(w, b, x, y, rate):
    return step(w, b, x, y, rate)[0], b + rate * np.mean(sigmoid(x @ w + b) - y)


def step_with_bias_summed(w, b, x, y, rate):
    return step(w, b, x, y, rate)[0], b - rate * np.sum(sigmoid(x @ w + b) - y)


def bce(z, y):
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))


def bce_by_sign(z, y):
    return np.logaddexp(0, (1 - 2 * y) * z).mean()


def bce_by_side(z, y):
    above = z - z * y + np.log1p(np.exp(-z))
    return np.mean(np.where(z > 0, above, np.log1p(np.exp(z)) - z * y))


def bce_naive(z, y):
    p = sigmoid(z)
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))


def bce_clipped(z, y):
    p = np.clip(sigmoid(z), 1e-7, 1 - 1e-7)
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))


def bce_limited(z, y):
    return bce(np.clip(z, -500, 500), y)


def right(p, y):
    return (np.ravel(p) > 0.5) == np.ravel(y)


ANSWERS = {
    nb01.r_squared: [
        ("stub", stub, "not attempted yet"),
        ("solution", r2_sums, "4 of 4 cases"),
        ("second", lambda p, t: 1 - np.mean((t - p) ** 2) / np.var(t), "4 of 4 cases"),
        (
            "second",
            lambda p, t: 1 - (np.linalg.norm(t - p) / np.linalg.norm(t - t.mean())) ** 2,
            "4 of 4 cases",
        ),
        ("wrong", lambda p, t: 1 - np.var(t - p) / np.var(t), "forgives a constant error"),
        ("wrong", lambda p, t: np.var(p) / np.var(t), "a least-squares fit alone"),
        ("wrong", lambda p, t: r2_sums(t, p), "spread of the predictions"),
        ("wrong", lambda p, t: 1 - r2_sums(p, t), "share left unexplained"),
        ("wrong", lambda p, t: np.corrcoef(p, t)[0, 1] ** 2, "squared correlation"),
        ("wrong", lambda p, t: max(r2_sums(p, t), 0.0), "do not clip it"),
        ("again", lambda p, t: 1 - np.mean((t - p) ** 2) / np.var(p), "spread of the predictions"),
        (
            "wrong",
            lambda p, t: 1 - np.abs(t - p).sum() / np.abs(t - t.mean()).sum(),
            "square the misses",
        ),
        ("wrong", lambda p, t: 1 - (t - p) ** 2 / np.var(t), "is a sum or a mean missing"),
        ("wrong", lambda p, t: None, "did you forget `return`?"),
    ],
    nb01.mse_gradient: [
        ("stub", stub, "not attempted yet"),
        ("solution", gradient, "3 of 3 cases"),
        ("second", gradient_by_loop, "3 of 3 cases"),
        ("second", gradient_by_nudging, "3 of 3 cases"),
        (
            "second",
            lambda X, y, th: (X.T @ X @ th - X.T @ y) / (X.shape[0] / 2),
            "3 of 3 cases",
        ),
        ("wrong", lambda X, y, th: X.T @ (X @ th - y) / len(th), "divide by len(y)"),
        ("wrong", lambda X, y, th: X.T @ (X @ th - y), "two factors are missing"),
        ("wrong", lambda X, y, th: 2 * X.T @ (X @ th - y) / X.size, "examples alone"),
        ("wrong", lambda X, y, th: -gradient(X, y, th), "points uphill"),
        ("wrong", lambda X, y, th: gradient(X, y, th) / 2, "a square has a 2"),
        ("wrong", lambda X, y, th: gradient(X, y, th) * len(y), "7 times too large"),
        ("again", lambda X, y, th: 2 * X.T @ (X @ th - y) / len(th), "divide by len(y)"),
        ("wrong", lambda X, y, th: 2 * np.mean(X @ th - y) * X.mean(0), "its input row"),
        ("wrong", lambda X, y, th: 2 * (X @ th - y) / len(y), "see where the axes go"),
    ],
    nb01.logistic_step: [
        ("stub", stub, "not attempted yet"),
        ("solution", step, "2 of 2 cases"),
        ("second", step_by_mean, "2 of 2 cases"),
        ("second", step_with_ones, "2 of 2 cases"),
        ("second", step_by_loop, "2 of 2 cases"),
        ("wrong", step_without_bias, "forgets the bias"),
        ("wrong", step_of_means, "within each example first"),
        ("wrong", step_by_inputs, "runs over the 8 examples"),
        ("wrong", lambda w, b, x, y, r: step(w, b, x, y, -r), "moved uphill"),
        ("wrong", lambda w, b, x, y, r: step(w, b, x, y, r * len(y)), "sum or mean?"),
        ("wrong", lambda w, b, x, y, r: step(w, b, x, y, 2 * r), "the 2 belongs to squares"),
        ("wrong", lambda w, b, x, y, r: step(w, b, x, y, 1.0), "learning rate is not used"),
        ("wrong", step_with_slope, "that factor cancels"),
        ("wrong", step_of_decisions, "a hesitant right answer"),
        ("wrong", lambda w, b, x, y, r: step(w, b, x, y, r, x @ w + b - y), "squash it first"),
        ("wrong", lambda w, b, x, y, r: (step(w, b, x, y, r)[0], b), "its input is always 1"),
        ("wrong", step_in_two_moves, "one step, one gradient"),
        ("wrong", step_with_bias_uphill, "subtract its gradient"),
        ("wrong", step_with_bias_summed, "not their sum"),
        ("wrong", lambda w, b, x, y, r: step(w, b, x, y, r)[0], "return both"),
    ],
    nb01.bce_from_logits: [
        ("stub", stub, "not attempted yet"),
        ("solution", bce, "3 of 3 cases"),
        ("second", lambda z, y: np.mean(np.logaddexp(0, z) - z * y), "3 of 3 cases"),
        ("second", bce_by_sign, "3 of 3 cases"),
        ("second", bce_by_side, "3 of 3 cases"),
        ("wrong", lambda z, y: bce(z, 1 - y), "which is which"),
        ("wrong", lambda z, y: np.mean(np.log1p(np.exp(-np.abs(z))) - z * y), "is max(z, 0) there"),
        ("wrong", bce_naive, "only ever take exp(-|z|)"),
        ("wrong", bce_clipped, "clipping p hides"),
        ("wrong", bce_limited, "limiting z"),
        ("wrong", lambda z, y: -bce(z, y), "minus them"),
        ("wrong", lambda z, y: bce(z, y) * z.size, "the mean is asked for"),
        ("wrong", lambda z, y: bce(z, y) / np.log(2), "nats are asked for"),
        (
            "wrong",
            lambda z, y: np.mean(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))),
            "where is - z y?",
        ),
        (
            "wrong",
            lambda z, y: np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))),
            "is a sum or a mean missing",
        ),
    ],
    nb01.accuracy: [
        ("stub", stub, "not attempted yet"),
        ("solution", lambda p, y: np.mean(right(p, y)), "3 of 3 cases"),
        ("second", lambda p, y: 1 - np.abs(np.round(np.ravel(p)) - y).mean(), "3 of 3 cases"),
        ("second", lambda p, y: np.mean((p.reshape(y.shape) >= 0.5) == (y > 0.5)), "3 of 3 cases"),
        ("second", lambda p, y: np.mean(np.abs(p.ravel() - y) < 0.5), "3 of 3 cases"),
        ("wrong", lambda p, y: np.all(right(p, y)), "take the mean"),
        ("wrong", lambda p, y: ((p > 0.5) == y).sum() / len(y), "compares all with all"),
        ("wrong", lambda p, y: np.mean(p == y), "0.9 == 1 is False"),
        ("again", lambda p, y: np.mean((p > 0.5) == y), "compares all with all"),
        ("wrong", lambda p, y: np.mean(right(p, 1 - y)), "counts the wrong decisions"),
        ("again", lambda p, y: np.sum(right(p, y)), "take the mean"),
        ("wrong", lambda p, y: 100 * np.mean(right(p, y)), "lies between 0 and 1"),
        ("wrong", lambda p, y: np.mean(p.astype(int) == y), "cutting off the decimals"),
        ("wrong", lambda p, y: np.mean((np.ravel(p) > 0.6) == y), "says something else"),
        ("wrong", right, "is a sum or a mean missing"),
    ],
    nb01.xor_weights: [
        ("stub", stub, "not attempted yet"),
        ("solution", lambda: (np.array([20.0, 20.0, -40.0]), -10.0), "4 of 4 cases"),
        ("second", lambda: ([6, 6, -13], -3), "4 of 4 cases"),
        ("second", lambda: [(7.0, 9.0, -30.0), np.array([-3.0])], "4 of 4 cases"),
        ("wrong", lambda: (-10, [20, 20, -40]), "then the bias"),
        ("wrong", lambda: ([-20, -20, 40], 10), "which sign?"),
        ("wrong", lambda: ([20, 20, -20], -10), "only the third input"),
        ("wrong", lambda: ([20, 20, -40], 0), "cannot decide"),
        ("again", lambda: ([20, 20, -40], 10), "which sign?"),
        ("wrong", lambda: ([20, 20, 40], -30), "outvote the bias"),
        ("again", lambda: ([20, 20, 0], -10), "only the third input"),
        ("wrong", lambda: ([1, 1, -2], -0.5), "steeper slope"),
        ("wrong", lambda: ([20, 20], -30), "see where the axes go"),
        ("wrong", lambda: [20, 20, -40], "the three weights and the bias"),
    ],
}
