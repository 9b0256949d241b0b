# %% [raw] slug="front"
# title = "Recurrence"
# question = "How can a network read something whose length it does not know?"
# hook = """
# Suède, Schweden, Švédsko: one country in three languages, and the letters tell you which, or nearly.
# A dense network cannot even begin, because a name has as many letters as it has, and a dense layer has a fixed number of inputs.
# In this lesson you build one small layer and use it again at every step; it guesses the language of a name and forecasts carbon dioxide and sunspots.
# You also measure how far back it can remember, and compare every forecast with what a careful person could do without any network.
# """
# able = [
#     "write a recurrent cell, and its gradient back through time",
#     "measure how a gradient fades with distance, and say what a gate changes",
#     "build LSTM and GRU from their formulas, equal to Keras to twelve digits",
#     "pad and mask sequences of different lengths, and read them from both ends",
#     "judge a forecast: baselines first, no look into the future",
# ]
# needs = "Lessons 03 to 06: backpropagation, vanishing gradients, Keras, leakage. Lesson 00: trigrams."
# minutes = 75
# seconds = 55

# %% slug="setup"
import numpy as np

from course_utils.autograd.gradcheck import check_gradient
from course_utils.checks import nb08
from course_utils.data.co2 import load_co2
from course_utils.data.digits import load_digits
from course_utils.data.names import load_names
from course_utils.data.sunspots import load_sunspots
from course_utils.metrics.confusion import confusion_matrix
from course_utils.plots.curves import bars, curves
from course_utils.plots.figure import new_axes, show
from course_utils.plots.gradient_reach import gradient_reach
from course_utils.plots.reading import reading
from course_utils.runtime import full, setup
from course_utils.scratch import losses
from course_utils.scratch.activations import sigmoid
from course_utils.scratch.gru import GRU
from course_utils.scratch.linear import Linear
from course_utils.scratch.lstm import LSTM
from course_utils.scratch.optimizers import Adam
from course_utils.scratch.rnn import RNN

setup(seed=8)
rng = np.random.default_rng(8)

# %% [markdown] slug="cell-say"
# ## 1. One cell, used at every step
#
# Convolution (lesson 06) used one small set of weights at every *place*.
# Recurrence uses one at every *step of time*, and adds a memory.
# The memory is a vector, the **state** $h$.
# At each step the cell sees the new input $x_t$ and its own last state, and writes a new state:
#
# $$h_t = \tanh(x_t\, w + h_{t-1}\, u + b), \qquad h_0 = 0$$
#
# Shape letters: **B** sequences in a batch, **T** steps, **D** features of one step, **H** numbers in the state.
# So $w$ is (D, H), $u$ is (H, H), $b$ is (H,).
# This is the recurrent neural network, **RNN**.

# %% slug="cell-draw"
from course_utils.plots.unrolled import unrolled

ax = unrolled(list("Norge"), title="One cell, five times: the network is as long as the name")
show(ax, alt="Left, one cell whose state comes back to it as an input. Right, the same cell five times in a row, reading N, o, r, g, e; "
     "states flow to the right, gradients in red to the left. Every copy has the same weights w, u, b.")

# %% slug="cell"
def rnn(x, w, u, b):
    """The state after every step. x (B, T, D) -> (B, T, H)."""
    h = np.zeros((len(x), len(u)))  # (B, H)
    states = []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ w + h @ u + b)
        states.append(h)
    return np.stack(states, axis=1)


letters = sorted("Norge")
words = np.array([[np.eye(5)[letters.index(c)] for c in word] for word in ("Norge", "egroN")])  # (B, T, D)
w, u, b = rng.normal(0, 0.5, (5, 3)), rng.normal(0, 0.5, (3, 3)), np.zeros(3)
states = rnn(words, w, u, b)

# %% [markdown] slug="cell-predict"
# > **Predict first.** The two words have the same letters in opposite order.
# > Do they end in the same state?
# > And how many parameters has the network for a word of 5 letters, how many for 500?

# %% slug="cell-run"
print("states:", states.shape)
print("same letters counted:", np.array_equal(words[0].sum(axis=0), words[1].sum(axis=0)))
print("same last state:     ", np.allclose(states[0, -1], states[1, -1]))
print("parameters:", w.size + u.size + b.size, "for any number of letters")

# %% [markdown] slug="cell-why"
# The states differ: the state knows the *order*.
# And there are 27 parameters at any length, because every step uses the same ones.
# That is the whole idea.
# The rest of this lesson is about the price.

# %% [markdown] slug="leaky-ask"
# ## Exercise 8.1: a leaky memory
#
# The simplest recurrence has no weights to learn: $h_t = k\, h_{t-1} + (1 - k)\, x_t$ with $h_0 = 0$.
# It is a running average that forgets.
# Write `leaky(x, keep)`: `x` is `(B, T)`, one number per step, `keep` is $k$; return all states, `(B, T)`.
# Example: `leaky(np.array([[1., 0., 0.]]), 0.5)` is `[[0.5, 0.25, 0.125]]`.

# %% slug="leaky" tags=["exercise"] points=1
def leaky(x, keep):
    """Running average with memory. (B, T) -> (B, T)."""
    # solution
    h, states = np.zeros(len(x)), []
    for t in range(x.shape[1]):
        h = keep * h + (1 - keep) * x[:, t]
        states.append(h)
    return np.stack(states, axis=1)

# %% slug="leaky-check"
nb08.leaky(leaky)

# %% [markdown] slug="leaky-why" tags=["solution"]
# The loop runs over time, all rows of the batch at once, and each sequence starts from zero.
# An input from $d$ steps ago counts $(1 - k)\, k^d$: memory fades exponentially, and one number, $k$, says how fast.
# Keep this in mind for the forget gate.

# %% [markdown] slug="bptt-say"
# ## 2. Back through time
#
# Unrolled, the network is an ordinary deep network, so lesson 03 applies: multiply along an edge, add where roads meet.
# Two things are new, and both follow from the drawing.
#
# 1. A state $h_t$ has *two* roads to the loss: directly, through what is made of it at step $t$, and through $h_{t+1}$. So two gradients arrive and are added.
# 2. $w$, $u$ and $b$ are used at every step. So their gradients are added over time.
#
# A tiny example: one number per step, no tanh, $h_t = a\, h_{t-1} + x_t$.
# Three steps give $h_3 = a^2 x_1 + a\, x_2 + x_3$, so $dh_3/da = 2 a x_1 + x_2$.
# Now by roads: at step 3 the weight meets $h_2 = a x_1 + x_2$; at step 2 it meets $h_1 = x_1$, and from there one more $a$ lies on the way.
# The sum is $(a x_1 + x_2) + a\, x_1$: the same.
#
# In general, begin at the last step and walk back.
# With $\bar h_t$ for the gradient at $h_t$ and $\bar z_t$ for the one before the tanh, whose slope is $1 - h_t^2$:
#
# $$\bar z_t = \bar h_t\, (1 - h_t^2), \qquad \bar h_{t-1} = \text{direct}_{t-1} + \bar z_t\, u^\top, \qquad \bar u = \sum_t h_{t-1}^\top\, \bar z_t$$
#
# This is **backpropagation through time**, BPTT.

