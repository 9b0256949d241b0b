# %% [raw] slug="front"
# title = "Attention"
# question = "How can a network look back, instead of remembering everything?"
# hook = """
# Translate *March 3, 2026, July 14, 1989* into 2026-03-03 1989-07-14, and watch your eyes: they jump back to the one word that you need next.
# The networks of lesson 08 cannot do that; they read to the end and must write from memory.
# In this lesson you see that fail, build the look back in a few lines of NumPy, and see it repaired by the same training.
# Then you take the recurrence away altogether, and what is left is the heart of every large language model.
# """
# able = [
#     "write attention from its formula: scores, softmax, weighted sum",
#     "say why scores are divided by the root of K, and show what happens otherwise",
#     "build self-attention with many heads, equal to Keras on the same weights",
#     "mask filling and future, and test that nothing leaks",
#     "tell attention where a word stands, and count what attention costs",
# ]
# needs = "Lessons 04, 08 and 09: softmax, GRU, padding and masks, embeddings, vocabularies."
# minutes = 75
# seconds = 44

# %% slug="setup"
import numpy as np

from course_utils.checks import nb10
from course_utils.data.dates import make_dates
from course_utils.plots.attention import attention_map
from course_utils.plots.curves import bars, curves
from course_utils.plots.encoder_decoder import encoder_decoder
from course_utils.plots.figure import new_axes, show
from course_utils.plots.position_codes import position_codes
from course_utils.plots.style import BLUE, ORANGE
from course_utils.runtime import setup
from course_utils.scratch import losses
from course_utils.scratch.attention import MultiHeadSelfAttention, dot_product_attention
from course_utils.scratch.gru import GRU
from course_utils.scratch.linear import Linear
from course_utils.scratch.losses import softmax
from course_utils.scratch.optimizers import Adam
from course_utils.scratch.positions import rotary, sinusoidal
from course_utils.text.vocabulary import Vocabulary
from course_utils.text.windows import pad

setup(seed=10)
rng = np.random.default_rng(10)
np.set_printoptions(precision=2, suppress=True)

# %% [markdown] slug="dates-say"
# ## 1. Everything through one vector
#
# Lesson 08 ended with a doubt: a recurrent network squeezes all it has read into one state.
# Here is a task that shows what this costs: English dates in words, one or two in a row, to be translated into the ISO form.
# The data are made up, so we have as many as we like; no test date occurs in the training part.

# %% slug="dates"
def date_lists(n, seed, dates):
    """Sources and targets: dates in English words, and in ISO form."""
    return make_dates(n, seed, locales=("en",), styles=("long",), dates=dates)


practice = date_lists(18_500, 1, (1, 2))  # each with one date or two
practice = practice.take(practice.folds < 80)  # four fifths of all days of a hundred years
tests = {count: date_lists(1000, 2, count) for count in (1, 2, 3)}
tests = {count: pairs.take(pairs.folds >= 80) for count, pairs in tests.items()}
for row in (0, 1, 2, 3):
    print(f"{practice.sources[row]:40} {practice.targets[row]}")

# %% [markdown] slug="seq-say"
# We translate character by character, with two networks:
#
# - the **encoder** reads the source; all that counts of it is its last state;
# - the **decoder** starts from that state and writes the target. At every step it sees the character that it has just written, and says how probable each next one is.
#
# Together they are called **seq2seq**, sequence to sequence (Sutskever et al., 2014).
# Ours are GRUs, and the encoder reads both ways (lesson 08), so "last state" means the last of each direction.

# %% slug="seq-draw"
ax = encoder_decoder(list("7 May"), list("05-07"), title="Whatever was read must fit into one vector")
show(ax, alt="Five GRU cells read the letters of 7 May in both directions. One red arrow, labelled all of it in one vector, leads to five cells that write 05-07, "
     "each of which is fed with the character written before.")

# %% [markdown] slug="forcing-say"
# One detail of the training.
# While it learns, the decoder is fed with the *right* previous character, not with its own guess: **teacher forcing**.
# So all steps learn from the start, and a first mistake does not spoil the rest.
#
# Characters become numbers, and 0 is the filling (lesson 09).
# The target begins with a start sign and ends with an end sign; what is fed in, `target[:, :-1]`, is one step behind what is to come out, `target[:, 1:]`.

# %% slug="encode"
letters = Vocabulary.of(practice.sources, special=("<pad>",))
signs = Vocabulary.of(practice.targets, special=("<pad>", "<start>", "<end>"))


def encode(pairs):
    """Sources (N, S) and targets (N, T + 1) as whole numbers, filled up with 0."""
    source = pad([letters.encode(text) for text in pairs.sources])
    target = pad([signs.encode(["<start>", *text, "<end>"]) for text in pairs.targets])
    return source, target


source, target = encode(practice)
assert len(source) > 220 * 64
print("characters in sources:", len(letters) - 1, " in targets:", len(signs) - 3, " longest target:", target.shape[1] - 2)

# %% slug="train"
import keras

from course_utils.models.seq2seq import Seq2Seq
from course_utils.train.report import Report
from course_utils.train.schedules import WarmupCosine


def train_translator(attention, seed=0, updates=220, batch=64):
    """A trained translator; every list of dates is seen once."""
    keras.utils.set_random_seed(seed)
    model = Seq2Seq(len(letters), len(signs), units=96, attention=attention)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)  # filling does not count
    model.compile(keras.optimizers.Adam(WarmupCosine(0.01, updates, warmup=40), clipnorm=1.0), loss)
    rows = slice(0, updates * batch)
    model.fit((source[rows], target[rows, :-1]), target[rows, 1:], batch_size=batch, verbose=0,
              callbacks=[Report("translator", last_line=False)])
    return model

# %% [markdown] slug="exact-say"
# How do we count?
# A list is right only if *every* character is: **exact match**.
# The decoder writes the most probable character each time.
# Its whole answer is right exactly if each character is right when the right ones before it are given, because then those are what it has written.
# So one pass with the right answers fed in is enough to know.
#
# > **Predict first.** The translator sees 14,080 lists. Of 100 single dates that it has not seen, how many does it get right?
# > And of 100 lists of two?

# %% slug="plain"
def right_characters(model, pairs):
    """True where the character is right, (N, T); places of filling count as right."""
    source, target = encode(pairs)
    said = np.concatenate([np.argmax(model((source[i : i + 200], target[i : i + 200, :-1])), axis=2)
                           for i in range(0, len(source), 200)])  # in parts, to save memory
    return (said == target[:, 1:]) | (target[:, 1:] == 0)


plain = train_translator(attention=None)
plain_right = {count: right_characters(plain, tests[count]) for count in (1, 2)}
exact = {f"{count} date(s), without": 100 * right.all(axis=1).mean() for count, right in plain_right.items()}
assert exact["1 date(s), without"] < 20 and exact["2 date(s), without"] < 5
print("single dates: below 20 % exactly right; lists of two: below 5 %")

