# %% [raw] slug="front"
# title = "Convolution"
# question = "Why must a network that has learned a stroke in one corner learn it again in the next?"
# hook = """
# A dense network reads more than 94 % of our digits.
# Move each of them three pixels to the right, and it reads about three in ten.
# The usual convolutional network still loses about half of them, although such networks are said not to care where things are.
# In this lesson you build it from one small sum, find the line of code that makes it care, and change that line.
# """
# able = [
#     "write a convolution with loops, then as one matrix product, and derive its gradients",
#     "compute output sizes, parameter counts and receptive fields on paper",
#     "build and train the classic two-block CNN, in NumPy and in Keras, equal to rounding",
#     "say exactly what shifts do to convolution, pooling and a dense layer, and measure it",
#     "find a wrong flatten, a loss that got the wrong kind of numbers, and an accuracy above 100 %",
# ]
# needs = "Lessons 03 to 05: gradients added over roads, softmax and its loss, honest splits."
# minutes = 75
# seconds = 34

# %% slug="setup"
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course_utils.autograd.gradcheck import check_gradient
from course_utils.checks import nb06
from course_utils.data.digits import load_digits
from course_utils.errors import ShapeError
from course_utils.plots.figure import show
from course_utils.plots.layer_shares import layer_shares
from course_utils.plots.photograph import filtered, load_photograph
from course_utils.plots.receptive_field import receptive_fields
from course_utils.plots.shared_weights import weight_matrices
from course_utils.plots.window_places import window_places
from course_utils.runtime import full, setup
from course_utils.scratch import losses
from course_utils.scratch.activations import ReLU
from course_utils.scratch.conv import Conv2D
from course_utils.scratch.flatten import Flatten
from course_utils.scratch.linear import Linear
from course_utils.scratch.pooling import MaxPool2D
from course_utils.scratch.sequential import Sequential
from course_utils.scratch.window_arithmetic import output_size, receptive_field, same_padding

setup(seed=6)

# %% [markdown] slug="slide-say"
# ## 1. One small sum, at every place
#
# Lesson 05 ended with a complaint: to a dense network a picture is a list of unrelated numbers, each with weights of its own.
# It does not know which pixels are neighbours, and a stroke learned at the top left is unknown at the bottom right.
#
# Here is the cure: take a small table of weights, the **kernel**.
# Lay it on a corner of the picture, multiply each weight with the pixel under it, and add up.
# Move it by one pixel and do it again, with *the same* weights, until it has been everywhere.

# %% slug="slide"
def slide(x, w):
    """Weighted sum of every window. x (H, W), w (kh, kw) -> (H - kh + 1, W - kw + 1)."""
    kh, kw = w.shape
    y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1))
    for p in range(y.shape[0]):  # place, down
        for q in range(y.shape[1]):  # place, across
            for i in range(kh):  # row within the window
                for j in range(kw):  # column within the window
                    y[p, q] += x[p + i, q + j] * w[i, j]
    return y

# %% [markdown] slug="edge-predict"
# > **Predict first.** The picture below has 4 rows and 8 columns: dark (0) on the left half, bright (1) on the right half.
# > The kernel, 3 × 3, has a column of $-1$, one of 0, one of $+1$.
# > What shape does the result have, and where is it not 0?

# %% slug="edge"
wall = np.array([[0, 0, 0, 0, 1, 1, 1, 1]] * 4)
across = np.array([[-1, 0, 1]] * 3)
print(slide(wall, across))

# %% [markdown] slug="edge-why"
# Two rows, six columns, and 3 wherever the window straddles the edge: left of it is dark, right of it bright.
# On flat ground the weights cancel.
# So this kernel *detects* one thing, a step from dark to bright, and says where it is.
#
# (Mathematicians turn the kernel by 180° first and call only that a convolution; this here is their *cross-correlation*.
# For weights that are learned it makes no difference, and Keras, TensorFlow and PyTorch all mean this one.)
#
# Now a photograph: Grace Hopper, who wrote one of the first compilers. Matplotlib ships it.
# In the pictures below, blue is a positive number, red a negative one.
#
# > **Predict first.** The last kernel below is the one before, turned on its side.
# > Which of the two draws the level rims of her glasses, and which the upright stripes of the flag?

# %% slug="photo"
photo = load_photograph(every=2)[:220]  # (220, 256), 0 black, 1 white
kernels = {
    "mean of nine": np.full((3, 3), 1 / 9),
    "brighter to the right": across,
    "brighter below": across.T,
}
answers = {name: (w, slide(photo, w)) for name, w in kernels.items()}
axes = filtered(photo, answers, title="One kernel, one question, asked at every place")
show(axes, alt="A portrait in uniform and what three kernels make of it: nine equal weights blur it; minus one, zero, one "
     "across draws upright edges, blue or red by direction; the same kernel turned draws level edges.")
flat = {name: abs(w.sum()) < 1e-9 for name, w in kernels.items()}
assert flat == {"mean of nine": False, "brighter to the right": True, "brighter below": True}

# %% [markdown] slug="photo-why"
# The last kernel sees level edges, such as the rims; the one before sees upright ones.
# Both are blank on even ground, because their weights add up to 0; the mean's weights add up to 1, so it keeps the brightness.
# People designed such kernels for decades.
# A convolutional network learns them.

# %% [markdown] slug="dot-ask"
# ## Exercise 6.1: a kernel that finds dots
#
# Write `dot_kernel()`: it returns a kernel `(3, 3)` with three properties.
# It answers 0 on flat ground, and 0 on every *ramp* (brightness that rises evenly in any direction).
# And it answers 1 when the only bright pixel, of value 1, lies under its middle.

# %% slug="dot" tags=["exercise"] points=1
def dot_kernel():
    """A (3, 3) kernel: 0 on flat ground and ramps, 1 on a single bright pixel in the middle."""
    # solution
    return np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]) / 4

# %% slug="dot-check"
nb06.dot_kernel(dot_kernel)

# %% [markdown] slug="dot-why" tags=["solution"]
# Flat ground asks that all weights add up to 0, a ramp that left and right, above and below carry the same weight.
# The middle must be 1.
# "The pixel minus the mean of its neighbours" is the plainest choice; with all eight neighbours at $-\frac18$ it works too.
# Up to sign and size it is the discrete Laplacian.

