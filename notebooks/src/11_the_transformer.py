# %% [raw] slug="front"
# title = "The Transformer"
# question = "What has to stand around attention before it can translate?"
# hook = """
# Attention lets every token look at every other one.
# Stack twelve such layers, and you get something useless: all tokens become the same.
# In this lesson you find out what is missing, put it together into a block, and train a small Transformer that translates dates from five languages, and number words between English and Chinese.
# Then you take its parts away again, one at a time, to see which of them it really needed.
# """
# able = [
#     "draw a Transformer block from memory and say what each part is for",
#     "build the block in NumPy, equal to a Keras layer on the same weights",
#     "train an encoder and a decoder: teacher forcing, label smoothing, warm-up",
#     "translate greedily and with a beam, and score it with a BLEU of your own",
#     "measure by ablation what a part is worth, and distrust a good score",
# ]
# needs = "Lessons 04, 05, 09 and 10: gradients through depth, LayerNorm, vocabularies, attention and positions."
# minutes = 75
# seconds = 49

# %% slug="setup"
import re

import numpy as np

from course_utils.checks import nb11
from course_utils.data.dates import make_dates
from course_utils.data.numbers import make_numbers
from course_utils.data.sentence_pairs import load_sentence_pairs
from course_utils.metrics.bleu import bleu
from course_utils.plots.attention import attention_map
from course_utils.plots.attention_kinds import attention_kinds
from course_utils.plots.curves import bars, curves
from course_utils.plots.depth import gradient_flow, signal_flow
from course_utils.plots.figure import new_axes, show
from course_utils.plots.transformer_block import transformer_block
from course_utils.runtime import full, setup
from course_utils.scratch.attention import dot_product_attention
from course_utils.scratch.optimizers import Adam
from course_utils.scratch.schedules import warmup_cosine
from course_utils.text.vocabulary import Vocabulary
from course_utils.text.windows import pad

setup(seed=11)
rng = np.random.default_rng(11)

# %% [markdown] slug="alone-say"
# ## 1. Attention alone
#
# Lesson 10 built a layer in which each token asks all others and takes a mixture.
# Here it is once more, in six lines, also for two sequences: queries from one, keys and values from another, the **memory**.
#
# Shape letters: **B** sequences in a batch, **T** positions that ask, **S** positions that are read, **D** width of a token's vector, **H** heads, **K** = D / H.

# %% slug="attend" tags=["shared"]
def attend(x, w, heads, memory=None, mask=None):
    """Multi-head attention. x (B, T, D), memory (B, S, D) or x itself; four matrices (D, D)."""
    def split(z):
        return z.reshape(*z.shape[:2], heads, -1).swapaxes(1, 2)  # (B, H, T, K)

    read = x if memory is None else memory
    mixed, _ = dot_product_attention(split(x @ w["q"]), split(read @ w["k"]), split(read @ w["v"]), mask)
    return mixed.swapaxes(1, 2).reshape(x.shape) @ w["out"]

# %% [markdown] slug="one-token"
# Deep learning means: stack it.
# Before twelve layers read a sentence, let them read a sentence of *one* token.
#
# > **Predict first.** Give the stack the token $a$, the token $b$, and the token $a + b$.
# > How is the third output related to the first two?

# %% slug="one-token-run"
def matrices(width):
    """Random weights of one attention layer."""
    return {name: rng.normal(0, width**-0.5, (width, width)) for name in ("q", "k", "v", "out")}


stack = [matrices(64) for _ in range(12)]
a, b = rng.normal(size=(2, 1, 1, 64))  # two sentences of one token, (B, T, D)


def through(x):
    for w in stack:
        x = attend(x, w, heads=4)
    return x


np.testing.assert_allclose(through(a + b), through(a) + through(b), rtol=1e-9, atol=1e-12)
print("12 layers: output of a + b = output of a + output of b")

# %% [markdown] slug="one-token-why"
# The twelve layers are one matrix.
# With one token there is one score, its softmax is 1 whatever the score, and what remains is $v$ times $w_o$: twelve times two matrices, nothing in between.
# With more tokens the *weights* bend, but each output is still a sum of tokens times matrices.
# The layer moves information; it does not compute with it.
# **First gap: nothing computes.**
#
# Now a sentence of eight tokens, all different.
# How different are they after each layer?
# We take from each token the mean of all eight, and measure how much of its length is left: 0 means all tokens are alike.
#
# > **Predict first.** Eight random tokens start at about 0.9. Where are they after 4 layers of attention, and after 12?

# %% slug="alike"
def difference(x):
    """Share of x (B, T, D) that is not common to all positions: 0 if all tokens are alike."""
    return np.linalg.norm(x - x.mean(axis=1, keepdims=True)) / np.linalg.norm(x)


sentence = rng.normal(size=(1, 8, 64))
kept = {"attention alone": [difference(sentence)], "x + attention(x)": [difference(sentence)]}
plain = added = sentence
for w in stack:
    plain, added = attend(plain, w, heads=4), added + attend(added, w, heads=4)
    kept["attention alone"].append(difference(plain))
    kept["x + attention(x)"].append(difference(added))
ax = curves(kept, xlabel="layers", ylabel="difference between tokens", title="Averages of averages: soon all tokens are the same")
show(ax, alt="Difference between the eight tokens against the number of layers. Attention alone: from 0.9 to about 0.6 after one layer and to practically 0 after three. "
     "With x added, it falls slowly and is still above 0 after twelve.")
assert kept["attention alone"][3] < 0.01 and kept["x + attention(x)"][12] > 0.05
print("after  4 layers:", *(f"{name}: {values[4]:.2f}  " for name, values in kept.items()))
print("after 12 layers:", *(f"{name}: {values[12]:.2f}  " for name, values in kept.items()))

# %% [markdown] slug="alike-why"
# Three layers, and nobody is anybody any more.
# Each output is an average over the same tokens, and the averages of averages are all alike.
# Nothing brings the difference back: no later layer can tell the tokens apart.
# In theory the collapse is even faster than exponential (Dong et al., 2021).
# **Second gap: tokens lose themselves.**
#
# The orange curve shows a remedy.
# If a token *keeps* itself and only *adds* what it has read, its own part is never lost, although its share shrinks.
# That is a residual connection, or shortcut, as in lesson 07.
# (The share still falls; section 3 finds a second part that slows it down.)
#
# A third gap is known from lesson 10: order.
# Positions are added once, at the entrance, and the residual carries them to every layer.
#
# So this is the block: a straight road, and two parts beside it.

# %% slug="block-draw"
ax = transformer_block("encoder", title="Everything is added to a straight road")
show(ax, alt="A green road from x to y. Two branches leave it and come back at a plus sign: norm and self-attention, which sees all of the source; "
     "norm and feed-forward, each position alone.")

