"""Write a target for a source: greedily for many at once, or with a beam for one.

A model that translates has
    `begin(source, length)` -> (stays, changes): it reads the source once;
    `step(token, t, stays, changes)` -> (logits (B, V), weights (B, S), changes): it writes one
        token more;
and is called with (source, target) as a whole. `Seq2Seq` and `Transformer` do.
The padding, id 0, is never written before the end.
"""

from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from course_utils.errors import ShapeError, UsageError
from course_utils.text.beam import beam_search

ROWS = 64  # sources that are translated together


class Translation(NamedTuple):
    """ids: int32 (N, T), what was written, up to and with the end token, then 0.

    weights: float32 (N, T, S), where the model looked at the source while it wrote token t; 0
        where it wrote nothing. All 0 if the model has no attention.
    """

    ids: np.ndarray
    weights: np.ndarray


class Translator:
    """Translates with a trained model; its first call compiles, later ones run.

    Args:
        model: `Seq2Seq` or `Transformer`. Weights that it learns later are used.
        start, end: ids of the target's start and end token.
        length: at most so many tokens are written, the end token included.
        jit_compile: whether XLA compiles the loop.

    Raises:
        UsageError: `length` is below 1, or the model has no `begin` and `step`.
        ShapeError: the sources are not whole numbers (N, S).
    """

    def __init__(self, model, start, end, length, jit_compile=False):
        if length < 1:
            raise UsageError(f"length is {length}.", "let it write at least one token.")
        if not (hasattr(model, "begin") and hasattr(model, "step")):
            raise UsageError(
                f"a {type(model).__name__} cannot write token by token.",
                "give a Seq2Seq or a Transformer.",
            )
        self.model, self.start, self.end, self.length = model, start, end, length
        # A model of its own, so that Keras compiles the loop on any backend.
        self.loop = GreedyLoop(model, start, end, length)
        self.loop.compile(jit_compile=jit_compile)

    def greedy(self, source):
        """Take the most probable token at every step; a `Translation` of every source row.

        Rows are written together and each ends by itself; when all have ended the loop does.
        The source is read once. Cost for N rows: N / 64 compiled calls of at most T steps.
        """
        source = _sources(source)
        parts = []
        for first in range(0, len(source), ROWS):
            some = source[first : first + ROWS]
            padded = np.pad(some, ((0, min(ROWS, len(source)) - len(some)), (0, 0)))
            parts.append(
                [np.asarray(part)[: len(some)] for part in self.loop.predict_on_batch(padded)]
            )
        return Translation(*(np.concatenate(part) for part in zip(*parts, strict=True)))

    def beam(self, source, width=4, length_penalty=0.0):
        """The `width` best targets of one source, the best first: a list of `text.beam.Beam`.

        Args:
            source: whole numbers (S,).
            width, length_penalty: as for `text.beam.beam_search`.

        `ids` of a Beam begins with the start token. Every step runs the whole model on `width`
        rows of full length, so that one compiled call with one shape does all of them.
        """
        source = _sources(np.asarray(source)[None])
        rows = np.repeat(source, width, axis=0)

        def next_log_probabilities(ids):
            count, t = ids.shape
            target = np.zeros((width, self.length), "int32")
            target[:count, :t] = ids
            logits = np.asarray(self.model.predict_on_batch((rows, target)))[:count, t - 1]
            logits = logits.astype(float) - logits.max(-1, keepdims=True)
            logits[:, 0] = -np.inf  # never padding
            return logits - np.log(np.exp(logits).sum(-1, keepdims=True))

        return beam_search(
            next_log_probabilities, [self.start], self.end, width, self.length, length_penalty
        )


class GreedyLoop(keras.Model):
    """Source (B, S) -> ids (B, T) and weights (B, T, S): the loop of `Translator.greedy`."""

    def __init__(self, model, start, end, length):
        super().__init__()
        self.model, self.start, self.end, self.length = model, start, end, length

    def call(self, source):
        rows, width = ops.shape(source)
        stays, changes = self.model.begin(source, self.length)

        def busy(t, token, done, ids, weights, changes):
            return ops.logical_and(t < self.length, ops.logical_not(ops.all(done)))

        def write(t, token, done, ids, weights, changes):
            logits, seen, changes = self.model.step(token, t, stays, changes)
            best = 1 + ops.cast(ops.argmax(logits[:, 1:], axis=-1), "int32")  # never padding
            token = ops.where(done, 0, best)
            seen = ops.where(done[:, None], 0.0, seen)
            ids = ops.slice_update(ids, (0, t), token[:, None])
            weights = ops.slice_update(weights, (0, t, 0), seen[:, None])
            return t + 1, token, ops.logical_or(done, token == self.end), ids, weights, changes

        *_, ids, weights, _ = ops.while_loop(
            busy,
            write,
            (
                ops.convert_to_tensor(0, "int32"),
                ops.full((rows,), self.start, "int32"),
                # An empty row, such as those that fill up the last batch, is done already.
                ops.all(ops.equal(source, 0), axis=1),
                ops.zeros((rows, self.length), "int32"),
                ops.zeros((rows, self.length, width), "float32"),
                changes,
            ),
        )
        return ids, weights


def _sources(source):
    source = np.asarray(source)
    if source.ndim != 2 or not np.issubdtype(source.dtype, np.integer) or not source.size:
        raise ShapeError(
            f"the sources are {source.dtype} {source.shape}, not whole numbers (N, S).",
            "encode the texts and pad them with 0 to one length.",
        )
    return source.astype("int32")
