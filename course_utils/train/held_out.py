"""How well a language model knows texts it has not seen, in bits per character.

Bits per character do not depend on how a text is cut into tokens, so a model can be compared
with another one, with a file compressor, and with the entropy of what wrote the text. The
model is asked for one way to cut the text; the little that it would give to other ways of
writing the same text in tokens is not added, so its true number is at most this one.
"""

import math
from typing import NamedTuple

import numpy as np

BATCH = 16  # rows read at once
ROUND = 32  # lengths are rounded up to a multiple, so that few shapes have to be compiled


def surprise(model, rows, counted):
    """Nats per token: float64 (N, C), 0 where it is not counted.

    Args:
        model: token ids (B, C) -> logits (B, C, V).
        rows: int (N, C + 1).
        counted: boolean (N, C): whether the answer at this position counts.
    """
    found = np.zeros(counted.shape)
    for begin in range(0, len(rows), BATCH):
        part = rows[begin : begin + BATCH]
        full = np.resize(part, (BATCH, part.shape[1]))  # the last part repeats itself
        logits = np.asarray(model(full[:, :-1]), dtype=np.float64)[: len(part)]
        top = logits.max(-1, keepdims=True)
        total = np.log(np.exp(logits - top).sum(-1)) + top[..., 0]  # log of the sum, (b, C)
        answers = np.take_along_axis(logits, part[:, 1:, None].astype(int), -1)[..., 0]
        found[begin : begin + BATCH] = total - answers
    return np.where(counted, found, 0.0)


def bits_of_documents(model, documents, end, context):
    """Bits that each document costs, the end token after it included: float64 (N,).

    Args:
        documents: lists of token ids. Each begins a row of its own, after the end token.
        end: id of the end token.
        context: positions C of the model.

    A document that does not fit goes on in another row, which begins with its last C / 2
    tokens before.
    """
    pieces = sorted(
        (piece for number, ids in enumerate(documents) for piece in _pieces(number, ids, context)),
        key=lambda piece: piece.last - piece.first,
    )
    bits = np.zeros(len(documents))
    for begin in range(0, len(pieces), BATCH):
        part = pieces[begin : begin + BATCH]  # of about the same length
        longest = max(piece.last - piece.first for piece in part)
        length = min(-(-longest // ROUND) * ROUND, context)
        rows = np.full((len(part), length + 1), end)
        counted = np.zeros((len(part), length), dtype=bool)
        for place, piece in enumerate(part):
            ids = [end, *documents[piece.number], end][piece.first : piece.last + 1]
            rows[place, : len(ids)] = ids
            counted[place, piece.new - piece.first : len(ids) - 1] = True
        numbers = [piece.number for piece in part]
        np.add.at(bits, numbers, surprise(model, rows, counted).sum(-1) / math.log(2))
    return bits


class _Piece(NamedTuple):
    """A row of document `number`: it reads from `first` up to `last`; answers from `new` count."""

    number: int
    first: int
    new: int
    last: int


def _pieces(number, ids, context):
    """Yield the `_Piece`s whose new answers make up the document and its end, each once."""
    answers, first, new = len(ids) + 1, 0, 0
    while new < answers:
        last = min(first + context, answers)
        yield _Piece(number, first, new, last)
        first, new = last - context // 2, last


def bits_per_token_of_text(model, ids, context, most_rows=64):
    """Mean bits per token of a text: float.

    Args:
        ids: the tokens of the text, more than `context`.
        most_rows: rows looked at, spread evenly over a longer text.

    Rows overlap by half and only the second half of each counts, so that every token is
    judged with at least C / 2 tokens before it.
    """
    ids = np.asarray(ids)
    half = context // 2
    starts = np.arange(0, len(ids) - context, context - half)
    if len(starts) > most_rows:
        starts = starts[np.linspace(0, len(starts) - 1, most_rows).astype(int)]
    rows = ids[starts[:, None] + np.arange(context + 1)]
    counted = np.zeros((len(rows), context), dtype=bool)
    counted[:, half:] = True
    return float(surprise(model, rows, counted).sum() / counted.sum() / math.log(2))
