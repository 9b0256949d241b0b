"""Checks of lesson 06: convolution.

The hints name the usual mistakes with kernels that do not cancel, with rounding in window
arithmetic, with sums over places, with the order of strides, and with the batch axis.
"""

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, need_array, need_number, usual_mistake
from course_utils.scratch.window_arithmetic import output_size, receptive_field


@exercise("6.1 A kernel that finds dots")
def dot_kernel(fn):
    """Cases for `fn()`: a (3, 3) kernel that cancels on flat ground and on ramps."""
    rows, columns = np.mgrid[-1:2, -1:2]

    def kernel():
        return need_array(fn(), (3, 3), "the kernel")

    def flat():
        w = kernel()
        if close(w, np.zeros((3, 3))):
            raise Miss("the kernel is all zeros", "that answers 0 to everything, also to a dot.")
        if not close(w.sum(), 0.0):
            raise Miss(
                "flat ground gets an answer", "on flat ground the answer is the sum of the weights."
            )

    def ramps():
        w = kernel()
        if not close([(w * rows).sum(), (w * columns).sum()], [0.0, 0.0]):
            raise Miss(
                "a ramp gets an answer",
                "a step kernel finds ramps too: balance left with right, above with below.",
            )

    def dot():
        middle = kernel()[1, 1]
        if close(middle, -1.0):
            raise Miss("a bright dot is answered with -1", "that finds dark dots: turn the signs.")
        if close(middle, 0.0):
            raise Miss("a bright dot is not noticed", "it lies under the middle weight alone.")
        if not close(middle, 1.0):
            raise Miss(
                "a bright dot is not answered with 1",
                "right shape, wrong size: divide all weights by one number.",
            )

    yield from (flat, ramps, dot)


