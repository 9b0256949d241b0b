# %% [raw] slug="front"
# title = "Deep networks"
# question = "Why stack layers, and what breaks when you stack many?"
# hook = """
# Two networks of 20 layers get the same digits, the same optimizer and the same number of steps.
# One reads most of the digits; the other has learned nothing at all.
# They differ in a single number: how widely their first, random weights were spread.
# At the end of this lesson you compute that number on paper, for any width and any activation.
# """
# able = [
#     "build any curve from hinges, and say what a second layer adds to a first",
#     "write layers with `forward` and `backward`, and the loss for ten classes, stably and with its gradient",
#     "train a network on digits in NumPy, and the same one in Keras in three ways",
#     "derive Xavier and He initialisation, and measure signals and gradients layer by layer",
#     "recognise softmax applied twice by one number in the loss curve",
# ]
# needs = "Lessons 01 to 03: cross-entropy, Adam, backpropagation. Variance: the mean squared distance from the mean."
# minutes = 75
# seconds = 18

# %% slug="setup"
import numpy as np

from course_utils.autograd.gradcheck import check_gradient
from course_utils.checks import nb04
from course_utils.data.digits import load_digits
from course_utils.metrics.classification import accuracy
from course_utils.plots.activation_shapes import value_and_slope
from course_utils.plots.curves import bars
from course_utils.plots.depth import gradient_flow, loss_curves, signal_flow
from course_utils.plots.figure import show
from course_utils.plots.hinges import error_law, folds, hinge_sum, moved_kinks
from course_utils.plots.layer_row import layer_row
from course_utils.plots.logit_push import push_on_logits
from course_utils.runtime import full, setup
from course_utils.scratch import init, losses
from course_utils.scratch.activations import GELU, ReLU, Sigmoid, Tanh
from course_utils.scratch.linear import Linear
from course_utils.scratch.optimizers import Adam
from course_utils.scratch.sequential import Sequential

setup(seed=4)

# %% [markdown] slug="hinge-say"
# ## 1. One layer: hinges that add up
#
# ReLU keeps what is positive: $\text{relu}(z) = \max(z, 0)$.
# A neuron with one input, $\text{relu}(x - k)$, is flat up to $k$ and rises from there with slope 1: a **hinge**, with its kink at $k$.
# A layer of such neurons and one output that adds them up, each times a weight, is a broken line.
#
# Which weights make it follow a given curve?
# Put a kink at every *knot*, and let each weight be the **change of slope** there.
# The curve below is arbitrary; put in another one.

# %% slug="hinge" tags=["shared"]
def relu(z):
    return np.maximum(z, 0)


def curve(x):
    return np.tanh(15 * (x - 0.7)) + 0.4 * np.sin(9 * x)


def by_hand(hinges):
    """Kinks (H,), weights (H,) and a start value: a broken line that meets `curve` at H + 1 knots."""
    knots = np.linspace(0, 1, hinges + 1)
    slopes = np.diff(curve(knots)) / np.diff(knots)  # (H,)
    weights = np.diff(slopes, prepend=0)  # the change of slope at each kink
    return knots[:-1], weights, curve(0.0)

# %% slug="hinge-draw"
x = np.linspace(0, 1, 1001)  # (N,)
kinks, weights, start = by_hand(8)
hinges = relu(x[:, None] - kinks)  # (N, H)
parts = np.column_stack([np.full(len(x), start), hinges * weights])  # (N, H + 1)
axes = hinge_sum(x, curve(x), parts, title="Eight hinges, each far off; their sum is close")
show(axes, alt="Above, eight straight hinges that start at eight different places and run far up or down. "
     "Below, their sum is a broken line that stays close to a wavy curve with one steep rise.")
assert 4 < np.abs(parts[:, 1:]).max() < 5 and np.abs(parts.sum(axis=1)).max() < 1.5

# %% [markdown] slug="error-predict"
# Hinges cancel each other: one runs beyond 4, but their sum stays within 1.5.
#
# > **Predict first.** Twice as many hinges: is the largest error half as large, a quarter, or does it depend on luck?

# %% slug="error"
x = np.linspace(0, 1, 10_001)
counts = [16, 32, 64, 128, 256]
errors = []
for count in counts:
    kinks, weights, start = by_hand(count)
    fit = start + relu(x[:, None] - kinks) @ weights
    errors.append(np.abs(fit - curve(x)).max())
ax = error_law(counts, errors, title="Twice the hinges, a quarter of the error")
show(ax, alt="Largest error against the number of hinges, both axes logarithmic: a straight line that falls "
     "by a factor of four with every doubling.")
assert all(3.5 < last / now < 4.5 for last, now in zip(errors, errors[1:], strict=False))

# %% [markdown] slug="error-why"
# A quarter.
# Between two knots a smooth curve differs from its *chord*, the straight line that joins them, by at most $\frac18 h^2$ times its largest second derivative, and halving the gap $h$ quarters $h^2$.
#
# Curves with corners take more hinges, but the same construction works:
# one hidden layer fits **any** continuous curve on an interval, as closely as you like.
# The *universal approximation theorem* says the same for many inputs and other activations.
# It promises that weights *exist*.
# It does not say how many are needed, nor that training finds them.

# %% [markdown] slug="bump-ask"
# ## Exercise 4.1: a bump
#
# Write `bump(x, centre, width)`: 0 up to `centre - width`, straight up to 1 at `centre`, straight back to 0 at `centre + width`, and 0 from there on.
# Use a weighted sum of `relu`s only, so that a network could do it (the check sees the values; this rule is yours to keep).
# `x` is an array of any shape.
# Example: `bump(np.array([0., 1., 2., 3., 4., 5.]), 3, 2)` is `[0, 0, 0.5, 1, 0.5, 0]`.

# %% slug="bump" tags=["exercise"] points=1
def bump(x, centre, width):
    """A triangle of height 1, from hinges. Shape of x."""
    # solution
    up = relu(x - (centre - width))
    over = relu(x - centre)
    flat = relu(x - (centre + width))
    return (up - 2 * over + flat) / width

# %% slug="bump-check"
nb04.bump(bump)

# %% [markdown] slug="bump-why" tags=["solution"]
# The slopes are $0$, $1/w$, $-1/w$, $0$, so their changes are $1/w$, $-2/w$ and $1/w$: three hinges.
# The middle one must first undo the rise and then descend, hence the 2.
# Bumps side by side, each with its own height, are one more proof that hinges can follow any curve.

