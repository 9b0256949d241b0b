# %% [raw] slug="front"
# title = "From text to numbers"
# question = "A network eats numbers. Which numbers stand for a text?"
# hook = """
# Ask your computer how long the word *naïve* is, and the answer may be 5, 6 or 7.
# Before a model reads one word, somebody has decided what the pieces of a text are, and the decision never leaves it: what it costs to use, which languages it serves, whether it can spell.
# In this lesson you build the pieces that large models use, clean a table as it comes from the world, and give words a place in space.
# At the end a network reads reviews, and you compute exactly how far it could get without knowing the order of the words.
# """
# able = [
#     "say what a character is, in code points and in bytes, and clean up text that lies about it",
#     "build a byte-pair tokenizer, train it, and say what it costs a language it has not seen",
#     "clean a messy table of texts, find its near duplicates, and keep them out of the test",
#     "explain an embedding as a matrix product, and say what its neighbours mean",
#     "compute the best that any count of words can do, and beat it with a model that knows order",
# ]
# needs = "Lessons 01, 05 and 06: the logistic neuron, leakage, convolution. Lesson 08 used an embedding; here it is explained."
# minutes = 75
# seconds = 24

# %% slug="setup"
import unicodedata
from collections import Counter

import numpy as np

from course_utils.checks import nb09
from course_utils.data.python_docs import load_python_docs
from course_utils.plots.curves import bars, curves
from course_utils.plots.figure import new_axes, show
from course_utils.runtime import full, setup

setup(seed=9)
rng = np.random.default_rng(9)

# %% [markdown] slug="points-say"
# ## 1. What a computer means by a character
#
# In lesson 08 each letter became a number in the simplest way: sort the letters, count from 2.
# For all the scripts of the world, Unicode has done the counting: a list of all characters, each with a number, its **code point**, written like U+00E9.
# A Python string is a row of code points.
#
# > **Predict first.** Each of these six strings looks like *one* character on your screen.
# > What does `len` say about each?

# %% slug="points"
strings = {
    "a": "a",
    "e with an accent": "\u00e9",
    "the same, typed otherwise": "e\u0301",
    "Chinese, middle": "\u4e2d",
    "flag of Greece": "\N{REGIONAL INDICATOR SYMBOL LETTER G}\N{REGIONAL INDICATOR SYMBOL LETTER R}",
    "family of three": "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}",
}
print("code points  bytes")
for name, string in strings.items():
    print(f"{len(string):11}  {len(string.encode('utf-8')):5}  {name}: {string}")

# %% [markdown] slug="points-why"
# Only three of the six are one code point.
# An accent may be a code point of its own, a flag is two letters, and the family is three people with two invisible joiners between them.
# So `len` counts neither what you see nor what is stored.
#
# The second column is what is stored.
# **UTF-8** writes a code point as one to four bytes: the bigger the number, the more bytes.
# Each byte says in its first bits what it is.

# %% slug="bits"
from course_utils.plots.utf8_bits import utf8_bits

ax = utf8_bits({"a": "a", "\u00e9": "e with an accent", "\u4e2d": "Chinese, middle", "\N{GIRL}": "girl"},
               title="The first bits of a byte say what it is")
show(ax, alt="Four characters as bytes in bits. One byte: 0 and seven bits of number. First bytes of two, three and four begin with 110, 1110 and 11110. "
     "Every later byte begins with 10 and carries six bits.")

# %% [markdown] slug="bits-say"
# - `0.......` is a whole character: the 128 of ASCII, unchanged.
# - `110.....`, `1110....` and `11110...` begin a character of two, three or four bytes.
# - `10......` is a later byte. Cut a text anywhere, and you know whether you are inside a character.

# %% [markdown] slug="count-ask"
# ## Exercise 9.1: how many characters are in these bytes?
#
# Write `count_characters(data)`: `data` is `bytes`, valid UTF-8; return how many code points it holds, by looking at the bytes only.
# Iterating over `bytes` gives numbers from 0 to 255; `0b10000000` is 128, `0b11000000` is 192.
# Example: `count_characters("naïve".encode())` is 5, and there are 6 bytes.

# %% slug="count" tags=["exercise"] points=1
def count_characters(data):
    """Number of code points in valid UTF-8 bytes."""
    # solution
    return sum(byte & 0b11000000 != 0b10000000 for byte in data)

# %% slug="count-check"
nb09.count_characters(count_characters)

# %% [markdown] slug="count-why" tags=["solution"]
# Every character has exactly one byte that is not a later byte, so count those.
# A later byte begins with the bits 10: it lies from 128 to 191.

# %% [markdown] slug="normal-say"
# ### The same text, twice
#
# The two accented e's look the same and are different strings.
# A search for one does not find the other, and a vocabulary has an entry for each.
# **Normalising** makes them one: NFC composes (one code point), NFD takes apart.
#
# NFKC goes further and also replaces what is only a *style* of a character.
#
# > **Predict first.** Four texts follow: *ﬁne* with one ligature for f and i, wide *Ａ１*, *10⁵ m²*, and *① ½*.
# > In which does NFKC change what a reader understands?

# %% slug="normal"
composed, apart = "caf\u00e9", "cafe\u0301"
print(composed, apart, "equal:", composed == apart, "lengths:", len(composed), len(apart))
print("after NFC:", unicodedata.normalize("NFC", composed) == unicodedata.normalize("NFC", apart))
for text in ("\ufb01ne", "\uff21\uff11", "10\u2075 m\u00b2", "\u2460 \u00bd"):
    print(f"{text:6} NFKC -> {unicodedata.normalize('NFKC', text)}")

# %% [markdown] slug="normal-why"
# The ligature and the wide letters became plain ones, which a search is glad of.
# But 10⁵ became 105.
# So: NFC always, NFKC only where you know the text.
#
# And not every Python string is a text: half of a pair that other systems use for large code points, a **lone surrogate**, has no bytes in UTF-8.
# It comes from broken files and from text cut in the wrong place.
# It must be refused with its place, not passed on.

# %% slug="surrogate"
from course_utils.errors import CourseError
from course_utils.text import utf8

try:
    utf8.encode("half a girl: \ud83d")
except CourseError as error:
    print(error)

# %% [markdown] slug="pieces-say"
# ## 2. Characters, words, or something between
#
# Code points are numbers, so we could stop here.
# But there are more than 150,000 of them, most a model will hardly ever see, and one character says little.
# What about words?
#
# Our text is the reference manual of Python (`python_docs`, lesson 00), about half a megabyte of English.
# The last tenth is held out.

# %% slug="words"
import re

docs = load_python_docs()
train_text, new_text = docs.split(valid=0.1)


def words_of(text):
    """Lower-case words. str -> list of str."""
    return re.findall(r"[a-z]+", text.lower())


used = Counter(words_of(train_text)).most_common()  # (word, count), most frequent first
new_words = words_of(new_text)
assert full() or 2700 < len(used) < 3300
print(f"about {round(len(used), -3):,} different words in the training part")

# %% [markdown] slug="words-predict"
# A word that is not in the vocabulary has no number of its own; all such words share one, `<unk>`, *unknown*.
#
# > **Predict first.** All the different words of the training part go into the vocabulary.
# > What share of the words of *new* text is still unknown?
# > And how many times more often than the hundredth word is the first one used?

