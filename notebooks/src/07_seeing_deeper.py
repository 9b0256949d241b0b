# %% [raw] slug="front"
# title = "Seeing deeper"
# question = "Does the network look at the object, can I trust where it looks, and can I fool it?"
# hook = """
# Two networks name the shape in a picture.
# One is right about nine times in ten.
# The other is right in almost every picture, and has never looked at a shape: it reads a mark that somebody's scanner left in the corner.
# Accuracy prefers the wrong one.
# A heat map exposes it, once you have measured how far heat maps can be believed.
# Then you fool the honest network with changes that you can hardly see, and train it to resist.
# """
# able = [
#     "mend a network class that is no model, and say why very deep stacks need shortcuts",
#     "reuse a trained network for new classes with sixteen pictures each, and compare fairly with training from scratch",
#     "write saliency and Grad-CAM, and score them against the known place of the object",
#     "expose a network that learned the wrong thing",
#     "attack a network with FGSM and PGD, train against it, and report robust accuracy honestly",
# ]
# needs = "Lessons 03 to 06: backpropagation, batch normalisation, convolution, feature maps."
# minutes = 75
# seconds = 58

# %% slug="setup"
import numpy as np

from course_utils.autograd.gradcheck import check_gradient
from course_utils.checks import nb07
from course_utils.data.digits import load_digits
from course_utils.data.shapes import load_shapes
from course_utils.metrics.classification import accuracy
from course_utils.metrics.pointing import pointing_hits, pointing_score
from course_utils.plots.attack import attack_table
from course_utils.plots.curves import bars, curves
from course_utils.plots.depth import loss_curves
from course_utils.plots.dots import dots
from course_utils.plots.figure import show
from course_utils.plots.heat_maps import heat_map_table, picture_table
from course_utils.plots.shortcut import residual_diagram
from course_utils.runtime import full, setup
from course_utils.scratch import losses
from course_utils.scratch.activations import ReLU
from course_utils.scratch.linear import Linear
from course_utils.scratch.norms import BatchNorm
from course_utils.scratch.optimizers import Adam
from course_utils.scratch.sequential import Sequential

setup(seed=7)

# %% [markdown] slug="pictures-say"
# ## 1. Pictures whose truth is known
#
# Lesson 06 read digits: black ink on clean paper, always in the middle.
# Now the pictures are in colour, and the object hides.
# They are drawn by a program, for one reason: we know *exactly where* each object is.
#
# Shape letters: **N** pictures, **H** x **W** pixels, **C** = 3 colours, **F** feature maps of **h** x **w** places, **K** = 10 classes.

# %% slug="pictures"
data = load_shapes()
train, test = data.train, data.test
place_known = test.masks is not None  # not with COURSE_FULL=1: photographs, of which nobody knows it
first = [int(np.flatnonzero(test.labels == k)[0]) for k in range(10)]  # one of each class
outlines = test.masks[first] if place_known else None
axes = picture_table(test.images[first], test.names, masks=outlines, title="Only the outline tells them apart")
show(axes, alt="Ten small colour pictures with textures, ovals and a stroke across. A yellow outline marks the one shape "
     "in each: disc, square, triangle, star, ring, cross, heart, moon, arrow, hourglass.")
print("train", train.images.shape, " test", test.images.shape, " classes", len(test.names))

# %% slug="claim"
def claim(true, words):
    """Print what the cell has shown. Photographs may differ, so there a claim may fail."""
    assert true or full(), words
    print(words if true else f"not on these pictures: {words}")

# %% [markdown] slug="lookalike-say"
# Size, place, colour and texture are drawn alike for all ten classes.
# A network that looks anywhere but at the shape can do no better than guess.
# (With `COURSE_FULL=1` you work on CIFAR-10, photographs without known places.
# The numbers in the text are for the shapes.)
#
# ## 2. A network that is no model
#
# Many tutorials write a network as a class with its layers in `__init__` and a `forward` method.
# Here is one in that style.

# %% slug="keras" tags=["shared"]
import keras
from keras import layers

# %% slug="lookalike"
class Lookalike:
    def __init__(self):
        self.convolution = layers.Conv2D(32, 3, padding="same")
        self.pool, self.flat = layers.MaxPooling2D(2), layers.Flatten()
        self.answer = layers.Dense(10, activation="softmax")

    def forward(self, x):
        return self.answer(self.flat(self.pool(self.convolution(x))))


lookalike = Lookalike()
print("forward:", tuple(lookalike.forward(test.images[:2]).shape))
try:
    lookalike.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
except AttributeError as error:
    print("AttributeError:", error)
print("rate of the word 'adam':", keras.optimizers.get("adam").learning_rate.numpy().round(6))

# %% [markdown] slug="lookalike-why"
# The forward pass works, so the bug shows late: `compile` and `fit` belong to `keras.Model`, and this class inherits nothing.
# Two quieter faults hide behind it.
# The word `"adam"` makes an optimizer with the rate 0.001, whatever rate the caller asked for.
# And the convolution has no activation, so before the softmax only the pooling bends.

# %% [markdown] slug="clinic-ask"
# ## Exercise 7.1: bug clinic, a network that is no model
#
# `mended_cnn(rate)` returns a *compiled* Keras model, `(N, 32, 32, 3)` -> logits `(N, 10)`:
# two convolutions of 32 filters 3x3, `"same"` padding and ReLU, each followed by 2x2 max pooling, then `Flatten`, `Dense(128)` with ReLU, and `Dense(10)`.
# It has 273,706 parameters.
# Its optimizer is Adam with the given `rate`; the loss fits logits and whole-number labels.
# The code below has the faults you have just seen.

# %% slug="clinic" tags=["exercise"] points=2
def mended_cnn(rate):
    """A compiled Keras model: (N, 32, 32, 3) -> logits (N, 10), Adam with this rate."""
    # solution
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for _ in range(2):
        model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D(2))
    for layer in (layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10)):
        model.add(layer)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss, metrics=["accuracy"])
    return model
    # stub
    # class Network:
    #     def __init__(self):
    #         self.first = layers.Conv2D(32, 3, padding="same")
    #         self.second = layers.Conv2D(32, 3, padding="same")
    #         self.pool, self.flat = layers.MaxPooling2D(2), layers.Flatten()
    #         self.hidden = layers.Dense(128, activation="relu")
    #         self.answer = layers.Dense(10, activation="softmax")
    #
    #     def forward(self, x):
    #         x = self.pool(self.second(self.pool(self.first(x))))
    #         return self.answer(self.hidden(self.flat(x)))
    #
    # model = Network()
    # model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    # return model

# %% slug="clinic-check"
nb07.mended_cnn(mended_cnn)

