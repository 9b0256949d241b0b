"""Reading a text piece by piece: a model that remembers what it has read, or does not.

To predict the next token a GPT needs, of every earlier position, only its keys and values.
`CachedReader` keeps them, so that a new token costs one position instead of all of them.
`PlainReader` reads everything again each time: slow, simple, and what the other is tested
against. Both are used alike:

    reader = CachedReader(model, batch=1)
    logits = reader.read([[5, 9, 2]], at=0)     # float32 (1, 3, V): positions 0, 1, 2
    logits = reader.read([[7]], at=3)           # (1, 1, V): position 3, after 5 9 2

Reading again at an earlier position forgets what came after it. Shapes are static, so that one
compiled function serves a whole text: the cache always has C positions, and those not yet
written are masked. Shape letters as in `models.gpt`.
"""

import keras
import numpy as np
from keras import ops

from course_utils.errors import ShapeError

SHORTEST = 16  # a piece of more than one token is padded to 16, 32, 64, ... before it is read


def empty_cache(config, batch, dtype):
    """Zeros for the keys and values of every block: list of (keys, values), each (B, H, C, K).

    Bytes: 2 layers B C D times those of one number.
    """
    shape = (batch, config.heads, config.context, config.head_width)
    return [(ops.zeros(shape, dtype), ops.zeros(shape, dtype)) for _ in range(config.layers)]


def read_cached(model, ids, at, cache):
    """Read `ids` as the positions from `at` on, with the keys and values of those before.

    Args:
        model: `GPT`.
        ids: int (B, T).
        at: int (B,), where each row's piece begins; or (1,) if all begin there, which is
            faster. at + T <= C, not checked.
        cache: as `empty_cache` makes it.

    Returns:
        logits float32 (B, T, V), and the cache with T more positions.
    """
    length, context = ops.shape(ids)[1], model.config.context
    positions = at[:, None] + ops.arange(length, dtype="int32")  # (B, T) or (1, T)
    mask = positions[:, None, :, None] >= ops.arange(context, dtype="int32")  # (B, 1, T, C)
    after = []

    def keep(number):
        def remember(*new):
            pair = zip(cache[number], new, strict=True)
            after.append(tuple(_write(old, one, at, positions) for old, one in pair))
            return after[-1]

        return remember

    remember = [keep(number) for number in range(model.config.layers)]
    return model.read_on(ids, positions, mask, remember), after


def _write(cache, new, at, positions):
    """`cache` (B, H, C, K) with `new` (B, H, T, K) at `positions`."""
    if at.shape[0] == 1:
        return ops.slice_update(cache, (0, 0, at[0], 0), new)
    there = positions[..., None] == ops.arange(cache.shape[2], dtype="int32")  # (B, T, C)
    moved = ops.einsum("btc,bhtk->bhck", ops.cast(there, new.dtype), new)  # exact: adds zeros
    return ops.where(ops.any(there, axis=1)[:, None, :, None], moved, cache)