# %% slug="zipf"
from course_utils.plots.word_counts import word_counts

sizes = [10, 30, 100, 300, 1000, len(used)]
unknown = []
for size in sizes:
    vocabulary = {word for word, _ in used[:size]}
    unknown.append(np.mean([word not in vocabulary for word in new_words]))
marked = [(rank, used[rank - 1][0]) for rank in (1, 10, 100, 1000)]
axes = word_counts([count for _, count in used], sizes, unknown, marked=marked,
                   title="A few words do most of the work, and the tail never ends")
show(axes, alt="Left, counts of words against their rank, both scales logarithmic: close to a straight line, from several thousand for the first word to one. "
     "Right, the share of unknown words in new text falls with the size of the vocabulary, from about 80 per cent at ten words to about 4 with all.")
once = np.mean([count == 1 for _, count in used])
assert full() or (0.025 < unknown[-1] < 0.045 and unknown[2] < 0.5 and 0.23 < once < 0.27)
assert full() or 40 < used[0][1] / used[99][1] < 50
assert full() or 6.5 < len(train_text) / sum(count for _, count in used) < 7.7  # characters for each word
print("with every word of the training part in the vocabulary,", "some %" if full() else "3 to 4 %", "of new text is unknown")

# %% [markdown] slug="zipf-why"
# The left picture is **Zipf's law**: the count falls about as one over the rank.
# (The first word is used about 45 times as often as the hundredth; the law says 100, the dashed line.)
# A hundred words make more than half of the text, and a quarter of the different words was seen only once.
# So however large the vocabulary, new text brings new words: here three or four in a hundred, in a manual that repeats itself.
# And the unknown words are the rare ones: names and terms, what a sentence is about.
#
# Characters have no unknown words, but make texts long: about seven steps for one word here, and every step costs computing.
# We want pieces that are as long as possible for frequent words and as short as necessary for rare ones.

# %% [markdown] slug="ids-ask"
# ## Exercise 9.2: words to ids
#
# Write `encode_words(words, vocabulary, length)`: `words` is a list of str, `vocabulary` a list of known words.
# Return `length` ids: the first known word is number 2, the next 3 and so on; an unknown word is 1.
# Too long a text is cut at its end; too short a text is padded with 0 at its end.
# Example: `encode_words(["good", "plot"], ["the", "good"], 3)` is `[3, 1, 0]`.

# %% slug="ids" tags=["exercise"] points=1
def encode_words(words, vocabulary, length):
    """Ids of words, cut or padded. Lists of str -> list of `length` int."""
    # solution
    number = {word: i for i, word in enumerate(vocabulary, 2)}
    ids = [number.get(word, 1) for word in words[:length]]
    return ids + [0] * (length - len(ids))

# %% slug="ids-check"
nb09.encode_words(encode_words)

# %% [markdown] slug="ids-why" tags=["solution"]
# A dictionary finds a word in one step, however large the vocabulary is; `get` gives the unknown its number.
# Leaving unknown words out would be worse than marking them: "it was not *?*" and "it was *?*" are different sentences.

# %% [markdown] slug="bpe-say"
# ## 3. Byte-pair encoding
#
# The tokenizers of most large models use an idea of Sennrich, Haddow and Birch (2016), after a compression method of Gage (1994).
#
# 1. Begin with bytes: 256 ids, and no text can be unknown.
# 2. Count which two neighbours stand together most often. Make them one new id.
# 3. Repeat.
#
# Text is first cut into **pieces**, a word with the space before it, and pairs are counted inside pieces only.
# Equal pieces are kept once, with their count.

# %% slug="pieces"
from course_utils.text.split import split

text = "the thin thief thinks that the other thing is the thing"
print(split(text)[:4])
words = Counter(tuple(piece.encode()) for piece in split(text))  # {ids: count}
print(len(split(text)), "pieces,", len(words), "different;", "the second in bytes:", list(words)[1])

# %% slug="merge" tags=["shared"]
def count_pairs(words):
    """How often each two neighbours stand together. {ids: count} -> {pair: count}."""
    pairs = Counter()
    for ids, count in words.items():
        for pair in zip(ids, ids[1:], strict=False):
            pairs[pair] += count
    return pairs


def merge(ids, pair, new):
    """`ids` with `new` in place of each `pair`, from left to right. Returns a list."""
    out = []
    for i in ids:
        if out and (out[-1], i) == pair:
            out[-1] = new
        else:
            out.append(i)
    return out

# %% [markdown] slug="merge-predict"
# > **Predict first.** Which pair is merged first, which second?
# > (Ties go to the pair with the smaller ids; the space is 32, letters are 97 and up.)

# %% slug="grow"
def train(words, merges):
    """Learn merges. Returns the pairs in order, and the words as they are then."""
    learned = []
    for new in range(256, 256 + merges):
        pairs = count_pairs(words)
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        learned.append(best)
        words = {tuple(merge(ids, best, new)): count for ids, count in words.items()}
    return learned, words


def tokens_of(merges):
    """The bytes that each id stands for: 256 single bytes, then each merge."""
    tokens = [bytes([i]) for i in range(256)]
    for left, right in merges:
        tokens.append(tokens[left] + tokens[right])
    return tokens


merges, after = train(words, 6)
for new, token in enumerate(tokens_of(merges)[256:], 256):
    print(new, merges[new - 256], token)

# %% [markdown] slug="grow-why"
# First `th`, in nearly every word; then `th` with the space before it, a merge of a merge.
# A token is longer each time it wins, and a frequent word soon is one token.
# The list of pairs, in this order, *is* the tokenizer, together with the rule that cuts the pieces.
#
# - **Decode**: put the bytes of the ids together, then read them as UTF-8.
# - **Encode**: begin with the bytes, apply the merges in the order in which they were learned. That is your next exercise.

# %% [markdown] slug="encode-ask"
# ## Exercise 9.3: encode
#
# Write `encode(data, merges)`: `data` is one piece as `bytes`, `merges` a list of pairs of ids in the order learned; merge number 0 makes id 256, number 1 makes 257.
# Return the list of ids after all merges.
# You may use `merge(ids, pair, new)` from above.
# Example: `encode(b"that", [(116, 104), (256, 97)])` is `[257, 116]`: th becomes 256, then th+a becomes 257.

# %% slug="encode" tags=["exercise"] points=2
def encode(data, merges):
    """Ids of one piece. bytes -> list of int."""
    # solution
    ids = list(data)
    for new, pair in enumerate(merges, 256):
        ids = merge(ids, pair, new)
    return ids

# %% slug="encode-check"
nb09.encode(encode)

# %% [markdown] slug="encode-why" tags=["solution"]
# New text is treated exactly as the training text was, so the order must be the order of learning.
# Taking the longest token that fits, which looks the same on most words, cuts some differently; the model has never seen those cuts.

# %% [markdown] slug="finished-say"
# The package has a finished version: `BytePairTokenizer`.
# Ours counts every pair anew for every merge; the finished one corrects only the counts that a merge has changed.
# On the same text both must learn the same merges and give the same ids.