@exercise("6.2 How large is the output?")
def places(fn):
    """Cases for `fn(size, kernel, stride, padding)`: the number of windows."""

    def count(*arguments):
        return need_number(fn(*arguments), "the number of places")

    def valid():
        got = count(28, 3, 1, "valid")
        usual_mistake(
            "for 28 pixels and a kernel of 3 it",
            got,
            [
                (25, "is 25", "if the last window begins at 25, how many begin at 0 to 25?"),
                (28, "is 28", "a window must stay inside: that is what valid means."),
            ],
        )
        if not close(got, 26):
            raise Miss("28 pixels, kernel 3, valid: not 26", "list the starts: 0, 1, 2, ...")

    def strides():
        for size, kernel, stride in [(28, 3, 2), (7, 3, 3), (6, 2, 2), (10, 4, 5), (5, 1, 2)]:
            got, want = count(size, kernel, stride, "valid"), output_size(size, kernel, stride)
            if got != int(got):
                raise Miss("the result has a fraction", "a last window that does not fit is none.")
            if got != want:
                low, high = (size - kernel + 1) // stride, -(-(size - kernel) // stride) + 1
                if got == low:
                    raise Miss(
                        f"valid, {size} pixels, kernel {kernel}, stride {stride}: one too few",
                        "first divide the last possible start, then add 1 for the window at 0.",
                    )
                if got == high:
                    raise Miss(
                        f"valid, {size} pixels, kernel {kernel}, stride {stride}: one too many",
                        "rounded up? A window that hangs over the end does not count.",
                    )
                raise Miss(
                    f"valid goes wrong for {size} pixels, kernel {kernel}, stride {stride}",
                    "list the starts: 0, stride, 2 stride, ... as long as the kernel fits.",
                )

    def same():
        sizes = [(28, 3, 1), (28, 3, 2), (7, 3, 2), (7, 5, 3), (4, 5, 1), (28, 2, 1), (6, 4, 2)]
        for size, kernel, stride in sizes:
            got, want = count(size, kernel, stride, "same"), -(-size // stride)
            if got == want:
                continue
            if got != int(got):
                raise Miss("with same the result has a fraction", "same rounds up.")
            if stride > 1 and got == size // stride:
                raise Miss(
                    f"same, {size} pixels, stride {stride}: one too few",
                    "same rounds up: a place at 0 exists in any case.",
                )
            if stride > 1 and got == size:
                raise Miss(
                    f"same, {size} pixels, stride {stride}: {size} places",
                    'the name promises "same size" for stride 1 only.',
                )
            raise Miss(
                f"same goes wrong for {size} pixels, kernel {kernel}, stride {stride}",
                "one place at 0, stride, 2 stride, ...: the kernel's size does not matter.",
            )

    def none():
        if not close(count(3, 3, 1, "valid"), 1):
            raise Miss(
                "a kernel as large as the picture does not get one place", "it fits once, at 0."
            )
        got = count(3, 5, 1, "valid")
        if got < 0:
            raise Miss("a kernel too large gives a negative number", "no window fits: 0.")
        if not close([got, count(2, 3, 1, "valid")], [0, 0]):
            raise Miss("a kernel too large gets a place", "it fits nowhere: return 0.")
        strided = [(2, 5, 2), (2, 3, 2), (4, 5, 3)]
        if not close([count(*sizes, "valid") for sizes in strided], [0, 0, 0]):
            raise Miss(
                "with a stride, a kernel too large gets a place",
                "int(-0.5) is 0, not -1; ask first whether the kernel fits.",
            )

    yield from (valid, strides, same, none)


@exercise("6.3 The gradient of a kernel")
def kernel_gradient(fn):
    """Cases for `fn(x, dy)`: the gradient (kh, kw) of a valid convolution's kernel."""
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(6, 7)), rng.normal(size=(4, 6))  # so the kernel is 3 x 2

    def wanted(x, dy):
        shape = (x.shape[0] - dy.shape[0] + 1, x.shape[1] - dy.shape[1] + 1)
        at = {(i, j): x[i : i + dy.shape[0], j : j + dy.shape[1]] for i, j in np.ndindex(shape)}
        return np.array([(window * dy).sum() for window in at.values()]).reshape(shape)

    def got(x, dy):
        return need_array(fn(x, dy), name="the gradient")

    def size():
        shape = got(x, dy).shape
        if shape == dy.shape:
            raise Miss("it has the shape of dy", "a gradient has the shape of what it belongs to.")
        if shape == (2, 3):
            raise Miss("height and width are exchanged", "H - P + 1 rows, W - Q + 1 columns.")
        if shape != (3, 2):
            raise Miss(
                f"for x (6, 7) and dy (4, 6) its shape is {shape}",
                "P = H - kh + 1: solve for kh, and likewise for kw.",
            )

    def values():
        found, right = got(x, dy), wanted(x, dy)
        usual = [
            (right / dy.size, "is a mean over the places", "roads are added, and dy is a loss's."),
            (right[::-1, ::-1], "is turned by 180 degrees", "weight (0, 0) met pixel (p, q)."),
            (
                wanted(x, dy[::-1, ::-1]),
                "comes from a turned dy",
                "that is the formula of a mathematician's convolution; ours turns nothing.",
            ),
            (wanted(x, np.ones_like(dy)), "ignores dy", "rate times what arrives: multiply."),
            (
                x[dy.shape[0] - 1 :, dy.shape[1] - 1 :] * dy[-1, -1],
                "is that of the last place alone",
                "roads are added: += for every place.",
            ),
        ]
        usual_mistake("the gradient", found, usual)
        if not close(found, right):
            raise Miss("the gradient is off", "which pixels did weight (i, j) meet, and where?")

    def one_row():
        if not close(got(np.array([[1.0, 2.0, 4.0]]), np.array([[1.0, 10.0]])), [[21.0, 42.0]]):
            raise Miss("the example goes wrong", "work it out on paper: two places, two weights.")

    yield from (size, values, one_row)