# %% [markdown] slug="parts-say"
# ## 2. The parts
#
# **Feed-forward** fills the first gap: a small network with one hidden layer, for each token alone.
#
# $$\text{feed-forward}(x) = \text{ReLU}(x\, w_1 + b_1)\, w_2 + b_2$$
#
# $w_1$ is (D, F) and $w_2$ is (F, D), usually with F = 4 D.
# The *same* weights serve every position, as in a convolution whose kernel has width 1.
# Attention brings together, feed-forward computes.
#
# > **Predict first.** D = 64, F = 256. What share of a block's weights is in the attention, what share in the feed-forward part?

# %% slug="count"
D, F = 64, 256
parts = {"attention": 4 * D * D, "feed-forward": 2 * D * F + F + D, "two norms": 2 * 2 * D}
for name, number in parts.items():
    print(f"{name:13} {number:7,}  {number / sum(parts.values()):.0%}")

# %% [markdown] slug="count-why"
# $4 D^2$ against $8 D^2$: in *Attention Is All You Need* (Vaswani et al., 2017; "the paper" from here on), attention is a third of a block.
#
# **LayerNorm** keeps the sizes in hand.
# For each token alone: subtract the mean of its D numbers, divide by their standard deviation, then a gain and a shift per feature (lesson 05).
#
# There are two places for it.
#
# - **post-norm**, as in the paper of 2017: $x \leftarrow \text{norm}(x + f(x))$, on the road.
# - **pre-norm**, as in most large models since: $x \leftarrow x + f(\text{norm}(x))$, on the branch. The road itself is never touched. One last norm follows after the stack.

# %% [markdown] slug="frame-ask"
# ## Exercise 11.1: the frame
#
# Every part stands in the same frame.
# Write `frame(x, part, norm, place)`: `part` and `norm` are functions of an array; `place` is `"pre"` or `"post"`.
# Return $x + \text{part}(\text{norm}(x))$ or $\text{norm}(x + \text{part}(x))$.
# Example: with `part` doubling and `norm` subtracting 1, `frame(np.array([3.]), part, norm, "pre")` is `[7.]`, and with `"post"` `[8.]`.

# %% slug="frame" tags=["exercise"] points=1
def frame(x, part, norm, place):
    """A part with its shortcut and its norm. (..., D) -> (..., D)."""
    # solution
    if place == "pre":
        return x + part(norm(x))
    return norm(x + part(x))

# %% slug="frame-check"
nb11.frame(frame)

# %% [markdown] slug="frame-why" tags=["solution"]
# In both cases the shortcut carries $x$ itself, not its normalised version.
# With `x = norm(x)` at the top the pre-norm road would be normalised at every part, and the straight road would be gone.

# %% [markdown] slug="grown-say"
# ## 3. The block in NumPy
#
# Three functions, and the block is there.
# Then the same weights go into the package's Keras layer, and its attention into Keras's own.

# %% slug="grown" tags=["shared"]
def normalise(x, gain=1.0, shift=0.0):
    """LayerNorm: each token to mean 0 and standard deviation 1, then gain and shift, (D,) each."""
    centred = x - x.mean(axis=-1, keepdims=True)
    return gain * centred / np.sqrt(x.var(axis=-1, keepdims=True) + 1e-3) + shift


def feed_forward(x, w):
    """Two dense layers at every position. (B, T, D) -> (B, T, D)."""
    return np.maximum(0, x @ w["up"] + w["up_bias"]) @ w["down"] + w["down_bias"]


def encoder_block(x, w, heads, mask=None):
    """Pre-norm. x (B, S, D), w a dict of weights."""
    x = x + attend(normalise(x, w["gain1"], w["shift1"]), w, heads, mask=mask)
    return x + feed_forward(normalise(x, w["gain2"], w["shift2"]), w)

# %% slug="equal"
import keras
import tensorflow as tf

from course_utils.models.transformer import EncoderBlock, Transformer

layer = EncoderBlock(16, heads=4, feed_forward=64, norm="pre", dtype="float64")
x = rng.normal(size=(2, 5, 16))  # (B, S, D)
mask = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]], dtype=bool)[:, None, None]  # the second row has two of filling
layer.build(x.shape)
layer.set_weights([v + rng.normal(0, 0.2, v.shape) for v in layer.get_weights()])
w = {v.path.split("/", 1)[1]: v.numpy() for v in layer.weights}
w["q"], w["k"], w["v"] = np.split(w["attention/qkv/kernel"], 3, axis=1)
w |= {"out": w["attention/out/kernel"], "up": w["up/kernel"], "up_bias": w["up/bias"], "down": w["down/kernel"], "down_bias": w["down/bias"],
      "gain1": w["attention_norm/gamma"], "shift1": w["attention_norm/beta"],
      "gain2": w["feed_forward_norm/gamma"], "shift2": w["feed_forward_norm/beta"]}
np.testing.assert_allclose(layer(x, attention_mask=mask), encoder_block(x, w, 4, mask), rtol=1e-9, atol=1e-9)

theirs = keras.layers.MultiHeadAttention(4, 4, use_bias=False, dtype="float64")
theirs.build(query_shape=x.shape, value_shape=x.shape)
theirs.set_weights([w[name].reshape(16, 4, 4) for name in "qkv"] + [w["out"].reshape(4, 4, 16)])
np.testing.assert_allclose(theirs(x, x, attention_mask=mask), attend(x, w, 4, mask=mask), rtol=1e-9, atol=1e-9)
print("our block = package; our attention = keras.layers.MultiHeadAttention")

# %% [markdown] slug="depth-say"
# From here on we use the package's block.
# What do shortcut and norm do to *size*?
# Sixteen fresh blocks, five recipes; we measure the signal after each block on the way up, and the gradient on the way down, as in lesson 04.
#
# > **Predict first.** Which recipes keep both sizes in the green band, a tenth to ten?

# %% slug="depth"
def sizes(blocks=16, **recipe):
    """Root mean square of the signal after each block, of the gradient there, (16,) each; the last difference between tokens."""
    keras.utils.set_random_seed(1)
    x, states = tf.random.stateless_normal((8, 16, 64), seed=(1, 2)), []
    push = tf.random.stateless_normal((8, 16, 64), seed=(3, 4))  # the gradient that comes in at the end
    with tf.GradientTape() as tape:
        tape.watch(x)
        for _ in range(blocks):
            x = EncoderBlock(64, **recipe)(x)
            states.append(x)
        loss = tf.reduce_sum(x * push)
    found = [np.array([np.sqrt(np.mean(np.square(v))) for v in values]) for values in (states, tape.gradient(loss, states))]
    return *found, difference(x.numpy())


recipes = {"neither": dict(residual=False, norm=None), "with norm only": dict(residual=False, norm="pre"),
           "with shortcut only": dict(residual=True, norm=None), "post-norm": dict(norm="post"), "pre-norm": dict(norm="pre")}
