"""Short reviews whose order decides the verdict, so that counting words is not enough.

"The soup was fresh, but the bread was stale" and "the bread was stale, but the soup was
fresh" have the same words and opposite labels. How far word counts can get is known exactly:
`bag_of_words_cap()`. With COURSE_FULL=1 the 50,000 film reviews of IMDB, where nobody knows.
"""

from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np

from course_utils.data.imdb import load_imdb
from course_utils.data.pairs import whole_number
from course_utils.data.review_cap import bag_of_words_cap
from course_utils.data.review_grammar import BAD, GOOD, REVIEWS, SUBJECT, shapes
from course_utils.runtime import full

__all__ = ["NAMES", "Reviews", "Splits", "bag_of_words_cap", "load_reviews", "make_reviews"]

NAMES = "negative", "positive"
_COLUMNS = 12  # random numbers that one review needs: shape, topic, opener, closer, 8 fillers


@dataclass(frozen=True)
class Reviews:
    """Texts and their verdicts.

    Args:
        texts: N strings of one line.
        labels: int64 (N,): 1 for a good review, 0 for a bad one.
        kinds: N names of what decides ("agree", "but", "although", "scope", "strength"), or
            None where nobody knows.
        topics: N names such as "restaurant", or None where nobody knows.
        title: which set this is.
        licence: its licence.
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    kinds: tuple[str, ...] | None
    topics: tuple[str, ...] | None
    title: str
    licence: str

    def __len__(self):
        return len(self.texts)

    def take(self, rows):
        """Return the reviews `rows`, a sequence of indices or a boolean mask (N,)."""
        rows = np.arange(len(self))[np.asarray(rows)]
        texts, kinds, topics = (
            column and tuple(column[row] for row in rows)
            for column in (self.texts, self.kinds, self.topics)
        )
        return Reviews(texts, self.labels[rows], kinds, topics, self.title, self.licence)


class Splits(NamedTuple):
    """Three `Reviews` that share no text."""

    train: Reviews
    valid: Reviews
    test: Reviews


def make_reviews(n, seed, grammar=REVIEWS):
    """Write `n` reviews, no two alike, of 12 to 25 words.

    Args:
        n: how many, 1 or more.
        seed: a whole number from 0 up. The first k of `make_reviews(n, seed)` are
            `make_reviews(k, seed)`.
        grammar: `review_grammar.Grammar`.

    Returns:
        Reviews. Of each two in a row, from the first on, one is good and one is bad. What
        would be a repetition is left out with its neighbour, 28 among 10,000.

    Raises:
        ValueError: `n` or `seed` is not such a number, or the grammar is too small for `n`
            different reviews.

    Cost: about 12 microseconds of processor time a review.
    """
    whole_number(n, "n", 1)
    whole_number(seed, "seed", 0)
    rows = list(islice(_different(np.random.default_rng(seed), grammar), n))
    if len(rows) < n:
        raise ValueError(f"this grammar gave {len(rows)} different reviews, not {n}.")
    texts, labels, kinds, topics = zip(*rows, strict=True)
    title = "reviews written by a grammar in which the order of words decides"
    return Reviews(texts, np.array(labels, dtype=np.int64), kinds, topics, title, "CC0 1.0")


def load_reviews(train=6000, valid=1000, test=2000):
    """Load reviews to learn from, to choose by, and to test with.

    Args:
        train, valid, test: how many generated reviews. COURSE_FULL=1 takes no notice.

    Returns:
        Splits of `Reviews` that share no text. With COURSE_FULL=1 IMDB: 22,500, 2,500 and
        25,000 reviews, half of each positive; `kinds` and `topics` are None.

    Raises:
        ValueError: a size is not a whole number from 1 up.
        DataMissingError: the stored copy of IMDB is damaged.
        DownloadError: COURSE_FULL=1 is set and IMDB cannot be downloaded.
    """
    if full():
        return Splits(*(_film_reviews(part) for part in load_imdb()))
    for size, name in ((train, "train"), (valid, "valid"), (test, "test")):
        whole_number(size, name, 1)
    found = make_reviews(train + valid + test, seed=0)
    cuts = (0, train), (train, train + valid), (train + valid, len(found))
    return Splits(*(found.take(np.arange(*cut)) for cut in cuts))


def _different(rng, grammar):
    """Yield (text, label, kind, topic) without end, never a text again."""
    ways = [[shape for shape in shapes(grammar) if shape.label == label] for label in (0, 1)]
    sums = [np.cumsum([float(shape.probability) for shape in way]) for way in ways]
    seen, wasted = set(), 0
    while wasted < 1000:  # so many repetitions in a row: there is nothing new to write
        draws = rng.random((2, _COLUMNS))
        labels = (0, 1) if rng.random() < 0.5 else (1, 0)
        rows = []
        for label, numbers in zip(labels, draws, strict=True):
            place = np.searchsorted(sums[label], numbers[0] * sums[label][-1], side="right")
            shape = ways[label][min(int(place), len(ways[label]) - 1)]
            topic, text = _write(shape, grammar, numbers[1:].tolist())
            rows.append((text, label, shape.kind, topic))
        if seen.isdisjoint(row[0] for row in rows):
            seen.update(row[0] for row in rows)
            wasted = 0
            yield from rows
        else:
            wasted += 1


def _write(shape, grammar, numbers):
    """Return the topic's name and a text of this shape; `numbers` are 11 of [0, 1)."""
    draws = iter(numbers)
    name, topic = _one(grammar.topics, draws)
    opener, closer = _one(topic.openers, draws), _one(topic.closers, draws)
    left = {SUBJECT: list(topic.subjects), GOOD: list(topic.good), BAD: list(topic.bad)}
    words = []
    for word in shape.words:
        if word in left:
            word = left[word].pop(int(next(draws) * len(left[word])))  # never the same one twice
        words.append(word)
    clauses = " ".join(words).replace(" ,", ",")
    return name, " ".join(filter(None, (opener, f"{clauses}.", closer)))


def _one(choices, draws):
    return choices[int(next(draws) * len(choices))]


def _film_reviews(part):
    return Reviews(part.texts, part.labels, None, None, part.title, part.licence)