# %% slug="bptt"
def rnn_backward(x, h, w, u, dy):
    """Gradients at w, u, b and x; h (B, T, H) are the states, dy (B, T, H) what reaches each directly."""
    dw, du, db, dx = np.zeros_like(w), np.zeros_like(u), np.zeros(len(u)), np.zeros_like(x)
    from_later = np.zeros_like(h[:, 0])  # (B, H)
    for t in reversed(range(x.shape[1])):
        dz = (dy[:, t] + from_later) * (1 - h[:, t] ** 2)  # (B, H)
        before = h[:, t - 1] if t > 0 else np.zeros_like(dz)
        dw += x[:, t].T @ dz
        du += before.T @ dz
        db += dz.sum(axis=0)
        dx[:, t] = dz @ w.T
        from_later = dz @ u.T  # on to step t - 1
    return dw, du, db, dx


x, dy = rng.normal(size=(4, 7, 5)), rng.normal(size=(4, 7, 3))  # (B, T, D), (B, T, H)
dw, du, db, dx = rnn_backward(x, rnn(x, w, u, b), w, u, dy)
check_gradient(lambda v: np.sum(rnn(x, v, u, b) * dy), w, dw)
check_gradient(lambda v: np.sum(rnn(x, w, v, b) * dy), u, du)
check_gradient(lambda v: np.sum(rnn(x, w, u, v) * dy), b, db)
check_gradient(lambda v: np.sum(rnn(v, w, u, b) * dy), x, dx)
print("w, u, b and x: gradients agree with nudges")

# %% [markdown] slug="bptt-why"
# The package's `RNN` does the same, and it can skip steps (section 6).
# Shared weights cost nothing extra, but memory does: backward needs *all* states, so memory grows with T.

# %% slug="bptt-package"
layer = RNN(5, 3, rng)
layer.params = {"w": w, "u": u, "b": b}
np.testing.assert_allclose(layer.forward(x), rnn(x, w, u, b), rtol=1e-12, atol=1e-12)
np.testing.assert_allclose(layer.backward(dy), dx, rtol=1e-12, atol=1e-12)
for grown, name in ((dw, "w"), (du, "u"), (db, "b")):
    np.testing.assert_allclose(layer.grads[name], grown, rtol=1e-12, atol=1e-12)
print("section 2 = package: states and four gradients")

# %% [markdown] slug="back-ask"
# ## Exercise 8.2: back through a recurrence of your own
#
# One sequence, one number per step, one weight: $h_t = a\, h_{t-1} + x_t$, $h_0 = 0$.
# Write `recurrence_backward(x, a, dh)`: `x` is `(T,)`, `a` a number, and `dh`, `(T,)`, is the gradient that reaches each $h_t$ *directly*.
# Return `(dx, da)`: an array `(T,)` and a number.
# Example: for `x = [1., 0., 0.]`, `a = 0.5`, `dh = [0., 0., 1.]` it is `([0.25, 0.5, 1.], 1.0)`.

# %% slug="back" tags=["exercise"] points=3
def recurrence_backward(x, a, dh):
    """Gradients of h_t = a h_(t-1) + x_t: dx (T,), da a number."""
    # solution
    states, h = [], 0.0
    for value in x:
        states.append(h)  # the state before this step
        h = a * h + value
    dx, da, later = np.zeros(len(x)), 0.0, 0.0
    for t in reversed(range(len(x))):
        dx[t] = dh[t] + later
        da += dx[t] * states[t]
        later = dx[t] * a
    return dx, da

# %% slug="back-check"
nb08.recurrence_backward(recurrence_backward)

# %% [markdown] slug="back-why" tags=["solution"]
# The total gradient at $h_t$ is what arrives directly plus $a$ times the total at $h_{t+1}$; since $x_t$ is added, it is also the gradient at $x_t$.
# The weight $a$ is used once per step, each time multiplied by the state *before* that step, so its gradient is a sum over time.

# %% [markdown] slug="reach-say"
# ## 3. How far back does a gradient reach?
#
# Look at the line that walks back: at each step the gradient is multiplied by the slope of tanh and by $u^\top$.
# Over $k$ steps that is a product of $k$ such factors, and lesson 04 showed what products do.
# But there each layer had weights of its own; here it is the *same* $u$, again and again.
#
# Now measure it.
# A random sequence of 101 steps goes in; a gradient enters at the last state only, and we see how much of it arrives at the input $k$ steps before.
# As in Keras, $u$ starts as an **orthogonal** matrix: it turns or mirrors a vector and keeps its length.
#
# > **Predict first.** So $u$ neither shrinks nor stretches. Is the gradient at distance 100 about as large as at distance 0?
# > And if $u$ is made twice as large?

# %% slug="reach"
def reach(layer, x):
    """Size of the gradient 0, 1, ... steps before the end, relative to the end. (T,)"""
    states = layer.forward(x)  # (B, T, H)
    dy = np.zeros_like(states)
    dy[:, -1] = np.random.default_rng(1).normal(size=dy[:, -1].shape)
    size = np.sqrt((layer.backward(dy) ** 2).mean(axis=(0, 2)))[::-1]
    return size / size[0]


random_inputs = rng.normal(size=(32, 101, 8))  # (B, T, D)
plain, doubled = (RNN(8, 32, np.random.default_rng(0)) for _ in range(2))
doubled.params["u"] *= 2
shares = {"RNN": reach(plain, random_inputs), "RNN, u doubled": reach(doubled, random_inputs)}
for name, share in shares.items():
    print(f"{name:14}  20 steps back: {share[20]:.0e}   100 steps back: {share[100]:.0e}")

# %% [markdown] slug="reach-why"
# Almost nothing is left, and with $u$ doubled it explodes.
# The matrix keeps lengths, but the slope of tanh is below 1 wherever $h$ is not 0.
# On average each step loses more than a quarter here, and $0.75^{100}$ is less than a millionth of a millionth.
# A larger $u$ makes up for that and overshoots.
# No fixed setting is safe: what is needed is a product of a hundred factors that is neither small nor large (Bengio et al., 1994; Pascanu et al., 2012).
#
# What does it mean?
# An *exploding* gradient is loud, and the remedy is simple: **clipping**. If the gradient's length exceeds a limit, scale it down to the limit.
# A *vanishing* gradient is silent.
# The network still learns, from what is near, and never finds out that the far past mattered.

# %% [markdown] slug="lstm-say"
# ## 4. A straight road: LSTM and GRU
#
# The plain cell rewrites its whole memory at each step.
# The **LSTM** (long short-term memory) adds a second state, the **cell** $c$, and is careful with it: it is only *scaled* and *added to*.
#
# $$c_t = f\, c_{t-1} + i\, g, \qquad h_t = o \tanh(c_t)$$
#
# All products are element by element: each of the H units keeps its own memory.
# $g = \tanh(x_t\, w_g + h_{t-1}\, u_g + b_g)$ is a candidate, made as in the plain cell.
# $f$, $i$ and $o$ are **gates**: the same sum with weights of their own, and a sigmoid, so each lies between 0 and 1.
# $f$ (forget) says how much of the old memory stays, $i$ (input) how much of the candidate is written, $o$ (output) how much is shown.
# The four $w$ lie side by side in one array (D, 4H), and so do $u$ and $b$.

# %% slug="lstm-draw"
from course_utils.plots.lstm_cell import lstm_cell

ax = lstm_cell(title="The memory runs straight through; gates scale it and add to it")
show(ax, alt="Diagram of an LSTM step. The cell c runs on a straight line from left to right, is multiplied by the forget gate f, then the product of "
     "input gate i and candidate g is added. The output h is tanh of c times the output gate o. All four boxes read x and the state before.")

