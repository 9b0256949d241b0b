# %% [raw] slug="front"
# title = "Generate"
# question = "A model gives a probability to every next token. How does a text come out of that, and why does writing take so long?"
# hook = """
# The GPT of lesson 12 never writes a word: it hands you a thousand probabilities and waits.
# Something else must choose, and the choice decides whether the story is dull, charming or broken.
# Here you build the ways of choosing, judge each with a validator that knows the grammar, and then make writing many times faster without changing a single token.
# """
# able = [
#     "turn probabilities into text: greedy, temperature, top-k, top-p, repetition penalty, beam",
#     "say what each does to a distribution, and measure what it does to the text",
#     "explain why the most probable text is not a typical one",
#     "build a key-value cache, and prove that it changes nothing but the time",
#     "let a small model draft for a large one, with exactly the large one's distribution",
# ]
# needs = "Lesson 12: the GPT and its stories. Lesson 10: attention. Lesson 00: sampling, n-grams."
# minutes = 75
# seconds = 54

# %% slug="setup"
import numpy as np

from course_utils.checks import nb13
from course_utils.data.stories import check_story, entropy, log2_probability, write_stories
from course_utils.metrics.interval import wilson_interval
from course_utils.plots.curves import bars, curves
from course_utils.plots.dots import dots
from course_utils.plots.figure import show
from course_utils.plots.next_tokens import next_tokens
from course_utils.runtime import setup
from course_utils.text import samplers

setup(seed=13)
rng = np.random.default_rng(13)

# %% [markdown] slug="model-say"
# ## 1. What the model really gives you
#
# We take the model that ships with the course: about a million parameters, trained on `stories` by the command of lesson 12.
#
# Shape letters: **B** texts in a batch, **T** tokens in a text, **V** tokens in the vocabulary, **C** the model's context, the most tokens it can read.

# %% slug="model"
from course_utils.models.pretrained import load_pretrained

model, tokenizer, about = load_pretrained("stories")
config = model.config
V, C = tokenizer.size, config.context
print(f"{config.layers} blocks, {config.heads} heads, width {config.width}, context {C}")
begin = [tokenizer.end]  # a story begins after the end of another one
longest = max(len(tokenizer.encode(s.text)) for s in write_stories(500, seed=3))
ROOM = 180  # tokens that we let a story take
print("the longest of 500 stories of the grammar:", longest, "tokens")


def log_probabilities(rows):
    """What each row (B, T) of ids gives every next token: natural logarithms (B, T, V)."""
    rows = np.asarray(rows)
    padded = np.full((len(rows), ROOM + 1), tokenizer.end)  # one shape, so the model is compiled once
    padded[:, :rows.shape[1]] = rows  # the padding behind is not seen: the mask is causal
    logits = model.predict_on_batch(padded)[:, :rows.shape[1]].astype(float)
    logits -= logits.max(-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


def next_probabilities(ids):
    """What may follow these tokens: float (V,), sums to 1."""
    return np.exp(log_probabilities([ids])[0, -1])

# %% [markdown] slug="places-say"
# The model reads a beginning and gives one distribution over the next token.
# We look at three places of the same story.
#
# > **Predict first.** Where is the model nearly certain: at the first word of the story, after "*Tariq saw a white*", or after "*Tariq saw a white bell in the window of a*"?

# %% slug="places"
PLACES = "", "One rainy day, Tariq saw a white", "One rainy day, Tariq saw a white bell in the window of a"
vocabulary = [tokenizer.decode([i]) for i in range(V)]
panels = {}
for name, text in zip(("the first word", "... saw a white", "... window of a"), PLACES, strict=True):
    panels[name] = vocabulary, next_probabilities(begin + tokenizer.encode(text))
axes = next_tokens(panels, title="Some places are open, some have one way to go on")
show(axes, alt="Three bar charts of next tokens. The first word of a story and the thing after white have many likely tokens; after in the window of a, the word shop has nearly all the probability.")

# %% slug="places-count"
for name, (_, p) in panels.items():
    kept = int((np.cumsum(np.sort(p)[::-1]) < 0.9).sum()) + 1
    print(f"{name:24} tokens needed for 90 % of the probability: {'1' if kept == 1 else 'more than 5' if kept > 5 else 'a few'}")
assert panels["... window of a"][1].max() > 0.9

# %% [markdown] slug="surprise-say"
# How many places are open in a whole story?
# The **surprise** of a token is $-\log_2 p$, in bits: 0 if it was certain, 1 if it was one of two equal choices.
# We take a story that the grammar wrote and let the model judge every token.

# %% slug="surprise"
from course_utils.plots.surprise import surprise


def token_bits(text):
    """Token ids of a story and its end, and what each costs the model in bits."""
    ids = tokenizer.encode(text.rstrip("\n")) + [tokenizer.end]
    log_p = log_probabilities([begin + ids[:-1]])[0]  # (T, V)
    return ids, -log_p[np.arange(len(ids)), ids] / np.log(2)


story = write_stories(1, seed=4)[0]
ids, bits = token_bits(story.text)
ax = surprise([tokenizer.decode([i]) for i in ids[:-1]], bits[:-1], title="A few dark places decide the story; the rest follows")
show(ax, alt="A story with each token shaded by its surprise. Most tokens are white, nearly certain; names, colours, things and turns of the plot are dark.")

# %% [markdown] slug="open-predict"
# > **Predict first.** Over many stories: what share of the tokens does the model give more than 99 %?

# %% slug="open"
costs = np.concatenate([token_bits(s.text)[1] for s in write_stories(40, seed=5)])
certain = (costs < -np.log2(0.99)).mean()
ranked = np.sort(costs)[::-1]
dear = (np.cumsum(ranked) < 0.9 * ranked.sum()).mean()
assert certain > 0.55 and dear < 0.25
print("more than half of all tokens were more than 99 % certain")
print("less than a quarter of the tokens hold 90 % of the bits")

# %% [markdown] slug="greedy-say"
# So a text is decided at a few places.
# Whatever chooses must be careful at the certain places and free at the open ones.
#
# ## 2. Greedy: always the most probable
#
# The loop is the same for every way of choosing:
# read, look at the last row, choose, append, read again.

# %% slug="loop"
def write(prompt, choose, most=200):
    """Continue `prompt`, a list of ids, until the end token. `choose`: p (V,) -> id."""
    ids = list(prompt)
    for _ in range(most):
        token = int(choose(next_probabilities(ids)))
        if token == tokenizer.end:
            break
        ids.append(token)
    return ids[len(prompt):]


greedy_ids = write(begin, np.argmax)
greedy_story = tokenizer.decode(greedy_ids)
print(greedy_story)

# %% [markdown] slug="greedy-why"
# A whole story, and the same one for ever: greedy has no dice.
# Our loop ran the model on the whole text again for each token.
# Part 8 is about that waste; the package's `generate` avoids it and writes the same, so we use it from here on.

# %% slug="package"
from course_utils.models.generate import generate, generate_quickly, stream

written = generate(model, [begin], ROOM, stop=tokenizer.end)[0]
assert written == greedy_ids + [tokenizer.end]
print("our loop and the package's:", len(greedy_ids) > 80 and "equal, token for token")

# %% [markdown] slug="temperature-say"
# ## 3. Temperature
#
# Draw from $p$ itself, and the story is a new one each time.
# **Temperature** $t$ moves between the two: divide the logits by $t$ before the softmax.
# Since $e^{z/t} = (e^{z})^{1/t}$, this raises every probability to the power $1/t$ and makes the sum 1 again.
#
# > **Predict first.** What is left of a distribution for $t \to 0$, and what for $t \to \infty$?

# %% slug="temperature"
p = panels["the first word"][1]
axes = next_tokens({f"t = {t}": (vocabulary, samplers.with_temperature(p, t)) for t in (0.3, 0.7, 1, 2)},
                   most=5, title="Low temperature sharpens, high temperature feeds the tail")
show(axes, alt="The distribution of the first word at four temperatures. At 0.3 the token One takes nearly all; at 2 it shrinks and the bar of all others grows.")
logits = np.log(p)
other = np.exp(logits / 0.7) / np.exp(logits / 0.7).sum()
np.testing.assert_allclose(samplers.with_temperature(p, 0.7), other, rtol=1e-9, atol=1e-15)
print("p ** (1 / t) and softmax(logits / t): the same")

# %% [markdown] slug="temperature-why"
# For $t \to 0$ only the largest is left, which is greedy; for $t \to \infty$ all tokens become equal.
# Between them, $t < 1$ trusts the model more than it trusts itself.

# %% [markdown] slug="warm-ask"
# ## Exercise 13.1: temperature
#
# Write `warm(logits, t)`: probabilities at temperature `t`.
# `logits` is `(V,)` or `(B, V)`, the result has the same shape, and each row sums to 1.
# It must survive logits such as 1,000.
# Example: `warm(np.log([0.2, 0.8]), 0.5)` is `[1/17, 16/17]`.

# %% slug="warm" tags=["exercise"] points=1
def warm(logits, t):
    """Softmax of logits / t over the last axis."""
    # solution
    z = np.asarray(logits) / t
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)