# %% [markdown] slug="plain-why"
# Hardly any single date, and hardly any list of two.
# Which part is lost? Count years, months and days on their own.

# %% slug="plain-draw"
parts = {"year": slice(0, 4), "month": slice(5, 7), "day": slice(8, 10)}  # places in one date
found = {}
for place, count, begins in (("alone", 1, [0]), ("one of two", 2, [0, 11])):  # list length, where its dates begin
    for part, where in parts.items():
        found[f"{place}: {part}"] = np.mean([100 * plain_right[count][:, b:][:, where].all(axis=1).mean() for b in begins])
ax = bars(list(found), list(found.values()), digits=0, ax=new_axes(aspect=0.42), color=[BLUE] * 3 + [ORANGE] * 3, xlabel="right, %",
          title="The more there is to remember, the less is right")
show(ax, alt="Six bars, shares of right years, months and days. Of single dates up to a third of the years and months are right, of dates in lists of two clearly less of each part.")
alone, listed = np.mean(list(found.values())[:3]), np.mean(list(found.values())[3:])
assert alone > listed + 2 and 5 < found["alone: year"] < 70

# %% [markdown] slug="plain-draw-why"
# A blind guess is right for 1 year in 100, 1 month in 12 and 1 day in 30.
# So the network does carry something over, and more of a single date than of each of two.
# Every further character competes for the same 96 numbers.
# Much longer training does teach it single dates, so 96 numbers can hold one; lists of two stay hard for far longer.

# %% [markdown] slug="ask-say"
# ## 2. Look back
#
# What would you do? You would not learn the sentence by heart.
# You would keep it in front of you and, before writing each character, look at the place you need.
#
# The encoder has left a state at *every* character: $h_1, \dots, h_S$, each knowing best what stands around it.
# Let the decoder look at all of them, at every step, in three moves:
#
# 1. **Score**: how well does each $h_j$ fit what I am about to write? One number per source position.
# 2. **Softmax**: scores become weights, positive, with sum 1.
# 3. **Weighted sum** of the $h_j$: what I look at, weighted by how much I look at it.
#
# This is **attention** (Bahdanau et al., 2014).
# The one who asks is the **query** (here the decoder's state), what it is compared with are the **keys**, what is summed are the **values** (here both are the encoder's states).
#
# Why a soft choice, and not the best position alone?
# Because a hard choice has no slope. A weighted sum can be differentiated, so *where to look* is learned by the same gradients as all the rest.
#
# The first score was **additive**: a network with one hidden layer, $\text{score} = \tanh(q\,w + k\,u) \cdot v$.
#
# Shape letters: **B** sequences in a batch, **T** positions that ask, **S** positions that are read, **D** features (**E** of what is read), **A** units of that hidden layer.

# %% slug="additive"
def additive_attention(queries, keys, w, u, v):
    """queries (T, D), keys (S, E), w (D, A), u (E, A), v (A,). Mixture (T, E), weights (T, S)."""
    hidden = np.tanh((queries @ w)[:, None] + (keys @ u)[None])  # (T, S, A): every pair
    weights = softmax(hidden @ v)  # (T, S), each row sums to 1
    return weights @ keys, weights  # (T, E): what each query takes away


states = np.array([[1, 0], [0, 1], [1, 1.]])  # three encoder states, S = 3, E = 2
asks = np.array([[0.], [3.]])  # two queries, T = 2, D = 1
w, u, v = np.array([[0, 1.]]), np.array([[2, 0], [0, 2.]]), np.array([1, 1.])
mixture, weights = additive_attention(asks, states, w, u, v)
print("weights\n", weights, "\nmixture\n", mixture)

# %% [markdown] slug="additive-why"
# The first query adds nothing, and the third state, which has both features, gets most.
# The second query pushes the second hidden unit to the end of its tanh, where it no longer reacts.
# Only the first feature of the states still counts, so the first and the third state get the same weight.
# Each row of weights sums to 1, so each mixture lies between the states.
# The package has the same as a Keras layer.

# %% slug="additive-equal"
from course_utils.models.attention import AdditiveAttention

layer = AdditiveAttention(5, dtype="float64")
queries, keys = rng.normal(size=(4, 3)), rng.normal(size=(6, 2))  # T = 4, S = 6
layer.build((None, None, 3), (None, None, 2))
layer.set_weights([rng.normal(size=shape) for shape in ((3, 5), (2, 5), (5,))])
mixed, weights = layer(queries[None], keys[None])
for theirs, ours in zip((mixed[0], weights[0]), additive_attention(queries, keys, *layer.get_weights()), strict=True):
    np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-9)
print("section 2 = package, mixture and weights")

# %% [markdown] slug="blend-ask"
# ## Exercise 10.1: blend
#
# Moves 2 and 3 are the same in every kind of attention.
# Write `blend(scores, values)`: `scores` is `(T, S)`, one row per query, `values` is `(S, W)`; return the mixtures, `(T, W)`.
# Scores may be as large as 1,000.
# Example: `blend(np.array([[0., 0.]]), np.array([[1., 10.], [3., 30.]]))` is `[[2., 20.]]`.
# Write the softmax yourself.

# %% slug="blend" tags=["exercise"] points=1
def blend(scores, values):
    """Softmax along each row, then the weighted sum. (T, S), (S, W) -> (T, W)."""
    # solution
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return weights @ values

# %% slug="blend-check"
nb10.blend(blend)

# %% [markdown] slug="blend-why" tags=["solution"]
# Subtracting the largest score of each row changes no weight, because numerator and denominator get the same factor, and it prevents an overflow.
# `keepdims=True` keeps the sum as a column, so that each row is divided by its own.

# %% [markdown] slug="look-say"
# Now the translator gets this look back, and the weights for it, over half as many again; the GRUs, the data, the seed and the number of updates stay the same.
# The mixture joins the decoder's state before the next character is chosen.

# %% slug="look-draw"
ax = encoder_decoder(list("7 May"), list("05-07"), weights=[0.06, 0.06, 0.46, 0.21, 0.21], step=1,
                     title="Before it writes the month, it looks at the month")
show(ax, alt="The same picture as before, and above the encoder a node called mix. Green arrows lead to it from all five encoder cells, thick from the letters of May, thin from the rest, "
     "and one leads on to the decoder step that writes the 5 of the month.")

# %% [markdown] slug="look-predict"
# > **Predict first.** How many lists of two are exactly right now?
# > And lists of *three*? The translator has never seen one, but each date in them is like those that it knows.

# %% slug="look"
looking = train_translator(attention="additive")
for count in (1, 2, 3):
    exact[f"{count} date(s), with"] = 100 * right_characters(looking, tests[count]).all(axis=1).mean()