found = {name: sizes(**recipe) for name, recipe in recipes.items()}
ax = signal_flow({name: signal for name, (signal, *_) in found.items()}, title="A shortcut alone lets the signal explode")
show(ax, alt="Size of the signal after 1 to 16 blocks, log scale. Without shortcut and norm it falls below a thousandth, with the shortcut only it grows to a thousand; "
     "with a norm, before or after, it stays in the green band.")

# %% slug="depth-back"
ax = gradient_flow({name: gradient for name, (_, gradient, _) in found.items()}, title="And its gradient explodes with it")
show(ax, alt="Size of the gradient from block 16 back to block 1, relative to the last. With the shortcut only it rises above a million, without shortcut and norm it falls below a thousandth; "
     "the three recipes with a norm stay in the green band.")
back = {name: gradient[0] / gradient[-1] for name, (_, gradient, _) in found.items()}
assert back["with shortcut only"] > 1e5 and back["neither"] < 1e-3
for name in ("with norm only", "post-norm", "pre-norm"):
    assert 0.1 < back[name] < 10 and 0.1 < found[name][0].min() and found[name][0].max() < 10
print("in bounds: with norm only, post-norm, pre-norm")
print("difference between tokens after 16 blocks:")
for name, (*_, left) in found.items():
    print(f"  {name:18} {left:.2f}")
assert found["with norm only"][2] < 0.001 and found["pre-norm"][2] > 3 * max(left for name, (*_, left) in found.items() if name != "pre-norm")

# %% [markdown] slug="depth-why"
# Two lessons, and a warning.
# Without either, everything dies; with the shortcut alone, the road grows at every block, attention is fed with ever larger numbers, and both sizes explode.
# The norm keeps the sizes, in either place.
#
# The warning is the recipe *with norm only*: its sizes are perfect, and it is worthless.
# The norm restores the *length* of each token, not the *difference* between tokens, and the printed table says that it is gone.
# A healthy size is necessary, not sufficient.
# So norm and shortcut solve different problems, and a deep stack needs both.
#
# The table also shows where to put the norm.
# With pre-norm the tokens keep much more of their difference: attention always reads, and so adds, vectors of one size, however long the road's vector has become.
# Post-norm shrinks the road itself at every part, and with it what is left of the beginning.
# (These are fresh weights; training changes them.)

# %% [markdown] slug="decoder-say"
# ## 4. Encoder and decoder
#
# To translate, one stack reads and another writes (lesson 10).
# The **encoder** is a stack of the blocks above.
# The **decoder** has a third part in the middle: **cross-attention**, whose queries come from what is being written, and whose keys and values come from the encoder's output.

# %% slug="decoder-draw"
ax = transformer_block("decoder", title="The decoder has one part more: it looks at the source")
show(ax, alt="A green road with three branches: self-attention, which sees what is written; cross-attention, which reads all of the source from the memory, what the encoder made; "
     "feed-forward, each position alone. Each has a norm before it and ends in a plus sign.")

# %% [markdown] slug="decoder-say-numpy"
# In NumPy it is one line more than the encoder's block.
# To keep it short, gain and shift of the norms are left at 1 and 0, as in a fresh layer.

# %% slug="decoder-equal"
from course_utils.models.transformer import DecoderBlock


def decoder_block(x, memory, w, heads):
    """Pre-norm. x (B, T, D) what is written, memory (B, S, D), w a dict of weights."""
    x = x + attend(normalise(x), w["self"], heads, mask=np.tri(x.shape[1], dtype=bool))  # a triangle: see below
    x = x + attend(normalise(x), w["cross"], heads, memory=memory)
    return x + feed_forward(normalise(x), w)


layer = DecoderBlock(16, heads=4, feed_forward=64, norm="pre", dtype="float64")
x, memory = rng.normal(size=(2, 4, 16)), rng.normal(size=(2, 6, 16))  # (B, T, D), (B, S, D)
theirs = layer(x, memory)
w = {v.path.split("/", 1)[1]: v.numpy() for v in layer.weights}
w = {"self": dict(zip("qkv", np.split(w["attention/qkv/kernel"], 3, axis=1), strict=True), out=w["attention/out/kernel"]),
     "cross": dict(zip("kv", np.split(w["cross/kv/kernel"], 2, axis=1), strict=True), q=w["cross/q/kernel"], out=w["cross/out/kernel"]),
     "up": w["up/kernel"], "up_bias": w["up/bias"], "down": w["down/kernel"], "down_bias": w["down/bias"]}
np.testing.assert_allclose(theirs, decoder_block(x, memory, w, 4), rtol=1e-9, atol=1e-9)
print("our decoder block = package")

# %% [markdown] slug="kinds-say"
# So there are three kinds of attention.
# They are the same function; only who asks, who is read, and the mask differ.
# The source here is *5 May 26* with two places of filling; the answer is *26-05-05*, and its first five places are drawn.
#
# > **Predict first.** Which of the three masks is a triangle? And is filling hidden as a row, as a column, or both?

# %% slug="kinds"
source_labels, target_labels = ["5", "May", "2", "6", "·", "·"], ["start", "2", "6", "-", "0"]
real = np.array([True] * 4 + [False] * 2)  # (S,)
masks = {"encoder: self": (np.tile(real, (6, 1)), source_labels, source_labels),
         "decoder: self": (np.tri(5, dtype=bool), target_labels, target_labels),
         "decoder: cross": (np.tile(real, (5, 1)), target_labels, source_labels)}
axes = attention_kinds(masks, title="Three kinds of attention, two masks")
show(axes, alt="Three masks. Encoder self-attention: all rows read the four real source tokens, the two columns of filling are empty. Decoder self-attention: a lower triangle. "
     "Cross-attention: each of the five target rows reads the four real source tokens.")

# %% [markdown] slug="kinds-why"
# Filling is always masked as a *column*: nobody may read it.
# As a row it may ask what it likes, because its output is never used: the loss leaves it out.
# (A target's filling needs no mask of its own: it stands at the end, where the triangle hides it from every real place.)
# Only the decoder's look at itself is a triangle, since it must not see what it is about to write.
#
# Why would it see it at all?
# Because of **teacher forcing** (lesson 10): in training, the whole right answer is fed in at once, shifted by one place.
# At place $t$ the decoder is told everything up to token $t - 1$ and is asked for token $t$.
# All T questions are answered in one pass; the triangle alone keeps it honest.

# %% slug="shift"
tokens = ["<start>", "2", "0", "2", "6", "-", "0", "5", "<end>"]
for step, (told, wanted) in enumerate(zip(tokens[:-1], tokens[1:], strict=True)):
    print(f"place {step}: the newest token it sees is {told:8} and the right answer {wanted}")

# %% [markdown] slug="forcing-ask"
# ## Exercise 11.2: teacher forcing
#
# `target` is an array of whole numbers `(N, T)`: each row is an answer, its end sign, then 0 as filling. The start sign is *not* in it.
# Write `teacher_forcing(target, start)`: return `(told, wanted)`, both `(N, T)`: what the decoder is fed with, and what it must say at each place.
# Example: for `np.array([[7, 8, 2, 0]])` and `start=1`, `told` is `[[1, 7, 8, 2]]` and `wanted` is `[[7, 8, 2, 0]]`.

