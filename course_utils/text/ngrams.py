"""Counting language models: P(next symbol | the last few), read off a table.

Owns counting, smoothing and sampling for symbols given as whole numbers. Which character
or word a number stands for is the caller's business, and so is the score: perplexity lives
in `course_utils.metrics.language`.

Letters used here: V = `size` different symbols, n = `order`, a *context* is the n - 1
symbols before the one to guess, T = length of a text.

One formula serves all models of this file. With c = how often a symbol followed a context
and N = how often the context was followed by anything,

    p = (c + k * V * q) / (N + k * V)

where q is 1 / V ("add-k": k imaginary sightings of every symbol) or, if a `shorter` model
is given, that model's probability ("interpolation": the same k * V imaginary sightings,
dealt out as the shorter model would). A context that was never seen has c = N = 0, which
leaves p = q.

Source: Jurafsky and Martin, "Speech and Language Processing", chapter "N-gram Language
Models" (add-k, interpolation); MacKay and Peto 1995, "A hierarchical Dirichlet language
model" (imaginary sightings dealt out by a shorter model).
"""

import numpy as np

from course_utils.errors import CourseError, ShapeError


class NgramModel:
    """An n-gram model over the symbols 0..size-1.

    Args:
        order: n, at least 1. The model looks at n - 1 symbols to guess the next one.
        size: V, how many different symbols there are.
        k: imaginary sightings per symbol; 0 trusts the counts alone. It may be changed
            after `fit` (`model.k = 0.1`): counting does not depend on it.
        shorter: a fitted model of order n - 1 and the same size that says how the
            imaginary sightings are shared out; None shares them equally.

    Raises:
        ShapeError: `size` ** `order` does not fit into 63 bits, or `shorter` has the
            wrong order or size.
        ValueError: `order` < 1, `size` < 1 or `k` < 0.

    Only n-grams that occur are stored, sorted by code (the symbols read as digits of a
    number in base V): memory grows with the text, not with V ** n.
    """

    def __init__(self, order, size, k=0.0, shorter=None):
        if order < 1 or size < 1 or not k >= 0:
            raise ValueError(
                f"need order >= 1, size >= 1 and k >= 0, got order={order}, size={size}, k={k}."
            )
        if size**order >= 2**63:
            raise ShapeError(
                f"{size} symbols to the power of {order} do not fit into a 63-bit code.",
                "use a smaller order or fewer symbols.",
            )
        if shorter is not None and (shorter.order, shorter.size) != (order - 1, size):
            raise ShapeError(
                f"`shorter` has order {shorter.order} and {shorter.size} symbols; "
                f"a model of order {order} needs {order - 1} and {size}.",
                "build the models one order at a time: 1, 2, 3, ...",
            )
        self.order, self.size, self.k, self.shorter = order, size, float(k), shorter
        self._grams = None

    def fit(self, ids):
        """Count every n-gram of `ids`, int array (T,). Returns the model itself."""
        grams, counts = np.unique(self._codes(ids, self.order), return_counts=True)
        contexts, row = np.unique(grams // self.size, return_inverse=True)
        self._grams, self._counts = grams, counts.astype(float)
        self._contexts, self._totals = contexts, np.bincount(row, weights=counts)
        return self

    @property
    def contexts(self):
        """How many different contexts were seen: the number of rows of the table."""
        self._need_fit()
        return len(self._contexts)

    @property
    def parameters(self):
        """How many different n-grams were seen: the numbers that the table stores."""
        self._need_fit()
        return len(self._grams)

    def probabilities(self, ids):
        """Return what the model gave each symbol that came, float array (T - n + 1,).

        The first n - 1 symbols have no full context and are not scored.
        """
        self._need_fit()
        return self._probability(self._codes(ids, self.order))

    def distribution(self, contexts):
        """Return P(next | context) for every symbol.

        Args:
            contexts: int array (..., n - 1): one context, or any number of them.

        Returns:
            float array (..., V); rows sum to 1, or to 0 where k is 0 and the context was
            never seen.
        """
        self._need_fit()
        contexts = self._check(contexts)
        if contexts.shape[-1:] != (self.order - 1,):
            raise ShapeError(
                f"a model of order {self.order} needs {self.order - 1} symbols of context, "
                f"got an array of shape {contexts.shape}.",
                f"pass the last {self.order - 1}: ids[len(ids) - {self.order - 1}:].",
            )
        code = np.zeros(contexts.shape[:-1], dtype=np.int64)
        for i in range(self.order - 1):
            code = code * self.size + contexts[..., i]
        return self._probability(code[..., None] * self.size + np.arange(self.size))

    def table(self):
        """Return all probabilities, float array (V,) * n: the last axis is the next symbol."""
        cells = self.size**self.order
        if cells > 10**7:
            raise ShapeError(
                f"the full table would have {self.size}**{self.order} = {cells:,} cells.",
                "ask for single rows with distribution(context).",
            )
        self._need_fit()
        return self._probability(np.arange(cells)).reshape((self.size,) * self.order)

    def sample(self, length, rng, start=()):
        """Write: draw `length` symbols, each given the ones before it.

        Args:
            rng: `np.random.Generator`.
            start: int array of at least n - 1 symbols to continue from.

        Returns:
            int array (len(start) + length,), `start` included.

        Raises:
            CourseError: k is 0 and the model arrived at a context it has never seen.
        """
        text = [int(i) for i in self._check(start)]
        for _ in range(length):
            p = self.distribution(text[len(text) - (self.order - 1) :])
            if p.sum() == 0:
                raise CourseError(
                    f"context {text[len(text) - self.order + 1 :]} was never seen in training, "
                    "so the model cannot go on.",
                    "smooth it: NgramModel(..., k=0.1).",
                )
            edges = np.cumsum(p)  # symbol i owns the stretch of [0, 1] that ends at edges[i]
            text.append(int(np.searchsorted(edges, rng.random() * edges[-1], side="right")))
        return np.array(text)

    def _probability(self, codes):
        """p of the module docstring for n-gram codes of any shape."""
        seen = _look_up(self._grams, self._counts, codes)
        total = _look_up(self._contexts, self._totals, codes // self.size)
        extra = self.k * self.size
        if self.shorter is None:
            guess = 1 / self.size
        else:  # dropping the oldest symbol is dropping the leading digit
            guess = self.shorter._probability(codes % self.size ** (self.order - 1))
        whole = total + extra
        return (seen + extra * guess) / np.where(whole > 0, whole, 1.0)

    def _codes(self, ids, order):
        ids = self._check(ids)
        if ids.ndim != 1 or len(ids) < order:
            raise ShapeError(
                f"need one text of at least {order} symbols, got an array of shape {ids.shape}.",
                "pass a one-dimensional array of symbol numbers.",
            )
        codes = np.zeros(len(ids) - order + 1, dtype=np.int64)
        for i in range(order):
            codes = codes * self.size + ids[i : len(codes) + i]
        return codes

    def _check(self, ids):
        ids = np.asarray(ids)
        if ids.size == 0:
            return ids.astype(np.int64)
        if ids.dtype.kind not in "iu":
            raise ShapeError(
                f"symbols must be whole numbers, got {ids.dtype}.",
                "turn characters into numbers first: alphabet.index(character).",
            )
        if ids.min() < 0 or ids.max() >= self.size:
            raise ShapeError(
                f"symbols must be 0..{self.size - 1}, got {ids.min()}..{ids.max()}.",
                "use the same alphabet for every text.",
            )
        return ids.astype(np.int64)

    def _need_fit(self):
        if self._grams is None:
            raise CourseError("this model has not counted anything yet.", "call fit(ids) first.")


def _look_up(keys, values, wanted):
    """values[i] where keys[i] == wanted, 0 where there is no such key; keys are sorted."""
    i = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[i] == wanted, values[i], 0.0)
