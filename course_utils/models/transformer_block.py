"""The blocks of which a Transformer is stacked: one reads, one also looks at what was read.

Every part of a block stands in the same frame: a shortcut around it and a normalisation before
or after it. For experiments each can be left out.
"""

import keras
from keras import layers

from course_utils.errors import UsageError
from course_utils.models.attention import MultiHeadAttention, causal_mask

NORMS = ("pre", "post", None)


class _Block(layers.Layer):
    """What both blocks share: the frame, the feed-forward part, the options."""

    def __init__(
        self,
        width,
        heads=4,
        feed_forward=256,
        dropout=0.0,
        norm="pre",
        residual=True,
        rotary=False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if norm not in NORMS:
            raise UsageError(f"there is no norm {norm!r}.", "'pre', 'post' or None.")
        self._config = dict(
            width=width,
            heads=heads,
            feed_forward=feed_forward,
            dropout=dropout,
            norm=norm,
            residual=residual,
            rotary=rotary,
        )
        self.width, self.norm, self.residual = width, norm, residual
        self.attention = self._attention("attention", rotary)
        self.drop = layers.Dropout(dropout, dtype=self.dtype_policy, name="drop")
        self.up = self.down = None
        if feed_forward:
            self.up = self._dense(feed_forward, "up", "relu")
            self.down = self._dense(width, "down")
        self.norms = {}

    def _attention(self, name, rotary=False):
        heads, dropout = self._config["heads"], self._config["dropout"]
        return MultiHeadAttention(
            heads, self.width, dropout=dropout, rotary=rotary, dtype=self.dtype_policy, name=name
        )

    def _dense(self, units, name, activation=None):
        return layers.Dense(units, activation=activation, dtype=self.dtype_policy, name=name)

    def _build(self, *parts):
        stream = (None, None, self.width)
        self.attention.build(stream)
        if self.up is not None:
            parts = (*parts, "feed_forward")
            self.up.build(stream)
            self.down.build((None, None, self._config["feed_forward"]))
        for part in ("attention", *parts) if self.norm else ():
            name = f"{part}_norm"
            self.norms[part] = layers.LayerNormalization(dtype=self.dtype_policy, name=name)
            self.norms[part].build(stream)

    def _frame(self, part, f, x, training):
        """norm, part, dropout, shortcut, in the order of this block. x and result: (B, T, D)."""
        y = self.norms[part](x) if self.norm == "pre" else x
        y = self.drop(f(y), training=training)
        y = x + y if self.residual else y
        return self.norms[part](y) if self.norm == "post" else y

    def _feed_forward(self, x, training):
        if self.up is None:
            return x
        return self._frame("feed_forward", lambda y: self.down(self.up(y)), x, training)

    def get_config(self):
        return {**super().get_config(), **self._config}


@keras.saving.register_keras_serializable(package="course_utils")
class EncoderBlock(_Block):
    """Self-attention, then two dense layers at every position: (B, S, D) -> (B, S, D).

    Args:
        width: D. heads: H, a divisor of D. feed_forward: width of the hidden layer between the
            two dense ones (ReLU); None leaves both out.
        dropout: fraction dropped of the attention's weights and of each part's result.
        norm: "pre": x + f(norm(x)); "post": norm(x + f(x)), as in the paper; None: x + f(x).
        residual: False leaves the shortcut out: f(norm(x)).
        rotary: turn queries and keys by their positions.

    Call:
        x: float (B, S, D). attention_mask: boolean, broadcasts to (B, H, S, S), True = may look.

    Raises:
        ShapeError: the heads do not divide the width. UsageError: there is no such norm.

    Parameters: 4 D**2 in the attention, 2 D F + F + D in the dense layers, 2 D in each norm.

    Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.1 and 3.3; the norm before: Xiong
    et al. 2020, "On Layer Normalization in the Transformer Architecture", arXiv:2002.04745.
    """

    def build(self, input_shape):
        self._build()

    def call(self, x, attention_mask=None, training=None):
        def look(y):
            return self.attention(y, attention_mask=attention_mask, training=training)

        return self._feed_forward(self._frame("attention", look, x, training), training)


@keras.saving.register_keras_serializable(package="course_utils")
class DecoderBlock(_Block):
    """Causal self-attention, attention to the memory, two dense layers: (B, T, D) -> (B, T, D).

    Args: as `EncoderBlock`.

    Call:
        x: float (B, T, D). memory: float (B, S, D), what the encoder made.
        memory_mask: boolean, broadcasts to (B, H, T, S), True = may look.

    `write` is the same for code that keeps keys and values; it also returns the weights.

    Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.1.
    """

    def __init__(self, width, **kwargs):
        super().__init__(width, **kwargs)
        self.cross = self._attention("cross")

    def build(self, input_shape):
        self._build("cross")
        stream = (None, None, self.width)
        self.cross.build(stream, stream)

    def call(self, x, memory, memory_mask=None, training=None):
        return self.write(x, self.cross.offer(memory), memory_mask, training=training)[0]

    def write(self, x, offered, memory_mask=None, mask=None, remember=None, training=None, at=None):
        """`call` for some positions only.

        Args:
            x: (B, T, D), the positions that are new.
            offered: keys and values of the memory, as `self.cross.offer(memory)` gives them.
            mask: boolean, who may look at whom in the self-attention; None: causal.
            remember: None, or a function (keys, values) -> (keys, values) that takes those of
                the new positions and returns all that may be looked at.
            at: (T,) positions of x, if they turn (`rotary`); None: 0..T-1.

        Returns:
            ((B, T, D), weights of the attention to the memory (B, H, T, S)).
        """
        seen = []  # the frame passes on one value only

        def look_back(y):
            q, k, v = self.attention.project(y, at)
            k, v = remember(k, v) if remember else (k, v)
            mixed, _ = self.attention.attend(q, k, v, past, training)
            return self.attention.join(mixed)

        def look_across(y):
            mixed, weights = self.cross.attend(self.cross.ask(y), *offered, memory_mask, training)
            seen.append(weights)
            return self.cross.join(mixed)

        past = causal_mask(keras.ops.shape(x)[1]) if mask is None else mask
        x = self._frame("attention", look_back, x, training)
        x = self._frame("cross", look_across, x, training)
        return self._feed_forward(x, training), seen[0]