# %% slug="forcing" tags=["exercise"] points=1
def teacher_forcing(target, start):
    """Inputs and right answers of a decoder, (N, T) each."""
    # solution
    told = np.concatenate([np.full((len(target), 1), start), target[:, :-1]], axis=1)
    return told, target

# %% slug="forcing-check"
nb11.teacher_forcing(teacher_forcing)

# %% [markdown] slug="forcing-why" tags=["solution"]
# The input is the answer one place later, with the start sign in front and its last column cut off.
# `np.roll` looks right and is not: it carries the last token round to the front, and in a row without filling that is the end sign.

# %% [markdown] slug="data-say"
# ## 5. Data: three tasks, one model
#
# - dates in five languages and three scripts to ISO;
# - number words, English to Chinese;
# - number words, Chinese to English.
#
# Nothing tells the model which task it is; it can see that from the source.
# No test date and no test number occurs in the training part, in either direction (asserted below).
# The data are made up on purpose: here we can know that an answer is right.
# With `COURSE_FULL=1` the same cells train on some 14,000 English sentences and their Chinese translations.
#
# Words are cut more coarsely than in lesson 10: a word is one token, and so is each digit, sign, blank and Chinese character.
# That makes the sequences shorter and the training cheaper.

# %% slug="data"
PIECE = re.compile(r"[一-鿿]|[^\W\d_一-鿿]+|.")  # one Chinese character, or one word, or one sign

if full():
    tasks = {"English to Chinese": load_sentence_pairs()}
else:
    numbers = make_numbers(8000, 0, languages=("en",), highest=9999, into="zh")
    dates = make_dates(4000, 1, locales=("en", "fr", "de", "ru", "el"), styles=("long",))
    tasks = {name: pairs.split(valid=0.01, test=0.2) for name, pairs in
             (("dates to ISO", dates), ("English to Chinese", numbers), ("Chinese to English", numbers.swapped()))}
train_texts = [(s, t) for task in tasks.values() for s, t in zip(task.train.sources, task.train.targets, strict=True)]
tests = {name: list(dict.fromkeys(zip(task.test.sources, task.test.targets, strict=True)))[:200] for name, task in tasks.items()}
seen = {text for pair in train_texts for text in pair}
assert full() or not any(text in seen for pairs in tests.values() for pair in pairs for text in pair)
for name, pairs in tests.items():
    print(f"{name:18} {pairs[0][0]}  ->  {pairs[0][1]}")
print("cut:", PIECE.findall(tests["English to Chinese"][0][0]))

# %% slug="encode"
most = 32  # tokens; longer sentences (only in the full data) are left out
cut = [(PIECE.findall(s), PIECE.findall(t)) for s, t in train_texts]
cut = [(s, t) for s, t in cut if len(s) <= most and len(t) < most - 1]
sources_known = Vocabulary.of([s for s, _ in cut], size=6000, special=("<pad>", "<unk>"))
targets_known = Vocabulary.of([t for _, t in cut], size=6000, special=("<pad>", "<start>", "<end>", "<unk>"))
START, END = targets_known.encode(["<start>", "<end>"])
S = max(len(s) for s, _ in cut)  # longest source
T = max(len(t) for _, t in cut) + 1  # longest target and its end sign


def encode(pairs):
    """Lists of tokens to whole numbers: sources (N, S), targets (N, T + 1), start first."""
    return (pad([sources_known.encode(s[:S]) for s, _ in pairs], S),
            pad([[START, *targets_known.encode(t[: T - 1]), END] for _, t in pairs], T + 1))


source, target = encode(cut)
print("different source tokens:", len(sources_known) - 2 if not full() else "6,000 at most")

# %% [markdown] slug="leak-say"
# The package's `Transformer` stacks these blocks.
# In front: a table of vectors for the tokens, plus the sines of lesson 10 for their places. Behind: a last norm, and a dense layer to V logits, one for each token of the target vocabulary.
#
# Before any training, two tests that cost nothing and find the two bugs that hurt most.
# Change a *later* target token: no earlier answer may move.
# Add filling to the source: nothing at all may move.

# %% slug="leak"
def new_model(seed=0, **options):
    """A fresh Transformer for our vocabularies."""
    keras.utils.set_random_seed(seed)
    model = Transformer(len(sources_known), len(targets_known), length=max(S, T), dropout=0.1 if full() else 0.0, **options)
    model.build([(None, S), (None, T)])
    return model


model = new_model(width=64, heads=4, layers=2, feed_forward=256)
before = np.array(model((source[:4], target[:4, :-1])))  # (B, T, V)
changed = target[:4, :-1].copy()
changed[:, 5] = END
after = np.array(model((source[:4], changed)))
np.testing.assert_allclose(after[:, :5], before[:, :5], atol=1e-5)
assert np.abs(after[:, 5:] - before[:, 5:]).max() > 0.01
shorter = source[:1, : np.count_nonzero(source[0])]  # without its filling
np.testing.assert_allclose(model((shorter, target[:1, :-1])), before[:1], atol=1e-4)
print("the future is hidden, and filling changes nothing")

# %% [markdown] slug="tricks-say"
# ## 6. Training
#
# Three habits of the paper; two need a picture.
#
# **Dropout** (lesson 05) stands at the end of each part, before the plus sign; here, as in much code, also on the attention weights.
# It is a remedy for overfitting. Our small task has none, so dropout is 0 here, and 0.1 for the real sentences of `COURSE_FULL=1`.
#
# **Label smoothing.** The usual loss, $-\log p$ of the right token, always wants more: from 99 % to 99.9 %, for ever, by larger and larger logits.
# With smoothing $\varepsilon$ (the paper: 0.1) the target is not "all on the right token", but $1 - \varepsilon$ on it and $\varepsilon / V$ on each of the V tokens.
# Then there is a best place to stop, and beyond it the loss *rises*.
#
# **Warm-up.** Adam divides by the size of past gradients, and in the first steps it knows few of them, from a network that knows nothing.
# So the rate begins near 0 and rises in a straight line, then falls along a cosine (lesson 02; in the paper with $1 / \sqrt{\text{step}}$).

# %% slug="tricks"
p = np.linspace(0.5, 0.9999, 400)  # probability of the right token; the rest shared by the others
V = 40
axes = new_axes(aspect=0.45, cols=2)
losses = {f"ε = {e}, V = 40" if e else "ε = 0": (p, -(1 - e + e / V) * np.log(p) - e * (V - 1) / V * np.log((1 - p) / (V - 1))) for e in (0, 0.1)}
curves(losses, xlabel="probability of the right token", ylabel="loss", title="Too sure is punished", ax=axes[0])
axes[0].set_xlim(0.5, 1.2)
rate = warmup_cosine(0.005, 410, 60)
curves({"_rate": [rate(step) for step in range(411)]}, xlabel="update", ylabel="learning rate", title="Slowly, fast, slowly", ax=axes[1])
show(axes, alt="Left: loss against the probability of the right token. Without smoothing it falls to 0; with smoothing 0.1 it is lowest near 0.9 and rises steeply towards 1. "
     "Right: the learning rate rises in a straight line to its peak at update 60 and falls along a cosine to 0 at 410.")
