# %% [raw] slug="front"
# title = "Start here: what is a large model?"
# question = "What is a large language model, and can I build a small one within the hour?"
# hook = """You have probably talked to a program that writes.
# What kind of thing is that?
# A few cells from here you own one, made of one word and a table.
# Then we measure it, improve it, turn it into a neural network without changing what it says, and find out what one with 175 billion numbers costs."""
# able = [
#   "say in one sentence what a language model is, and show one that fits on a napkin",
#   "build, sample, score and smooth uni-, bi- and trigram models of a real text",
#   "explain perplexity, and why one zero makes it infinite",
#   "work out the memory and computing of a model of 175 billion parameters",
#   "place a model that you read about on five axes",
# ]
# needs = "A little Python: loops, lists, functions. NumPy arrays help; each step on them has its comment. No machine learning."
# minutes = 60
# seconds = 17

# %% slug="setup"
import os
import platform
import re
import shutil
from importlib.metadata import packages_distributions, version

import numpy as np
import pandas as pd

from course_utils.checks import nb00
from course_utils.data.large_models import load_large_models
from course_utils.data.python_docs import load_python_docs
from course_utils.metrics.language import bits_per_character, perplexity
from course_utils.plots import counting, language_scores, model_sizes
from course_utils.plots.course_map import course_map
from course_utils.plots.curves import bars
from course_utils.plots.figure import show
from course_utils.runtime import setup
from course_utils.text.ngrams import NgramModel

setup(seed=0)
rng = np.random.default_rng(0)