# %% [markdown] slug="fold-say"
# ## 2. Two layers: folds that multiply
#
# If one layer is enough, why more?
# Here is a layer of *two* neurons: it folds the range from 0 to 1, up and down again.
# Now feed its output into a second copy of itself, and so on.
#
# > **Predict first.** Five such layers have ten neurons. How many straight pieces has the result?
# > And how many can ten neurons in *one* layer make?

# %% slug="fold"
def fold(x):
    """0 -> 0, 1/2 -> 1, 1 -> 0: two hinges."""
    return 2 * relu(x) - 4 * relu(x - 0.5)


def pieces(y):
    """Number of straight pieces of samples y of a broken line."""
    return 1 + np.count_nonzero(np.abs(np.diff(y, 2)) > 1e-9)


x = np.linspace(0, 1, 2**10 + 1)  # every kink falls on a sample
layers, y = {}, x
for depth in range(1, 6):
    y = fold(y)
    layers[f"{2 * depth} neurons: {pieces(y)} pieces"] = y
axes = folds(x, {name: layers[name] for name in list(layers)[::2]}, title="Each layer folds what the last one folded")
show(axes, alt="Three panels: one layer gives a single tent with 2 pieces, three layers four tents with 8 pieces, "
     "five layers sixteen tents with 32 pieces.")
print(list(layers)[-1])

# %% [markdown] slug="fold-why"
# 32 against 11.
# Neurons side by side *add* kinks, one each.
# Layers behind each other *multiply*: a fold treats both halves alike, so all that follows happens twice.
# With $L$ layers of two neurons there are $2^L$ pieces; one layer would need $2^L - 1$ neurons.
# This is a constructed example (Telgarsky, 2016), not what trained networks usually look like, but it shows what depth can buy: reuse.
#
# The kink is essential.
# Without an activation, $(x W_1) W_2 = x (W_1 W_2)$: a stack of linear layers is one linear layer.

# %% [markdown] slug="layer-say"
# ## 3. A layer, forwards and backwards
#
# Lesson 03 ended with a rule for one weight: *value at the start of its edge times gradient at its end*.
# Now for a whole layer and many examples.
# Shape letters: **N** examples in a batch, **D** inputs, **H** hidden neurons, **K** outputs.
#
# $$y_{nk} = \sum_d x_{nd}\, w_{dk} + b_k \qquad\text{or}\qquad y = xw + b$$
#
# Write $\bar y$ for the gradient of the loss at $y$, same shape as $y$.
# Three questions, one rule each time: multiply along an edge, add where roads meet.
#
# | who | its roads to the loss | gradient | as arrays |
# |---|---|---|---|
# | $w_{dk}$ | one through $y_{nk}$ for every example $n$, rate $x_{nd}$ | $\sum_n x_{nd}\, \bar y_{nk}$ | $x^\top \bar y$, (D, K) |
# | $b_k$ | one for every example, rate 1 | $\sum_n \bar y_{nk}$ | column sums, (K,) |
# | $x_{nd}$ | one through every output $k$, rate $w_{dk}$ | $\sum_k \bar y_{nk}\, w_{dk}$ | $\bar y\, w^\top$, (N, D) |
#
# You need not memorise this: only one order of factors fits the shapes.

# %% slug="layer"
class Dense:
    """y = x w + b, for a batch. x (N, D), w (D, K), b (K,)."""

    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x  # kept for backward
        return x @ self.w + self.b  # (N, K)

    def backward(self, dy):
        self.dw = self.x.T @ dy  # (D, N) @ (N, K)
        self.db = dy.sum(axis=0)  # (K,)
        return dy @ self.w.T  # (N, K) @ (K, D)


class Kink:
    """ReLU as a layer: passes the gradient where it passed the signal."""

    def forward(self, x):
        self.on = x > 0
        return x * self.on

    def backward(self, dy):
        return dy * self.on

# %% slug="layer-row"
ax = layer_row(
    ["Dense\nw (D, H)", "ReLU", "Dense\nw (H, K)", "loss"],
    ["x (N, D)", "z (N, H)", "h (N, H)", "y (N, K)"],
    ["dx (N, D)", "dz (N, H)", "dh (N, H)", "dy (N, K)"],
    title="Every gradient has the shape of its array",
)
show(ax, alt="Four boxes in a row, dense layer, ReLU, dense layer, loss. Black arrows carry arrays to the right, "
     "red arrows below carry gradients of the same shapes to the left.")

# %% [markdown] slug="layer-check-say"
# `forward` runs left to right, `backward` right to left.
# As always, believe it only when nudges agree (lesson 03):

# %% slug="layer-check"
rng = np.random.default_rng(0)
x, dy = rng.normal(size=(5, 4)), rng.normal(size=(5, 3))  # (N, D), (N, K)
dense = Dense(rng.normal(size=(4, 3)), rng.normal(size=3))
dense.forward(x)
dx = dense.backward(dy)


def loss(x, w, b):
    """Any number that has gradient dy at the output."""
    return np.sum(Dense(w, b).forward(x) * dy)


w, b = dense.w, dense.b
check_gradient(lambda v: loss(v, w, b), x, dx)
check_gradient(lambda v: loss(x, v, b), w, dense.dw)
check_gradient(lambda v: loss(x, w, v), b, dense.db)
print("dx, dw, db agree with nudges")

# %% [markdown] slug="scale-ask"
# ## Exercise 4.2: backward through a layer you have not seen
#
# A *scale* layer gives every feature its own factor and shift: $y_{nd} = g_d\, x_{nd} + b_d$ (lesson 05 needs it).
# Write `scale_backward(x, g, dy)`: `x` and `dy` are `(N, D)`, `g` is `(D,)`.
# Return `(dx, dg, db)`, shaped like `x`, `g` and `b`.
# Example: for `x = [[1., 2.], [3., 4.]]`, `g = [10., 20.]` and `dy` all ones, `dg` is `[4., 6.]`.

# %% slug="scale" tags=["exercise"] points=2
def scale_backward(x, g, dy):
    """Gradients of y = g * x + b: dx (N, D), dg (D,), db (D,)."""
    # solution
    dx = dy * g
    dg = (x * dy).sum(axis=0)
    db = dy.sum(axis=0)
    return dx, dg, db

# %% slug="scale-check"
nb04.scale_backward(scale_backward)

# %% [markdown] slug="scale-why" tags=["solution"]
# Every $x_{nd}$ has a single road, through $y_{nd}$ with rate $g_d$, so nothing is summed.
# But $g_d$ is used once per example, so its roads must be added over $n$; the same holds for $b_d$.
# What was broadcast forwards is summed backwards: that is true of every layer.

