"""Checks of lesson 10: attention.

The hints name the usual mistakes with axes (who asks, who is read), with masks (which side of
the softmax), and with heads that are heads in name only.
"""

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, compare, need_array


def _softmax(scores, axis=-1):
    shifted = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)


@exercise("10.1 Blend")
def blend(fn):
    """Cases for `fn(scores, values)`: softmax along each row, then the sum. (T, S), (S, W)."""
    rng = np.random.default_rng(0)
    scores, values = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))

    def got(scores, values):
        with np.errstate(all="ignore"):
            found = fn(scores, values)
        if isinstance(found, tuple) and len(found) == 2 and np.ndim(found[0]) == 2:
            raise Miss("the result is a pair of arrays", "return the mixtures alone, (T, W).")
        return need_array(found, name="the result")

    def even():
        found = got(np.zeros((1, 2)), np.array([[1.0, 10.0], [3.0, 30.0]]))
        if found.shape == (1, 2) and close(found, [[0.5, 0.5]]):
            raise Miss("the weights came back", "now multiply them with the values.")
        usual = [
            ([[4.0, 40.0]], "is a sum", "weights sum to 1: e^0 is 1, and there are two."),
            ([[0.0, 0.0]], "is 0", "a score is not yet a weight: softmax first."),
            ([[1.0, 10.0]], "is the first value alone", "equal scores mean equal weights."),
            ([[0.5, 5.0], [1.5, 15.0]], "is not summed", "`*` only multiplies; `@` also adds up."),
            ([[2.0], [20.0]], "lies on its side", "one row per query: (T, S) @ (S, W)."),
        ]
        compare("the example", found, [[2.0, 20.0]], usual, "two equal scores: a half of each.")

    def rows():
        found = got(scores, values)
        usual = [
            (
                _softmax(scores, 0) @ values,
                "has columns that sum to 1, not rows",
                "each *row* shares out one whole: softmax along the last axis.",
            ),
            (
                _softmax(scores.ravel()).reshape(3, 4) @ values,
                "shares one whole among all rows",
                "every row is a softmax of its own: keepdims=True helps.",
            ),
            (np.exp(scores) @ values, "is not divided", "divide each row by its sum."),
            (scores @ values, "uses the bare scores", "weights are positive: softmax first."),
            (
                values[scores.argmax(axis=1)],
                "takes the best value only",
                "a *soft* choice: every value counts, by its weight.",
            ),
            (
                np.tile(values.mean(axis=0), (3, 1)),
                "is the plain mean",
                "where do the scores come in?",
            ),
            (
                (scores / scores.sum(axis=1, keepdims=True)) @ values,
                "divides scores by their sum",
                "scores may be negative: exponentials first.",
            ),
        ]
        want = _softmax(scores) @ values
        compare("the result", found, want, usual, "weights (T, S) times values (S, W).")

    def large():
        far = np.array([[1000.0, 999.0, -1000.0], [0.0, -1.0, 1.0]])
        found, want = got(far, np.eye(3)), _softmax(far)
        if close(found[0], want[0]) and not close(found[1], want[1]):
            raise Miss(
                "a row beside one with scores near 1,000 is lost",
                "subtract the largest score of each row, not that of all rows.",
            )
        if not np.isfinite(found).all():
            raise Miss(
                "with scores near 1,000 it is nan",
                "e^1000 overflows: subtract the largest score of the row first.",
            )
        compare("with large scores it", found, want, [], "only differences of scores matter.")

    yield from (even, rows, large)