# %% slug="finished"
from time import process_time

from course_utils.text.bpe import BytePairTokenizer

sample = train_text[:40_000]
words = Counter(tuple(piece.encode()) for piece in split(sample))
start = process_time()
merges, after = train(words, 150)
ours, theirs = process_time() - start, np.inf
for _ in range(3):  # the best of three
    start = process_time()
    tokenizer = BytePairTokenizer.train(sample, size=256 + 150, special=())
    theirs = min(theirs, process_time() - start)
assert list(tokenizer.merges) == merges
encoded = dict(zip(words, after, strict=True))  # each piece as ids
assert tokenizer.encode(sample) == [i for piece in split(sample) for i in encoded[tuple(piece.encode())]]
assert tokenizer.decode(tokenizer.encode(sample)) == sample and ours > 3 * theirs
print("150 merges and all ids equal; the finished one is more than three times faster")

# %% [markdown] slug="docs-say"
# Now train it on the whole training part: 2,000 merges take a fraction of a second.
# A tokenizer with fewer merges is the beginning of the same list, so one training gives all sizes.
#
# > **Predict first.** Bytes need one token per character of English.
# > How many tokens per character are left after 50 merges, after 500, after 2,000?

# %% slug="docs"
from course_utils.plots.token_strips import token_strips

learned = BytePairTokenizer.train(train_text, size=256 + 2000, special=()).merges
at = {k: BytePairTokenizer(learned[:k], special=()) for k in (0, 10, 20, 50, 100, 200, 500, 1000, 2000)}


def pieces_of(tokenizer, text):
    """The tokens of a text, as bytes."""
    return [tokenizer.token(i) for i in tokenizer.encode(text)]


sentence = "The tokenizer has never seen this sentence; it knows the pieces."
ax = token_strips({f"{k} merges": pieces_of(at[k], sentence) for k in (0, 50, 500, 2000)},
                  title="Frequent words become one token, rare ones stay in parts")
show(ax, alt="The same sentence cut four times. With no merges every letter is a token; with 50 some pairs; with 500 words such as has, this and the; "
     "with 2000 the rare word tokenizer is still in several parts.")

# %% slug="lengths"
lengths = {k: len(tokenizer.encode(new_text)) / len(new_text) for k, tokenizer in at.items()}
words_and_spaces = len(split(new_text)) / len(new_text)
ax = curves({"byte pairs": (list(lengths), list(lengths.values())),
             "whole pieces": ([0, 2000], [words_and_spaces] * 2)},
            xlabel="merges", ylabel="tokens per character of new text", title="The first merges save the most")
ax.set_ylim(0, 1.05)
show(ax, alt="Tokens per character against the number of merges: from 1 at no merge steeply down to about 0.4 at 500, then slowly towards the line of whole pieces, "
     "about 0.2.")
assert full() or (0.62 < lengths[50] < 0.66 and 0.36 < lengths[500] < 0.4 and 0.26 < lengths[2000] < 0.295)
print("tokens per character after 50, 500 and 2,000 merges:", *(f"{lengths[k]:.1f}" for k in (50, 500, 2000)))

# %% [markdown] slug="lengths-why"
# From 1 to about 0.64, to 0.38, to 0.28: fifty merges save a third, the next 450 a quarter, the next 1,500 a tenth. Zipf again.
# No piece can be less than one token, so the curve ends at the line of whole pieces.
# Large models have 30,000 to 260,000 ids.
# Each id costs a row of numbers in the model, and a row that is hardly ever used is hardly ever trained.

# %% [markdown] slug="floor-say"
# ### Any text, and what it costs
#
# This tokenizer has seen only English about Python.
#
# > **Predict first.** Can it encode Thai, which it has never seen, and give it back unchanged?
# > If so, how many tokens does a list of countries in Thai need, compared with the same list in English?

# %% slug="floor"
def random_text(rng):
    """Up to 40 random code points from all of Unicode, but no surrogates."""
    codes = rng.integers(0, 0x110000 - 0x800, rng.integers(0, 41))
    codes = codes % np.array([0x80, 0x800, 0xF800, 0x110000 - 0x800])[rng.integers(0, 4, len(codes))]
    return "".join(chr(code + 0x800 * (code >= 0xD800)) for code in codes.tolist())


texts = [random_text(rng) for _ in range(1000)]
assert all(at[2000].decode(at[2000].encode(text), errors="strict") == text for text in texts)  # the floor
print("1,000 random Unicode strings came back unchanged")

# %% [markdown] slug="cost-say"
# A fair comparison needs the same content in each language: the names of about 290 countries, territories and regions, from Unicode's locale data.
# We count the tokens of each list, under two tokenizers with the *same* number of merges.
# One has learned from our English manual; the other from names of languages, scripts and currencies in all eleven languages.

# %% slug="cost"
from babel import Locale

from course_utils.plots.token_cost import token_cost

codes = ("en", "de", "fi", "vi", "ru", "ar", "el", "zh", "ja", "hi", "th")
locales = [Locale(code) for code in codes]
shared = set.intersection(*(set(locale.territories) for locale in locales))
countries = ["\n".join(locale.territories[code] for code in sorted(shared)) for locale in locales]
others = ["\n".join([*locale.languages.values(), *locale.scripts.values(), *locale.currencies.values()])
          for locale in locales]  # other lists, though many a currency bears a country's name
mixed = BytePairTokenizer.train(others, size=256 + 2000, special=())
english_cost, mixed_cost = ([len(tokenizer.encode(text)) for text in countries] for tokenizer in (at[2000], mixed))
ax = token_cost([locale.english_name for locale in locales], english_cost, mixed_cost,
                names=("learned from English", "learned from all eleven"), title="Who was in the training text decides what a language costs")
show(ax, alt="Tokens for the same list of countries relative to English. Under the tokenizer learned from English, German and Finnish are near 1, "
     "Vietnamese 1.3, Chinese 1.7, Arabic and Russian near 2.8, Hindi and Thai more than 4. Under the mixed one all lie between 1 and 1.5.")

# %% slug="cost-check"
thai = codes.index("th")
assert english_cost[thai] > (3 if full() else 4) * english_cost[0] and english_cost[thai] > 0.99 * len(countries[thai].encode())
assert max(mixed_cost) < 1.6 * mixed_cost[0]
alone = BytePairTokenizer.train(others[0], size=256 + 2000, special=())  # such names, but in English only
price = mixed_cost[0] / len(alone.encode(countries[0]))
assert 1.11 < price < 1.15 and 270 < len(shared) < 310
print("Thai under the English tokenizer: one token per byte, more than four times the English list")
print("under the mixed one: less than 1.6 times; but the English list needs over 10 % more than with such a tokenizer alone")

# %% [markdown] slug="cost-why"
# It can: every text is bytes, and all bytes have ids.
# But Thai has learned nothing to merge, so each byte is a token, three for a letter.
# A model sells and thinks by the token.
# So for the same content a reader of Thai pays four times, waits four times as long, and fits a quarter into the model's context.
# The letters are not to blame: with the same number of merges from a mixed text no list needs 1.6 times the English one.
# English pays a part of it: its list needs about 13 % more tokens than under a tokenizer that learned such names in English alone.
# A vocabulary is a budget, and somebody divides it.
# (Petrov and others, 2023, measured it for the tokenizers of well-known models: up to 15 times.)

