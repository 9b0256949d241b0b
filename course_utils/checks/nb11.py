"""Checks of lesson 11: the Transformer.

The hints name the usual mistakes with the frame of a block (a norm on the wrong road), with
the shift of teacher forcing, with shares that do not add up, and with parts that are announced
and left out.
"""

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, compare, need_array, need_number


@exercise("11.1 The frame")
def frame(fn):
    """Cases for `fn(x, part, norm, place)`: pre- or post-norm with a shortcut."""
    x = np.array([[1.0, 4.0, -2.0, 3.0], [0.5, 0.0, 2.5, -1.0]])

    def part(y):
        return y[..., ::-1] * y + 1.0

    def norm(y):
        return (y - y.mean(axis=-1, keepdims=True)) / 2

    def before():
        usual = [
            (norm(x + part(x)), "is the one for post", 'compare `place` with "pre".'),
            (part(norm(x)), "has no shortcut", "x itself is added: x + ..."),
            (x + part(x), "has no norm", "the part gets norm(x)."),
            (norm(x) + part(norm(x)), "normalises the road", "the shortcut carries x itself."),
            (x + norm(part(x)), "normalises what the part gives", "norm first, then the part."),
            (norm(x + part(norm(x))), "is normalised at its end, too", "only before the part."),
        ]
        got = need_array(fn(x, part, norm, "pre"), name="pre-norm")
        compare("pre-norm", got, x + part(norm(x)), usual, "follow the two formulas above.")

    def after():
        usual = [
            (x + part(norm(x)), "is the one for pre", 'what happens for place = "post"?'),
            (norm(part(x)), "loses the shortcut", "add x before the norm."),
            (x + norm(part(x)), "leaves the road alone", "the sum goes through the norm."),
            (norm(x + part(norm(x))), "normalises twice", "after only: the part gets x."),
            (norm(x) + part(x), "normalises x only", "norm of the whole sum."),
        ]
        got = need_array(fn(x, part, norm, "post"), name="post-norm")
        compare("post-norm", got, norm(x + part(x)), usual, "follow the two formulas above.")

    yield from (before, after)


@exercise("11.2 Teacher forcing")
def teacher_forcing(fn):
    """Cases for `fn(target, start)`: (told, wanted), (N, T) each."""
    target = np.array([[7, 8, 9, 2], [5, 2, 0, 0], [6, 6, 2, 0]])
    told = np.array([[1, 7, 8, 9], [1, 5, 2, 0], [1, 6, 6, 2]])

    def both(target, start):
        got = fn(np.array(target), start)
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Miss("the result is not a pair", "return told, wanted.")
        return need_array(got[0], name="told"), need_array(got[1], name="wanted")

    def fed():
        got, other = both(target, 1)
        if close(got, target) and close(other, told):
            raise Miss("told and wanted have changed places", "what is fed in comes first.")
        if got.shape == (3, 5):
            raise Miss("told has one column too many", "its last column is never fed in: cut it.")
        later = np.concatenate([target[:, 1:], np.zeros((3, 1))], axis=1)
        first = target.copy()
        first[:, 0] = 1
        usual = [
            (target, "is not shifted", "place 0 is told the start sign, not the answer."),
            (later, "is shifted the wrong way", "it would be told what comes *after* the answer."),
            (
                np.roll(target, 1, axis=1),
                "begins with the last column",
                "np.roll carries it round: the first column is the start sign.",
            ),
            (first, "has lost its first token", "put the start sign in front, not in its place."),
            (
                np.roll(target, 1, axis=0),
                "is shifted down",
                "rows are answers: shift along the second axis.",
            ),
            (
                np.where(told == 2, 0, told),
                "has lost its end signs",
                "only the last column is cut, whatever stands in it.",
            ),
        ]
        compare("told", got, told, usual, "start sign first, then all but the last column.")

    def asked():
        _, got = both(target, 1)
        if got.shape == (3, 3):
            raise Miss("wanted has lost a column", "there is no start sign in target to cut off.")
        later = np.concatenate([target[:, 1:], np.zeros((3, 1))], axis=1)
        usual = [
            (told, "is what was told", "the right answer is the target as it is."),
            (later, "is shifted as well", "one of the two is shifted, not both."),
        ]
        compare("wanted", got, target, usual, "the right answer at each place: the target.")

    def other_start():
        got, _ = both([[4, 3]], 9)
        if not close(got, [[9, 4]]):
            raise Miss("another start sign goes wrong", "is a 1 left in your code? Use `start`.")

    yield from (fed, asked, other_start)


