"""Checks of lesson 08: recurrence.

The hints name the usual mistakes with time (a state that runs from row to row, a gradient
that forgets its way back), with padding, and with a future that must not be seen.
"""

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, compare, need_array, need_number


def _run(x, keep, first=0.0, new=None):
    """h = keep * h + new * x along axis 1, from `first`."""
    new = 1 - keep if new is None else new
    h, states = np.zeros(len(x)) + first, []
    for column in x.T:
        h = keep * h + new * column
        states.append(h)
    return np.stack(states, axis=1)


@exercise("8.1 A leaky memory")
def leaky(fn):
    """Cases for `fn(x, keep)`: running average with memory, (B, T) -> (B, T)."""
    x = np.array([[4.0, 0.0, 2.0, 1.0], [1.0, 3.0, -2.0, 5.0], [0.5, 1.0, 1.5, 2.0]])

    def one_sequence():
        got = need_array(fn(x[:1], 0.8), name="the result")
        last = _run(x[:1], 0.8)[:, -1]
        if got.size == 1 and close(got.ravel(), last):
            raise Miss("only the last state came back", "collect the state of every step.")
        if got.shape == (4, 1):
            raise Miss("time comes first, then the batch", "np.stack(states, axis=1)?")
        got = need_array(got, (1, 4), "the result")
        usual = [
            (
                np.repeat(last[:, None], 4, axis=1),
                "is the last state four times",
                "`h *= keep` changes the array that is already in your list: make a new h.",
            ),
            (
                np.append([[0.0]], _run(x[:1], 0.8)[:, :-1], axis=1),
                "is one step late",
                "collect h after the update, not before.",
            ),
            (
                0.8 * np.append([[0.0]], x[:1, :-1], axis=1) + 0.2 * x[:1],
                "remembers the last x only",
                "keep times the *state* before, which holds all of the past.",
            ),
            (_run(x[:1], 0.2), "uses keep for the new", "keep belongs to the old state."),
            (
                _run(x[:1], 0.8, first=x[:1, 0]),
                "starts at the first value",
                "h before the first step is 0.",
            ),
            (_run(x[:1], 0.8, new=1.0), "adds all of x", "the new value counts 1 - keep."),
            (_run(x[:1], 0.0), "has no memory", "each step needs the state before it."),
        ]
        compare("the result", got, _run(x[:1], 0.8), usual, "work two steps out on paper.")

    def many():
        got = need_array(fn(x, 0.5), x.shape, "the result")
        usual = [
            (
                _run(x.T, 0.5).T,
                "runs down the rows",
                "rows are sequences, columns are time: loop over x.shape[1].",
            ),
            (
                _run(x.reshape(1, -1), 0.5).reshape(x.shape),
                "carries the state from one sequence to the next",
                "each row starts at 0 again.",
            ),
        ]
        compare("a batch", got, _run(x, 0.5), usual, "all rows at once, one step after another.")

    def ends():
        if not close(need_array(fn(x, 0.0), x.shape, "the result"), x):
            raise Miss("with keep = 0 it is not x itself", "nothing is kept, so only x is left.")
        if not close(need_array(fn(x, 1.0), x.shape, "the result"), np.zeros(x.shape)):
            raise Miss("with keep = 1 it is not 0", "nothing new comes in, and it starts at 0.")

    yield from (one_sequence, many, ends)


