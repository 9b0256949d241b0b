"""The Transformer that translates: an encoder reads the source, a decoder writes the target."""

import keras
from keras import ops

from course_utils.errors import UsageError
from course_utils.models.positions import LearnedPositions, SinusoidalPositions
from course_utils.models.refuse import shape_error
from course_utils.models.transformer_block import DecoderBlock, EncoderBlock

__all__ = ["DecoderBlock", "EncoderBlock", "Transformer"]

POSITIONS = {"sinusoidal": SinusoidalPositions, "learned": LearnedPositions}


@keras.saving.register_keras_serializable(package="course_utils")
class Transformer(keras.Model):
    """Source and what was written of the target so far -> logits for what comes next.

    Args:
        source_vocabulary, target_vocabulary: numbers of symbols V, **padding included**: symbol
            0 is the padding on both sides.
        width: model width D. heads: H, a divisor of D. layers: blocks in the encoder, and as
            many in the decoder. feed_forward: hidden width of a block; None leaves it out.
        dropout: fraction dropped, see `EncoderBlock`; also of what goes into the first block.
        norm: "pre", with a last one after the stack; "post", as in the paper; or None.
        positions: "sinusoidal", "learned", "rotary" or None.
        residual: False leaves the shortcuts out.
        length: the most positions of a source or a target.

    Call:
        source: whole numbers (B, S), padded at the end.
        target: whole numbers (B, T), start token first. In training this is the right answer,
            shifted by one (teacher forcing).

    Output:
        float32 **logits** (B, T, V): at position t those of the token after target[:, t]. They
        depend on target[:, :t + 1] only. Padding in the source changes nothing.

    Raises:
        ShapeError: the heads do not divide the width; a sequence is longer than `length`.
        UsageError: there are no such positions, or no such norm.

    `begin` and `step` write one token at a time, see `course_utils.models.translate`;
    `cross_attention` returns what the decoder looked at.

    Source: Vaswani et al. 2017, "Attention Is All You Need", arXiv:1706.03762. Symbols are
    looked up as vectors of variance 1 (the paper's sqrt(D), section 3.4); source, target and
    output do not share a table.
    """

    def __init__(
        self,
        source_vocabulary,
        target_vocabulary,
        width=64,
        heads=4,
        layers=2,
        feed_forward=256,
        dropout=0.1,
        norm="pre",
        positions="sinusoidal",
        residual=True,
        length=64,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if positions not in (None, "rotary", *POSITIONS):
            raise UsageError(
                f"there are no positions {positions!r}.",
                "'sinusoidal', 'learned', 'rotary' or None.",
            )
        block = dict(
            heads=heads,
            feed_forward=feed_forward,
            dropout=dropout,
            norm=norm,
            residual=residual,
        )
        self._config = dict(
            source_vocabulary=source_vocabulary,
            target_vocabulary=target_vocabulary,
            width=width,
            layers=layers,
            positions=positions,
            length=length,
            **block,
        )
        block.update(rotary=positions == "rotary", dtype=self.dtype_policy)
        self.width, self.heads, self.length = width, heads, length
        self.source_in = self._way_in("source", source_vocabulary, positions)
        self.target_in = self._way_in("target", target_vocabulary, positions)
        self.encoder, self.decoder = (
            [kind(width, name=f"{name}{i + 1}", **block) for i in range(layers)]
            for kind, name in ((EncoderBlock, "encoder"), (DecoderBlock, "decoder"))
        )
        self.encoder_norm = self._last_norm("encoder_norm")
        self.decoder_norm = self._last_norm("decoder_norm")
        self.drop = keras.layers.Dropout(dropout, dtype=self.dtype_policy, name="drop")
        self.logits = keras.layers.Dense(target_vocabulary, dtype="float32", name="logits")
        self.build(None)  # all sizes are known: `encode` and `begin` may come before a call

    def _way_in(self, name, vocabulary, positions):
        table = keras.layers.Embedding(
            vocabulary,
            self.width,
            embeddings_initializer=keras.initializers.RandomNormal(stddev=1.0),
            dtype=self.dtype_policy,
            name=f"{name}_symbol",
        )
        kind = POSITIONS.get(positions)
        place = kind and kind(self.length, dtype=self.dtype_policy, name=f"{name}_position")
        return table, place

    def _last_norm(self, name):
        if self._config["norm"] != "pre":
            return None
        return keras.layers.LayerNormalization(dtype=self.dtype_policy, name=name)

    def build(self, input_shape):
        if self.built:
            return
        stream = (None, None, self.width)
        for table, place in (self.source_in, self.target_in):
            table.build((None, None))
            if place is not None:
                place.build(stream)
        for layer in (*self.encoder, *self.decoder, self.encoder_norm, self.decoder_norm):
            if layer is not None:
                layer.build(stream)
        self.logits.build(stream)

    def call(self, inputs, training=None):
        source, target = inputs
        return self._read_and_write(source, target, training)[0]

    def cross_attention(self, source, target):
        """What each position of the target looked at in the source: (layers, B, H, T, S).

        float32; rows sum to 1, padding in the source has 0. `target` begins with the start
        token, so row t belongs to the token that is written after target[:, t].
        """
        return ops.stack(self._read_and_write(source, target, False)[1])

    def encode(self, source, training=None):
        """Memory (B, S, D), and boolean (B, 1, 1, S): which source positions are real."""
        real = ops.not_equal(source, 0)[:, None, None, :]
        x = self._enter(self.source_in, source, None, training)
        for block in self.encoder:
            x = block(x, attention_mask=real, training=training)
        return self._normed(self.encoder_norm, x), real

    def begin(self, source, length):
        """What `step` needs: (what stays, what changes), with room for `length` tokens."""
        memory, real = self.encode(source)
        offered = [block.cross.offer(memory) for block in self.decoder]
        shape = (ops.shape(source)[0], self.heads, length, self.width // self.heads)
        room = [ops.zeros(shape, self.compute_dtype) for _ in range(2 * len(self.decoder))]
        return (offered, real), room

    def step(self, token, t, stays, kept):
        """Write one token more: keys and values of the earlier ones are in `kept`.

        Args:
            token: whole numbers (B,), the token at position t. t: a number or a tensor.
            stays, kept: from `begin`; `kept` from the step before.

        Returns:
            logits (B, V), weights (B, S) of the last block's look at the source (the mean over
            its heads), and the new `kept`.
        """
        offered, real = stays
        at = ops.reshape(ops.cast(t, "int32"), (1,))
        x = self._enter(self.target_in, token[:, None], at, False)  # (B, 1, D)
        past = (ops.arange(kept[0].shape[2]) <= at)[None]  # (1, T)
        new = []

        def remember(k, v):
            for part in (k, v):
                new.append(ops.slice_update(kept[len(new)], (0, 0, at[0], 0), part))
            return new[-2:]

        for block, pair in zip(self.decoder, offered, strict=True):
            x, weights = block.write(x, pair, real, past, remember, False, at)
        logits = self.logits(self._normed(self.decoder_norm, x))
        return logits[:, 0], ops.mean(weights, axis=1)[:, 0], new

    def _read_and_write(self, source, target, training):
        memory, real = self.encode(source, training)
        x = self._enter(self.target_in, target, None, training)
        seen = []
        for block in self.decoder:
            x, weights = block.write(x, block.cross.offer(memory), real, training=training)
            seen.append(weights)
        return self.logits(self._normed(self.decoder_norm, x)), seen

    def _enter(self, way_in, ids, at, training):
        table, place = way_in
        if at is None and ids.shape[1] is not None and ids.shape[1] > self.length:
            raise shape_error(
                f"{ids.shape[1]} positions, but the model was made for at most {self.length}.",
                "cut the sequences, or make the model with a larger length.",
            )
        x = table(ids)
        x = x if place is None else place(x, positions=at)
        return self.drop(x, training=training)

    def _normed(self, norm, x):
        return x if norm is None else norm(x)

    def get_config(self):
        return {**super().get_config(), **self._config}
