"""Checks of lesson 04: deep networks.

The hints name the usual mistakes with hinges (slope for change of slope), with sums over the
batch, with a softmax that is applied twice or overflows, and with the size of first weights.
"""

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, compare, need_array, need_number
from course_utils.scratch.activations import gelu
from course_utils.scratch.losses import softmax, softmax_cross_entropy_from_logits


@exercise("4.1 A bump")
def bump(fn):
    """Cases for `fn(x, centre, width)`: a triangle of height 1, shape of x."""

    def at(x, centre=3.0, width=2.0):
        x = np.array(x, dtype=float)
        return need_array(fn(x, centre, width), x.shape, "the bump")

    def flat_before():
        if not close(at([-5.0, 0.0, 1.0]), np.zeros(3)):
            raise Miss("it is not 0 before centre - width", "where is the first kink?")

    def rises_to_one():
        got = at([2.0, 3.0])
        if close(got, [1.0, 2.0]):
            raise Miss("for width 2 the top is 2", "the slope is 1 / width, so that the top is 1.")
        if not close(got, [0.5, 1.0]):
            raise Miss("it does not rise from 0 to 1", "half-way up is at centre - width / 2.")

    def comes_down():
        usual = [
            ([1.0, 1.0], "stays at 1", "the second hinge must also begin the descent."),
            ([1.5, 2.0], "keeps rising", "bend down at the centre."),
        ]
        got = at([4.0, 5.0])
        compare("after the top it", got, [0.5, 0.0], usual, "the way down mirrors the way up.")

    def flat_after():
        got = at([6.0, 9.0])
        if close(got, [-0.5, -2.0]):
            raise Miss("beyond centre + width it goes on falling", "stop it: a third hinge.")
        if not close(got, [0.0, 0.0]):
            raise Miss("beyond centre + width it is not 0", "the changes of slope add up to 0.")

    def elsewhere():
        if not close(at([[-1.0, -0.75], [-0.5, 0.0]], -0.5, 0.5), [[0.0, 0.5], [1.0, 0.0]]):
            raise Miss(
                "another centre and width, or a table of x, goes wrong",
                "is a number from the example left in your code?",
            )

    yield from (flat_before, rises_to_one, comes_down, flat_after, elsewhere)


@exercise("4.2 Backward through a scale layer")
def scale_backward(fn):
    """Cases for `fn(x, g, dy)`: gradients (dx, dg, db) of y = g * x + b."""
    rng = np.random.default_rng(0)
    x, g, dy = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=(4, 3))

    def three():
        got = fn(x, g, dy)
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, (tuple, list)) or len(got) != 3:
            raise Miss("the result is not a triple", "return dx, dg, db.")
        return got

    def shift():
        got = need_array(three()[2], name="db")
        usual = [
            ((x * dy).sum(axis=0), "is dg", "the order is dx, dg, db."),
            (dy, "has one row per example", "b is used once per example: its roads meet, add."),
            (
                dy.mean(axis=0),
                "is a mean",
                "the mean belongs to the loss and is in dy already: add.",
            ),
            (np.ones(3), "does not depend on dy", "multiply the rate, 1, by what arrives."),
        ]
        compare("db", got, dy.sum(axis=0), usual, "add over the examples, axis 0.")

    def factor():
        got = need_array(three()[1], name="dg")
        usual = [
            (x * dy, "has one row per example", "what was broadcast forwards is summed backwards."),
            (
                (g * dy).sum(axis=0),
                "contains g",
                "a product moves at the rate of the other factor.",
            ),
            (x.T @ dy, "is a (D, D) table", "features do not mix here: no matrix product."),
        ]
        hint = "value at the start times gradient at the end, added over n."
        compare("dg", got, (x * dy).sum(axis=0), usual, hint)

    def inputs():
        got = need_array(three()[0], x.shape, "dx")
        usual = [
            (dy, "is dy unchanged", "on its way to x the gradient meets g."),
            (dy * x, "contains x", "how fast does y move with x? That is g, not x."),
            (dy / g, "is divided by g", "backwards is not undoing: rates multiply."),
        ]
        compare("dx", got, dy * g, usual, "each x has a single road to the loss.")

    yield from (shift, factor, inputs)