# %% slug="machine" tags=["nbval-ignore-output"] why="it describes the machine it runs on"
print(f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores")
provider = packages_distributions()  # which installed package brings which module
for module in ("numpy", "pandas", "matplotlib", "tensorflow", "keras"):
    print(f"{module:<11}{version(provider[module][0])}")
gpu = "found" if shutil.which("nvidia-smi") else "none found, and none needed"
print("NVIDIA graphics processor:", gpu)

# %% [markdown] slug="shift-say"
# That was the environment check: if it printed versions, you are ready; if not, `python -m course_utils doctor` says what is missing.
# A *core* does one stream of arithmetic; a *graphics processor* (GPU) does thousands side by side, which large models need.
# This course needs two ordinary cores and no GPU: its models are small.
#
# ## A language model on a napkin
#
# Take one word as the whole text of the world: **abracadabra**.
# Put every letter above the one that came after it, and the text becomes ten questions with ten answers.
# Learning from such questions is called *self-supervised*, and every large language model starts with it.
#
# Computers want numbers, so each letter gets one.
# Two shape letters are used from here on: **T** is the length of a text, **V** the number of different letters (the *vocabulary*).

# %% slug="shift"
word = "abracadabra"
letters = sorted(set(word))  # V = 5 different ones
ids = np.array([letters.index(c) for c in word])  # (T,)
seen, wanted = ids[:-1], ids[1:]  # (T - 1,) each: the same text, shifted by one
print("letters:", letters)
print("seen:   ", seen)
print("wanted: ", wanted)
ax = counting.shift_by_one(word)
show(ax, alt="Ten letters of abracadabra, each with an arrow to the letter that follows it.")

# %% [markdown] slug="count-say"
# > **Predict first.** You see an `a` and must guess the next letter of *abracadabra*.
# > Which letters are possible, and how sure can you be of each?
#
# Counting answers it: one row for each letter before, one column for each letter after.

# %% slug="count"
counts = np.zeros((len(letters), len(letters)), dtype=int)  # (V, V)
for a, b in zip(seen, wanted, strict=True):
    counts[a, b] += 1
row_sums = counts.sum(axis=1, keepdims=True)  # (V, 1): how often each letter was followed
probabilities = counts / row_sums  # (V, V): every row divided by its own sum
print("after a:", dict(zip(letters, probabilities[0].tolist(), strict=True)))
ax = counting.count_table(counts, letters, title="After a: b twice, c once, d once")
show(ax, alt="A 5 by 5 table of counts. Row a: b 2, c 1, d 1. Row b: r 2. Rows c, d, r: only a.")

# %% [markdown] slug="write-say"
# After an `a`: `b` with probability 0.5, `c` and `d` with 0.25 each, nothing else.
# That row of five numbers that sum to 1 is a *probability distribution*: it says how likely each next letter is.
#
# The table is already a complete **language model**.
# To write with it, look up the row of the last letter, throw a die that is loaded like that row, append, repeat.
# That is *sampling*.

# %% slug="write-demo"
letter, written = "a", "a"
for _ in range(40):
    row = probabilities[letters.index(letter)]  # (V,)
    letter = str(rng.choice(letters, p=row))
    written += letter
print(written)

# %% [markdown] slug="two-faces"
# Your first language model is running, and it writes text that it never read.
# Look at it from two sides:
#
# - It is a **function**: a letter goes in, V numbers come out. The numbers in the table are its *parameters*: what learning sets. There are 25.
# - It is a **probability distribution**: the V numbers say how likely each answer is.
#
# > A **language model** is a function that takes the text so far and returns a probability for every possible next symbol.
#
# Nothing in that sentence changes between this table and GPT-3.
# What changes: the symbols (pieces of words), how many the function looks at (2,048 instead of one), and its parameters (175 billion instead of 25).

# %% [markdown] slug="follows-ask"
# ## Exercise 0.1: what follows a letter
#
# Without arrays, in plain Python: write `what_follows(text, letter)`.
# It returns a dict with the probability of each letter that follows `letter` somewhere in `text`.
# `what_follows("abracadabra", "a")` is `{"b": 0.5, "c": 0.25, "d": 0.25}`.
# A letter that nothing follows, like `c` in `"abc"`, gives `{}`.

# %% slug="follows" tags=["exercise"] points=1
def what_follows(text, letter):
    """Probability of each letter that follows `letter` in `text`: a dict."""
    # solution
    followers = [b for a, b in zip(text[:-1], text[1:], strict=True) if a == letter]
    return {b: followers.count(b) / len(followers) for b in followers}

# %% slug="follows-check"
nb00.what_follows(what_follows)

# %% [markdown] slug="follows-why" tags=["solution"]
# `zip(text[:-1], text[1:])` pairs each letter with the next one: the shift by one again.
# The divisor is the number of *followers*, not `text.count(letter)`: a letter at the very end of the text is seen once more than it is followed.
# For an empty list the comprehension never divides, so the result is `{}`.

# %% [markdown] slug="likelihood-say"
# ## Why counting is the right thing to do
#
# Is there a better table?
# "Better" needs a measure: **how probable does the table find what really happened?**
# That number is called the *likelihood*.
# The first letter is taken as given; from there on the probabilities of the letters multiply.

# %% slug="likelihood"
step_p = probabilities[seen, wanted]  # (T - 1,): cell (seen[t], wanted[t]) for every step t
print("step by step:", step_p)
print("likelihood:  ", step_p.prod(), "= 1/64")
even = np.full((5, 5), 1 / 5)  # a table that knows nothing
print(f"a table that knows nothing: {even[seen, wanted].prod():.1e}")
others = rng.dirichlet(np.ones(5), size=(10_000, 5))  # 10,000 random tables, (10000, V, V)
best = others[:, seen, wanted].prod(axis=1).max()
print("best of 10,000 random tables beats counting:", bool(best > step_p.prod()))

# %% [markdown] slug="share-say"
# None of the 10,000 beats 1/64, and none ever will.
# The picture shows why for the simplest model, one that looks at nothing and only says how often `a` comes.
# If it gives `a` the probability $p$, the likelihood of 5 a's among 11 letters is $p^5 (1-p)^6$.
#
# > **Predict first.** The curve starts at 0 and ends at 0. Where is its top?

# %% slug="share"
ax = counting.share_likelihood(5, 6, title="The likelihood is highest at the share that was counted")
show(ax, alt="A hill over p from 0 to 1 whose top lies exactly at 5/11, the counted share of a.")

# %% [markdown] slug="share-why"
# At 5/11, the counted share.
# The same holds for each row of a table: *the counted shares are the parameters that make the text most likely.*
# Choosing parameters in this way is called **maximum likelihood**, and it is also how a GPT is *pretrained*.
#
# <details>
# <summary>The proof for any row, in three lines</summary>
#
# Let $N$ be the sum of a row, $q_j$ its counted shares, and $p_j$ any other distribution.
# The logarithm of the likelihood under $p$ is $N \sum_j q_j \ln p_j$, and under $q$ it is $N \sum_j q_j \ln q_j$.
# Since $\ln x \le x - 1$ for every $x > 0$, over the letters with $q_j > 0$:
#
# $$\sum_j q_j \ln \frac{p_j}{q_j} \;\le\; \sum_j q_j \left(\frac{p_j}{q_j} - 1\right) = \sum_j p_j - \sum_j q_j \;\le\; 1 - 1 = 0.$$
# </details>
#
# ## A number for "how good": perplexity
#
# Ten letters had a likelihood of 1/64.
# A real text has hundreds of thousands.
#
# > **Predict first.** A model gives each of 2,000 letters the probability 0.1.
# > What does Python print for their product?

# %% slug="underflow"
p = np.full(2000, 0.1)
print("product:", p.prod())
print(f"sum of logarithms: {np.log(p).sum():.1f}")

# %% [markdown] slug="perplexity-say"
# `0.0`: the true value is $10^{-2000}$, and the smallest number above zero that Python's floats can hold is about $5 \cdot 10^{-324}$.
# This is called *underflow*.
# Logarithms cure it: they turn the product into a sum.
# Three steps lead from there to the measure that everybody uses:
#
# 1. $-\ln p$ is the **surprise** at one letter: 0 if the model was certain, more the less it expected the letter.
# 2. Its average over the text is the *loss* of later lessons, called *cross-entropy*.
# 3. Undo the logarithm: **perplexity** $= \exp(\text{average surprise})$.
#
# For $T$ guessed letters, the highest likelihood is the lowest perplexity:
#
# $$\text{perplexity} = \exp\Big(-\frac{1}{T}\sum_{t=1}^{T} \ln p_t\Big) = \Big(\prod_{t=1}^{T} p_t\Big)^{-1/T}$$
#
# What the number *means* shows on models whose answer you know.

# %% slug="perplexity-demo"
def surprise_to_perplexity(p):
    """exp of the average surprise, for the probabilities (T,) of what really came."""
    return np.exp(np.mean(-np.log(p)))


print(f"a coin, after 100 throws:      {surprise_to_perplexity(np.full(100, 1 / 2)):.1f}")
print(f"a die, after 100 throws:       {surprise_to_perplexity(np.full(100, 1 / 6)):.1f}")
print(f"always certain, always right:  {surprise_to_perplexity(np.ones(100)):.1f}")
print(f"our table on abracadabra:      {surprise_to_perplexity(step_p):.2f}")
print(f"a table that knows nothing:    {surprise_to_perplexity(even[seen, wanted]):.1f}")
np.testing.assert_allclose(surprise_to_perplexity(step_p), perplexity(step_p))  # the package's
print(f"our table, in bits:            {bits_per_character(step_p):.1f}")

# %% [markdown] slug="perplexity-why"
# Read perplexity as **a number of equally likely choices**: the model was as surprised, on average, as if it had to guess among that many.
# A model that knows nothing has V; one that is certain and wrong can have more.
# How low one can get depends on the text.
# Our table has $64^{1/10} = 1.52$.
#
# The average with $\log_2$ is called *bits per character*: perplexity 2 is one bit, perplexity 8 is three.
# The package's `perplexity` and `bits_per_character` do the work from here on.

# %% [markdown] slug="average-say"
# Here is a different measure, easily written by mistake: average the probabilities first, then turn the average upside down.
# On coins and dice it agrees with perplexity.
# Below, a model gave three letters 0.9 and called the fourth impossible.

# %% slug="average-demo"
def average_confidence(p):
    return 1 / np.mean(p)


boastful = np.array([0.9, 0.9, 0.9, 0.0])
print(f"a die, after 100 throws: {average_confidence(np.full(100, 1 / 6)):.1f}")
print(f"an impossible letter came: {average_confidence(boastful):.2f}")

# %% [markdown] slug="clinic-ask"
# ## Exercise 0.2: bug clinic, perplexity
#
# 1.48 is nearly perfect, for a model that was sure of something false.
# The function below has that fault.
# Delete the `raise` line, run the check, read the symptom, then repair the function.
# `perplexity_of(probabilities)` takes an array (T,) and returns a float, infinite if one of them is 0.

# %% slug="clinic" tags=["exercise"] points=1
def perplexity_of(probabilities):
    """exp of the mean surprise; `probabilities` is (T,), of the letters that came."""
    # solution
    with np.errstate(divide="ignore"):  # log of 0 is -inf, and that is the right answer
        return np.exp(-np.mean(np.log(probabilities)))
    # stub
    # return 1 / np.mean(probabilities)

# %% slug="clinic-check"
nb00.perplexity(perplexity_of)

# %% [markdown] slug="clinic-why" tags=["solution"]
# The probabilities of one text *multiply*, so the right average is the one that respects products: average the logarithms.
# The plain average respects sums, which is why it lets three good guesses pay for one impossible letter.
# It never gives more than the true perplexity (Jensen's inequality), so the bug always flatters.
# It agrees only where all probabilities are equal, as for a die: test a measure on an uneven case.

# %% [markdown] slug="text-say"
# ## A real text
#
# Python carries its own language reference, about half a million characters of English; `help("assert")` reads from it.
# It differs between Python versions, so printed lines from here on are conclusions; the numbers are in the figures.
#
# Two things happen before any counting:
#
# - **Repeats go.** The same paragraph stands in several chapters. With one copy in the text that we learn from and another in the test, we would measure memory, not skill. That is *leakage*.
# - **Symbols are chosen.** Capitals become small letters, and any run of other characters becomes one space, except the full stop: V = 28.

# %% slug="text"
corpus = load_python_docs()
paragraphs = corpus.text.split("\n\n")
once = list(dict.fromkeys(paragraphs))  # each paragraph at its first place only
text = re.sub("[^a-z.]+", " ", "\n\n".join(once).lower())

alphabet = " .abcdefghijklmnopqrstuvwxyz"
V = len(alphabet)
ids = np.array([alphabet.index(c) for c in text])  # (T,)
print("V =", V, "symbols; first ids:", ids[:12])
print("the first words:", text[:22])
print("paragraphs came more than once:", len(once) < len(paragraphs))

# %% [markdown] slug="split-say"
# Next the text is cut in three, and each part has one job.
#
# | part | share | used for |
# |---|---|---|
# | *training* text | the first 80 % | counting |
# | *validation* text | the next 10 % | choosing between models, as often as you like |
# | *test* text | the last 10 % | measuring; nothing is ever chosen by it |
#
# A model that is judged on the text it counted can recite it.
# *Held-out* text was not counted: validation and test.

# %% slug="split"
cut80, cut90 = int(0.8 * len(ids)), int(0.9 * len(ids))
train, valid, test = np.split(ids, [cut80, cut90])
counts = np.zeros((V, V))
np.add.at(counts, (train[:-1], train[1:]), 1)  # counts[a, b] += 1 for every pair, repeats too
table = counts / counts.sum(axis=1, keepdims=True)  # (V, V), rows sum to 1
np.testing.assert_allclose(table, NgramModel(2, V).fit(train).table())
print("our table equals the package's NgramModel of order 2")

# %% [markdown] slug="bigram-say"
# From here on the finished class does the counting: `NgramModel(n, V)` guesses a letter from the n - 1 letters before it, its *context*.
# n = 1 is a *unigram* model (it looks at nothing), n = 2 a *bigram* model (ours), n = 3 a *trigram* model; all are *n-gram* models.
#
# > **Predict first.** In one row of the bigram table almost all probability sits in a single cell.
# > After which letter is English that predictable?

# %% slug="bigram"
surest = table.max(axis=1).argmax()
print(f"after {alphabet[surest]!r} comes {alphabet[table[surest].argmax()]!r}")
ax = counting.letter_map(table, alphabet, title="What follows what: look along a row")
show(ax, alt="Table of 28 by 28 probabilities. Row q is dark at u only; many rows are dark at space.")

# %% [markdown] slug="sample-say"
# `q`, of course.
# Many letters end words (the column of the space), and whole regions stay empty.
#
# Now let the models write, with no, one and two letters of context.

# %% slug="sample" tags=["nbval-ignore-output"] why="the text differs between Python versions"
models = {n: NgramModel(n, V).fit(train) for n in (1, 2, 3)}
start = [alphabet.index(c) for c in " th"]
for n, model in models.items():
    line = model.sample(70, np.random.default_rng(4), start)
    print(f"n = {n}:", "".join(alphabet[i] for i in line))

# %% [markdown] slug="sample-why"
# Letters in the right proportions, then syllables, then pieces that could be words: only the context grew.

# %% [markdown] slug="trigram-ask"
# ## Exercise 0.3: two letters of memory
#
# Write the sampling loop for a trigram table.
# `write(table, start, length, rng)` gets `table` of shape (V, V, V), where `table[older, newer]` is the distribution of the next symbol, and `start = (older, newer)`.
# It returns a list of `length` new symbols, without the start.
# V can be any size: draw with `rng.choice(len(table), p=...)`.

# %% slug="trigram" tags=["exercise"] points=1
def write(table, start, length, rng):
    """`length` symbols, each drawn given the two before it."""
    # solution
    older, newer = start
    written = []
    for _ in range(length):
        older, newer = newer, rng.choice(len(table), p=table[older, newer])
        written.append(newer)
    return written

# %% slug="trigram-check"
nb00.write(write)

# %% [markdown] slug="trigram-why" tags=["solution"]
# The context is a window that slides: the newer letter becomes the older one, and the letter just drawn becomes the newer one.
# Python evaluates the whole right-hand side before it assigns, so one line can do both.
# A GPT writes with the same loop, only that its window is thousands of symbols wide.

# %% [markdown] slug="zeros-say"
# ## The zeros problem
#
# The samples say that a trigram model is better than a bigram model.
# Perplexity on held-out text should confirm it.
#
# > **Predict first.** On the validation text, the unigram model has a perplexity between 17 and 18.
# > What does the trigram model get?

# %% slug="zeros"
for n, model in models.items():
    p = model.probabilities(valid)
    impossible = np.mean(p == 0)
    assert impossible < 0.01 and (n > 1 or 17 < perplexity(p) < 18)
    print(f"n = {n}: perplexity finite: {bool(np.isfinite(perplexity(p)))!s:<5}", end="  ")
    print("called something impossible that came:", bool(impossible > 0))

# %% [markdown] slug="zeros-why"
# Infinite, and the bigram model too.
# Fewer than one letter in a hundred was called impossible, but one zero makes the surprise infinite.
# This is no fault of the measure: to say "never" about something that then happens is a forecaster's worst mistake.
#
# The counts say what *was* seen; a zero there means "not yet".
#
# ## Smoothing: leave room for what was not seen
#
# The oldest cure: pretend that, before reading, each letter had been seen $k$ times after each context.
# A row with counts $c_j$ that sum to $N$ becomes
#
# $$p_j = \frac{c_j + k}{N + kV}.$$
#
# The denominator counts $k$ for each of $V$ letters.
# For the row of `a` in *abracadabra* and $k = 0.5$:

# %% slug="smooth-toy"
row = np.array([0, 2, 1, 1, 0])  # after a: a, b, c, d, r
print("counts + k:", row + 0.5, " sum:", (row + 0.5).sum())
print("smoothed:  ", ((row + 0.5) / (row.sum() + 0.5 * 5)).round(3))
print("before:    ", row / row.sum())

# %% [markdown] slug="smooth-ask"
# ## Exercise 0.4: add k
#
# Smooth a whole table at once: `add_k(counts, k)` takes an array of counts (V, V), row = the letter before, and returns probabilities (V, V).
# Each row must sum to 1, also a row of nothing but zeros.
# For the rows `[3, 1]` and `[0, 0]` and `k = 1` the result has the rows `[4/6, 2/6]` and `[1/2, 1/2]`.

# %% slug="smooth" tags=["exercise"] points=1
def add_k(counts, k):
    """(c + k) / (N + kV) for each row of `counts`, (V, V)."""
    # solution
    total = counts.sum(axis=1, keepdims=True)  # (V, 1): N of each row
    return (counts + k) / (total + k * counts.shape[1])

# %% slug="smooth-check"
nb00.add_k(add_k)

# %% [markdown] slug="smooth-why" tags=["solution"]
# `keepdims=True` keeps the sums as a column (V, 1), so each row is divided by its own total.
# Forgetting the factor V in the denominator is the classic slip: rows then sum to more than 1, and the perplexity looks better than it is.
# A row that was never seen becomes $k / (kV) = 1/V$: no knowledge, no preference.

# %% [markdown] slug="choose-say"
# How large should $k$ be?
# Too small, and an unseen pair costs dearly; too large, and the imaginary letters drown the real ones.
# We try several and ask the **validation** text.
# The training text cannot tell: it contains no unseen pairs, so it votes for the smallest $k$ on offer.

# %% slug="choose"
KS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)