@exercise("8.2 Back through a recurrence")
def recurrence_backward(fn):
    """Cases for `fn(x, a, dh)`: gradients (dx (T,), da) of h_t = a h_(t-1) + x_t."""
    rng = np.random.default_rng(0)
    x, dh, a = rng.normal(size=5), rng.normal(size=5), 0.7

    def states(x, a):
        h, out = 0.0, []
        for value in x:
            h = a * h + value
            out.append(h)
        return np.array(out)

    def carried(dh, a):
        return states(dh[::-1], a)[::-1]

    def both(x, a, dh):
        got = fn(np.array(x, dtype=float), a, np.array(dh, dtype=float))
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Miss("the result is not a pair", "return dx, da.")
        if np.ndim(got[0]) == 0 and np.ndim(got[1]) == 1:
            raise Miss("a number comes first, then an array", "dx first: return dx, da.")
        return need_array(got[0], np.shape(x), "dx"), got[1]

    def example():
        dx, _ = both([1.0, 0.0, 0.0], 0.5, [0.0, 0.0, 1.0])
        usual = [
            ([0, 0, 1], "is dh unchanged", "h_1 also acts on the end, through h_2 and h_3."),
            ([0, 0.5, 1], "goes back one step only", "carry the *total* gradient on, not dh."),
            ([1, 1, 1], "does not shrink", "each step back multiplies by a."),
            ([0, 0, 0.5], "meets a once too often", "x_t is added to h_t: its rate is 1."),
        ]
        compare("dx of the example", dx, [0.25, 0.5, 1.0], usual, "begin at the last step.")

    def inputs():
        dx, _ = both(x, a, dh)
        usual = [(states(dh, a), "runs forwards", "the gradient walks from the last step back.")]
        compare("dx", dx, carried(dh, a), usual, "what arrives at h_t: dh_t plus a times later.")

    def weight():
        da = need_array(both(x, a, dh)[1], name="da")
        da = da.reshape(()) if da.size == 1 else da
        total, h = carried(dh, a), states(x, a)
        before = np.concatenate([[0.0], h[:-1]])
        usual = [
            (total * before, "has one value per step", "a is one number, used often: add."),
            ((total * h).sum(), "uses the new state", "a multiplies the state *before* the step."),
            ((dh * before).sum(), "uses dh alone", "take the total gradient at h_t."),
            (total[-1] * before[-1], "sees the last step only", "a is used at every step: add."),
            ((total * x).sum(), "uses x", "a does not multiply x, but the state before."),
            (
                (total * np.roll(h, 1)).sum(),
                "takes the last state for the first step",
                "h[-1] is legal and wrong: before the first step the state is 0.",
            ),
        ]
        compare("da", da, (total * before).sum(), usual, "add total gradient times state before.")

    def short():
        dx, da = both([2.0], 0.3, [1.5])
        if not close(dx, [1.5]) or not close(need_number(da, "da"), 0.0):
            raise Miss("one single step goes wrong", "there the state before is 0.")

    yield from (example, inputs, weight, short)


@exercise("8.3 A memory of a given length")
def forget_bias(fn):
    """Cases for `fn(steps, share=0.5)`: b with sigmoid(b) ** steps == share."""

    def bias(*args):
        with np.errstate(all="ignore"):
            return need_number(fn(*args), "the bias")

    def one():
        got = bias(1)
        if close(got, 0.5):
            raise Miss("for one step it is 0.5", "that is the gate; which b gives sigmoid(b) = it?")
        if not close(got, 0.0):
            raise Miss("for one step it is not 0", "sigmoid(0) is one half.")

    def many():
        f = 0.5 ** (1 / 60)
        usual = [
            (f, "is the gate", "undo the sigmoid as well: log-odds."),
            (-np.log(f / (1 - f)), "has the wrong sign", "a long memory needs f near 1, so b > 0."),
            (
                np.log((1 - 0.5 / 60) / (0.5 / 60)),
                "loses share / steps per step",
                "the gate multiplies: f ** steps, not a sum of losses.",
            ),
            (np.log(f), "is the logarithm of the gate", "log-odds are log(f / (1 - f))."),
            (
                -60 * np.log(2) - np.log1p(-(0.5**60)),
                "takes the power for the root",
                "f ** steps == share, so f is a root of share.",
            ),
            (
                -np.log(120 - 1),
                "has f = share / steps",
                "the gate multiplies: f ** steps == share.",
            ),
            (np.log(60), "ignores the share", "log(steps) is close, but not exact."),
        ]
        compare("for 60 steps it", bias(60), np.log(f / (1 - f)), usual, "first f, then b.")

    def shares():
        for steps, share in ((10, 0.9), (3, 0.125), (1000, 0.01)):
            f = share ** (1 / steps)
            got = bias(steps, share)
            if close(got, np.log(0.5 ** (1 / steps) / (1 - 0.5 ** (1 / steps)))):
                raise Miss("another share changes nothing", "is 0.5 left in your code?")
            lost = (1 - share) ** (1 / steps)
            if close(got, np.log(lost / (1 - lost))):
                raise Miss("1 - share is left", "`share` is what is *left*, not what is lost.")
            if not close(got, np.log(f / (1 - f))):
                raise Miss(f"share {share} after {steps} steps goes wrong", "check f ** steps.")

    yield from (one, many, shares)