# %% [markdown] slug="move-say"
# Now the hinges of section 1 can learn.
# Start with eight hinges placed by hand, and let gradient descent move weights *and* kinks (a kink lies where $wx + b = 0$).
# `Linear`, `ReLU` and `Sequential` are the package's finished layers; they follow the same protocol, with parameters in `params` and gradients in `grads`.
#
# > **Predict first.** With the same number of hinges, how much can the mean squared error fall: hardly, by half, tenfold?

# %% slug="move"
x = np.linspace(0, 1, 400)[:, None]  # (N, 1)
kinks, weights, start = by_hand(8)
first, last = Linear(1, 8, rng), Linear(8, 1, rng)
first.params = {"w": np.ones((1, 8)), "b": -kinks}
last.params = {"w": weights[:, None], "b": np.array([start])}
net, optimizer = Sequential([first, ReLU(), last]), Adam(0.003)
before, was = net.forward(x), kinks
for _ in range(3000):
    net.backward(losses.mean_squared_error_gradient(net.forward(x), curve(x)))
    optimizer.step(net.params, net.grads)
after, now = net.forward(x), -first.params["b"] / first.params["w"][0]
gain = losses.mean_squared_error(before, curve(x)) / losses.mean_squared_error(after, curve(x))
assert 7 < gain < 13
axes = moved_kinks(x[:, 0], curve(x[:, 0]),
                   {"kinks evenly spaced": (before[:, 0], was), "kinks learned": (after[:, 0], now)},
                   title="Training moves the kinks to where the curve bends")
show(axes, alt="Two fits with eight hinges. With evenly spaced kinks corners of the curve are cut; after training "
     "the kinks have moved to the bends and the line follows the curve closely.")

# %% [markdown] slug="move-why"
# About tenfold, with not one neuron more.
# This is what hidden units do: they *learn where to bend*.
# With 64 inputs a kink is no point but a flat boundary, as in lesson 01, and the network folds space along it.

# %% [markdown] slug="classes-say"
# ## 4. Ten classes: the softmax and its loss
#
# A digit is one of K = 10 classes, so the last layer has ten outputs, the **logits** $z_k$.
# To make probabilities of them: exponentiate, so that all are positive, and divide by the sum.
# That is the **softmax**, and the loss is again cross-entropy, the surprise at the true class $y$:
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}, \qquad L = -\log p_y = \log \sum_j e^{z_j} - z_y$$
#
# How does $L$ change with one logit $z_k$?
# The slope of $\log u$ is $1/u$, and only one term of the sum contains $z_k$:
#
# $$\frac{\partial L}{\partial z_k} = \frac{e^{z_k}}{\sum_j e^{z_j}} - [k = y] = p_k - [k = y]$$
#
# where $[k = y]$ is 1 for the true class and 0 otherwise: ten numbers called **one-hot**.
# With $y$ for these ten, it is $p - y$ again, exactly as for one neuron in lesson 01.
# As always, $\log$ is the natural logarithm, also written ln.
# (Two classes *are* that case: only $z_1 - z_0$ counts, and softmax becomes the sigmoid of it.)

# %% slug="push"
digits = load_digits()
z = np.array([0.5, -1.0, 0.0, 2.2, -2.0, 1.0, -1.0, -0.5, 1.8, 0.3])  # made up: "a 3, or an 8?"
p = np.exp(z) / np.exp(z).sum()  # (K,)
eight = int(np.flatnonzero(digits.labels == 8)[0])
axes = push_on_logits(p, 8, digits.images[eight], title="The truth is pulled up, its rivals are pushed down")
show(axes, alt="A handwritten 8, ten predicted probabilities of which 3 is the largest and 8 the second, and the push on "
     "each logit: strongly up for 8, down for all others, most for 3.")
print(f"all pushes together: {abs((np.eye(10)[8] - p).sum()):.2f}")

# %% [markdown] slug="push-why"
# Each rival is pushed down by its own probability, so the most convincing mistake is corrected most.
# The pushes add up to 0: the loss only moves logits against each other.
#
# As a program the formula is dangerous: $e^{1000}$ overflows.
# Softmax does not change if all logits are lowered by the same $m$, because $e^{-m}$ cancels.
# With $m = \max_k z_k$ the largest exponent is 0, and overflow is impossible.

# %% slug="overflow"
z = np.array([[1000.0, 0.0]])
with np.errstate(all="ignore"):
    print("as written:    ", np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))
print("maximum removed:", losses.softmax(z))
with np.errstate(divide="ignore"):
    print("and log p of it:", np.log(losses.softmax(z)))

# %% [markdown] slug="log-softmax-ask"
# ## Exercise 4.3: log-softmax that survives
#
# The last line still fails: $\log 0 = -\infty$, where $-1000$ is right, so a loss would be infinite.
# Never take the logarithm of a softmax; fuse the two.
# Write `log_softmax(z)`: logits `(N, K)`, returns $\log p$, `(N, K)`.
# It must be right for logits of $\pm 1000$: for `[[1000., 0.]]` it is `[[0., -1000.]]`.

# %% slug="log-softmax" tags=["exercise"] points=2
def log_softmax(z):
    """Logarithms of the softmax of each row. (N, K) -> (N, K)."""
    # solution
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

# %% slug="log-softmax-check"
nb04.log_softmax(log_softmax)

# %% [markdown] slug="log-softmax-why" tags=["solution"]
# $\log p_k = z_k - \log \sum_j e^{z_j}$ contains no division and no small number.
# After the shift the sum lies between 1 and K, so its logarithm is harmless.
# The *whole* maximum is subtracted per row: one maximum for the entire array would let every exponential of a row with low logits underflow to 0.

# %% [markdown] slug="fused-say"
# The finished pair is in the package; the gradient is the line we derived, over N because the loss is a mean:

# %% slug="fused-text" show="course_utils.scratch.losses:softmax_cross_entropy_from_logits_gradient"

# %% [markdown] slug="digits-say"
# ## 5. A network that reads digits
#
# All parts are there.
# A dense network with hidden layers is called **MLP** (multi-layer perceptron).
# (The numbers in the text are for the small digits; with `COURSE_FULL=1` you work on MNIST and get others.)