best = p[np.argmin(losses["ε = 0.1, V = 40"][1])]
assert abs(best - 0.9025) < 0.002

# %% [markdown] slug="smooth-ask"
# ## Exercise 11.3: smooth targets
#
# Write `smooth_targets(labels, V, e)`: `labels` is `(N,)`, whole numbers; return the target distributions, `(N, V)`.
# The right token gets $1 - e + e/V$, every other one $e/V$.
# Example: `smooth_targets(np.array([1]), 4, 0.2)` is `[[0.05, 0.85, 0.05, 0.05]]`.

# %% slug="smooth" tags=["exercise"] points=2
def smooth_targets(labels, V, e):
    """Targets for label smoothing. (N,) -> (N, V), each row sums to 1."""
    # solution
    return (1 - e) * np.eye(V)[labels] + e / V

# %% slug="smooth-check"
nb11.smooth_targets(smooth_targets)

# %% [markdown] slug="smooth-why" tags=["solution"]
# A mixture of two distributions: with weight $1 - e$ the certain one, with weight $e$ the uniform one.
# So each row sums to 1 by itself, and the right token gets its share of the uniform part as well.
# Some libraries share $e$ among the *other* tokens only, $e / (V - 1)$; the difference is small, but two losses can then not be compared.

# %% [markdown] slug="loop-say"
# The loop has nothing in it that you have not built: the gradient from the tape (lesson 03), clipped to length 1 (lesson 08), goes to *our* Adam (lesson 02).
# All weights lie in one long vector, so one update is one line.
# `MaskedCrossEntropy` is the smoothed loss per real token; filling counts for nothing.

# %% slug="loop"
from course_utils.train.bar import progress
from course_utils.train.masked_loss import MaskedCrossEntropy


def gradient_of(model, loss):
    """A compiled function: loss and gradient of a batch, the gradient as one long vector."""
    variables = [v.value for v in model.trainable_variables]

    @tf.function
    def run(source, told, wanted):
        with tf.GradientTape() as tape:
            value = loss(wanted, model((source, told), training=True))
        parts = tape.gradient(value, variables)
        return value, tf.concat([tf.reshape(tf.convert_to_tensor(part), [-1]) for part in parts], axis=0)

    return run, variables

# %% slug="train"
def train(model, source, target, updates, peak=0.005, warmup=60, smoothing=0.1, batch=64, name="transformer"):
    """Train the model in place; return the loss of every batch, (updates,)."""
    run, variables = gradient_of(model, MaskedCrossEntropy(smoothing))
    weights = np.concatenate([np.ravel(v) for v in variables])  # every weight there is
    ends = np.cumsum([np.size(v) for v in variables])[:-1]
    adam, rng, losses = Adam(warmup_cosine(peak, updates, warmup), beta_2=0.98), np.random.default_rng(0), []  # 0.98 as in the paper
    for _ in progress(range(updates), name):
        rows = rng.integers(0, len(source), batch)
        loss, gradient = run(source[rows], target[rows, :-1], target[rows, 1:])  # told, wanted
        gradient = np.array(gradient)
        gradient *= min(1, 1 / np.linalg.norm(gradient))
        adam.step({"all": weights}, {"all": gradient})
        for variable, part in zip(variables, np.split(weights, ends), strict=True):
            variable.assign(part.reshape(variable.shape))
        losses.append(float(loss))
    return np.array(losses)


updates = 6000 if full() else 410
losses = train(model, source, target, updates)

# %% [markdown] slug="curve-say"
# > **Predict first.** With label smoothing 0.1, to which value can the loss fall at best: 0, or something else?

# %% slug="curve"
V = len(targets_known)
floor = -(0.9 + 0.1 / V) * np.log(0.9 + 0.1 / V) - 0.1 * (V - 1) / V * np.log(0.1 / V)  # the entropy of the smooth target
smooth = np.convolve(losses, np.full(20, 1 / 20), "valid")
ax = curves({"training loss": smooth, "best possible": np.full(len(smooth), floor)}, xlabel="updates", ylabel="loss, nats per token",
            title="It falls to a floor that is not 0", log="y")
ax.set_yticks([0.7, 1, 2, 3], ["0.7", "1", "2", "3"])
ax.set_yticks([], minor=True)
show(ax, alt="The training loss falls steeply at first, then slowly, and ends close to a horizontal line, the best possible loss, well above 0.")
print("at the end, above the best possible loss by less than 0.1 nats per token:", smooth[-1] - floor < 0.1)
assert full() or (smooth[-1] - floor < 0.1 and abs(floor - 0.72) < 0.005)

# %% [markdown] slug="curve-why"
# A model that says exactly the smooth target pays the entropy of that target, here 0.72, and none can pay less.
# Without this line, a loss just above 0.7 would look like failure.
# (The true floor is a little higher if a source has more than one right answer; here it has one.)
#
# The loss is not what we want to know.
# We want whole answers, written by the model itself from the start sign on: **exact match**.

# %% slug="greedy"
from course_utils.models.translate import Translator

translator = Translator(model, START, END, T)


def written(ids):
    """Token numbers to text, up to the end sign."""
    words = targets_known.decode([i for i in ids if i != 0])
    return "".join(word for word in words if word not in ("<start>", "<end>"))


def translate(texts):
    """Greedy translations of a list of texts."""
    cut = [(PIECE.findall(text), []) for text in texts]
    return [written(ids) for ids in translator.greedy(encode(cut)[0]).ids]


answers, exact = {}, {}
for name, pairs in tests.items():
    answers[name] = translate([s for s, _ in pairs])
    exact[name] = np.mean([said == right for said, (_, right) in zip(answers[name], pairs, strict=True)])
    if full():
        print("BLEU over characters:", round(bleu(answers[name], [right for _, right in pairs], tokenise=list).score))
assert full() or min(exact.values()) >= 0.95  # the floor
print("each of the tasks: at least 95 % exactly right" if not full() else "no floor for sentences")

# %% [markdown] slug="greedy-why"
# One model, three tasks, six languages in all, and it has never seen any of these dates and numbers.
# The attention model of lesson 10 needed a GRU; this one has no recurrent layer at all.
#
# Two of its answers from each test follow, and then what it says outside of what it learned.
#
# > **Predict first.** What does it make of February 31? Of two dates in a row? Of *cinq*, which it has never met?