@exercise("6.4 Receptive field")
def sees(fn):
    """Cases for `fn(layers)`: pixels that a unit behind (kernel, stride) layers depends on."""

    def width(*layers):
        return need_number(fn(list(layers)), "the receptive field")

    def one():
        got = width((5, 1))
        if not close(got, 5):
            raise Miss("one layer with a kernel of 5 does not see 5", "begin with one layer.")
        got = width((3, 2))
        if got > 3 and not close(got, 3):
            raise Miss(
                "one layer with a stride sees more than its kernel",
                "the stride moves the next unit; it does not widen this one.",
            )
        if not close(got, 3):
            raise Miss(
                "one layer with a stride sees less than its kernel",
                "every layer adds k - 1, pooling too.",
            )

    def two():
        got = width((3, 1), (3, 1))
        usual_mistake(
            "for two layers of 3 it",
            got,
            [
                (6, "is 6", "neighbours share pixels: the second layer adds k - 1, not k."),
                (9, "is 9", "views overlap, so they add and do not multiply."),
                (3, "is 3", "the second layer reads three units, each with a view of its own."),
            ],
        )
        if not close(got, 5):
            raise Miss("for two layers of 3 it is not 5", "draw three overlapping views in a row.")

    def strided():
        got = width((3, 1), (2, 2), (3, 1), (2, 2))
        usual_mistake(
            "for the classic network it",
            got,
            [
                (7, "is 7", "steps grow: behind a stride of 2, one step is two pixels."),
                (
                    13,
                    "is 13",
                    "a layer's own stride does not widen its view: multiply it in afterwards.",
                ),
                (9, "is 9", "multiply all strides before a layer, not only the last one."),
                (16, "is 16", "the first pair of the list is nearest to the picture."),
            ],
        )
        if not close(got, 10):
            raise Miss("for the classic network it is not 10", "add (k - 1) times earlier strides.")

    def order():
        layers = [(3, 2), (5, 1), (2, 3), (3, 1)]
        got, want = width(*layers), receptive_field(layers).size
        if not close(got, want) and close(got, receptive_field(layers[::-1]).size):
            raise Miss(
                "the layers are taken in the wrong order",
                "the first pair of the list is nearest to the picture.",
            )
        if not close(got, want):
            raise Miss(
                "strides of 2 and 3 in one network go wrong",
                "use the product of all strides before a layer, not the last one.",
            )

    yield from (one, two, strided, order)


class _Head:
    """A dense layer that accepts only what it was made for, and says so."""

    def __init__(self, inputs, classes):
        self.w = np.random.default_rng(1).normal(size=(inputs, classes))

    def forward(self, x):
        x = np.asarray(x)
        if x.ndim != 2 or x.shape[1] != len(self.w):
            raise _WrongRows(x.shape, len(self.w))
        return x @ self.w


class _WrongRows(ValueError):
    pass


@exercise("6.5 Bug clinic: flatten and score")
def share_right(fn):
    """Cases for `fn(maps, head, labels)`: the share of right answers."""
    rng = np.random.default_rng(2)

    def data(n, height, width, filters):
        maps = rng.normal(size=(n, height, width, filters))
        head = _Head(height * width * filters, 4)
        best = head.forward(maps.reshape(n, -1)).argmax(axis=1)
        return maps, head, best

    def score(maps, head, labels):
        try:
            return need_number(fn(maps, head, labels), "the share")
        except _WrongRows as error:
            shape, inputs = error.args
            raise Miss(
                f"{len(maps)} pictures reached the head as {shape}, not ({len(maps)}, {inputs})",
                "say how many rows you want, and let -1 find their length.",
            ) from None
        except ValueError as error:
            if "reshape" not in str(error):
                raise
            raise Miss(
                f"maps of shape {maps.shape} cannot be flattened",
                "a length typed by hand fits one size of maps only.",
            ) from None

    def rows():
        maps, head, best = data(2, 24, 24, 64)
        score(maps, head, best)

    def some_right():
        maps, head, best = data(8, 6, 6, 64)
        labels = (best + [0, 0, 0, 0, 0, 0, 1, 2]) % 4
        got = score(maps, head, labels)
        table = (best[:, None] == labels).sum() / 8
        usual = [
            (table, "counts an N x N table", "(N, 1) compared with (N,) broadcasts: see shapes."),
            (table / 8, "is the mean of an N x N table", "compare arrays of one shape, (N,)."),
            (6.0, "is a count", "a share: divide by the number of pictures."),
            (75.0, "is in per cent", "from 0 to 1."),
        ]
        usual_mistake("with 6 of 8 right the share", got, usual)
        if not close(got, 0.75):
            raise Miss(
                "with 6 of 8 right the share is not 0.75",
                "which class has the best score? And is each row in reading order?",
            )

    def large_scores():
        maps, head, best = data(4, 2, 2, 3)
        with np.errstate(all="ignore"):
            got = score(1e4 * maps, head, best)
        if not close(got, 1.0):
            raise Miss(
                "large scores spoil it",
                "exp overflows; which score is best can be seen without it.",
            )

    yield from (rows, some_right, large_scores)