ax = bars(list(exact), list(exact.values()), digits=0, ax=new_axes(aspect=0.36), color=[ORANGE] * 2 + [BLUE] * 3, xlabel="lists exactly right, %",
          title="Attention repairs it, up to the length it has practised")
show(ax, alt="Bars of exact match. Without attention: near 0 for one date and for two. With attention: nearly 100 for one and two dates, 0 for three.")
for count in (1, 2):  # the floors of this lesson
    assert exact[f"{count} date(s), with"] >= 95 and exact[f"{count} date(s), with"] >= exact[f"{count} date(s), without"] + 20
assert exact["3 date(s), with"] < 10 and 1.5 < looking.count_params() / plain.count_params() < 1.7
print("with attention: at least 95 % exactly right for one date and two, below 10 % for three")

# %% [markdown] slug="look-why"
# From next to nothing to nearly everything, with the same training data and the same number of updates.
#
# But three dates in a row: hopeless.
# Attention removes the bottleneck, it does not teach what was never practised: no list in the training was longer than two.
# Longer inputs than in training are a weak point of nearly all such models, large ones included.
#
# Where does it look? Ask it step by step, and keep the weights.
#
# > **Predict first.** The source says month, day, year; the target year, month, day. What pattern will the weights draw?

# %% slug="align"
sample = next(row for row, text in enumerate(tests[2].sources) if "September" in text)
text, answer = tests[2].sources[sample], tests[2].targets[sample]
stays, state = looking.begin(pad([letters.encode(text)]))
token, rows = signs.encode(["<start>"]), []
written = ""
for t in range(len(answer)):
    logits, seen, state = looking.step(np.array(token), t, stays, state)
    token = [int(np.argmax(logits))]
    written += signs.decode(token)[0]
    rows.append(np.array(seen)[0])
weights = np.array(rows)  # (T, S)
ax = attention_map(weights, list(written), list(text), title="Year, month, day: it finds each where the source has it")
show(ax, alt="Map with the written characters as rows and the letters of January 9, 1967, September 21, 1962 as columns. The rows of each year read the digits of that year at the end of the date, "
     "those of the month the letters of the month, those of the day the digits of the day.")
print(text, "->", written)
month, year = text.index("September"), text.rindex(",") + 2  # where they begin in the source
assert written == answer and weights[16:18, month : month + 9].sum(axis=1).min() > 0.5 and weights[13:15, year : year + 4].sum(axis=1).min() > 0.7

# %% [markdown] slug="align-why"
# Nobody told it which letters mean which digits, and where they are.
# It writes the last digits of a year with its eyes on just these digits, and a month while it reads the first letters of its name.
# Some rows are spread out: a hyphen can be written without looking at all.
# And a letter's state knows its neighbours, so the eye need not be exactly on the spot.

# %% [markdown] slug="dot-say"
# ## 3. A cheaper score, and its scale
#
# The additive score runs a small network for every pair.
# If query and key have the same width, there is a score without any weights: their **dot product**, large when both point the same way.
# And all scores at once are one matrix product, which computers do very fast.
# With K for the width of queries and keys, and q (T, K), k (S, K), v (S, W), the formula of every Transformer is:
#
# $$\text{attention}(q, k, v) = \text{softmax}\!\left(\frac{q\,k^\top}{\sqrt{K}}\right) v$$
#
# Softmax and mixture you know.
# But where does $\sqrt{K}$ come from?
# A dot product adds K products.
# If all numbers are independent with mean 0 and variance 1, each product has variance 1, and the sum has variance K: a typical score is $\sqrt{K}$.
#
# > **Predict first.** Random queries, ten random keys each. Without the division and with K = 16, the best key gets a weight of about 0.7.
# > What does it get with K = 1,024, when query and keys are still pure noise?

# %% slug="dot-run"
widths = (4, 16, 64, 256, 1024)
scores = {}
for width in widths:
    q, k = rng.normal(size=(400, 1, width)), rng.normal(size=(400, 10, width))  # ten keys for each query
    scores[width] = (q * k).sum(axis=2)  # (400, 10)
    best = softmax(scores[width]).max(axis=1).mean(), softmax(scores[width] / np.sqrt(width)).max(axis=1).mean()
    print(f"K = {width:4}: typical score {scores[width].std():3.0f}, largest weight {best[0]:.2f}, divided by sqrt(K) {best[1]:.2f}")

# %% [markdown] slug="dot-why"
# Almost everything goes to one key, and which one is decided by noise.
# Divided by $\sqrt{K}$, the weights are the same at any width.
#
# Sharp weights would be fine if they were right; but before training they are not, and then they must *move*.
# How much does a weight $w_i$ move when its score does?
# By $w_i (1 - w_i)$, the slope that you know from the sigmoid (lesson 01): nothing at $w_i = 0$, and nothing at $w_i = 1$.
# Measure it at the largest of the ten weights, for the median query.
#
# A third curve belongs to a mistake that can be found in tutorials: they divide by $\sqrt{D}$, with D the width of what comes *in*.
# With one head, K = D, and nobody notices.
# With 8 heads (section 6) D is 8 K, and all scores are too small by $\sqrt{8}$.

# %% slug="scale"
from course_utils.plots.score_size import score_size

names = ("not divided", "by √K", "by √D, 8 heads")
sizes, slopes = ({name: [] for name in names} for _ in range(2))
for width in widths:
    for name, divisor in zip(names, (1, width**0.5, (8 * width) ** 0.5), strict=True):
        weights = softmax(scores[width] / divisor)
        sizes[name].append((scores[width] / divisor).std())
        slopes[name].append(np.median((weights * (1 - weights)).max(axis=1)))
ax = score_size(widths, sizes, slopes, title="Not divided, the weights of a wide layer cannot move")
show(ax, alt="Two panels against the width of queries and keys, from 4 to 1024. Left, the typical score: it grows from 2 to 32 if not divided, stays at 1 divided by the root of K, "
     "at 0.35 divided by the root of D. Right, the slope of the weights: flat for both divided ones, falling to almost nothing if not divided.")
assert slopes["not divided"][-1] < 1e-4 and 0.18 < min(slopes["by √K"]) and max(slopes["by √K"]) < 0.23
assert 0.3 < min(sizes["by √D, 8 heads"]) and max(sizes["by √D, 8 heads"]) < 0.4

# %% [markdown] slug="scale-why"
# Not divided, the typical query of a wide layer has a slope of almost nothing: no gradient gets through its softmax.
# That is what the authors of the formula suspected when they put the root there (Vaswani et al., 2017).
# The mistaken $\sqrt{D}$ does not stop learning: it makes all weights more alike than they should be, and the layer computes something else than every other one with the same weights.
#
# But these were random vectors, not a network that learns.
# In section 7 we train one, with and without the division.