# %% [markdown] slug="clinic-why" tags=["solution"]
# `Sequential` is a `keras.Model`, so `compile`, `fit`, `evaluate` and `save` come with it.
# (A class works too, if it inherits from `keras.Model`, calls `super().__init__()` and names its forward pass `call`.)
# The rate reaches the optimizer only if you make the optimizer yourself.
# Logits with `from_logits=True` avoid the logarithm of a softmax (lesson 04).

# %% [markdown] slug="deeper-say"
# We come back to this network in section 9.
# First: why not stack more layers?
#
# ## 3. Deeper is worse, until you add
#
# The digits of lesson 04 are small enough for an experiment in NumPy.
# A *block* is two dense layers, each with batch normalisation (lesson 05).
# One network has one block; the other has ten, and so 22 dense layers.
# Normalisation keeps the signal at a healthy size, so the trouble of lesson 04 is out of the way.
#
# > **Predict first.** The deep network can imitate the shallow one: nine blocks need only hand on their input.
# > After eight epochs, is its **training** loss lower, equal or higher?

# %% slug="block"
class Block:
    """relu(f(x)), f being two normalised dense layers. x (N, D) -> (N, D)."""

    def __init__(self, width, rng):
        def dense():
            return Linear(width, width, rng)

        self.f = Sequential([dense(), BatchNorm(width), ReLU(), dense(), BatchNorm(width)])
        self.relu, self.params = ReLU(), self.f.params

    def forward(self, x):
        return self.relu.forward(self.f.forward(x))

    def backward(self, dy):
        dx = self.f.backward(self.relu.backward(dy))
        self.grads = self.f.grads
        return dx

# %% slug="deep-train"
digits = load_digits()
order = np.random.default_rng(0).permutation(len(digits.labels))[:1400]
x, labels = digits.images[order].reshape(1400, -1), digits.labels[order]  # (N, D), (N,)


def training_loss(blocks, kind):
    """Mean training loss of eight epochs on the digits."""
    rng = np.random.default_rng(1)
    middle = [kind(64, rng) for _ in range(blocks)]
    net = Sequential([Linear(x.shape[1], 64, rng), ReLU(), *middle, Linear(64, 10, rng)])
    optimizer, history = Adam(0.001), []
    for _ in range(8):
        seen = []
        for rows in np.array_split(rng.permutation(1400), 22):
            z = net.forward(x[rows])
            seen.append(losses.softmax_cross_entropy_from_logits(z, labels[rows]))
            net.backward(losses.softmax_cross_entropy_from_logits_gradient(z, labels[rows]))
            optimizer.step(net.params, net.grads)
        history.append(np.mean(seen))
    return history


history = {"1 block": training_loss(1, Block), "10 blocks": training_loss(10, Block)}
claim(history["10 blocks"][-1] > 3 * history["1 block"][-1], "10 blocks: more than 3 times the training loss of 1 block")

# %% [markdown] slug="shortcut-say"
# Higher, by far.
# This is not overfitting: it does worse on the very pictures it trains on.
# Nor is it helpless: after many more epochs it comes to where the shallow one is now (try forty).
# It spends them on a search that the shallow network need not make.
# Copying is easy to *say* and hard to *find*: the block would have to learn two weight matrices whose product is the identity, past a ReLU and two normalisations.
#
# The cure of He and colleagues (2015): let the block learn only **what to add**.

# %% slug="shortcut-draw"
ax = residual_diagram(["dense", "norm", "ReLU", "dense", "norm"], title="A residual block: y = relu(x + f(x))")
show(ax, alt="A row of five boxes, dense, norm, ReLU, dense, norm, leads to a plus sign and a ReLU. A shortcut carries x past "
     "the boxes to the plus. A red arrow shows the gradient coming back both ways.")

# %% [markdown] slug="shortcut-why"
# Now copying is easy: $f = 0$, for $x$ comes out of a ReLU and passes the last one unchanged.
# And backwards two roads lead from $y$ to $x$, so their gradients add (lesson 03):
#
# $$s = x + f(x) \qquad \bar x = \bar s + (\text{what } f \text{ sends back for } \bar s)$$
#
# The first term is $\bar s$ itself: no weight matrix in between.
# In code, two lines change:

# %% slug="shortcut"
class Shortcut(Block):
    """relu(x + f(x)): learns what to add."""

    def forward(self, x):
        return self.relu.forward(x + self.f.forward(x))

    def backward(self, dy):
        ds = self.relu.backward(dy)
        dx = ds + self.f.backward(ds)  # two roads meet: add
        self.grads = self.f.grads
        return dx


rng = np.random.default_rng(0)
block, point, dy = Shortcut(4, rng), rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
block.forward(point)
check_gradient(lambda v: np.sum(block.forward(v) * dy), point, block.backward(dy))
print("the gradient through both roads agrees with nudges")

# %% slug="shortcut-train"
history["10 blocks, shortcuts"] = training_loss(10, Shortcut)
ax = loss_curves(history, {"knows nothing: ln 10": np.log(10)}, title="Ten blocks train worse than one, until they may add")
show(ax, alt="Training loss over eight epochs. One block falls steadily. Ten plain blocks stay far above it. "
     "Ten blocks with shortcuts fall fastest and end lowest.")
claim(history["10 blocks, shortcuts"][-1] < history["1 block"][-1], "with shortcuts, ten blocks end below one block")
assert history["10 blocks, shortcuts"][-1] < history["10 blocks"][-1] / 2
print("and below half of ten blocks without")

# %% [markdown] slug="knob-ask"
# ## Exercise 7.2: a shortcut with a knob
#
# Some networks put a knob on the block, one number $a$ that is learned and starts at 0: $y = x + a\,f(x)$ (no ReLU after it).
# Write `knob_backward(f, a, dy, f_backward)`.
# `f` is the array $f(x)$, `(N, D)`; `dy` is the gradient at $y$, `(N, D)`.
# `f_backward(d)` takes the gradient at $f$'s output and returns the one at its input.
# Return `(dx, da)`: an array `(N, D)` and one number.
# Example: with `f_backward = lambda d: 2 * d`, `f = [[1., 3.]]`, `a = 10` and `dy = [[1., 1.]]`, `dx` is `[[21., 21.]]` and `da` is 4.

# %% slug="knob" tags=["exercise"] points=2
def knob_backward(f, a, dy, f_backward):
    """Gradients of y = x + a * f(x): dx (N, D) and da, a number."""
    # solution
    dx = dy + f_backward(a * dy)
    da = np.sum(f * dy)
    return dx, da

# %% slug="knob-check"
nb07.knob_backward(knob_backward)

# %% [markdown] slug="knob-why" tags=["solution"]
# Into $f$ goes the gradient at $f$'s output, and that is $a\,\bar y$; the shortcut adds $\bar y$.
# The knob is used for every entry, so its roads are added over all of them.
# At $a = 0$ the block is a wire: $\bar x = \bar y$ exactly, through any number of blocks.
# The knob itself still gets a gradient, so it opens (Bachlechner et al., 2020, "ReZero").