def choose_k(order, shorter=None):
    """Fit on `train`; return the model with the k that `valid` likes best, and all scores."""
    model = NgramModel(order, V, shorter=shorter).fit(train)
    scores = []
    for k in KS:
        model.k = k  # the counts stay the same
        scores.append(perplexity(model.probabilities(valid)))
    model.k = KS[int(np.argmin(scores))]
    return model, scores


bigram, bigram_scores = choose_k(2)
trigram, trigram_scores = choose_k(3)
five, five_scores = choose_k(5)
for model in (bigram, trigram, five):
    assert KS[0] < model.k < KS[-1], "the best k lies inside the range that was tried"
votes = [perplexity(NgramModel(2, V, k).fit(train).probabilities(train)) for k in KS]
assert all(np.diff(votes) > 0), "the training text prefers the smallest k"
print("each model's best k is neither the smallest nor the largest that was tried")

# %% slug="choose-plot"
ax = language_scores.smoothing_choice(
    KS,
    {"bigram": bigram_scores, "trigram": trigram_scores, "5-gram": five_scores},
    title="Too little and too much smoothing both cost",
)
show(ax, alt="Cost of k in per cent: nearly flat for the bigram, a valley for the trigram, a deep and "
         "narrow one for the 5-gram.")  # fmt: skip

