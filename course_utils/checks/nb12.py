"""Checks of lesson 12: pretraining a GPT.

The hints name the usual mistakes with units (nats, bits, per what), with counting, with one
norm for all gradients, and with the shift by one.
"""

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, compare, need_array, need_number, usual_mistake


@exercise("12.1 The same loss in other words")
def bits_per_character(fn):
    """Cases for `fn(nats, tokens, characters)`: a number."""
    ln2 = np.log(2)

    def example():
        got = need_number(fn(ln2, 100, 400), "the result")
        usual = [
            (ln2 * ln2 / 4, "multiplies by ln 2", "ln 2 nats are one bit: divide."),
            (ln2 / 4, "is still in nats", "one bit is ln 2 nats."),
            (1.0, "is per token", "a mean per token times the tokens is the cost of the text."),
            (4.0, "is upside down", "fewer characters in a token: more bits for each."),
            (100.0, "is for the whole text", "share it among the characters."),
            (0.0025, "forgets the tokens", "`nats` is a mean: multiply by the tokens first."),
            (1 / ln2 / 4 * np.log10(2), "uses log10", "nats belong to the natural logarithm."),
        ]
        compare("the example", got, 0.25, usual, "nats to bits, then total, then per character.")

    def floor():
        got = need_number(fn(0.3324, 148.56, 540.66), "the result")
        want = 0.3324 / ln2 * 148.56 / 540.66
        usual = [(round(want, 2), "is rounded", "return the number as it is.")]
        compare("for the floor of the stories it", got, want, usual, "try the example by hand.")

    def arrays():
        nats = np.array([0.5, 1.0, 2.0])
        got = need_array(fn(nats, 10, 20), (3,), "the result for three losses")
        if not close(got, nats / ln2 / 2):
            raise Miss("three losses at once go wrong", "use operations that also work on arrays.")

    yield from (example, floor, arrays)


@exercise("12.2 How many parameters?")
def gpt_parameters(fn):
    """Cases for `fn(V, C, D, L)`: a whole number."""

    def count(V, C, D, L, block=None, ends=None):
        block = 12 * D * D + 13 * D if block is None else block
        return V * D + C * D + L * block + (2 * D if ends is None else ends)

    def usual(V, C, D, L):
        full = count(V, C, D, L)
        return [
            (full + V * D, "has two token tables", "the output is tied: the same matrix again."),
            (full - C * D, "has no table of places", "learned places: C rows of D numbers."),
            (full - 2 * D, "lacks the last norm", "one more norm stands behind the last block."),
            (
                count(V, C, D, L, 12 * D * D),
                "has no biases and norms in its blocks",
                "qkv 3 D, out D, up 4 D, down D, and two norms with 2 D each.",
            ),
            (
                count(V, C, D, L, 12 * D * D + 9 * D),
                "has no norms in its blocks",
                "two norms in a block, each with a scale and a shift.",
            ),
            (
                count(V, C, D, L, 12 * D * D + 4 * D),
                "has no biases in its blocks",
                "every matrix of a block has a bias: 3 D + D + 4 D + D.",
            ),
            (
                count(V, C, D, L, 12 * D * D + 11 * D, D),
                "has norms with one vector each",
                "a norm has a scale *and* a shift.",
            ),
            (
                count(V, C, D, L, 11 * D * D + 13 * D),
                "lacks the output matrix of the attention",
                "after the mixing, a (D, D) matrix joins the heads.",
            ),
            (count(V, C, D, 1), "has one block only", "L blocks, each with weights of its own."),
        ]

    def gpt2():
        case = 50257, 1024, 768, 12
        got = need_number(fn(*case), "GPT-2")
        if got == 124_439_808:
            return
        for value, what, hint in usual(*case):
            if got == value:
                raise Miss(f"GPT-2 {what}", hint)
        raise Miss(
            f"GPT-2 has {got:,.0f} parameters, not 124,439,808", "write each part as its own line."
        )

    def tiny():
        for case in ((50, 7, 6, 2), (1024, 192, 64, 2), (300, 7, 12, 3)):
            got = need_number(fn(*case), "the result")
            if got == count(*case):
                continue
            for value, what, hint in usual(*case):
                if got == value:
                    raise Miss(f"for {case} it {what}", hint)
            raise Miss(f"for V, C, D, L = {case} it is off", "is a size of GPT-2 left in it?")

    def no_block():
        if need_number(fn(10, 4, 3, 0), "the result") != 10 * 3 + 4 * 3 + 6:
            raise Miss("without blocks it is off", "then only tables and the last norm are left.")

    yield from (gpt2, tiny, no_block)


