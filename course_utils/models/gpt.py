"""GPT: a decoder-only Transformer that predicts, at every position, the token that follows.

Shape letters: B batch, T positions of this call, C the most positions, D width, H heads,
K = D / H, V vocabulary. Pre-norm blocks as in GPT-2 (Radford et al. 2019, "Language Models
are Unsupervised Multitask Learners", section 2.3); the newer parts are options of GPTConfig.
"""

import math

import keras
from keras import layers, ops

from course_utils.models.attention import MultiHeadAttention, causal_mask
from course_utils.models.gpt_config import SIZES, GPTConfig
from course_utils.models.positions import sinusoidal
from course_utils.models.refuse import shape_error

__all__ = ["GPT", "SIZES", "GPTBlock", "GPTConfig"]

SPREAD = 0.02  # standard deviation of initial weights: GPT-2's


@keras.saving.register_keras_serializable(package="course_utils")
class GPTBlock(layers.Layer):
    """One block: x + attention(norm(x)), then x + feed_forward(norm(x)).

    Args:
        config: `GPTConfig`, or the dict of one.

    Call arguments:
        x: float (B, T, D).
        mask: boolean, broadcastable to (B, H, T, S); True = may be looked at.
        positions: int (T,), or (B, T) if every row stands elsewhere; only rotary ones ask.
        remember: None, or a function (keys, values) -> (keys, values) that takes the new
            (B, H, T, K) pair and returns the S positions to look at: the cache's way in.

    Returns:
        float (B, T, D).

    Cost: 12 D**2 multiplications a position in the projections and 2 S D in the attention.
    """

    def __init__(self, config, **kwargs):
        super().__init__(**kwargs)
        self.config = config if isinstance(config, GPTConfig) else GPTConfig.from_dict(config)
        config = self.config
        last = SPREAD / math.sqrt(2 * config.layers)  # 2 additions a block: keeps their sum small
        gated = config.feed_forward == "swiglu"
        self.norm1 = make_norm(config, self.dtype_policy, "norm1")
        self.attention = MultiHeadAttention(
            config.heads,
            config.width,
            use_bias=config.bias,
            dropout=config.dropout,
            rotary=config.positions == "rotary",
            dtype=self.dtype_policy,
            name="attention",
        )
        self.norm2 = make_norm(config, self.dtype_policy, "norm2")
        self.up = self._dense(config.hidden * (2 if gated else 1), "up")
        self.down = self._dense(config.width, "down", last)
        self.drop = layers.Dropout(config.dropout, dtype=self.dtype_policy, name="drop")
        self._last = last

    def _dense(self, units, name, spread=SPREAD):
        return layers.Dense(
            units,
            use_bias=self.config.bias,
            kernel_initializer=normal(spread),
            dtype=self.dtype_policy,
            name=name,
        )

    def build(self, input_shape):
        stream = (None, None, self.config.width)
        for layer in (self.norm1, self.attention, self.norm2, self.up, self.drop):
            layer.build(stream)
        self.down.build((None, None, self.config.hidden))
        for dense, spread in ((self.attention.qkv, SPREAD), (self.attention.out, self._last)):
            dense.kernel.assign(normal(spread)(dense.kernel.shape))

    def call(self, x, mask, positions=None, remember=None, training=None):
        if positions is not None and len(positions.shape) == 2:
            positions = positions[:, None]  # (B, 1, T): the same for every head
        q, k, v = self.attention.project(self.norm1(x), positions)  # each (B, H, T, K)
        if remember is not None:
            k, v = remember(k, v)
        mixed, _ = self.attention.attend(q, k, v, mask, training)
        x = x + self.drop(self.attention.join(mixed), training=training)
        hidden = self.up(self.norm2(x))  # (B, T, 4 D)
        if self.config.feed_forward == "swiglu":
            gate, hidden = ops.split(hidden, 2, axis=-1)
            hidden = ops.silu(gate) * hidden
        else:
            hidden = ops.gelu(hidden, approximate=True)
        return x + self.drop(self.down(hidden), training=training)

    def compute_output_shape(self, input_shape, *_, **__):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "config": self.config.to_dict()}