# %% [markdown] slug="self-say"
# ## 4. Self-attention on one sentence, in five steps
#
# So far a decoder asked and an encoder's states were read.
# Nothing stops a sequence from asking *itself*: every word looks at all words of its own sentence.
# That is **self-attention**, and with it no recurrence is needed at all.
#
# *The ship sank because it leaked.*
# What leaked? To understand "it" you looked back at "ship".
# We build that look, with numbers small enough to follow.
# Nothing is trained here: all numbers are chosen by hand, so that every step has a meaning.
#
# **Step 1: every word becomes a vector** of D = 4 features: is it a thing, an event, a stand-in for a thing, a link between events?

# %% slug="self-1"
words = "the ship sank because it leaked".split()
x = np.array([[0, 0, 0, 0],   # the
              [1, 0, 0, 0],   # ship: a thing
              [0, 1, 0, 0],   # sank: an event
              [0, 0, 0, 1],   # because: links events
              [0, 0, 1, 0],   # it: stands for a thing
              [0, 1, 0, 0.]])  # leaked: an event
print("x", x.shape, "(T, D)")

# %% [markdown] slug="self-2-say"
# **Step 2: three views of every word.**
# What a word asks for, what it offers to those who ask, and what it hands over are different things.
# So each has a matrix of its own: $q = x\,w_q$, $k = x\,w_k$, $v = x\,w_v$.
# Row by row, $w_q$ says: a thing asks for events, an event asks for things, a stand-in asks for things very much, a link asks for events.

# %% slug="self-2"
w_q = np.array([[0, 3], [3, 0], [6, 0], [0, 3.]])  # (D, K): asks for a thing, for an event
w_k = np.array([[1, 0], [0, 1], [0.5, 0], [0, 0]])  # (D, K): offers a thing, an event
w_v = np.array([[1, 0], [0, 1], [0, 0], [0, 0.]])  # (D, K): hands over "thing", "event"
q, k, v = x @ w_q, x @ w_k, x @ w_v  # (T, K) each
for word, row in zip(words, np.hstack([q, k, v]), strict=True):
    print(f"{word:8} q {row[:2]}   k {row[2:4]}   v {row[4:]}")

# %% [markdown] slug="self-3-say"
# **Step 3: a score for every pair**, row = who asks, column = who is read.

# %% slug="self-3"
scores_here = q @ k.T  # (T, T)
print("scores", scores_here.shape)
for word, row in zip(words, scores_here, strict=True):
    print(f"{word:8}", row)

# %% [markdown] slug="self-4-say"
# **Step 4: divide by $\sqrt{K}$, softmax along each row.**
#
# > **Predict first.** "ship" and "because" ask for events, and there are two. How do they share their attention?
# > And what does "the" read, whose query is 0?

# %% slug="self-4"
weights_here = softmax(scores_here / np.sqrt(2))  # (T, T), each row sums to 1
ax = attention_map(weights_here, words, title="'it' reads 'ship', and 'the' cannot read nothing")
show(ax, alt="Attention map of six words. Row it: 85 of 100 on ship. Rows sank and leaked: 55 on ship, 19 on it. Rows ship and because: 40 each on sank and leaked. "
     "Row the: 17 on every word.")
np.testing.assert_allclose(weights_here.sum(axis=1), 1)
assert weights_here[4].argmax() == 1 and 0.8 < weights_here[4, 1] < 0.9 and np.allclose(weights_here[0], 1 / 6)

# %% [markdown] slug="self-4-why"
# Two keys with the same score get the same weight: 40 and 40.
# And a query of 0 gives all scores 0, so "the" reads every word alike.
# Attention cannot look at nothing: its weights always sum to 1.
# (Trained models often park the attention that they have no use for on the first word: Xiao et al., 2023.)
#
# **Step 5: the weighted sum of the values.**

# %% slug="self-5"
mixed = weights_here @ v  # (T, T) @ (T, K) = (T, K)
for word, row in zip(words, mixed, strict=True):
    print(f"{word:8} {row}")

# %% [markdown] slug="self-5-why"
# Before, the row of "it" said "stand-in", no more.
# Now it says: a thing, 0.85.
# The word has become a word *in this sentence*.
#
# All five steps are matrix products and a softmax; no step waits for the one before in time.
# Compare the rows of "sank" and "leaked", in every step: they are the same.
# Attention does not know which came first. We shall have to tell it (section 7).

# %% slug="attention"
def attention(q, k, v, mask=None):
    """Mixed values (..., T, W) and weights (..., T, S). mask: True = may be looked at."""
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])  # (..., T, S)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = softmax(scores)
    return weights @ v, weights


np.testing.assert_allclose(attention(q, k, v)[0], mixed)
print("steps 3 to 5 = one function")

# %% [markdown] slug="mask-say"
# ## 5. Masks: what must not be seen
#
# The last function already has a door for it: a score of $-\infty$ becomes a weight of exactly 0, because $e^{-\infty} = 0$.
# A **mask** is an array of booleans, True where row $i$ may look at column $j$.
# Two kinds matter.
#
# - **Padding**: the sentences of a batch are filled up to equal length (lesson 08), and nobody may read the filling.
# - **Causal**: a network that is to *predict* the next word must not see it. Position $i$ may look at positions $0$ to $i$.

# %% slug="mask-draw"
from course_utils.plots.masks import mask_table

real = np.array([True, True, True, True, False, False])  # four words, two of filling
causal = np.tri(6, dtype=bool)  # (T, T): 1 on and below the diagonal
axes = mask_table({"padding": np.tile(real, (6, 1)), "causal": causal, "both: padding & causal": causal & real},
                  [*words[:4], "filling", "filling"], title="Filled: row may look at column")
show(axes, alt="Three masks of six positions. Padding: all rows may look at the first four columns. Causal: each row may look at itself and the columns before, a triangle. "
     "Both: the triangle, cut off after the fourth column.")

# %% [markdown] slug="future-say"
# A promise like "no look into the future" needs a test.
# Change the future and see whether the past changes.
# The same trick finds the leak of exercise 8.6.

# %% slug="future"
def unseen_future(mask):
    """True if changing the inputs from position 3 on leaves outputs 0 to 2 as they are, bit for bit."""
    def run(x):
        return attention(x @ w_q, x @ w_k, x @ w_v, mask)[0]
    changed = x.copy()
    changed[3:] = rng.normal(0, 100, changed[3:].shape)
    return np.array_equal(run(changed)[:3], run(x)[:3])


assert unseen_future(causal) and not unseen_future(None) and not unseen_future(causal.T)
print("causal mask: positions 0 to 2 never see positions 3 to 5")
print("no mask, or the mask transposed: they do")

