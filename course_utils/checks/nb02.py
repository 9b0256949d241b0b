"""Checks for the exercises of lesson 02, gradient descent.

Reference answers here are written for checking: short, without the names the lesson uses.
Tolerances let every correct order of operations pass, and both places for Adam's epsilon.
"""

import math
from functools import partial

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, need_array, need_number


def _slope(w):
    """Gradient of a small landscape that is no quadratic: sum of w**4 / 4 + w**2."""
    w = np.asarray(w, dtype=float)
    return w**3 + 2 * w


def _need_path(value, steps):
    """`value` as a path of (steps + 1, 2) from (1, -2), or the hint that its shape deserves."""
    path = need_array(value, name="the path")
    if path.shape == (2, steps + 1) and close(path[:, 0], [1.0, -2.0]):
        raise Miss("the path lies on its side", "one row per point, one column per weight.")
    if path.shape != (steps + 1, 2):
        raise Miss(
            f"the path of {steps} step{'s' * (steps != 1)} has shape {path.shape}, "
            f"expected {(steps + 1, 2)}",
            "the path has steps + 1 rows: the start, then one for every step.",
        )
    return path


@exercise("2.1 Walk downhill")
def walk_downhill(fn):
    """Cases for `fn(gradient, start, rate, steps)`: path (steps + 1, D)."""

    def one_step():
        got = _need_path(fn(_slope, np.array([1.0, -2.0]), 0.1, 1), 1)
        if not close(got[0], [1.0, -2.0]):
            raise Miss(
                "row 0 of the path is not the start",
                "store the start before the first step (and store a copy of it).",
            )
        if close(got[1], [1.3, -3.2]):
            raise Miss("the first step climbs", "the gradient points uphill: which sign goes down?")
        if close(got[1], [0.7, -0.8]):
            return
        if close(np.linalg.norm(got[1] - got[0]), 0.1):
            raise Miss(
                "the first step has length `rate` exactly",
                "do not normalise: the step is rate times the gradient, long where it is steep.",
            )
        raise Miss(
            "after one step from (1, -2) the walk is not at (0.7, -0.8)",
            "subtract rate * gradient(w), nothing else.",
        )

    def many_steps():
        got = _need_path(fn(_slope, np.array([1.0, -2.0]), 0.1, 6), 6)
        want = [np.array([1.0, -2.0])]
        for _ in range(6):
            want.append(want[-1] - 0.1 * _slope(want[-1]))
        if close(got[:-1], got[1:]):
            raise Miss(
                "every row of the path is the same point",
                "`w -= ...` changes the array you stored earlier: write w = w - ..., or copy.",
            )
        if close(got[2] - got[1], got[1] - got[0]):
            raise Miss(
                "every step is the same vector",
                "ask for the gradient again at the new point, inside the loop.",
            )
        if not close(got, want):
            raise Miss("the later steps are off", "row t + 1 depends on row t alone.")

    def no_steps():
        _need_path(fn(_slope, np.array([1.0, -2.0]), 0.1, 0), 0)

    yield from (one_step, many_steps, no_steps)


@exercise("2.2 The largest learning rate")
def largest_rate(fn):
    """Cases for `fn(X)`: the stability limit of mean((X w - y)**2), a number."""

    one_feature = np.array([[3.0], [1.0], [2.0], [4.0], [2.0]])
    two_axes = np.array([[0.5, 0.0], [0.0, 2.0], [-0.5, 0.0], [0.0, -2.0]])
    mix = np.array([[1.0, 0.9, 0.0], [0.0, 0.4, 0.3], [0.5, 0.0, 2.0]])
    leaning = np.random.default_rng(4).normal(size=(50, 3)) @ mix

    def explain(X):
        got = need_number(fn(X), "the limit")
        curvatures = np.linalg.eigvalsh(2 * X.T @ X / len(X))
        want = 2 / curvatures[-1]
        if close(got, want, 1e-4):
            return
        mistakes = [
            (want / len(X), "the loss is a mean over the examples, not a sum: divide by len(X)."),
            (2 * want, "differentiate the square twice: the curvature has a factor 2."),
            (want / 2, "1 / curvature lands on the bottom; the limit lies twice as far."),
            (2 / curvatures[0], "that is the flattest direction; which one diverges first?"),
            (
                1 / (X**2).mean(axis=0).max(),
                "the diagonal sees only the axes; the steepest direction may lie between them.",
            ),
            (2 / curvatures.sum(), "the trace adds up all curvatures; only the largest counts."),
            (2 * want / len(X), "X.T @ X alone: the mean brings 1 / N, the square a factor 2."),
        ]
        hints = [hint for value, hint in mistakes if close(got, value, 1e-4)]
        hints.append("2 / (largest eigenvalue of the matrix of second derivatives).")
        raise Miss(f"for X of shape {X.shape} the limit is wrong", hints[0])

    yield from (partial(explain, X) for X in (one_feature, two_axes, leaning))