# %% slug="warm-check"
nb13.warm(warm)

# %% [markdown] slug="warm-why" tags=["solution"]
# Squaring 0.2 and 0.8 gives 0.04 and 0.64, which is 1 to 16.
# Subtracting the largest logit changes no ratio and keeps the exponential from overflowing; it must happen *after* the division, or before it with the division applied to the difference too.

# %% [markdown] slug="valid-say"
# ## 4. Is the text any good?
#
# Usually somebody has to read it.
# Our stories come from a grammar, so a program can say whether a text is a story at all, and which rule it breaks first.
# The validator never saw the model, and the model never saw the validator.

# %% slug="valid"
for text in (story.text, story.text.replace("was", "were", 1), story.text[:100] + "\n"):
    verdict = check_story(text)
    print(f"{'valid' if verdict.valid else 'not valid':10} {verdict.rule or ''}")

# %% [markdown] slug="sweep-say"
# Now 100 stories at each of six temperatures, all rows of a batch at once, in one compiled loop.
#
# > **Predict first.** At $t = 1$ the model draws from what it learned.
# > Suppose it gives only 0.1 % to wrong tokens at each of a story's 130 or so places.
# > What share of the stories is then free of mistakes?

# %% slug="sweep"
from course_utils.train.bar import progress

TEMPERATURES = 0.1, 0.4, 0.7, 1.0, 1.3, 1.6
N = 100  # stories for each setting


def as_text(ids):
    """A generated row as a story: the end token is the line end."""
    return tokenizer.decode(ids[:-1]) + "\n" if ids and ids[-1] == tokenizer.end else tokenizer.decode(ids)


def valid_share(rows):
    return np.mean([check_story(as_text(ids)).valid for ids in rows])


written = {t: generate_quickly(model, [begin] * N, ROOM, temperature=t, seed=1, stop=tokenizer.end)
           for t in progress(TEMPERATURES, "temperatures")}
shares = {t: valid_share(rows) for t, rows in written.items()}
ax = curves({"valid stories": (list(shares), [100 * s for s in shares.values()])}, xlabel="temperature", ylabel="%",
            title="Above 1 the tail of unlikely tokens ruins the story")
ax.set_ylim(-3, 103)
show(ax, alt="Share of valid stories against temperature: nearly all up to 1, fewer at 1.3, hardly any at 1.6.")

# %% slug="sweep-check"
low, high = wilson_interval(round(N * shares[0.7]), N)
assert shares[0.7] >= 0.95 and shares[1.6] < 0.3 and shares[1.3] < shares[1.0]
assert low > 0.88
print(f"temperature 0.7: at least 95 % of these {N} stories are valid, so more than 88 % of all it would write (95 % interval)")
print("temperature 1.6: less than 30 % are")
print(f"one mistake in 1,000 at each of 130 places: {0.999 ** 130:.0%} of the stories stay whole")

# %% [markdown] slug="sweep-why"
# A small share of nonsense per token becomes a large one per story: $0.999^{130} = 0.88$.
# This is why a model that is right 99.9 % of the time still needs help from whoever chooses.
# No temperature repairs what was never learned: lesson 12's cooks are still brought the food that they have already.
#
# Which rule breaks first when it is hot?
# The validator names its rules: *sentence goes on* is a wrong token inside a fixed phrase.
# *Food wanted* is something else where a food must stand, or a food that was out.

# %% slug="rules"
from collections import Counter

