"""Checks of lesson 01: R2, two gradients, a stable loss, honest accuracy, a solved XOR."""

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, need_array, need_number


@exercise("1.1 R2")
def r_squared(fn):
    """Cases for `fn(predicted, target)`: a float, 1 is perfect, 0 is the mean's score."""
    target = np.array([1.0, 2.0, 4.0, 9.0])  # mean 4, squared distances from it sum to 38

    def perfect():
        got = need_number(fn(target, target))
        if close(got, 0.0):
            raise Miss(
                "a perfect prediction scores 0",
                "that is the share left unexplained; R2 is the share explained.",
            )
        if not close(got, 1.0):
            raise Miss("a perfect prediction does not score 1", "with no misses, 1 - 0 remains.")

    def in_between():
        got = need_number(fn(np.array([2.0, 2.0, 5.0, 7.0]), target))  # misses 1, 0, 1, 2
        if close(got, 1 - 6 / 18):
            raise Miss(
                "the misses are compared with the spread of the predictions",
                "the spread to explain is the target's, not the prediction's.",
            )
        if close(got, 18 / 38):
            raise Miss(
                "the spread of the predictions is divided by that of the target",
                "that equals R2 for a least-squares fit alone: use the misses.",
            )
        if close(got, 625 / 684):
            raise Miss(
                "that is the squared correlation",
                "a correlation forgives a constant error, and R2 must not: use the misses.",
            )
        if not close(got, 1 - 6 / 38):
            raise Miss(
                "misses 1, 0, 1, 2 on a target that spreads by 38 should score 1 - 6/38",
                "square the misses, add them, divide by the squared distances from the mean.",
            )

    def the_mean():
        got = need_number(fn(np.full(4, 4.0), target))
        if not close(got, 0.0):
            raise Miss(
                "always answering the mean does not score 0",
                "the denominator compares the target with the target's own mean.",
            )

    def no_floor():
        got = need_number(fn(target + 10, target))
        if close(got, 1.0):
            raise Miss(
                "a prediction that is 10 too high everywhere scores 1",
                "a variance forgives a constant error: square the misses as they are.",
            )
        if not close(got, 1 - 400 / 38):
            raise Miss(
                "a prediction that is 10 too high everywhere does not score below -9",
                "R2 has no lower limit: do not clip it.",
            )

    yield from (perfect, in_between, the_mean, no_floor)


@exercise("1.2 The gradient of the MSE")
def mse_gradient(fn):
    """Cases for `fn(X, y, theta)`: float (D,), d(mean squared error)/d(theta)."""
    rng = np.random.default_rng(12)
    X, y, theta = rng.normal(size=(7, 3)), rng.normal(size=7), rng.normal(size=3)

    def slope(index, eps=1e-5):
        step = np.eye(3)[index] * eps
        high = np.mean((X @ (theta + step) - y) ** 2)
        return (high - np.mean((X @ (theta - step) - y) ** 2)) / (2 * eps)

    def shape():
        need_array(fn(X, y, theta), shape=(3,), name="the gradient")

    def value():
        got, want = need_array(fn(X, y, theta)), np.array([slope(i) for i in range(3)])
        if close(got, -want, 1e-5):
            raise Miss(
                "every sign is reversed",
                "the error is prediction minus target: the gradient points uphill.",
            )
        if close(got, want / 2, 1e-5):
            raise Miss("exactly half of what it should be", "the derivative of a square has a 2.")
        if close(got, want * 7, 1e-5):
            raise Miss(
                "7 times too large, and there are 7 examples",
                "the loss is a mean over examples, so its gradient is too.",
            )
        if close(got, want * 3.5, 1e-5):
            raise Miss(
                "3.5 times too large, and there are 7 examples",
                "two factors are missing: the 2 of the square and the mean over examples.",
            )
        if close(got, want * 7 / 3, 1e-5) or close(got, want * 7 / 6, 1e-5):
            raise Miss(
                "divided by 3, the number of parameters",
                "the mean is over examples: divide by len(y), and mind the 2 of the square.",
            )
        if close(got, want / 3, 1e-5):
            raise Miss(
                "3 times too small, and there are 3 parameters",
                "the mean runs over the examples alone: axis 0, or divide by len(y).",
            )
        if not close(got, want, 1e-5):
            raise Miss(
                "differs from the slope measured by nudging each parameter",
                "each example pulls with its error times its input row: X.T @ error.",
            )

    def flat_at_the_bottom():
        best = np.linalg.lstsq(X, y, rcond=None)[0]
        if not close(need_array(fn(X, y, best)), np.zeros(3)):
            raise Miss("not zero at the minimum", "does the error use theta, X and y as given?")

    yield from (shape, value, flat_at_the_bottom)