# %% [markdown] slug="allowed-ask"
# ## Exercise 10.2: who may look at whom
#
# A batch of sentences, filled up at the end to T positions; sentence $b$ has `lengths[b]` real words.
# Write `allowed(lengths, T)`: booleans `(B, T, T)`, True where row $i$ may look at column $j$: neither future nor filling is read.
# Rows that are filling themselves follow the same rule.
# Example: `allowed(np.array([2]), 3)` is `[[[True, False, False], [True, True, False], [True, True, False]]]`.

# %% slug="allowed" tags=["exercise"] points=2
def allowed(lengths, T):
    """Causal and without filling. lengths (B,) -> bool (B, T, T)."""
    # solution
    steps = np.arange(T)
    causal = steps[:, None] >= steps  # (T, T)
    real = steps < lengths[:, None]  # (B, T)
    return causal & real[:, None, :]

# %% slug="allowed-check"
nb10.allowed(allowed)

# %% [markdown] slug="allowed-why" tags=["solution"]
# Each rule is one comparison; `None` puts the missing axes in place: (T, T) and (B, 1, T) are stretched to (B, T, T).
# The filling is a matter of *columns*, of what is read.
# What the filling itself reads does not matter, because nobody reads it.

# %% [markdown] slug="empty-say"
# One case is left, and it has cost many people a day.
# A row may allow *nothing*: an empty sentence in the batch, or filling at the start together with a causal mask.
#
# > **Predict first.** What are the weights of a row in which everything is forbidden: all 0, all equal, or an error?

# %% slug="empty"
nothing = np.zeros((1, 6), dtype=bool)  # one query, six keys, all forbidden
q_it = q[4:5]  # the query of "it"
with np.errstate(invalid="ignore"):
    answers = {"score -infinity": attention(q_it, k, v, nothing)[1],
               "score -1e9": softmax(np.where(nothing, q_it @ k.T, -1e9)),
               "the package": dot_product_attention(q_it, k, v, nothing)[1]}
for name, row in answers.items():
    print(f"{name:16}", row[0])

# %% [markdown] slug="empty-why"
# Three answers, and no error.
# With $-\infty$ the row is 0 divided by 0, and one `nan` in the loss turns the weights of the network into `nan` at the next update.
# With a large negative number instead, all six forbidden positions are read, each with 1/6: the mask has turned itself off, silently.
# The package returns zeros: nothing may be read, so nothing is.

# %% [markdown] slug="obey-ask"
# ## Exercise 10.3: a softmax that obeys
#
# Write `masked_softmax(scores, mask)`: both `(T, S)`; return the weights `(T, S)`.
# Each row is a softmax over its allowed places, forbidden places get exactly 0, and a row without any allowed place is 0 throughout.
# Scores may be large, 2,000 or -100,000, also at forbidden places; the result must not hold `nan`.
# Example: for scores `[[1., 1., 5.]]` and mask `[[True, True, False]]` it is `[[0.5, 0.5, 0.]]`.

# %% slug="obey" tags=["exercise"] points=2
def masked_softmax(scores, mask):
    """Softmax over the allowed places of each row; zeros where there is none. (T, S)"""
    # solution
    hidden = np.where(mask, scores, -1e30)
    parts = np.exp(hidden - hidden.max(axis=1, keepdims=True)) * mask
    total = parts.sum(axis=1, keepdims=True)
    return parts / np.where(total > 0, total, 1)

# %% slug="obey-check"
nb10.masked_softmax(masked_softmax)

# %% [markdown] slug="obey-why" tags=["solution"]
# The mask works twice.
# Before the softmax, so that the allowed weights sum to 1 and a large forbidden score cannot disturb them; and after the exponential, so that an empty row is 0 and not even.
# The denominator of an empty row is replaced by 1: zeros divided by 1 are zeros.

# %% [markdown] slug="heads-say"
# ## 6. Many heads
#
# A softmax has one answer per row.
# In section 4, "because" read "sank" and "leaked" with 40 each, and what it got was one average: "event".
# That there were two, and which was the cause, can no longer be told.
#
# So let several attentions look at the same time, each at its own business: **heads**.
# Split the D features of q, k and v into H groups of K = D / H.
# Every head attends on its own; afterwards the results are put side by side again, (T, D).
# A last matrix $w_o$, the **output projection**, mixes what the heads have found.

# %% slug="heads"
def split(z, heads):
    """(B, T, D) -> (B, H, T, K): head h gets features h K to (h + 1) K."""
    return z.reshape(*z.shape[:2], heads, -1).swapaxes(1, 2)


def join(z):
    """(B, H, T, K) -> (B, T, D): the heads side by side again."""
    return z.swapaxes(1, 2).reshape(z.shape[0], z.shape[2], -1)


def multi_head(x, w_q, w_k, w_v, w_o, heads, mask=None):
    """x (B, T, D), four matrices (D, D); output (B, T, D) and weights (B, H, T, T)."""
    q, k, v = (split(x @ w, heads) for w in (w_q, w_k, w_v))  # (B, H, T, K) each
    mixed, weights = attention(q, k, v, mask)
    return join(mixed) @ w_o, weights

# %% [markdown] slug="heads-predict"
# > **Predict first.** D = 64. How many parameters has the layer with 1 head, and how many with 4?
# > And without $w_o$: if only the values of head 0 change, how many of the 64 output features change?

# %% slug="heads-run"
x = rng.normal(size=(2, 5, 64))  # (B, T, D)
matrices = rng.normal(0, 1 / 8, (4, 64, 64))  # w_q, w_k, w_v, w_o
other = matrices.copy()
other[2, :, :16] += 1  # w_v: the columns of head 0
for heads in (1, 4):
    print(f"{heads} head(s): weights {multi_head(x, *matrices, heads)[1].shape}, parameters {matrices.size:,}")
for name, w_o in (("without", np.eye(64)), ("with", matrices[3])):
    moved = multi_head(x, *other[:3], w_o, 4)[0] - multi_head(x, *matrices[:3], w_o, 4)[0]
    print(f"{name:7} output projection: {np.sum(np.abs(moved).max(axis=(0, 1)) > 1e-9)} of 64 features change")

# %% [markdown] slug="heads-why"
# Heads cost no parameters: the same four matrices are only cut differently.
# And without the projection the heads stay strangers: each fills its own 16 features, and no output feature knows two of them.
# The projection is where they meet.
#
# Now the test: ours, the package's NumPy layer, its Keras layer, and Keras's own, on the same weights, with both masks.

# %% slug="equal"
from course_utils.models.attention import MultiHeadAttention

lengths = np.array([5, 3])
mask = (np.tri(5, dtype=bool) & (np.arange(5) < lengths[:, None, None]))[:, None]  # (B, 1, T, T)
by_hand, by_hand_weights = multi_head(x, *matrices, heads=4, mask=mask)