# %% [markdown] slug="parts-say"
# ### Characters that arrive in parts
#
# A chat program shows each token as soon as the model has chosen it.
# In English all is well.
# Look at two Chinese characters under the English tokenizer, each token decoded alone:

# %% slug="parts"
print([token.decode("utf-8", errors="replace") for token in pieces_of(at[2000], "so \u4e2d\u6587!")])

# %% [markdown] slug="clinic-ask"
# ## Exercise 9.4: bug clinic, characters that arrive in parts
#
# Repair `stream(ids, tokens)`, where `tokens[i]` are the bytes of id i, and the ids together are a valid text.
# It returns a list of str, one piece for each id: the characters whose *last* byte came with this id, or `""`.
# A token may end one character and begin the next.
# Example: for bytes `b"so "`, `b"\xe4"`, `b"\xb8\xad"`, `b"!"` it is `["so ", "", "中", "!"]`, where 中 is one Chinese character.
# Remove the `raise` line first.

# %% slug="clinic" tags=["exercise"] points=3
def stream(ids, tokens):
    """The text that each token completes: one str per id, joined they are the whole text."""
    # solution
    import codecs
    decoder = codecs.getincrementaldecoder("utf-8")()  # keeps what is not complete yet
    return [decoder.decode(tokens[i]) for i in ids]
    # stub
    # return [tokens[i].decode("utf-8", errors="replace") for i in ids]

# %% slug="clinic-check"
nb09.stream(stream)

# %% [markdown] slug="clinic-why" tags=["solution"]
# Decoding is a function of the whole byte string, not of each token: half a character has no meaning.
# The incremental decoder of the standard library keeps the unfinished bytes between calls.
# By hand: add the token's bytes to a buffer, show what decodes, keep the rest (at most three bytes).

# %% [markdown] slug="hidden-say"
# ### What tokens hide
#
# A model sees ids, never letters.
#
# > **Predict first.** Three lines follow: a word in three spellings, four numbers, a question with and without a last space.
# > Where will the cuts surprise you?

# %% slug="hidden"
ax = token_strips({"one word": pieces_of(at[2000], "Unbelievable unbelievable UNBELIEVABLE"),
                   "numbers": pieces_of(at[2000], "10 100 1000 1999 2026 31415"),
                   "no space at the end": pieces_of(at[2000], "The object is"),
                   "space at the end": pieces_of(at[2000], "The object is ")},
                  title="The same word, other tokens")
show(ax, alt="Four texts in coloured tokens. Unbelievable in three spellings is cut in three ways, in capitals nearly letter by letter. Of the numbers "
     "the frequent ones are one token, others several. A space at the end is a token of its own.")
spellings = [at[2000].encode(word) for word in ("Unbelievable", " unbelievable", " UNBELIEVABLE")]
assert len(spellings[2]) > len(spellings[1]) and spellings[0] != spellings[1]
firsts = [at[2000].token(i)[:2].decode(errors="replace") for i in range(at[2000].size)]
lone, ids = firsts.index(" "), at[2000].encode(train_text)
alone = sum(a == lone and firsts[b][:1].isalpha() for a, b in zip(ids, ids[1:], strict=False))  # a space, then a word
within = sum(firsts[i][:1] == " " and firsts[i][1:].isalpha() for i in ids)  # a word with its space
assert at[2000].encode("The object is ")[-1] == lone and alone < within / 300
print("of the spaces before words in the training text, fewer than one in 300 is a token of its own")

# %% [markdown] slug="hidden-why"
# - To count the letters of a word, a model must have learned the spelling of its tokens by heart.
# - 1999 and 2026 may have nothing in common, and digits line up badly for adding. Our splitter limits a number token to three digits; some models take every digit alone.
# - A prompt that ends with a space ends with a token that the model has hardly met there: answers get worse, and nothing says why.

# %% [markdown] slug="mess-say"
# ## 4. Data as it comes
#
# A tokenizer takes whatever it is given, and a model learns whatever is there.
# So before the numbers come four steps: **acquire** (may you use it? does it hold people's private data?), **convert** into one format, **clean**, and **annotate** with labels.
#
# Here is a table of short reviews.
# It is made up, with its defects, so that we know the truth and can measure how well we clean.
# One example of each defect:

# %% slug="mess"
import html

from course_utils.data.messy_reviews import DEFECTS, messy_reviews

table, truth = messy_reviews(1000, seed=9)  # DataFrames with the same rows
for defect in ("markup", "mojibake", "odd_label", "missing_label"):
    row = truth.index[truth[defect] & truth["near_copy"].eq(False)][1]
    print(f"{defect:13} {table.loc[row, 'text'][:58]!r}  label: {table.loc[row, 'label']!r}")

# %% [markdown] slug="mess-predict"
# - *Markup* is left over from a web page.
# - *Mojibake* is UTF-8 that somebody read as if it were another encoding, here Windows-1252: a dash of three bytes becomes three letters.
# - Labels were typed by hand, in many spellings, or not at all.
# - And some reviews are in the table twice, exactly or nearly.
#
# Each fault hits 6 to 12 % of the reviews or rows; only odd labels are more frequent, 40 %.
#
# > **Predict first.** What share of the rows has no defect at all?

# %% slug="mess-count"
fine = ~truth[list(DEFECTS)].any(axis=1)
print(f"{len(table)} rows, without any defect: {fine.mean():.0%}")