broken = Counter(check_story(as_text(ids)).rule for ids in written[1.3])
broken.pop(None, None)
names, counts = zip(*broken.most_common(6), strict=True)
assert names[0] == "sentence goes on"
ax = bars(names, counts, xlabel=f"stories of {N}", title="At temperature 1.3, fixed phrases break most often")
show(ax, alt="Bars: the rules of the story grammar that hot stories break first. A sentence that goes on wrongly leads by far.")

# %% [markdown] slug="typical-say"
# ## 5. The most probable text is not a typical one
#
# Why not turn the temperature down to 0 and be safe?
# First a smaller question, whose answer can be computed.
#
# > **Predict first.** A coin lands heads with probability 0.6; you throw it 100 times.
# > Which sequence of 100 throws is the most probable one, and would you ever see it?

# %% slug="coin"
from math import comb

heads = np.arange(101)
one_sequence = 0.6**heads * 0.4 ** (100 - heads)  # one particular sequence with so many heads
all_of_them = np.array([comb(100, int(k)) for k in heads]) * one_sequence
ax = curves({"all together": (heads, all_of_them)}, xlabel="heads among 100 throws", ylabel="probability of so many heads",
            title="The likeliest single sequence is one that nobody sees")
ax.annotate("all heads: the most probable\nsingle sequence", (100, 0), xytext=(78, 0.035), arrowprops={"arrowstyle": "->"}, fontsize=9)
show(ax, alt="The probability of a number of heads: a bell around 60, nearly nothing below 45 and above 75. At 100 heads, marked as the most probable single sequence, the curve is at zero.")
assert one_sequence.argmax() == 100 and all_of_them[50:71].sum() > 0.96
print(f"all heads, beside one sequence with 60 heads: {one_sequence[100] / one_sequence[60]:,.0f} times as probable")
print(f"sequences with 60 heads: {comb(100, 60):.1e}; with 100 heads: 1")

# %% [markdown] slug="coin-why"
# All heads is the most probable sequence, eleven million times as probable as any one with 60 heads.
# But there is one of it, and there are $10^{28}$ of the others.
# What you *see* is decided by probability times number.
# The sequences that one does see are called **typical**.
#
# So it is with texts.
# We know the exact probability of every story under the grammar; $-\log_2$ of it is its bits.
#
# > **Predict first.** Each choice of the grammar is a fair die, or nearly.
# > Do all stories then have about the same number of bits?

# %% slug="typical"
from course_utils.plots.typical import typical

told = write_stories(2000, seed=6)
written_by_grammar = [-s.log2_probability for s in told]
greedy_bits = -log2_probability(greedy_story + "\n")
marks = {"greedy": greedy_bits, "entropy of the grammar": entropy().bits_per_story}
ax = typical(written_by_grammar, marks, xlabel="bits of a story (fewer: more probable)", title="Each plot has its price, and greedy ended in a cheap one")
show(ax, alt="Histogram of the bits of 2,000 stories of the grammar: several separate peaks between about 60 and 87 bits. The greedy story stands at the left, among the cheapest.")
assert greedy_bits < np.quantile(written_by_grammar, 0.3)
print("greedy: among the cheapest 30 % of all stories")
mean = {plot: np.mean([-s.log2_probability for s in told if s.facts["plot"] == plot]) for plot in {s.facts["plot"] for s in told}}
print("plots, from cheap to dear:", ", ".join(f"{plot} {mean[plot]:.0f}" for plot in sorted(mean, key=mean.get)))

# %% [markdown] slug="typical-why"
# The peaks come from the plots: two are cheap, four cost seven to ten bits more, one is dear.
# In a plot with few choices each story is more probable; in one with many choices each is rarer, but there are more of them.
# The likeliest stories are those in which least is decided.
#
# Our dice are fair, so greedy cannot go far astray: it ends in a plot with little to decide.
# Real language is far from fair, and there greedy texts soon run in circles (Holtzman et al., 2020).
#
# What can be seen here is what caution costs.
#
# > **Predict first.** At temperature 0.1 we drew 100 stories. How many of them are different?
# > And of the nearly 600 different words in 100 stories of the grammar, how many occur in them?

# %% slug="variety"
def different_words(texts):
    return len({word.strip('.,!?"') for text in texts for word in text.split()})


there = different_words([s.text for s in write_stories(N, seed=7)])
words = {t: different_words([as_text(ids) for ids in rows]) for t, rows in written.items() if t <= 1}
ax = curves({"the model": (list(words), list(words.values())), "the grammar": ([min(words), max(words)], [there] * 2)},
            xlabel="temperature", ylabel=f"different words in {N} stories", title="Cold stories use fewer words")
ax.set_ylim(0, 1.15 * there)
show(ax, alt="Different words in 100 stories against temperature. The model has about two thirds of the grammar's words at 0.1 and nearly all of them from 0.4 on.")
print("different stories at temperature 0.1:", len({as_text(ids) for ids in written[0.1]}))
assert words[0.1] < 0.85 * there and min(words[0.4], words[0.7]) > 0.92 * there
print("words at 0.1: less than 85 % of the grammar's; at 0.4 and 0.7: more than 92 %")

# %% [markdown] slug="variety-why"
# A hundred different stories, told with two thirds of the words.
# A low temperature makes small preferences large.
# Where the grammar's dice are fair, those preferences are errors of training.
# From 0.4 to 0.7 nearly the whole world of the stories is back, and hardly any mistakes are there yet.
#
# **Beam search** goes further in the direction of greedy.
# It keeps the $W$ most probable beginnings at every step, so that a weak first token can win later.

# %% [markdown] slug="beam-ask"
# ## Exercise 13.2: one step of beam search
#
# Write `beam_step(totals, log_p, width)`.
# `totals` is `(W,)`, the log-probability of each beginning so far; `log_p` is `(W, V)`, what each gives the next token.
# Return `(rows, tokens, sums)`, three arrays `(width,)`: the best `width` continuations over *all* beginnings, best first.
# Example: `beam_step(np.log([0.6, 0.4]), np.log([[0.5, 0.5], [0.9, 0.1]]), 1)` continues beginning 1 with token 0: 0.36 beats 0.30.

