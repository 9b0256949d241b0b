"""Checks of lesson 13: choosing tokens, the key-value cache, speculative decoding.

The hints name the usual mistakes: a temperature on probabilities, a nucleus without the token
that crosses the line, a cache that the new position is missing from, a rule of thumb where the
target's distribution was promised.
"""

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, compare, need_array, need_number, usual_mistake


def _softmax(z):
    p = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


@exercise("13.1 Temperature")
def warm(fn):
    """Cases for `fn(logits, t)`: softmax of logits / t over the last axis."""
    logits = np.log([0.2, 0.8])

    def example():
        got = need_array(fn(logits, 0.5), (2,), "the example")
        p = np.array([0.2, 0.8])
        root = np.sqrt(p) / np.sqrt(p).sum()
        usual = [
            (p, "does not depend on t", "divide the logits by t, not the probabilities."),
            (root, "is flattened by t = 0.5", "divide by t: t below 1 makes differences larger."),
            (p**2, "does not sum to 1", "divide by the sum at the end."),
            (logits / 0.5, "are still logits", "the softmax is missing."),
        ]
        compare("the example", got, [1 / 17, 16 / 17], usual, "softmax of logits / t.")

    def rows():
        z = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 5.0]])
        got = need_array(fn(z, 2.0), (2, 3), "a batch")
        whole = np.exp(z / 2) / np.exp(z / 2).sum()
        columns = np.exp(z / 2) / np.exp(z / 2).sum(axis=0)
        usual = [
            (whole, "sums to 1 over all rows together", "sum with axis=-1, keepdims=True."),
            (columns, "sums to 1 down the columns", "tokens are the last axis: axis=-1."),
        ]
        compare("a batch", got, _softmax(z / 2), usual, "each row is a distribution of its own.")

    def large():
        with np.errstate(all="ignore"):
            got = need_array(fn(np.array([1000.0, 999.0]), 1.0), (2,), "logits of 1,000")
        if not np.isfinite(got).all():
            raise Miss(
                "logits of 1,000 give NaN or infinity",
                "subtract the largest logit before the exponential: no ratio changes.",
            )
        usual = [(_softmax(np.array([1.0, 1.0])), "are clipped", "subtract, do not clip.")]
        compare("logits of 1,000", got, _softmax(np.array([1.0, 0.0])), usual, "see lesson 04.")

    yield from (example, rows, large)


@exercise("13.2 One step of beam search")
def beam_step(fn):
    """Cases for `fn(totals, log_p, width)` -> rows, tokens, sums, each (width,)."""

    def parts(totals, log_p, width):
        with np.errstate(all="ignore"):
            got = fn(np.array(totals), np.array(log_p), width)
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, tuple | list) or len(got) != 3:
            raise Miss("the result is not a triple", "return rows, tokens, sums.")
        names = "rows", "tokens", "sums"
        return [need_array(g, (width,), n) for g, n in zip(got, names, strict=True)]

    def example():
        totals, log_p = np.log([0.6, 0.4]), np.log([[0.5, 0.5], [0.9, 0.1]])
        rows, tokens, sums = parts(totals, log_p, 1)
        product = (totals[:, None] * log_p).max()
        usual = [
            (np.log([0.9]), "forgets what came before", "add the total of its beginning."),
            ([0.36], "is a probability", "stay with logarithms: add, do not take exp."),
            ([product], "multiplies logarithms", "probabilities multiply, logarithms add."),
            (np.log([0.3]), "continues the better beginning", "compare all W x V sums at once."),
            (np.log([0.04]), "is the worst", "sort downwards."),
        ]
        compare("the sum of the example", sums, np.log([0.36]), usual, "totals + log_p.")
        if (rows[0], tokens[0]) == (0, 1):
            raise Miss("rows and tokens are swapped", "the first says which beginning.")
        if (rows[0], tokens[0]) != (1, 0):
            raise Miss(
                f"the example continues beginning {rows[0]:g} with token {tokens[0]:g}",
                "np.unravel_index(best, sums.shape) gives row and column.",
            )

    def all_from_one():
        totals = np.log([0.7, 0.2, 0.1])
        log_p = np.log([[0.3, 0.3, 0.2, 0.2], [0.4, 0.3, 0.2, 0.1], [0.97, 0.01, 0.01, 0.01]])
        log_p[0] += np.array([0, -1e-3, -1e-3, -2e-3])
        sums = totals[:, None] + log_p
        want = np.sort(sums.ravel())[::-1][:3]
        rows, tokens, got = parts(totals, log_p, 3)
        usual = [
            (
                np.sort(sums.max(axis=1))[::-1],
                "hold one continuation of each beginning",
                "a beginning may continue twice, and another not at all.",
            ),
            (want[::-1], "stand worst first", "the best comes first."),
        ]
        compare("the sums", got, want, usual, "sort the W * V sums as one list.")
        if not close(sums[rows.astype(int), tokens.astype(int)], want):
            raise Miss("rows and tokens do not belong to the sums", "index both with one order.")

    def never():
        log_p = np.array([[-np.inf, -1.0, -2.0], [-0.5, -np.inf, -3.0]])
        rows, tokens, _ = parts(np.array([-1.0, -1.0]), log_p, 2)
        if [*zip(rows, tokens, strict=True)] != [(1, 0), (0, 1)]:
            raise Miss(
                "tokens of probability 0 confuse it", "-inf sorts last by itself: leave it alone."
            )

    yield from (example, all_from_one, never)