# %% slug="outside" tags=["nbval-ignore-output"] why="what a network says outside its training data differs between machines"
strange = ["February 31, 2026", "May 5, 2026 June 7, 2027", "cinq mai 2026", "five", "six", "nine"] if not full() else ["I like tea .", "Where is my book ?"]
shown = [pairs[i][0] for pairs in tests.values() for i in (1, 2)] + strange
for text, said in zip(shown, translate(shown), strict=True):
    print("outside: " if text in strange else "test:    ", f"{text:40} -> {said}")
assert full() or not ({"five", "six", "nine"} & seen or "cinq" in sources_known.tokens)

# %% [markdown] slug="outside-why"
# (What is printed here may differ on your machine.)
# It answers, and gives no sign of doubt.
# February 31 does not exist, two dates were never practised, and *cinq* is a word that it has never met.
# A translator always translates; whether the source made sense is not its question.
# The last three look harmless, and may be wrong.
# Numbers of one digit are only ten, the split took these three away, and whatever begins with *five* in training goes on after it.
# 95 % on a random test says little about a rare kind.

# %% [markdown] slug="beam-say"
# ## 7. Greedy or beam?
#
# **Greedy** takes the most probable token at every step.
# The most probable *answer* may begin with another one.
# Here is a language of two-token answers, with its probabilities.
#
# | first | then |
# |---|---|
# | a 0.6 | x 0.4, y 0.3, z 0.3 |
# | b 0.4 | x 0.9, y 0.05, z 0.05 |
#
# > **Predict first.** What does greedy answer, and with which probability? Which answer is the most probable one?

# %% slug="beam-toy"
from course_utils.text.beam import beam_search

FIRST = [0, 0.6, 0.4, 0, 0, 0]  # tokens: start, a, b, x, y, z
THEN = {1: [0, 0, 0, 0.4, 0.3, 0.3], 2: [0, 0, 0, 0.9, 0.05, 0.05]}


def next_logs(ids):
    """ids (rows, t) -> log probabilities of the next token, (rows, 6)."""
    with np.errstate(divide="ignore"):
        return np.log([FIRST if len(row) == 1 else THEN[row[-1]] for row in ids])


for width in (1, 2):
    best = beam_search(next_logs, start=[0], end=None, width=width, max_length=2)[0]
    print(f"width {width}: {' '.join('.abxyz'[i] for i in best.ids[1:])}  with probability {np.exp(best.log_probability):.2f}")

# %% [markdown] slug="beam-why"
# Greedy commits to *a* and ends with 0.24; *b x* has 0.36.
# **Beam search** keeps the `width` best beginnings at every step; width 1 is greedy.
# It looks for the most probable answer, and even a wide beam can miss it.
#
# Does our translator gain by it?

# %% slug="beam"
sample = [text for pairs in tests.values() for text, _ in pairs[:6]]
gained = 0
for text, said in zip(sample, translate(sample), strict=True):
    best = translator.beam(encode([(PIECE.findall(text), [])])[0][0], width=4)[0]
    gained += written(best.ids) != said
print("answers that a beam of 4 changes:", "at most one" if gained <= 1 else "several", "of", len(sample))
assert full() or gained <= 1

# %% [markdown] slug="beam-model-why"
# Hardly ever: where the right answer is clear, the best next token is the beginning of the best answer.
# A beam pays where many answers are nearly as good, as with sentences, and it costs `width` times as much.

# %% [markdown] slug="bleu-say"
# ### BLEU, from scratch
#
# A sentence has many right translations, so exact match is useless there.
# **BLEU** (Papineni et al., 2002) counts how many short runs of tokens the translation shares with a reference.
#
# 1. For n = 1 to 4: which share of the translation's runs of n tokens stands in the reference? A run counts at most as often as in the reference (**clipping**). Sum over all sentences, then divide: $p_n$.
# 2. Take the geometric mean of $p_1 \dots p_4$, the fourth root of their product.
# 3. Too short is too easy: multiply by $e^{1 - r/c}$ if the c tokens written are fewer than the r of the reference (**brevity penalty**).

# %% slug="bleu"
from collections import Counter


def runs(tokens, n):
    """How often each run of n tokens occurs."""
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def our_bleu(translations, references):
    """Both: N lists of tokens. 0 to 100."""
    shares = []
    for n in (1, 2, 3, 4):
        found = [(runs(said, n), runs(right, n)) for said, right in zip(translations, references, strict=True)]
        hits = sum((said & right).total() for said, right in found)  # & takes the smaller count
        shares.append(hits / sum(said.total() for said, _ in found))
    c, r = (sum(map(len, texts)) for texts in (translations, references))
    return 100 * min(1, np.exp(1 - r / c)) * np.exp(np.mean(np.log(shares)))


the = "the the the cat".split()
print("'the the the cat' against 'the cat sat':", (runs(the, 1) & runs("the cat sat".split(), 1)).total(), "of 4 tokens count")

# %% [markdown] slug="bleu-equal-say"
# To test it we need translations with mistakes.
# So we take the right answers of all three tasks, cut into tokens joined by blanks, and leave out every fifth token.

# %% slug="bleu-equal"
import sacrebleu

references = [[piece.strip() or "_" for piece in PIECE.findall(right)] for pairs in tests.values() for _, right in pairs]
spoiled = [[token for i, token in enumerate(tokens) if i % 5 != 3] for tokens in references]
ours = our_bleu(spoiled, references)
said, right = ([" ".join(tokens) for tokens in texts] for texts in (spoiled, references))
np.testing.assert_allclose(ours, bleu(said, right).score, rtol=1e-12)
np.testing.assert_allclose(ours, sacrebleu.corpus_bleu(said, [right], tokenize="none", force=True).score, rtol=1e-9)
print("our BLEU = package = sacrebleu")

# %% [markdown] slug="clip-ask"
# ## Exercise 11.4: counting with a limit
#
# Write `clipped(translation, reference, n)`: both are lists of tokens.
# Return two whole numbers: how many of the translation's runs of n tokens count, and how many it has.
# A run counts at most as often as it stands in the reference.
# Example: `clipped(["the", "the", "cat"], ["the", "cat", "sat"], 1)` is `(2, 3)`.

# %% slug="clip" tags=["exercise"] points=2
def clipped(translation, reference, n):
    """(runs of n tokens that count, runs of n tokens in all)."""
    # solution
    left = [tuple(reference[i : i + n]) for i in range(len(reference) - n + 1)]
    mine = [tuple(translation[i : i + n]) for i in range(len(translation) - n + 1)]
    hits = 0
    for run in mine:
        if run in left:
            left.remove(run)
            hits += 1
    return hits, len(mine)

# %% slug="clip-check"
nb11.clipped(clipped)

# %% [markdown] slug="clip-why" tags=["solution"]
# Each run of the reference can be used up only once: that is the clipping.
# With `Counter` it is one `&`, as in the lesson.
# Without it, a translation that says *the* ten times would have a perfect $p_1$.