# %% slug="beam" tags=["exercise"] points=2
def beam_step(totals, log_p, width):
    """Best continuations: which beginning, which token, which new total."""
    # solution
    sums = np.asarray(totals)[:, None] + log_p  # (W, V)
    best = np.argsort(-sums, axis=None, kind="stable")[:width]
    rows, tokens = np.unravel_index(best, sums.shape)
    return rows, tokens, sums[rows, tokens]

# %% slug="beam-check"
nb13.beam_step(beam_step)

# %% [markdown] slug="beam-why" tags=["solution"]
# Probabilities multiply along a text, so their logarithms add.
# The comparison runs over all `W * V` sums at once: a beginning may get two places in the next step, another none.

# %% [markdown] slug="beam-say"
# The package's `text.beam` repeats this step until every beam has met the end.
# The beams are the rows of a batch.

# %% slug="beams"
from course_utils.text.beam import beam_search

WIDTH = 4


def continuations(rows):
    """What each beginning gives the next token. (beams, T) -> (beams, V)."""
    four = np.resize(rows, (WIDTH, rows.shape[1]))  # always four rows: one shape to compile
    return log_probabilities(four)[:len(rows), -1]


best = beam_search(continuations, begin, tokenizer.end, WIDTH, ROOM)[0]
beam_story = as_text(list(best.ids[1:]))
print(beam_story)

# %% [markdown] slug="beam-predict"
# > **Predict first.** We compare what the *model* thinks of four texts or groups: bits under its own probabilities.
# > Which is the cheapest: greedy, the beam's story, the stories drawn at 0.7, or those of the grammar?

# %% slug="beam-place"
def own_bits(texts):
    """Bits under the model, one number for each text."""
    return [token_bits(text)[1].sum() for text in texts]


some = 25
groups = {"greedy": own_bits([greedy_story]), f"beam search, {WIDTH} wide": own_bits([beam_story]),
          "drawn at 0.7": own_bits(as_text(ids) for ids in written[0.7][:some]),
          "the grammar's": own_bits(s.text for s in write_stories(some, seed=8))}
ax = dots(groups, xlabel="bits under the model (fewer: more probable)", title="Searching ends in one cheap story, drawing in the crowd")
show(ax, alt="Dots in four rows. Greedy and the beam's story are single dots at the far left; drawn stories and the grammar's spread widely to the right, the grammar's furthest.")
searched = groups["greedy"] + groups[f"beam search, {WIDTH} wide"]
assert max(searched) < np.quantile(groups["drawn at 0.7"], 0.5) and max(searched) < np.quantile(groups["the grammar's"], 0.5)
print("both searches ended below the middle of what is drawn and of what the grammar writes")

# %% [markdown] slug="beam-after"
# The search has found something cheaper than most stories, but the beam need not win against greedy, and here it does not.
# Beams are compared at the same number of tokens, and a beginning that puts off its choices looks better for a while: it may push out one that would have been cheaper in the end.
#
# Where there is *one* right answer, as in the translations of lessons 10 and 11, searching is right.
# For stories it is wrong: more search, less story.
# So we draw, and help the dice a little.
#
# ## 6. Cutting off the tail
#
# At $t = 1$ each unlikely token is rare, but there are hundreds of them.
# **Top-k** keeps the $k$ most probable tokens and gives the rest 0.
# **Top-p**, or nucleus sampling, keeps the smallest set whose probability reaches $p_0$.
#
# > **Predict first.** Top-k with $k = 10$, top-p with $p_0 = 0.95$.
# > How many tokens does each keep at a certain place, and how many at an open one?

# %% slug="tail"
from course_utils.plots.tail import tail

open_place, certain_place = panels["the first word"][1], panels["... window of a"][1]
axes = tail({"an open place": open_place, "a certain place": certain_place}, k=10, p0=0.95,
            title="Top-k keeps ten everywhere; top-p keeps what is needed")
show(axes, alt="Ranked next-token probabilities on a logarithmic scale at an open and at a certain place. Top-k cuts both at rank ten; "
     "top-p keeps one token at the certain place and more at the open one.")
kept = [int((samplers.top_p(p, 0.95) > 0).sum()) for p in (open_place, certain_place)]
assert kept[1] == 1 < kept[0]
print("top-p at the certain place keeps 1 token, at the open place more")

# %% [markdown] slug="tail-why"
# Ten tokens at a certain place are one right word and nine mistakes.
# Top-p follows the distribution: it is as wide as the model is unsure.
# It is not free either: at the open place it cuts some of the names at the end of the plateau, which are as right as the others.

# %% [markdown] slug="nucleus-ask"
# ## Exercise 13.3: the nucleus
#
# Write `nucleus(p, p0)`: `p` is `(V,)`.
# Keep the fewest tokens, most probable first, that together have at least `p0`; set the others to 0; make the rest sum to 1.
# The order of the tokens stays as it was.
# Example: `nucleus(np.array([0.1, 0.6, 0.3]), 0.8)` is `[0, 2/3, 1/3]`.

# %% slug="nucleus" tags=["exercise"] points=2
def nucleus(p, p0):
    """Keep the smallest most probable set that reaches p0. (V,) -> (V,)."""
    # solution
    order = np.argsort(-p, kind="stable")
    before = np.cumsum(p[order]) - p[order]  # probability of all better tokens
    kept = np.zeros_like(p)
    kept[order[before < p0]] = p[order[before < p0]]
    return kept / kept.sum()

# %% slug="nucleus-check"
nb13.nucleus(nucleus)

# %% [markdown] slug="nucleus-why" tags=["solution"]
# A token is needed if the better ones have not reached `p0` without it.
# That test keeps the token that crosses the line, and always the first one, for which `before` is 0.

# %% [markdown] slug="hot-predict"
# > **Predict first.** Between temperatures 1 and 1.3 many stories broke; we take 1.2.
# > Which helps more: top-k with 10, or top-p with 0.9?

# %% slug="hot"
FEW = 40
CUTS = {
    "no cut": lambda p: p,
    "top-k, 10": lambda p: samplers.top_k(p, 10),
    "top-p, 0.9": lambda p: samplers.top_p(p, 0.9),
}


def hot(cut):
    return lambda p, rng: samplers.draw(cut(samplers.with_temperature(p, 1.2)), rng)


cuts = {name: valid_share(generate(model, [begin] * FEW, ROOM, choose=hot(cut), seed=2, stop=tokenizer.end))
        for name, cut in progress(CUTS.items(), "cuts")}