@exercise("8.4 The last real state")
def last_real(fn):
    """Cases for `fn(states, mask)`: (B, T, H), (B, T) -> (B, H)."""
    states = np.random.default_rng(1).normal(size=(3, 5, 2))
    at_end = np.arange(5) < np.array([[3], [5], [1]])
    at_start = np.arange(5) >= np.array([[2], [0], [4]])

    def got(mask):
        return need_array(fn(states[: len(mask)], mask), (len(mask), 2), "the result")

    def padded_at_end():
        real = at_end[:, :, None]
        rows, count = np.arange(3), at_end.sum(axis=1)
        usual = [
            (states[:, -1], "is the last column", "for short rows that is padding."),
            (
                states[:, 0],
                "is the first column",
                "argmax finds the *first* True.",
            ),
            (
                (states * real).sum(axis=1) / real.sum(axis=1),
                "is a mean",
                "one state per row is wanted: the last real one.",
            ),
            ((states * real).sum(axis=1), "is a sum", "choose one state per row, do not add."),
            (
                (states * real).max(axis=1),
                "is the largest state",
                "the largest is not the last: find the place of the last True.",
            ),
            (states[rows, count % 5], "is one too late", "three real steps have numbers 0, 1, 2."),
        ]
        want = states[rows, count - 1]
        compare("with padding at the end it", got(at_end), want, usual, "one index per row.")

    def padded_at_start():
        usual = [
            (
                states[np.arange(3), at_start.sum(axis=1) - 1],
                "counts the real steps",
                "with padding at the start the count is not the place.",
            )
        ]
        want = states[:, -1]
        compare("with padding at the start it", got(at_start), want, usual, "find the last True.")

    def nothing_real():
        mask = at_end.copy()
        mask[1] = False
        try:
            found = got(mask)
        except IndexError:
            raise Miss(
                "a row of padding alone raises an IndexError",
                "it has no last True to be found: answer with zeros.",
            ) from None
        if close(found[1], states[1, -1]):
            raise Miss(
                "a row of padding alone gives its last column",
                "an index of -1 is legal: such rows need zeros.",
            )
        if close(found[1], states[1, 0]):
            raise Miss("a row of padding alone gives its first column", "its state is still zeros.")
        if not close(found[1], [0.0, 0.0]):
            raise Miss("a row of padding alone is not zeros", "nothing read: h_0.")
        if not close(found[[0, 2]], states[[0, 2], [2, 0]]):
            raise Miss("beside a row of padding the others go wrong", "treat each row alone.")

    yield from (padded_at_end, padded_at_start, nothing_real)


@exercise("8.5 The forecast to beat")
def seasonal_naive(fn):
    """Cases for `fn(past, season, horizon)`: the last season repeated, (M, horizon)."""
    past = np.array([[5.0, 7.0, 1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 8.0, 6.0, 7.0, 9.0]])

    def got(season, horizon):
        return need_array(fn(past, season, horizon), name="the forecast")

    def one_season():
        found = got(4, 4)
        if found.shape == (2, 0):
            raise Miss(
                "for one season nothing is left",
                "-season + horizon is 0 here, and a slice that ends at 0 is empty.",
            )
        if found.shape == (2, 8):
            raise Miss("for one season two came back", "cut to `horizon` columns.")
        if found.shape == (4, 4):
            raise Miss("for two rows four came back", "np.tile(..., (1, times)) repeats in time.")
        usual = [
            (past[:, :4], "is the first season", "the last one: count from the end."),
            (past[:, -4:][:, ::-1], "runs backwards", "the oldest of the season comes first."),
            (np.repeat(past[:, -1:], 4, 1), "is the last value", "that is the naive one."),
            (
                np.repeat(past[:, -4:].mean(1, keepdims=True), 4, 1),
                "is a mean",
                "each step has its own place in the season.",
            ),
        ]
        compare("for one season it", found, past[:, -4:], usual, "the last `season` columns.")

    def shorter():
        found = got(4, 2)
        if found.shape == (2, 0):
            raise Miss(
                "for half a season nothing is left",
                "horizon // season is 0: repeat once more, then cut.",
            )
        usual = [
            (
                np.resize(past[:, -4:], (2, 2)),
                "mixes the rows",
                "np.resize fills row after row from one long list; np.tile keeps the rows.",
            ),
            (past[:, -2:], "takes the last columns", "the *season's* first two, not the end."),
            (past[:, -4:], "is too long", "`horizon` columns."),
        ]
        compare("for half a season it", found, past[:, -4:-2], usual, "begin one season back.")

    def longer():
        found = got(4, 10)
        if found.shape == (2, 4):
            raise Miss("for a long horizon only one season comes back", "repeat it: % season.")
        if found.shape != (2, 10):
            raise Miss(f"for 10 steps its shape is {found.shape}", "(M, horizon).")
        want = np.tile(past[:, -4:], 3)[:, :10]
        usual = [
            (np.repeat(past[:, -4:], 3, axis=1)[:, :10], "stutters", "np.repeat or np.tile?"),
        ]
        compare("for a long horizon it", found, want, usual, "the last known season, again.")

    def other_season():
        found = got(3, 7)
        want = np.tile(past[:, -3:], 3)[:, :7]
        usual = [
            (
                past[:, np.arange(7) % 4 - 3],
                "repeats after 4 steps",
                "is a season's length fixed in your code? Use `season`.",
            ),
        ]
        compare("for a season of 3 it", found, want, usual, "the length of a season is given.")

    yield from (one_season, shorter, longer, other_season)