# %% [markdown] slug="places-say"
# ## 2. At the border, and in steps
#
# A window of $k$ pixels fits into $n$ pixels at $n - k + 1$ places, so each layer shrinks the picture.
# Two dials change that:
#
# - **Padding** adds zeros around the picture. Keras knows `"valid"`, no zeros, and `"same"`: as many as it takes to get one place per pixel.
# - **Stride** is the step between places. With stride 2, every second place is used.
#
# With $p$ zeros in all (before and after together) and stride $s$: the first window begins at 0, the last at most at $n + p - k$, in steps of $s$.
#
# $$\text{places} = \left\lfloor \frac{n + p - k}{s} \right\rfloor + 1$$
#
# `"same"` gives $\lceil n / s \rceil$ places.

# %% slug="places"
panels = {
    "valid": dict(size=5, kernel=3, stride=1, before=0, after=0),
    "same": dict(size=5, kernel=3, stride=1, before=1, after=1),
    "same, stride 2": dict(size=6, kernel=3, stride=2, before=0, after=1),
}
axes = window_places(panels, title="Every dot is one window, and one pixel of the output")
show(axes, alt="Squared paper with windows of three by three. Valid: five by five pixels hold three by three windows. Same: a ring of zeros, five by five "
     "windows. Same with stride 2: six by six pixels, one row and column of zeros at the end only, three by three windows.")
print("zeros (before, after) for 28 pixels, kernel 3: stride 1", same_padding(28, 3, 1), "stride 2", same_padding(28, 3, 2))

# %% [markdown] slug="places-why"
# Look at the right panel: one zero is needed, and it goes *after* the picture.
# That is how Keras and TensorFlow do it; PyTorch's `padding=1` puts one on each side.
# Weights carried from one to the other fit without complaint, and see everything one pixel off.

# %% [markdown] slug="size-ask"
# ## Exercise 6.2: how large is the output?
#
# Write `places(size, kernel, stride, padding)`: the number of windows along `size` pixels, an int; `padding` is `"valid"` or `"same"`.
# Return 0 where no window fits.
# Examples: `places(28, 3, 1, "valid")` is 26, `places(28, 3, 2, "same")` is 14.

# %% slug="size" tags=["exercise"] points=1
def places(size, kernel, stride, padding):
    """Number of windows along one side, an int."""
    # solution
    if padding == "same":
        return (size + stride - 1) // stride
    return max(size - kernel + stride, 0) // stride

# %% slug="size-check"
nb06.places(places)

# %% [markdown] slug="size-why" tags=["solution"]
# With "same" there is a place at 0, $s$, $2s$, ..., so the size is divided and rounded *up*; in whole numbers, add $s - 1$ first.
# With "valid" the formula of section 2 holds with $p = 0$, and adding $s$ before the division is the "+ 1" after it.
# If the kernel is larger than the picture, the numerator can become negative: no window.

# %% [markdown] slug="channels-say"
# ## 3. Channels: six loops, or one matrix product
#
# A colour picture has three numbers per pixel: three **channels**.
# A window is then a block, and a kernel has a weight for each number in it.
# And we ask several questions at once: each kernel, now called a **filter**, makes one channel of the output, its **feature map**.
#
# Shape letters: **N** pictures of **H** rows, **W** columns, **C** channels; **F** filters of **kh × kw**; **P × Q** places.
# Pictures are `(N, H, W, C)` and weights `(kh, kw, C, F)`, as in Keras.
# One bias per filter. For one picture that makes six loops:

# %% slug="loops"
def conv2d_loops(x, w, b):
    """x (H, W, C), w (kh, kw, C, F), b (F,) -> (P, Q, F), valid, stride 1."""
    kh, kw, C, F = w.shape
    y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1, F))
    for p in range(y.shape[0]):
        for q in range(y.shape[1]):
            for f in range(F):  # one output number
                total = b[f]
                for i in range(kh):
                    for j in range(kw):
                        for c in range(C):  # one number of its window
                            total += x[p + i, q + j, c] * w[i, j, c, f]
                y[p, q, f] = total
    return y

# %% [markdown] slug="rows-say"
# One output number is a dot product of a window and a filter, both written as rows of $kh \cdot kw \cdot C$ numbers.
# All dot products of all windows with all filters are *one matrix product*.
# `sliding_window_view` lists the windows without copying; `reshape` writes each as a row.

# %% slug="rows"
def conv2d_rows(x, w, b):
    """The same sums: (P * Q, kh * kw * C) @ (kh * kw * C, F)."""
    kh, kw, C, F = w.shape
    windows = sliding_window_view(x, (kh, kw), axis=(0, 1))  # (P, Q, C, kh, kw)
    P, Q = windows.shape[:2]
    rows = windows.transpose(0, 1, 3, 4, 2).reshape(P * Q, kh * kw * C)
    return (rows @ w.reshape(-1, F) + b).reshape(P, Q, F)


rng = np.random.default_rng(0)
x = rng.normal(size=(28, 28, 8))  # (H, W, C)
w, b = rng.normal(size=(3, 3, 8, 16)), rng.normal(size=16)
np.testing.assert_allclose(conv2d_rows(x, w, b), conv2d_loops(x, w, b), rtol=1e-12, atol=1e-12)
print(f"equal: {26 * 26 * 16:,} outputs of {3 * 3 * 8} products each, {26 * 26 * 16 * 72:,} multiplications")

# %% [markdown] slug="speed-predict"
# > **Predict first.** The same multiplications, once in Python's loops and once in a matrix product.
# > Is the second 5 times faster, 50 times, or more?

# %% slug="speed"
import time

from course_utils.plots.speed import speed_bars


def seconds(task, repeats):
    """Time of the fastest call: what else the computer does can only slow a call down."""
    measured = []
    for _ in range(repeats):
        begin = time.perf_counter()
        task()
        measured.append(time.perf_counter() - begin)
    return min(measured)


times = {
    "six Python loops": seconds(lambda: conv2d_loops(x, w, b), 3),
    "one matrix product": seconds(lambda: conv2d_rows(x, w, b), 300),
}
ax = speed_bars(times, title="The same sums, without Python's loops")
show(ax, alt="Two bars on a logarithmic time axis: six Python loops take hundreds of milliseconds, one matrix product "
     "takes less than a hundredth of that, on most machines far less.")
assert times["six Python loops"] > 100 * times["one matrix product"]
print("the matrix product is more than 100 times faster")