@exercise("11.3 Smooth targets")
def smooth_targets(fn):
    """Cases for `fn(labels, V, e)`: target distributions (N, V)."""

    def rows():
        labels, V, e = np.array([2, 0, 3]), 5, 0.3
        hard = np.eye(V)[labels]
        want = (1 - e) * hard + e / V
        got = need_array(fn(labels, V, e), name="the result")
        if got.shape == (V, 3):
            raise Miss("the result is (V, N)", "one row per label.")
        usual = [
            (hard, "is not smoothed", "e of it belongs to all tokens."),
            (
                np.where(hard, 1 - e, e / (V - 1)),
                "shares e among the other tokens only",
                "all V tokens share it, the right one as well: e / V.",
            ),
            (
                np.where(hard, 1 - e, e / V),
                "does not sum to 1",
                "the right token gets its e / V as well.",
            ),
            (hard + e / V, "sums to more than 1", "take e away from the right token first."),
            ((1 - e) * hard + e, "adds e to every token", "e is shared: e / V for each."),
            (
                np.where(hard, e + (1 - e) / V, (1 - e) / V),
                "has e and 1 - e swapped",
                "e is the small part.",
            ),
            (np.where(hard, 1 - e, e), "gives e to every other token", "they *share* it: e / V."),
            (
                np.tile(want.max(axis=0), (3, 1)),
                "has the labels of all rows in every row",
                "one place in each row: rows[np.arange(N), labels].",
            ),
        ]
        compare("the result", got, want, usual, "a one-hot row times 1 - e, plus e / V.")

    def ends():
        labels = np.array([1, 1])
        if not close(need_array(fn(labels, 3, 0.0), name="the result"), np.eye(3)[labels]):
            raise Miss("with e = 0 it is not one-hot", "nothing is taken away then.")
        if not close(need_array(fn(labels, 4, 1.0), name="the result"), np.full((2, 4), 0.25)):
            raise Miss("with e = 1 it is not uniform", "then all V tokens are alike.")

    yield from (rows, ends)


def _runs(tokens, n):
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


@exercise("11.4 Counting with a limit")
def clipped(fn):
    """Cases for `fn(translation, reference, n)`: (runs that count, runs in all)."""

    def pair(translation, reference, n):
        got = fn(list(translation), list(reference), n)
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Miss("the result is not a pair", "return the runs that count, and all runs.")
        return need_number(got[0], "the count"), need_number(got[1], "the number in all")

    said = ["the", "cat", "the", "cat", "on", "the", "mat", "the"]
    right = ["the", "cat", "sat", "on", "the", "mat"]

    def words():
        hits, total = pair(said, right, 1)
        usual = [
            (8, "counts every repetition", "the reference has *the* only twice: that is a limit."),
            (4, "counts each word once", "the reference has two *the*, so two may count."),
            (0, "finds nothing", "runs must be comparable: tuples, not lists of different types."),
            (12, "counts *the* anew each time it is met", "go through the *different* runs."),
            (7, "counts *the* anew each time it is met", "go through the *different* runs."),
            (2, "compares place by place", "a run counts wherever it stands in the reference."),
        ]
        compare("the count of single words", hits, 5, usual, "go through it by hand.")
        usual = [
            (6, "is the reference's", "divide by what was *written*."),
            (4, "counts different words", "all runs, repeated ones as often as they stand there."),
        ]
        compare("the number of single words", total, 8, usual, "every token is a run of one.")

    def pairs():
        hits, total = pair(said, right, 2)
        usual = [
            (5, "is that of single words", "n is the length of a run."),
            (4, "counts every repetition of a pair", "the limit holds for pairs, too."),
        ]
        compare("the count of pairs", hits, 3, usual, "the cat, on the, the mat.")
        usual = [
            (8, "is the number of tokens", "eight tokens have seven pairs."),
            (4, "counts pairs that do not overlap", "each token but the last begins a pair."),
            (6, "is one too small", "the last run begins at len - n."),
        ]
        compare("the number of pairs", total, 7, usual, "where can a run of n begin?")

    def short():
        got = pair(["a"], ["a", "b"], 2)
        if got[1] < 0:
            raise Miss("a short translation has fewer than 0 runs", "there are none: 0.")
        if got != (0, 0):
            raise Miss("a translation shorter than n goes wrong", "it has no runs at all: (0, 0).")
        if pair(["ab", "c"], ["a", "bc"], 2) != (0, 1):
            raise Miss("'ab', 'c' counts as 'a', 'bc'", "joined, tokens run together: use tuples.")
        if pair(right, right, 4) != (3, 3):
            raise Miss("a perfect translation is not perfect", "every run counts then.")

    yield from (words, pairs, short)