@exercise("12.3 Who decays?")
def decayed(fn):
    """Cases for `fn(shapes)`: dict name -> shape; a sorted list of names."""
    shapes = {
        "tokens/embeddings": (9, 4),
        "places/embeddings": (6, 4),
        "block1/norm1/gamma": (4,),
        "block1/norm1/beta": (4,),
        "block1/attention/qkv/kernel": (4, 12),
        "block1/attention/qkv/bias": (12,),
        "block1/attention/out/kernel": (4, 4),
        "block1/up/kernel": (4, 16),
        "block1/up/bias": (16,),
        "block1/down/kernel": (16, 4),
        "norm/gamma": (4,),
    }

    def names(shapes):
        got = fn(dict(shapes))
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if isinstance(got, str) or not hasattr(got, "__iter__"):
            raise Miss(f"the result is a {type(got).__name__}", "return a list of names.")
        if isinstance(got, dict):
            raise Miss("the result is a dict", "only the names: a list, sorted.")
        return list(got)

    def example():
        got = names({"up/kernel": (4, 16), "up/bias": (16,), "tokens/embeddings": (9, 4)})
        if got == ["up/bias", "tokens/embeddings"] or got == ["tokens/embeddings", "up/bias"]:
            raise Miss("these are the ones that stay", "return those that decay.")
        if got == ["tokens/embeddings", "up/bias", "up/kernel"]:
            raise Miss("everything decays", "that is Adam's old way: look at the axes.")
        if got and not isinstance(got[0], str):
            raise Miss("the list does not hold names", "loop over shapes.items().")

    def all_kinds():
        got = names(shapes)
        want = sorted(n for n, s in shapes.items() if len(s) > 1 and "embeddings" not in n)
        extra, lacking = sorted(set(got) - set(want)), sorted(set(want) - set(got))
        if any("embeddings" in name for name in extra):
            raise Miss("embeddings decay", "a rare token would fade between two meetings.")
        if any("gamma" in name or "beta" in name for name in extra):
            raise Miss("a norm decays", "a scale pulled to 0 switches its norm off: one axis.")
        if extra:
            raise Miss(f"{extra[0]} decays", "a bias has one axis: leave it alone.")
        if lacking:
            raise Miss(f"{lacking[0]} does not decay", "all matrices do, in every layer.")
        if got != want:
            raise Miss("the list is not sorted", "sorted(...), each name once.")

    def other_names():
        case = {"head/weights": (4, 9), "scale": (4,), "a/embeddings": (3, 3), "conv": (3, 3, 2)}
        got = names(case)
        if "scale" in got:
            raise Miss("something with one axis decays", "trust the shape, not the name.")
        if got != ["conv", "head/weights"]:
            raise Miss(
                "matrices with another name are missed",
                'the name "kernel" is a habit; two axes or more are the reason.',
            )

    yield from (example, all_kinds, other_names)


@exercise("12.4 Clip by the global norm")
def clip(fn):
    """Cases for `fn(gradients, limit)`: a list of arrays of the same shapes."""
    rng = np.random.default_rng(4)
    some = [rng.normal(size=(3, 2)), rng.normal(size=4), rng.normal(size=(1, 2, 2))]
    length = float(np.sqrt(sum((g**2).sum() for g in some)))

    def clipped(gradients, limit):
        with np.errstate(all="ignore"):
            got = fn([np.array(g) for g in gradients], limit)
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, list | tuple) or len(got) != len(gradients):
            raise Miss("the result is not a list of as many arrays", "one array for each gradient.")
        return [
            need_array(a, g.shape, f"gradient {k}")
            for k, (a, g) in enumerate(zip(got, gradients, strict=True))
        ]

    def flat(arrays):
        return np.concatenate([np.ravel(a) for a in arrays])

    def long():
        limit = length / 3
        got = flat(clipped(some, limit))
        each = [g * min(1.0, limit / np.sqrt((g**2).sum())) for g in some]
        usual = [
            (
                flat(each),
                "are clipped one by one",
                "one factor for all, or the direction of the step bends.",
            ),
            (flat(some), "are not clipped", "together they are three times too long here."),
            (
                np.clip(flat(some), -limit, limit),
                "are cut number by number",
                "np.clip bends the direction; scale.",
            ),
            (flat(some) / length, "have length 1", "they should be `limit` long."),
            (flat(some) / length**2 * limit, "lack a square root", "length is a root."),
            (
                flat(some) * limit / np.abs(flat(some)).sum(),
                "are measured by a sum of absolute values",
                "square, add, take the root.",
            ),
            (flat(some) * limit, "are multiplied by the limit", "by limit / length."),
        ]
        compare("long gradients", got, flat(some) * (limit / length), usual, "one common factor.")

    def short():
        got = flat(clipped(some, 2 * length))
        usual = [(2 * flat(some), "are stretched", "a gradient below the limit stays: min(1, ..).")]
        compare("short gradients", got, flat(some), usual, "at most `limit`: nothing to do.")

    def nothing():
        got = flat(clipped([np.zeros(3), np.zeros((2, 2))], 1.0))
        if np.isnan(got).any():
            raise Miss("zeros become NaN", "0 / 0: ask whether it is too long before dividing.")
        if not close(got, np.zeros(7)):
            raise Miss("zeros do not stay zeros", "nothing to clip.")

    yield from (long, short, nothing)