# %% [markdown] slug="mislead-say"
# ### When BLEU misleads
#
# Take the right ISO dates and spoil them: every last digit wrong; or day and month swapped.
# No date is right any more, but for the days on which day and month are equal.
#
# > **Predict first.** What BLEU does a set of dates get in which *every* date is wrong by one digit?

# %% slug="mislead"
iso = [f"20{y:02}-{m:02}-{d:02}" for y in range(10, 30) for m in range(1, 13) for d in (3, 14, 25)]
spoilers = {"last digit wrong": [day[:-1] + str((int(day[-1]) + 5) % 10) for day in iso],
            "day and month swapped": [f"{day[:4]}-{day[8:]}-{day[5:7]}" for day in iso]}
for name, spoiled in spoilers.items():
    right = np.mean([a == b for a, b in zip(spoiled, iso, strict=True)])
    print(f"{name:22} exactly right {right:4.0%}   BLEU {bleu(spoiled, iso, tokenise=list).score:.0f}")

# %% [markdown] slug="mislead-why"
# Both scores look splendid beside the 28.4 that the Transformer's paper reports for English to German, and hardly one date is usable.
# Nor may they stand beside it: that score counts words, these count characters. BLEU scores compare only if text and cutting are the same (Post, 2018).
#
# BLEU measures overlap, and most of a wrong date overlaps with the right one.
# A score is good for a task if it falls when the *user* loses.
# For dates that is exact match; for sentences BLEU is a rough guide, and people must look as well (lesson 15).

# %% [markdown] slug="maps-say"
# ## 8. Where it looks
#
# Cross-attention can be drawn: one row per written token, one column per source token.
# The same day in four languages and three scripts; the weights are means over the four heads of the last block.
#
# > **Predict first.** The source says day, month, year. In which order will the rows read it?

# %% slug="maps"
same_day = ["14 March 1987", "14. März 1987", "14 марта 1987 г.", "14 Μαρτίου 1987"] if not full() else ["I read a book .", "He is my friend ."]
pieces = [PIECE.findall(text) for text in same_day]
languages = ["English", "German", "Russian", "Greek"] if not full() else ["English"] * 2
found = translator.greedy(encode([(piece, []) for piece in pieces])[0])
axes = new_axes(aspect=0.95, rows=2, cols=2) if not full() else new_axes(aspect=0.5, cols=2)
for ax, language, piece, ids, weights in zip(np.ravel(axes), languages, pieces, found.ids, found.weights, strict=True):
    rows = [token.strip() for token in targets_known.decode(ids[ids > 0])]
    attention_map(weights[: len(rows), : len(piece)], rows, [token.strip() for token in piece], ax=ax)
    ax.set(xlabel="", ylabel="")
    ax.set_title(language, fontsize=9, fontweight="normal")
title = "The answer begins at the end of the source" if not full() else "Where it looks"
np.ravel(axes)[0].figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
show(axes, alt="Four maps with the same pattern: the first rows, the digits of the year, read the year's digits at the end of the source; the rows of the month read the month's name; "
     "the rows of the day read the first two tokens.")
where = {1: "9", 2: "8", 3: "7", 6: "M", 8: "1"}  # row of the answer -> what the source token there begins with
hits = [pieces[i][found.weights[i, row, : len(pieces[i])].argmax()].upper().startswith(("M", "М", "Μ") if sign == "M" else sign)
        for i in range(len(pieces)) for row, sign in where.items() if not full()]
assert full() or not any(re.match(r"\d+ March", text) for text, _ in train_texts)
assert full() or (sum(hits) >= 15 and len(hits) == 20)
print("of 20 digits that stand in the source or follow from the month, at least 15 look there most" if not full() else "two sentences")

# %% [markdown] slug="maps-why"
# Year, month, day: the three groups are read from right to left, in every language and script; within a group the digits go from left to right.
# Nobody told it which tokens are a year; that the answer begins with one was enough.
# Most rows that copy a digit look at that digit; the row of a hyphen looks anywhere, since a hyphen needs no source.
# The English date is even of a form it never practised: its English dates are like *March 14, 1987*. The other languages, which do put the day first, may have helped.
# A map shows where it looked, not why it answered: what is read there has passed through two blocks.

# %% [markdown] slug="ablation-say"
# ## 9. Take the parts away
#
# Which part is worth what?
# An **ablation** answers by removing one part at a time, and training again with the *same* budget.
# We take the smallest Transformer, one block on each side, dates only, 225 updates of 32 dates.
#
# > **Predict first.** Which removals hurt most, and which not at all?
# > Positions, shortcut, feed-forward, norm.

# %% slug="ablation"
def narrow(arrays):
    """Without the columns that are filling in every row."""
    return [array[:, array.any(axis=0)] for array in arrays]