@exercise("13.3 The nucleus")
def nucleus(fn):
    """Cases for `fn(p, p0)`: the smallest most probable set that reaches p0, made to sum to 1."""
    p = np.array([0.1, 0.6, 0.3])

    def example():
        got = need_array(fn(p, 0.8), (3,), "the example")
        usual = [
            ([0, 0.6, 0.3], "does not sum to 1", "divide what is left by its sum."),
            ([0, 1, 0], "stops before 0.8 is reached", "the token that crosses the line stays."),
            ([2 / 3, 1 / 3, 0], "is sorted", "put each probability back where it was."),
            ([0.5, 0, 0.5], "keeps the wrong tokens", "undo the sorting: kept[order[...]]."),
            ([0.25, 0, 0.75], "keeps the unlikely tokens", "the most probable come first."),
            (p, "cuts nothing", "0.6 + 0.3 is enough: the 0.1 goes."),
        ]
        compare("the example", got, [0, 2 / 3, 1 / 3], usual, "sort, add up, cut, put back.")

    def certain():
        got = need_array(fn(np.array([0.02, 0.95, 0.03]), 0.5), (3,), "a certain place")
        if not np.isfinite(got).all() or close(got, [0, 0, 0]):
            raise Miss(
                "nothing is left where one token has more than p0",
                "the first token always stays, however much it has.",
            )
        compare("a certain place", got, [0, 1, 0], [], "one token already reaches p0.")

    def wide():
        q = np.array([0.05, 0.3, 0.15, 0.2, 0.25, 0.05])
        want = np.array([0, 0.3, 0.15, 0.2, 0.25, 0]) / 0.9
        threshold = np.where(q >= 1 - 0.85, q, 0)
        usual = [
            (
                threshold / threshold.sum() if not close(threshold / threshold.sum(), want) else -q,
                "cuts by a threshold",
                "p0 is for the sum, not for single tokens.",
            ),
            (
                np.array([0, 0.3, 0, 0.2, 0.25, 0]) / 0.75,
                "stops one token early",
                "the token that crosses the line stays.",
            ),
        ]
        compare("six tokens", need_array(fn(q, 0.85), (6,), "six tokens"), want, usual, "as above.")

    def nothing_cut():
        got = need_array(fn(p, 1.0), (3,), "p0 = 1")
        compare("p0 = 1", got, p, [], "with p0 = 1 all tokens are needed.")

    yield from (example, certain, wide, nothing_cut)