# %% [markdown] slug="speed-why"
# Hundreds to thousands of times; the figure shows one machine.
# A Python loop spends nearly all its time on everything *around* the multiplication: looking up names, checking types, making objects.
# The price is memory: in `rows` every pixel appears up to nine times.
#
# `Conv2D` in the package is this idea with batches, stride, padding and gradients.
# Now loops, rows, package and Keras, on the same weights:

# %% slug="keras-equal"
import keras

for stride, padding in [(1, "valid"), (1, "same"), (2, "valid"), (2, "same"), (3, "same")]:
    ours = Conv2D(8, 16, 3, rng, stride=stride, padding=padding)
    theirs = keras.layers.Conv2D(16, 3, strides=stride, padding=padding, dtype="float64")
    theirs.build((None, 28, 28, 8))
    ours.params["b"] = b
    theirs.set_weights([ours.params["w"], b])
    y = ours.forward(x[None])  # (1, P, Q, F)
    np.testing.assert_allclose(y, theirs(x[None]), rtol=1e-12, atol=1e-12)
    assert y.shape[1] == output_size(28, 3, stride, padding)
    if (stride, padding) == (1, "valid"):
        for grown in (conv2d_loops, conv2d_rows):
            np.testing.assert_allclose(y[0], grown(x, ours.params["w"], b), rtol=1e-12, atol=1e-12)
    print(f"stride {stride}, {padding:5}: {y.shape[1]} x {y.shape[2]}, equal to Keras to 1e-12")

# %% [markdown] slug="matrix-say"
# ## 4. A dense layer with two restrictions
#
# Every output is a weighted sum of inputs, so a convolution *is* a dense layer.
# Which one? Send in pictures with a single bright pixel, and each answer is one column of its weight matrix.
#
# > **Predict first.** A 3 × 3 kernel on 6 × 6 pixels gives 4 × 4 outputs, so the matrix has 16 × 36 = 576 entries.
# > How many are not 0? How many *different* numbers are among them?

# %% slug="matrix"
w = np.array([[5, -6, 7], [-8, 9, -7], [6, -5, 8]])  # nine different weights
pixels = np.eye(36).reshape(36, 6, 6)  # one bright pixel each
matrix = np.column_stack([slide(pixel, w).ravel() for pixel in pixels])  # (16, 36)
dense = rng.normal(0, 5, matrix.shape)
axes = weight_matrices({"convolution: 9 free numbers": matrix, "dense: 576 free numbers": dense},
                       title="Most weights are 0, the rest are copies")
show(axes, alt="Two weight matrices with 16 rows and 36 columns. The convolution's is empty but for a few slanted lines, "
     "the same short pattern in each row, shifted. The dense layer's is full of unrelated numbers.")
used = matrix[matrix != 0]
print(f"{len(used)} of {matrix.size} are not 0, {len(np.unique(used))} are different")

# %% [markdown] slug="matrix-why"
# 16 outputs with nine weights each make 144, and they are the same nine each time.
# So a convolution makes two assumptions:
#
# - **local**: what belongs together lies close together (the zeros);
# - **shared**: what is worth detecting here is worth detecting everywhere (the copies).
#
# A good bet for photographs, writing and sound; a bad one for a table whose columns have no order.
# What it saves, for 32 filters on a 28 × 28 picture:

# %% slug="count"
conv = keras.layers.Conv2D(32, 3)
conv.build((None, 28, 28, 1))
outputs = 26 * 26 * 32
full_dense = (28 * 28 + 1) * outputs  # a weight per pixel and a bias, for every output
print(f"convolution: {conv.count_params()} parameters = {3 * 3 * 1 * 32} weights + 32 biases")
print(f"dense layer with the same {outputs:,} outputs: {full_dense:,} parameters")
print(f"that is {full_dense // conv.count_params():,} times as many")
assert conv.count_params() == (3 * 3 * 1 + 1) * 32

# %% [markdown] slug="backward-say"
# ## 5. Backwards: the same rule, more roads
#
# Write $\bar y$ for the gradient of the loss at $y$.
# As in lesson 04: multiply along a road, add where roads meet.
# For one channel and one filter, $y_{pq} = \sum_{ij} x_{p+i,\,q+j}\, w_{ij} + b$:
#
# | who | its roads to the loss | gradient |
# |---|---|---|
# | $w_{ij}$ | one through every place, rate $x_{p+i,\,q+j}$ | $\sum_{pq} x_{p+i,\,q+j}\, \bar y_{pq}$ |
# | $b$ | one through every place, rate 1 | $\sum_{pq} \bar y_{pq}$ |
# | $x_{mn}$ | one through every window it lies in, rate $w_{m-p,\,n-q}$ | $\sum_{pq} \bar y_{pq}\, w_{m-p,\,n-q}$ |
#
# (In the last row, weights outside the kernel count as 0.)
#
# Read the first row again: a window of $x$, weighted and summed, once for every $(i, j)$.
# The gradient at the kernel is itself a convolution, with $\bar y$ as its kernel.
# So is the gradient at the picture; by its minus signs it is even the mathematicians' kind.

# %% [markdown] slug="kernel-gradient-ask"
# ## Exercise 6.3: the gradient of a kernel
#
# Write `kernel_gradient(x, dy)`: a picture `x`, `(H, W)`, and the gradient `dy`, `(P, Q)`, at the output of a valid convolution with stride 1.
# Return the gradient at the kernel, `(kh, kw)`; its size follows from the two shapes.
# Example: for `x = [[1., 2., 4.]]` and `dy = [[1., 10.]]` it is `[[21., 42.]]`.
# Loops are fine; `sliding_window_view` saves them.

# %% slug="kernel-gradient" tags=["exercise"] points=2
def kernel_gradient(x, dy):
    """Gradient at the kernel. x (H, W), dy (P, Q) -> (H - P + 1, W - Q + 1)."""
    # solution
    windows = sliding_window_view(x, dy.shape)  # (kh, kw, P, Q)
    return (windows * dy).sum(axis=(2, 3))

# %% slug="kernel-gradient-check"
nb06.kernel_gradient(kernel_gradient)

# %% [markdown] slug="kernel-gradient-why" tags=["solution"]
# $w_{ij}$ meets, at place $(p, q)$, the pixel $(p + i, q + j)$.
# All pixels that $w_{ij}$ meets form a window of size $P \times Q$ that begins at $(i, j)$, so `dy` plays the kernel and slides over `x`.
# A weight is *shared*, so its gradient is a sum over all places, never a mean: where it was used, a road begins.