# %% slug="lstm-step"
def lstm_step(x, h, c, w, u, b):
    """One step: x (B, D), h and c (B, H), w (D, 4H), u (H, 4H), b (4H,). Returns h, c."""
    i, f, g, o = np.split(x @ w + h @ u + b, 4, axis=1)  # Keras's order
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def gru_step(x, h, w, u, b):
    """One step: x (B, D), h (B, H), w (D, 3H), u (H, 3H), b (2, 3H). Returns h."""
    xz, xr, xg = np.split(x @ w + b[0], 3, axis=1)
    hz, hr, hg = np.split(h @ u + b[1], 3, axis=1)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    return z * h + (1 - z) * np.tanh(xg + r * hg)

# %% [markdown] slug="gru-say"
# The **GRU** (gated recurrent unit, Cho et al., 2014) needs one state and two gates: $h_t = z\, h_{t-1} + (1 - z)\, g$.
# The update gate $z$ does the work of $f$ and $i$ at once: what is not kept is replaced.
# The reset gate $r$ says how much of the old state the candidate may see.
# Papers and libraries differ in details: in some, $z$ and $1 - z$ change places; Keras applies $r$ after the product with $u$ and so has two biases.
# Ours follow Keras, so that the test is possible: the same weights, the same inputs, some steps masked (section 6), three layers, all in `float64`.

# %% slug="equal"
import keras
import tensorflow as tf

x, dy = rng.normal(size=(5, 6, 3)), rng.normal(size=(5, 6, 4))  # (B, T, D), (B, T, H)
mask = np.arange(6) < np.array([[6], [4], [1], [0], [3]])  # (B, T)
for kind, namesake in ((RNN, "SimpleRNN"), (LSTM, "LSTM"), (GRU, "GRU")):
    ours = kind(3, 4, rng)
    theirs = getattr(keras.layers, namesake)(4, return_sequences=True, dtype="float64")
    theirs.build((None, 6, 3))
    theirs.set_weights([values + rng.normal(0, 0.3, values.shape) for values in ours.params.values()])
    ours.params = dict(zip(ours.params, theirs.get_weights(), strict=True))
    with tf.GradientTape() as tape:
        y = theirs(x, mask=mask)
        loss = tf.reduce_sum(y * dy)
    gradients = tape.gradient(loss, [v.value for v in theirs.trainable_variables])
    np.testing.assert_allclose(ours.forward(x, mask), y, rtol=1e-12, atol=1e-12)
    ours.backward(dy)
    for a, b in zip(ours.grads.values(), gradients, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)
    print(f"{namesake:9} = ours: outputs and three gradients to 1e-12")

# %% slug="equal-steps"
lstm, gru = LSTM(3, 4, rng), GRU(3, 4, rng)
h = c = g = np.zeros((5, 4))
for t in range(6):
    h, c = lstm_step(x[:, t], h, c, *lstm.params.values())
    g = gru_step(x[:, t], g, *gru.params.values())
np.testing.assert_allclose(lstm.forward(x)[:, -1], h, rtol=1e-12, atol=1e-12)
np.testing.assert_allclose(gru.forward(x)[:, -1], g, rtol=1e-12, atol=1e-12)
print("section 4 = package = Keras")

# %% [markdown] slug="road-say"
# Why does this help?
# Walk back along the green line: $c_t = f\, c_{t-1} + \dots$, so the gradient at $c_{t-1}$ is $f$ times the gradient at $c_t$.
# There is no matrix and no tanh on this road, only $f$, and $f$ can be close to 1.
# (There are side roads through the gates as well; they have a $u$ and slopes on them, as before.)
#
# Everything depends on $f = \text{sigmoid}(\dots + b_f)$.
# Keras starts $b_f$ at 1, so that $f$ is around 0.73.
#
# In the GRU, $z$ plays this part, and its bias starts at 0: around one half.
#
# > **Predict first.** Is an LSTM with $b_f = 1$ enough for 100 steps? And one with $b_f = 5$, where $f \approx 0.993$?
# > And a GRU, as it comes?

# %% slug="road"
def lstm_with(bias, inputs=8, units=32, seed=0):
    """An LSTM whose forget gates start at this bias."""
    layer = LSTM(inputs, units, np.random.default_rng(seed))
    layer.params["b"][units : 2 * units] = bias  # the second of four blocks
    return layer


def gru_with(bias):
    """A GRU whose update gates start at this bias."""
    layer = GRU(8, 32, np.random.default_rng(0))
    layer.params["b"][0, :32] = bias  # the first of three blocks
    return layer


shares |= {f"LSTM, bias {bias}": reach(lstm_with(bias), random_inputs) for bias in (1, 5)}
shares |= {f"GRU, bias {bias}": reach(gru_with(bias), random_inputs) for bias in (0, 5)}
ax = gradient_reach(shares, title="Only an open gate keeps the gradient in bounds")
show(ax, alt="Gradient against steps back in time, log scale. The RNN falls in a straight line to about 1e-14 at 100 steps, the GRU with bias 0 below 1e-20, "
     "the LSTM with bias 1 to about 1e-9. The RNN with u doubled rises to ten thousand. LSTM and GRU with bias 5 stay within a factor of 100.")
far = {name: share[100] for name, share in shares.items()}
assert far["GRU, bias 0"] < 1e-17 < far["RNN"] < 0.75**100 < far["LSTM, bias 1"] < 1e-7 and far["RNN, u doubled"] > 1e3
assert all(0.01 < far[name] < 100 for name in ("LSTM, bias 5", "GRU, bias 5"))

# %% [markdown] slug="road-why"
# Two surprises.
# A fresh GRU is worse than a plain RNN: on its straight road half is lost at every step.
# And an LSTM with $b_f = 1$ loses almost everything, too, only more slowly.
# With a bias of 5, both keep the gradient in bounds over 100 steps.
# "In an LSTM gradients do not vanish" is not true of the network you start with; it *can* be made so, and training can open a gate where it pays.
# The bias says how long a memory you start with.

# %% [markdown] slug="bias-ask"
# ## Exercise 8.3: a memory of a given length
#
# Suppose that a forget gate sees only its bias: $f = \text{sigmoid}(b)$ at every step.
# After $n$ steps the share $f^n$ of the memory is left.
# Write `forget_bias(steps, share=0.5)`: the $b$ for which exactly `share` is left after `steps` steps.
# Example: `forget_bias(1)` is 0, because sigmoid(0) is one half.

# %% slug="bias" tags=["exercise"] points=2
def forget_bias(steps, share=0.5):
    """The bias b with sigmoid(b) ** steps == share."""
    # solution
    f = share ** (1 / steps)
    return np.log(f / (1 - f))

# %% slug="bias-check"
nb08.forget_bias(forget_bias)

# %% [markdown] slug="bias-why" tags=["solution"]
# $f^n = s$ gives $f = s^{1/n}$, and the inverse of the sigmoid is $\log \frac{f}{1 - f}$ (the log-odds of lesson 01).
# For long times $b \approx \log(n / \log 2)$: ten times the memory costs only 2.3 more.
# Tallec and Ollivier (2018) choose biases in nearly this way, spread over many lengths within a layer.

# %% [markdown] slug="recall-say"
# ## 5. Does it matter? A test of memory
#
# A small gradient is a number.
# Does it stop a network from learning?
# Here is a task in which only the past counts: the first symbol is one of four signals, then comes noise, and at the end the network must say which signal it was.
# Chance is 25 %.
# This data is made up on purpose: we know exactly how far back the answer lies.