ax = bars(list(cuts), [100 * s for s in cuts.values()], xlabel="valid stories, %", title="At temperature 1.2, top-p repairs what top-k lets through")
show(ax, alt="Bars of valid stories at temperature 1.2: without a cut fewest, with top-k more, with top-p most.")
assert cuts["top-p, 0.9"] > cuts["top-k, 10"] > cuts["no cut"]
print("valid stories: no cut < top-k < top-p")
shop = samplers.with_temperature(certain_place, 1.2)  # one word is right here
wrong = [1 - cut(shop).max() for cut in CUTS.values()]
assert wrong[0] > wrong[1] > wrong[2] == 0
print("chance of a wrong word at the certain place: no cut > top-k > top-p = 0")

# %% [markdown] slug="hot-why"
# Forty stories are few: between two neighbouring bars the gap is of the size of luck.
# The second line has no luck in it.
# At a certain place top-k still leaves nine wrong tokens a chance, top-p leaves none; over a hundred such places that adds up.

# %% [markdown] slug="penalty-say"
# ## 7. The repetition penalty, and when it hurts
#
# Weak models run in circles.
# Our smallest one, the bigram table of lesson 00, shows it when it writes greedily.

# %% slug="loop-bigram"
from course_utils.text.ngrams import NgramModel

texts = [begin + tokenizer.encode(s.text.rstrip("\n")) for s in write_stories(1500, seed=6)]
bigram = NgramModel(2, V, k=1e-6).fit(np.concatenate(texts))


def bigram_story(choose, length=40):
    ids = list(begin)
    for _ in range(length):
        ids.append(int(choose(bigram.distribution(ids[-1:]), ids)))
    return tokenizer.decode(ids[1:])


print(bigram_story(lambda p, ids: np.argmax(p)))
print()
print(bigram_story(lambda p, ids: np.argmax(samplers.penalise_repetition(p, ids, 1.5))))

# %% [markdown] slug="penalty-why"
# The first text goes round and round.
# The second punishes every token that was there before: $p \to p^{1.5}$, and the circle is broken.
#
# Our GPT does not run in circles, so it does not need the help.
# We give it all the same, by two rules.
# The *power* rule is the one above, now with $p^3$.
# The *subtract* rule takes 9 from the logit of every token that was there, which divides its odds by $e^9 \approx 8,100$.
# Both are far stronger than what people use (a power of 1.2, or 0 to 2 to subtract), so that their nature shows.
#
# > **Predict first.** A story needs repetition: the same girl, the same bell, the same full stop.
# > What do the two rules do to the share of valid stories at temperature 0.7?

# %% slug="penalty"
def subtract(p, seen, amount):
    p = p.copy()
    p[sorted(set(seen))] *= np.exp(-amount)
    return p / p.sum()


def penalised(rule, amount):
    """Stories written with a penalty on what was there: the sampler needs the text so far."""
    seen = [list(begin) for _ in range(FEW)]

    def choose(p, rng):
        p = np.stack([rule(row, ids, amount) for row, ids in zip(p, seen, strict=True)])
        chosen = samplers.draw(samplers.with_temperature(p, 0.7), rng)
        for ids, token in zip(seen, chosen, strict=True):
            ids.append(int(token))
        return chosen

    return generate(model, [begin] * FEW, ROOM, choose=choose, seed=3, stop=tokenizer.end)

# %% slug="penalty-draw"
PENALTIES = {"none": (subtract, 0), "power 3": (samplers.penalise_repetition, 3), "subtract 9": (subtract, 9)}
helped = {name: valid_share(penalised(*how)) for name, how in progress(PENALTIES.items(), "penalties")}
ax = bars(list(helped), [100 * x for x in helped.values()], xlabel="valid stories, %", title="A power spares certain words, subtracting does not")
show(ax, alt="Bars of valid stories at temperature 0.7: without a penalty and with the power rule nearly all, with the subtract rule less than half.")
assert helped["none"] > 0.9 and helped["power 3"] > 0.9 and helped["subtract 9"] < 0.5
print("none and power 3: more than 90 % valid; subtract 9: less than half")

# %% [markdown] slug="penalty-after"
# A power leaves alone what is certain: $0.9999^3$ is still nearly 1.
# It acts where the model wavers, and there a new word is usually possible too.
# Subtracting acts on every repeated word, however certain: where *her black bell* must come again, *bell* is punished for having been named.
# A smaller number does the same harm more rarely: 2 divides the odds by 7.
# So a penalty is a crutch for a model that limps.
# Before you put it under one that walks, look at what it does to a word that *must* come again.

# %% [markdown] slug="clinic-say"
# As its paper wrote it (Keskar et al., 2019), the repetition penalty has a trap.
# It divides the *logits* of seen tokens by the penalty.
# Here is that rule on three tokens with logits 2, 1 and -3; the last one was seen.

# %% slug="clinic-demo"
def divide_all(logits, seen, penalty):
    new = np.array(logits, dtype=float)
    new[seen] = new[seen] / penalty
    return new


def softmax(z):
    return np.exp(z - np.max(z)) / np.exp(z - np.max(z)).sum()


before, after = softmax([2.0, 1.0, -3.0]), softmax(divide_all([2.0, 1.0, -3.0], [2], 1.5))
print(f"probability of the token that was seen: {before[2]:.4f} before, {after[2]:.4f} with the penalty")

# %% [markdown] slug="clinic-ask"
# ## Exercise 13.4: bug clinic, a penalty that rewards
#
# The seen token became *more* likely.
# Repair `penalised_logits(logits, seen, penalty)`: `logits` is `(V,)`, `seen` a list of ids, perhaps with repeats.
# Return new logits `(V,)`.
# For every seen token the logit must fall (or stay, where it is 0) when `penalty` is above 1; a token seen twice counts once; the input stays as it was.
# Use the repair that libraries use: divide where the logit is positive, multiply where it is negative.

# %% slug="clinic" tags=["exercise"] points=2
def penalised_logits(logits, seen, penalty):
    """Logits (V,) with a penalty on the tokens in `seen`."""
    # solution
    new = np.array(logits, dtype=float)
    ids = sorted(set(seen))
    new[ids] = np.where(new[ids] > 0, new[ids] / penalty, new[ids] * penalty)
    return new
    # stub
    # new = np.array(logits, dtype=float)
    # new[seen] = new[seen] / penalty
    # return new