@exercise("2.3 One epoch of mini-batches")
def one_epoch(fn):
    """Cases for `fn(X, y, size, rng)`: list of (X rows, y rows), every example once."""
    X = np.arange(20.0).reshape(10, 2)
    y = X[:, 0] * 10  # each label names its row

    def batches(size=4, seed=0):
        got = fn(X, y, size, np.random.default_rng(seed))
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        pairs = list(got)
        if not all(isinstance(p, (tuple, list)) and len(p) == 2 for p in pairs):
            raise Miss("a batch is not a pair", "each batch is a tuple (X rows, y rows).")
        return [(need_array(a, name="X rows"), need_array(b, name="y rows")) for a, b in pairs]

    def sizes():
        got = [len(b) for _, b in batches()]
        said = f"10 examples in batches of 4 gave sizes {got}"
        if sum(got) < 10:
            raise Miss(said, "keep the last batch, even if it is smaller.")
        if sorted(got) == [2, 4, 4] and got != [4, 4, 2]:
            raise Miss(said, "the smaller batch comes last: shuffle the rows, not the batches.")
        if got != [4, 4, 2]:
            raise Miss(said, "expected sizes [4, 4, 2].")
        even = [len(b) for _, b in batches(size=5)]
        if even != [5, 5]:
            raise Miss(
                f"10 examples in batches of 5 gave sizes {even}",
                "here nothing is left over, so there is no smaller batch at the end.",
            )

    def once_each():
        seen = np.sort(np.concatenate([a[:, 0] for a, _ in batches()]))
        if not close(seen, X[:, 0]):
            raise Miss(
                "some example came twice and some not at all",
                "draw without replacement: permute the row numbers once, then cut.",
            )

    def together():
        for a, b in batches():
            if not close(a[:, 0] * 10, b):
                raise Miss(
                    "an example has the label of another one",
                    "shuffle X and y with the same order: one permutation indexes both.",
                )

    def shuffled():
        one, two = (np.concatenate([b for _, b in batches(seed=s)]) for s in (0, 1))
        if close(one, y) and close(two, y):
            raise Miss("the examples come in file order", "permute the row numbers with rng.")
        groups = {tuple(np.sort(batches(seed=s)[0][1])) for s in range(8)}
        if 1 < len(groups) < 4:
            raise Miss(
                "the same examples always share a batch",
                "shuffle all rows before you cut them, not the finished batches.",
            )
        if close(one, two):
            raise Miss(
                "two generators gave the same order",
                "use the rng that was handed over, not one with a seed of its own.",
            )
        if len(groups) == 1:
            raise Miss(
                "the first batch always holds the same examples",
                "shuffle all rows before you cut them, not each batch by itself.",
            )

    yield from (sizes, once_each, together, shuffled)


@exercise("2.4 Momentum as PyTorch writes it")
def torch_momentum(fn):
    """Cases for `fn(gradient, start, rates, mu)`: path (len(rates) + 1, D)."""
    start = np.array([1.0, -2.0])

    def walk(rates, mu=0.9):
        return _need_path(fn(_slope, start, rates, mu), len(rates))

    def want(rates, mu=0.9, keep=1.0, inside=False):
        w, v, path = start, 0.0, [start]
        for rate in rates:
            v = mu * v + keep * _slope(w) * (rate if inside else 1)
            w = w - (v if inside else rate * v)
            path.append(w)
        return np.array(path)

    def first_step():
        got = walk([0.01])[1]
        if close(got, start):
            raise Miss("the first step stands still", "update v before you use it.")
        if close(got, 2 * start - want([0.01])[1]):
            raise Miss("the first step climbs", "here v collects gradients, so subtract it.")
        if close(got, want([0.01], keep=0.1)[1]):
            raise Miss(
                "the first step is ten times too short",
                "v adds the whole gradient; the (1 - mu) belongs to an average, as in Adam.",
            )
        if not close(got, want([0.01])[1]):
            raise Miss("the first step is off", "with v = 0 it is a plain gradient step.")

    def constant_rate():
        got, plain = walk([0.01] * 8), want([0.01] * 8, mu=0.0)
        if close(got, plain):
            raise Miss("nothing is remembered", "v must keep mu times its old value.")
        if not close(got, want([0.01] * 8)):
            raise Miss("the walk is off with a constant rate", "v = mu * v + gradient(w).")

    def changing_rate():
        rates = [0.02] * 4 + [0.002] * 4
        got = walk(rates)
        if close(got, want(rates, inside=True)):
            raise Miss(
                "right while the rate is constant, wrong once it drops",
                "that is the form of Keras: the old rate is inside v. Multiply v by today's rate.",
            )
        if not close(got, want(rates)):
            raise Miss("the walk is off once the rate drops", "use rates[t] in step t.")

    yield from (first_step, constant_rate, changing_rate)