@exercise("10.2 Who may look at whom")
def allowed(fn):
    """Cases for `fn(lengths, T)`: boolean (B, T, T), no future and no filling."""
    lengths = np.array([4, 2, 1])
    steps = np.arange(4)
    causal = steps[:, None] >= steps
    real = steps < lengths[:, None]
    want = causal & real[:, None, :]

    def got(lengths, T):
        found = np.asarray(fn(lengths, T))
        if found.dtype == object or found.ndim == 0:
            need_array(found, name="the mask")
        if not np.isin(found, (0, 1)).all():
            raise Miss("the mask holds other values than True and False", "compare, with >= or <.")
        return found.astype(bool)

    def one_sentence():
        found = got(np.array([4]), 4)
        if found.shape == (4, 4):
            raise Miss("the batch axis is missing: (4, 4)", "one mask per sentence: (B, T, T).")
        if found.shape != (1, 4, 4):
            raise Miss(f"for one sentence the shape is {found.shape}", "(B, T, T).")
        usual = [
            (causal.T, "looks ahead and not back", "rows ask, columns are read: transpose?"),
            (
                steps[:, None] > steps,
                "does not let a word look at itself",
                "position 0 would have nothing left: >=, not >.",
            ),
            (~causal, "is upside down", "True means: may look."),
            (np.ones((4, 4)), "allows the future", "row i may look at columns 0 to i."),
            (np.eye(4), "lets each word look at itself alone", "and at everything before."),
        ]
        compare("a full sentence's mask", found[0], causal, usual, "row i: columns 0 to i.")

    def filling():
        found = got(lengths, 4)
        if found.shape != (3, 4, 4):
            raise Miss(f"for three sentences the shape is {found.shape}", "(B, T, T).")
        usual = [
            (
                np.broadcast_to(causal, (3, 4, 4)),
                "lets words read the filling",
                "columns from `lengths` on are filling: forbid them.",
            ),
            (
                causal & real[:, :, None],
                "leaves the rows of the filling empty",
                "every row has the same rule, what may be *read*: it is a matter of columns.",
            ),
            (
                causal | real[:, None, :],
                "allows what either rule allows",
                "both must agree: & instead of |.",
            ),
            (
                causal & (steps <= lengths[:, None])[:, None, :],
                "lets one position of filling through",
                "two real words are at positions 0 and 1: <, not <=.",
            ),
            (
                causal & (steps >= 4 - lengths[:, None])[:, None, :],
                "hides the beginning of a sentence",
                "the filling stands at the end.",
            ),
            (np.broadcast_to(real[:, None, :], (3, 4, 4)), "sees the future", "causal, too."),
        ]
        compare("the mask", found, want, usual, "no future and no filling.")

    def sizes():
        found = got(np.array([1, 6]), 6)
        T = np.arange(6)
        wanted = (T[:, None] >= T) & (np.array([[1], [6]]) > T)[:, None, :]
        compare("with T = 6 it", found, wanted, [], "is a size fixed in your code?")

    yield from (one_sentence, filling, sizes)


@exercise("10.3 A softmax that obeys")
def masked_softmax(fn):
    """Cases for `fn(scores, mask)`: (T, S), (T, S) -> weights; a row of False gives zeros."""
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(3, 4)) + np.array([[0.0], [2.0], [-3.0]])
    mask = np.array([[1, 1, 1, 0], [1, 0, 1, 0], [0, 1, 1, 1]], dtype=bool)
    want = _softmax(np.where(mask, scores, -np.inf))

    def got(scores, mask):
        with np.errstate(all="ignore"):
            return need_array(fn(scores, mask), np.shape(scores), "the weights")

    def some():
        found = got(scores, mask)
        zeroed = np.where(mask, scores, 0.0)
        usual = [
            (_softmax(scores), "ignores the mask", "forbidden places need the weight 0."),
            (
                _softmax(scores) * mask,
                "has rows that do not sum to 1",
                "the mask came after the softmax: forbid *before* it, or divide again.",
            ),
            (
                _softmax(zeroed),
                "treats forbidden places as a score of 0",
                "0 is an ordinary score, e^0 = 1. What score has a weight of 0?",
            ),
            (
                _softmax(np.where(mask, -np.inf, scores)),
                "gives the weights to the forbidden places",
                "True means: may be looked at.",
            ),
            (
                _softmax(np.where(mask, scores, -np.inf), 0),
                "has columns that sum to 1, not rows",
                "along the last axis: each row shares out one whole.",
            ),
        ]
        compare("the result", found, want, usual, "softmax over the allowed places of each row.")

    def none():
        hidden = mask.copy()
        hidden[1] = False
        found = got(scores, hidden)
        if np.isnan(found).any():
            raise Miss("a row that may look at nothing is nan", "0 / 0: treat such rows apart.")
        if close(found[1], np.full(4, 0.25)):
            raise Miss(
                "a row that may look at nothing looks at everything",
                "a large negative score for all is the same score for all: set the row to 0.",
            )
        if close(found[1], _softmax(scores)[1]):
            raise Miss("a row that may look at nothing has its mask ignored", "it gets zeros.")
        compare("the row that may look at nothing", found[1], np.zeros(4), [], "zeros.")
        compare("a row beside such a one", found[[0, 2]], want[[0, 2]], [], "row by row.")

    def large():
        far = np.array([[1000.0, 2000.0, 1001.0], [-1e5, -1e5 + 1, 0.0]])
        seen = np.array([[True, False, True], [True, True, False]])
        found = got(far, seen)
        if np.isnan(found).any():
            raise Miss("large scores give nan", "subtract the row's largest score first.")
        wanted = _softmax(np.where(seen, far, -np.inf))
        usual = [(np.zeros(3), "is all 0", "subtract the largest *allowed* score, not of all.")]
        hint = "a forbidden score of 2,000 must not matter at all."
        compare("the row with a large forbidden score", found[0], wanted[0], usual, hint)
        usual = [(np.zeros(3), "is all 0", "each row has a largest score of its own: subtract it.")]
        hint = "is your 'very negative' number negative enough? Scores of -100,000 may come."
        compare("the row of very negative scores", found[1], wanted[1], usual, hint)

    yield from (some, none, large)