@exercise("4.3 Log-softmax that survives")
def log_softmax(fn):
    """Cases for `fn(z)`: log of the softmax of each row, (N, K)."""
    z = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]])

    def got(z):
        with np.errstate(all="ignore"):
            return need_array(fn(np.array(z)), np.shape(z), "the result")

    def ordinary():
        p, found = softmax(z), got(z)
        lowered = z - z.max(axis=1, keepdims=True)
        shifted = np.exp(lowered).sum(axis=1, keepdims=True)
        usual = [
            (p, "is the probability", "the logarithm is missing."),
            (-np.log(p), "is the surprise", "log p is at most 0: turn the sign."),
            (z - np.log(np.exp(z).sum()), "shares one sum", "each row is a distribution: axis=1."),
            (z - np.log(np.exp(z).sum(axis=0)), "adds columns", "add along the classes, axis 1."),
            (lowered, "is only shifted", "log p still needs the log of the sum."),
            (z - np.log(shifted), "is half shifted", "lower z itself as well as in the sum."),
        ]
        compare("log p", found, np.log(p), usual, "log p = z - log of the sum of exp(z).")

    def large():
        if not np.isfinite(got([[1000.0, 999.0]])).all():
            raise Miss(
                "logits of 1000 give inf or nan", "exp(1000) overflows: lower each row first."
            )

    def far_apart():
        found = got([[1000.0, 0.0], [0.0, -1000.0], [1000.0, -1000.0]])
        if not np.isfinite(found.max(axis=1)).all():
            raise Miss(
                "logits far apart overflow",
                "no exponent may be above 0: lower each row by its largest logit.",
            )
        if np.isneginf(found).any():
            raise Miss(
                "a very unlikely class gets minus infinity",
                "the log meets 0 or inf: fuse log and softmax, with no exponent above 0.",
            )
        if found[0, 1] > -999:
            raise Miss(
                "a very unlikely class is not at -1000",
                "a small number inside the log hides the 0 and spoils the value.",
            )
        if not close(found, [[0.0, -1000.0], [0.0, -1000.0], [0.0, -2000.0]]):
            raise Miss("logits far apart go wrong", "try one row on paper.")

    def low_rows():
        found = got([[1000.0, 1000.0], [0.0, 0.0]])
        if not close(found, np.full((2, 2), -np.log(2))):
            raise Miss(
                "a row of low logits suffers from a high row", "one maximum per row, not in all."
            )

    yield from (ordinary, large, low_rows, far_apart)


@exercise("4.4 Bug clinic: one softmax too many")
def predict_and_score(fn):
    """Cases for `fn(logits, labels)`: probabilities (N, K) and the mean loss."""
    rng = np.random.default_rng(1)
    z, labels = rng.normal(0, 4, (6, 4)), np.array([0, 3, 1, 1, 2, 0])
    p = softmax(z)

    def both(z, labels):
        got = fn(z, labels)
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Miss("the result is not a pair", "return probabilities, loss.")
        if np.ndim(got[0]) == 0 and np.shape(got[1]) == z.shape:
            raise Miss("the loss comes first", "the order is probabilities, loss.")
        return need_array(got[0], z.shape, "the probabilities"), need_number(got[1], "the loss")

    def probabilities():
        shown, _ = both(z, labels)
        usual = [
            (z, "is the logits", "people want probabilities: it needs one softmax."),
            (softmax(p), "is too even", "the probabilities went through two softmaxes."),
        ]
        compare("the first result", shown, p, usual, "one softmax per row of logits.")

    def loss():
        _, got = both(z, labels)
        right = p[np.arange(6), labels]
        twice = softmax_cross_entropy_from_logits(p, labels)
        usual = [
            (
                twice,
                "is that of softmax twice",
                "its name ends in from_logits: what do you hand it?",
            ),
            (-np.log(right).sum(), "is a sum", "a mean does not depend on the batch size."),
            (-np.log(right).sum() / 24, "is divided by N * K", "one surprise per example: N."),
            (-right.mean(), "is minus a probability", "surprise is minus its logarithm."),
        ]
        want = softmax_cross_entropy_from_logits(z, labels)
        compare("the loss", got, want, usual, "cross-entropy of the logits, mean over examples.")

    def sure_and_wrong():
        with np.errstate(all="ignore"):
            _, got = both(np.array([[1000.0, 0.0]]), np.array([1]))
        if not close(got, 1000.0):
            raise Miss(
                "sure and wrong by 1000 does not cost 1000",
                "log of a probability of 0: leave softmax and log fused.",
            )

    yield from (probabilities, loss, sure_and_wrong)