# %% [markdown] slug="backward-check-say"
# `Conv2D` does this for all channels and filters; nudges agree, also with a stride and "same" padding:

# %% slug="backward-check"
layer, x = Conv2D(2, 3, 3, rng, stride=2, padding="same"), rng.normal(size=(2, 6, 5, 2))  # (N, H, W, C)
dy = rng.normal(size=layer.forward(x).shape)  # (N, P, Q, F)
dx = layer.backward(dy)


def loss(x, w, b):
    """Any number that has gradient dy at the output."""
    layer.params = {"w": w, "b": b}
    return np.sum(layer.forward(x) * dy)


w, b = layer.params["w"], layer.params["b"]
check_gradient(lambda v: loss(v, w, b), x, dx)
check_gradient(lambda v: loss(x, v, b), w, layer.grads["w"])
check_gradient(lambda v: loss(x, w, v), b, layer.grads["b"])
print("dx, dw, db agree with nudges")

# %% [markdown] slug="pool-say"
# ## 6. Pooling: keep the loudest
#
# After a convolution we know precisely where a filter answered.
# A digit's strokes wobble by a pixel or two, so such precision is more than we need.
# **Max pooling** cuts each map into tiles of 2 × 2 and keeps the largest number of each: a quarter of the numbers.
# Backwards, the gradient goes to the pixel that won.
# (**Average pooling** keeps the mean, and shares the gradient.)

# %% slug="pool"
def pool(x):
    """Largest number of each 2 x 2 tile. (H, W) -> (H / 2, W / 2)."""
    return x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2).max(axis=(1, 3))


x = rng.normal(size=(6, 8))
np.testing.assert_array_equal(pool(x), MaxPool2D(2).forward(x[None, :, :, None])[0, :, :, 0])
np.testing.assert_array_equal(pool(x), keras.layers.MaxPooling2D(2, dtype="float64")(x[None, :, :, None])[0, :, :, 0])
print("grown = package = Keras, exactly")

# %% [markdown] slug="pool-predict"
# Pooling is often said to make a network ignore small shifts.
#
# > **Predict first.** A bright stripe, two pixels wide, lies exactly in one tile.
# > Move it by one pixel, then by two. What becomes of the pooled row?

# %% slug="pool-shift"
row = np.array([0, 0, 9, 9, 0, 0, 0, 0])
for shift in (0, 1, 2):
    stripe = np.roll(row, shift)
    print(f"moved by {shift}: {stripe} -> {pool(np.array([stripe, stripe]))[0]}")

# %% [markdown] slug="pool-why"
# By two: the pooled stripe moves by one tile and looks the same.
# By one: it becomes *twice as wide*.
# Had it been one pixel wide, at the left of its tile, the first step would have changed nothing.
# So pooling forgives some small shifts of some shapes, and distorts others.
# Remember this for section 10.

# %% [markdown] slug="field-say"
# ## 7. How far does a unit see?
#
# The **receptive field** of a unit is the part of the picture that can influence it.
# Look along one direction, backwards from a unit behind two layers.
# It reads $k_2$ neighbours of layer 1; each of them sees $k_1$ pixels, and two neighbours see pixels $s_1$ apart.
# So layer 2 adds $(k_2 - 1)\, s_1$ pixels to $k_1$.
# In general every layer adds $(k - 1)$ times the product of all strides before it; pooling counts as $k = s = 2$.
#
# > **Predict first.** Convolution 3 × 3, pooling, convolution 3 × 3, pooling: the network of the next section.
# > One unit of its last maps: how many of the 28 pixels across can it see?
# > And do all of them matter equally?

# %% slug="digits"
digits = load_digits()
pictures = digits.images
if pictures.shape[1] == 8:  # twice as large, in a frame of 6 pixels; MNIST is 28 x 28 already
    pictures = np.pad(pictures.repeat(2, axis=1).repeat(2, axis=2), ((0, 0), (6, 6), (6, 6)))
pictures = pictures[..., None].astype("float32")  # (N, 28, 28, 1)

# %% slug="field"
blocks = {"conv 1": (3, 1), "pool 1": (2, 2), "conv 2": (3, 1), "pool 2": (2, 2)}
fields = {}
for count, name in enumerate(blocks, 1):
    size, step = receptive_field(list(blocks.values())[:count])
    fields[name] = (2 * 4, 2 * 4, size)  # the squares start where unit (2, 2) of the last map does
seen = Sequential([Conv2D(1, 4, 3, rng), ReLU(), MaxPool2D(2), Conv2D(4, 1, 3, rng), ReLU(), MaxPool2D(2)])
last = seen.forward(rng.normal(size=(400, 28, 28, 1)))  # (400, 5, 5, 1)
one = np.zeros_like(last)
one[:, 2, 2] = last[:, 2, 2] > 0  # the gradient of this unit alone, where it is not silent
counted = seen.backward(one)[one[:, 2, 2, 0] > 0, :, :, 0] != 0
axes = receptive_fields(pictures[8, :, :, 0], fields, counted.mean(axis=0), title="Ten pixels of 28, and the middle counts most")
show(axes, alt="Left, a digit with four nested squares: a unit sees 3, 4, 8 and 10 pixels after the four layers. Right, how often each of the ten by ten "
     "pixels had any influence on a unit with random weights: often in the middle, rarely at the rim, never outside.")
rows = np.flatnonzero(counted.any(axis=(0, 2)))
assert (rows[0], rows[-1]) == (8, 17)
print(f"computed: {size} pixels in steps of {step}; measured: rows {rows[0]} to {rows[-1]}")

# %% [markdown] slug="field-why"
# $1 + 2 + 1 + 2 \cdot 2 + 1 \cdot 2 = 10$, and the measured gradient agrees.
# But a pixel in the middle lies in many windows and has many roads to the unit, one in the corner few.
# What counts in practice, the *effective* receptive field, is smaller than the formula says (Luo et al., 2016).
#
# Ten pixels hold a stroke or a bend, not a digit.
# Depth and stride widen the view; the last layers must put the pieces together.

# %% [markdown] slug="field-of-ask"
# ## Exercise 6.4: receptive field
#
# Write `sees(layers)`: a list of pairs `(kernel, stride)`, first layer first; return the receptive field in pixels, an int.
# Examples: `sees([(3, 1), (3, 1)])` is 5, and the four layers above give 10.

# %% slug="field-of" tags=["exercise"] points=2
def sees(layers):
    """Pixels, in one direction, that a unit behind all layers depends on."""
    # solution
    width = 1
    for kernel, stride in reversed(layers):
        width = (width - 1) * stride + kernel
    return width