# %% slug="clinic-check"
nb13.penalised_logits(penalised_logits)

# %% [markdown] slug="clinic-why" tags=["solution"]
# Dividing a negative number by 1.5 moves it towards 0, which is up.
# The repair has a flaw of its own: logits are only known up to a constant, and adding one changes which of them are negative.
# The package therefore works with log-probabilities, which are never positive, and always multiplies.

# %% [markdown] slug="cache-say"
# ## 8. The key-value cache
#
# Now speed.
# To write token 100 our loop in part 2 read all 99 tokens before it again, and had read 98 of them one step earlier.
# Over $T$ tokens that makes $1 + 2 + \dots + T = T (T + 1) / 2$ positions.
#
# What do we need of an old position?
# In attention (lesson 10) the new token asks with *its* query, and the old ones answer with their keys and values.
# With a causal mask an old position never sees the new token.
#
# > **Predict first.** So when a token is appended, which of the old keys and values change?

# %% slug="cache-rows"
D = 16
w_q, w_k, w_v = rng.normal(0, D**-0.5, (3, D, D))


def attend(x):
    """Causal attention, one head. x (T, D) -> (T, D)."""
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    scores = np.where(np.tri(len(x), dtype=bool), q @ k.T / np.sqrt(D), -np.inf)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return (weights / weights.sum(-1, keepdims=True)) @ v


x = rng.normal(size=(9, D))
two = [attend(attend(x[:t])) for t in (8, 9)]  # two layers: the second reads what the first wrote
np.testing.assert_allclose(two[1][:8], two[0], rtol=1e-10, atol=1e-12)
print("nothing of the first 8 positions changed, in the second layer either")

# %% [markdown] slug="cache-why"
# None change, in no layer.
# So each layer may keep the keys and values it has computed: the **key-value cache**.
# A new token then costs one position.
# It still asks all old keys, so late tokens cost a little more than early ones; but nothing is computed twice.

# %% slug="cache-draw"
from course_utils.plots.cache_steps import cache_steps

axes = cache_steps(8, title="The triangle becomes a diagonal")
show(axes, alt="Two grids, step against position. Without a cache every step computes all positions so far, a triangle of 36; with a cache one per step, 8.")

# %% [markdown] slug="step-ask"
# ## Exercise 13.5: one step with a cache
#
# Write `cached_step(x_new, cache, w_q, w_k, w_v)` for one head.
# `x_new` is `(D,)`, the new position; `cache` is `(keys, values)`, two arrays `(T, D)`, T may be 0.
# Return `(out, cache)`: the attention's output for the new position, `(D,)`, and the new cache with `T + 1` rows.
# The old arrays stay as they are.

# %% slug="step" tags=["exercise"] points=3
def cached_step(x_new, cache, w_q, w_k, w_v):
    """Attention for one more position. Returns (D,), ((T + 1, D), (T + 1, D))."""
    # solution
    keys = np.vstack([cache[0], x_new @ w_k])  # (T + 1, D)
    values = np.vstack([cache[1], x_new @ w_v])
    scores = keys @ (x_new @ w_q) / np.sqrt(len(x_new))  # (T + 1,)
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ values, (keys, values)

# %% slug="step-check"
nb13.cached_step(cached_step)

# %% [markdown] slug="step-why" tags=["solution"]
# The new position looks at itself too, so its key and value join the cache before the scores are computed.
# There is no mask: everything in the cache is the past.

# %% [markdown] slug="cached-say"
# In the GPT every block has such a cache.
# The package's `CachedReader` reads a piece of text at a position and remembers.
# In a model with positions one more thing matters: the piece must be told *where* it stands.

# %% slug="cached"
from course_utils.models.cache import CachedReader

text = begin + tokenizer.encode(story.text)[:40]
reader = CachedReader(model)
pieces = [reader.read([text[i:j]], at=i)[0] for i, j in ((0, 16), (16, 17), (17, len(text)))]
logits = np.concatenate(pieces)  # (T, V)
at_once = log_probabilities([text])[0]
shift = logits - at_once  # one number for each position: a softmax does not see it
np.testing.assert_allclose(shift, np.broadcast_to(shift[:, :1], shift.shape), atol=1e-3)
print("read in three pieces with a cache, or at once: the same probabilities")

# %% [markdown] slug="equal-say"
# Small differences of rounding remain.
# What counts is whether a single token differs.

# %% slug="equal"
def careful(p, rng):
    return samplers.draw(samplers.top_p(samplers.with_temperature(p, 0.7), 0.95), rng)


for name, choose in (("greedy", None), ("drawn ", careful)):
    with_cache, without = (generate(model, [begin], 80, choose=choose, seed=9, cache=c) for c in (True, False))
    assert with_cache == without
    print(name, "80 tokens with and without the cache: equal token for token")
assert with_cache[0] != generate(model, [begin], 80, choose=careful, seed=10)[0]

# %% [markdown] slug="speed-predict"
# > **Predict first.** With $T$ tokens to write, the plain way computes $T (T + 1) / 2$ positions and the cache $T$.
# > How much faster can the cache be at most for 200 tokens, and will it be?

# %% slug="speed"
from time import process_time  # of all cores; unlike the clock it does not count other programs

LENGTHS = 50, 100, 200
WAYS = {
    "without a cache": lambda length: generate(model, [begin], length, cache=False),
    "with a cache": lambda length: generate(model, [begin], length),
    "one compiled loop": lambda length: generate_quickly(model, [begin], length),
}


def seconds(write, amount):
    begun = process_time()
    write(amount)
    return process_time() - begun


for way in WAYS.values():
    way(2)  # compiles it
times = {name: [seconds(way, length) for length in LENGTHS] for name, way in WAYS.items()}
ax = curves({name: (LENGTHS, t) for name, t in times.items()}, xlabel="tokens written", ylabel="processor seconds",
            log="xy", title="The cache saves the reading again")
ax.set_xticks(LENGTHS, LENGTHS)
ax.minorticks_off()
show(ax, alt="Processor seconds against tokens written, both on logarithmic axes: slowest without a cache, faster with it, fastest in one compiled loop.")

# %% slug="speed-check"
assert times["without a cache"][-1] > 2 * times["with a cache"][-1]
print("200 tokens: more than twice as fast with the cache")
numbers = 2 * config.layers * C * config.width
print(f"the cache holds {numbers:,} numbers: 2 x {config.layers} layers x {C} positions x {config.width}")

