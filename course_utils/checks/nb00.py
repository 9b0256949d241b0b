"""Checks of lesson 00: a row of the table, perplexity, writing, smoothing, a bill."""

import math

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, need_array, need_number


@exercise("0.1 What follows a letter")
def what_follows(fn):
    """Cases for `fn(text, letter)`: a dict, letter -> probability."""

    def a_dict():
        try:
            got = fn("abracadabra", "a")
        except IndexError:
            raise Miss(
                "it looked for a letter after the last one",
                "the last letter has no follower: stop one letter before the end.",
            ) from None
        if got is None:
            raise Miss("the result is None", "did you forget `return`?")
        if not isinstance(got, dict):
            raise Miss(
                f"the result is a {type(got).__name__}, not a dict",
                "return a dict such as {'b': 0.5, 'c': 0.5}.",
            )
        if close(sum(got.values()), 4) and got.get("b") == 2:
            raise Miss(
                "the values add up to 4",
                "these are counts; divide each by how many there are in all.",
            )

    def after_a():
        got = fn("abracadabra", "a")
        want = {"b": 0.5, "c": 0.25, "d": 0.25}
        if got.keys() - want.keys() == {"r"} and "b" not in got:
            raise Miss(
                "an r is said to follow a in abracadabra",
                "you looked at the letter before the a; look at the one after it.",
            )
        if set(got) != set(want):
            raise Miss(
                f"after a, you found {sorted(got)}",
                "only b, c and d ever follow an a in abracadabra, and each is a key once.",
            )
        for total, hint in (
            (11, "divide by the number of followers of a, not by the length of the text."),
            (10, "divide by the followers of a alone, not by all pairs of the text."),
            (5, "there are five a's, but the last one has no letter after it."),
        ):
            if close(got["b"], 2 / total):
                raise Miss(f"P(b after a) is 2/{total}, not 2/4", hint)
        if not all(close(got[key], want[key]) for key in want):
            raise Miss(
                "after a, b does not get 0.5, c 0.25 and d 0.25",
                "count the followers of a by hand: b, c, d, b.",
            )

    def nothing_follows():
        try:
            got = fn("abc", "c")
        except ZeroDivisionError:
            got = "an error"
        if got != {}:
            raise Miss(
                "for a letter that nothing follows (c in abc), the result is not {}",
                "return an empty dict when the letter has no follower.",
            )

    def doubled():
        got = fn("aab", "a")
        if not (set(got) == {"a", "b"} and close(got["a"], 0.5)):
            raise Miss(
                "in aab, a is followed by a once and by b once",
                "a letter may follow itself: look at every pair of neighbours.",
            )

    yield from (a_dict, after_a, nothing_follows, doubled)


@exercise("0.2 Bug clinic: perplexity")
def perplexity(fn):
    """Cases for `fn(probabilities)`: a float >= 1."""

    def a_die():
        got = need_number(fn(np.full(60, 1 / 6)))
        if close(got, np.log(6)):
            raise Miss(
                "60 throws of a fair die give log 6",
                "that is the average surprise: undo the logarithm with np.exp.",
            )
        if not close(got, 6):
            raise Miss(
                "60 throws of a fair die do not have perplexity 6",
                "exp of the average of -log p; watch the sign and the average.",
            )

    def a_mixture():
        got = need_number(fn(np.array([0.5, 0.125])))
        if close(got, 3.2):
            raise Miss(
                "the perplexity of 0.5 and 0.125 comes out as 3.2",
                "probabilities of one text multiply: average their logarithms instead.",
            )
        if close(got, 5):
            raise Miss(
                "the perplexity of 0.5 and 0.125 comes out as 5",
                "that averages 1/p, where the rare letter weighs too much.",
            )
        if close(got, np.exp(2)):
            raise Miss(
                "the perplexity of 0.5 and 0.125 comes out as exp(2)",
                "log2 goes with 2 ** ..., log goes with np.exp(...).",
            )
        if not close(got, 4):
            raise Miss(
                "the perplexity of 0.5 and 0.125 should be 4",
                "half of 1/2 * 1/8 on the scale of logarithms is 1/4.",
            )

    def a_zero():
        try:
            with np.errstate(divide="ignore"):
                got = need_number(fn(np.array([0.9, 0.0, 0.9])))
        except ValueError:
            raise Miss(
                "a probability of 0 stops it with an error",
                "math.log refuses 0; np.log gives minus infinity, as it should here.",
            ) from None
        if not math.isinf(got):
            raise Miss(
                "a letter that the model called impossible costs nothing special",
                "log 0 is minus infinity; do not skip it, clip it or add a small number.",
            )

    def a_long_text():
        with np.errstate(divide="ignore"):
            got = need_number(fn(np.full(5000, 0.01)))
        if not close(got, 100):
            raise Miss(
                "5,000 letters at 0.01 each do not have perplexity 100",
                "the product of so many factors is 0 to a computer: add logarithms.",
            )

    yield from (a_die, a_mixture, a_zero, a_long_text)