@exercise("4.5 Count the dead")
def dead_share(fn):
    """Cases for `fn(h)`: share of the columns of h (N, K) that are 0 in all rows."""
    h = np.array([[0, 2, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0.5, 0, 0, 3]])  # 2 of 5 are dead

    def mixed():
        got = need_number(fn(h), "the share")
        usual = [
            (
                11 / 15,
                "counts zeros",
                "a dead neuron is silent for every example: all of a column.",
            ),
            (0.0, "counts silent examples", "one row is one example: which axis are the neurons?"),
            (1.0, "counts any silence", "any zero is no death: all must be."),
            (2.0, "is a number of neurons", "a share: divide by all of them."),
            (2 / 3, "is divided by the examples", "a share of the K neurons: divide by K."),
            (40.0, "is in per cent", "a share, from 0 to 1."),
            (0.6, "is that of the living", "count the columns without any life."),
        ]
        compare("the share", got, 0.4, usual, "look at one column at a time.")

    def ends():
        if not close(need_number(fn(np.zeros((3, 2))), "the share"), 1.0):
            raise Miss("if all are silent it is not 1", "try zeros of shape (3, 2) by hand.")
        if not close(need_number(fn(h + 1e-9), "the share"), 0.0):
            raise Miss("a whisper counts as death", "more than 0 is alive, however little.")

    yield from (mixed, ends)


@exercise("4.6 First weights for any activation")
def weight_std(fn):
    """Cases for `fn(f, fan_in)`: the standard deviation that keeps the variance at 1."""
    grid = np.linspace(-9, 9, 36_001)
    density = np.exp(-0.5 * grid**2) / np.exp(-0.5 * grid**2).sum()

    def wanted(f, fan_in):
        return (fan_in * (f(grid) ** 2 * density).sum()) ** -0.5

    def near(got, want):
        return abs(got / want - 1) < 0.03  # 10,000 samples miss 2 % now and then

    def sigma(f, fan_in):
        return need_number(fn(f, fan_in), "the standard deviation")

    def need_near(got, want, what, hint):
        if near(got, want):
            return
        if abs(got / want - 1) < 0.1:
            raise Miss(f"{what}, but nearly", "too few samples, or too coarse a grid?")
        raise Miss(what, hint)

    def identity():
        got = sigma(lambda z: z, 100)
        if near(got, 0.01):
            raise Miss("that is the variance", "a standard deviation is its root.")
        if near(got, 10.0):
            raise Miss("more inputs get larger weights", "more terms make a larger sum: divide.")
        if near(got, 1.0):
            raise Miss(
                "the number of inputs is not used", "a sum of n terms varies n times as much."
            )
        what = "without an activation it is not 1 / sqrt(fan_in)"
        need_near(got, 0.1, what, "begin with this case: are your z standard normal?")

    def rectified():
        def relu(z):
            return np.maximum(z, 0)

        got = sigma(relu, 50)
        if near(got, 50**-0.5):
            raise Miss("f makes no difference", "measure what f does to standard normal numbers.")
        spread = (relu(grid) ** 2 * density).sum() - (relu(grid) * density).sum() ** 2
        if near(got, (50 * spread) ** -0.5):
            raise Miss("the mean of f is removed", "offsets add up: mean square, not variance.")
        if near(got, 1 / (np.sqrt(50) * (np.abs(relu(grid)) * density).sum())):
            raise Miss("the mean of |f| is used", "squares add up, absolute values do not.")
        what = "for ReLU it is not sqrt(2 / n)"
        need_near(got, wanted(relu, 50), what, "half of the mean square is lost.")

    def any_activation():
        for name, f in {"tanh": np.tanh, "GELU": gelu, "cosine": np.cos}.items():
            if not near(sigma(f, 300), wanted(f, 300)):
                raise Miss(
                    f"for {name} the next sums do not have variance 1",
                    "is ReLU's 2 left in your code? Measure f instead of naming it.",
                )

    yield from (identity, rectified, any_activation)