# %% [markdown] slug="conv-say"
# For pictures, f is made of convolutions.
# Here it is typed with Keras layers; the package's `ResidualBlock` must agree with it, weight for weight.

# %% slug="conv-equal"
import tensorflow as tf

from course_utils.models.residual import ResidualBlock

x = keras.Input((8, 8, 16))  # feature maps: h, w, F
y = layers.Conv2D(16, 3, padding="same", use_bias=False)(x)
y = layers.ReLU()(layers.BatchNormalization()(y))
y = layers.Conv2D(16, 3, padding="same", use_bias=False)(y)
y = layers.BatchNormalization()(y)
typed = keras.Model(x, layers.ReLU()(x + y))

block = ResidualBlock(16)
block.build((None, 8, 8, 16))
weights = [rng.uniform(0.1, 1, w.shape) for w in typed.get_weights()]  # no weight is at its start
typed.set_weights(weights)
block.set_weights(weights)
maps = rng.normal(size=(5, 8, 8, 16)).astype("float32")
np.testing.assert_allclose(typed(maps, training=False), block(maps, training=False), rtol=1e-4, atol=1e-3)
print("typed block = package's ResidualBlock; weights in each:", sum(w.size for w in weights))

# %% [markdown] slug="body-say"
# (These digits do not need ten blocks, and after more epochs one block does as well.
# The point is that depth no longer hurts.)
#
# Where the number of maps changes or the size halves, $x$ has the wrong shape to be added.
# There the shortcut is a 1x1 convolution with a normalisation.
#
# ## 4. Six shapes first
#
# Our network is small: one 5x5 convolution that halves the size, three residual blocks, the mean over all places, one dense layer.
# (`small_resnet` in the package is the paper's; it works at full size first and takes several times as long.)
# We train it in two stages, and at first it sees **six** of the ten shapes.

# %% slug="body"
from course_utils.scratch.schedules import warmup_cosine
from course_utils.train.report import Report

picture = keras.Input((32, 32, 3))
x = layers.Conv2D(16, 5, strides=2, padding="same", use_bias=False)(picture)  # (N, 16, 16, F)
x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))  # few steps: remember ten batches
for filters, stride, name in ((16, 1, "first"), (32, 2, "second"), (32, 1, "last")):
    x = ResidualBlock(filters, stride, momentum=0.9, name=name)(x)  # in the end (N, 8, 8, 32)
mean = layers.GlobalAveragePooling2D(name="mean")(x)  # (N, 32)
model = keras.Model(picture, layers.Dense(10, name="logits")(mean))
trunk = keras.Model(picture, mean)  # the same layers without the last
untrained = model.get_weights()
print(f"{model.count_params():,} parameters")

# %% [markdown] slug="learn-say"
# One model, compiled once, will be trained several times from different first weights.
# `learn` does that: it sets the weights, gives the optimizer a fresh memory, and lets the rate rise and fall (lesson 02).

# %% slug="learn"
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer=keras.optimizers.Adam(), loss=cross_entropy, metrics=["accuracy"])
model.optimizer.build(model.trainable_variables)
no_memory = [variable.numpy() for variable in model.optimizer.variables]


