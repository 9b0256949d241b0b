"""A table of reviews as they come from the world: copies, leftovers, odd labels.

Every defect is put in on purpose, so that cleaning can be checked against the truth.
"""

from typing import NamedTuple

import numpy as np

from course_utils.data.pairs import whole_number
from course_utils.data.reviews import make_reviews

DEFECTS = "markup", "mojibake", "exact_copy", "near_copy", "missing_label", "odd_label"
SPELLINGS = {  # the first is the right one
    1: ("positive", "Positive", "POSITIVE", " positive", "pos", "good", "1"),
    0: ("negative", "Negative", "NEGATIVE", "negative ", "neg", "bad", "0"),
}
MISSING = None, "", "?", "n/a", "unknown"
# shares: of all reviews, and for mojibake of those that hold a character outside ASCII
_TYPESET, _MOJIBAKE, _MARKUP, _EXACT, _NEAR, _MISSING, _ODD = 0.3, 0.4, 0.12, 0.1, 0.1, 0.06, 0.4


class Messy(NamedTuple):
    """A table and what it should have been, row by row.

    Args:
        table: DataFrame with the columns `id` (0, 1, ... in this order), `text`, and `label`
            (text as somebody typed it, or missing).
        truth: DataFrame with the same index. `review`: the same number for all copies of a
            review. `text` and `label` (0 or 1): without any defect. Then one boolean column
            for each of `DEFECTS`.
    """

    table: object
    truth: object


def messy_reviews(n=1000, seed=0):
    """Make a table of `n` different reviews in about 1.2 n rows.

    What is wrong, each at its own random rows:

    - markup (12 % of the reviews): a `<br />`, `&nbsp;` or `<p>`; taking tags out, or a space
      in place of a `<br />`, and unescaping gives the text back.
    - mojibake (12 %): UTF-8 that was read as Windows-1252, "â€“" for "–";
      `text.encode("cp1252").decode("utf-8")` gives it back.
    - exact_copy (10 %): the row's text and label stand in an earlier row.
    - near_copy (10 %): an earlier row has the same words, but for capitals, spaces or marks.
    - missing_label (6 %): None, "", "?", "n/a" or "unknown".
    - odd_label (40 % of the rest): "POSITIVE", " positive", "pos", "good", "1" and the like.

    Args:
        n: how many different reviews, 10 or more.
        seed: a whole number from 0 up.

    Returns:
        Messy.

    Raises:
        ValueError: `n` or `seed` is not such a number.
    """
    import pandas as pd

    whole_number(n, "n", 10)
    reviews = make_reviews(n, seed)
    rng = np.random.default_rng([seed, 1])
    typeset = _some(range(n), _TYPESET, rng)
    flags = {name: set() for name in DEFECTS}
    flags["mojibake"] = _some(sorted(typeset), _MOJIBAKE, rng)
    flags["markup"] = _some(range(n), _MARKUP, rng)
    flags["missing_label"] = _some(range(n), _MISSING, rng)
    flags["odd_label"] = _some(sorted(set(range(n)) - flags["missing_label"]), _ODD, rng)

    rows = []  # review, text in the table, label in the table, the right text
    for i, (right, label) in enumerate(zip(reviews.texts, reviews.labels.tolist(), strict=True)):
        if i in typeset:
            right = right.replace(":", " –").replace("'", "’")
        text = _marked_up(right, rng) if i in flags["markup"] else right
        if i in flags["mojibake"]:
            text = text.encode("utf-8").decode("cp1252")
        rows.append((i, text, _label(label, i, flags, rng), right))
    copied = rng.permutation(n)
    exact, near = np.split(copied[: round(n * _EXACT) + round(n * _NEAR)], [round(n * _EXACT)])
    rows += [rows[i] for i in exact]
    rows += [(i, _retyped(rows[i][1], rng), *rows[i][2:]) for i in near]

    rows = [rows[k] for k in rng.permutation(len(rows))]
    numbers, texts, labels, right = zip(*rows, strict=True)
    truth = pd.DataFrame({"review": numbers, "text": right, "label": reviews.labels[list(numbers)]})
    again = truth["review"].duplicated()
    for name in DEFECTS:
        truth[name] = truth["review"].isin(flags[name])
    truth["exact_copy"] = again & truth["review"].isin(exact)
    truth["near_copy"] = again & truth["review"].isin(near)
    return Messy(pd.DataFrame({"id": range(len(rows)), "text": texts, "label": labels}), truth)


def _some(candidates, share, rng):
    """Return a set of round(share * N) of the N candidates."""
    return set(rng.permutation(candidates)[: round(share * len(candidates))].tolist())


def _label(label, i, flags, rng):
    """Return what stands in the table for a 0 or 1."""
    if i in flags["missing_label"]:
        return MISSING[rng.integers(len(MISSING))]
    right, *odd = SPELLINGS[label]
    return odd[rng.integers(len(odd))] if i in flags["odd_label"] else right


def _marked_up(text, rng):
    """Return the text with one leftover of a web page."""
    kind = rng.integers(3)
    if kind == 0:
        return f"<p>{text}</p>"
    words = text.split(" ")
    cut = rng.integers(1, len(words))
    return ("<br />", "&nbsp;")[kind - 1].join((" ".join(words[:cut]), " ".join(words[cut:])))


def _retyped(text, rng):
    """Return the text with the same words, written a little differently."""
    kind = rng.integers(4)
    if kind == 0:
        return (
            text.upper() if text.isascii() and "<" not in text and "&" not in text else f"{text}!"
        )
    return (text.replace(" was ", "  was "), f" {text} ", f"{text.removesuffix('.')}!!")[kind - 1]
