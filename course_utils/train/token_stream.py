"""Where the rows of a language model's training come from: a function of the seed and the step.

A stream keeps no state. Its data position is the number of the step and its random state is
(seed, step), so a training that begins again at step 700 reads the rows that it would have
read anyway, and nothing needs to be wound back.

Every row has C + 1 tokens for a context of C: the model reads the first C and is asked for
the last C.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from course_utils.errors import DataMissingError

PER_ROW = 1  # documents asked for at a time, for each row


class DocumentStream:
    """Rows packed with whole documents that are written on demand, without end.

    A row is the end token, a document, the end token, the next document, and so on, cut at
    its length. So each row begins where a document begins: no position lacks the context on
    which its token depends. Only the last document of a row may be cut off.

    Args:
        write: function (n, seed) -> n texts.
        encode: function text -> list of token ids.
        end: id of the token that stands between two documents.
        batch: rows per step B.
        context: positions C.
        seed: of the texts.
    """

    def __init__(self, write, encode, end, *, batch, context, seed):
        self.write, self.encode, self.end = write, encode, end
        self.batch, self.context, self.seed = batch, context, seed

    def rows(self, step):
        """The rows of step number `step`, from 0: int32 (B, C + 1)."""
        length = self.context + 1
        rows = np.empty((self.batch, length), dtype=np.int32)
        documents = self._documents(step)
        for row in rows:
            ids = [self.end]
            while len(ids) < length:
                ids += next(documents)
                ids.append(self.end)
            row[:] = ids[:length]
        return rows

    def _documents(self, step):
        part = 0
        while True:
            for text in self.write(PER_ROW * self.batch, seed_of(self.seed, step, part)):
                yield self.encode(text)
            part += 1


class WindowStream:
    """Rows cut out of one long text at random places.

    Args:
        ids: int array, the tokens of the text.
        batch: rows per step B.
        context: positions C.
        seed: of the places.

    Raises:
        DataMissingError: the text is too short for a single row.
    """

    def __init__(self, ids, *, batch, context, seed):
        self.ids = np.asarray(ids, dtype=np.int32)
        self.batch, self.context, self.seed = batch, context, seed
        if len(self.ids) <= context:
            raise DataMissingError(
                f"the text to learn from has {len(self.ids):,} tokens, but one row of this model "
                f"takes {context + 1:,}.",
                "a longer text, or a smaller model (--size tiny).",
            )

    def rows(self, step):
        """The rows of step number `step`, from 0: int32 (B, C + 1)."""
        rng = np.random.default_rng([self.seed, step])
        starts = rng.integers(0, len(self.ids) - self.context, self.batch)
        return self.ids[starts[:, None] + np.arange(self.context + 1)]


def seed_of(*numbers):
    """One seed below 2**32 for several numbers: close numbers give seeds with nothing in common."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])


def ahead(make, keys):
    """Yield `make(key)` for each key, the next one prepared while the caller uses this one.

    It is prepared in a thread, whose errors are raised where its value would have come.
    """
    with ThreadPoolExecutor(1) as pool:
        coming = None
        for key in keys:
            ready, coming = coming, pool.submit(make, key)
            if ready is not None:
                yield ready.result()
        if coming is not None:
            yield coming.result()