@exercise("12.5 The question that contains its answer")
def sequence_loss(fn):
    """Cases for `fn(logits, ids)`: mean next-token loss, logits (B, T, V), ids (B, T)."""
    rng = np.random.default_rng(5)
    logits, ids = rng.normal(size=(3, 6, 7)), rng.integers(0, 7, (3, 6))

    def costs(logits, ids):
        shifted = logits - logits.max(axis=-1, keepdims=True)
        logp = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        return -np.take_along_axis(logp, ids[..., None], axis=-1)[..., 0]

    def right_one():
        got = need_array(fn(logits, ids), name="the loss")
        want = costs(logits[:, :-1], ids[:, 1:])
        usual = [
            (want, "has one value per position", "take the mean over all of them."),
            (costs(logits, ids).mean(), "is about the token itself", "position t answers t + 1."),
            (
                costs(logits[:, 1:], ids[:, :-1]).mean(),
                "is about the token before",
                "shifted the wrong way: cut the *end* of the logits.",
            ),
            (
                costs(logits, np.roll(ids, -1, axis=1)).mean(),
                "wraps around",
                "the last position has no answer; np.roll gives it the first token.",
            ),
            (want.sum(), "is a sum", "the mean over all positions that have an answer."),
            (want.sum() / ids.size, "is divided by B T", "only T - 1 positions have an answer."),
            (-want.mean(), "is negative", "a loss is -log p."),
            (want.mean() / np.log(2), "is in bits", "natural logarithm: nats."),
            (
                np.exp(-want).mean(),
                "is a mean probability",
                "take -log of each probability, then the mean.",
            ),
        ]
        compare("the loss", got, want.mean(), usual, "logits without the last, ids without first.")

    def copier():
        own = np.full((2, 5, 4), 0.0)
        ids = np.array([[0, 1, 2, 3, 0], [3, 2, 1, 0, 3]])
        np.put_along_axis(own, ids[..., None], 9.0, axis=-1)  # sure of the token it has read
        got = need_number(fn(own, ids), "the loss")
        if got < 1:
            raise Miss(
                "a model that repeats what it has read gets a loss near 0",
                "compare with the token that follows.",
            )
        if not close(got, costs(own[:, :-1], ids[:, 1:]).mean()):
            raise Miss("the loss of a model that repeats is off", "every row has its own shift.")

    def large():
        got = need_number(fn(np.full((1, 2, 3), 50.0), np.array([[0, 2]])), "the loss")
        if not close(got, np.log(3)):
            raise Miss("one single question goes wrong", "T = 2: one answer, p = 1/3.")

    yield from (right_one, copier, large)


@exercise("12.6 Fit the law")
def fit_power_law(fn):
    """Cases for `fn(sizes, losses, floor)`: (a, alpha)."""

    def pair(*args):
        with np.errstate(all="ignore"):
            got = fn(*args)
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        got = need_array(got, name="the result")
        if got.shape != (2,):
            raise Miss(f"the result has shape {got.shape}", "return a, alpha.")
        return got

    def line(x, y):
        return np.polyfit(x, y, 1)

    def example():
        got = pair([100, 10000], [3.0, 2.1], 2.0)
        slope, height = line(np.log([100, 10000]), np.log([3.0, 2.1]))
        usual = [
            ([10.0, -0.5], "has a negative alpha", "the slope is -alpha."),
            ([0.5, 10.0], "is in the other order", "return a first, then alpha."),
            ([np.log(10), 0.5], "gives log a", "the line's height is log a: undo the logarithm."),
            (
                [np.exp(height), -slope],
                "leaves the floor in",
                "subtract it *before* the logarithm, or the points bend.",
            ),
        ]
        compare("the example", got, [10.0, 0.5], usual, "a line through (log N, log excess).")

    def many():
        sizes = np.array([2e4, 5e4, 1e5, 4e5])
        losses = 0.33 + 900 * sizes**-0.6
        got = pair(list(sizes), list(losses), 0.33)
        ends = np.log((losses[0] - 0.33) / (losses[-1] - 0.33)) / np.log(sizes[-1] / sizes[0])
        compare("four points on a law", got, [900, 0.6], [], "all the points belong to the fit.")
        noisy = losses + np.array([0.0, 0.1, -0.05, 0.0])
        slope, height = line(np.log(sizes), np.log(noisy - 0.33))
        got = pair(sizes, noisy, 0.33)
        if close(got[1], ends):
            raise Miss("only the first and the last point count", "fit a line to all of them.")
        usual_mistake(
            "with noise it",
            got,
            [([10**height, -slope], "mixes logarithms", "np.exp undoes np.log, not 10**.")],
        )
        if not close(got, [np.exp(height), -slope]):
            raise Miss("with noise it is off", "least squares on the logarithms: np.polyfit.")

    def no_floor():
        got = pair([1, 10, 100], [5.0, 0.5, 0.05], 0.0)
        compare("with floor 0 it", got, [5.0, 1.0], [], "is a number left in your code?")

    yield from (example, many, no_floor)