@exercise("13.4 A penalty that rewards")
def penalised_logits(fn):
    """Cases for `fn(logits, seen, penalty)`: positive logits divided, negative multiplied."""
    logits = np.array([2.0, 1.0, -3.0, -1.0])

    def negative():
        got = need_array(fn(logits, [2], 1.5), (4,), "the logits")
        usual = [
            ([2, 1, -2, -1], "rise for the seen token", "dividing -3 by 1.5 gives -2: up."),
            (logits, "do not change", "the token with id 2 was seen."),
            ([2, 1, 4.5, -1], "change sign", "multiply -3 itself, not its size."),
            (logits * [1.5, 1.5, 1.5, 1.5], "change for all tokens", "only those in `seen`."),
        ]
        compare("the logits", got, [2, 1, -4.5, -1], usual, "a negative logit is multiplied.")

    def positive():
        got = need_array(fn(logits, [0, 3], 2.0), (4,), "the logits")
        usual = [
            ([4, 1, -3, -2], "rise where they were positive", "divide the positive ones."),
            ([1, 1, -3, -1], "leave negative ones alone", "multiply those."),
            ([0, 1, -3, -3], "have 2 taken away", "the rule divides and multiplies."),
        ]
        compare("the logits", got, [1, 1, -3, -2], usual, "divide above 0, multiply below.")

    def twice():
        got = need_array(fn(logits, [0, 0, 2, 0], 2.0), (4,), "the logits")
        usual = [
            ([0.25, 1, -6, -1], "fall once for each time", "a token seen twice counts once."),
            ([0.25, 1, -12, -1], "fall more than once", "go through set(seen)."),
        ]
        compare("with repeats, the logits", got, [1, 1, -6, -1], usual, "set(seen) first.")

    def none_seen():
        got = need_array(fn(logits, [], 2.0), (4,), "the logits")
        compare("with nothing seen, the logits", got, logits, [], "nothing changes.")

    yield from (negative, positive, twice, none_seen)


@exercise("13.5 One step with a cache")
def cached_step(fn):
    """Cases for `fn(x_new, cache, w_q, w_k, w_v)` -> out (D,), (keys, values)."""
    rng = np.random.default_rng(5)
    w_q, w_k, w_v = rng.normal(0, 0.5, (3, 4, 4))
    x = rng.normal(size=(6, 4))

    def attention(q, k, v, scale):
        return _softmax(k @ q * scale) @ v

    def call(x_new, cache):
        got = fn(x_new, cache, w_q, w_k, w_v)
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, tuple | list) or len(got) != 2:
            raise Miss("the result is not a pair", "return out, (keys, values).")
        out, pair = got
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise Miss("the cache is not a pair", "return out, (keys, values).")
        return need_array(out, name="the output"), *(need_array(a, name="the cache") for a in pair)

    def first():
        out, keys, values = call(x[0], (np.zeros((0, 4)), np.zeros((0, 4))))
        if keys.shape == (0, 4):
            raise Miss("the cache does not grow", "the new key and value join it.")
        if keys.shape == (4,):
            raise Miss("the cache has shape (4,)", "one row per position: np.vstack.")
        usual = [
            ([np.zeros(4)], "is empty of the new key", "append x_new @ w_k."),
            ([x[0]], "holds x itself", "the key is x_new @ w_k."),
            ([w_k @ x[0]], "is multiplied from the wrong side", "x_new @ w_k, as in the lesson."),
            ([x[0] @ w_v], "holds the value as key", "keys first, then values."),
            ([x[0] @ w_q], "holds the query", "queries are used once and not kept."),
        ]
        compare("the key", keys, [x[0] @ w_k], usual, "append x_new @ w_k.")
        compare("the value", values, [x[0] @ w_v], [], "append x_new @ w_v.")
        if not close(out, x[0] @ w_v):
            if out.size == 0 or not np.isfinite(out).all() or close(out, np.zeros(4)):
                raise Miss("the first position sees nothing", "append first: it sees itself.")
            raise Miss("the first output is off", "alone, it is its own value.")

    def sixth():
        keys, values = x[:5] @ w_k, x[:5] @ w_v
        out, new_keys, new_values = call(x[5], (keys, values))
        q, all_k, all_v = x[5] @ w_q, x @ w_k, x @ w_v
        if close(new_keys, np.vstack([x[5] @ w_k, keys])):
            raise Miss("the new key stands first", "append at the end: order is position.")
        compare("the keys", new_keys, all_k, [], "the old rows stay, one is appended.")
        compare("the values", new_values, all_v, [], "the old rows stay, one is appended.")
        usual = [
            (attention(q, keys, values, 0.5), "leaves itself out", "append, then score."),
            (attention(q, all_k, all_v, 1.0), "is not scaled", "divide the scores by sqrt(D)."),
            (attention(q, all_k, all_v, 0.25), "is divided by D", "by the square root of D."),
            (attention(x[5], all_k, all_v, 0.5), "asks with x", "the query is x_new @ w_q."),
            (all_k @ q * 0.5 @ all_v, "has no softmax", "scores become weights that sum to 1."),
            (attention(q, all_k, all_k, 0.5), "mixes the keys", "the weights mix values."),
        ]
        compare("the output", out, attention(q, all_k, all_v, 0.5), usual, "query, keys, values.")

    def chain():
        cache, outs = (np.zeros((0, 4)), np.zeros((0, 4))), []
        for row in x:
            out, *cache = call(row, tuple(cache))
            outs.append(out)
        want = [attention(x[t] @ w_q, x[: t + 1] @ w_k, x[: t + 1] @ w_v, 0.5) for t in range(6)]
        compare("six steps in a row", np.array(outs), want, [], "return the cache that you used.")

    yield from (first, sixth, chain)