class _Reader(keras.Model):
    """What both readers share: checks, and pieces of few different lengths.

    Args:
        model: `GPT`.
        batch: rows B that are read at once.
        alike: whether all rows always stand at the same position, which is faster.
    """

    def __init__(self, model, batch=1, alike=True):
        # autocast would turn positions and ids into the half precision of the layers
        super().__init__(dtype="float32", autocast=False)
        self.gpt, self.batch, self.alike = model, batch, alike
        self.compile(jit_compile=True)

    def read(self, ids, at):
        """Read one piece.

        Args:
            ids: whole numbers (B, T).
            at: position of the first, 0 for the beginning; (B,) of them if not `alike`.

        Returns:
            float32 array (B, T, V): logits for the token after each position.

        Raises:
            ShapeError: ids are not (B, T), an id is not in the vocabulary, the piece runs
                over the context, or rows that are `alike` stand at different positions.
        """
        ids = np.asarray(ids)
        at = np.array(np.broadcast_to(at, (self.batch,)), dtype="int32")
        config = self.gpt.config
        if ids.ndim != 2 or len(ids) != self.batch or not ids.shape[1]:
            raise ShapeError(
                f"this reader takes ids of shape ({self.batch}, T), not {ids.shape}.",
                "one row per text, at least one token, all of one length.",
            )
        if self.alike and (at != at[0]).any():
            raise ShapeError(
                f"the rows begin at different positions, {at.tolist()}.",
                "make the reader with alike=False.",
            )
        check_ids(ids, config.vocabulary)
        length = ids.shape[1]
        if at.min() < 0 or at.max() + length > config.context:
            raise ShapeError(
                f"{length} tokens from position {at.max()} on do not fit into a context of "
                f"{config.context}.",
                "begin a new text, or use a model with a larger context.",
            )
        padded = length if length == 1 else SHORTEST
        while padded < length:
            padded *= 2
        padded = min(padded, config.context - int(at.max()))
        ids = np.pad(ids.astype("int32"), ((0, 0), (0, padded - length)))
        return self._read(ids, at)[:, :length]


class CachedReader(_Reader):
    """Reads a text piece by piece and computes every position once. See the module's example.

    Args and `read`: see `PlainReader`.

    Memory: 2 layers B C D numbers, besides the weights it shares with the model.

    A piece is padded to 16, 32, 64, ... tokens, and a function is compiled for each of these
    lengths when it first occurs. The padding is written into the cache too; nothing sees it,
    as each position is masked until it is written again.
    """

    def __init__(self, model, batch=1, alike=True):
        super().__init__(model, batch, alike)
        dtype = model.blocks[0].compute_dtype
        self.caches = [
            [self._variable(array, dtype, f"{name}{number}") for name, array in named]
            for number, pair in enumerate(empty_cache(model.config, batch, dtype))
            for named in [zip(("keys", "values"), pair, strict=True)]
        ]
        self.built = True

    def _variable(self, array, dtype, name):
        return self.add_weight(
            shape=array.shape, initializer="zeros", dtype=dtype, trainable=False, name=name
        )

    def call(self, inputs):
        cache = [[variable.value for variable in pair] for pair in self.caches]
        logits, cache = read_cached(self.gpt, inputs["ids"], inputs["at"], cache)
        for pair, new in zip(self.caches, cache, strict=True):
            for variable, value in zip(pair, new, strict=True):
                variable.assign(value)
        return logits

    def _read(self, ids, at):
        return self.predict_on_batch({"ids": ids, "at": at[:1] if self.alike else at})


class PlainReader(_Reader):
    """Like `CachedReader`, but reads the whole text again for every piece.

    Args:
        model: `GPT`.
        batch: rows B that are read at once.
        alike: whether all rows always stand at the same position.
    """

    def __init__(self, model, batch=1, alike=True):
        super().__init__(model, batch, alike)
        self.ids = np.zeros((batch, model.config.context), "int32")
        self.built = True

    def call(self, ids):
        return self.gpt(ids)

    def _read(self, ids, at):
        where = at[:, None] + np.arange(ids.shape[1])
        np.put_along_axis(self.ids, where, ids, axis=1)
        logits = self.predict_on_batch(self.ids)
        return np.take_along_axis(logits, where[..., None], axis=1)


def check_ids(ids, vocabulary):
    """Raise ShapeError unless all ids are whole numbers from 0 to below `vocabulary`."""
    ids = np.asarray(ids)
    if ids.dtype.kind not in "iu":
        raise ShapeError(
            f"token ids are whole numbers, not {ids.dtype}.", "encode the text with a tokenizer."
        )
    wrong = ids[(ids < 0) | (ids >= vocabulary)]
    if wrong.size:
        raise ShapeError(
            f"token {wrong.flat[0]} is outside the vocabulary of {vocabulary} "
            f"(ids 0 to {vocabulary - 1}).",
            "use the tokenizer that the model was trained with.",
        )