@exercise("6.6 Pooling that moves gently")
def blur_pool(fn):
    """Cases for `fn(y)`: maximum with the right neighbour, blur by 1/4 1/2 1/4, every second."""
    y = np.append(np.random.default_rng(3).normal(size=9), -3.0)  # the last: below 0 and the first

    def louder(y, beyond):
        return np.maximum(y, np.append(y[1:], beyond))

    def blurred(loud, mode="edge"):
        wide = np.pad(loud, 1, mode=mode)
        return (wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4

    def blurred_in_place(loud):
        wide = np.pad(loud, 1, mode="edge")
        for i in range(1, len(wide) - 1):
            wide[i] = (wide[i - 1] + 2 * wide[i] + wide[i + 1]) / 4
        return wide[1:-1]

    def got(y):
        return need_array(fn(y), (len(y) // 2,), "the pooled row")

    def flat():
        found = got(np.full(8, 3.0))
        if close(found[1:-1], [3.0, 3.0]) and not close(found, np.full(4, 3.0)):
            raise Miss("on flat ground the ends drop", "beyond an end its own value counts, not 0.")
        if not close(found, np.full(4, 3.0)):
            raise Miss(
                "flat ground does not stay flat", "1/4 + 1/2 + 1/4 is 1: are all three there?"
            )

    def values():
        loud, circle = louder(y, y[-1]), louder(y, y[0])
        soft, left = blurred(loud), np.maximum(y, np.append(y[0], y[:-1]))
        usual = [
            (y.reshape(-1, 2).max(axis=1), "is plain pooling", "the blur is missing."),
            (blurred(y)[::2], "took no maximum", "step 1 comes before the blur."),
            (louder(blurred(y), -np.inf)[::2], "is blurred first", "step 1 is the maximum."),
            (soft[1::2], "begins with the second", "slice [::2] keeps the first."),
            (
                blurred(left)[::2],
                "compares with the left neighbour",
                "step 1 looks to the right; the last number stays.",
            ),
            (
                blurred(louder(y, 0.0))[::2],
                "compares the last number with 0",
                "it has no right neighbour and stays.",
            ),
            (
                blurred_in_place(loud)[::2],
                "blurs with neighbours already replaced",
                "write step 2 into a new row.",
            ),
        ]
        for row in (blurred(circle), blurred(loud, "wrap"), blurred(circle, "wrap")):
            hint = "np.roll brings in the other end, which is no neighbour."
            usual.append((row[::2], "goes round in a circle", hint))
        found = got(y)
        usual_mistake("the result", found, usual)
        if not close(found, soft[::2]):
            raise Miss("the result is off", "print the row after each of the three steps.")

    def gentle():
        row = np.array([0.0, 0, 9, 9, 0, 0, 0, 0])
        if not close(got(row), [2.25, 9.0, 2.25, 0.0]):
            raise Miss("the example goes wrong", "do its three steps on paper.")

    yield from (flat, values, gentle)