# %% slug="recall"
def signal_then_noise(n, steps, rng):
    """x (n, steps, 8), the signal at step 0; labels (n,) from 0 to 3."""
    signal = rng.integers(0, 4, n)
    x = np.eye(8)[rng.integers(4, 8, (n, steps))]  # noise uses symbols 4 to 7
    x[:, 0] = np.eye(8)[signal]
    return x, signal

# %% slug="recall-learn"
def learn(layer, steps, updates):
    """Train our layer with Adam and clipping; share of right answers in each batch of 32."""
    rng = np.random.default_rng(0)
    out, optimizer, right = Linear(16, 4, rng), Adam(0.01), []
    params = layer.params | {"out " + name: values for name, values in out.params.items()}
    for _ in range(updates):
        x, labels = signal_then_noise(32, steps, rng)
        h = layer.forward(x)  # (B, T, H)
        z = out.forward(h[:, -1])
        right.append(np.mean(z.argmax(axis=1) == labels))
        dy = np.zeros_like(h)
        dy[:, -1] = out.backward(losses.softmax_cross_entropy_from_logits_gradient(z, labels))
        layer.backward(dy)
        length = np.sqrt(sum((g**2).sum() for g in layer.grads.values()))
        grads = {name: g * min(1, 1 / length) for name, g in layer.grads.items()}  # clipped to 1
        optimizer.step(params, grads | {"out " + name: g for name, g in out.grads.items()})
    return np.array(right)

# %% [markdown] slug="recall-predict"
# Four candidates of 16 units.
# The last one starts with a half-life of 60 steps (exercise 8.3: $b_f = 4.46$).
# Its input gates start with $-4.46$. As far as the biases decide, $i = 1 - f$ then, because sigmoid($-b$) is 1 - sigmoid($b$): at first each cell is nearly the leaky memory of exercise 8.1.
#
# First, before any training, the gradient that reaches the signal, as a share of that at the last step:

# %% slug="recall-reach"
rememberer = lstm_with(4.46, 8, 16)
rememberer.params["b"][:16] = -4.46  # the first block: input gates
candidates = {
    "RNN, 30 steps": (RNN(8, 16, np.random.default_rng(0)), 30),
    "RNN, 60 steps": (RNN(8, 16, np.random.default_rng(0)), 60),
    "LSTM, bias 1, 60 steps": (lstm_with(1, 8, 16), 60),
    "LSTM, long memory, 60 steps": (rememberer, 60),
}
for name, (layer, steps) in candidates.items():
    arrives = reach(layer, signal_then_noise(300, steps, np.random.default_rng(2))[0])[-1]
    print(f"{name:27} {arrives:.0e}")

# %% [markdown] slug="recall-guess"
# > **Predict first.** Which of the four solve their task within 150 updates?

# %% slug="recall-run"
answers = {name: learn(layer, steps, 150) for name, (layer, steps) in candidates.items()}
smooth = {name: (np.arange(5, len(r) - 4), np.convolve(100 * r, np.full(10, 0.1), "valid")) for name, r in answers.items()}
ax = curves(smooth, xlabel="updates of 32 sequences", ylabel="right, %",
            title="At 60 steps, only the long memory learns in time")
show(ax, alt="Share of right answers during training. The RNN at 30 steps climbs to 100 per cent; at 60 steps the RNN and the LSTM with bias 1 stay near 25; "
     "the LSTM with a long memory climbs later and ends at 100 per cent.")
for name, right in answers.items():
    print(f"{name:27}", "solved" if right[-30:].mean() > 0.9 else "at chance" if right[-30:].mean() < 0.35 else "in between")

# %% [markdown] slug="recall-why"
# The gradient had foretold it.
# Where a hundredth or more arrives, 150 updates suffice; where a ten-thousandth arrives, they do not, whether the cell is an RNN or an LSTM.
# Nothing in the output of those that fail says why.
# This is one seed, and a tendency, not a law: with others the RNN sometimes learns at 60 steps or gets stuck at 30.
#
# Look inside the one that learned, as it reads one sequence.
#
# > **Predict first.** Does the cell keep its note from step 0 unchanged?

# %% slug="gates"
from course_utils.plots.gate_maps import gate_maps

x, signal = signal_then_noise(200, 60, np.random.default_rng(5))
rememberer.forward(x)
gates = rememberer.gates  # each (200, 60, 16)
order = np.argsort(gates["c"][0, -1])
maps = {"forget gate f": gates["f"], "±cell c": gates["c"]}
axes = gate_maps({name: values[0][:, order] for name, values in maps.items()},
                 title="Most forget gates stay open, and the note grows")
show(axes, alt="Two maps of 16 units over 60 steps. The forget gates are near 1, but for a few units that close partly towards the end. The cell is pale at first; then some units grow "
     "steadily red, others blue, strongest at the end.")
means = np.stack([gates["c"][signal == k].mean(axis=0) for k in range(4)])  # (4, T, H)
apart = np.sqrt((means.std(axis=0) ** 2).mean(axis=1))  # (T,): how much the four signals differ in c
noise = np.sqrt(np.mean([gates["c"][signal == k].var(axis=0) for k in range(4)], axis=0).mean(axis=1))
assert gates["f"].mean() > 0.97 and 0.01 < apart[0] < 0.1 and apart[59] > 3 and (apart > 5 * noise).all()
print("the four signals differ by less than 0.1 at step 0, by more than 3 at the end, always 5 times more than the noise")

# %% [markdown] slug="gates-why"
# It does not.
# Most forget gates stay open, so a faint note from step 0 outlasts the noise.
# But the network also reads its own note, through $h$, and writes it again, a little louder at each step.
# This is what gates are for: *deciding* what to write and how long to keep it.
# Nobody programmed the amplifier; it was found by gradients, as soon as they could reach back 60 steps.

# %% [markdown] slug="pad-say"
# ## 6. Sequences of different length: padding and masks
#
# A batch is one array, so its sequences must be equally long.
# Shorter ones are **padded**, here with the symbol 0 at the end.
# And now a mistake that raises no error: padding read as data.

# %% slug="pad"
layer = GRU(1, 4, np.random.default_rng(0))
for width in (3, 8, 30):
    x = np.zeros((1, width, 1))
    x[0, :3, 0] = 1.0, -2.0, 0.5  # three real steps, the rest is padding
    real = np.arange(width)[None] < 3  # the mask, (B, T)
    careless, masked = layer.forward(x)[0, -1], layer.forward(x, real)[0, -1]
    print(f"padded to {width:2}: last state {careless[:2].round(3) + 0.0}   with mask {masked[:2].round(3)}")

# %% [markdown] slug="pad-why"
# Without a mask the last state depends on how long *another* sequence in the batch is, and fades as the padding is read.
# A **mask**, `(B, T)`, says which steps are real.
# At a masked step nothing happens: the state is carried on.
# So the last output is the state after the last real step, wherever the padding is; if no step is real, it is $h_0 = 0$.
# In Keras, `Embedding(..., mask_zero=True)` makes the mask, and recurrent layers obey it.

# %% [markdown] slug="last-ask"
# ## Exercise 8.4: the last real state
#
# A layer without masks gave you all states, `(B, T, H)`, and you have the mask, `(B, T)`, booleans.
# Padding may stand at the *end* of a row or at its *start*.
# Write `last_real(states, mask)`, `(B, H)`: each row's state at its last real step; zeros for a row without any.
# Example: for mask `[[True, True, False]]` it is `states[:, 1]`.