# %% [markdown] slug="speed-why"
# On paper at most $(T + 1) / 2$, a hundred times.
# Our plain reader does even worse than on paper: it has one compiled shape, so it computes all C = 256 positions for every token.
# The gain still is neither 100 nor 256: to read one position all weights must come from memory, and Python has its say between two tokens.
# The third curve leaves Python out: reading, choosing and appending are one compiled loop, and only the finished text comes back.
#
# The price of a cache is memory.
# Ours is small.
# A model with 80 layers, width 8,192 and a context of 100,000 needs, by the same formula and with 2 bytes a number, 262 GB for *one* text.
# That is why such models share keys and values among heads (*grouped-query attention*).

# %% slug="memory"
large = 2 * 80 * 100_000 * 8192 * 2
assert round(large / 1e9) == 262
print(f"{large / 1e9:.0f} GB")

# %% [markdown] slug="stream-say"
# ## 9. Many at once, and one as it comes
#
# Two needs pull in opposite directions.
# A service wants many tokens a second in all; a reader wants the first token soon.
#
# > **Predict first.** In one compiled loop, 100 stories at once instead of one.
# > Does the loop take about the same time, or about 100 times as long?

# %% slug="batch"
def rate(rows, length=100):
    """Tokens per processor second, all texts together."""
    return rows * length / seconds(lambda n: generate_quickly(model, [begin] * rows, n), length)


rates = {f"{rows} at once" if rows > 1 else "one text": rate(rows) for rows in (1, N)}
ax = bars(list(rates), list(rates.values()), xlabel="tokens per processor second, all texts together", title="A hundred at once: more tokens from the same time")
show(ax, alt="Two bars, tokens per processor second in all: one text at a time, and a hundred at once, which gives more.")
assert rates[f"{N} at once"] > 1.3 * rates["one text"]
print(f"{N} at once: more tokens from the same processor time than one text alone")

# %% [markdown] slug="batch-why"
# On a processor nearer to the second, but clearly less than 100 times.
# The arithmetic is a hundred times as much; what is shared is the rest.
# Each weight is fetched once for all rows, and each operation is started once.
# The more arithmetic a machine can do while it fetches, the more a batch is worth: on an accelerator a hundred texts may cost little more than one.
#
# Streaming hands over each token as soon as it is chosen.
# One trap: a token may be part of a letter.

# %% slug="stream"
import codecs

prompt = begin + tokenizer.encode("One rainy day,")
print("|".join(tokenizer.decode([token]) for token in stream(model, prompt, 14, choose=careful, seed=4)))

ids = tokenizer.encode("né")
print("each token alone:", [tokenizer.decode([i]) for i in ids])
letters = codecs.getincrementaldecoder("utf-8")()
print("held back until whole:", [letters.decode(tokenizer.token(i)) for i in ids])

# %% [markdown] slug="draft-say"
# ## 10. Speculative decoding: a small model drafts
#
# Most tokens are certain, as part 1 showed, and a much smaller model would know them too.
# **Speculative decoding** lets a small model *draft* a few tokens ahead.
# The large one then reads them all in one piece and decides how many stay.
# Reading a piece gives a distribution at every position, so one call checks the whole draft.
#
# How to decide without changing the distribution?
# Call the draft's distribution $q$ and the large model's $p$.
# Where $q$ gives a token more than $p$ does, it will be drafted too often, and must be rejected sometimes: keep token $x$ with probability $\min(1, p(x) / q(x))$.
# Where $q$ gives less, the missing share is made up when something was rejected: draw the replacement from $\max(0, p - q)$, made to sum to 1.

# %% slug="draft-draw"
from course_utils.plots.overlap import overlap

target = np.array([0.50, 0.20, 0.15, 0.10, 0.04, 0.01])
draft = np.array([0.30, 0.35, 0.05, 0.10, 0.05, 0.15])
ax = overlap(draft, target, list("abcdef"), title="Kept where both agree; what is rejected pays for what is missing")
show(ax, alt="Bars for six tokens. Blue, what draft and target share; red, where the draft gives more; green, where it gives less. Red and green have the same total area.")

# %% [markdown] slug="draft-why"
# Token $x$ comes out in one of two ways.
# Drafted and kept: $q(x) \min(1, p(x)/q(x)) = \min(q(x), p(x))$, the blue part.
# As a replacement: something is rejected with probability $1 - \sum \min(q, p)$, the red area, and that equals the green area; so the replacement fills the green part, $\max(0, p(x) - q(x))$.
# Blue and green together are $p(x)$, whatever $q$ was.

# %% [markdown] slug="keep-ask"
# ## Exercise 13.6: keep or replace
#
# Write `keep_or_replace(token, draft, target)`; the distributions are `(V,)`.
# Return `(chance, replacement)`: the probability that the drafted `token` stays, a number; and the distribution `(V,)` from which its replacement is drawn if it does not.
# You may take it that `draft[token]` is above 0 and that the distributions differ.

# %% slug="keep" tags=["exercise"] points=2
def keep_or_replace(token, draft, target):
    """Chance that a drafted token stays, and what replaces it: float, (V,)."""
    # solution
    chance = min(1.0, target[token] / draft[token])
    missing = np.maximum(0.0, np.asarray(target) - draft)
    return chance, missing / missing.sum()

# %% slug="keep-check"
nb13.keep_or_replace(keep_or_replace)

# %% [markdown] slug="keep-why" tags=["solution"]
# The replacement does not depend on the token that was rejected.
# A token to which the target gives less than the draft can never be a replacement: its entry in `missing` is 0.

# %% [markdown] slug="chi-say"
# A claim about distributions deserves a test.
# The chi-square statistic adds up $(\text{seen} - \text{expected})^2 / \text{expected}$ over the six tokens.
# If the rule is right it is above 20.5 only once in 1,000 times (5 degrees of freedom).
#
# > **Predict first.** A tempting shortcut: keep the drafted token whenever the target gives it at least 10 %, else draw from the target.
# > Does it pass?

# %% slug="chi"
from course_utils.text.speculative import accept


def right_rule():
    drafted = samplers.draw(draft, rng)
    return accept([drafted], [draft], [target, target], rng).ids[0]