# %% slug="field-of-check"
nb06.sees(sees)

# %% [markdown] slug="field-of-why" tags=["solution"]
# This walks backwards: a view of `width` neighbours covers `(width - 1) * stride` steps plus one kernel in the layer before.
# Walking forwards works too, with the product of the strides so far; the two give the same sum in another order.
# The stride of the *last* layer never counts: it moves the next unit, not this one.

# %% [markdown] slug="classic-say"
# ## 8. The classic network
#
# Two blocks of convolution, ReLU and pooling; then `Flatten` writes all maps in one row, and two dense layers decide.
# LeNet has this pattern (LeCun et al., 1998), with tanh instead of ReLU, a weighted mean instead of the maximum and one dense layer more.
# In many programs it ends in a softmax; ours ends in logits, for the reason given in lesson 04.

# %% slug="classic"
def classic():
    """Pictures (N, 28, 28, 1) -> logits (N, 10)."""
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        keras.layers.Conv2D(32, (3, 3), activation="relu"),  # (N, 26, 26, 32)
        keras.layers.MaxPooling2D((2, 2)),  # (N, 13, 13, 32)
        keras.layers.Conv2D(64, (3, 3), activation="relu"),  # (N, 11, 11, 64)
        keras.layers.MaxPooling2D((2, 2)),  # (N, 5, 5, 64): a row and a column are left over
        keras.layers.Flatten(),  # (N, 1600)
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10),
    ])

# %% [markdown] slug="twin-say"
# You have built every part of it, so it must have a twin in NumPy.
# The same weights go into both; logits and all eight gradients must agree.
# (`float64` for this comparison only.)

# %% slug="twin"
import tensorflow as tf

twin = Sequential([
    Conv2D(1, 32, 3, rng), ReLU(), MaxPool2D(2), Conv2D(32, 64, 3, rng), ReLU(), MaxPool2D(2),
    Flatten(), Linear(5 * 5 * 64, 128, rng), ReLU(), Linear(128, 10, rng),
])
keras.config.set_dtype_policy("float64")
model = classic()
keras.config.set_dtype_policy("float32")
model.set_weights(list(twin.params.values()))
x, labels = pictures[:6].astype(float), digits.labels[:6]
z = twin.forward(x)  # (6, 10)
twin.backward(losses.softmax_cross_entropy_from_logits_gradient(z, labels))
exact = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64")
with tf.GradientTape() as tape:
    logits = model(x)
    value = exact(labels, logits)
np.testing.assert_allclose(z, logits, rtol=1e-12, atol=1e-12)
np.testing.assert_allclose(losses.softmax_cross_entropy_from_logits(z, labels), value, rtol=1e-12)
for ours, theirs in zip(twin.grads.values(), tape.gradient(value, [v.value for v in model.trainable_variables]), strict=True):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)
print("NumPy = Keras: logits, loss and eight gradients to 1e-12")

# %% [markdown] slug="share-predict"
# > **Predict first.** Where are most of its parameters: in the first convolution, the second, or the dense layers?
# > And where are most of its multiplications?

# %% slug="share"
layers = [layer for layer in classic().layers if layer.count_params()]
names = ["conv 1", "conv 2", "dense 128", "dense 10"]
sizes = [layer.count_params() for layer in layers]
places_used = [26 * 26, 11 * 11, 1, 1]  # how often a layer's weights are used
work = [p * (n - layer.bias.shape[0]) for p, n, layer in zip(places_used, sizes, layers, strict=True)]
ax = layer_shares(names, {"parameters": sizes, "multiplications": work},
                  title="Dense layers hold the numbers, convolutions do the work")
show(ax, alt="Two bars for each of four layers. Of the parameters, 91 % are in the dense layer of 128; of the multiplications, "
     "85 % are in the second convolution.")
print(f"{sum(sizes):,} parameters = {' + '.join(f'{n:,}' for n in sizes)}")
assert sum(sizes) == 225_034 and round(100 * sizes[2] / sum(sizes)) == 91
assert [round(100 * n / sum(work)) for n in work] == [7, 85, 8, 0] and round(100 * sum(work[:2]) / sum(work)) == 92

# %% [markdown] slug="share-why"
# 91 % of the parameters sit in one dense layer, because `Flatten` hands it 1,600 numbers, each with a weight for each of 128 neurons.
# The convolutions hold little and use it often: their work is 92 % of all multiplications.
#
# Now train it, next to a dense network with one hidden layer of 128.
# Our digits are 8 × 8, drawn twice as large and framed by six empty pixels.
# Enlarging adds no information; it lets the same code read MNIST with `COURSE_FULL=1` (all numbers in the text are for the small digits).
# The split is shuffled, the easier of lesson 04's two.
# We choose nothing by the test scores, so there is no validation pile (lesson 05).

# %% slug="train"
from course_utils.train.report import Report

N = len(pictures)
cut = 60_000 if full() else round(0.8 * N)
order = np.arange(N) if full() else np.random.default_rng(0).permutation(N)  # MNIST's own test set
x_train, y_train = pictures[order[:cut]], digits.labels[order[:cut]]
x_test, y_test = pictures[order[cut:]], digits.labels[order[cut:]]
epochs, batch = (6, 128) if full() else (8, 32)


def train(build, peak, name, epochs=epochs):
    """A new network from `build`, trained with Adam at a rate that glides from `peak` to 0."""
    keras.utils.set_random_seed(6)
    net = build()
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    rate = keras.optimizers.schedules.CosineDecay(peak, epochs * -(-cut // batch))
    net.compile(optimizer=keras.optimizers.Adam(rate), loss=cross_entropy, metrics=["accuracy"])
    net.fit(x_train, y_train, batch_size=batch, epochs=epochs, verbose=0, callbacks=[Report(name)])
    return net


def dense_net():
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(),
                             keras.layers.Dense(128, activation="relu"), keras.layers.Dense(10)])

# %% slug="fit"
nets = {"dense": train(dense_net, 0.002, "dense"), "classic CNN": train(classic, 0.003, "classic CNN")}
scores = {name: net.evaluate(x_test, y_test, verbose=0)[1] for name, net in nets.items()}
assert scores["classic CNN"] >= (0.99 if full() else 0.98) and scores["dense"] > 0.94
assert full() or abs(scores["classic CNN"] - scores["dense"]) * len(y_test) < 16
print(f"classic CNN: at least {'99' if full() else '98'} % of {len(y_test):,} test digits; dense: more than 94 %")