@exercise("13.6 Keep or replace")
def keep_or_replace(fn):
    """Cases for `fn(token, draft, target)` -> chance (float), replacement (V,)."""
    draft, target = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])

    def call(token, draft, target):
        got = fn(token, draft, target)
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, tuple | list) or len(got) != 2:
            raise Miss("the result is not a pair", "return chance, replacement.")
        return need_number(got[0], "the chance"), need_array(got[1], draft.shape, "the replacement")

    def too_much():
        chance, _ = call(0, draft, target)
        usual = [
            (2.5, "is upside down", "target over draft."),
            (1.0, "is 1 where the draft gives too much", "0.5 drafted, 0.2 wanted."),
            (0.2, "is the target's probability", "divide by the draft's: it was drawn from it."),
            (0.0, "is all or nothing", "some of them stay: 0.2 of 0.5."),
            (-0.3, "is a difference", "it is a ratio."),
        ]
        compare("the chance", chance, 0.4, usual, "target[token] / draft[token], at most 1.")

    def too_little():
        chance, _ = call(2, draft, target)
        usual = [(2.5, "is above 1", "min(1, ...)."), (0.4, "is upside down", "target over draft.")]
        compare("the chance", chance, 1.0, usual, "the draft gives too little: it always stays.")

    def replacement():
        q, p = np.array([0.4, 0.4, 0.1, 0.1]), np.array([0.1, 0.3, 0.35, 0.25])
        _, got = call(0, q, p)
        missing = np.array([0, 0, 0.25, 0.15])
        without = p * [0, 1, 1, 1] / 0.9
        usual = [
            (p, "is the target", "then tokens that the draft gives often come too often."),
            (
                without,
                "is the target without the token",
                "what is missing, target - draft.",
            ),
            (missing, "does not sum to 1", "divide by its sum."),
            ((p - q) / 0.4, "has negative entries", "max(0, ...)."),
            (np.array([0.3, 0.1, 0, 0]) / 0.4, "is draft - target", "target - draft."),
            (np.abs(p - q) / 0.8, "takes the size of the difference", "max(0, ...), not abs."),
        ]
        compare("the replacement", got, missing / 0.4, usual, "max(0, target - draft), normalised.")

    def whole():
        rng = np.random.default_rng(0)
        q, p = rng.dirichlet(np.ones(7)), rng.dirichlet(np.ones(7))
        kept = np.array([call(token, q, p)[0] for token in range(7)])
        out = q * kept + (1 - (q * kept).sum()) * call(3, q, p)[1]
        if not close(out, p):
            usual_mistake(
                "all together it", out, [(q, "gives the draft's distribution", "reject.")]
            )
            raise Miss("all together it does not give the target", "check both parts.")

    yield from (too_much, too_little, replacement, whole)
