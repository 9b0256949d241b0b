"""Attention for Keras models: dot products, many heads, and the additive kind.

Shape letters, here and in the other sequence models:
    B sequences, T positions that ask, S positions that are read (T in self-attention), D model
    width, H heads, K = D // H features of one head.

A mask is boolean, True = may look, and broadcasts to (B, H, T, S): (T, S) for all alike,
(B, 1, 1, S) for padding. What may not be seen has a weight of exactly 0. A row that may look
at nothing has only such weights, and its mixture is 0: no NaN, and no peeking.

In half precision scores and softmax are float32; weights come back as float32.
"""

import keras
from keras import ops

from course_utils.errors import ShapeError
from course_utils.models.positions import rotary
from course_utils.models.refuse import shape_error
from course_utils.scratch.attention import check_heads
from course_utils.scratch.positions import speeds

NEVER = -1e9  # the score of what may not be seen; float32 makes exactly 0 of its exponential


def dot_product_attention(q, k, v, mask=None):
    """Mix the rows of `v`, each weighted by how well its key matches the query.

    Args:
        q: queries (..., T, K). k: keys (..., S, K). v: values (..., S, W), often W = K.
        mask: boolean, broadcasts to (..., T, S); True = may look. None: all may.

    Returns:
        mixed (..., T, W) in the dtype of `v`, and weights (..., T, S), float32 (float64 if the
        queries are): softmax(q k^T / sqrt(K)) along the last axis.

    Source: Vaswani et al. 2017, section 3.2.1, arXiv:1706.03762.
    """
    weights = attention_weights(q, k, mask)
    return mix(weights, v), weights


def attention_weights(q, k, mask=None):
    """softmax(q k^T / sqrt(K)), (..., T, S); see `dot_product_attention`."""
    # Scaled before the product: float16 ends at 65,504, and a sum of K products can get there.
    scores = ops.einsum("...ik,...jk->...ij", q * q.shape[-1] ** -0.5, k)
    return masked_softmax(scores, mask)


def mix(weights, v):
    """weights (..., T, S) times values (..., S, W), in the dtype of the values."""
    return ops.einsum("...ij,...jw->...iw", ops.cast(weights, v.dtype), v)


def masked_softmax(scores, mask=None):
    """Scores (..., T, S) to weights along the last axis; 0 where `mask` is False.

    float32, or float64 if the scores are. A row of False throughout gives zeros.
    """
    if keras.backend.standardize_dtype(scores.dtype) in ("float16", "bfloat16"):
        scores = ops.cast(scores, "float32")
    if mask is None:
        return ops.softmax(scores)
    weights = ops.softmax(ops.where(mask, scores, ops.cast(NEVER, scores.dtype)))
    # A row without any True came out even, not 0; in every other row this changes nothing.
    return weights * ops.cast(ops.any(mask, axis=-1, keepdims=True), scores.dtype)


def causal_mask(length):
    """Boolean (T, T), True where row i may look at column j, that is j <= i."""
    steps = ops.arange(length)
    return steps[:, None] >= steps[None, :]


