"""Rows of equal length out of a long list of ids, or out of many short ones.

Letters: B rows, T ids in a row.
"""

import numpy as np

from course_utils.errors import CourseError, ShapeError
from course_utils.text.ids import need_ids


def next_token_windows(ids, length, starts):
    """Cut rows for training on "what comes next?".

    Args:
        ids: (N,) the whole text as ids; an array is faster than a list.
        length: T, ids in a row, at least 1.
        starts: (B,) where each row begins, 0 to N - T - 1.

    Returns:
        (x, y), int32 (B, T) each: y is x moved by one, so y[b, t] follows x[b, t].

    Raises:
        CourseError: a window would reach over the end of the text.
    """
    ids, starts = need_ids(ids), need_ids(starts, name="starts")
    last = _last_start(len(ids), length)
    if starts.size and not 0 <= starts.min() <= starts.max() <= last:
        wrong = starts[(starts < 0) | (starts > last)][0]
        raise CourseError(
            f"a row of {length} ids and the one after cannot begin at {wrong}: the text has "
            f"{len(ids)} ids.",
            f"starts from 0 to {last}: random_starts(len(ids), length, batch, rng).",
        )
    at = starts[:, None] + np.arange(length)
    return ids[at].astype(np.int32), ids[at + 1].astype(np.int32)


def random_starts(n_ids, length, batch, rng):
    """Draw where rows begin, every possible place equally likely: int64 (B,).

    Args:
        n_ids: N, length of the text in ids.
        length: T, ids in a row.
        batch: B, how many places.
        rng: `np.random.Generator`.

    Raises:
        CourseError: the text is too short for one row.
    """
    return rng.integers(0, _last_start(n_ids, length) + 1, size=batch)


def document_starts(ids, end, length=None):
    """Find where documents begin: at 0 and after each `end`. int64 (documents,).

    Args:
        ids: (N,) documents one after the other, each closed by `end`.
        end: the id that closes a document.
        length: T; if given, only places from which a row of T and the id after fit.

    Raises:
        CourseError: there are no ids, `end` is no id, or `length` is too long for the text.
    """
    if not isinstance(end, int | np.integer):
        raise CourseError(
            f"the id that closes a document is {end!r}.",
            "pass tokenizer.end; it is None if the tokenizer was made without <|end|>.",
        )
    ids = need_ids(ids)
    if not ids.size:
        raise CourseError("there are no ids, so no document begins.", "encode some text first.")
    starts = np.concatenate([[0], np.flatnonzero(ids == end) + 1])
    last = len(ids) - 1 if length is None else _last_start(len(ids), length)
    return starts[starts <= last]


def pad(sequences, length=None, value=0, side="right"):
    """Fill rows of different lengths up to one: int32 (B, T).

    Args:
        sequences: B lists or arrays of ids.
        length: T; None takes the longest.
        value: the id that fills.
        side: "right" puts it behind the ids, "left" before them.

    Raises:
        ShapeError: a sequence is longer than `length`, or there are none.
        CourseError: `side` is neither, or something is no whole number.
    """
    if side not in ("left", "right"):
        raise CourseError(f"side is {side!r}.", 'side="right" or side="left".')
    rows = [need_ids(row, name=f"sequence {i}") for i, row in enumerate(sequences)]
    if not rows:
        raise ShapeError("there are no sequences to pad.", "pass at least one list of ids.")
    longest = max(map(len, rows))
    if length is None:
        length = longest
    if longest > length:
        i = next(i for i, row in enumerate(rows) if len(row) > length)
        raise ShapeError(
            f"sequence {i} has {len(rows[i])} ids, more than length={length}.",
            f"cut it first: [row[:{length}] for row in sequences], or length={longest}.",
        )
    out = np.full((len(rows), length), value, dtype=np.int32)
    for i, row in enumerate(rows):
        begin = 0 if side == "right" else length - len(row)
        out[i, begin : begin + len(row)] = row
    return out


def _last_start(n_ids, length):
    """The last place from which `length` ids and the one after fit."""
    if length < 1 or n_ids < length + 1:
        raise CourseError(
            f"a row of {length} ids and the id after it need a text of at least "
            f"{max(length, 1) + 1} ids, and rows of at least 1; the text has {n_ids}.",
            "use a longer text or a shorter length.",
        )
    return n_ids - length - 1