def _normal(x):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-3)


def _attend(x, w, heads, width=None):
    def split(z):
        return z.reshape(*z.shape[:2], heads, -1).swapaxes(1, 2)

    q, k, v = (split(x @ w[name]) for name in "qkv")
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(width or q.shape[-1])
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    return (weights @ v).swapaxes(1, 2).reshape(x.shape) @ w["out"]


def _encoder(x, blocks, heads, positions, **changed):
    """The right answer, or one with a part changed: what each usual mistake would give."""
    o = dict(norm="pre", last=True, shortcut=True, dense=True, heads=heads, width=None, act="up")
    o |= changed
    x = x + positions

    def add(x, part):
        x = _normal(x) if o["norm"] == "road" else x
        y = part(_normal(x) if o["norm"] == "pre" else x)
        y = x + y if o["shortcut"] else y
        return _normal(y) if o["norm"] == "post" else y

    def dense(y, w):
        for name in ("", "up", "down"):  # the ReLU stands behind one of them
            y = y @ w[name] if name else y
            y = np.maximum(0, y) if o["act"] == name else y
        return y

    for w in blocks:
        x = add(x, lambda y, w=w: _attend(y, w, o["heads"], o["width"]))
        if o["dense"]:
            x = add(x, lambda y, w=w: dense(y, w))
    return _normal(x) if o["last"] else x


@exercise("11.5 Bug clinic: a Transformer in name only")
def encoder(fn):
    """Cases for `fn(x, blocks, heads, positions)`: pre-norm encoder, (B, T, D) -> (B, T, D)."""
    rng = np.random.default_rng(7)
    D, F = 8, 12
    names = {"q": (D, D), "k": (D, D), "v": (D, D), "out": (D, D), "up": (D, F), "down": (F, D)}
    blocks = [{name: rng.normal(0, 0.5, shape) for name, shape in names.items()} for _ in range(3)]
    x, places = rng.normal(size=(2, 4, D)), rng.normal(size=(4, D))

    def run(x=x, blocks=blocks, heads=2, positions=places):
        return need_array(fn(x, blocks, heads, positions), x.shape, "the output")

    def arguments():
        found = run()
        if close(run(blocks=blocks[:1]), found):
            hint = "a loop over blocks is missing, or its `return` stands inside."
            raise Miss("one block gives the same as three", hint)
        if close(run(blocks=blocks[-1:]), found):
            raise Miss("only the last block counts", "each block reads what the block before made.")
        if close(run(positions=np.zeros_like(places)), found):
            raise Miss("positions change nothing", "add them to x before the first block.")
        if close(run(heads=4), found):
            raise Miss("the number of heads changes nothing", "`attend` takes it.")

    def parts():
        def wrong(**changed):
            return _encoder(x, blocks, 2, places, **changed)

        again, each = x, x + places
        for w in blocks:
            again = _encoder(again, [w], 2, places, last=False)
            each = _encoder(each, [w], 2, 0)
        usual = [
            (wrong(shortcut=False), "has no shortcuts", "x = x + ..., twice in each block."),
            (
                wrong(dense=False),
                "has no feed-forward part",
                "`up`, ReLU, `down`: after attention.",
            ),
            (wrong(norm=None), "has norms at the end only", "each part gets normalise(x)."),
            (
                wrong(last=False),
                "has no last norm",
                "pre-norm never touches the road: end with one.",
            ),
            (wrong(norm="post"), "is post-norm", "the norm stands before the part."),
            (wrong(norm="post", last=False), "is post-norm", "the norm stands before the part."),
            (wrong(norm=None, last=False), "has no norm at all", "normalise(x), before each part."),
            (wrong(act=None), "has no ReLU", "two matrices in a row are one: np.maximum(0, ...)."),
            (wrong(act=""), "has its ReLU before `up`", "it stands between `up` and `down`."),
            (wrong(act="down"), "has its ReLU after `down`", "it stands between `up` and `down`."),
            (wrong(norm="road"), "normalises the road", "x + f(normalise(x)), with x itself."),
            (each, "has a last norm in every block", "once, behind the loop."),
            (wrong(width=D), "divides by the root of D", "each head has K = D / H features."),
            (_normal(again), "adds positions in every block", "once, at the entrance."),
        ]
        compare("the output", run(), wrong(), usual, "attention first, then feed-forward.")

    def one_block():
        want = _encoder(x, blocks[1:2], 4, places)
        if not close(run(blocks=blocks[1:2], heads=4), want):
            raise Miss(
                "one block with four heads goes wrong", "use the arguments, not fixed numbers."
            )

    yield from (arguments, parts, one_block)