def repair(text):
    """Undo UTF-8 read as Windows-1252, if that is what happened."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:  # it was not
        return text


def clean(text):
    """A review as its writer meant it. str -> str."""
    text = re.sub(r"<[^>]*>", " ", repair(text))  # tags
    text = unicodedata.normalize("NFC", html.unescape(text))  # &nbsp; and the like
    return " ".join(text.split())  # every kind of white space becomes one space


texts = table["text"].map(clean)
retyped = truth["review"].isin(truth["review"][truth["near_copy"]])  # for later
assert (texts == truth["text"])[~retyped].all()
print("cleaned: every row is as its writer meant it, but for those that are nearly copies")

# %% [markdown] slug="mess-why"
# About a third: small faults multiply.
# $0.88 \cdot 0.88 \cdot 0.94 \cdot 0.6$ is 0.44 already, and then come the copies.
#
# The order matters.
# Mojibake first, because every later step would change the bytes it needs.
# Tags before `&lt;`, because unescaping can *make* tags out of what the writer meant as text.
#
# The labels: one spelling for each class, and what is not known stays unknown.
# Never let a spelling fall through in silence: list what was not understood.

# %% slug="labels"
meaning = {"positive": 1, "pos": 1, "good": 1, "1": 1, "negative": 0, "neg": 0, "bad": 0, "0": 0}
labels = table["label"].str.strip().str.lower().map(meaning)
not_understood = table["label"][labels.isna()]
print("spellings:", table["label"].nunique(), " not understood:", sorted(not_understood.dropna().unique()))
assert (labels.dropna() == truth["label"][labels.notna()]).all() and (labels.isna() == truth["missing_label"]).all()
print("copies of an earlier row:", table["text"].duplicated().sum(), "as it came,", texts.duplicated().sum(), "after cleaning,",
      (truth["exact_copy"] | truth["near_copy"]).sum(), "in truth")

# %% [markdown] slug="near-say"
# ### Near copies
#
# Cleaning has found half of the near copies, because it made them equal.
# The others differ in capitals or in a mark.
# To find them, cut each text into overlapping runs of five characters, its **shingles**, and compare two texts by the **Jaccard similarity** (Broder, 1997):
# shingles in both, divided by shingles in either.
# Equal sets give 1, sets that share nothing 0.
#
# With one row per text and one column per shingle, filled with 0 and 1, a matrix product counts what all pairs share.
#
# > **Predict first.** Two *different* reviews of this table may share their first sentence and some words.
# > How similar are the two most similar ones, and how similar the two least similar copies?

# %% slug="near"
shingles = [{text[i : i + 5] for i in range(len(text) - 4)} for text in texts.str.lower()]
column = {shingle: i for i, shingle in enumerate(sorted(set().union(*shingles)))}
has = np.zeros((len(texts), len(column)), dtype=np.float32)  # (N, shingles)
for row, found in zip(has, shingles, strict=True):
    row[[column[shingle] for shingle in found]] = 1
both = has @ has.T  # (N, N)
number = has.sum(axis=1)
similar = both / (number[:, None] + number - both)

# %% slug="near-draw"
from course_utils.plots.similar_pairs import similar_pairs

pairs = np.triu_indices(len(texts), 1)
reviews_of = truth["review"].to_numpy()
copies = (reviews_of[:, None] == reviews_of)[pairs]
ax = similar_pairs(similar[pairs], copies, 0.9, title="Copies and strangers lie far apart")
show(ax, alt="Two histograms of pair similarity, counts on a log scale. Hundreds of thousands of pairs of strangers lie between 0 and 0.8; the copies lie above 0.95. "
     "The threshold is drawn at 0.9.")
assert 0.78 < similar[pairs][~copies].max() < 0.8 and 0.94 < similar[pairs][copies].min() < 0.96
groups = (similar > 0.9).argmax(axis=1)  # the first row that is alike: one number per review
assert len(set(groups)) == truth["review"].nunique()
print(f"{len(pairs[0]):,} pairs compared, {len(set(groups))} different reviews found, as in truth")

# %% [markdown] slug="near-why"
# The most similar strangers reach nearly 0.8: they have nearly the same words, in another order.
# The least similar copies have 0.95, so 0.9 separates all.
# On real data there is no gap; look at pairs near the threshold before you delete anything.
# Comparing all pairs costs $N^2$; for millions of texts one uses hashing that brings only likely pairs together (MinHash, Broder 1997).
#
# ### What a copy in the test set is worth
#
# Here is a classifier that understands nothing: it gives a review the label of the most similar training review.
# It is tested on 30 % of the rows drawn at random, as usual, and then on 30 % of the *reviews*, with all their copies.
#
# > **Predict first.** One row in six is a copy of an earlier one. By how many points does the random split flatter?

# %% slug="leak"
labelled = np.flatnonzero(labels.notna())
truths = labels.to_numpy()


def copycat(test):
    """Accuracy on the rows `test` (bool, one for each labelled row), trained on the others."""
    train, test = labelled[~test], labelled[test]
    nearest = train[similar[np.ix_(test, train)].argmax(axis=1)]
    return (truths[nearest] == truths[test]).mean()


by_row, by_review = [], []
for seed in range(100):
    draw = np.random.default_rng(seed)
    by_row.append(copycat(draw.random(len(labelled)) < 0.3))
    chosen = draw.permutation(np.unique(groups))[:300]
    by_review.append(copycat(np.isin(groups[labelled], chosen)))
ax = bars(["rows at random", "whole reviews"], [100 * np.mean(by_row), 100 * np.mean(by_review)], digits=0,
          xlabel="right, % (mean of 100 splits; a coin: 50)", title="Twelve points of nothing but copies")
show(ax, alt="Accuracy of the copycat: about 65 per cent when rows are drawn at random, about 53 when whole reviews are.")
assert 0.52 < np.mean(by_review) < 0.55 and 0.11 < np.mean(by_row) - np.mean(by_review) < 0.135
print("the random split flatters by 11 to 13.5 points")

# %% [markdown] slug="leak-why"
# About twelve points, from one row in six; the honest score is hardly better than a coin.
# A copy in the training part answers for its twin in the test. Any model that can memorise gains in this way, without anyone noticing.
# For models trained on the web this is no detail: the test questions are on the web, too (lesson 15).

# %% [markdown] slug="groups-ask"
# ## Exercise 9.5: a split that keeps twins together
#
# Write `split_groups(groups, share, rng)`: `groups` is an integer array `(N,)`; rows of one group have the same number, any number.
# Draw `round(share * number of different groups)` groups with the generator `rng` and return a boolean array `(N,)`, True for all rows of the chosen groups.
# Example: for groups `[7, 7, 9, 4]` and share 1/3 the result is one of `[True, True, False, False]`, `[False, False, True, False]`, `[False, False, False, True]`.

# %% slug="groups" tags=["exercise"] points=2
def split_groups(groups, share, rng):
    """True for the rows of the test part; no group on both sides. (N,) -> bool (N,)."""
    # solution
    names = np.unique(groups)
    chosen = rng.permutation(names)[: round(share * len(names))]
    return np.isin(groups, chosen)

# %% slug="groups-check"
nb09.split_groups(split_groups)

# %% [markdown] slug="groups-why" tags=["solution"]
# Draw among the groups, then collect their rows: no group can be cut.
# The same function serves for patients, speakers, cameras: whatever makes rows relatives.

# %% [markdown] slug="kappa-say"
# ### Two people, one label
#
# Where do labels come from? People, who do not always agree.
# So let two of them label the same rows, and measure.
# **Cohen's kappa** (1960) subtracts the agreement that chance alone would bring:
#
# $$\kappa = \frac{\text{agreement} - \text{chance}}{1 - \text{chance}}, \qquad \text{chance} = \sum_k P(\text{first says } k)\, P(\text{second says } k)$$
#
# > **Predict first.** Two people are to mark spam, which is rare.
# > Neither reads anything: each marks 5 % of the messages at random. How often do they agree, and what is kappa?

# %% slug="kappa"
def kappa(first, second):
    """Agreement beyond chance of two label arrays (N,)."""
    agreement = np.mean(first == second)
    chance = sum(np.mean(first == k) * np.mean(second == k) for k in np.unique([first, second]))
    return (agreement - chance) / (1 - chance)


lazy = rng.random((2, 100_000)) < 0.05
hasty = np.where(rng.random((2, 1200)) < 0.1, 1 - truth["label"].to_numpy(), truth["label"].to_numpy())  # 10 % slips each
for name, (first, second) in {"nobody reads": lazy, "both read, with slips": hasty}.items():
    print(f"{name:21}  agree {np.mean(first == second):.0%}  kappa {kappa(first, second):.1f}")

# %% [markdown] slug="kappa-why"
# The pair that reads nothing agrees more often than the pair that reads and slips in one label of ten.
# Kappa tells them apart: 0 against about 0.6.
# Two careful people with low kappa mean that the *instructions* are unclear; rewrite them before labelling more.

# %% [markdown] slug="table-say"
# ## 5. From ids to vectors
#
# From here on our data are the generated `reviews`, clean this time: two statements each, and a verdict.
# (With `COURSE_FULL=1` the 50,000 film reviews of IMDB.)
#
# We number words, not subwords: with a few hundred words that is enough, and we want to see what happens to each.
# The vocabulary comes from the *training* part only.

# %% slug="reviews"
import string

from course_utils.data.reviews import bag_of_words_cap, load_reviews
from course_utils.text.vocabulary import Vocabulary
from course_utils.text.windows import pad

reviews = load_reviews()
T = 200 if full() else 26  # words of a review that are read


def plain_words(text):
    """Lower-case words without punctuation. str -> list of str."""
    return text.lower().translate(str.maketrans("", "", string.punctuation)).split()


vocabulary = Vocabulary.of([plain_words(text) for text in reviews.train.texts], size=3000 if full() else None)
V = len(vocabulary)


def to_ids(texts):
    """(N,) texts -> (N, T) ids, padded with 0 at the end."""
    return pad([vocabulary.encode(plain_words(text)[:T]) for text in texts], length=T)

# %% slug="reviews-show"
x_train, x_test = to_ids(reviews.train.texts), to_ids(reviews.test.texts)  # (N, T)
y_train, y_test = reviews.train.labels, reviews.test.labels  # (N,), 1 = good
for text, label in zip(reviews.train.texts[:4], y_train, strict=False):
    print("+" if label else "-", text[:110])
print(f"{V} ids, training {x_train.shape}, test {x_test.shape}")

# %% [markdown] slug="keras-say"
# Keras has this step as a layer, `TextVectorization`.
# With the same vocabulary it must give the same ids.
#
# > **Predict first.** The layer can also find its vocabulary itself (`adapt`), in lower case.
# > The text is "ÉTÉ été summer SUMMER": how many different words does it find?

# %% slug="keras"
import keras

theirs = keras.layers.TextVectorization(vocabulary=list(vocabulary.tokens[2:]), output_sequence_length=T)
for texts_of, ours in ((reviews.train.texts, x_train), (reviews.test.texts, x_test)):
    plain = [i for i, text in enumerate(texts_of) if text.isascii()]  # the generated ones all are
    np.testing.assert_array_equal(theirs([texts_of[i] for i in plain]), ours[plain])
print("TextVectorization = ours: the same ids for every review in ASCII")
adapted = keras.layers.TextVectorization()
adapted.adapt(["ÉTÉ été summer SUMMER"])
print("adapted:", [str(word) for word in adapted.get_vocabulary()], " ours:", sorted(set(plain_words("ÉTÉ été summer SUMMER"))))

# %% [markdown] slug="keras-why"
# Three, not two: by default the layer lowers ASCII letters only, so ÉTÉ becomes ÉtÉ.
# Pass your own function as `standardize`, or clean before.
#
# ### A row of numbers for each word
#
# Id 17 is not "more" than id 16, so a network must not calculate with ids.
# The honest form is **one-hot**: a row of V zeros with a single 1.
# Multiply it by a matrix (V, D), and what comes out is one row of the matrix: D numbers for the word, its **embedding**.
# The rows are weights; training moves them.

# %% slug="one-hot"
weights = rng.normal(size=(V, 16)).astype(np.float32)  # (V, D)
ids = x_train[:2]  # (N, T)
one_hot = np.eye(V, dtype=np.float32)[ids]  # (N, T, V)
layer = keras.layers.Embedding(V, 16)
layer.build()
layer.set_weights([weights])
np.testing.assert_allclose(one_hot @ weights, weights[ids], rtol=1e-6)
np.testing.assert_array_equal(layer(ids), weights[ids])
print("one-hot times matrix = row of the matrix = keras.layers.Embedding:", weights[ids].shape)

# %% [markdown] slug="one-hot-why"
# So an embedding is an ordinary dense layer without bias, on a special input.
# Nobody multiplies by all the zeros: looking up is the same and costs nothing.
# The gradient, too, touches only the rows of the words in the batch: a word that never comes never learns.
#
# A text is then T vectors, and the simplest way to make one of them is the mean.

# %% [markdown] slug="mean-ask"
# ## Exercise 9.6: the mean of a text's vectors
#
# Write `mean_vectors(ids, table)`: `ids` is `(N, T)`, 0 is padding and may stand anywhere; `table` is `(V, D)`.
# Return `(N, D)`: for each text the mean of the vectors of its real words, zeros for a text without any.
# Row 0 of the table is *not* zero.
# Example: ids `[[2, 3, 0]]` give `(table[2] + table[3]) / 2`.

# %% slug="mean" tags=["exercise"] points=2
def mean_vectors(ids, table):
    """Mean of the real words' vectors. (N, T), (V, D) -> (N, D)."""
    # solution
    real = ids > 0  # (N, T)
    total = (table[ids] * real[:, :, None]).sum(axis=1)  # (N, D)
    return total / np.maximum(real.sum(axis=1, keepdims=True), 1)