@exercise("10.4 Heads in name only")
def self_attention(fn):
    """Cases for `fn(x, w_q, w_k, w_v, w_o, heads)`: (B, T, D), no mask."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(2, 5, 12))
    matrices = rng.normal(0, 0.5, (4, 12, 12))

    def ours(x, w_q, w_k, w_v, w_o, heads, scale=None, cut="right"):
        b, t, d = x.shape

        def split(z):
            if cut == "wrong":  # a reshape alone: pieces of other positions get into a head
                return z.reshape(b, heads, t, -1)
            if cut == "strided":
                return z.reshape(b, t, -1, heads).transpose(0, 3, 1, 2)
            return z.reshape(b, t, heads, -1).transpose(0, 2, 1, 3)

        q, k, v = (split(x @ w) for w in (w_q, w_k, w_v))
        scale = q.shape[-1] if scale is None else scale
        mixed = _softmax(q @ k.swapaxes(-1, -2) / np.sqrt(scale)) @ v  # (B, H, T, K)
        if cut == "joined wrong":
            return mixed.reshape(b, t, d) @ w_o
        if cut == "wrong":
            return mixed.reshape(b, t, d) @ w_o
        if cut == "strided":
            return mixed.transpose(0, 2, 3, 1).reshape(b, t, d) @ w_o
        return mixed.transpose(0, 2, 1, 3).reshape(b, t, d) @ w_o

    def got(heads, matrices=matrices, x=x):
        return need_array(fn(x, *matrices, heads), x.shape, "the output")

    def one_head():
        usual = [
            (
                ours(x, *matrices[:3], np.eye(12), 1),
                "misses the output projection",
                "the last step is a product with w_o.",
            ),
            (
                ours(x, *matrices, 1, scale=1),
                "is not scaled",
                "divide the scores by sqrt(K), K = D / heads.",
            ),
            (
                ours(x, *matrices, 1, scale=144),
                "is divided by K, not by its root",
                "a typical score is sqrt(K).",
            ),
            (
                ours(x, *matrices, 1, scale=5),
                "is divided by the root of T",
                "K is the number of features of a head: the last axis.",
            ),
            (
                _softmax_of_columns(x, matrices),
                "has a softmax along the wrong axis",
                "each row of the scores shares out one whole: the last axis.",
            ),
        ]
        hint = "scores, scale, softmax, times v, times w_o: print each step's shape."
        compare("with one head the output", got(1), ours(x, *matrices, 1), usual, hint)

    def many_heads():
        found, want = got(3), ours(x, *matrices, 3)
        eye = np.eye(12)
        usual = [
            (
                ours(x, *matrices, 1),
                "is that of one head",
                "`heads` is not used: cut q, k and v into (B, H, T, K) before the scores.",
            ),
            (
                ours(x, *matrices, 3, scale=12),
                "is scaled by the whole width",
                "a head multiplies K = D / H features: divide by sqrt(K), not by sqrt(D).",
            ),
            (
                ours(x, *matrices, 1, scale=4),
                "is that of one head, with another scale",
                "cut q, k and v into heads before the scores.",
            ),
            (
                ours(x, *matrices[:3], eye, 3),
                "misses the output projection",
                "join the heads, then multiply with w_o.",
            ),
            (
                ours(x, *matrices, 3, cut="wrong"),
                "mixes positions",
                "reshape to (B, T, H, K) first, then swap axes: a reshape alone moves words.",
            ),
            (
                ours(x, *matrices, 3, cut="joined wrong"),
                "is joined in the wrong order",
                "swap the axes back to (B, T, H, K) before the last reshape.",
            ),
            (
                ours(x, *matrices, 3, cut="strided"),
                "gives head h every third feature",
                "head h owns K features in a row: reshape(B, T, H, K), not (B, T, K, H).",
            ),
        ]
        compare("with three heads the output", found, want, usual, "split, attend, join, project.")

    def any_heads():
        for heads in (2, 12):
            hint = "is a number of heads fixed in your code?"
            compare(f"with {heads} heads it", got(heads), ours(x, *matrices, heads), [], hint)

    def stays_alone():
        alone = got(3, x=x[:1])
        if not close(alone, got(3)[:1]):
            raise Miss("one sentence depends on the others of its batch", "keep axis 0 apart.")

    yield from (one_head, many_heads, any_heads, stays_alone)


def _softmax_of_columns(x, matrices):
    q, k, v = (x @ w for w in matrices[:3])
    return _softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1]), 1) @ v @ matrices[3]


@exercise("10.5 Backwards, by hand")
def reversing(fn):
    """Cases for `fn(T)`: queries and keys (T, K) whose attention reads position T - 1 - i."""

    def weights(T):
        got = fn(T)
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Miss("the result is not a pair", "return q, k.")
        q, k = need_array(got[0], name="q"), need_array(got[1], name="k")
        if q.ndim != 2 or q.shape != k.shape or len(q) != T:
            raise Miss(
                f"for T = {T}, q is {q.shape} and k {k.shape}",
                "one row per position, both of the same width: (T, K).",
            )
        if not (np.isfinite(q).all() and np.isfinite(k).all()):
            raise Miss("q or k is not finite", "large enough will do: no infinity is needed.")
        with np.errstate(all="ignore"):
            scores = q @ k.T / np.sqrt(q.shape[1])
        if not np.isfinite(scores).all():
            raise Miss("q k^T overflows", "much smaller numbers will do.")
        return _softmax(scores)

    def direction():
        found = weights(6)
        where = found.argmax(axis=1)
        steps = np.arange(6)
        if close(found, np.full((6, 6), 1 / 6)):
            raise Miss("every position reads all alike", "all scores are equal: make them differ.")
        if (where == steps).all():
            raise Miss("every position reads itself", "query i must match key T - 1 - i.")
        if (where == np.roll(steps[::-1], 1)).all() or (where == np.roll(steps[::-1], -1)).all():
            raise Miss("every position reads one place beside the right one", "from 0 to T - 1.")
        if (where == where[0]).all():
            raise Miss(
                f"every position reads position {where[0]}",
                "the largest score of *each row* must lie elsewhere: do the rows of q differ?",
            )
        if not (where == steps[::-1]).all():
            i = int(np.argmax(where != steps[::-1]))
            raise Miss(
                f"position {i} reads position {where[i]}, not {5 - i}",
                "write the scores (T, T) down: which entry of each row must be the largest?",
            )

    def sharp():
        for T in (6, 20, *range(2, 20)):
            found = weights(T)
            steps = np.arange(T)
            if not (found.argmax(axis=1) == steps[::-1]).all():
                hint = (
                    "an odd T has a middle: it reads itself." if T % 2 else "is one T fixed in it?"
                )
                raise Miss(f"for T = {T} some rows read the wrong place", hint)
            least = found[steps, steps[::-1]].min()
            if least < 0.99:
                raise Miss(
                    f"for T = {T} the right place is first, but gets too little",
                    "make the scores larger: every row must give 99 % to one place, and the "
                    "division by sqrt(K) takes some of it away.",
                )

    def single():
        if not close(weights(1), [[1.0]]):
            raise Miss("for T = 1 the weight is not 1", "one position reads itself.")

    yield from (direction, sharp, single)