# %% slug="last" tags=["exercise"] points=2
def last_real(states, mask):
    """State at the last real step of each row. (B, T, H), (B, T) -> (B, H)."""
    # solution
    steps = np.arange(mask.shape[1])
    last = np.where(mask, steps, -1).max(axis=1)  # (B,), -1 if there is none
    found = states[np.arange(len(states)), last]
    return np.where(last[:, None] >= 0, found, 0.0)

# %% slug="last-check"
nb08.last_real(last_real)

# %% [markdown] slug="last-why" tags=["solution"]
# Give every real step its number and every other one $-1$; the maximum is the last real step.
# Counting the real steps would do for padding at the end only.
# Beware of a row of padding alone: an index of $-1$ is legal in Python and quietly takes the last step.

# %% [markdown] slug="names-say"
# ## 7. Which language is this name?
#
# The data: names of countries, languages and currencies in twelve languages, from Unicode's locale data.
# Names that two languages share are left out, such as Sverige.
# The split is by *thing*: if "Suède" is a test name, then Schweden and Švédsko are not in the training part either.
# We read the first 20 characters; 0 is the padding, 1 stands for a letter never seen in training.

# %% slug="names"
locales = ("de", "nl", "da", "sv", "fr", "es", "it", "pl", "cs", "fi", "hu", "tr")
names = load_names(locales)
train, _, test = names.split()
alphabet = sorted(set("".join(train.texts)))
number = {letter: i for i, letter in enumerate(alphabet, 2)}


def encode(texts, width=20):
    """Names as numbers, padded with 0 at the end. (N, width)"""
    rows = np.zeros((len(texts), width), dtype=np.int32)
    for row, text in zip(rows, texts, strict=True):
        row[: len(text)] = [number.get(letter, 1) for letter in text[:width]]
    return rows


x_train, x_test = encode(train.texts), encode(test.texts)  # (N, T)
for text, label, thing in zip(names.texts, names.labels, names.things, strict=True):
    if thing.code == "SE" and thing.kind == "territories":
        print(f"{text:10} {names.languages[label]}")

# %% [markdown] slug="baseline-say"
# Baselines first.
# Lesson 00 built language models that count.
# Train one *per language* and ask each how probable the name is; the least surprised wins.
# With single letters that is a bag of letters; with trigrams it knows which letters follow which.

# %% slug="baseline"
from course_utils.text.ngrams import NgramModel


def by_counting(order):
    """Test accuracy of one n-gram model per language."""
    size, scores = len(alphabet) + 2, []
    for label in range(len(locales)):
        texts = [np.concatenate([[0, 0], row[row > 0], [0]]) for row in x_train[train.labels == label]]
        model = None
        for n in range(1, order + 1):
            model = NgramModel(n, size, k=0.02, shorter=model).fit(np.concatenate(texts))
        tests = [np.concatenate([[0, 0][: order - 1], row[row > 0], [0]]).astype(int) for row in x_test]
        scores.append([np.log(model.probabilities(ids)).sum() for ids in tests])
    return np.mean(np.argmax(scores, axis=0) == test.labels)


accuracies = {f"{name}, counted": 100 * by_counting(n) for n, name in ((1, "letters"), (2, "pairs"), (3, "trigrams"))}

# %% [markdown] slug="names-predict"
# Now the character RNN: look up a vector for each letter (an **embedding**; lesson 09 says more), a GRU of 64 units, its last state, 12 logits.
# The second network reads the name from both ends (**bidirectional**): one GRU forwards, another backwards, both last states side by side.
#
# > **Predict first.** Chance is 8 %. How many names will the GRU get right, and will it beat the trigrams?

# %% slug="names-train"
from course_utils.models.recurrent import char_rnn
from course_utils.train.report import Report