def shortcut():
    drafted = samplers.draw(draft, rng)
    return drafted if target[drafted] >= 0.1 else samplers.draw(target, rng)


expected = 10_000 * target
for rule in (right_rule, shortcut):
    seen = np.bincount([rule() for _ in range(10_000)], minlength=6)
    chi_square = ((seen - expected) ** 2 / expected).sum()
    print(f"{rule.__name__:10} {'the distribution of the target' if chi_square < 20.5 else 'another distribution'}")
    assert (chi_square < 20.5) == (rule is right_rule)

# %% [markdown] slug="real-say"
# Now with our GPT as the large model.
# The draft comes from a trigram table (lesson 00) over the same tokens, counted from 1,500 stories.
#
# > **Predict first.** The trigram sees two tokens back and knows nothing of the plot.
# > Of four drafted tokens, how many does the GPT keep on average?

# %% slug="real"
trigram = NgramModel(3, V, k=1 / V, shorter=bigram).fit(np.concatenate(texts))


def speculate(draft_length, rng, reader=reader):
    """One story. Returns its ids, the kept share of each draft, and reads of the GPT."""
    ids, done, kept = list(begin), 0, []
    while len(ids) < C - draft_length and (len(ids) == 1 or ids[-1] != tokenizer.end):
        drafted, q = list(ids), []
        for _ in range(draft_length):
            q.append(trigram.distribution([tokenizer.end, *drafted][-2:]))
            drafted.append(int(samplers.draw(q[-1], rng)))
        logits = reader.read([drafted[done:]], at=done)[0, len(ids) - done - 1:].astype(float)
        p = np.exp(logits - logits.max(-1, keepdims=True))
        result = accept(drafted[len(ids):], q, p / p.sum(-1, keepdims=True), rng)
        done, kept = len(ids) + result.kept, [*kept, result.kept]
        new = result.ids.tolist()
        ids += new[: new.index(tokenizer.end) + 1] if tokenizer.end in new else new
    return ids[1:], kept

# %% [markdown] slug="real-note"
# `done` is how much the GPT has read and we kept: the cache is rewound by reading the next piece at an earlier position.
# The token that came as a replacement, or on top, has not been read yet, so it leads the next piece.

# %% slug="real-run"
DRAFTS = 1, 2, 4, 8
per_read, kept4 = [], None
for length in progress(DRAFTS, "drafts"):
    stories = [speculate(length, np.random.default_rng(seed)) for seed in range(3)]
    per_read.append(sum(len(ids) for ids, _ in stories) / sum(len(kept) for _, kept in stories))
    if length == 4:
        kept4 = np.mean([k for _, kept in stories for k in kept[:-1]])  # the last draft runs past the end of the story
        print(as_text(stories[0][0]))
ax = curves({"tokens per read": (DRAFTS, per_read), "one by one": (DRAFTS, [1] * len(DRAFTS))}, xlabel="tokens drafted at a time",
            ylabel="tokens per read of the GPT", title="A table of counts saves the GPT most of its reads")
show(ax, alt="Tokens per read of the large model against the length of the draft: well above one, growing and flattening with longer drafts.")
assert 1 < kept4 < 2.2 and per_read[2] > 2
print("of four drafted tokens between one and 2.2 are kept; more than two tokens come from one read")

# %% [markdown] slug="real-why"
# The large model is read less than half as often, and every story has exactly the probability it has when the GPT draws alone at temperature 1.
# It does not *compute* less: every read of a draft of four has five positions, and what was rejected was computed for nothing.
# So it pays where a read of five positions costs hardly more than a read of one: in a large model, where fetching the weights takes most of the time.
# Our GPT is too small for that, and Python works between the reads; we counted reads and claim no seconds.
# Longer drafts help less and less, because one wrong token ends a draft.
#
# ## 11. Three stories, as they came
#
# Temperature 0.7, nucleus 0.95, not chosen by hand.

# %% slug="three"
for seed in (2026, 2027, 2028):
    print(as_text(generate(model, [begin], ROOM, choose=careful, seed=seed, stop=tokenizer.end)[0]))

# %% [markdown] slug="pitfalls"
# ## What goes wrong, and how it looks
#
# | What you see | What it often is |
# |---|---|
# | the same text every time | greedy, or the seed is set inside the loop |
# | the same sentence again and again | greedy or beam search on open text: draw instead; a penalty only hides it |
# | good beginning, nonsense later | temperature too high, no cut of the tail; 0.1 % per token adds up |
# | temperature changes nothing | probabilities were divided by $t$ and made to sum to 1 again; divide the *logits* |
# | fine without the cache, nonsense with it | the new token was told position 0, or the prompt was read into the cache twice |
# | with a cache the first text is fine, the second is not | the cache of the first was not emptied, or one list served both |
# | odd squares in streamed text | tokens that are parts of a letter: hold bytes back until they are whole |
# | speculative text is blander than it should be | drafts were kept by a rule of thumb instead of $\min(1, p/q)$ |

# %% [markdown] slug="summary"
# ## Summary
#
# 1. A model gives probabilities; the choice is ours. Most tokens of a text are certain, a few places decide it.
# 2. Temperature reshapes, top-k and top-p cut the tail; a mistake of 0.1 % per token breaks one story in eight.
# 3. The most probable text is not typical: search where there is one right answer, draw where there are many.
# 4. The key-value cache computes every position once. It changes the time and no token.
# 5. A small model may draft for a large one: kept with $\min(1, p/q)$, replaced from what is missing, the distribution is exactly the large one's.
#
# **Next:** lesson 14 teaches this model a task: it reads reviews, answers questions about its own stories, and learns with a small part of its weights.
#
# ## References
#
# - Holtzman et al. 2020, *The Curious Case of Neural Text Degeneration*, arXiv:1904.09751: top-p, and why maximising makes dull text.
# - Fan, Lewis and Dauphin 2018, *Hierarchical Neural Story Generation*, arXiv:1805.04833: top-k.
# - Keskar et al. 2019, *CTRL*, arXiv:1909.05858, section 4.1: the repetition penalty.
# - Leviathan, Kalman and Matias 2023, *Fast Inference from Transformers via Speculative Decoding*, arXiv:2211.17192.
# - Pope et al. 2022, *Efficiently Scaling Transformer Inference*, arXiv:2211.05102: what the cache costs in large models.