# %% slug="mlp"
def mlp(widths, rng, activation=ReLU, weights=init.lecun_normal):
    """Linear layers with an activation between them; the last output is logits. `weights` draws the first weights (section 8)."""
    layers = []
    for fan_in, fan_out in zip(widths, widths[1:], strict=False):
        layer = Linear(fan_in, fan_out, rng)
        layer.params["w"] = weights(fan_in, fan_out, rng)
        layers += [layer, activation()]
    return Sequential(layers[:-1])


# %% [markdown] slug="loop-say"
# Training is lesson 02's loop: shuffle, take a batch, forward, backward, step.

# %% slug="loop"
right_loss = (losses.softmax_cross_entropy_from_logits, losses.softmax_cross_entropy_from_logits_gradient)


def train(net, x, labels, epochs, rate=0.003, loss=right_loss):
    """Mean training loss of every epoch, with Adam and batches of up to 64. x (N, D), labels (N,)."""
    value, gradient = loss
    rng, optimizer, history = np.random.default_rng(0), Adam(rate), []
    for _ in range(epochs):
        order, seen = rng.permutation(len(x)), []
        for rows in np.array_split(order, -(-len(x) // 64)):
            z = net.forward(x[rows])  # (batch, K)
            seen.append(value(z, labels[rows]))
            net.backward(gradient(z, labels[rows]))
            optimizer.step(net.params, net.grads)
        history.append(np.mean(seen))
    return history

# %% [markdown] slug="split-say"
# Lesson 01 showed that the order of the file matters: neighbours come from the same hand.
# So we test twice: on shuffled pictures, where nearly every hand was seen in training, and on the last fifth of the file, mostly new hands.
# The baseline has no hidden layer.

# %% slug="digits"
x_all = digits.images.reshape(len(digits.images), -1)  # (N, D)
cut, D = round(0.8 * len(x_all)), x_all.shape[1]
epochs = max(4, 45_000 // cut)  # 31; fewer on MNIST, which has 40 times as many pictures
orders = {"shuffled": np.random.default_rng(0).permutation(len(x_all)), "new hands": np.arange(len(x_all))}
scores, networks = {}, {}
for split, order in orders.items():
    images, labels = x_all[order], digits.labels[order]
    for hidden in ((), (64, 64)):
        net = mlp((D, *hidden, 10), np.random.default_rng(1))
        history = train(net, images[:cut], labels[:cut], epochs)
        found = net.forward(images[cut:]).argmax(axis=1)
        scores[f"{split}, {len(hidden)} hidden layers"] = accuracy(found, labels[cut:])
    networks[split] = net, history  # those with two hidden layers
ax = bars(list(scores), [100 * s for s in scores.values()], digits=1, xlabel="test accuracy, %",
          title="Hidden layers help; new hands cost more")
show(ax, alt="Four bars of test accuracy. Shuffled pictures: about 95 % without, about 98 % with two hidden layers. "
     "New hands: several points lower, both times.")
assert scores["shuffled, 2 hidden layers"] >= 0.96
assert full() or 0.88 < scores["new hands, 2 hidden layers"] < scores["shuffled, 0 hidden layers"]
print("NumPy network, shuffled test: at least 96 %")

# %% [markdown] slug="same-say"
# Above 96 %, with parts that you have all seen from the inside.
# One shuffled test has only 359 pictures, so a point more or less is luck.
# But on new hands the same network is *worse* than no hidden layer at all is on familiar ones.
# The lower pair of bars is the honest one if new people will use it; from here on we use the shuffled split.
#
# ### Why random at all?
#
# The first weights were random numbers.
# Would it not be cleaner to start all of them at the same value, say 0.1?
#
# > **Predict first.** All weights start at 0.1, and about 300 steps of Adam follow.
# > How many *different* neurons has the hidden layer of 32 in the end? And if all start at 0?

# %% slug="same"
order = orders["shuffled"]
x_train, y_train = x_all[order[:cut]], digits.labels[order[:cut]]  # (N, D), (N,)
x_test, y_test = x_all[order[cut:]], digits.labels[order[cut:]]
few, few_labels = x_train[:1400], y_train[:1400]  # nearly all, but of MNIST a fortieth


def constant(value):
    """A rule for first weights: all the same."""
    return lambda fan_in, fan_out, rng: np.full((fan_in, fan_out), value)


for value in (0.1, 0.0):
    net = mlp((D, 32, 10), np.random.default_rng(0), weights=constant(value))
    train(net, few, few_labels, epochs=14)
    w = net.params["0.w"]  # (D, 32), one column per neuron
    others = np.count_nonzero(np.abs(w - w[:, :1]).max(axis=0) > 1e-6)
    print(f"start {value}: {others} of 32 neurons differ from the first, moved: {bool(np.abs(w - value).max() > 0)}")

# %% [markdown] slug="same-why"
# One kind, in both cases.
# Equal neurons compute equal values and get equal gradients, so they take equal steps for ever: 32 neurons do the work of one.
# At 0 it is worse: each gradient contains a factor that is 0, and no weight ever moves (only the last biases do).
# Random numbers **break the symmetry**.
# (Biases may start at 0, since the weights already differ.)
# *How large* they should be is the second half of this lesson.

# %% [markdown] slug="twice-say"
# ## 6. A bug that the accuracy does not show
#
# A model should end in probabilities, so somebody adds a softmax as its last layer.
# The loss takes *logits* and applies its own.
# Nothing fails: probabilities are numbers, and any numbers will do as logits.

# %% slug="twice"
def twice(z, labels):
    return losses.softmax_cross_entropy_from_logits(losses.softmax(z), labels)


def twice_gradient(z, labels):
    p = losses.softmax(z)  # (N, K)
    dp = losses.softmax_cross_entropy_from_logits_gradient(p, labels)
    return p * (dp - (dp * p).sum(axis=1, keepdims=True))  # back through the extra softmax


z, labels = np.array([[1.0, -0.5, 0.3]]), np.array([2])
check_gradient(lambda v: twice(v, labels), z, twice_gradient(z, labels))
print("the gradient of the mistake is correct")

# %% [markdown] slug="twice-predict"
# (The last line of `twice_gradient` is the backward pass of a softmax alone; lesson 10 derives it.)
#
# > **Predict first.** Does the test accuracy suffer?
# > And what is the lowest loss this network can ever reach, with all pictures classified perfectly?
# > Its best "logits" are a 1 and nine 0s.

# %% slug="twice-run"
right, right_history = networks["shuffled"]  # two hidden layers, from section 5
wrong = mlp((D, 64, 64, 10), np.random.default_rng(1))  # the same start
wrong_history = train(wrong, x_train, y_train, epochs, loss=(twice, twice_gradient))
history = {"right": right_history, "softmax twice": wrong_history}
floor = np.log(np.e + 9) - 1
ax = loss_curves(history, {"knows nothing: ln 10 = 2.303": np.log(10), f"softmax twice: never below {floor:.3f}": floor},
                 title="A loss that gets stuck at 1.46 is a softmax too many")
show(ax, alt="Training loss by epoch. The right network falls close to 0. The one with softmax twice falls slowly and "
     "flattens just above a dashed line at 1.461.")
assert floor < wrong_history[-1] < floor + 0.03 or full()
for name, net in {"right": right, "softmax twice": wrong}.items():
    p = losses.softmax(net.forward(x_test))
    assert accuracy(p.argmax(axis=1), y_test) > 0.95
    if name == "softmax twice":
        p = losses.softmax(p)  # what its loss believes
    print(f"{name:13}: above 95 % right, mean confidence in the answer {p.max(axis=1).mean():.1f}")

# %% [markdown] slug="twice-why"
# The accuracy is fine; the loss settles just above 1.46, that is $\log(e + 9) - 1$.
# Probabilities lie between 0 and 1, so the second softmax sees logits that differ by at most 1.
# It can then give the true class no more than $e/(e + 9) = 23$ %.
# A tester who looks at accuracy only finds nothing.
# (From an unlucky start one class is never learned, and a tenth of the accuracy is gone: try other seeds.)
# But training is slower, the confidence is nonsense, and with more classes the squeeze gets tighter: of 50,000 words, none could get more than $e/(e + 49{,}999)$.
#
# Keras recognises a *ready-made* softmax right in front of such a loss, uses the logits before it and warns.
# It cannot see one that you wrote with `exp` and a sum, as in `losses.softmax`.
# Whenever a loss levels off at a suspicious number, compute what "knows nothing" and "knows everything" would cost.

# %% [markdown] slug="clinic-ask"
# ## Exercise 4.4: bug clinic, one softmax too many
#
# `predict_and_score(logits, labels)` returns two things: the probabilities `(N, K)` to show to people, and the mean loss.
# `logits` is `(N, K)`, `labels` is `(N,)`.
# For `logits = [[5., 0.]]` and `labels = [0]` the loss is about 0.0067; the code below says 0.32.
# Remove the `raise` line, look at the symptom, repair it.

# %% slug="clinic" tags=["exercise"] points=1
def predict_and_score(logits, labels):
    """Probabilities (N, K) and the mean cross-entropy, a float."""
    # solution
    probabilities = losses.softmax(logits)
    return probabilities, losses.softmax_cross_entropy_from_logits(logits, labels)
    # stub
    # probabilities = losses.softmax(logits)
    # return probabilities, losses.softmax_cross_entropy_from_logits(probabilities, labels)

# %% slug="clinic-check"
nb04.predict_and_score(predict_and_score)

# %% [markdown] slug="clinic-why" tags=["solution"]
# The probabilities are for people, the logits are for the loss.
# The name of the function says it, `..._from_logits`; Keras says it with `from_logits=True`.
# The opposite mistake, logits into a loss that expects probabilities, takes logarithms of negative numbers: clipped or NaN.

# %% [markdown] slug="shapes-say"
# ## 7. Four bends, and where they go deaf
#
# A neuron's gradient is multiplied by the *slope* of its activation.
# Where the slope is near 0 the neuron is **saturated**: it hears nothing, whatever the loss says.
# GELU, used in GPT-2 and BERT, is $z$ times the probability that a standard normal number lies below $z$: a smooth ReLU.
#
# > **Predict first.** Which of the four has a slope above 1 somewhere? And what is the steepest slope of the sigmoid?

# %% slug="shapes"
z = np.linspace(-6, 6, 601)
shapes = {}
for layer in (Sigmoid(), Tanh(), ReLU(), GELU()):
    shapes[type(layer).__name__] = layer.forward(z), layer.backward(np.ones_like(z))
axes = value_and_slope(z, shapes, title="Sigmoid and tanh go deaf on both sides, ReLU on one")
show(axes, alt="Value and slope of sigmoid, tanh, ReLU and GELU from -6 to 6. The sigmoid's slope is at most 0.25; "
     "sigmoid and tanh are shaded as deaf on both sides, ReLU and GELU only on the left.")
for name, (_, slope) in shapes.items():
    print(f"{name:7} steepest slope {slope.max():.2f}, slope at 5: {slope[np.searchsorted(z, 5.0)]:.4f}")

# %% [markdown] slug="shapes-why"
# GELU, up to 1.13; and the sigmoid's best is $\frac14$.
# Ten sigmoid layers multiply a gradient by at most $(1/4)^{10}$, about one in a million, *before* the weights have their say.
# ReLU's slope is exactly 1 or exactly 0.
# (GELU's thin grey stripe is its lowest point.)
#
# ### A ReLU can die
#
# A ReLU that is 0 for *every* example has slope 0 for every example: no gradient, so its own weights stop for good, once Adam's momentum has run out.
# It is **dead**.
# One step that is too large suffices: it makes so many weights negative that no picture gets through.
#
# > **Predict first.** 64 neurons, ten epochs with Adam at rates 0.001, 0.01, 0.03 and 0.1.
# > What share of them is dead in the end? And how badly does the accuracy suffer at 0.1?

# %% slug="dead"
dead, reached = {}, {}
for rate in (0.001, 0.01, 0.03, 0.1):
    net = mlp((D, 64, 64, 10), np.random.default_rng(0), weights=init.he_normal)
    train(net, few, few_labels, epochs=10, rate=rate)
    first_hidden = net.layers[1].forward(net.layers[0].forward(few))  # (N, 64)
    reached[rate] = accuracy(net.forward(x_test).argmax(axis=1), y_test)
    dead[f"rate {rate}: {reached[rate]:.0%} right"] = 100 * np.mean([column.max() == 0 for column in first_hidden.T])
ax = bars(list(dead), list(dead.values()), digits=0, xlabel="dead neurons of the first hidden layer, %",
          title="A large learning rate kills ReLUs; the accuracy tells late")
show(ax, alt="Bars of the share of dead neurons: a few per cent at rate 0.001, more at each larger rate, "
     "most of them at 0.1. Beside each rate stands its test accuracy.")
shares = list(dead.values())
assert full() or (shares == sorted(shares) and shares[0] < 15 and shares[3] > 70 and reached[0.1] > 0.8)
assert full() or (shares[2] > 33 and reached[0.03] > reached[0.001])
print("rate 0.1: more than 70 % dead, and still more than 80 % of the digits right")

# %% [markdown] slug="dead-why"
# At the highest rate most are dead, and the few survivors still read most digits.
# You pay for 64 neurons and use a handful.
# At 0.03 more than a third are dead, and the score is *better* than at 0.001: it does not tell you; the activations do.
# (A neuron can even be born dead: its first weights happen to give 0 for every picture.)

# %% [markdown] slug="dead-share-ask"
# ## Exercise 4.5: count the dead
#
# Write `dead_share(h)`: `h` is `(N, K)`, the outputs of K ReLU neurons for N examples.
# Return the share, from 0 to 1, of neurons that are 0 for every example.
# For `[[0., 2., 0.], [0., 0., 1.]]` it is one third.

# %% slug="dead-share" tags=["exercise"] points=1
def dead_share(h):
    """Share of the K columns that are 0 in all N rows."""
    # solution
    silent = (h == 0).all(axis=0)  # (K,)
    return silent.mean()

# %% slug="dead-share-check"
nb04.dead_share(dead_share)

# %% [markdown] slug="dead-share-why" tags=["solution"]
# Rows are examples, columns are neurons, so "for every example" runs along axis 0.
# That many *entries* are 0 is normal and even useful: a neuron that answers to some pictures only has specialised.
# Only a column without any answer is a loss.

# %% [markdown] slug="depth-predict"
# ## 8. Twenty layers: what becomes of the signal
#
# Stack 20 hidden layers of 64 ReLUs and send 256 pictures through, before any training.
# Weights are normal numbers with standard deviation $\sigma$.
# The **size** of a signal is its rms, the root of the mean square.
# A natural choice is "small numbers", $\sigma = 0.01$.
#
# > **Predict first.** The pictures have size 0.5. After 20 layers, roughly: 0.01, $10^{-5}$, $10^{-25}$?
# > And with $\sigma = 0.35$?

# %% slug="depth-flow"
def normal(sigma):
    """A rule for first weights: normal with standard deviation sigma."""
    return lambda fan_in, fan_out, rng: rng.normal(0, sigma, (fan_in, fan_out))


def flow(activation, weights, depth=20, width=64):
    """Sizes of all activations and of all their gradients, first layer first, before training."""
    net = mlp((D, *[width] * depth, 10), np.random.default_rng(1), activation, weights)
    signal, up, down = x_train[:256], [], []
    for layer in net.layers:
        signal = layer.forward(signal)
        up.append(np.sqrt(np.mean(signal**2)))
    gradient = right_loss[1](signal, y_train[:256])
    for layer in reversed(net.layers):
        down.append(np.sqrt(np.mean(gradient**2)))  # at this layer's output
        gradient = layer.backward(gradient)
    return up[1::2], down[::-1][1::2]  # after each activation


sizes = {f"σ = {sigma}": flow(ReLU, normal(sigma))[0] for sigma in (0.35, 0.18, 0.1, 0.01)}
ax = signal_flow(sizes, title="Too small and the signal dies, too large and it explodes")
show(ax, alt="Size of the activations in 20 ReLU layers on a log scale. With standard deviation 0.01 it falls in a "
     "straight line to below 1e-24, with 0.1 more slowly, with 0.35 it rises above 1e4; with 0.18 it stays level.")
assert sizes["σ = 0.01"][-1] < 1e-24 and sizes["σ = 0.35"][-1] > 1e4 and 0.1 < sizes["σ = 0.18"][-1] < 10
assert full() or round(np.sqrt(np.mean(x_train[:256] ** 2)), 1) == 0.5

# %% [markdown] slug="derive-say"
# $10^{-25}$, and with 0.35 more than ten thousand.
# The lines are straight on a log scale, so every layer multiplies by the same factor.
# Which one?
#
# Take one neuron: $z = \sum_d x_d w_d$ with D inputs.
# Its weights are independent, with mean 0 and variance $\sigma^2$.
# Square the sum: in the mean over all draws of the weights the mixed terms $x_d x_e w_d w_e$ vanish, and each $w_d^2$ becomes $\sigma^2$:
#
# $$\text{E}[z^2] = \sigma^2 \sum_d x_d^2 = D\, \sigma^2 \cdot \text{mean}(x^2)$$
#
# Over all draws $-z$ is as likely as $z$, so ReLU removes half of its mean square.
# One layer therefore multiplies the *mean square* by $\frac12 D \sigma^2$, and the size by the root of that.
# To keep the signal:
#
# | activation | mean square kept | demand | name |
# |---|---|---|---|
# | none; tanh near 0 | all | $\sigma^2 = 1/D$ | LeCun |
# | ReLU | half | $\sigma^2 = 2/D$ | **He** |
#
# With D = 64, He says $\sigma = \sqrt{2/64} = 0.177$, the level line above.
# And $\sigma = 0.01$ gives a factor of $\sqrt{32} \cdot 0.01 = 0.057$ per layer; twenty of them make $10^{-25}$.

# %% slug="derive-check"
for sigma in (0.01, 0.1, 0.35):
    up = flow(ReLU, normal(sigma))[0]
    measured = (up[-1] / up[0]) ** (1 / 19)  # mean factor of 19 layers
    predicted = np.sqrt(64 / 2) * sigma
    assert abs(measured / predicted - 1) < 0.1
    print(f"σ = {sigma:4}: predicted factor per layer {predicted:.2f}, measured within 10 %")

# %% [markdown] slug="std-ask"
# ## Exercise 4.6: first weights for any activation
#
# Write `weight_std(f, fan_in)`: the $\sigma$ for which a layer of `fan_in` inputs keeps the size of its weighted sums, for *any* activation `f`.
# Suppose that the sums $z$ are standard normal (mean 0, variance 1).
# The next sums, of `fan_in` values $f(z)$ each, must have variance 1 again.
# `f` takes and returns an array; measure what you need with samples or on a grid (3 % is close enough).
# Examples: about $\sqrt{2/n}$ for ReLU, $\sqrt{1/n}$ for `f = lambda z: z`.

# %% slug="std" tags=["exercise"] points=3
def weight_std(f, fan_in):
    """Standard deviation of weights that keeps the variance of the sums at 1."""
    # solution
    z = np.random.default_rng(0).normal(size=200_000)
    return 1 / np.sqrt(fan_in * np.mean(f(z) ** 2))

# %% slug="std-check"
nb04.weight_std(weight_std)

# %% [markdown] slug="std-why" tags=["solution"]
# The derivation above with $f$ in place of ReLU: the next variance is $n \sigma^2\, \text{E}[f(z)^2]$, so $\sigma^2 = 1/(n\,\text{E}[f(z)^2])$.
# It is the mean *square* that counts, not the variance: a sum of inputs that are all 0.5 is not small.
# Done on real data, layer by layer, this is nearly the method of Mishkin and Matas (arXiv:1511.06422).

# %% [markdown] slug="gradient-say"
# ## 9. What becomes of the gradient
#
# Backwards the same happens with another number.
# $\bar x = \bar y\, w^\top$ sums over the K *outputs*, so the mean square of the gradient is multiplied by $K \sigma^2$ times the mean squared slope of the activation.
# (This treats weights and gradients as independent, which is not quite true, but works.)
# Forward wants $\sigma^2 = 1/D$, backward $1/K$.
# Glorot and Bengio divide by the mean of both numbers, $\sigma^2 = 2/(D + K)$: **Xavier** or **Glorot** initialisation, made for tanh.
# Between our hidden layers D = K = 64, so there is no conflict.
#
# Now five recipes, first the signal of one of them:

# %% slug="sigmoid-signal"
recipes = {
    "ReLU, He": (ReLU, init.he_normal),
    "tanh, Glorot": (Tanh, init.glorot_normal),
    "ReLU, Glorot": (ReLU, init.glorot_normal),
    "sigmoid, Glorot": (Sigmoid, init.glorot_normal),
    "ReLU, σ = 0.01": (ReLU, normal(0.01)),
}
flows = {name: flow(*recipe) for name, recipe in recipes.items()}
up = np.array(flows["sigmoid, Glorot"][0])
assert ((up > 0.4) & (up < 0.6)).all()
print("sigmoid, Glorot: every layer's signal has a size between 0.4 and 0.6")

# %% [markdown] slug="gradient-predict"
# A perfectly healthy signal.
#
# > **Predict first.** How large is the sigmoid network's gradient in the first layer, compared with the last?
# > Factor per layer: $\sqrt{K\sigma^2} = 1$ times the slope.

# %% slug="gradient-flow"
ax = gradient_flow({name: down for name, (_, down) in flows.items()},
                   title="Backwards, only two recipes carry the gradient home")
show(ax, alt="Size of the gradient on its way from layer 20 to layer 1, on a log scale. ReLU with He and tanh with Glorot stay level; ReLU with "
     "Glorot falls a thousandfold towards the first layer, sigmoid by twelve powers of ten, standard deviation 0.01 by more than twenty.")
ratios = {name: down[0] / down[-1] for name, (_, down) in flows.items()}
assert ratios["sigmoid, Glorot"] < 1e-10 and 0.1 < ratios["ReLU, He"] < 10 and 0.1 < ratios["tanh, Glorot"] < 10

# %% [markdown] slug="gradient-why"
# Less than a ten-billionth: 19 slopes below $\frac14$, and $(1/4)^{19}$ is $4 \cdot 10^{-12}$.
# The healthy size was an illusion: every sigmoid says "about one half", whatever the picture.
# What is lost is the *difference* between pictures, and the slope of $\frac14$ shrinks that forwards just as it shrinks gradients backwards:

# %% slug="spread"
for name in ("tanh, Glorot", "sigmoid, Glorot"):
    net = mlp((D, *[64] * 20, 10), np.random.default_rng(1), *recipes[name])
    z = net.forward(x_train[:256])  # (256, K)
    spread = z.std(axis=0).mean()  # how much a logit differs from picture to picture
    print(f"{name:15}: logits differ between pictures by", "more than 0.01" if spread > 0.01 else "less than 1e-9")
    assert spread > 0.01 or spread < 1e-9

# %% [markdown] slug="deep-say"
# Look at the size of a signal *and* at its differences, at activations *and* at gradients.
#
# ## 10. Does it matter? Train them
#
# The same five networks, 20 hidden layers, same data, same Adam, 12 epochs.
#
# > **Predict first.** Adam divides every gradient by its own size (lesson 02).
# > Does that rescue the networks whose gradients vanish?

# %% slug="deep-train"
history, moved, reached = {}, {}, {}
for name, recipe in recipes.items():
    net = mlp((D, *[64] * 20, 10), np.random.default_rng(1), *recipe)
    first = net.params["0.w"].copy()
    history[name] = train(net, few, few_labels, epochs=12, rate=0.001)
    moved[name] = np.abs(net.params["0.w"] - first).max()
    reached[name] = accuracy(net.forward(x_test).argmax(axis=1), y_test)
ax = loss_curves(history, {"knows nothing: ln 10": np.log(10)}, title="Only the first weights differ, or the bend")
show(ax, alt="Training loss of five networks with 20 hidden layers. ReLU with He and tanh with Glorot fall at once, "
     "ReLU with Glorot later and less; sigmoid and the one with standard deviation 0.01 stay at ln 10.")
stuck = [name for name in history if history[name][-1] > 2.2]
print("learned nothing:", ", ".join(stuck))
assert stuck == ["sigmoid, Glorot", "ReLU, σ = 0.01"] and max(reached[name] for name in stuck) < 0.2
assert full() or min(reached["ReLU, He"], reached["tanh, Glorot"]) > 0.8
assert full() or max(reached.values()) < scores["shuffled, 2 hidden layers"]
print("ReLU with He, tanh with Glorot: above 80 % of the test digits")
assert max(moved[name] for name in stuck) < 1e-6 and moved["ReLU, He"] > 0.001
print("first layer of the stuck networks: no weight moved by a millionth")

# %% [markdown] slug="deep-why"
# No rescue.
# Adam adds a small $\epsilon = 10^{-7}$ to what it divides by, and these gradients lie far below it: the first layers stand still.
# The last layers do move, but what reaches them is the same for every picture.
# So both networks learn how frequent the digits are, cost $\ln 10$, and nothing else.
# (With $\epsilon = 10^{-60}$ the first layers move. Then the sigmoid network does begin to learn, but only after more than these 12 epochs: a patch, no cure.)
#
# An honest remark: in its 12 epochs none of the five beats the *two* hidden layers of section 5.
# Initialisation makes depth *trainable*; on 64 pixels nobody needs twenty layers.
# It also acts at the start only.
# Networks of a hundred layers usually add two more ideas: normalisation (lesson 05) and residual connections (lesson 07).

# %% [markdown] slug="keras-say"
# ## 11. The same in Keras, three ways
#
# | way | looks like | use it when |
# |---|---|---|
# | `Sequential` | a list of layers | each layer has one input and one output |
# | functional | layers called on symbols | the graph branches or joins |
# | subclass | a class with `call` | the forward pass needs Python logic |
#
# `Dense` starts with Glorot-uniform weights, *also for ReLU*; He must be asked for.
# We compare to twelve decimals below, so Keras computes in `float64` here; usually it is `float32`.

# %% slug="keras-three"
import keras

keras.config.set_floatx("float64")


def dense(units, activation=None):
    return keras.layers.Dense(units, activation=activation, kernel_initializer="he_normal")


listed = keras.Sequential([keras.Input((D,)), dense(128, "relu"), dense(64, "relu"), dense(10)])

inputs = keras.Input((D,))
hidden = dense(64, "relu")(dense(128, "relu")(inputs))
functional = keras.Model(inputs, dense(10)(hidden))


class Reader(keras.Model):
    def __init__(self):
        super().__init__()
        self.stack = [dense(128, "relu"), dense(64, "relu"), dense(10)]

    def call(self, x):
        for layer in self.stack:
            x = layer(x)
        return x

# %% [markdown] slug="equal-say"
# Now the test of everything above.
# The same weights go into five stacks: the layers typed in section 3, the package's, and Keras three times.
# Logits, loss and every gradient must agree.

# %% slug="equal-ours"
ours = mlp((D, 128, 64, 10), np.random.default_rng(5), weights=init.he_normal)
weights = list(ours.params.values())  # w, b, w, b, w, b: Keras's order too
x, labels = x_train[:100], y_train[:100]
z = ours.forward(x)  # (100, 10)
ours.backward(losses.softmax_cross_entropy_from_logits_gradient(z, labels))

typed = [Dense(*weights[:2]), Kink(), Dense(*weights[2:4]), Kink(), Dense(*weights[4:])]
signal = x
for layer in typed:
    signal = layer.forward(signal)
gradient = (losses.softmax(signal) - np.eye(10)[labels]) / len(x)  # p - y, and the mean
for layer in reversed(typed):
    gradient = layer.backward(gradient)
grown = [array for layer in typed[::2] for array in (layer.dw, layer.db)]
for a, b in zip(grown, ours.grads.values(), strict=True):
    np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)
print("section 3 = package: six gradients")

# %% slug="equal-keras"
import tensorflow as tf

reader = Reader()
reader(x)  # a subclass has no weights until it has seen a batch
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
for model in (listed, functional, reader):
    model.set_weights(weights)
    with tf.GradientTape() as tape:
        logits = model(x)
        value = cross_entropy(labels, logits)
    gradients = tape.gradient(value, [v.value for v in model.trainable_variables])
    np.testing.assert_allclose(z, logits, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(right_loss[0](z, labels), value, rtol=1e-12, atol=1e-12)
    for a, b in zip(ours.grads.values(), gradients, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)
print("package = Keras, three ways: logits, loss and six gradients to 1e-12")

# %% [markdown] slug="fit-say"
# Agreed, so from now on Keras does the work.
# `fit` is our loop of section 5, compiled.
# The hidden layers are wider here and start with He, and half as many epochs are enough:

# %% slug="fit"
listed.compile(optimizer=keras.optimizers.Adam(0.003), loss=cross_entropy, metrics=["accuracy"])
listed.fit(x_train, y_train, batch_size=64, epochs=max(4, epochs // 2), verbose=0)
_, keras_accuracy = listed.evaluate(x_test, y_test, verbose=0)
assert keras_accuracy >= 0.96
print("Keras network, shuffled test: at least 96 %")
print(f"parameters: {listed.count_params():,} = {' + '.join(str(w.size) for w in weights)}")

# %% [markdown] slug="pitfalls"
# ## 12. What goes wrong, and how it looks
#
# | what you see | what it often is |
# |---|---|
# | the loss stays at $\ln K$ from the first step | signal or gradient dead: σ too small, sigmoids in depth, all weights 0 |
# | the loss levels off at $\log(e + K - 1) - 1$, accuracy good | softmax twice |
# | loss `nan` or `inf` at once | σ too large, or the logarithm of a softmax |
# | the first loss is 30, not $\ln K$ | first weights too large, or inputs from 0 to 255 |
# | only the last layers change | vanishing gradient: plot its size per layer |
# | many hidden units are 0 for every example | dead ReLUs, often after a step that was too large |
# | a wide layer no better than a narrow one | symmetric start |
# | the loss jumps and sticks, in Keras | `from_logits=False` and no softmax: logarithms of clipped logits |
#
# ## Summary
#
# 1. A hidden ReLU layer adds hinges and learns where to bend; one layer can fit any curve, but depth folds, and folds multiply.
# 2. A layer keeps its input and turns the gradient at its output into three: $x^\top \bar y$ for the weights, column sums for the bias, $\bar y w^\top$ for the layer before.
# 3. Softmax and logarithm belong fused; the gradient at the logits is $p - y$.
# 4. Per layer the mean square is multiplied by $n \sigma^2$ and by what the activation keeps; set the product to 1 and you have LeCun, Glorot, He.
# 5. Before training, plot the size of signal and gradient layer by layer; a level line is the sign of a network that can learn.
#
# So why stack layers? Because folds multiply.
# What breaks is a product of many factors, and the cure is to make each factor 1.
#
# **What comes next.** Our network reads more than 96 % of familiar hands, but far fewer of new ones.
# Lesson 05 is about that gap: overfitting, regularisation, and how to measure without fooling yourself.
#
# ## References
#
# - Glorot and Bengio (2010), *Understanding the difficulty of training deep feedforward neural networks*, AISTATS, [PMLR 9:249-256](https://proceedings.mlr.press/v9/glorot10a.html).
# - He, Zhang, Ren and Sun (2015), *Delving Deep into Rectifiers*, [arXiv:1502.01852](https://arxiv.org/abs/1502.01852): He initialisation.
# - Hendrycks and Gimpel (2016), *Gaussian Error Linear Units*, [arXiv:1606.08415](https://arxiv.org/abs/1606.08415).
# - Telgarsky (2016), *Benefits of depth in neural networks*, [arXiv:1602.04485](https://arxiv.org/abs/1602.04485): folds, proved.
# - Mishkin and Matas (2015), *All you need is a good init*, [arXiv:1511.06422](https://arxiv.org/abs/1511.06422): measure each layer's variance, divide by its root.
# - Cybenko (1989), *Approximation by superpositions of a sigmoidal function*, Mathematics of Control, Signals and Systems 2, 303-314: universal approximation.