@exercise("1.3 One step of logistic regression")
def logistic_step(fn):
    """Cases for `fn(w, b, x, y, learning_rate)`: the new (w, b) after one full-batch step."""
    rng = np.random.default_rng(13)
    x, y = rng.normal(size=(8, 3)), np.array([0.0, 1, 1, 0, 1, 0, 0, 1])
    w, b, rate = rng.normal(size=3), 0.3, 0.2

    def probability(w, b):
        return 1 / (1 + np.exp(-(x @ w + b)))

    def take():
        value = fn(w, b, x, y, rate)
        if value is None:
            raise Miss("the step returns None", "did you forget `return`?")
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise Miss("the step does not return a pair", "return both: new w, new b.")
        return need_array(value[0], shape=(3,), name="the new w"), need_number(
            value[1], "the new b"
        )

    def weights():
        got = take()[0] - w
        error = probability(w, b) - y
        want = -rate * x.T @ error / 8
        if close(got, -want):
            raise Miss("the weights moved uphill", "the gradient points up: subtract it.")
        if close(got, want * 8):
            raise Miss("the step is 8 times too long, and there are 8 examples", "sum or mean?")
        if close(got, want * 2):
            raise Miss("the step is twice too long", "the 2 belongs to squares: here p - y is all.")
        if close(got, want / rate):
            raise Miss("the learning rate is not used", "step = learning rate times gradient.")
        slope = probability(w, b) * (1 - probability(w, b))
        if close(got, -rate * x.T @ (error * slope) / 8):
            raise Miss(
                "each pull is multiplied by p (1 - p)",
                "in cross-entropy that factor cancels: what is left is (p - y) x.",
            )
        if close(got, -rate * x.T @ ((probability(w, b) > 0.5) - y) / 8):
            raise Miss(
                "only wrong decisions pull",
                "use the probability, not the decision: a hesitant right answer learns too.",
            )
        if close(got, -rate * x.T @ (x @ w + b - y) / 8):
            raise Miss(
                "the error is taken from the weighted sum",
                "squash it first: p = sigmoid(x @ w + b).",
            )
        if close(got, -rate * x.T @ (probability(w, 0) - y) / 8):
            raise Miss("the probability forgets the bias", "p = sigmoid(x @ w + b).")
        if close(got, -rate * error.mean() * x.mean(axis=0)):
            raise Miss(
                "mean error times mean input",
                "multiply within each example first, then take the mean over examples.",
            )
        if close(got, want * 8 / 3):
            raise Miss("divided by 3, the number of inputs", "the mean runs over the 8 examples.")
        if not close(got, want):
            raise Miss("the new weights are wrong", "w - learning_rate * mean of (p - y) x.")

    def bias():
        new_w, new_b = take()
        want = b - rate * np.mean(probability(w, b) - y)
        if close(new_b, b):
            raise Miss("the bias did not move", "its input is always 1, so its gradient is p - y.")
        if close(new_b, b - rate * np.mean(probability(new_w, b) - y)):
            raise Miss(
                "the bias was moved with weights that had already changed",
                "one step, one gradient: compute both moves from the old w and b.",
            )
        if close(new_b, 2 * b - want):
            raise Miss("the bias moved uphill", "subtract its gradient, as for the weights.")
        if close(new_b - b, 8 * (want - b)):
            raise Miss(
                "the bias moved 8 times too far, and there are 8 examples",
                "its gradient is the mean of p - y, not their sum.",
            )
        if not close(new_b, want):
            raise Miss("the new bias is wrong", "b - learning_rate * mean of (p - y).")

    yield from (weights, bias)


@exercise("1.4 Cross-entropy that never overflows")
def bce_from_logits(fn):
    """Cases for `fn(z, y)`: the mean binary cross-entropy of logits z and labels y."""

    def value(z, y):
        with np.errstate(all="ignore"):
            return need_number(fn(np.array(z), np.array(y)))

    def by_hand():
        got, want = value([0.0, 2.0, -1.0], [1.0, 1.0, 0.0]), (0.693147 + 0.126928 + 0.313262) / 3
        if close(got, -want, 1e-5):
            raise Miss("a negative loss", "logarithms of probabilities are negative: minus them.")
        if close(got, want * 3, 1e-5):
            raise Miss("the sum of the three losses", "the mean is asked for.")
        if close(got, want / np.log(2), 1e-5):
            raise Miss("the loss in bits", "nats are asked for: the natural logarithm.")
        if close(got, want + 2 / 3, 1e-5):
            raise Miss("too large by the part that depends on the label", "where is - z y?")
        if close(got, want + 1, 1e-5):
            raise Miss(
                "each example pays for the other label",
                "label 1 costs -log p, label 0 costs -log(1 - p): which is which?",
            )
        if close(got, want - 2 / 3, 1e-5):
            raise Miss("too small where z is above 0", "is max(z, 0) there?")
        if not close(got, want, 1e-5):
            raise Miss(
                "z = 0, 2, -1 with labels 1, 1, 0 should cost 0.693, 0.127 and 0.313",
                "compute one example with pencil: log(1 + e^z) - z y.",
            )

    def large():
        for z, y in ((800.0, 0.0), (-800.0, 1.0)):
            got = value([z], [y])
            if not np.isfinite(got):
                raise Miss(
                    f"z = {z:.0f} with label {y:.0f} costs {got}",
                    "exp(800) overflows and log(0) is -inf: only ever take exp(-|z|).",
                )
            if got < 100:
                raise Miss(
                    f"z = {z:.0f} with label {y:.0f} costs far less than 800",
                    "clipping p hides how wrong it is, and stops the gradient.",
                )
            if not close(got, 800.0):
                raise Miss(
                    f"z = {z:.0f} with label {y:.0f} does not cost 800",
                    "limiting z makes a large mistake look smaller: use z as it is.",
                )

    def right_and_sure():
        if not close(value([800.0, -800.0], [1.0, 0.0]), 0.0):
            raise Miss("certain and right, but it costs something", "is max(z, 0) there?")

    yield from (by_hand, large, right_and_sure)