ours = MultiHeadSelfAttention(64, 4, rng)
ours.params = dict(zip(("q", "k", "v", "out"), matrices, strict=True))
layer = MultiHeadAttention(heads=4, width=64, dtype="float64")
layer.build((2, 5, 64))
layer.set_weights([np.hstack(matrices[:3]), matrices[3]])  # q, k and v in one matrix: one product
theirs = keras.layers.MultiHeadAttention(4, 16, use_bias=False, dtype="float64")
theirs.build(query_shape=(2, 5, 64), value_shape=(2, 5, 64))
theirs.set_weights([w.reshape(64, 4, 16) for w in matrices[:3]] + [matrices[3].reshape(4, 16, 64)])

keras_output, keras_weights = theirs(x, x, attention_mask=mask, return_attention_scores=True)
for values in (ours.forward(x, mask), layer(x, attention_mask=mask), keras_output):
    np.testing.assert_allclose(values, by_hand, rtol=1e-9, atol=1e-9)
np.testing.assert_allclose(keras_weights, by_hand_weights, rtol=1e-9, atol=1e-9)
print("section 6 = package (NumPy) = package (Keras) = keras.layers.MultiHeadAttention")

# %% [markdown] slug="equal-why"
# Four implementations, one function.
# With $\sqrt{D}$ in the place of $\sqrt{K}$ this cell would fail.

# %% [markdown] slug="clinic-say"
# Now look at a layer that can be found, in one form or another, in several tutorials.
# It runs, it can be trained, and its loss goes down.

# %% slug="clinic-demo"
def heads_in_name(x, w_q, w_k, w_v, w_o, heads):
    """Three mistakes. x (B, T, D)."""
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    weights = softmax(q @ k.swapaxes(1, 2) / np.sqrt(x.shape[-1]))
    return weights @ v


first = heads_in_name(x, *matrices, heads=1)
print("4 heads change anything: ", not np.allclose(heads_in_name(x, *matrices, heads=4), first))
print("w_o changes anything:    ", not np.allclose(heads_in_name(x, *matrices[:3], 2 * matrices[3], heads=1), first))
print("equal to Keras, no mask: ", np.allclose(first, theirs(x, x), atol=1e-6))

# %% [markdown] slug="clinic-ask"
# ## Exercise 10.4: bug clinic, heads in name only
#
# `self_attention(x, w_q, w_k, w_v, w_o, heads)` is to be multi-head self-attention without a mask: `x` is `(B, T, D)`, the matrices are `(D, D)`, the output is `(B, T, D)`.
# Head $h$ owns features $hK$ to $(h + 1)K$ of q, k and v, with $K = D / H$.
# The code below is the one you have just seen.
# Repair all three mistakes, without calling functions from this lesson except `softmax`.
# Remove the `raise` line first.