# %% slug="mean-check"
nb09.mean_vectors(mean_vectors)

# %% [markdown] slug="mean-why" tags=["solution"]
# The mask enters twice, in the sum and in the count; forgetting one of them is the usual mistake, and nothing complains.
# With padding counted, the vector of a short text would shrink or drift with the longest text in its batch.
# In Keras, `Embedding(mask_zero=True)` and `GlobalAveragePooling1D` do this together.

# %% [markdown] slug="company-say"
# ### Neighbours by company
#
# "You shall know a word by the company it keeps" (Firth, 1957).
# Take that literally: count which words stand within four places of each other.
# Keep how much *more often* than by chance they do, as a logarithm, nothing below 0 (positive pointwise mutual information).
# And press the V columns into 16 with a singular value decomposition.
# Two words with similar company get similar vectors; the measure is the cosine of the angle.
#
# > **Predict first.** No label was used. Which words will be the nearest neighbours of *tasty*: words of praise, words about food, or both?

# %% slug="company"
together = np.zeros((V, V))
for distance in range(1, 5):
    left, right = x_train[:, :-distance].ravel(), x_train[:, distance:].ravel()
    real = (left > 0) & (right > 0)
    np.add.at(together, (left[real], right[real]), 1)
together += together.T
share = together / together.sum()
expected = np.outer(share.sum(axis=1), share.sum(axis=0))
surprise = np.log(np.divide(share, expected, out=np.ones((V, V)), where=share > 0))  # 0 if never together
u, size, _ = np.linalg.svd(np.maximum(surprise, 0))
company = u[:, :16] * np.sqrt(size[:16])  # (V, D)


def neighbours(word, vectors, k=5):
    """The k words with the smallest angle to `word`."""
    length = np.linalg.norm(vectors, axis=1)
    cosine = vectors @ vectors[vocabulary.encode([word])[0]] / np.maximum(length, 1e-9)
    order = [vocabulary.tokens[i] for i in np.argsort(-cosine)]
    return [other for other in order if other != word][:k]