@exercise("0.3 Two letters of memory")
def write(fn):
    """Cases for `fn(table, start, length, rng)`: `length` new symbols from a trigram table."""
    before, last = np.meshgrid(np.arange(5), np.arange(5), indexing="ij")
    clockwork = np.eye(5)[(before + 2 * last) % 5]  # (5, 5, 5): one possible next symbol each

    def ask(table, start, length, seed=0):
        try:
            return need_array(fn(table, start, length, np.random.default_rng(seed)))
        except ValueError as error:
            if "1-dimensional" in str(error):
                raise Miss(
                    "rng.choice got more than one row of the table",
                    "two symbols pick one row: table[older, newer].",
                ) from None
            if "same size" not in str(error):
                raise
            raise Miss(
                "it drew from another number of symbols than the table has",
                "take V from the table, len(table), not from the notebook's text.",
            ) from None

    def how_many():
        got = ask(clockwork, (0, 1), 6)
        if got.shape == (8,) and got[:2].tolist() == [0, 1]:
            raise Miss(
                "asked for 6 symbols, got 8",
                "the start belongs to the reader; return only what the model wrote.",
            )
        if got.shape != (6,):
            raise Miss(f"asked for 6 symbols, got shape {got.shape}", "return one list of 6.")

    def one_after_the_other():
        got = ask(clockwork, (0, 1), 6).tolist()
        if got == [2] * 6:
            raise Miss(
                "every symbol was drawn for the context of the start",
                "after each draw the context moves on by one symbol.",
            )
        if got == [2, 4, 3, 1, 2, 4]:
            raise Miss(
                "the older symbol of the context never changes",
                "the context slides: what was last becomes the older one.",
            )
        if got[:3] == [1, 3, 0]:
            raise Miss(
                "the two symbols of the context are looked up in the wrong order",
                "axis 0 is the older symbol: table[older, newer].",
            )
        if got != [2, 0, 2, 4, 0, 4]:
            raise Miss(
                "a table that allows only 2, 0, 2, 4, 0, 4 after 0, 1 wrote something else",
                "look up table[older, newer], draw, slide the context, repeat.",
            )

    def as_often_as_it_should():
        table = np.empty((2, 2, 2))
        table[0], table[1] = [0.8, 0.2], [0.2, 0.8]  # mostly repeats the older symbol
        got = np.concatenate([ask(table, (0, 1), 300, seed) for seed in (1, 2, 3)])
        same = np.mean(got[2:] == got[:-2])
        if same > 0.97:
            raise Miss(
                "the likeliest symbol was taken every time",
                "draw with the row's probabilities: rng.choice(size, p=row).",
            )
        if close(same, 0.5, tol=0.1):
            raise Miss(
                "all symbols come equally often",
                "give rng.choice the row: without p= it treats all symbols alike.",
            )
        if not close(same, 0.8, tol=0.05):
            raise Miss(
                "symbols do not come as often as the table says",
                "draw each symbol once, with the probabilities of its own context.",
            )

    def with_the_rng_it_was_given():
        even = np.full((2, 2, 2), 0.5)
        first, again, other = (ask(even, (0, 1), 60, seed).tolist() for seed in (1, 1, 2))
        if first != again:
            raise Miss(
                "the same rng wrote two different texts",
                "draw with the `rng` that is handed over, not with np.random.",
            )
        if first == other:
            raise Miss(
                "two different rngs wrote the same text",
                "draw with the `rng` that is handed over; do not make a new one inside.",
            )

    yield from (how_many, one_after_the_other, as_often_as_it_should, with_the_rng_it_was_given)