# %% slug="clinic" tags=["exercise"] points=3
def self_attention(x, w_q, w_k, w_v, w_o, heads):
    """Multi-head self-attention. (B, T, D) -> (B, T, D)."""
    # solution
    B, T, D = x.shape
    q, k, v = ((x @ w).reshape(B, T, heads, -1).swapaxes(1, 2) for w in (w_q, w_k, w_v))
    weights = softmax(q @ k.swapaxes(2, 3) / np.sqrt(D // heads))  # (B, H, T, T)
    return (weights @ v).swapaxes(1, 2).reshape(B, T, D) @ w_o
    # stub
    # q, k, v = x @ w_q, x @ w_k, x @ w_v
    # weights = softmax(q @ k.swapaxes(1, 2) / np.sqrt(x.shape[-1]))
    # return weights @ v

# %% slug="clinic-check"
nb10.self_attention(self_attention)

# %% [markdown] slug="clinic-why" tags=["solution"]
# `heads` was not used, so there was one head with another name; cut q, k and v before the scores.
# The scores were divided by the root of D, the width of what comes in, though each is a sum over K features only.
# And the heads were never mixed, because `w_o` was missing.
# The scale does not show with one head, which is why a test with one head is not enough: change every argument that has a name, and see whether it matters.

# %% [markdown] slug="order-say"
# ## 7. Where is it? Positions
#
# A recurrent network knows the order because it reads in that order.
# Attention reads everything at once.
#
# > **Predict first.** Shuffle the words of a sentence, and feed it to self-attention without a mask. What happens to the output?

# %% slug="order"
order = np.array([3, 0, 4, 1, 2])
plain = multi_head(x, *matrices, heads=4)[0]  # (B, T, D)
shuffled = multi_head(x[:, order], *matrices, heads=4)[0]
np.testing.assert_allclose(shuffled, plain[:, order], rtol=1e-9, atol=1e-9)
print("the words shuffled = the output shuffled, and nothing else")

# %% [markdown] slug="order-why"
# Every word gets exactly the same vector as before, wherever it stands.
# "Dog bites man" and "man bites dog" are the same to this layer.
# So the place has to be written into the vectors. Three ways are common.
#
# **Sinusoidal** (Vaswani et al., 2017): add a fixed vector to the word at position $t$.
# Take D / 2 clock hands of different speeds and write down sine and cosine of each: $\sin(t\,\omega_i), \cos(t\,\omega_i)$ with $\omega_i = 10000^{-2i/D}$.
# The first hand turns by one radian per word; with D = 32, the last one needs about 35,000 words for one turn.

# %% slug="clock"
def clock_hands(length, width):
    """Sine and cosine of width / 2 hands at positions 0, 1, ... (T, D)."""
    speed = 10000.0 ** (-np.arange(0, width, 2) / width)  # (D / 2,)
    angle = np.arange(length)[:, None] * speed  # (T, D / 2)
    return np.stack([np.sin(angle), np.cos(angle)], axis=2).reshape(length, width)


codes = clock_hands(64, 32)
np.testing.assert_allclose(codes, sinusoidal(64, 32), atol=1e-12)
axes = position_codes(codes, (10, 30, 50), title="Fast hands, slow hands, and a product that sees only the distance")
show(axes, alt="Left, the table of codes: 64 positions by 32 features, fast stripes in the first features, hardly any change in the last. Right, the dot product of three rows with all others, "
     "against the distance: the three curves lie on one another, highest at distance 0.")
products = codes @ codes.T  # (T, T)
assert all(np.allclose(np.diag(products, n), products[0, n]) for n in range(64))

# %% [markdown] slug="clock-why"
# Each row is unlike every other, and neighbours are alike.
# The dot product of two rows depends on their *distance* only; the three curves are one.
# The reason is school trigonometry: $\sin a \sin b + \cos a \cos b = \cos(a - b)$, once per hand.
#
# **Learned**: a table with one row per position, trained like all weights.
# Nothing is assumed, and nothing is known about positions beyond the table.
#
# **Rotary** (Su et al., 2021): do not add anything.
# Turn each query and each key, pair of features by pair of features, by the angles of the hands at its position.
# A dot product does not change if both vectors are turned alike, so only the *difference* of the two turns counts.
# Many of today's large language models do it this way.

# %% slug="rotary"
def turned(x, t):
    """One vector (K,) at position t: features i and i + K / 2 turn together."""
    first, second = np.split(x, 2)
    angle = t * 10000.0 ** (-np.arange(0, len(x), 2) / len(x))  # (K / 2,)
    return np.concatenate([first * np.cos(angle) - second * np.sin(angle), first * np.sin(angle) + second * np.cos(angle)])


q_word, k_word = rng.normal(size=(2, 16))
np.testing.assert_allclose(turned(q_word, 7), rotary(q_word[None], [7])[0], atol=1e-12)
for distance in (0, 1, 5):
    found = [turned(q_word, t + distance) @ turned(k_word, t) for t in (0, 10, 500)]
    np.testing.assert_allclose(found, found[0], atol=1e-9)
    print(f"distance {distance}: score {found[0]:5.2f} at positions 0, 10 and 500")

# %% [markdown] slug="reverse-say"
# ### A task whose picture is known in advance
#
# Can attention use positions?
# Take 12 random digits; the layer must write them **backwards**.
# Output $i$ has to read input $11 - i$, so the map must become a diagonal from the lower left to the upper right.
# If it does not, something is wrong, whatever the loss says.
#
# One head, D = K = 64, our own NumPy layer, whose gradient is in the package.

# %% slug="reverse"
def learn_to_reverse(code, learned=False, divided=True, updates=200, rate=0.01):
    """Train one head to write digits backwards. code (T, D). Accuracy of each batch, and the layer."""
    rng = np.random.default_rng(0)
    symbols, code = rng.normal(size=(10, 64)), code.copy()  # a fixed vector for each digit
    layer, out, optimizer = MultiHeadSelfAttention(64, 1, rng), Linear(64, 10, rng), Adam(rate)
    if not divided:
        layer.params["q"] *= 8  # the first scores are now those without the division by sqrt(64)
    params = layer.params | {"code": code} | {"out " + name: values for name, values in out.params.items()}
    right = []
    for _ in range(updates):
        digits = rng.integers(0, 10, (32, len(code)))  # (B, T)
        answer = digits[:, ::-1].ravel()
        z = out.forward(layer.forward(symbols[digits] + code).reshape(-1, 64))  # (B T, 10)
        right.append(np.mean(z.argmax(axis=1) == answer))
        dy = out.backward(losses.softmax_cross_entropy_from_logits_gradient(z, answer))
        dcode = layer.backward(dy.reshape(32, -1, 64)).sum(axis=0) * learned  # (T, D), or 0
        optimizer.step(params, layer.grads | {"code": dcode} | {"out " + name: g for name, g in out.grads.items()})
    return np.array(right), layer

# %% [markdown] slug="reverse-predict"
# > **Predict first.** Four candidates: learned positions, sinusoidal ones, sinusoidal ones without the division by $\sqrt{K}$, and no positions at all.
# > Which of them solve the task within 200 updates? And what does the one without positions get: 10 %, as by guessing?

# %% slug="reverse-run"
candidates = {"learned": (rng.normal(size=(12, 64)), True, True), "sinusoidal": (sinusoidal(12, 64), False, True),
              "no positions": (np.zeros((12, 64)), False, True), "sinusoidal, not divided": (sinusoidal(12, 64), False, False)}
learned = {name: learn_to_reverse(*choice) for name, choice in candidates.items()}
smooth = {name: (np.arange(5, 196), np.convolve(100 * right, np.full(10, 0.1), "valid")) for name, (right, _) in learned.items()}
ax = curves(smooth, xlabel="updates of 32 sequences", ylabel="digits right, %",
            title="Positions decide, and so does the division")
show(ax, alt="Share of right digits during 200 updates. Learned positions reach 100 per cent after about 20 updates, sinusoidal ones after about 80. "
     "Without positions it stays near 25 per cent, without the division below 20.")
final = {name: right[-20:].mean() for name, (right, _) in learned.items()}
assert min(final["learned"], final["sinusoidal"]) > 0.99 and 0.2 < final["no positions"] < 0.3 and final["sinusoidal, not divided"] < 0.25
print("solved: learned, sinusoidal. Not solved: no positions, not divided")

# %% [markdown] slug="reverse-why"
# There is the evidence that was missing in section 3: with the same data, the same rate and the same positions, the undivided layer learns next to nothing in 200 updates.
# It is not lost, though: a far smaller rate teaches it, later than the divided layer at that rate (`rate=0.002, updates=500`).
# What the division buys is large steps.
# (Dividing by too much, by K, is far less harmful here: it only takes a little longer.)
#
# Without positions about one digit in four is right, more than by guessing.
# The layer cannot know *where* a digit stands, but it can see which digits are there, and names the most frequent one.
#
# And the picture?

# %% slug="reverse-map"
axes = new_axes(aspect=0.52, cols=2)
for ax, name in zip(axes, ("learned", "sinusoidal"), strict=True):
    mean = learned[name][1].last_weights[:, 0].mean(axis=0)  # (T, T): mean over the batch, head 0
    attention_map(mean, [str(t) for t in range(12)], ax=ax, title=f"{name} positions")
    assert (mean.argmax(axis=1) == 11 - np.arange(12)).all()
show(axes, alt="Two attention maps of 12 by 12 positions. Both show one dark diagonal from the lower left to the upper right, nothing else; with sinusoidal positions it is a little blurred.")

# %% [markdown] slug="reverse-map-why"
# The diagonal, as announced.
# With sinusoidal codes it is blurred: neighbours have similar codes, so a query that wants position 5 also likes 4 and 6.
# The random start of the learned codes has no neighbours.

# %% [markdown] slug="back-ask"
# ## Exercise 10.5: backwards, by hand
#
# No training is needed to reverse a sequence.
# Write `reversing(T)`: return `(q, k)`, both `(T, K)` with any K that you like, made so that attention turns the order around.
# In `softmax(q @ k.T / sqrt(K))`, row $i$ must give at least 0.99 to column $T - 1 - i$.
# It must hold for every T from 1 to 20.
# Hint: for T = 3, write down the scores that you want first.

# %% slug="back" tags=["exercise"] points=3
def reversing(T):
    """Queries and keys (T, K) with which position i reads position T - 1 - i."""
    # solution
    k = np.eye(T)  # every position has a feature of its own
    q = 10 * np.sqrt(T) * k[::-1]  # position i asks for the feature of T - 1 - i
    return q, k

# %% slug="back-check"
nb10.reversing(reversing)

# %% [markdown] slug="back-why" tags=["solution"]
# With one feature per position, the score of query $i$ and key $j$ is not 0 only where $j = T - 1 - i$.
# There it is 10 after the division, and $e^{10}$ is about 22,000 times $e^0$: 0.99 and more for any T up to 200.
# Two features are enough as well: put the positions on a circle, far from the centre; the dot product is largest where the angles agree.

# %% [markdown] slug="cost-say"
# ## 8. What it costs
#
# A recurrent layer does the same work at every step: twice the text, twice the cost.
# Attention compares every position with every other.
# Count the multiplications for T positions of width D:
#
# | | attention | GRU of D units |
# |---|---|---|
# | projections, gates | $4\,T D^2$ | $6\,T D^2$ |
# | scores and mixture | $2\,T^2 D$ | none |
# | kept for the way back | H maps of $T^2$ weights | a few times $T D$ numbers |
# | steps that wait for one another | 1 | T |
#
# > **Predict first.** D = 64. From which length on does attention need more multiplications than the GRU?
# > And is it then also slower on this machine?

# %% slug="cost"
import time
import tracemalloc

from course_utils.plots.cost_growth import cost_growth


def measured(layer, x):
    """Peak of allocated memory in megabytes, and milliseconds, of one forward pass."""
    tracemalloc.start()
    layer.forward(x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        layer.forward(x)
        seconds.append(time.perf_counter() - start)
    return peak / 1e6, 1000 * min(seconds)


lengths = 64 * 2 ** np.arange(5)  # 64, 128, ..., 1024
found = {}
for name, layer in (("attention", MultiHeadSelfAttention(64, 4, rng)), ("GRU", GRU(64, 64, rng))):
    found[name] = np.array([measured(layer, rng.normal(size=(1, T, 64))) for T in lengths])  # (5, 2)

# %% slug="cost-draw"
counted = {"attention": 4 * lengths * 64**2 + 2 * lengths**2 * 64, "GRU": 6 * lengths * 64**2}
axes = cost_growth(lengths, {"multiplications": counted, "memory, MB": {name: m[:, 0] for name, m in found.items()},
                             "milliseconds": {name: m[:, 1] for name, m in found.items()}},
                   title="Attention pays with memory, the GRU with waiting")
show(axes, alt="Three panels against the length, 64 to 1024, log scales. Multiplications: both start at the same point, attention ends six times above the GRU. "
     "Memory: the GRU's line rises with the length, attention's twice as steeply. Milliseconds: attention is faster at first.")
growth = {name: m[-1, 0] / m[-2, 0] for name, m in found.items()}  # memory, from 512 to 1024
assert growth["attention"] > 3.5 and growth["GRU"] < 2.3 and (counted["attention"] > counted["GRU"]).tolist() == [False] + [True] * 4
print("twice the length: four times the memory for attention, twice for the GRU")

# %% [markdown] slug="cost-why"
# With D = 64 both cost the same at T = 64, and from there on attention costs more: what it saves in the projections it loses in the scores.
# In general, $2\,T^2 D$ passes $4\,T D^2$ at $T = 2 D$; from there on the square rules.
#
# And yet attention is by far the faster one here for short sequences.
# The GRU has to wait T times; attention does all positions at once, in a few large products.
# The more a machine can do at the same time, the more that helps.
# (Part of the GRU's time in this picture is Python's loop, so do not read too much into the milliseconds.)
# The price is memory: the T x T weights of every head.
#
# There is a second difference, and it may matter more.
# From any position to any other it is one step, not up to T steps.
# In lesson 08 the gradient faded over 60 steps; here there is no distance over which it could.

# %% [markdown] slug="pitfalls"
# ## 9. What goes wrong, and how it looks
#
# | what you see | what it often is |
# |---|---|
# | all weights alike, from the first layer on | scores divided twice, or by too much; queries or keys close to 0 |
# | one weight near 1 in every row before any training, and it stays there | scores not divided by the root of K |
# | training loss excellent, generated text nonsense | no causal mask, or a transposed one: it has read the answer |
# | `nan` from one batch on, for good | a row in which everything is masked |
# | the answer changes with the longest sentence of the batch | filling is read: no padding mask |
# | rows of weights do not sum to 1 | softmax along the wrong axis, or masked afterwards |
# | more heads change nothing | a reshape that never happened, see exercise 10.4 |
# | changing the first word never changes the last, without any mask | reshape to (B, H, T, K) without swapping axes: each head gets a piece of the sentence |
# | order does not matter | no positions |
# | good up to the training length, hopeless beyond | positions or lengths that were never trained |
# | out of memory when the text is twice as long | T x T weights: four times as many |
#
# One caution.
# Attention maps show where a layer *looks*, not what it does with it, nor why it decides as it does.
# They are evidence when the right picture is known, as with the dates or the reversal, and a hint otherwise (Jain and Wallace, 2019).
#
# ## Summary
#
# 1. One vector between reader and writer is a bottleneck; attention lets the writer look at every state of the reader.
# 2. Attention is a score for each pair, a softmax along each row, a weighted sum: a choice with a slope.
# 3. Dot products grow with the root of K; undivided, the softmax saturates, and learning stalls or needs a far smaller rate.
# 4. In self-attention every word asks all others; heads ask several things at once; masks say what must not be seen.
# 5. Order is unknown unless written in; and all pairs are compared, so cost grows with the square of the length.
#
# So how can a network look back instead of remembering everything?
# It keeps all it has read, asks each part how well it fits, and takes the mixture.
#
# **What comes next.** Lesson 11 puts this layer into a block with residuals, normalisation and a small dense network, stacks the blocks, and has a Transformer.
#
# ## References
#
# - Sutskever, Vinyals and Le (2014), *Sequence to Sequence Learning with Neural Networks*, [arXiv:1409.3215](https://arxiv.org/abs/1409.3215).
# - Bahdanau, Cho and Bengio (2014), *Neural Machine Translation by Jointly Learning to Align and Translate*, [arXiv:1409.0473](https://arxiv.org/abs/1409.0473): additive attention.
# - Luong, Pham and Manning (2015), *Effective Approaches to Attention-based Neural Machine Translation*, [arXiv:1508.04025](https://arxiv.org/abs/1508.04025): the mixture joins the decoder's state, as in section 2.
# - Vaswani et al. (2017), *Attention Is All You Need*, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762): the scale, heads, sinusoidal positions.
# - Su et al. (2021), *RoFormer: Enhanced Transformer with Rotary Position Embedding*, [arXiv:2104.09864](https://arxiv.org/abs/2104.09864).
# - Xiao et al. (2023), *Efficient Streaming Language Models with Attention Sinks*, [arXiv:2309.17453](https://arxiv.org/abs/2309.17453).
# - Jain and Wallace (2019), *Attention is not Explanation*, [arXiv:1902.10186](https://arxiv.org/abs/1902.10186).