small_source, small_target = narrow(encode(cut[: len(dates) * 7 // 10] if not full() else cut[:5000]))
check_source, check_target = narrow(encode([(PIECE.findall(s), PIECE.findall(t)) for s, t in next(iter(tests.values()))]))


def without(**changed):
    """Exact match, in %, of a small Transformer with something changed."""
    warmup = changed.pop("warmup", 40)
    model = new_model(**dict(width=64, heads=4, layers=1, feed_forward=256) | changed)
    train(model, small_source, small_target, 225, warmup=warmup, batch=32, name="ablation")
    said = np.array(model((check_source, check_target[:, :-1]))).argmax(axis=2)
    return 100 * np.mean(((said == check_target[:, 1:]) | (check_target[:, 1:] == 0)).all(axis=1))


removed = {"nothing": {}, "positions": dict(positions=None), "shortcut": dict(residual=False), "feed-forward": dict(feed_forward=None),
           "norm": dict(norm=None)}
reached = {name: without(**change) for name, change in removed.items()}

# %% slug="ablation-table" tags=["nbval-ignore-output"] why="a few points of exact match differ between machines"
print("removed        exactly right   change")
for name, value in reached.items():
    print(f"{name:14} {value:11.1f} % {value - reached['nothing']:8.1f}")

# %% slug="ablation-draw"
ax = bars(list(reached), list(reached.values()), digits=0, xlabel="exactly right, %", title="Without positions or shortcut it hardly learns")
ax.set_ylabel("removed")
show(ax, alt="Bars of exact match after the same short training. Nothing removed: most dates are right. Without positions and without the shortcut: far below half of that. "
     "Without feed-forward a somewhat shorter bar; without norm one at least about as long as with nothing removed.")
assert full() or (max(reached["positions"], reached["shortcut"]) < 0.5 * reached["nothing"] and reached["nothing"] > 60)
others = [value for name, value in reached.items() if name not in ("nothing", "positions", "shortcut")]
assert full() or (min(others) > 0.6 * reached["nothing"] and reached["norm"] > reached["nothing"] - 5)

# %% [markdown] slug="ablation-why"
# Without positions the encoder cannot know which digits are the day and which the year: both are digits in a bag.
# Without the shortcut two blocks already lose most, as section 1 foretold.
#
# And the surprise: nothing else is indispensable *here*; without its norm this model is no worse, and here even better.
# Section 3 says why. After one block the signal is still in the green band, norm or not; it was at sixteen that it exploded.
# The feed-forward part, most of a block's weights, is missed, but the rest does most of the work.
# Dates are a matter of copying and looking up, and attention and the last layer can do most of that.
# Three more you can try yourself, in some seconds each: `without(heads=1)`, `without(warmup=0)` and `without(norm="post")`.
# Expect no loss from the last two: warm-up and pre-norm are remedies for deep stacks and high rates.
#
# So an ablation says what a part is worth *for this task, at this size, with this budget*; from a toy nobody can conclude that GPT needs no norm.
# And it is one seed: differences of a few points may be noise.

# %% [markdown] slug="clinic-say"
# ## 10. A Transformer in name only
#
# Here is an encoder as one finds it in articles.
# It takes all the right arguments.

# %% slug="clinic-demo"
def in_name_only(x, blocks, heads, positions):
    """x (B, T, D), blocks: list of dicts of weights. (B, T, D)."""
    w = blocks[0]
    q, k, v = x @ w["q"], x @ w["k"], x @ w["v"]
    scores = q @ k.swapaxes(1, 2) / np.sqrt(x.shape[-1])
    weights = np.exp(scores) / np.exp(scores).sum(axis=2, keepdims=True)
    return weights @ v @ w["out"]


blocks = [matrices(16) | {"up": rng.normal(0, 0.3, (16, 64)), "down": rng.normal(0, 0.1, (64, 16))} for _ in range(6)]
x, places = rng.normal(size=(2, 5, 16)), rng.normal(size=(5, 16))  # (B, T, D), (T, D)
y = in_name_only(x, blocks, 4, places)
print("1 block instead of 6: changes", np.abs(in_name_only(x, blocks[:1], 4, places) - y).max())
print("1 head instead of 4:  changes", np.abs(in_name_only(x, blocks, 1, places) - y).max())
print("no positions:         changes", np.abs(in_name_only(x, blocks, 4, 0 * places) - y).max())

# %% [markdown] slug="clinic-ask"
# ## Exercise 11.5: bug clinic, a Transformer in name only
#
# The code runs, and a loss would even fall a little.
# But `heads` and `positions` do nothing, all `blocks` but the first are ignored, and there is no shortcut, no norm and no feed-forward part.
#
# Repair it: a **pre-norm** encoder.
# Add `positions`, `(T, D)`, to `x`; then for every block of weights a framed attention with `heads` heads and a framed feed-forward part $\text{ReLU}(x\, w_{up})\, w_{down}$, without biases; one last norm at the end.
# Use `attend(x, w, heads)` and `normalise(x)` from above. Each `w` has the keys `q, k, v, out`, `(D, D)` each, `up`, `(D, F)`, and `down`, `(F, D)`.
# Remove the `raise` line first.

# %% slug="clinic" tags=["exercise"] points=3
def encoder(x, blocks, heads, positions):
    """A pre-norm Transformer encoder. (B, T, D) -> (B, T, D)."""
    # solution
    x = x + positions
    for w in blocks:
        x = x + attend(normalise(x), w, heads)
        x = x + np.maximum(0, normalise(x) @ w["up"]) @ w["down"]
    return normalise(x)
    # stub
    # w = blocks[0]
    # q, k, v = x @ w["q"], x @ w["k"], x @ w["v"]
    # scores = q @ k.swapaxes(1, 2) / np.sqrt(x.shape[-1])
    # weights = np.exp(scores) / np.exp(scores).sum(axis=2, keepdims=True)
    # return weights @ v @ w["out"]

# %% slug="clinic-check"
nb11.encoder(encoder)

# %% [markdown] slug="clinic-why" tags=["solution"]
# Seven repairs: positions, all blocks, heads (with a scale of $1/\sqrt{K}$, not $1/\sqrt{D}$), two shortcuts, the norms before the parts, the feed-forward part, and the last norm.
# The three-line test of the demo finds such bugs in any code: change an argument, and see whether anything changes.

# %% [markdown] slug="pitfalls"
# ## 11. What goes wrong, and how it looks
#
# | what you see | what it often is |
# |---|---|
# | training loss at its floor within a few updates, written answers nonsense | the decoder sees the token it must write: no causal mask |
# | the same, and it repeats the token it was just given | no shift by one: told and wanted are the same |
# | answers change with the batch they stand in | filling is read: no padding mask |
# | good loss, exact match near 0 | loss averaged over filling; or greedy writing begins without the start sign |
# | loss stays high from the first updates, then `nan` | a rate that is too high, no warm-up, or many blocks without norm |
# | loss stops above 0.7 and accuracy is fine | label smoothing: compute its floor first |
# | the same answer for every source | the source is not read: no cross-attention, or no shortcut, so that its tokens are alike |
# | deep post-norm model does not start to learn | a warm-up too short for post-norm; pre-norm needs less |
# | high BLEU, unhappy users | overlap is not correctness; look at whole answers |
# | a score that drops after an update of a library | nobody asserted it: this lesson fails if exact match falls below 95 % |
#
# ## Summary
#
# 1. Attention moves information between tokens; alone it cannot compute, and makes all tokens alike.
# 2. A block is a road with two parts beside it: attention brings together, feed-forward computes; shortcut and norm make depth possible.
# 3. The encoder sees all of the source; the decoder sees what is written, and looks at the source by cross-attention.
# 4. Teacher forcing trains all places at once: the answer shifted by one, and a triangle that hides the future.
# 5. Measure what the user needs: exact match for dates, BLEU with care for sentences; and remove parts to learn what they are worth.
#
# What has to stand around attention before it can translate?
# A way to stay oneself, a way to keep size, a place to compute, and positions.
#
# **What comes next.** Leave the encoder and the cross-attention out, keep the triangle, let it predict the next token of a story: that is a GPT, and lesson 12 trains one.
#
# ## References
#
# - Vaswani et al. (2017), *Attention Is All You Need*, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
# - Xiong et al. (2020), *On Layer Normalization in the Transformer Architecture*, [arXiv:2002.04745](https://arxiv.org/abs/2002.04745): pre-norm, post-norm and warm-up.
# - Dong, Cordonnier and Loukas (2021), *Attention is not all you need: pure attention loses rank doubly exponentially with depth*, [arXiv:2103.03404](https://arxiv.org/abs/2103.03404).
# - Szegedy et al. (2015), *Rethinking the Inception Architecture for Computer Vision*, [arXiv:1512.00567](https://arxiv.org/abs/1512.00567): label smoothing, section 7.
# - Papineni et al. (2002), *BLEU: a Method for Automatic Evaluation of Machine Translation*, [ACL 2002](https://aclanthology.org/P02-1040/).
# - Post (2018), *A Call for Clarity in Reporting BLEU Scores*, [arXiv:1804.08771](https://arxiv.org/abs/1804.08771): sacrebleu.