@keras.saving.register_keras_serializable(package="course_utils")
class GPT(keras.Model):
    """Token ids (B, T) -> logits (B, T, V) for the next token, float32; T <= context.

    Args:
        config: `GPTConfig`, or the dict of one.

    Logits at position t depend on ids 0 to t alone. Compile with
    `SparseCategoricalCrossentropy(from_logits=True)`, or train with
    `train.language_model.LanguageModelTrainer`, which is faster.

    Raises:
        ShapeError: more positions than the context (message with both numbers).

    Initial weights: normal, 0.02; the two projections of a block that add to the stream
    are smaller by sqrt(2 layers). Source: Radford et al. 2019, section 2.3.
    """

    def __init__(self, config, **kwargs):
        super().__init__(**kwargs)
        self.config = config if isinstance(config, GPTConfig) else GPTConfig.from_dict(config)
        config = self.config
        self.tokens = self._embedding(config.vocabulary, "tokens")
        learned = config.positions == "learned"
        self.places = self._embedding(config.context, "places") if learned else None
        self.drop = layers.Dropout(config.dropout, dtype=self.dtype_policy, name="drop")
        self.blocks = [
            GPTBlock(config, dtype=self.dtype_policy, name=f"block{number + 1}")
            for number in range(config.layers)
        ]
        self.norm = make_norm(config, self.dtype_policy, "norm")
        self.head = None
        if not config.tie:
            self.head = layers.Dense(
                config.vocabulary,
                use_bias=False,
                kernel_initializer=normal(SPREAD),
                dtype=self.dtype_policy,
                name="head",
            )
        self.build((None, None))

    def _embedding(self, rows, name):
        return layers.Embedding(
            rows,
            self.config.width,
            embeddings_initializer=normal(SPREAD),
            dtype=self.dtype_policy,
            name=name,
        )

    def build(self, input_shape):
        if self.built:
            return
        ids, stream = (None, None), (None, None, self.config.width)
        for layer in (self.tokens, self.places):
            if layer is not None:
                layer.build(ids)
        for layer in (self.drop, *self.blocks, self.norm, self.head):
            if layer is not None:
                layer.build(stream)
        self.built = True

    def call(self, ids, training=None):
        length = ids.shape[1]
        if length is not None and length > self.config.context:
            raise shape_error(
                f"{length} tokens are more than this model's context of {self.config.context}.",
                f"give at most {self.config.context}: the last ones, or shorter windows.",
            )
        length = ops.shape(ids)[1] if length is None else length
        positions = ops.arange(length, dtype="int32")
        return self.read_on(
            ids, positions, causal_mask(length), [None] * len(self.blocks), training
        )

    def read_on(self, ids, positions, mask, remember, training=None):
        """`call` with the caller's positions, mask and cache: see `GPTBlock`.

        Args:
            ids: int (B, T).
            positions: int (T,) or (B, T), each below the context.
            mask: boolean, broadcastable to (B, H, T, S).
            remember: one function or None for each block.

        Returns:
            float32 logits (B, T, V).
        """
        x = self.tokens(ids)  # (B, T, D)
        if self.places is not None:
            x = x + self.places(positions)
        elif self.config.positions == "sinusoidal":
            waves = ops.cast(sinusoidal(self.config.context, self.config.width), x.dtype)
            # weights begin at 0.02: waves of size 1 would drown the tokens
            x = x + SPREAD * ops.take(waves, positions, axis=0)
        x = self.drop(x, training=training)
        for block, memory in zip(self.blocks, remember, strict=True):
            x = block(x, mask, positions, remember=memory, training=training)
        x = self.norm(x)
        if self.head is not None:
            logits = self.head(x)
        else:
            logits = ops.matmul(x, ops.transpose(ops.cast(self.tokens.embeddings, x.dtype)))
        return ops.cast(logits, "float32")

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.config.vocabulary)

    def get_config(self):
        return {**super().get_config(), "config": self.config.to_dict()}


def normal(spread):
    """Initial weights with mean 0 and standard deviation `spread`."""
    return keras.initializers.RandomNormal(stddev=spread)


def make_norm(config, dtype, name):
    """The normalisation that `config` names, over the last axis."""
    if config.norm == "rms":
        return layers.RMSNormalization(epsilon=1e-6, dtype=dtype, name=name)
    return layers.LayerNormalization(epsilon=1e-5, center=config.bias, dtype=dtype, name=name)