@exercise("0.4 Add k")
def add_k(fn):
    """Cases for `fn(counts, k)`: smoothed probabilities, (V, V)."""
    counts = np.array([[0.0, 2.0, 1.0, 1.0], [0, 0, 0, 3], [1, 1, 0, 0], [0, 0, 0, 0]])
    k, size = 0.5, 4

    def get(table=counts, extra=k):
        return need_array(fn(table, extra), shape=table.shape)

    def the_unseen():
        if (get()[0, 0] <= 0) or np.isnan(get()[0, 0]):
            raise Miss(
                "a pair that never occurred still has probability 0",
                "add k to every cell, also to the empty ones.",
            )

    def the_sums():
        got = get()
        sums = got.sum(axis=1)
        if close(got[0], (counts[0] + k) / (counts[0].sum() + k)):
            raise Miss(
                "row 0 adds up to more than 1",
                "k is added to each of the V cells, so the row grew by k * V.",
            )
        if close(got.sum(), 1) or close(got, (counts + k) / (counts.sum() + k * counts.size)):
            raise Miss(
                "the whole table adds up to 1",
                "each row answers its own question, so each row adds up to 1.",
            )
        if close(got.sum(axis=0), np.ones(size)) and not close(sums, np.ones(size)):
            raise Miss(
                "the columns add up to 1, the rows do not",
                "row = the letter before: sum along axis 1 and keep the axis.",
            )
        if close(got, (counts + k) / (counts + k).sum(axis=1)):
            raise Miss(
                "each column was divided by the sum of a row",
                "sums of shape (V,) lie along the last axis: keep them a column, (V, 1).",
            )
        if close(got[0], (counts[0] + k) / (counts[0].sum() + 28 * k)):
            raise Miss(
                "rows add up to less than 1, as if there were 28 letters",
                "take V from the table, counts.shape[1], not from the notebook's text.",
            )
        if not close(sums[:3], np.ones(3)):
            raise Miss("rows do not add up to 1", "divide each row by what it adds up to.")

    def the_values():
        if close(get(extra=2.0)[0], get()[0]):
            raise Miss("k = 0.5 and k = 2 give the same row", "use the k that is handed over.")
        if close(get()[0], np.array([0.5, 2, 1, 1]) / 4.5):
            raise Miss(
                "only the empty cells were raised",
                "k is added to each cell, also to those that were seen.",
            )
        if not close(get()[0], np.array([0.5, 2.5, 1.5, 1.5]) / 6):
            raise Miss(
                "counts 0, 2, 1, 1 with k = 0.5 do not give 0.5/6, 2.5/6, 1.5/6, 1.5/6",
                "(c + k) / (N + kV): add first, then divide; probabilities are no counts.",
            )

    def an_empty_row():
        got = get()[3]
        if not close(got, np.full(size, 1 / size)):
            raise Miss(
                "a letter that was never followed by anything has no even row",
                "with nothing but imaginary sightings, every letter gets 1/V.",
            )

    yield from (the_unseen, the_sums, the_values, an_empty_row)


@exercise("0.5 The bill")
def training_days(fn):
    """Cases for `fn(parameters, tokens, devices, peak, used)`: days."""
    chinchilla = (70e9, 1.4e12, 1000, 3.12e14, 0.4)
    want = 6 * 70e9 * 1.4e12 / (1000 * 3.12e14 * 0.4) / 86_400

    def a_known_bill():
        got = need_number(fn(*chinchilla))
        for factor, hint in (
            (86_400, "that is in seconds: a day has 86,400 of them."),
            (1440, "that is in minutes: a day has 1,440 of them."),
            (24, "that is in hours: a day has 24 of them."),
            (1 / 6, "each parameter costs 6 FLOPs for each token: is the 6 there?"),
            (1 / 3, "2 FLOPs per parameter and token is the forward pass alone; learning costs 6."),
            (1000, "the devices share the work: divide by how many there are."),
            (0.4, "a device that is used at 40 % delivers less than its peak, not more."),
            (0.16, "dividing the work by 1/used makes it shorter; it must become longer."),
        ):
            if math.isclose(got, want * factor, rel_tol=0.02):
                raise Miss("70 billion parameters and 1.4 trillion tokens cost another time", hint)
        if not math.isclose(got, want, rel_tol=0.01):
            raise Miss(
                "70 billion parameters and 1.4 trillion tokens cost another time",
                "FLOPs needed, divided by FLOPs per second of all devices together.",
            )

    def twice_as_much():
        a, b = need_number(fn(*chinchilla)), need_number(fn(70e9, 2.8e12, *chinchilla[2:]))
        if not close(b, 2 * a):
            raise Miss("twice the text does not take twice as long", "is `tokens` in the formula?")

    def a_laptop():
        got = need_number(fn(1e6, 2e7, 1, 1e11, 0.5))
        if not math.isclose(got, 2400 / 86_400, rel_tol=0.01):
            raise Miss(
                "a million parameters and 20 million tokens on a laptop do not take 40 minutes",
                "keep fractions of a day: no rounding, no integer division.",
            )

    yield from (a_known_bill, a_laptop, twice_as_much)