class RiseAndFall(keras.callbacks.Callback):
    def __init__(self, peak, steps):
        super().__init__()
        self.rate, self.step = warmup_cosine(peak, steps, warmup=steps // 4), 0

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.rate(self.step)
        self.step += 1


def learn(weights, images, labels, epochs, peak, name):
    """Train `model` from `weights` in batches of 32; returns Keras's history."""
    model.set_weights(weights)
    for variable, value in zip(model.optimizer.variables, no_memory, strict=True):
        variable.assign(value)
    calls = [RiseAndFall(peak, epochs * -(-len(images) // 32)), Report(name, last_line=False)]
    return model.fit(images, labels, batch_size=32, epochs=epochs, verbose=0, callbacks=calls).history

# %% slug="six"
def outputs(net, images):
    """What `net` says to many images, a thousand at a time, as NumPy."""
    parts = np.array_split(images, -(-len(images) // 1000))
    return np.concatenate([net(part, training=False).numpy() for part in parts])


known = train.labels < 6
learn(untrained, train.images[known], train.labels[known], epochs=5, peak=0.01, name="six shapes")
old = test.labels < 6
pretrained = model.get_weights()
six_right = accuracy(outputs(model, test.images[old]).argmax(axis=1), test.labels[old])
claim(six_right > 0.78, "six shapes, test: above 78 %")

# %% [markdown] slug="transfer-say"
# ## 5. Four new shapes, sixteen pictures each
#
# Now someone wants heart, moon, arrow and hourglass, and has 16 pictures of each.
# A **frozen** network is used as it is: each picture passes through it once, and only a new last layer learns, a softmax regression on 32 features.
# **Fine-tuning** trains on from the old weights, all of them, with a new last layer.
#
# ### Augmentation: say what does not matter
#
# A mirrored heart is a heart; so is one three pixels further left, or in opposite colours.
# Such copies tell the network something that *you* know about the task.
# (Opposite colours suit these shapes, whose colours are random. Nobody will ever show you a frog in opposite colours.)

# %% slug="draw"
def draw(seed, few=16):
    """Training pictures of each new shape: images (4 * few, 32, 32, 3), labels 6 to 9."""
    rng = np.random.default_rng(seed)
    rows = [rng.choice(np.flatnonzero(train.labels == k), few, replace=False) for k in range(6, 10)]
    return train.images[np.concatenate(rows)], train.labels[np.concatenate(rows)]


def varied(images, rng):
    """Each picture mirrored or not, in opposite colours or not; all shifted alike. Same shape."""
    coin = rng.random((2, len(images), 1, 1, 1)) < 0.5
    images = np.where(coin[0], images[:, :, ::-1], images)
    images = np.where(coin[1], 1 - images, images)
    down, right = rng.integers(0, 7, 2)
    padded = np.pad(images, ((0, 0), (3, 3), (3, 3), (0, 0)), mode="edge")
    return padded[:, down:down + 32, right:right + 32]


def copies(images, labels, seed, times=20):
    """The pictures and varied copies of them, `times` as many in all."""
    rng = np.random.default_rng(seed)
    more = [varied(images, rng) for _ in range(times - 1)]
    return np.concatenate([images, *more]), np.tile(labels, times)

# %% slug="readout"
def features(weights, images):
    """Frozen features (N, 32) under these weights."""
    model.set_weights(weights)
    return outputs(trunk, images).astype(float)


def readout(x, labels, x_new):
    """Softmax regression on features x (N, D); its answers to x_new, 6 to 9."""
    middle, spread = x.mean(axis=0), x.std(axis=0) + 1e-3
    layer, optimizer = Linear(x.shape[1], 4, np.random.default_rng(0)), Adam(0.03)
    for _ in range(200):
        z = layer.forward((x - middle) / spread)
        layer.backward(losses.softmax_cross_entropy_from_logits_gradient(z, labels - 6))
        optimizer.step(layer.params, layer.grads)
    return 6 + layer.forward((x_new - middle) / spread).argmax(axis=1)

# %% slug="trained"
new = test.labels >= 6
new_images, new_labels = test.images[new], test.labels[new]


def trained(weights, images, labels, epochs, name):
    """Train all weights from these; the answers to the new test pictures, 6 to 9."""
    learn(weights, images, labels, epochs, peak=0.006, name=name)
    return 6 + outputs(model, new_images)[:, 6:].argmax(axis=1)

# %% [markdown] slug="transfer-predict"
# Each way gets three draws of 64 pictures:
#
# | | first weights | what learns | pictures |
# |---|---|---|---|
# | from scratch | random | everything, in 40 steps | varied copies |
# | from scratch, longer | random | everything, in 200 steps (one draw) | varied copies |
# | frozen random | random | a new last layer | the 64 |
# | frozen | from six shapes | a new last layer | the 64 |
# | frozen, varied | from six shapes | a new last layer | varied copies |
# | fine-tuned | from six shapes | everything, in 40 steps | varied copies |
#
# > **Predict first.** Which is best, and how far above guessing (25 %) does "from scratch" get in 40 steps?

# %% slug="transfer"
new_last_layer = [*pretrained[:-2], *untrained[-2:]]
test_features = {"random": features(untrained, new_images), "six": features(pretrained, new_images)}
ways = ("from scratch", "from scratch, longer", "frozen random", "frozen", "frozen, varied", "fine-tuned")
found = {name: [] for name in ways}

for seed in range(3):
    few, labels = draw(seed)
    many, many_labels = copies(few, labels, seed)
    said = {
        "frozen random": readout(features(untrained, few), labels, test_features["random"]),
        "frozen": readout(features(pretrained, few), labels, test_features["six"]),
        "frozen, varied": readout(features(pretrained, many), many_labels, test_features["six"]),
        "from scratch": trained(untrained, many, many_labels, 1, "from scratch"),
        "fine-tuned": trained(new_last_layer, many, many_labels, 1, "fine-tuned"),
    }
    if seed == 0:  # once only: it takes a while
        said["from scratch, longer"] = trained(untrained, many, many_labels, 5, "longer")
    for name, answer in said.items():
        found[name].append(100 * accuracy(answer, new_labels))

# %% slug="transfer-draw"
ax = dots(found, levels={"guessing": 25}, xlabel="test accuracy on four new shapes, %",
          title="What six shapes taught serves four others")
show(ax, alt="Dots for six ways. From scratch and frozen random weights lie just above guessing at 25 %. Five times as long "
     "from scratch lies far to the right of them, and so do the three ways that use the weights of the six shapes.")
average = {name: np.mean(values) for name, values in found.items()}
without = max(average["from scratch"], average["frozen random"])
frozen, varied_too, tuned = average["frozen"], average["frozen, varied"], average["fine-tuned"]
claim(without < 40 and min(frozen, tuned) > without + 8, "40 steps without the six shapes: below 40 %; with them: more than 8 points above that")
claim(average["from scratch, longer"] > average["from scratch"] + 5, "five times as long from scratch: more than 5 points gained")
claim(varied_too > frozen + 1, "varied copies help the frozen network")
claim(tuned < varied_too + 5, "fine-tuning is no more than 5 points better than that, if at all")

# %% [markdown] slug="transfer-why"
# The three ways that start from the six shapes are far ahead of 40 steps from scratch, which end not far above guessing.
# Frozen random weights do no better, so it is the *training* that transfers, not the architecture.
# But look at the second row before you praise it: with five times the steps, starting from scratch makes up much of the difference.
# A comparison is worth as much as the care given to its loser.
# The varied copies add a few points for nothing but arithmetic.
# Fine-tuning moves nearly 40,000 numbers with 64 pictures and 40 steps.
# Here it gains little at best, and it may even unlearn.
# With more pictures it can win: try `draw(seed, 100)`.
#
# With plenty of pictures the same start serves all ten classes, and this becomes the network of the rest of the lesson.

# %% slug="ten"
learn(pretrained, train.images, train.labels, epochs=3, peak=0.006, name="ten shapes")
said = outputs(model, test.images).argmax(axis=1)
right = said == test.labels
claim(right.mean() >= 0.86, "ten shapes, test: at least 86 %")

# %% [markdown] slug="saliency-say"
# ## 6. Where does it look? Nudge every pixel
#
# Around nine in ten are right.
# But does it look at the shapes?
# The most direct question: change one pixel by a little, and see how much the logit of the answer moves.
# A picture has 32 x 32 x 3 = 3,072 numbers, so that takes 3,073 forward passes.

# %% slug="nudge"
chosen = int(np.flatnonzero(right)[0])
image, c = test.images[chosen], int(said[chosen])  # (H, W, C), the answer
nudged = np.repeat(image[None], image.size, axis=0).reshape(image.size, -1)  # (3072, 3072)
nudged[np.arange(image.size), np.arange(image.size)] += 0.01
logits = outputs(model, nudged.reshape(-1, 32, 32, 3))[:, c]
by_nudges = ((logits - outputs(model, image[None])[0, c]) / 0.01).reshape(image.shape)

# %% [markdown] slug="tape-say"
# This is the gradient of a logit at the *input*, and backpropagation gets it in one pass back.
# Training asks "how should the weights move?"; now we ask "what if the picture moved?".

# %% slug="tape"
from course_utils.train.attribution import enlarge, grad_cam, saliency

pixels = tf.constant(image[None])
with tf.GradientTape() as tape:
    tape.watch(pixels)
    logit = model(pixels, training=False)[0, c]
gradient = tape.gradient(logit, pixels).numpy()[0]  # (H, W, C)
assert np.corrcoef(gradient.ravel(), by_nudges.ravel())[0, 1] > 0.95
print("one pass back agrees with 3,073 forward passes")

by_hand = np.abs(gradient).max(axis=-1)  # (H, W): the strongest of three colours
np.testing.assert_allclose(by_hand, saliency(model, image[None], [c])[0], rtol=1e-4, atol=1e-5)
print("our saliency map = package's saliency")

# %% [markdown] slug="cam-say"
# The absolute value, and the largest of the three colours, make a **saliency map** (Simonyan et al., 2013).
#
# ## 7. Grad-CAM: ask the last maps instead
#
# Pixels are far from the answer.
# The last block has 32 feature maps of 8x8 places, and each map answers to something: a tip, a bend, a straight edge.
# Grad-CAM (Selvaraju et al., 2016) asks how strongly each *map* speaks for the class, and where that map is active.
# First the gradient of the logit at the maps, $G$, shape (h, w, F) like the maps $A$.
#
# > **Predict first.** $G$ has 64 numbers for each of the 32 maps.
# > How many of the 64 are different? (What follows the maps: the mean over all places, then a dense layer.)

# %% slug="maps"
maps_and_logits = keras.Model(picture, [model.get_layer("last").output, model.output])
with tf.GradientTape() as tape:
    maps, logits = maps_and_logits(image[None], training=False)
    logit = logits[0, c]
A, G = maps.numpy()[0], tape.gradient(logit, maps).numpy()[0]  # both (h, w, F) = (8, 8, 32)
print("A", A.shape, " G", G.shape)
print("maps in which the 64 numbers of G differ:", np.count_nonzero(np.ptp(G, axis=(0, 1)) > 1e-6))

# %% [markdown] slug="maps-why"
# One in every map: the mean treats all places alike, so every place has the weight of the dense layer divided by 64.
# In other networks the places differ, and Grad-CAM takes their mean:
#
# $$\alpha_f = \underset{\text{places}}{\text{mean}}\; G_{\cdot\cdot f} \qquad \text{map} = \text{relu}\Big(\sum_f \alpha_f\, A_{\cdot\cdot f}\Big)$$
#
# The ReLU drops what speaks *against* the class.

# %% [markdown] slug="cam-ask"
# ## Exercise 7.3: Grad-CAM
#
# Write `cam(features, gradients)` for N pictures at once, in NumPy.
# Both are `(N, h, w, F)`; return the maps, `(N, h, w)`, nowhere negative.
# Each picture has its own weights $\alpha$.
# Example: with one place and two maps, `features = [[[[3., 1.]]]]` and `gradients = [[[[2., -1.]]]]` give `[[[5.]]]`.

# %% slug="cam" tags=["exercise"] points=2
def cam(features, gradients):
    """Grad-CAM from feature maps and the gradients there: (N, h, w, F) twice -> (N, h, w)."""
    # solution
    weights = gradients.mean(axis=(1, 2), keepdims=True)  # (N, 1, 1, F)
    return np.maximum((weights * features).sum(axis=-1), 0)

# %% slug="cam-check"
nb07.cam(cam)

# %% [markdown] slug="cam-why" tags=["solution"]
# The mean runs over height and width only, so that each picture and each map keeps its own weight; `keepdims` lets it multiply $A$.
# The sum over F comes before the ReLU, so that maps for and against the class can cancel.

# %% [markdown] slug="cam-equal-say"
# In *our* network the weights can be read off the dense layer, without any gradient.
# That is the older CAM (Zhou et al., 2015), here with Grad-CAM's factor 1/64 and its ReLU, and it must equal the package's Grad-CAM.
#
# In the figure, a mark shows where each map is highest: a disc on the shape, a cross beside it.

# %% slug="cam-equal"
kernel = model.get_layer("logits").get_weights()[0]  # (F, K)
by_hand = np.maximum(A @ kernel[:, c] / 64, 0)  # (h, w)
np.testing.assert_allclose(by_hand, grad_cam(model, image[None], "last", [c])[0], rtol=1e-4, atol=1e-5)
print("read off the dense layer = package's grad_cam")

shown = np.flatnonzero(right)[:6]
some = test.images[shown]
heat_maps = {"saliency": saliency(model, some), "Grad-CAM": enlarge(grad_cam(model, some, "last"), (32, 32))}
axes = heat_map_table(some, heat_maps, masks=test.masks[shown] if place_known else None,
                      captions=[test.names[k] for k in said[shown]], title="Two maps, one question: what made you say so?")
show(axes, alt="Six pictures with outlined shapes, their saliency maps and their Grad-CAM maps. Saliency is speckled and often "
     "peaks beside the shape; Grad-CAM is one smooth blob, mostly on the shape. Discs mark hits, crosses misses.")

# %% [markdown] slug="score-say"
# ## 8. Do not admire a map: score it
#
# Maps like these fill papers and reports, and they always look meaningful.
# We know where the shapes are, so we can count.
# In the **pointing game** (Zhang et al., 2016) a map scores a hit if its highest point lies on the object.
# The score is the share of hits over all test pictures.
# And a score means nothing alone; what would these get?
#
# - a finger on a random pixel,
# - a finger always on the centre of the picture,
# - Grad-CAM of an **untrained** network, which knows nothing.
#
# > **Predict first.** Put the five in order: these three, saliency, and Grad-CAM of our network.

# %% slug="score"
def cam_maps(net, images):
    """Grad-CAM at the picture's size, for the network's own answers: (N, 32, 32)."""
    return enlarge(grad_cam(net, images, "last"), (32, 32))


ten_weights = model.get_weights()
if place_known:
    model.set_weights(untrained)
    pointers = {"Grad-CAM, untrained": cam_maps(model, test.images)}
    model.set_weights(ten_weights)
    pointers |= {"saliency": saliency(model, test.images), "Grad-CAM": cam_maps(model, test.images)}
    pointers["the centre"] = np.zeros((len(test), 32, 32))
    pointers["the centre"][:, 16, 16] = 1
    scores = {"a random pixel": test.masks.mean()} | {name: pointing_score(maps, test.masks) for name, maps in pointers.items()}
    hits = pointing_hits(pointers["Grad-CAM"], test.masks)  # (N,)
else:
    print("nobody knows where the objects are in photographs: maps without scores")

# %% slug="score-draw"
if place_known:
    order = sorted(scores, key=scores.get)
    ax = bars(order, [100 * scores[name] for name in order], digits=0, xlabel="pointing score, %",
              title="Only one of them beats a finger on the centre")
    show(ax, alt="Bars of the pointing score: a random pixel about 18 %, saliency and Grad-CAM of an untrained network "
         "around 40 %, the centre 48 %, Grad-CAM of the trained network about 80 %.")
    claim(scores["Grad-CAM, untrained"] > scores["a random pixel"], "untrained: above a random pixel")
    claim(scores["Grad-CAM"] >= 0.7, "Grad-CAM: at least 70 %, more than 20 points above the centre")
    claim(max(scores["saliency"], scores["Grad-CAM, untrained"]) < scores["the centre"] < 0.5, "centre below 50 %, saliency below the centre")
    claim(hits[right].mean() > hits[~right].mean() + 0.05, "it points better where the answer is right")

# %% [markdown] slug="score-why"
# An *untrained* network's Grad-CAM scores above a random pixel, here far above.
# Random filters answer to contrast, and a shape against its ground is often the largest contrast in the picture.
# (How far depends on the random weights: others came a few points above that pixel, or near the centre.)
# So a map that "finds the object" may owe that to the picture, not to anything learned.
# Adebayo and colleagues (2018) tested many methods like this.
# The maps of some, such as guided backpropagation, hardly changed when the weights of the upper layers were made random; plain gradients and Grad-CAM did change.
# What training adds is the distance from the untrained bar to the highest bar, and that is large.
#
# And saliency, the direct question to the pixels, loses to a finger on the centre.
# Is it useless?
# Look at the figure again: it likes *edges*, and an edge has two sides.
# The original game forgives a miss by up to 15 pixels, in photographs of some hundreds; our rule forgives none.
#
# > **Predict first.** Let masks grow by two pixels on every side.
# > A random finger then hits more often. Which of the others gains most?

# %% slug="tolerance"
def thicker(masks, pixels):
    """Masks (N, H, W) grown by so many pixels on every side."""
    size = 2 * pixels + 1
    padded = np.pad(masks, ((0, 0), (pixels, pixels), (pixels, pixels)))
    return np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(1, 2)).any(axis=(-2, -1))


if place_known:
    wide = thicker(test.masks, 2)
    forgiving = {"a random pixel": wide.mean()} | {name: pointing_score(maps, wide) for name, maps in pointers.items()}
    order = sorted(forgiving, key=forgiving.get)
    ax = bars(order, [100 * forgiving[name] for name in order], digits=0, xlabel="pointing score with two pixels of tolerance, %",
              title="Two pixels of tolerance, and saliency passes the centre")
    show(ax, alt="Bars of the pointing score when masks grow by two pixels: a random pixel 34 %, untrained Grad-CAM more, "
         "the centre 79 %, saliency and Grad-CAM above it, close together.")
    gain = {name: forgiving[name] - scores[name] for name in scores}
    claim(max(gain, key=gain.get) == "saliency" and gain["saliency"] > 0.35, "saliency gains most, more than 35 points")
    claim(min(forgiving["saliency"], forgiving["Grad-CAM"]) > forgiving["the centre"] + 0.03, "saliency and Grad-CAM are above the centre")
    near = wide & thicker(~test.masks, 2)  # two pixels at most from the outline
    claim(pointing_score(pointers["saliency"], near) > 1.5 * near.mean(), "saliency: near an outline more than 1.5 times as often as a random pixel")

# %% [markdown] slug="tolerance-why"
# Saliency was never lost: it points near the outline, often at the ground just beside it, and the outline is what tells these shapes apart.
# A score measures a map *and* a rule.
# State the rule, and report the blind guesses under the same rule.
#
# One line of the cell before is worth keeping, too: where the answer is wrong, the map points beside the shape more often.
# The network looks at the shape in most pictures, and now "most" is a number.

# %% [markdown] slug="points-ask"
# ## Exercise 7.4: the pointing game
#
# Write `points_at(maps, masks)`: `maps` is `(N, H, W)`, any numbers; `masks` is `(N, H, W)`, True on the object.
# Return the share of pictures, from 0 to 1, whose map is highest inside its mask.
# A map that is the same everywhere points nowhere: count it as a miss.
# Example: two pictures of one row, `maps = [[[1., 5.]], [[-3., -2.]]]` and `masks = [[[False, True]], [[True, False]]]`, score 0.5.

# %% slug="points" tags=["exercise"] points=2
def points_at(maps, masks):
    """Share of maps whose highest point lies in the mask. (N, H, W) twice -> float."""
    # solution
    hits = 0
    for values, mask in zip(maps, masks, strict=True):
        row, column = np.unravel_index(values.argmax(), values.shape)
        hits += bool(mask[row, column]) and values.max() > values.min()
    return hits / len(maps)

# %% slug="points-check"
nb07.points_at(points_at)

# %% [markdown] slug="points-why" tags=["solution"]
# Each picture has its own maximum, so `argmax` runs per picture; it returns one flat index, and `unravel_index` makes row and column of it.
# Every picture has one vote: how hot a map is must not matter.
# Grad-CAM can be 0 everywhere after its ReLU. `argmax` then answers "pixel 0", a finger on the top left corner that nobody pointed.

# %% [markdown] slug="mark-say"
# ## 9. The network that never looked
#
# What is such a score good for?
# Imagine that each class was scanned by another person, and every scanner leaves its own small coloured mark in a corner.
# Nobody notices.
# We train the plain network of section 2 on such pictures, for one epoch.

# %% slug="mark"
import colorsys

mark_colours = np.array([colorsys.hsv_to_rgb(k / 10, 1, 1) for k in range(10)], dtype="float32")  # ten hues


def marked(images, labels):
    """Copies with a mark of 4x4 pixels in the lower right corner, one colour per class."""
    images = images.copy()
    images[:, 27:31, 27:31] = mark_colours[labels][:, None, None]
    return images


plain = keras.Sequential([
    keras.Input((32, 32, 3)),
    layers.Conv2D(32, 3, padding="same", activation="relu"), layers.MaxPooling2D(2),
    layers.Conv2D(32, 3, padding="same", activation="relu", name="last"), layers.MaxPooling2D(2),
    layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10)])
plain.compile(optimizer=keras.optimizers.Adam(0.003), loss=cross_entropy, metrics=["accuracy"])
plain.fit(marked(train.images, train.labels), train.labels, batch_size=32, epochs=1, verbose=0,
          callbacks=[Report("marked pictures", last_line=False)])
with_marks = marked(test.images, test.labels)
with_mark = accuracy(outputs(plain, with_marks).argmax(axis=1), test.labels)
claim(with_mark > max(0.97, right.mean()), "plain network, test pictures of the same scanners: above 97 %")

# %% [markdown] slug="mark-predict"
# Better than our careful network, after one epoch.
#
# > **Predict first.** Where do its heat maps point?
# > What is its accuracy without the marks, and with the mark of *another* class?

# %% slug="mark-maps"
some, whose = with_marks[shown], test.masks[shown] if place_known else None
axes = heat_map_table(some, {"saliency": saliency(plain, some), "Grad-CAM": cam_maps(plain, some)}, masks=whose,
                      captions=[test.names[k] for k in test.labels[shown]], title="It reads the mark in the corner")
show(axes, alt="Six pictures with a small coloured square in the lower right corner. Their saliency maps are dark on the square "
     "and nearly empty elsewhere; their Grad-CAM maps differ: some are almost empty, some follow the picture's edge.")
corner = np.zeros((len(test), 32, 32), dtype=bool)
corner[:, 26:32, 26:32] = True  # the mark, with a tolerance of one pixel
on_mark = pointing_score(saliency(plain, with_marks), corner)
other = (test.labels + 3) % 10
swapped = outputs(plain, marked(test.images, other)).argmax(axis=1)
bare = accuracy(outputs(plain, test.images).argmax(axis=1), test.labels)
claim(on_mark > 0.9, "saliency points at the mark, or one pixel beside it, in more than 90 % of the pictures")
claim(bare < 0.25, "without marks: below 25 % right")
claim(accuracy(swapped, other) > 0.9, "with another class's mark it says that class: above 90 %")

# %% [markdown] slug="mark-why"
# Saliency lies on the mark, and the experiment confirms what it says: without the mark it does little better than guess, and it believes a wrong mark against the shape in plain view.
# Accuracy on pictures of the same origin cannot show this, because the test set has the marks too.
#
# Grad-CAM says little here, although it won the last round.
# It averages gradients over all places, but this network ends in `Flatten`, with a weight of its own for every place.
# No map suits every network, one more reason to score it.
#
# This happens.
# A classifier of horses had learned a copyright line in the corner of the pictures; heat maps gave it away (Lapuschkin et al., 2019).
# The repair is in the *data*: remove the mark or cover it in all classes alike.
# A map raises the suspicion; an experiment, such as taking the mark away, settles it.

# %% [markdown] slug="fool-say"
# ## 10. Fooling the honest network
#
# The gradient at the picture tells where the network is sensitive, so it also tells an attacker what to change.
# The attacker wants the *loss* up, and may change every number of the picture by at most $\varepsilon$.
# With the gradient $g$ of the loss at the picture, a small change $\delta$ raises the loss by about
#
# $$g \cdot \delta = \sum_i g_i\, \delta_i$$
#
# Each term is largest at $\delta_i = \varepsilon\, \text{sign}(g_i)$, whatever the *size* of $g_i$.
# That is the **fast gradient sign method** (Goodfellow et al., 2014).

# %% slug="fgsm"
from course_utils.train.adversarial import fgsm, pgd

level = 1 / 255  # one of the 256 levels of a screen
victims, truth = test.images[:300], test.labels[:300]
pixels = tf.constant(victims)
with tf.GradientTape() as tape:
    tape.watch(pixels)
    loss = keras.losses.sparse_categorical_crossentropy(truth, model(pixels, training=False), from_logits=True)
g = tape.gradient(loss, pixels).numpy()  # (N, H, W, C)
attacked = np.clip(victims + 8 * level * np.sign(g), 0, 1)
same = np.isclose(attacked, fgsm(model, victims, truth, 8 * level), atol=1e-6).mean()
assert same > 0.999  # where g is almost 0, its sign is luck
print("our attack = package's fgsm")

# %% [markdown] slug="fool-predict"
# Is that more than noise?
# Noise of the same size adds $\pm\varepsilon$ at random.
#
# > **Predict first.** $\varepsilon$ = 8 levels of 255, hardly visible on these pictures.
# > Accuracy under the attack, and under the noise? And 12 levels?

# %% slug="fool"
def score_of(net, images):
    return accuracy(outputs(net, images).argmax(axis=1), truth[:len(images)])


rng = np.random.default_rng(0)
levels = np.array([0, 2, 4, 8, 12])
signs = rng.choice([-1, 1], victims.shape).astype("float32")
noise = [100 * score_of(model, np.clip(victims + n * level * signs, 0, 1)) for n in levels]
attack = [100 * score_of(model, fgsm(model, victims, truth, n * level)) for n in levels]
ax = curves({"random signs": (levels, noise), "FGSM": (levels, attack)}, xlabel="largest change of a pixel, levels of 255",
            ylabel="accuracy, %", title="The same change, aimed or not")
show(ax, alt="Accuracy against the size of the change. Random signs: a level line near 90 %. "
     "FGSM: falls steeply, below half at 8 levels and further at 12.")
claim(min(noise) > noise[0] - 5 and attack[3] < noise[0] / 2, "8 levels: noise costs less than 5 points, the attack more than half of the right answers")
claim(attack[4] < noise[0] / 3, "12 levels: the attack costs more than two thirds of them")

# %% slug="fool-show"
now = outputs(model, attacked).argmax(axis=1)
five = np.flatnonzero(right[:300] & (now != truth))[:5]
axes = attack_table(victims[five], attacked[five], [test.names[k] for k in truth[five]], [test.names[k] for k in now[five]],
                    title="Same shape to you, another to the network")
show(axes, alt="Five pictures in three rows: the original with the right answer, the change magnified, which looks like "
     "coloured noise, and the sum, which looks like the original but gets a wrong answer in red.")

# %% [markdown] slug="fool-why"
# Noise costs next to nothing; the aimed change of the same size costs more than half of the right answers, at 12 levels more than two thirds.
# The arithmetic says why.
# Aimed, all 3,072 terms add up: $\varepsilon \sum_i |g_i|$.
# At random, they mostly cancel, and what remains is about $\varepsilon \sqrt{\sum_i g_i^2}$.
# If all $|g_i|$ were equal, the ratio would be $\sqrt{3072}$, about 55. And as they are?

# %% slug="ratio"
steep = np.abs(g).reshape(len(g), -1)  # (N, 3072)
ratio = np.median(steep.sum(axis=1) / np.sqrt((steep**2).sum(axis=1)))
claim(ratio > 25, "to first order, the aimed change moves the loss more than 25 times as far as noise")

# %% [markdown] slug="ratio-why"
# So a network can bear noise and still be fooled: in so many dimensions the *direction* of a change matters far more than its size.

# %% [markdown] slug="towards-ask"
# ## Exercise 7.5: make it say what you want
#
# An attacker may want a *particular* answer.
# Write `towards(images, gradient, epsilon)`: `gradient` is that of the loss **for the class the attacker wants**, of the same shape as `images`.
# Return the pictures after one step, each number changed by `epsilon` (where its gradient is not 0) and kept from 0 to 1.
# Example: `images = [0.5, 0.05, 0.5]`, `gradient = [-3., 2., 0.]` and `epsilon = 0.1` give `[0.6, 0., 0.5]`.

# %% slug="towards" tags=["exercise"] points=1
def towards(images, gradient, epsilon):
    """One step that makes the wanted class likelier. Same shape as images, in [0, 1]."""
    # solution
    return np.clip(images - epsilon * np.sign(gradient), 0, 1)

# %% slug="towards-check"
nb07.towards(towards)

# %% [markdown] slug="towards-why" tags=["solution"]
# FGSM climbs the loss of the *true* class; here the loss of the *wanted* class must fall, so the sign turns.
# The clip comes last: a pixel at 0.05 can go down by no more than 0.05.
# A targeted attack is usually harder than an untargeted one: it must reach one region, not only leave one.

# %% [markdown] slug="harden-say"
# ## 11. Train against it, and count honestly
#
# The remedy is in the idea: attack every batch while training, and learn from both halves.
# This is the package's version; `_climb` is the step you have seen.

# %% slug="harden-text" show="course_utils.train.adversarial:AdversarialTraining"

# %% [markdown] slug="harden-predict"
# > **Predict first.** Half an epoch of it, with 8 levels.
# > What happens to the accuracy under FGSM, and to the accuracy on clean pictures?

# %% slug="harden"
from course_utils.train.adversarial import AdversarialTraining
from course_utils.train.schedules import WarmupCosine

half = len(train.images) // 2
steps = -(-half // 32)
hard = AdversarialTraining(model, 8 * level)
hard.compile(optimizer=keras.optimizers.Adam(WarmupCosine(0.004, steps, warmup=steps // 4)), loss=cross_entropy)
clean_before = accuracy(outputs(model, test.images).argmax(axis=1), test.labels)
iterated_before = 100 * score_of(model, pgd(model, victims, truth, 8 * level))
hard.fit(train.images[:half], train.labels[:half], batch_size=32, epochs=1, verbose=0,
         callbacks=[Report("adversarial training", last_line=False)])
clean_after = accuracy(outputs(model, test.images).argmax(axis=1), test.labels)
hardened = [100 * score_of(model, fgsm(model, victims, truth, n * level)) for n in levels]
iterated = [100 * score_of(model, pgd(model, victims, truth, n * level)) for n in levels[3:]]

# %% slug="harden-draw"
ax = curves({"FGSM, before": (levels, attack), "FGSM, hardened": (levels, hardened),
             "PGD, hardened": (levels[[0, 3, 4]], [hardened[0], *iterated])},
            xlabel="largest change of a pixel, levels of 255", ylabel="accuracy, %",
            title="Hardened against FGSM, but PGD finds more")
show(ax, alt="Accuracy against the size of the change. The hardened network loses more slowly under FGSM than the network before; "
     "under PGD it loses more than under FGSM.")
claim(hardened[3] > attack[3] + 6, "8 levels of FGSM: more than 6 points gained")
claim(clean_after > clean_before - 0.03, "clean pictures: not more than 3 points lost")
claim(iterated[0] < hardened[3] - 3 and iterated_before < iterated[0], "8 levels of PGD: below FGSM, but above PGD on the network before")

# %% [markdown] slug="harden-why"
# The hardened network keeps many more of its answers, and on clean pictures it lost three points at most.
# On harder tasks and with stronger attacks the accuracy on clean pictures usually falls by several points.
# Here the price is time: a step costs about three times as much.
# (It has also trained for half an epoch more than before. That alone does not help: let `learn` train another clean epoch and attack again.)
#
# But look at **PGD**, projected gradient descent (Madry et al., 2017): from a random place nearby, five smaller steps, each with a new gradient and then brought back to within $\varepsilon$ of the picture.
# The same network, the same $\varepsilon$, a better attacker: fewer answers survive.
# *Robust against FGSM* does not mean *robust*.
# A robust accuracy is an upper bound that holds until someone finds a stronger attack.
# Always say which attack, which $\varepsilon$, how many steps.

# %% [markdown] slug="robust-ask"
# ## Exercise 7.6: robust accuracy
#
# You ran several attacks on the same pictures.
# Write `robust_accuracy(answers, labels)`: `answers` is `(A, N)`, row a holds the network's answers under attack a; `labels` is `(N,)`.
# Return the share of pictures that *no* attack fooled.
# Example: `answers = [[0, 1, 2], [0, 7, 2]]` and `labels = [0, 1, 3]` give one third.

# %% slug="robust" tags=["exercise"] points=1
def robust_accuracy(answers, labels):
    """Share of the N pictures answered rightly under all A attacks. (A, N), (N,) -> float."""
    # solution
    survived = (answers == labels).all(axis=0)  # (N,)
    return survived.mean()

# %% slug="robust-check"
nb07.robust_accuracy(robust_accuracy)

# %% [markdown] slug="robust-why" tags=["solution"]
# The attacker sees the picture and picks the attack that works, so a picture counts only if all of them fail.
# The mean over attacks, or the lowest accuracy of a single attack, is always at least as high: both flatter.

# %% [markdown] slug="pitfalls"
# ## 12. What goes wrong, and how it looks
#
# | what you see | what it often is |
# |---|---|
# | `AttributeError: ... no attribute 'compile'` | a class that does not inherit from `keras.Model` |
# | the learning rate has no effect | `optimizer="adam"` instead of `Adam(rate)` |
# | a deeper network has a higher *training* loss | no shortcuts |
# | good while training, guessing when evaluated, after few steps | batch normalisation's running averages lag: lower `momentum` |
# | fine-tuning is worse than frozen | too few pictures, or too high a rate |
# | augmentation lowers the accuracy | it changed the label: a 6 upside down is a 9 |
# | a Grad-CAM map is 0 everywhere | everything speaks against the class: explain another one |
# | accuracy too good to be true | a mark, a leak, a duplicate: look at heat maps, remove it, test again |
# | an attack does nothing | images from 0 to 255, or a gradient of 0 because of a saturated softmax |
# | robust accuracy above the clean one | the attack is broken |
#
# ## Summary
#
# 1. A block that learns what to *add* makes depth trainable: the shortcut carries signal and gradient past its layers.
# 2. What a network learned from many pictures serves new classes with few pictures and few steps; augmentation adds what you know does not matter.
# 3. Saliency is the gradient at the picture; Grad-CAM weighs feature maps by their mean gradient.
# 4. A heat map is worth its score against known places minus the score of a blind guess.
# 5. An aimed change defeats what noise of the same size does not; adversarial training helps, most against the attack it has seen.
#
# So: does it look at the object? Mostly, and you can say how often.
# Can you trust where it looks? As far as you have tested it.
# Can you fool it? Yes, and that should be in its report.
#
# **What comes next.** Pictures come all at once; a sentence or a year of measurements comes one step after the other.
# Lesson 08 builds networks that remember.
#
# ## References
#
# - He, Zhang, Ren and Sun (2015), *Deep Residual Learning for Image Recognition*, [arXiv:1512.03385](https://arxiv.org/abs/1512.03385).
# - Simonyan, Vedaldi and Zisserman (2013), *Deep Inside Convolutional Networks*, [arXiv:1312.6034](https://arxiv.org/abs/1312.6034): saliency maps.
# - Zhou and others (2015), *Learning Deep Features for Discriminative Localization*, [arXiv:1512.04150](https://arxiv.org/abs/1512.04150): CAM.
# - Selvaraju and others (2016), *Grad-CAM*, [arXiv:1610.02391](https://arxiv.org/abs/1610.02391).
# - Zhang and others (2016), *Top-down Neural Attention by Excitation Backprop*, [arXiv:1608.00507](https://arxiv.org/abs/1608.00507): the pointing game.
# - Adebayo and others (2018), *Sanity Checks for Saliency Maps*, [arXiv:1810.03292](https://arxiv.org/abs/1810.03292).
# - Lapuschkin and others (2019), *Unmasking Clever Hans predictors*, [arXiv:1902.10178](https://arxiv.org/abs/1902.10178).
# - Goodfellow, Shlens and Szegedy (2014), *Explaining and Harnessing Adversarial Examples*, [arXiv:1412.6572](https://arxiv.org/abs/1412.6572): FGSM.
# - Madry and others (2017), *Towards Deep Learning Models Resistant to Adversarial Attacks*, [arXiv:1706.06083](https://arxiv.org/abs/1706.06083): PGD.
# - Bachlechner and others (2020), *ReZero is All You Need*, [arXiv:2003.04887](https://arxiv.org/abs/2003.04887): the knob of exercise 7.2.