@exercise("1.5 Accuracy, repaired")
def accuracy(fn):
    """Cases for `fn(probabilities, labels)`: the share of right decisions at 0.5."""
    p = np.array([0.9, 0.2, 0.55, 0.45, 0.97, 0.3, 0.1])
    labels = np.array([1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0])

    def decides():
        value = fn(p, labels)
        if isinstance(value, (bool, np.bool_)):
            raise Miss("it says yes or no", "are all right? is another question: take the mean.")
        got = need_number(value, "the accuracy")
        if got == 0:
            raise Miss(
                "five of seven decisions are right, but it says 0",
                "0.9 == 1 is False: turn probabilities into decisions first.",
            )
        if close(got, 2 / 7):
            raise Miss("it counts the wrong decisions", "compare the decision with the label: ==.")
        if close(got, 4 / 7):
            raise Miss(
                "every picture is taken for a 0",
                "int(0.9) is 0: cutting off the decimals is no threshold at 0.5.",
            )
        if close(got, 5.0):
            raise Miss("it says 5, a count", "accuracy is a share: take the mean.")
        if close(got, 500 / 7):
            raise Miss("it says more than 70", "a share lies between 0 and 1.")
        if not close(got, 5 / 7):
            raise Miss(
                "five of seven decisions are right, and it says something else",
                "above 0.5 means 1, else 0; then count how many equal their label.",
            )

    def column():
        got = need_number(fn(p[:, None], labels), "the accuracy of a column of probabilities")
        if close(got, 25 / 49) or close(got, 25 / 7):
            raise Miss(
                "probabilities as (7, 1), as Keras returns them, give another number than (7,)",
                "(7, 1) == (7,) compares all with all, (7, 7): give both one shape first.",
            )
        if not close(got, 5 / 7):
            raise Miss("a column of probabilities is judged wrongly", "np.ravel makes it (7,).")

    def whole_numbers():
        got = need_number(fn(p, labels.astype(int)), "the accuracy with integer labels")
        if not close(got, 5 / 7):
            raise Miss("integer labels give another result", "compare decisions, not types.")

    yield from (decides, column, whole_numbers)


@exercise("1.6 A neuron that solves XOR")
def xor_weights(fn):
    """Cases for `fn()`: (w, b), three weights for the inputs x1, x2, x1 * x2, and a bias."""
    corners = ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0))  # x1, x2, label

    def answers():
        value = fn()
        if value is None:
            raise Miss("the answer is None", "did you forget `return`?")
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise Miss("not a pair", "return the three weights and the bias: return w, b.")
        if np.size(value[0]) == 1 and np.size(value[1]) == 3:
            raise Miss("the bias stands first", "return the three weights, then the bias: w, b.")
        w, b = need_array(value[0], shape=(3,), name="w"), need_number(value[1], "b")
        return {(i, j): (w[0] * i + w[1] * j + w[2] * i * j + b, y) for i, j, y in corners}

    def nothing():
        z, _ = answers()[0, 0]
        if z == 0:
            raise Miss("at (0, 0) it cannot decide", "with no input only the bias speaks.")
        if z > 0:
            raise Miss("at (0, 0) it says 1", "with no input only the bias speaks: which sign?")

    def one():
        if any(answers()[corner][0] <= 0 for corner in ((0, 1), (1, 0))):
            raise Miss(
                "one input alone does not make it fire",
                "each of the first two weights must outvote the bias on its own.",
            )

    def both():
        if answers()[1, 1][0] >= 0:
            raise Miss(
                "at (1, 1) it still says 1",
                "only the third input tells (1, 1) from the rest: let it outvote both others.",
            )

    def sure():
        if any(abs(z) < np.log(9) for z, _ in answers().values()):
            raise Miss(
                "all four right, but one probability lies between 0.1 and 0.9",
                "multiply all weights and the bias by one number: same line, steeper slope.",
            )

    yield from (nothing, one, both, sure)