# %% [markdown] slug="choose-why"
# Each curve touches zero at its best $k$.
# The longer the context, the more $k$ matters: a bigram table has 28 rows to fill, a trigram table 784, a 5-gram table over 600,000.
# So each row holds fewer real letters.
#
# A setting such as $k$, which counting cannot find and we must choose, is called a *hyper-parameter*.
# Now the test text, which had no say in that choice.

# %% slug="floor"
nothing = np.full(len(test), 1 / V)
unigram = NgramModel(1, V).fit(train)
tested = {"knows nothing": perplexity(nothing)}
for name, model in (("unigram", unigram), ("bigram", bigram), ("trigram", trigram)):
    tested[name] = perplexity(model.probabilities(test))
assert tested["trigram"] < 0.8 * tested["bigram"] < 0.8 * 0.8 * tested["unigram"]
assert 5.5 < tested["trigram"] < 7.5
print("on test text, each letter of context cuts perplexity by more than a fifth")

# %% slug="floor-plot"
ax = bars(list(tested), list(tested.values()), digits=1,
          xlabel="perplexity on test text", title="From 28 choices down to a handful")  # fmt: skip
show(ax, alt="Bars of test perplexity: 28 knows nothing, then unigram, bigram, trigram, each lower.")

# %% [markdown] slug="floor-why"
# The floor of this lesson holds: **the smoothed trigram beats the smoothed bigram on text that neither has seen.**
# It hesitates between six or seven letters where we began with 28.
#
# One text, cut once: a smaller gap would need error bars (lesson 15).

# %% [markdown] slug="context-say"
# ## Is more context always better?
#
# Two letters of context beat one; why not seven?
#
# > **Predict first.** Sketch two curves against n = 1 to 8: perplexity on the *training* text, and on the *test* text (each model smoothed with its best $k$).
# > Do they fall together?
#
# A third curve is explained below the picture.

# %% slug="context"
orders = range(1, 9)
recited, add_k_test, mixed_test, mixed = [], [], [], {0: None}
for n in orders:
    recited.append(perplexity(NgramModel(n, V).fit(train).probabilities(train)))
    add_k_test.append(perplexity(choose_k(n)[0].probabilities(test)))
    mixed[n], _ = choose_k(n, shorter=mixed[n - 1])  # leans on the model of the round before
    mixed_test.append(perplexity(mixed[n].probabilities(test)))