@exercise("8.6 Bug clinic: a window into the future")
def split_windows(fn):
    """Cases for `fn(series, past, future, cut)`: four arrays, scaled, in order, no leak."""
    # Strictly rising, so that the order of windows shows whatever the scaling.
    series = np.cumsum(np.random.default_rng(3).uniform(0.2, 2.0, 40))
    past, future, cut = 4, 3, 25

    def four(series):
        got = fn(np.array(series), past, future, cut)
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, (tuple, list)) or len(got) != 4:
            raise Miss("there are not four results", "return x_train, y_train, x_test, y_test.")
        names = ("x_train", "y_train", "x_test", "y_test")
        arrays = [need_array(value, name=name) for value, name in zip(got, names, strict=True)]
        if [array.shape[1:] for array in arrays] == [(past,), (past,), (future,), (future,)]:
            raise Miss(
                "the second result looks like x_test",
                "the order is x_train, y_train, x_test, y_test.",
            )
        for array, name, width in zip(arrays, names, (past, future) * 2, strict=True):
            if array.ndim != 2 or array.shape[1] != width:
                raise Miss(f"{name} has shape {array.shape}", f"one window per row, {width} wide.")
        return arrays

    def in_order():
        _, y_train, _, y_test = four(series)
        for name, y in (("training", y_train), ("test", y_test)):
            if (np.diff(y[:, 0]) <= 0).any():
                raise Miss(
                    f"the {name} windows are not in order of time",
                    "no permutation: a random window has a twin on the other side.",
                )

    def no_leak():
        later = series.copy()
        later[cut:] = later[cut:] * 3 + 50
        before, after = four(series), four(later)
        if not close(before[0][:3], after[0][:3]):
            raise Miss(
                "another future changes the training data",
                "where do mean and standard deviation come from?",
            )
        if not close(before[1], after[1]):
            raise Miss(
                "the future shows in y_train",
                "a training window ends before `cut` with all of its future.",
            )

    def right_windows():
        x_train, y_train, x_test, y_test = four(series)
        known = series[:cut]
        scaled = (series - known.mean()) / known.std()
        start = np.arange(past, len(series) - future + 1)
        x = scaled[start[:, None] + np.arange(-past, 0)]
        y = scaled[start[:, None] + np.arange(future)]
        train, test = start + future <= cut, start >= cut
        if len(x_train) != len(y_train) or len(x_test) != len(y_test):
            raise Miss("x and y have different numbers of rows", "choose both by the same rows.")
        if len(x_test) == (start - past >= cut).sum():
            raise Miss(
                "the first test windows are missing",
                "a test window's *past* may reach back before `cut`: at that time it is known.",
            )
        if len(x_test) > test.sum():
            raise Miss(
                "a test window's future begins before `cut`",
                "windows that straddle `cut` belong to neither part.",
            )
        if len(x_train) != train.sum() or len(x_test) != test.sum():
            raise Miss(
                f"{len(x_train)} training and {len(x_test)} test windows, expected "
                f"{train.sum()} and {test.sum()}",
                "the last window of each part ends exactly at its border: <= or <?",
            )
        if close(x_train, x[train] * known.std() + known.mean()):
            raise Miss("the windows are not scaled", "first scale the series, then cut windows.")
        if close(x_train, x[train] * known.std() / known.std(ddof=1)):
            raise Miss(
                "the spread divides by N - 1",
                "the standard deviation of NumPy, np.std, divides by N; pandas differs.",
            )
        for name, got, want in (
            ("x_train", x_train, x[train]),
            ("y_train", y_train, y[train]),
            ("x_test", x_test, x[test]),
            ("y_test", y_test, y[test]),
        ):
            if not close(got, want):
                raise Miss(
                    f"{name} is scaled differently",
                    "both parts: subtract the mean of series[:cut], divide by its std.",
                )

    yield from (in_order, no_leak, right_windows)