def train_reader(both_ways, units, epochs=12, batch=256):
    """A trained model that reads names, and its test accuracy."""
    keras.utils.set_random_seed(0)
    model = char_rnn(len(alphabet) + 2, len(locales), width=24, units=units, both_ways=both_ways)
    rate = keras.optimizers.schedules.CosineDecay(0.02, epochs * -(-len(x_train) // batch))
    model.compile(keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    model.fit(x_train, train.labels, batch_size=batch, epochs=epochs, verbose=0, callbacks=[Report("names", last_line=False)])
    return model, model.evaluate(x_test, test.labels, verbose=0)[1]


reader, reached = train_reader(both_ways=False, units=64)
_, both = train_reader(both_ways=True, units=32)
accuracies |= {"GRU": 100 * reached, "GRU, both ways": 100 * both}
ax = bars(list(accuracies), list(accuracies.values()), digits=0, xlabel="test names right, % (chance: 8)",
          title="A GRU knows the languages, and counting is hard to beat")
show(ax, alt="Bars of test accuracy: letters counted a little over 55, pairs and trigrams over 70, the GRU and the GRU both ways about 75 per cent. Chance is 8.")
assert reached > 3 * names.chance and both > 3 * names.chance  # the floor
assert 0.68 < reached < 0.82 and 0.68 < both < 0.83 and 50 < accuracies["letters, counted"] < 60 < accuracies["trigrams, counted"]
assert abs(100 * max(reached, both) - accuracies["trigrams, counted"]) < 7 and 900 < len(test) < 1200
print("GRU: above 68 %, more than eight times chance")

# %% [markdown] slug="names-why"
# About three in four, from nothing but letters, with chance at one in twelve.
# But the honest comparison is with counting: the trigrams are as good, after one pass over the names.
# With about a thousand test names, a difference of two or three points can be luck.
# Reading both ways also makes no clear difference here.
# It helps where the *end* of a sequence changes the meaning of its beginning; it cannot be used where the future is not known yet, as in a forecast.
#
# What does the network believe while it reads?
# Feed it the first letter, the first two, and so on; the mask takes care of the rest.

# %% slug="letters"
def beliefs(text):
    """Probabilities (T, 12) after each letter."""
    prefixes = [text[: i + 1] for i in range(len(text))]
    return losses.softmax(reader(encode(prefixes)))


axes = new_axes(aspect=0.55, cols=2, sharey=True)
for ax, text in zip(axes, ("Portugalsko", "Portugália"), strict=True):
    reading(beliefs(text), list(text), names.languages, title=text, ax=ax)
show(axes, alt="Two maps, languages against the letters read so far; darker is likelier. While the shared letters Portug are read, the belief jumps between languages; "
     "with the last letters Portugalsko is settled as Czech and Portugália as Hungarian.")
butterflies = ["Schmetterling", "vlinder", "sommerfugl", "fjäril", "papillon", "mariposa",
               "farfalla", "motyl", "motýl", "perhonen", "pillangó", "kelebek"]
right = sum(locales[beliefs(word)[-1].argmax()] == code for word, code in zip(
    butterflies, ("de", "nl", "da", "sv", "fr", "es", "it", "pl", "cs", "fi", "hu", "tr"), strict=True))
assert right <= 6 and names.languages[beliefs("Portugalsko")[-1].argmax()] == "Czech"
print("butterfly in twelve languages: at most half are right")

# %% [markdown] slug="confusion-say"
# The stem is shared, the ending decides, and a network that reads from left to right must wait for it.
# The last line is a warning.
# *Butterfly* is no country, language or currency, and on such words the network is far worse: it has learned how twelve languages form a certain kind of name, no more.
#
# > **Predict first.** Which pairs of the twelve languages does it confuse most?

# %% slug="confusion"
from course_utils.plots.confusion import confusion

found = np.argmax(reader(x_test), axis=1)
table = confusion_matrix(test.labels, found, classes=len(locales))
ax = confusion(table, names.languages, title="Relatives are mistaken for each other")
show(ax, alt="Confusion matrix of twelve languages. The diagonal is dark; among the largest mistakes are Danish with Swedish, Spanish with Italian.")
mistakes = table + table.T
np.fill_diagonal(mistakes, 0)
ranked = np.argsort(-np.triu(mistakes), axis=None)[:5]  # the five most confused pairs
pairs = {(names.languages[i], names.languages[j]) for i, j in zip(*np.unravel_index(ranked, mistakes.shape), strict=True)}
relatives = {("Danish", "Swedish"), ("Spanish", "Italian"), ("German", "Dutch")}
assert len(relatives & pairs) >= 2
print("of Danish-Swedish, Spanish-Italian and German-Dutch, at least two are among the five most confused pairs")

# %% [markdown] slug="forecast-say"
# ## 8. Forecasts
#
# The second kind of sequence: one number per month.
# The task: from the last 36 months of carbon dioxide (`co2`, lesson 01), forecast the next 12, all at once.
# Training data end with 2009; every forecast is judged on months that came later.
#
# A forecast without a **baseline** means nothing.
# - *Naive*: the last value, twelve times.
# - *Seasonal naive*: the value of the same month a year ago.
# - *With drift*: that, plus the mean growth of the last 12 months over the 12 before.
# - *Linear*: twelve linear regressions on the same inputs as the network's, an **autoregression**.

# %% slug="windows"
def windows(series, past, future, first, last):
    """(M, past) and (M, future): all windows whose future lies in first <= t < last."""
    start = np.arange(max(first, past), last - future + 1)[:, None]  # (M, 1)
    return series[start + np.arange(-past, 0)], series[start + np.arange(future)]


co2 = load_co2()
ppm, years = co2["ppm"].to_numpy(), co2["year"].to_numpy()
cut = int(np.searchsorted(years, 2010))  # the first month that is not training data
before, after = windows(ppm, 36, 12, 0, cut)
before_test, after_test = windows(ppm, 36, 12, cut, len(ppm))
print("training windows:", before.shape, after.shape, " test windows:", before_test.shape)

# %% [markdown] slug="seasonal-ask"
# ## Exercise 8.5: the forecast to beat
#
# Write `seasonal_naive(past, season, horizon)`: `past` is `(M, P)`, each row a series up to now; return `(M, horizon)`.
# The forecast of each step is the value one `season` before it.
# If `horizon` is longer than a season, the last *known* season is repeated.
# Example: `seasonal_naive(np.array([[9., 1., 2., 3.]]), 3, 5)` is `[[1., 2., 3., 1., 2.]]`.

# %% slug="seasonal" tags=["exercise"] points=2
def seasonal_naive(past, season, horizon):
    """The last season, repeated. (M, P) -> (M, horizon)."""
    # solution
    last = past[:, -season:]  # (M, season)
    return last[:, np.arange(horizon) % season]

# %% slug="seasonal-check"
nb08.seasonal_naive(seasonal_naive)

# %% [markdown] slug="seasonal-why" tags=["solution"]
# The remainder of the step number says which month of the season it is, so one index array does it for any horizon.
# The trap is a horizon beyond the season: "one season before" then lies in the future, which must not be used.

# %% [markdown] slug="drift-say"
# Now the network's inputs.
# The series itself is no good: it rises, so the test months lie above everything seen in training, and a network does not extrapolate.
# Even the yearly growth has grown, from under 1 ppm to over 2.
# So take away what is known: first the season, by looking at the growth over the same month a year ago; then the trend, by subtracting the mean growth of the last 12 months.
# What is left has no trend, and the network only says how the coming growth will *differ*.
# If it outputs 0, it is the seasonal naive forecast with drift.

# %% slug="drift"
def without_trend(past):
    """Inputs (M, 24) free of season and trend, and the forecast with drift, (M, 12)."""
    growth = past[:, 12:] - past[:, :-12]  # over the same month a year before
    recent = growth[:, -12:].mean(axis=1, keepdims=True)
    return growth - recent, past[:, -12:] + recent


def mean_error(said):
    """Mean absolute error, in ppm."""
    return np.abs(said - after_test).mean()


growth = ppm[12:] - ppm[:-12]
assert growth[:60].mean() < 1 and growth[-120:].mean() > 2  # ppm a year
inputs, base = without_trend(before)
inputs_test, base_test = without_trend(before_test)
errors = {"naive": mean_error(before_test[:, -1:]),
          "seasonal naive": mean_error(before_test[:, -12:]),
          "with drift": mean_error(base_test)}

# %% [markdown] slug="fit-say"
# Scaling is part of the fit: mean and spread come from the *training* windows.

# %% slug="fit"
def linear(x, y, x_test):
    """Least squares with a constant; forecasts for x_test."""
    def wide(x):
        return np.column_stack([x, np.ones(len(x))])
    return wide(x_test) @ np.linalg.lstsq(wide(x), y, rcond=None)[0]


def recurrent(x, y, x_test, seed=0, epochs=20):
    """A GRU of 16 units that forecasts all steps at once, trained on x (M, T), y (M, F)."""
    middle, spread, middle_y, spread_y = x.mean(), x.std(), y.mean(), y.std()
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((x.shape[1], 1)), keras.layers.GRU(16), keras.layers.Dense(y.shape[1])])
    rate = keras.optimizers.schedules.CosineDecay(0.01, epochs * -(-len(x) // 32))
    model.compile(keras.optimizers.Adam(rate), "mse")
    model.fit((x[..., None] - middle) / spread, (y - middle_y) / spread_y, batch_size=32,
              epochs=epochs, verbose=0, callbacks=[Report("forecast", last_line=False)])
    return np.asarray(model((x_test[..., None] - middle) / spread)) * spread_y + middle_y

# %% [markdown] slug="co2-predict"
# > **Predict first.** Rank them by error: naive, seasonal naive, with drift, linear, GRU.

# %% slug="co2"
said = {"seasonal naive": before_test[:, -12:],
        "linear": base_test + linear(inputs, after - base, inputs_test),
        "GRU": base_test + recurrent(inputs, after - base, inputs_test)}
errors |= {name: mean_error(said[name]) for name in ("linear", "GRU")}
ax = bars(list(errors), list(errors.values()), digits=2, xlabel="mean absolute error, ppm, over 12 months",
          title="The trend is most of it; a line does the rest")
show(ax, alt="Bars of the forecast error for carbon dioxide: naive 2.87, seasonal naive 2.48, with drift 0.62, the linear autoregression 0.45, the GRU between those two.")
assert errors["GRU"] < 0.3 * errors["seasonal naive"] and errors["GRU"] < errors["with drift"]  # the floor
assert errors["linear"] < errors["GRU"] + 0.03 and 2.3 < errors["seasonal naive"] < 2.7
assert 0.2 < errors["with drift"] / errors["seasonal naive"] < 0.3
print("GRU: less than a third of the seasonal naive error; the linear forecast is at least as good")

# %% slug="co2-draw"
from course_utils.plots.forecast import forecast

every = np.arange(0, len(after_test), 24)  # one forecast every two years
when = years[cut:][every[:, None] + np.arange(12)]
recent = years > 2006
ax = forecast(years[recent], ppm[recent], {name: (when, said[name][every]) for name in ("seasonal naive", "GRU")},
              known_until=2010, ylabel="CO2, ppm", title="The seasonal naive forecast is a year late")
show(ax, alt="Carbon dioxide from 2006 on, rising with a yearly wave. After 2010 eight forecasts of twelve months each: the seasonal naive ones run "
     "parallel below the curve, the GRU's lie on it.")

# %% [markdown] slug="co2-why"
# The seasonal naive forecast misses a year of growth, about 2.5 ppm: easy to beat, and a paper that compares with it alone proves little.
# The forecast with drift cuts the error to a quarter, the GRU improves on it.
# And the linear autoregression is at least as good as the GRU, with a few lines and no training loop.
# The series is nearly linear, the training windows are few (575) and overlap; a flexible model finds nothing more here.
# One confession: who chose this preparation had seen the later years, too. The strict test is the months that are still to come.

# %% [markdown] slug="sun-say"
# ### Sunspots: a rhythm without a clock
#
# Sunspots come and go in cycles of about 11 years, but no cycle is like the last: 9 to 14 years, high or low.
# From the last 11 years (22 half-years) forecast the next 4 (8 half-years); training data end with 1924.
# The "season" is now the 11-year cycle.
#
# > **Predict first.** Is the seasonal naive forecast again nearly useless? And does the GRU now beat the line?

# %% slug="sun"
sunspots = load_sunspots()
spots = sunspots["sunspots"].to_numpy().reshape(-1, 6).mean(axis=1)  # half-yearly means
half_years = sunspots["year"].to_numpy().reshape(-1, 6).mean(axis=1)
cut_sun = int(np.searchsorted(half_years, 1925))
before, after = windows(spots, 22, 8, 0, cut_sun)
before_test, after_test = windows(spots, 22, 8, cut_sun, len(spots))
said = {"naive": before_test[:, -1:], "seasonal naive": before_test[:, :8],
        "linear": linear(before, after, before_test), "GRU": recurrent(before, after, before_test)}
errors = {name: np.abs(values - after_test).mean() for name, values in said.items()}
ax = bars(list(errors), list(errors.values()), digits=0, xlabel="mean absolute error, sunspot number, over 4 years",
          title="Line and GRU, about equal, beat both naive forecasts")
show(ax, alt="Bars of the forecast error for sunspots: naive 49, seasonal naive 27, linear about 20, the GRU about 20.")
assert errors["seasonal naive"] < 0.6 * errors["naive"]
assert errors["GRU"] < 0.85 * errors["seasonal naive"] and abs(errors["GRU"] - errors["linear"]) < 3
print("GRU: at least 15 % below the seasonal naive error, level with the linear forecast")

# %% slug="sun-draw"
every = np.arange(0, len(after_test), 16)
when = half_years[cut_sun:][every[:, None] + np.arange(8)]
recent = half_years > 1915
ax = forecast(half_years[recent], spots[recent], {name: (when, said[name][every]) for name in ("seasonal naive", "GRU")},
              known_until=1925, ylabel="sunspot number", title="The rise is foreseen, the height of the peak is not", legend="upper right")
show(ax, alt="Half-yearly sunspot numbers from 1915 to 2008 in waves of about 11 years. Forecasts of four years: the GRU's follow the waves but stay below "
     "the high peaks; the seasonal naive ones are often out of step.")

# %% [markdown] slug="sun-why"
# The seasonal naive forecast is useful here: it nearly halves the naive error.
# The GRU beats both and is level with the line: it finds the rhythm and misses the height of the peaks.
# Both series are short: from a few hundred windows the GRU learned nothing that a line cannot say.
# It can earn its cost with many series, many inputs or long non-linear effects.
# You would not know without the two extra bars, so draw them, always.
#
# ### A promise that was not kept
#
# Forecasts fail quietly in one way above all: the test has seen the future.
# Here is the simplest forecaster there is: find the most similar past in the training data and say what came then.
# It is tested once on windows drawn *at random*, as one would with pictures, and once on *later* years.
#
# > **Predict first.** Which test promises the smaller error, and by how much?

# %% slug="promise"
def most_similar(x, y, x_test):
    """What followed the nearest training window."""
    distances = (x_test**2).sum(axis=1)[:, None] + (x**2).sum(axis=1) - 2 * x_test @ x.T
    return y[distances.argmin(axis=1)]


monthly = sunspots["sunspots"].to_numpy()
x, y = windows(monthly, 132, 48, 0, len(monthly))  # 11 years, then 4
start = np.arange(132, 132 + len(x))  # first month of each future
order = np.random.default_rng(0).permutation(len(x))
cut_month = int(np.searchsorted(sunspots["year"], 1925))
splits = {"random windows": (order[: len(x) * 2 // 3], order[len(x) * 2 // 3 :]),
          "later years": (np.flatnonzero(start + 48 <= cut_month), np.flatnonzero(start >= cut_month))}
for name, (train_rows, test_rows) in splits.items():
    error = np.abs(most_similar(x[train_rows], y[train_rows], x[test_rows]) - y[test_rows]).mean()
    print(f"tested on {name:14}: mean error {error:.0f}")
    assert 10 < error < 16 if name == "random windows" else 33 < error < 43
rows = splits["later years"][1]
seasonal_error = np.abs(x[rows, :48] - y[rows]).mean()
print(f"seasonal naive, later years: mean error {seasonal_error:.0f}")
assert 28 < seasonal_error < 33

# %% [markdown] slug="promise-why"
# A promise of 13, and in truth 38: three times as much, and worse than the seasonal naive forecast of the same months.
# Windows that start one month apart share nearly all their months, so a random test window has a twin in the training part, and the twin's future *is* the answer.
# A time series is split by time.

# %% [markdown] slug="clinic-ask"
# ## Exercise 8.6: bug clinic, a window into the future
#
# `split_windows(series, past, future, cut)` prepares a series, `(N,)`, for training: months before `cut` may be learned from, the rest is for the test.
# It returns `(x_train, y_train, x_test, y_test)`, all windows in order of time, scaled to mean 0 and standard deviation 1.
# The code below has the mistake you have just seen, and a second one of the same kind.
#
# Repair it, so that nothing at or after `cut` touches the training part, *also not through the scaling*; scale with NumPy's mean and standard deviation of `series[:cut]`.
# A training window lies before `cut` with its whole future; a test window's future begins at `cut` or later, while its past may reach back.
# Remove the `raise` line first.

# %% slug="clinic" tags=["exercise"] points=3
def split_windows(series, past, future, cut):
    """x_train (M, past), y_train (M, future), x_test, y_test: scaled, in order, no leak."""
    # solution
    scaled = (series - series[:cut].mean()) / series[:cut].std()
    start = np.arange(past, len(series) - future + 1)  # first step of each future
    x = scaled[start[:, None] + np.arange(-past, 0)]
    y = scaled[start[:, None] + np.arange(future)]
    train, test = start + future <= cut, start >= cut
    return x[train], y[train], x[test], y[test]
    # stub
    # scaled = (series - series.mean()) / series.std()
    # start = np.arange(past, len(series) - future + 1)
    # x = scaled[start[:, None] + np.arange(-past, 0)]
    # y = scaled[start[:, None] + np.arange(future)]
    # order = np.random.default_rng(0).permutation(len(start))
    # train, test = order[: cut - past], order[cut - past :]
    # return x[train], y[train], x[test], y[test]

# %% slug="clinic-check"
nb08.split_windows(split_windows)

# %% [markdown] slug="clinic-why" tags=["solution"]
# Two leaks: the shuffled split, and a mean and a spread that know how high the series will rise.
# The windows whose future straddles `cut` belong to neither part and are dropped: their answers lie in the test period.
# A simple test for leaks works in any project: change the future and see whether the training data change.

# %% [markdown] slug="stack-say"
# ## 9. Two LSTMs, one on top of the other
#
# Recurrent layers can be stacked: the first layer's state at every step is the second layer's input.
# So the first must return *all* its states, `return_sequences=True`.
# Without it, a layer returns the last state only, and there is no sequence left to read.
#
# Our example reads sequences of 10 steps with 10 features and chooses one of 10 classes.
# What has 10 steps of 10 numbers and 10 classes?
# A handwritten digit (8 x 8) with a border of one pixel, read row by row.
#
# > **Predict first.** Each LSTM has 128 units. How many parameters has the first one, how many the second?
# > (An LSTM is four times a plain cell.)

# %% slug="stack"
from course_utils.models.recurrent import stacked_lstm

keras.utils.set_random_seed(8)
stack = stacked_lstm(input_shape=(10, 10), classes=10, units=128)
for layer in stack.layers:
    print(f"{layer.name:7} gives {layer.output.shape!s:16} parameters {layer.count_params():>7,}")
try:
    keras.Sequential([keras.Input((10, 10)), keras.layers.LSTM(128), keras.layers.LSTM(128)])
except ValueError:
    print("without return_sequences: (None, 128) is no sequence, Keras refuses")

# %% [markdown] slug="stack-why"
# $4\,(10 + 128 + 1)\cdot 128$ and $4\,(128 + 128 + 1)\cdot 128$: inputs, state and bias, for three gates and a candidate.
# The last layer gives logits; the softmax is in the loss (lesson 04).

# %% slug="stack-train"
digits = load_digits()
images = digits.images[:1797]
if full():  # MNIST: 28 x 28, the middle 20 x 20 halved
    images = images[:, 4:24, 4:24].reshape(-1, 10, 2, 10, 2).mean(axis=(2, 4))
else:
    images = np.pad(images, ((0, 0), (1, 1), (1, 1)))
order = np.random.default_rng(0).permutation(len(images))
rows, classes = images[order], digits.labels[order]  # (N, T=10, D=10), (N,)
one_hot, cut = np.eye(10)[classes], round(0.8 * len(rows))
stack.compile(keras.optimizers.Adam(0.004), keras.losses.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
stack.fit(rows[:cut], one_hot[:cut], batch_size=64, epochs=9, verbose=0, callbacks=[Report("rows", last_line=False)])
_, right = stack.evaluate(rows[cut:], one_hot[cut:], verbose=0)
assert full() or 0.85 < right < 0.96
print("stacked LSTM, shuffled test: more than 85 % of the digits, row by row")

# %% [markdown] slug="rows-say"
# About nine in ten; the dense network of lesson 04 reads more than 96 % with less than a tenth of the parameters.
# A recurrent network can read pictures, but it is no good reason to.
#
# It can do something that the dense network cannot: answer *while* reading.
# For that we move its weights into our own two LSTMs from section 4, which return every state.
#
# > **Predict first.** Half the picture has been read. Are about half of the digits right?

# %% slug="rows"
ours = LSTM(10, 128, rng), LSTM(128, 128, rng)
weights = stack.get_weights()
for layer, place in zip(ours, (0, 3), strict=True):
    layer.params = dict(zip(layer.params, map(np.float64, weights[place : place + 3]), strict=True))
states = ours[1].forward(ours[0].forward(rows[cut:]))  # (N, 10, 128)
logits = states @ weights[6] + weights[7]  # (N, 10 rows, 10 classes)
np.testing.assert_allclose(logits[:, -1], stack(rows[cut:]), atol=1e-3)
seen = (logits.argmax(axis=2) == classes[cut:, None]).mean(axis=0)  # accuracy after each row
assert seen[:5].max() < (0.3 if full() else 0.2) and (full() or seen[9] > 0.85)
example = int(np.flatnonzero((classes[cut:] == 3) & (logits[:, -1].argmax(axis=1) == 3))[0])
ax = reading(losses.softmax(logits[example]), [f"row {t}" for t in range(1, 11)], [str(k) for k in range(10)],
             title="A handwritten 3, row by row: sure only at the end")
show(ax, alt="Map of ten digits against the ten rows of a picture. After the first rows the belief is spread or wrong; in the last rows the 3 is certain.")
print("our LSTMs with Keras's weights: the same logits")
print("right after each of the first five rows: less than", "30 %" if full() else "20 %")

# %% [markdown] slug="rows-why"
# Hardly better than guessing, though you would recognise many digits by their upper half.
# The loss asked after the last row only, so nobody taught the network to answer early.
# If you need early answers, put a loss on every step: `return_sequences=True` in the last LSTM, too.
# Names of three letters and of twenty gave the name reader some practice; every digit has ten rows.

# %% [markdown] slug="pitfalls"
# ## 10. What goes wrong, and how it looks
#
# | what you see | what it often is |
# |---|---|
# | "expected ndim=3, found ndim=2" | `return_sequences` forgotten below another recurrent layer |
# | runs, but learns nothing; shapes like (T, B, D) | time and batch swapped: the state runs from one sequence to the next |
# | the same sequence gives another answer beside a longer one | padding read as data: a mask is missing |
# | short dependencies learned, long ones not, no error | vanishing gradient: forget bias, or fewer steps |
# | the loss jumps up at times, or becomes `nan` | exploding gradient: clip it (`global_clipnorm=1` in a Keras optimizer) |
# | the forecast is the series, shifted to the right | the network has learned the naive forecast: draw that baseline |
# | excellent test, useless in operation | random split of a series, or scaling that has seen the future |
# | good for ten years, then always too low | a trend in the inputs |
# | answers depend on what was asked before | a state kept between sequences: start each at zero |
#
# ## Summary
#
# 1. A recurrent network is one cell used at every step; the state carries what was read, in order, at any length.
# 2. Its gradient walks back through time: two roads into every state, and the shared weights add up over all steps.
# 3. A product of many factors vanishes or explodes; clipping helps against the second, a gate near 1 against the first.
# 4. LSTM and GRU decide what to keep; how long they *can* remember at first is set by a bias.
# 5. Baselines first, time never shuffled: the GRU beat the naive forecasts, and a linear model was as good or better.
#
# So how can a network read something of unknown length? It takes it one step at a time, with the same weights, and keeps notes.
#
# **What comes next.** Our letters became numbers in a crude way.
# Lesson 09 asks what the pieces of a text should be.
# And in lesson 10 the notes turn out to be the bottleneck: instead of squeezing everything into one state, a network may look back.
#
# ## References
#
# - Hochreiter and Schmidhuber (1997), *Long Short-Term Memory*, Neural Computation 9, 1735-1780; the forget gate: Gers, Schmidhuber and Cummins (2000), *Learning to Forget*, Neural Computation 12, 2451-2471.
# - Cho et al. (2014), *Learning Phrase Representations using RNN Encoder-Decoder*, [arXiv:1406.1078](https://arxiv.org/abs/1406.1078): the GRU.
# - Bengio, Simard and Frasconi (1994), *Learning long-term dependencies with gradient descent is difficult*, IEEE Transactions on Neural Networks 5, 157-166.
# - Pascanu, Mikolov and Bengio (2012), *On the difficulty of training recurrent neural networks*, [arXiv:1211.5063](https://arxiv.org/abs/1211.5063): vanishing, exploding, clipping.
# - Tallec and Ollivier (2018), *Can recurrent neural networks warp time?*, [arXiv:1804.11188](https://arxiv.org/abs/1804.11188): biases for a given memory.
# - Hyndman and Athanasopoulos, [*Forecasting: Principles and Practice*](https://otexts.com/fpp3/): naive forecasts, honest evaluation.