@exercise("2.5 Bug clinic: Adam")
def mended_adam(fn):
    """Cases for `fn(gradient, start, rate, steps)`: path (steps + 1, D), betas 0.9, 0.999."""
    start = np.array([1.0, -2.0])

    def walk(steps, gradient=_slope):
        with np.errstate(all="ignore"):
            return _need_path(fn(gradient, start, 0.01, steps), steps)

    def want(steps, correct=True):
        w, m, s, path = start, 0.0, 0.0, [start]
        for t in range(1, steps + 1):
            g = _slope(w)
            m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
            size = math.sqrt(1 - 0.999**t) / (1 - 0.9**t) if correct else 1.0
            w = w - 0.01 * size * m / (np.sqrt(s) + 1e-7)
            path.append(w)
        return np.array(path)

    def first_step():
        got = walk(1)
        if not np.isfinite(got).all():
            raise Miss("the first step is nan", "which t makes 1 - beta**t zero? Count from 1.")
        if close(got[1], start):
            raise Miss("the first step stands still", "s is still divided by 1 - beta**0, by 0.")
        if close(got, want(1, correct=False), 1e-4):
            raise Miss(
                "the first step is three times the learning rate",
                "do not remove the correction: it is right, t is wrong.",
            )
        if not close(np.abs(got[1] - start), 0.01, 1e-4) and not close(got, want(1), 1e-5):
            raise Miss(
                "the first step is not as long as the learning rate",
                "at t = 1 both corrections must cancel (1 - beta) exactly; add nothing to them.",
            )

    def later_steps():
        got = walk(30)
        if not close(got[:2], want(1), 1e-5):
            raise Miss("the first step goes the wrong way", "subtract, as before.")
        if not close(got, want(30), 1e-5):
            raise Miss(
                "the first step is right, the later ones are not",
                "the loud bug hid a quiet one: what does the memory hold after a step?",
            )

    yield from (first_step, later_steps)


@exercise("2.6 Warm-up, then cosine")
def rate_at(fn):
    """Cases for `fn(step, peak, warmup, total)`: a learning rate."""

    def rate(step, warmup=10, total=110):
        return need_number(fn(step, 0.4, warmup, total), f"the rate at step {step}")

    def rises():
        got = [rate(s) for s in (0, 2, 5, 8)]
        if not close(got, [0.0, 0.08, 0.2, 0.32]) and close(got[::2], [0.0, 0.2]):
            raise Miss(
                "the warm-up is right half way, but it is bent",
                "during the warm-up the rate grows by the same amount in every step.",
            )
        if not close(got, [0.0, 0.08, 0.2, 0.32]):
            raise Miss(
                "the warm-up is not a straight line from 0 to the peak",
                "at step s of the warm-up the share s / warmup of the peak is reached.",
            )

    def peaks():
        if not close(rate(10), 0.4):
            raise Miss(
                "the rate jumps where the warm-up ends",
                "count the cosine's steps from the end of the warm-up, not from 0.",
            )

    def falls():
        got = [rate(s) for s in (35, 60, 85, 110)]
        want = [0.2 * (1 + math.cos(math.pi * q)) for q in (0.25, 0.5, 0.75, 1.0)]
        if got[-1] < -1e-9:
            raise Miss(
                "the rate becomes negative", "a cosine ends at -1: shift it up and halve it."
            )
        if close(got, [0.3, 0.2, 0.1, 0.0], 1e-9):
            raise Miss("the rate falls in a straight line", "slow, fast, slow: half a cosine.")
        if close(got[-1], 0.0) and not close(got, want):
            raise Miss(
                "the decay ends at 0, but not along half a cosine",
                "half way it is at half the peak: angle from 0 to pi, add 1, halve.",
            )
        if not close([*got, rate(50, 20, 80)], [*want, 0.2]):
            raise Miss(
                "the decay does not reach 0 at step total",
                "its share runs from 0 to 1 over total - warmup steps; the angle from 0 to pi.",
            )

    def ends():
        if not close(rate(150), 0.0):
            raise Miss("after the last step the rate rises again", "hold the share at 1 at most.")

    def no_warmup():
        try:
            at_peak = close(rate(0, warmup=0, total=100), 0.4)
        except ZeroDivisionError:
            at_peak = False
        if not at_peak:
            raise Miss(
                "with warmup = 0 step 0 is not at the peak", "is step 0 still inside your warm-up?"
            )

    yield from (rises, peaks, falls, ends, no_warmup)