assert all(np.diff(recited) < 0), "on the training text, longer is always better"
assert add_k_test[-1] > 1.2 * min(add_k_test), "on new text, add-k turns back up"
assert mixed_test[-1] < min(add_k_test), "leaning on shorter models is better"
assert 4 <= orders[int(np.argmin(add_k_test))] <= 6
print("best n with add-k: between 4 and 6")

# %% slug="context-plot"
ax = language_scores.context_curves(
    orders,
    {"training text": recited, "test, add-k": add_k_test, "test, interpolated": mixed_test},
    title="Reciting gets ever better; predicting does not",
)
show(ax, alt="Training perplexity falls all the way to n = 8; add-k on test text turns up around n = 5; "
         "interpolated stays low.")  # fmt: skip

# %% [markdown] slug="context-why"
# They do not: the training curve keeps falling, the add-k curve on test text turns back up.
# With seven letters of context, about three of ten contexts in the test text never occurred in training (counted below).
# Better and better on what was seen, worse on what was not: that is **overfitting**, and you will meet this picture in every part of the course.
#
# The third curve is a cure.
# Add-k shares its imaginary letters out *evenly*: after `pyth` it expects `z` as much as `o`.
# *Interpolation* shares them out as a model with shorter context would: letter $j$ gets $kV q_j$ of them instead of $k$, where $q_j$ is what the shorter model says.
# So `pyth` leans on `yth`, which leans on `th`, and so on.
#
# > **Predict first.** The interpolated model with n = 8 writes, too. Will you be able to tell its text from English?

# %% slug="page"
begin = [alphabet.index(c) for c in " the st"]
lines = {}
for n in (1, 2, 3, 5, 8):
    drawn = mixed[n].sample(124, np.random.default_rng(1), begin)
    lines[f"n = {n}"] = "".join(alphabet[i] for i in drawn)
ax = language_scores.sample_page(lines, title="One text to learn from, more and more context")
show(ax, alt="Samples of five models. n = 1 is letter soup, n = 3 has syllables, n = 5 and 8 are mostly "
         "real words in phrases without a thought.")  # fmt: skip

# %% [markdown] slug="page-why"
# Yes: real words and local grammar, but no thought that survives a line.
# The model cannot know how its sentence began: seven letters back, its world ends.
# Keep this page; lesson 12 writes another.
#
# ## The wall
#
# A table needs a row for each context: V of them for one letter, V times V for two.
#
# > **Predict first.** GPT-3 looks at 2,048 symbols, each one of 50,257.
# > How many *digits* has the number of rows that a table would need?

# %% slug="wall"
for n in (2, 3, 5, 8):
    print(f"letters, n = {n}: {V ** (n - 1):>14,} possible contexts")
digits = int(2048 * np.log10(50_257)) + 1
print(f"GPT-3: a number of possible contexts with {digits:,} digits")
eight = NgramModel(8, V).fit(train)
assert eight.contexts / V**7 < 1e-4
print("n = 8: fewer than 1 in 10,000 possible contexts occur in the training text")
contexts = np.lib.stride_tricks.sliding_window_view(test, 7)  # every stretch of 7: (T - 6, 7)
lost = np.mean(eight.distribution(contexts).sum(axis=-1) == 0)
assert 0.25 < lost < 0.35
print("n = 8: about three of ten contexts of the test text were never seen")

# %% [markdown] slug="wall-why"
# The number of atoms in the observable universe has about 80 digits; this one has 9,629.
#
# And rows that are stored apart cannot help each other: what follows *the cat sat on the* teaches nothing about *the dog sat on the*.
# We need a **function that shares its parameters between contexts**.
# The most successful ones are *neural networks*, and the rest of the course builds them.
#
# ## Your table is a neural network
#
# - A *logit* is a score for one possible answer; it may be any number.
# - **Softmax** turns V scores into V probabilities: take $e$ to the power of each, then divide by their sum.
#
# Since $e^{\ln p} = p$ and a row sums to 1, softmax of $\ln p$ gives back $p$.
# So a table of logarithms followed by softmax *is* the bigram model.
# Looking up a row of a table is a layer called `Embedding` in Keras, the library that this course uses for networks.

# %% slug="keras-equal"
import keras  # the first import of a framework in this lesson: a few seconds

smooth = (counts + bigram.k) / (counts + bigram.k).sum(axis=1, keepdims=True)  # (V, V), NumPy
np.testing.assert_allclose(smooth, bigram.table(), rtol=1e-12)

layer = keras.layers.Embedding(V, V)
layer.build()
layer.set_weights([np.log(smooth)])
logits = layer(valid[:-1])  # (T - 1, V): for each letter, its row
network_p = keras.ops.convert_to_numpy(keras.ops.softmax(logits))  # (T - 1, V)
np.testing.assert_allclose(network_p, smooth[valid[:-1]], rtol=1e-5)
print("NumPy table == package NgramModel == Keras Embedding + softmax, on the validation text")

# %% [markdown] slug="train-say"
# Equal, as far as the network's float32 numbers carry (about seven digits).
# But a network is not filled in by counting.
# It *learns*: it starts with arbitrary parameters, sees letters with their followers, and nudges its parameters to be a little less surprised.
# Lessons 01 to 03 say how; here we watch.
#
# > **Predict first.** We set all 784 scores to 0 and do not count anything.
# > What is the perplexity before the first nudge, and what is the lowest it can reach on the training text?

# %% slug="train"
network = keras.Sequential([keras.layers.Embedding(V, V, embeddings_initializer="zeros")])
network.compile(
    optimizer=keras.optimizers.SGD(learning_rate=50.0),  # how to nudge, how far: lesson 02
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),  # average surprise
)
network.build((None,))
watched = []
for _ in range(201):
    scores = network.get_weights()[0]  # (V, V)
    learned = keras.ops.convert_to_numpy(keras.ops.softmax(scores))
    surprise = -(counts * np.log(learned)).sum() / counts.sum()  # each pair as often as it came
    watched.append(np.exp(surprise))  # perplexity on the training text
    at = rng.integers(len(train) - 1, size=20_000)  # random places in the training text
    network.train_on_batch(train[at], train[at + 1])  # one nudge