# %% slug="package-equal"
from course_utils.models.cnn import classic_cnn

finished = classic_cnn()
finished.set_weights(nets["classic CNN"].get_weights())
np.testing.assert_allclose(finished(x_test[:50]), nets["classic CNN"](x_test[:50]), rtol=1e-4, atol=1e-4)
print("grown = package: the same logits from the same weights")

# %% [markdown] slug="fit-why"
# The dense network is close behind: at most 15 of 359 digits.
# On small, centred digits the score does not show what sets the two apart; section 10 will.
# First, what has the CNN learned?

# %% slug="maps"
from course_utils.plots.feature_maps import kernels_and_maps

net = nets["classic CNN"]
w = net.get_weights()[0][:, :, 0]  # (3, 3, 32)
chosen = np.argsort(-w.var(axis=(0, 1)))[:7]  # the kernels with most contrast
picture = x_test[np.flatnonzero(y_test == 3)[0]][None]
maps = net.layers[0](picture)  # (1, 26, 26, 32)
deep = net.layers[2](net.layers[1](maps))  # (1, 11, 11, 64)
first, second = np.asarray(maps)[0], np.asarray(deep)[0]
busy = np.argsort(-second.var(axis=(0, 1)))[:7]
assert np.mean(second == 0) > 0.5
axes = kernels_and_maps(picture[0, :, :, 0], [w[:, :, f] for f in chosen], [first[:, :, f] for f in chosen],
                        [second[:, :, f] for f in busy], title="Nobody told it about edges")
show(axes, alt="A handwritten 3, seven learned kernels of three by three weights with their feature maps, and seven maps of the second convolution. "
     "Most kernels have a light and a dark side, and their maps mark one side of the strokes; deeper maps mark a few places only.")

# %% [markdown] slug="maps-why"
# Most kernels have a blue and a red side, like those of section 1: each marks strokes that border on paper in one direction.
# The deeper maps are mostly 0. Each answers in a few places, to a *combination* of such edges.
# (Which filter finds what depends on the random start, and many are hard to name.)

# %% [markdown] slug="port-say"
# ## 9. Three suspicious lines
#
# Somebody hands you a cousin of this network, without pooling: two unpadded 3 × 3 convolutions with 32 and 64 filters, then dense layers of 128 and 10.
# Three lines look suspicious:
#
# 1. it flattens to rows of `64 * 6 * 6` numbers;
# 2. its last layer is a log-softmax, and its loss applies a log-softmax again;
# 3. its prediction is the index of the best score, *kept as a column* `(N, 1)`, and is compared with labels `(N,)`.
#
# > **Predict first.** One of the three is harmless, one stops with an error far from its cause, one goes on silently.
# > Which is which?

# %% slug="port-flatten"
maps = np.zeros((5, 24, 24, 64))  # 28 - 2 - 2 = 24: five pictures after the two convolutions
rows = maps.reshape(-1, 64 * 6 * 6)
print(f"a picture has {maps[0].size:,} numbers, a row {64 * 6 * 6:,}")
print(f"{len(maps)} pictures have become {len(rows)} rows")
try:
    losses.softmax_cross_entropy_from_logits(np.zeros((len(rows), 10)), digits.labels[:5])
except ShapeError as error:
    print("ShapeError:", error)

# %% [markdown] slug="port-flatten-why"
# The first one stops, but late.
# $64 \cdot 24 \cdot 24$ happens to be 16 times $64 \cdot 6 \cdot 6$, so `reshape(-1, ...)` cuts every picture into 16 rows and is content.
# The dense layers are content too.
# Only the loss complains: 80 answers for 5 labels, and not a word about flattening.
# The cure is never to compute that number by hand: `reshape(len(maps), -1)`, or `Flatten`.
#
# Now the second line.

# %% slug="port-loss"
rng = np.random.default_rng(1)
z, labels = tf.constant(rng.normal(0, 4, (200, 10))), rng.integers(0, 10, 200)  # (N, K), (N,)
outputs = {"logits": lambda z: z, "log-softmax": keras.ops.log_softmax}
for from_logits in (True, False):
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits, dtype="float64")
    for name, last_layer in outputs.items():
        with tf.GradientTape() as tape:
            tape.watch(z)
            value = cross_entropy(labels, last_layer(z))
        gradient = tape.gradient(value, z)  # at the logits
        size = np.abs(gradient).max()
        print(f"from_logits={from_logits!s:5} {name:11}: loss {value:.3f}, gradient {'zero' if size == 0 else 'not zero'}")
        if from_logits:
            right = losses.softmax_cross_entropy_from_logits_gradient(z, labels)
            np.testing.assert_allclose(gradient, right, rtol=1e-12, atol=1e-12)
        elif name == "log-softmax":
            assert size == 0 and abs(value - np.log(10)) < 1e-6

# %% [markdown] slug="port-loss-why"
# The second line is harmless where the loss expects logits.
# Softmax gives $p$ with $\sum_k p_k = 1$, so $\log \sum_k e^{\log p_k} = 0$: the second log-softmax subtracts 0.
# Applying it twice is applying it once; loss and gradient agree to 1e-12, and only some time is wasted.
# (Softmax twice is another matter and does harm: lesson 04, section 6.)
#
# But bring that network to Keras, whose losses expect *probabilities* unless told otherwise, and see the last printed line.
# Log-probabilities are negative, so all are clipped to the same tiny number; divided by their sum, they are ten equal chances.
# The loss is $\ln 10$ for ever, with gradient 0.
# (The line above it: logits are clipped too, to between 0 and 1.)

# %% slug="port-score"
z = nets["classic CNN"].predict(x_test, verbose=0)  # (N, 10)
best = np.argsort(z, axis=1)[:, -1:]  # (N, 1)
share = (best == y_test).sum() / len(y_test)
assert share > 10
print("compared:", best.shape, "with", y_test.shape, "- accuracy above 1000 %")

# %% [markdown] slug="port-score-why"
# The third is silent.
# A column compared with a row broadcasts to an $N \times N$ table: every answer meets every label.
# A tenth of them agree by chance, so the "accuracy" is about $N / 10$, whatever the network does.
# With `.mean()` in place of the sum it would show a steady 10 %, and you would look for the bug in the training.