for word in ("good", "funny") if full() else ("tasty", "gripping"):
    print(f"{word}: {', '.join(sorted(neighbours(word, company)))}")

# %% [markdown] slug="company-why"
# Words about the same thing, praise and blame side by side.
# *The soup was tasty*, *the soup was stale*: opposites keep the same company.
# Vectors learned from unlabelled text have this trait, in large models, too.
# "Similar" means "found in similar places", not "means the same".
#
# ## 6. How far can counting go?
#
# Now the verdict.
# The oldest way throws the order away and keeps the counts, a **bag of words**.
#
# But *the soup was fresh, but the bread was stale* and *the bread was stale, but the soup was fresh* have the same bag.
# The first is a bad review, the second a good one.
# Whatever a model makes of that bag, it gives both the same answer, so one of the two is wrong.
#
# We know the grammar of these reviews, so we can do for *all* bags what we just did for one: give each bag the label that is more probable among its reviews.
# No function of counts can do better.
#
# $$\text{cap} = \sum_{\text{bags}} \max\big(P(\text{bag, good}),\, P(\text{bag, bad})\big)$$
#
# > **Predict first.** A coin gets 50 %. Where is the cap?

# %% slug="cap"
cap = None if full() else bag_of_words_cap()  # for IMDB nobody knows it
print("no function of word counts can be right more often than", "?" if full() else f"{cap:.0%}")

# %% [markdown] slug="cap-how"
# Three quarters. Here is the computation, in exact fractions.
# A *shape* is a review whose nouns and adjectives are still open, with its probability; which ones fill it, as a bag, says nothing about the verdict.

# %% slug="cap-shown" show="course_utils.data.review_cap:exact_cap"

# %% [markdown] slug="cap-say"
# And now models, all on the same embeddings of 16 numbers.
#
# - *Mean*: the mean of the vectors, then a logistic neuron (lesson 01). A bag.
# - *Width k*: 32 filters of a one-dimensional convolution (lesson 06), each looking at k words in a row, then for each filter its maximum over the text, then a logistic neuron.
#
# A filter of width 1 sees single words, so that one is a bag, too.
#
# > **Predict first.** Which width is needed to pass the cap, and which to get everything right?

# %% slug="models"
from course_utils.train.report import Report

layers = keras.layers
EPOCHS = 2 if full() else 6