# %% slug="train-plot"
counted = perplexity(NgramModel(2, V).fit(train).probabilities(train))
assert abs(watched[0] - V) < 0.01 and abs(watched[-1] / counted - 1) < 0.02
print("starts at 28.0, ends within 2 % of what counting gives")
ax = language_scores.approach(
    watched, counted, name="the counted table", title="Learning arrives where counting was",
    xlabel="nudges", ylabel="perplexity on training text",
)  # fmt: skip
show(ax, alt="Perplexity of the network falls from 28 and flattens on the line of the counted table.")

# %% [markdown] slug="train-why"
# It begins at 28, because softmax of equal scores is an even distribution, and cannot go below the counted table, because counting gives the highest likelihood there is.
#
# For this table nudging is a detour.
# Its worth is that **it also works where nothing could be counted**: for functions with shared parameters, of any size.

# %% [markdown] slug="large-say"
# ## What does "large" mean?
#
# `data/large_models.csv` lists 51 well-known models, each with the paper or report that states its numbers.
# Here is a part.
#
# > **Predict first.** In which year was the first language model with more than 100 billion learned numbers published?

# %% slug="large"
known = load_large_models()
chosen = ["LeNet-5", "Transformer (big)", "BERT-Large", "GPT-3", "Latent Diffusion", "BLOOM"]
chosen += ["Whisper large", "GPT-4", "Llama 3.1 405B", "DeepSeek-V3", "OLMo 2 13B"]
shown = known.set_index("name").loc[chosen]
shown["billion"] = (shown.parameters / 1e9).map("{:,.5g}".format).replace("nan", "undisclosed")
shown["access"] = shown.access.fillna("-")
shown["source"] = shown.source.str.split(";").str[0]
print(shown[["year", "billion", "architecture", "modality", "access", "source"]].to_string())

# %% slug="large-first"
first = known[known.parameters > 1e11].iloc[0]
print(f"first above 100 billion: {first['name']}, {first.year}, {first.source}")
assert 1e7 < known.parameters.max() / known.parameters.min() < 1e8  # LeNet-5 to the largest
hidden = known[known.parameters.isna()]
print("undisclosed:", ", ".join(hidden.name))

# %% [markdown] slug="large-why"
# 2007, and it was **a table of counts**, like yours: up to 300 billion n-grams of words, counted in up to two trillion words of text.
# The title of that paper begins "Large Language Models".
# So size alone is neither new nor enough.

# %% slug="years"
named = {"LeNet-5": (6, 0), "AlexNet": (6, -2), "Web 5-gram table": (6, -8), "GPT-2": (-6, 0)}
named |= {"LSTM with experts": (-6, 7), "GPT-3": (-6, 3)}
named |= {"Switch-C": (-6, 4), "DistilBERT": (-6, -6), "GraphCast": (6, 0)}
named |= {"Kimi K2": (-6, 9)}
ax = model_sizes.sizes_by_year(
    known, named, {"your trigram table": trigram.parameters, "the GPT of lesson 12": 7e5},
    title="Ten million times larger in 27 years, and lately hidden",
)  # fmt: skip
show(ax, alt="Parameters against year, log scale: from 60 thousand in 1998 to a trillion in 2025. "
         "Five sizes since 2023 are question marks.")  # fmt: skip

# %% [markdown] slug="years-why"
# The scale is logarithmic: each line of the grid is a hundred times the one below.
#
# **There is no official threshold for "large".**
# BERT was called large in 2018 with 340 million parameters, which is small today.
# People mean three things at once:
#
# 1. usually too many parameters and too much text to train on one machine;
# 2. trained once, self-supervised, on broad data (*pretraining*);
# 3. then used for many tasks: a *foundation model* (Bommasani et al. 2021, arXiv:2108.07258).
#
# Two sentences that you will read elsewhere, and what is wrong with them:
#
# - *"A large model is one with more than a million parameters."* AlexNet had 60 million in 2012.
# - *"GPT-4 has so-and-so many trillion parameters."* Its makers never said, like those of four other rows; any number for them is a rumour.

# %% [markdown] slug="hand-say"
# ## 175 billion parameters, worked out by hand
#
# GPT-3's makers stated its size, text and computing, so we can check our sums (Brown et al. 2020, arXiv:2005.14165).
#
# **Where do 175 billion come from?**
# It has 96 blocks, which pass on W = 12,288 numbers for each symbol, the *width*.
# A block has about $12 W^2$ parameters: four tables of $W \times W$ to look at other symbols (*attention*, lesson 10) and two of $W \times 4W$ to digest what was found (lesson 11).
# In front stands a table with W numbers for each of 50,257 symbols, an Embedding like yours, and one for 2,048 positions.

# %% slug="hand-count"
W = 12_288
blocks = 96 * 12 * W**2
tables = (50_257 + 2_048) * W
print(f"blocks {blocks / 1e9:.1f} B + tables {tables / 1e9:.1f} B = {(blocks + tables) / 1e9:.1f} B")

# %% [markdown] slug="memory-say"
# 174.6 billion, as in the table of the paper's appendix D; the name rounds it up.
#
# **How much memory?**
# A *float32* number takes 4 bytes, a *float16* number takes 2.
# To *use* the model you need its weights (another word for parameters).
# To *train* it you also need, for each weight, its gradient (which way to nudge) and two running averages that Adam, the usual optimizer, keeps (lesson 02).
#
# > **Predict first.** An accelerator with 80 GB of memory is a common large GPU.
# > How many of them does it take only to *hold* all that in float32?

# %% slug="memory"
N = 175e9
GB = 1e9
use16, use32 = 2 * N / GB, 4 * N / GB
training = {part: 4 * N / GB for part in ("weights", "gradients", "Adam: mean", "Adam: square")}
total = sum(training.values())
print(f"use: {use16:.0f} GB in float16, {use32:.0f} GB in float32")
print(f"train with Adam: {total:,.0f} GB = {total * GB / N:.0f} bytes per parameter")
print(f"accelerators of 80 GB: {np.ceil(use16 / 80):.0f} to use, {np.ceil(total / 80):.0f} to train")
ax = language_scores.memory_bars(
    {"use, float16": {"weights": use16}, "use, float32": {"weights": use32},
     "train, float32": training},
    80, limit_name="one 80 GB accelerator", title="Training takes four times the weights",
)  # fmt: skip
show(ax, alt="Bars: 350 GB to use in float16, 700 GB in float32, 2,800 GB to train; one device has 80.")