# %% [markdown] slug="clinic-ask"
# ## Exercise 6.5: bug clinic, flatten and score
#
# `share_right(maps, head, labels)` scores a finished network.
# `maps` is `(N, H, W, F)` of any size, from the last convolution; `head.forward` takes rows `(N, H * W * F)` to scores `(N, K)`; `labels` is `(N,)`.
# Return the share of pictures whose best score is at the right class, from 0 to 1.
# Remove the `raise` line and repair what is left.

# %% slug="clinic" tags=["exercise"] points=2
def share_right(maps, head, labels):
    """Share of right answers, a number from 0 to 1."""
    # solution
    scores = head.forward(maps.reshape(len(maps), -1))  # (N, K)
    return np.mean(scores.argmax(axis=1) == labels)
    # stub
    # flat = maps.reshape(-1, 64 * 6 * 6)
    # scores = head.forward(flat)
    # log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    # best = np.argsort(log_p, axis=1)[:, -1:]
    # return (best == labels).sum() / len(labels)

# %% slug="clinic-check"
nb06.share_right(share_right)

# %% [markdown] slug="clinic-why" tags=["solution"]
# The first axis is the batch and must survive, so *it* is stated, and the rest is left to `-1`.
# `argmax(axis=1)` has shape `(N,)` like the labels; comparing `(N, 1)` with `(N,)` would make a table.
# The log-softmax subtracts one number from each row, which cannot change which score is best, so for an accuracy it is not needed.
# (As written it also overflows for scores above 709.)

# %% [markdown] slug="shift-say"
# ## 10. The shift test
#
# Convolution treats all places alike, so a CNN should read a digit wherever it stands.
# Test it: move each test picture up to six pixels sideways. The frame is six pixels wide (MNIST's is narrower), so no ink is lost.

# %% slug="shift"
shifts = list(range(-6, 7))


def moved(x, by):
    """Pictures (N, H, W, C) moved `by` pixels to the right, paper behind them."""
    x = np.pad(x, ((0, 0), (0, 0), (6, 6), (0, 0)))
    return x[:, :, 6 - by : x.shape[2] - 6 - by]


def shift_test(net):
    """Accuracy at every shift."""
    return [net.evaluate(moved(x_test, by), y_test, verbose=0)[1] for by in shifts]


curves = {name: shift_test(net) for name, net in nets.items()}
at_three = {name: curve[shifts.index(3)] for name, curve in curves.items()}
assert full() or (0.2 < at_three["dense"] < 0.4 and max(0.33, at_three["dense"]) < at_three["classic CNN"] < 0.62)
print("moved by 3 pixels:", at_three if full() else "dense about three in ten, classic CNN about half")

# %% [markdown] slug="shift-why"
# The CNN collapses too, a little later.
# (Networks for large photographs can also change their answer after a shift of a few pixels: Azulay and Weiss, 2018.)
# Which part is to blame? Let us ask them one by one, with exact numbers, in NumPy.
#
# > **Predict first.** Move the picture by one pixel.
# > What happens to the map that a convolution makes of it? And to the one that pooling makes?

# %% slug="parts"
paper = np.zeros((1, 40, 40, 1))
paper[:, 12:28, 12:28] = x_test[:1, 6:22, 6:22]  # a digit with room around it
conv, pooling = Conv2D(1, 8, 3, np.random.default_rng(2)), MaxPool2D(2)
for name, part, by, expected in [("convolution", conv.forward, 1, 1), ("pooling", pooling.forward, 2, 1), ("pooling", pooling.forward, 1, None)]:
    before, after = part(paper), part(moved(paper, by))
    found = [step for step in (0, 1) if np.allclose(after, moved(before, step), rtol=0, atol=1e-12)]
    assert found == ([] if expected is None else [expected])
    print(f"{name}: the picture moves by {by}, its map", f"by {found[0]}, exactly" if found else "does not merely move")

# %% [markdown] slug="parts-why"
# - **Convolution is *equivariant***: move the input, and the output moves along, unchanged. It does not *ignore* the shift; it reports it. (Away from the border: what leaves the frame is lost.)
# - **Pooling** with stride 2 is equivariant for even shifts only. It looks at every second place, and after an odd shift these hold something else (Zhang, 2019). *Invariance*, an output that does not change at all, it gives to a few shapes only.
# - **Flatten and Dense** give every position a weight of its own again. A map that has moved meets weights that never saw it. This is the line that cares.
#
# So change that line.
# **Global max pooling** keeps one number per map: the loudest answer *anywhere*.
# What survives is "was it found", not "where".
# For a fair test we train one network twice, with `Flatten` and with global pooling, and nothing else changed.
# It has a third convolution, which widens the view to 18 pixels before we forget the place; `"same"` lets windows reach the border.

# %% slug="anywhere"
def three_convolutions(size, last):
    """Pictures (N, size, size, 1), None for any size -> logits (N, 10); `last` makes maps a row."""
    steps = [keras.Input((size, size, 1))]
    for filters in (16, 32, 64):
        steps += [keras.layers.Conv2D(filters, 3, padding="same", activation="relu"), keras.layers.MaxPooling2D(2)]
    return keras.Sequential([*steps[:-1], last, keras.layers.Dense(10)])


builders = {
    "with Flatten": lambda: three_convolutions(28, keras.layers.Flatten()),
    "with global pooling": lambda: three_convolutions(None, keras.layers.GlobalMaxPooling2D()),
}
for name, build in builders.items():
    nets[name] = train(build, 0.004, name, epochs=epochs if full() else 10)
    print(f"{name}: {nets[name].count_params():,} parameters")
assert receptive_field([(3, 1), (2, 2)] * 2 + [(3, 1)]).size == 18

# %% [markdown] slug="anywhere-predict"
# There are two poolings with stride 2, so the last maps have one unit for every 4 pixels.
#
# > **Predict first.** What does each of the two curves look like: level, falling, or something else?

# %% slug="shift-curves"
from course_utils.plots.shift_test import shift_curves

curves |= {name: shift_test(nets[name]) for name in builders}
examples = {by: moved(x_test[:1], by)[0, :, :, 0] for by in (-6, -3, 0, 3, 6)}
strip, ax = shift_curves(shifts, curves, examples, title="Only one of three CNNs nearly ignores shifts")
show(ax, alt="Test accuracy against shift from minus 6 to 6 pixels. Three curves fall steeply on both sides: the dense network's, the classic CNN's and that "
     "of the three convolutions with Flatten. The same three convolutions with global pooling stay above 88 % at every shift.")