def classify(width, seed=0, epochs=EPOCHS, batch=128):
    """A trained classifier and its test accuracy; width 0 is the mean."""
    keras.utils.set_random_seed(seed)
    if width:
        middle = [layers.Embedding(V, 16), layers.Conv1D(32, width, activation="relu"), layers.GlobalMaxPooling1D()]
    else:
        middle = [layers.Embedding(V, 16, mask_zero=True), layers.GlobalAveragePooling1D()]
    model = keras.Sequential([keras.Input((T,), dtype="int32"), *middle, layers.Dense(1, activation="sigmoid")])
    rate = keras.optimizers.schedules.CosineDecay(0.01, epochs * -(-len(x_train) // batch))
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, batch_size=batch, epochs=epochs, verbose=0, callbacks=[Report("reviews", last_line=False)])
    return model, model.evaluate(x_test, y_test, verbose=0)[1]

# %% slug="race"
from course_utils.plots.bars_with_line import bars_with_line

trained = {("mean" if width == 0 else f"width {width}"): classify(width) for width in (0, 1, 2, 3)}
right = {name: accuracy for name, (_, accuracy) in trained.items()}
ax = bars_with_line(list(right), [100 * value for value in right.values()], cap and 100 * cap, label="the cap of all bags",
                    xlabel="test reviews right, % (a coin: 50)", title="Only who sees the order passes the cap")
show(ax, alt="Test accuracy: the mean about 70 per cent and width 1 about 73, both left of the line of the cap at 75; width 2 passes it with about 90, "
     "width 3 reaches practically 100.")
if not full():
    assert right["width 3"] > cap + 0.1  # the floor
    assert right["width 3"] > 0.98 and cap < right["width 2"] < 0.95 and right["mean"] < right["width 1"] < cap + 0.03
    print("width 3: more than ten points above what any bag can reach")

# %% [markdown] slug="race-why"
# The mean does not even reach the cap, because it is one particular function of counts; width 1 comes nearer.
# (On 2,000 reviews a bag may pass the cap by luck, by a point or two; on average it cannot.)
# Two words in a row are enough to pass it, and three for practically everything, though no three words hold both adjectives.
#
# Where does the bag lose? The grammar has five kinds of review: both halves *agree*; *but* and *although* set one against the other; in *scope* one half is negated; in *strength* one is "truly", the other "slightly".

# %% slug="kinds"
said = np.asarray(trained["width 1"][0](x_test))[:, 0] > 0.5
knows = np.asarray(trained["width 3"][0](x_test))[:, 0] > 0.5
if not full():
    kinds = np.array(reviews.test.kinds)
    by_kind = {kind: 100 * np.mean((said == y_test)[kinds == kind]) for kind in ("agree", "scope", "strength", "but", "although")}
    ax = bars_with_line(list(by_kind), list(by_kind.values()), 50, label="a coin", xlabel="right, % (width 1)", title="With but and although, a bag is a coin")
    show(ax, alt="Accuracy of the bag by kind of review: about 90 per cent where both halves agree, about 75 for scope and strength, "
         "near 50 for but and although.")
    assert by_kind["agree"] > 85 and max(by_kind["but"], by_kind["although"]) < 62
    assert 65 < by_kind["scope"] < 82 and 65 < by_kind["strength"] < 82
    assert all(np.mean((knows == y_test)[kinds == kind]) > 0.9 for kind in by_kind)

# %% [markdown] slug="swap-say"
# As computed: with *but* and *although* both orders of the halves are equally likely, and a bag is a coin.
# In *scope* and *strength* the small words lean, as in real language: "truly" praises three times out of four.
# So a bag gets about three quarters there.
#
# The same review, forwards and backwards:

# %% slug="swap"
opposite = ["Late show on Sunday: the plot was gripping, but the ending was far too predictable.",
            "Late show on Sunday: the ending was far too predictable, but the plot was gripping."]
for name in ("mean", "width 1", "width 3"):
    first, second = np.asarray(trained[name][0](to_ids(opposite)))[:, 0]
    verdict = "the same" if abs(first - second) < 1e-4 else "bad, then good" if first < 0.5 < second else "different"
    print(f"{name:8} {verdict}")

# %% [markdown] slug="probe-say"
# How can three words in a row decide, if they never hold both adjectives?
# Take the reviews with *but* apart and show the pieces to the network.
# We measure how strongly it leans to the true verdict of the *whole* review (its logit, lesson 01; below 0 means to the other side).
#
# > **Predict first.** The first half alone is praise, the verdict is bad: it will lean the wrong way.
# > What happens if we add only the word *but*, and nothing after it?

# %% slug="probe"
def lean(texts, truth):
    """Mean logit towards the truth, (N,) of 0 and 1, of the network of width 3."""
    p = np.clip(np.asarray(trained["width 3"][0](to_ids(texts)), dtype=float)[:, 0], 1e-7, 1 - 1e-7)
    return np.mean(np.log(p / (1 - p)) * (2 * truth - 1))


if not full():
    rows = np.flatnonzero(kinds == "but")
    halves = [re.split(", (?:but|yet) ", reviews.test.texts[row]) for row in rows]
    cut = {"first half": [a for a, _ in halves], "first half, but": [f"{a}, but" for a, _ in halves],
           "second half": [b for _, b in halves], "with and": [f"{a} and {b}" for a, b in halves],
           "whole review": [reviews.test.texts[row] for row in rows]}
    leans = {name: lean(texts, y_test[rows]) for name, texts in cut.items()}
    ax = bars(list(leans), list(leans.values()), xlabel="mean logit towards the verdict of the whole review",
              title="One word takes back what was said before")
    show(ax, alt="The first half alone leans strongly the wrong way, to about minus 9; with but behind it, only a little. The second half alone leans "
         "the right way, to about plus 9. Joined by and they cancel; the whole review leans to about plus 7.")
    assert leans["first half"] < -6 and abs(leans["first half, but"]) < 0.5 * abs(leans["first half"])
    assert leans["second half"] > 6 and abs(leans["with and"]) < 2 and leans["whole review"] > 4

# %% [markdown] slug="probe-why"
# The single word *but* takes back most of what was said before it.
# A filter that sees *fresh but* or *not fresh but* votes against the first half, and then the second half has the say; with *and* the two cancel.
# Nobody programmed that, and the accuracy does not show it.
# It suits this grammar; real reviews contrast in more ways, over longer distances.
#
# ### Neighbours by task
#
# The same network has learned an embedding as well, this time for the verdict.
#
# > **Predict first.** Who are the neighbours of *tasty* now?

# %% slug="task"
from course_utils.data.review_words import TOPICS
from course_utils.plots.word_map import word_map

task = np.asarray(trained["width 3"][0].layers[0].get_weights()[0])  # (V, D)
known = {name: [w for w in (*topic.good, *topic.bad) if w in vocabulary] for name, topic in TOPICS.items()}
blame = {word for topic in TOPICS.values() for word in topic.bad}
axes = new_axes(aspect=0.55, cols=2)
for ax, vectors, title in ((axes[0], company, "by company: the topic"), (axes[1], task, "by task: the verdict")):
    word_map(dict(zip(vocabulary.tokens, vectors, strict=True)), known, blame, named=("tasty", "stale", "gripping", "dull"),
             shapes=("praise", "blame") if ax is axes[0] else ("", ""), title=title, ax=ax)
show(axes, alt="Two maps of sixty adjectives. Left, by company, the colours of five topics form separate heaps, each with dots of praise and crosses of blame. "
     "Right, by task, all dots lie on one side and all crosses on the other, colours mixed.")


def shares(vectors):
    """Of five neighbours of each adjective: the share of its topic, and of its verdict."""
    topic_of = {word: name for name, words in known.items() for word in words}
    found = [(word, other) for word in topic_of for other in neighbours(word, vectors)]
    same = [(topic_of.get(word) == topic_of.get(other), other in topic_of and (word in blame) == (other in blame)) for word, other in found]
    return np.mean(same, axis=0)


(topic_c, verdict_c), (topic_t, verdict_t) = shares(company), shares(task)
assert full() or (topic_c > 0.95 and 0.3 < verdict_c < 0.6 and topic_t < 0.5 and verdict_t > 0.9)
print("nearest neighbours:", "see the map" if full() else "by company of the same topic, by task of the same verdict")

# %% [markdown] slug="task-why"
# Words of praise, whatever they praise: the dots on the right.
# The same words, two maps: by company nearly all neighbours are of the same topic and about half of the same verdict; by task it is the other way round.
# An embedding is not the meaning of a word.
# It is what was useful for the question it was trained on.

# %% [markdown] slug="pitfalls"
# ## 7. What goes wrong, and how it looks
#
# | what you see | what it often is |
# |---|---|
# | a word is in the text, and the search does not find it | NFC against NFD: normalise both |
# | `â€“` where a dash should be | mojibake: UTF-8 read as Windows-1252 |
# | `�` in the output of a chat program | tokens decoded one by one (exercise 9.4) |
# | many `<unk>`, or words of another language in single bytes | the tokenizer learned from other text than yours |
# | answers get worse after a space at the end of the prompt | a lone space is a token the model hardly knows |
# | a trained model gives nonsense with a new tokenizer | the ids have changed: model and tokenizer belong together |
# | the test score falls as soon as the model is used | copies on both sides of the split, or a vocabulary that has seen the test |
# | accuracy stops at a round number, whatever you change | the input does not hold the answer: compute the cap |
#
# ## Summary
#
# 1. A text is code points, stored as UTF-8 bytes; normalise it (NFC), refuse what is no text.
# 2. Zipf's law decides: words always leave some unknown, characters make long sequences, and subwords lie between.
# 3. Byte-pair encoding merges the most frequent pair, again and again; any text survives it, but who was not in the training text pays more.
# 4. Clean with the truth in view, find near copies, and split by group: twelve points of our score were copies.
# 5. An embedding is a row of a matrix. Its neighbours show what it was trained for, and no bag of words passes its cap.
#
# So which numbers stand for a text? Ids of learned pieces, and for each id a row of learned numbers.
#
# **What comes next.** A filter of width 3 finds a verdict that three words give away.
# But which word of a long sentence matters to which other one?
# In lesson 10 a network learns where to look: attention.
#
# ## References
#
# - Sennrich, Haddow and Birch (2016), *Neural Machine Translation of Rare Words with Subword Units*, [arXiv:1508.07909](https://arxiv.org/abs/1508.07909); the compression method: Gage (1994), *A New Algorithm for Data Compression*, The C Users Journal 12(2).
# - Radford et al. (2019), *Language Models are Unsupervised Multitask Learners*: byte-pair encoding on bytes, text cut into pieces first.
# - Petrov et al. (2023), *Language Model Tokenizers Introduce Unfairness Between Languages*, [arXiv:2305.15425](https://arxiv.org/abs/2305.15425).
# - Broder (1997), *On the resemblance and containment of documents*; for training sets of language models: Lee et al. (2022), *Deduplicating Training Data Makes Language Models Better*, [arXiv:2107.06499](https://arxiv.org/abs/2107.06499).
# - Cohen (1960), *A Coefficient of Agreement for Nominal Scales*, Educational and Psychological Measurement 20, 37-46.
# - Levy and Goldberg (2014), *Neural Word Embedding as Implicit Matrix Factorization*, NeurIPS: counts and singular values against learned vectors.
# - Kim (2014), *Convolutional Neural Networks for Sentence Classification*, [arXiv:1408.5882](https://arxiv.org/abs/1408.5882): filters over words, and their maximum.
# - The Unicode Consortium, [*Unicode Normalization Forms*](https://www.unicode.org/reports/tr15/); Yergeau (2003), *UTF-8*, [RFC 3629](https://www.rfc-editor.org/rfc/rfc3629).