# %% [markdown] slug="memory-why"
# 35, before a single symbol has been read: what the network computes on the way (*activations*) comes on top.
# The usual *mixed-precision* recipe needs as much: 2 + 2 bytes for weights and gradients, 4 + 4 + 4 for a float32 copy and Adam's averages (Rajbhandari et al. 2020, arXiv:1910.02054).
#
# **How much computing?**
# One FLOP is one addition or multiplication of floating-point numbers.
# For each symbol that is read, each weight is used in one multiplication and one addition: 2 FLOPs.
# Learning goes back through the network for two purposes: 4 more (lesson 03).
# So training N parameters on D symbols (*tokens*, as they are called) costs about **6 N D** FLOPs.

# %% slug="flops"
D = 300e9  # tokens that GPT-3 was trained on
flops = 6 * N * D
year = 365 * 24 * 3600
print(f"6 N D = {flops:.2e} FLOPs; the paper's table says 3.14e+23")
print(f"a laptop core at 1e11 FLOPs a second:  {flops / 1e11 / year:,.0f} years")
print(f"one A100 at 40 % of its 3.12e14:       {flops / (0.4 * 3.12e14) / year:,.0f} years")
print(f"a thousand of them:                    {flops / (400 * 3.12e14) / 86400:,.0f} days")
assert abs(flops / 3.14e23 - 1) < 0.01

# %% [markdown] slug="flops-why"
# Two letters and a factor give the published number within 1 %.
# (The rule leaves out comparing symbols with each other, a few per cent at this size.)
# No device reaches its advertised speed; 40 % is a fair figure.
#
# By the formula, the same computing can be spent on a *larger model* or on a *longer text*.

# %% slug="tokens"
used = known.active.fillna(known.parameters)  # of a mixture of experts, what one token uses
newer = known[(known.year >= 2023) & known.tokens.notna()]
assert (newer.tokens > 20 * used[newer.index]).all()
named = {"GPT-3": (-6, 0), "Gopher": (6, -5), "Chinchilla": (5, -9), "Llama 3.1 405B": (-6, -6)}
named |= {"PaLM": (6, 0), "T5-11B": (-6, 0), "DeepSeek-V3": (6, -1), "Qwen3-235B-A22B": (-6, 0)}
named |= {"Mamba-2.8B": (-6, 0), "Pythia-12B": (-4, 9), "SmolLM2 1.7B": (6, 0)}
named |= {"OLMo 2 13B": (-6, 0), "Qwen2.5-72B": (4, 9), "BLOOM": (6, 6), "LLaMA-65B": (-6, 0)}
named |= {"Kimi K2": (-6, 0)}
ax = model_sizes.sizes_and_tokens(
    known, named, [1e22, 1e23, 1e24, 1e25, 1e26],
    title="The same computing buys a larger model or a longer text",
)  # fmt: skip
show(ax, alt="Training tokens against parameters, log scales. GPT-3, Gopher and PaLM lie far below the "
         "line of 20 tokens per parameter, the models of 2024 and 2025 above it.")  # fmt: skip

# %% [markdown] slug="tokens-why"
# GPT-3 read fewer than 2 tokens per parameter.
# Hoffmann et al. (2022, arXiv:2203.15556) trained over 400 models: for given computing, about 20 tokens per parameter give the lowest loss.
# Their Chinchilla, a quarter of Gopher's size with over four times the text, was better at the same cost.
# The models since 2023 in the picture all lie above that line, most of them far above, on purpose: a smaller model that has read more is cheaper to *use*.
# So "large" has three axes: parameters, text, computing.

# %% [markdown] slug="bill-ask"
# ## Exercise 0.5: the bill
#
# Write `training_days(parameters, tokens, devices, peak, used)`: how many days does training take?
# `peak` is what one device can do, in FLOPs per second, and `used` the share of it that is reached, such as 0.4.
# A million parameters and 20 million tokens on one laptop core with `peak=1e11` and `used=0.5` take 2,400 seconds, which is 0.0278 days.

# %% slug="bill" tags=["exercise"] points=2
def training_days(parameters, tokens, devices, peak, used):
    """Days of computing: FLOPs needed, over FLOPs per day of all devices."""
    # solution
    needed = 6 * parameters * tokens
    per_second = devices * peak * used
    return needed / per_second / (24 * 3600)

# %% slug="bill-check"
nb00.training_days(training_days)

# %% [markdown] slug="bill-why" tags=["solution"]
# Work divided by speed is time; all the care goes into units.
# `used` makes the speed smaller and so the time longer.
# A model of 0.7 million parameters on 14 million tokens needs $6 \cdot 10^{13}$ FLOPs: minutes on a laptop.
# That is why you can pretrain one in this course.

# %% [markdown] slug="kinds-say"
# ## Kinds of models
#
# Models are sorted on five independent axes, and each model has a place on each.
#
# | axis | kinds | examples |
# |---|---|---|
# | **architecture** | n-gram table; CNN (lesson 06); RNN and LSTM (08); Transformer as encoder, decoder or both (11); diffusion; state space | Web 5-gram; VGG; Seq2seq; BERT, GPT, T5; Latent Diffusion; Mamba |
# | **task** | a class or score (*discriminative*); new text, images, sound (*generative*); a description (*representation*) | ViT; GPT-3; BERT, ESM-2 |
# | **modality** | text, image, speech, protein, weather; several at once (*multimodal*) | PaLM; VGG; Whisper; ESM-2; GraphCast; Flamingo |
# | **openness** | at most an interface (*closed*); the weights (*open weights*); weights, code and data (*open*) | GPT-4; Llama, DeepSeek; OLMo, Pythia |
# | **training** | pretrained; then fine-tuned, instructed, aligned (14); distilled from a larger one (17) | GPT-3; InstructGPT; DistilBERT |
#
# In a *mixture of experts* only a part of the parameters works on each token: DeepSeek-V3 stores 671 billion and uses 37 billion.

# %% slug="kinds"
access = known.access.fillna("before 2018")
print(pd.crosstab(known.architecture, access).to_string())
assert (len(known), known.access.count(), (access == "open").sum()) == (51, 43, 4)
print("\nopen:", ", ".join(known.name[known.access == "open"]))
several = known.modality.str.contains("+", regex=False)
print("multimodal:", ", ".join(known.name[several]))