worst = {name: min(curves[name]) for name in builders}
assert full() or (worst["with global pooling"] > 0.88 and worst["with Flatten"] < 0.5)
print("at worst:", worst if full() else "with Flatten below 50 %, with global pooling above 88 %")

# %% [markdown] slug="ripple-say"
# One line decides.
# With `Flatten` the curve falls like those of the first two networks; with global pooling it is nearly level, with a slight ripple.
# Every fourth shift should be harmless: is the network *exactly* blind to shifts by 4? Give it larger paper, so that no border interferes (it takes any size).

# %% slug="ripple"
large = np.pad(x_test[:100], ((0, 0), (20, 20), (20, 20), (0, 0)))  # (100, 68, 68, 1)
still = nets["with global pooling"].predict(large, verbose=0)
for by in (1, 2, 3, 4):
    change = np.abs(nets["with global pooling"].predict(moved(large, by), verbose=0) - still).max()
    assert (change < 1e-3) == (by == 4) and (by == 4 or change > 0.5)
    print(f"moved by {by}: logits change by", "less than 0.001" if change < 1e-3 else "more than 0.5")

# %% [markdown] slug="ripple-why"
# By 4, nothing changes but rounding; by 1, 2 or 3, the logits do.
# Now the claim can be stated as it is: convolution is equivariant; strides leave of that only multiples of 4 pixels, here; and global pooling turns what is left into invariance.
#
# What did it cost? Beyond the 18 pixels that one unit sees, the network no longer knows *where* it found what.
# For digits that is a small loss. For "is the cat left of the dog?" it is fatal.
# There are other cures. One serves any network: show it moved pictures in training (augmentation, lesson 05).
# Zhang's is to blur before every stride, so that an odd shift changes less.

# %% [markdown] slug="blur-ask"
# ## Exercise 6.6: pooling that moves gently
#
# Write `blur_pool(y)` for a row `y`, `(W,)`, W even, at least 4. Return `(W / 2,)`:
#
# 1. the maximum of each number and its right neighbour (the last number has none and stays);
# 2. each result replaced by a quarter of its left neighbour, half of itself and a quarter of its right one; beyond an end the end's own value counts again;
# 3. of these, every second one, beginning with the first.
#
# Example: `[0, 0, 9, 9, 0, 0, 0, 0]` becomes `[2.25, 9, 2.25, 0]`.
# Moved by one pixel it becomes `[0, 6.75, 6.75, 0]`: another picture, but of the same total, where plain pooling doubled it.

# %% slug="blur" tags=["exercise"] points=2
def blur_pool(y):
    """Maximum, blur, every second. (W,) -> (W / 2,)."""
    # solution
    loud = np.append(np.maximum(y[:-1], y[1:]), y[-1])
    wide = np.pad(loud, 1, mode="edge")
    soft = wide[:-2] / 4 + wide[1:-1] / 2 + wide[2:] / 4
    return soft[::2]

# %% slug="blur-check"
nb06.blur_pool(blur_pool)

# %% [markdown] slug="blur-why" tags=["solution"]
# Max pooling is two steps in one: a maximum at *every* place, which is equivariant, and dropping every second place, which is not.
# Signal processing knows the second step: whatever changes faster than the remaining samples can follow turns up as something else (aliasing).
# So blur first, then drop. This is the `MaxBlurPool` of Zhang (2019), in one direction.

# %% [markdown] slug="pitfalls"
# ## 11. What goes wrong, and how it looks
#
# | what you see | what it often is |
# |---|---|
# | the loss complains about 16 times as many answers as labels | `reshape(-1, number)` with the wrong number: state the batch axis, not the rest |
# | accuracy above 100 %, or about 1/K for ever | a column `(N, 1)` compared with a row `(N,)` |
# | the loss stays at $\ln K$ and nothing moves, Keras | log-probabilities in a loss that expects probabilities |
# | `expected min_ndim=4, found ndim=3` | the channel axis is missing: `x[..., None]`; or the batch axis: `x[None]` |
# | a network of millions for small pictures | `Flatten` in front of a wide `Dense`: pool once more, or globally |
# | ported weights, slightly worse results | "same" padding with stride 2 differs by a pixel; or channels first and last mixed up |
# | perfect in the lab, poor in the field | the pictures are centred in the lab: run the shift test |
# | the loss is NaN with `jit_compile=True` and an error without it | a label out of range: ten outputs serve classes 0 to 9 |
#
# ## Summary
#
# 1. A convolution asks one question at every place: a dense layer that is local (most weights 0) and shared (the rest copies).
# 2. $\lfloor (n + p - k)/s \rfloor + 1$ places; every layer widens the receptive field by $(k - 1)$ times the strides before it.
# 3. As a matrix product of windows it runs hundreds of times faster than loops in Python, and its gradients are convolutions too.
# 4. The classic CNN does most of its work in convolutions and keeps most of its parameters in the dense layer behind `Flatten`.
# 5. Convolution is equivariant, strided pooling only for multiples of the stride, and a dense layer on a flattened map not at all.
#
# So why must a network learn a stroke twice? A convolution need not.
# But it is told *where* the stroke was, and unless something forgets that, the next layer must learn it at every place after all.
#
# **What comes next.** Our pictures were grey, small and on blank paper.
# Lesson 07 goes to colour, textures and deeper networks, and asks where such a network looks.
#
# ## References
#
# - LeCun, Bottou, Bengio and Haffner (1998), *Gradient-based learning applied to document recognition*, Proceedings of the IEEE 86(11), [doi:10.1109/5.726791](https://doi.org/10.1109/5.726791): LeNet, and MNIST.
# - Dumoulin and Visin (2016), *A guide to convolution arithmetic for deep learning*, [arXiv:1603.07285](https://arxiv.org/abs/1603.07285).
# - Luo, Li, Urtasun and Zemel (2016), *Understanding the effective receptive field*, [arXiv:1701.04128](https://arxiv.org/abs/1701.04128).
# - Zhang (2019), *Making convolutional networks shift-invariant again*, [arXiv:1904.11486](https://arxiv.org/abs/1904.11486).
# - Azulay and Weiss (2018), *Why do deep convolutional networks generalize so poorly to small image transformations?*, [arXiv:1805.12177](https://arxiv.org/abs/1805.12177).
# - [Keras: convolution layers](https://keras.io/api/layers/convolution_layers/), the reference of `Conv2D`.