@keras.saving.register_keras_serializable(package="course_utils")
class MultiHeadAttention(keras.layers.Layer):
    """H attentions side by side, each on its own K features, then one projection.

    Called with one sequence it is self-attention, with a `memory` cross-attention; the first
    call decides. Self-attention makes queries, keys and values in one product with a (D, 3 D)
    matrix; cross-attention has one matrix for queries and one for keys and values.

    Args:
        heads: number of heads H.
        width: model width D, a multiple of `heads`; queries, keys, values and output have it.
        use_bias: whether the projections add a bias, as Keras's layer does.
        dropout: fraction of the weights dropped in training.
        rotary: turn queries and keys by their positions (self-attention only).

    Call:
        x: float (B, T, D'), usually D' = D.
        memory: float (B, S, D''), what is read; None for x itself.
        attention_mask: boolean, broadcasts to (B, H, T, S), True = may look.
        causal: also forbid looking ahead.
        return_weights: also return the weights (B, H, T, S), float32, before dropout.

    Output:
        float (B, T, D), or (output, weights).

    Weights: "qkv" (D', 3 D), or "q" (D', D) and "kv" (D'', 2 D); "out" (D, D). Columns are
    ordered query, key, value, and within each by head. `project`, `attend` and `join` are the
    three steps, for code that keeps keys and values.

    Raises:
        ShapeError: `heads` does not divide `width`; `rotary` and a head has an odd number of
            features; x is not (B, T, D'); a layer that was built with a memory is
            called without one, or the other way round.

    Equal to `keras.layers.MultiHeadAttention(H, K)` on the same weights, except that a row that
    may look at nothing gives 0 before the output projection, and the mean of all values there.

    Source: Vaswani et al. 2017, section 3.2.2, arXiv:1706.03762; rotary: arXiv:2104.09864.
    """

    def __init__(self, heads, width, use_bias=False, dropout=0.0, rotary=False, **kwargs):
        super().__init__(**kwargs)
        check_heads(heads, width)
        if rotary:
            speeds(width // heads)  # refuses heads that cannot be cut into pairs
        self.heads, self.width, self.use_bias = heads, width, use_bias
        self.dropout, self.rotary = dropout, rotary
        self.drop = keras.layers.Dropout(dropout, dtype=self.dtype_policy, name="drop")

    def _matrix(self, name, outputs, inputs):
        dense = keras.layers.Dense(
            outputs,
            use_bias=self.use_bias,
            # Variance 1 / inputs whatever is fused: what Glorot gives a square matrix.
            kernel_initializer="lecun_uniform",
            dtype=self.dtype_policy,
            name=name,
        )
        dense.build((None, None, inputs))
        return dense

    def build(self, x_shape, memory_shape=None):
        for shape in (x_shape, memory_shape):
            _three_axes(shape)
        if memory_shape is None:
            self.qkv = self._matrix("qkv", 3 * self.width, x_shape[-1])
        else:
            self.q = self._matrix("q", self.width, x_shape[-1])
            self.kv = self._matrix("kv", 2 * self.width, memory_shape[-1])
        self.out = self._matrix("out", self.width, self.width)
        self.crosses = memory_shape is not None

    def call(
        self,
        x,
        memory=None,
        attention_mask=None,
        causal=False,
        return_weights=False,
        training=None,
    ):
        if memory is None:
            q, k, v = self.project(x)
        else:
            q, (k, v) = self.ask(x), self.offer(memory)
        if causal:
            past = causal_mask(ops.shape(x)[1])
            attention_mask = past if attention_mask is None else past & attention_mask
        mixed, weights = self.attend(q, k, v, attention_mask, training)
        return (self.join(mixed), weights) if return_weights else self.join(mixed)

    def project(self, x, positions=None):
        """Queries, keys and values of x, each (B, H, T, K), turned already if `rotary`.

        positions: (T,), default 0..T-1; or (B, 1, T) if every sequence has its own.
        """
        self._need(crosses=False)
        q, k, v = self._split(self.qkv(x), 3)
        if self.rotary:
            positions = ops.arange(ops.shape(x)[1]) if positions is None else positions
            q, k = rotary(q, positions), rotary(k, positions)
        return q, k, v

    def ask(self, x):
        """Queries (B, H, T, K) of a layer that was built with a memory."""
        self._need(crosses=True)
        return self._split(self.q(x), 1)[0]

    def offer(self, memory):
        """Keys and values of a memory (B, S, D''), each (B, H, S, K)."""
        self._need(crosses=True)
        return self._split(self.kv(memory), 2)

    def attend(self, q, k, v, mask=None, training=None):
        """`dot_product_attention` with this layer's dropout; the weights are those before it."""
        if not self.dropout:
            return dot_product_attention(q, k, v, mask)
        weights = attention_weights(q, k, mask)
        return mix(self.drop(weights, training=training), v), weights

    def join(self, mixed):
        """(B, H, T, K) -> (B, T, D): the heads side by side, through the last projection."""
        b, _, t, _ = ops.shape(mixed)
        return self.out(ops.reshape(ops.transpose(mixed, (0, 2, 1, 3)), (b, t, self.width)))

    def _split(self, z, parts):  # (B, T, parts D) -> `parts` times (B, H, T, K)
        b, t, _ = ops.shape(z)
        z = ops.reshape(z, (b, t, parts, self.heads, self.width // self.heads))
        return ops.unstack(ops.transpose(z, (2, 0, 3, 1, 4)), parts)

    def _need(self, crosses):
        if self.crosses is not crosses:
            raise shape_error(
                f"this attention was built {'with' if self.crosses else 'without'} a memory "
                f"and is called {'with' if crosses else 'without'} one.",
                "make one layer for self-attention and another one for cross-attention.",
            )

    def get_config(self):
        names = ("heads", "width", "use_bias", "dropout", "rotary")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


@keras.saving.register_keras_serializable(package="course_utils")
class AdditiveAttention(keras.layers.Layer):
    """Score a pair with a small network instead of a product: v . tanh(W query + U key).

    Queries and keys may have different widths, and no score grows with them. The price is
    B T S A numbers between, A the units, where a dot product keeps B T S.

    Args:
        units: width A of the hidden layer.

    Call:
        x: float (B, T, D), the asking states.
        memory: float (B, S, E), keys and values in one.
        attention_mask: boolean, broadcasts to (B, T, S), True = may look.

    Output:
        mixed (B, T, E) and weights (B, T, S), float32.

    Raises:
        ShapeError: `units` is below 1, or an input has not three axes.

    Weights: "query" (D, A), "key" (E, A), "score" (A,).

    Source: Bahdanau, Cho and Bengio 2014, "Neural Machine Translation by Jointly Learning to
    Align and Translate", arXiv:1409.0473, section 3.1 and appendix A.1.2.
    """

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        if units < 1:
            raise ShapeError(f"units is {units}.", "use a whole number of at least 1.")
        self.units = units

    def build(self, x_shape, memory_shape):
        for shape in (x_shape, memory_shape):
            _three_axes(shape)
        self.query = self.add_weight(shape=(x_shape[-1], self.units), name="query")
        self.key = self.add_weight(shape=(memory_shape[-1], self.units), name="key")
        self.score = self.add_weight(
            shape=(self.units,),
            initializer=keras.initializers.RandomNormal(stddev=self.units**-0.5),
            name="score",
        )

    def call(self, x, memory, attention_mask=None):
        return self.attend(x, memory, self.offer(memory), attention_mask)

    def offer(self, memory):
        """U memory, (B, S, A): the part of a score that is the same for every query."""
        return ops.matmul(memory, self.key)

    def attend(self, x, memory, keys, mask=None):
        """`call` with the keys of `offer`, for code that asks one query at a time."""
        hidden = ops.tanh(ops.matmul(x, self.query)[:, :, None] + keys[:, None])  # (B, T, S, A)
        weights = masked_softmax(ops.matmul(hidden, self.score), mask)
        return mix(weights, memory), weights

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def _three_axes(shape):
    if shape is not None and len(shape) != 3:
        raise ShapeError(
            f"attention got an input of shape {tuple(shape)}.",
            "give it (batch, positions, features); one sequence becomes a batch with x[None].",
        )