# %% [markdown] slug="kinds-why"
# Two places where lists in circulation go wrong:
#
# - **"Open source" is mostly open weights.** Few models can be rebuilt: by our strict rule only four of the 43 since 2018.
# - **GPT-4 is not a text-only model**: its report describes images as input.

# %% [markdown] slug="emergence-say"
# ## Do abilities appear suddenly?
#
# Large models are said to have *emergent abilities*, absent in small ones and not foreseen (Wei et al. 2022, arXiv:2206.07682).
# Schaeffer et al. (2023, arXiv:2304.15004) answered that many of these jumps lie in the ruler: a score that only counts perfect answers can jump where a finer one rises gently.
#
# Test that on your own models.
# The task: finish each held-out word of 12 letters or more, given its first four.
# Interpolated models with n = 6 learn from more and more text.
# Two rulers score the same guesses: the share of right *letters*, each guessed from the true letters before it, and the share of *words* without a wrong guess.
#
# > **Predict first.** The share of right letters climbs step by step from about a third to over two thirds.
# > What does the share of finished words do?

# %% slug="emergence"
unseen = text[cut80:]
words = [m.span() for m in re.finditer(r"\b[a-z]{12,}\b", unseen) if m.start() > 0]
spots = [np.arange(begin + 4, end) for begin, end in words]  # the letters to guess, per word
ends = np.cumsum([len(spot) for spot in spots])[:-1]
windows = np.lib.stride_tricks.sliding_window_view(ids[cut80:], 6)  # 5 letters and the next
windows = windows[np.concatenate(spots) - 5]  # (guesses, 6)

sizes, letters_right, words_right = [1_000, 3_000, 10_000, 30_000, 100_000, len(train)], [], []
for size in sizes:
    model = None
    for n in range(1, 7):
        model = NgramModel(n, V, k=0.2, shorter=model).fit(train[:size])
    right = model.distribution(windows[:, :-1]).argmax(axis=-1) == windows[:, -1]
    letters_right.append(right.mean())
    words_right.append(np.mean([word.all() for word in np.split(right, ends)]))

if corpus.name == "python_docs":  # the prose gives this text's numbers
    assert 0.25 < letters_right[0] < 0.45 and 0.68 < letters_right[-1] < 0.9
assert all(np.diff(letters_right) > 0), "more text, more right letters, at every step"
assert max(words_right[:4]) < 0.02, "up to 30,000 letters hardly any word is finished"
print("words finished with up to 30,000 letters of training: under 2 %")
print("with all of the text:", "over 8 %" if words_right[-1] > 0.08 else "still under 8 %")

# %% slug="emergence-plot"
axes = language_scores.two_metrics(
    sizes, letters_right, words_right, smooth_name="letters right",
    strict_name="words finished without a mistake", title="The same guesses, two rulers",
)  # fmt: skip
show(axes, alt="Left: the share of right letters rises steadily with training text. Right: finished "
           "words stay near zero over four sizes, then take off.")  # fmt: skip

# %% [markdown] slug="emergence-why"
# The left ruler says "steady progress", the right one "nothing, nothing, nothing, then suddenly an ability".
# A word needs at least eight right guesses in a row.
# If each is right with probability $a$, independently, all eight are with $a^8$: 0.0002 for a third, 0.1 for three quarters.
#
# That shows how a jump *can* come from the ruler; it does not show that every reported jump does.
# Others find thresholds with finer scores too (Du et al. 2024, arXiv:2403.15796).
# **Emergence is contested**: when you read of a sudden ability, ask how a finer score looks.

# %% [markdown] slug="map-say"
# ## The way ahead
#
# We need functions that share what they learn, a way to nudge their parameters, and an architecture that looks far back: the order of the course.

# %% slug="map"
ax = course_map(here=0, ready=14)
show(ax, alt="Twenty lessons in three parts: foundations 00 to 05, architectures 06 to 11, your first "
         "large model 12 to 19. You are at 00; 00 to 13 are ready.")  # fmt: skip

# %% [markdown] slug="pitfalls"
# Lessons with a coloured frame are ready; the grey ones are being written.
#
# ## What goes wrong, and how it looks
#
# | you see | probably | do |
# |---|---|---|
# | perplexity `inf`, "divide by zero in log" | something came that the model called impossible | smooth; never skip or clip the zeros in the measure |
# | perplexity below 1, or a "probability" above 1 | V forgotten in the denominator, or the wrong axis | assert that rows sum to 1 |
# | far too good on held-out text | leakage, or settings chosen on the test text | remove repeats before the split, use three parts |
# | `counts[a, b] += 1` with arrays counts each pair once | NumPy ignores repeats in such an assignment | `np.add.at(counts, (a, b), 1)` |
# | two perplexities that contradict each other | per letter, per word and per token are different units | compare bits per character |
#
# ## Summary
#
# 1. A language model maps the text so far to a probability for each next symbol; a table of counts is the smallest one.
# 2. Counting is maximum likelihood; perplexity is that likelihood read as a number of equally likely choices.
# 3. One zero makes it infinite; smoothing leaves room, and its strength is chosen on validation text.
# 4. More context helps until contexts no longer repeat; tables cannot share what they learn, networks can.
# 5. "Large" means parameters, text and computing: 16 bytes per parameter and 6 N D FLOPs to train, and no fixed threshold.
#
# **So, what is a large language model?**
# What you built, with a function that shares its parameters instead of a table, so large that one model serves many tasks.
#
# ## What comes next
#
# Lesson 01 fits the smallest such function, a single neuron, in two ways: by solving an equation, and by nudging.
#
# ## References
#
# - D. Jurafsky and J. H. Martin, *Speech and Language Processing*, 3rd edition draft, chapter "N-gram Language Models": the first half of this lesson, with words.
# - C. E. Shannon, "A Mathematical Theory of Communication", 1948: the first samples from n-gram models.
# - T. Brants et al., "Large Language Models in Machine Translation", 2007, ACL Anthology D07-1090.
# - T. Brown et al., "Language Models are Few-Shot Learners" (GPT-3), arXiv:2005.14165.
# - J. Kaplan et al., "Scaling Laws for Neural Language Models", arXiv:2001.08361: where 6 N D comes from.
# - R. Schaeffer et al., "Are Emergent Abilities of Large Language Models a Mirage?", arXiv:2304.15004.

