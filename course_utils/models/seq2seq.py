"""One recurrent network reads, another one writes: translation with and without attention."""

import keras
from keras import layers, ops

from course_utils.errors import ShapeError, UsageError
from course_utils.models.attention import AdditiveAttention, dot_product_attention

SCORES = (None, "additive", "dot")


@keras.saving.register_keras_serializable(package="course_utils")
class Seq2Seq(keras.Model):
    """A GRU reads the source both ways, a GRU writes the target one token after the other.

    Without attention all that the writer knows of the source is the reader's last state, U
    numbers however long the source is. With attention it also looks, at every step, at the
    reader's states at all source positions, and mixes what it needs.

    Args:
        source_vocabulary, target_vocabulary: numbers of symbols V, **padding included**: symbol
            0 is the padding on both sides.
        units: U, even. The writer's state; the reader has U / 2 in each direction.
        attention: None; "additive" (a small network scores each pair); or "dot" (the writer's
            state times the reader's, divided by sqrt(U)).
        width: features that a symbol is looked up as.

    Call:
        source: whole numbers (B, S), padded at the end.
        target: whole numbers (B, T), what the writer has written so far, start token first. In
            training this is the right answer, shifted by one: teacher forcing.

    Output:
        float32 **logits** (B, T, V): at position t those of the token after target[:, t].

    Raises:
        ShapeError: `units` is odd or below 2.
        UsageError: there is no such attention.

    `begin` and `step` write one token at a time, see `course_utils.models.translate`.

    Source: Sutskever et al. 2014, arXiv:1409.3215 (no attention); Bahdanau et al. 2014,
    arXiv:1409.0473 (reading both ways, additive scores); Luong et al. 2015, arXiv:1508.04025,
    section 3.1: as there, the writer's state at step t asks and the mixture goes into the
    output, not back into the GRU, so that in training all steps ask at once.
    """

    def __init__(
        self, source_vocabulary, target_vocabulary, units=64, attention=None, width=32, **kwargs
    ):
        super().__init__(**kwargs)
        if units < 2 or units % 2:
            raise ShapeError(
                f"{units} units cannot be shared by two directions.", "use an even number."
            )
        if attention not in SCORES:
            raise UsageError(f"there is no attention {attention!r}.", "None, 'additive' or 'dot'.")
        self._config = dict(
            source_vocabulary=source_vocabulary,
            target_vocabulary=target_vocabulary,
            units=units,
            attention=attention,
            width=width,
        )
        self.attention = attention
        self.read_symbol = layers.Embedding(source_vocabulary, width, name="read_symbol")
        half = layers.GRU(units // 2, return_sequences=True, return_state=True)
        self.reader = layers.Bidirectional(half, name="reader")
        self.written_symbol = layers.Embedding(target_vocabulary, width, name="written_symbol")
        self.writer = layers.GRU(units, return_sequences=True, return_state=True, name="writer")
        if attention == "additive":
            self.look = AdditiveAttention(units, name="look")
        if attention:
            self.combine = layers.Dense(units, activation="tanh", name="combine")
        self.logits = layers.Dense(target_vocabulary, dtype="float32", name="logits")
        self.build(None)  # all sizes are known: `read` and `begin` may come before a call

    def build(self, input_shape):
        if self.built:
            return
        width, units = self._config["width"], self._config["units"]
        self.read_symbol.build((None, None))
        self.written_symbol.build((None, None))
        self.reader.build((None, None, width))
        self.writer.build((None, None, width))
        if self.attention == "additive":
            self.look.build((None, None, units), (None, None, units))
        if self.attention:
            self.combine.build((None, None, 2 * units))
        self.logits.build((None, None, units))

    def call(self, inputs):
        source, target = inputs
        memory, state, real = self.read(source)
        states, _ = self.writer(self.written_symbol(target), initial_state=state)  # (B, T, U)
        if not self.attention:
            return self.logits(states)
        mixed, _ = self._look(states, memory, self._keys(memory), real)
        return self.logits(self.combine(ops.concatenate([states, mixed], axis=-1)))

    def read(self, source):
        """(memory (B, S, U), state (B, U), which positions are real (B, S))."""
        real = ops.not_equal(source, 0)
        memory, *states = self.reader(self.read_symbol(source), mask=real)
        return memory, ops.concatenate(states, axis=-1), real

    def begin(self, source, length=None):
        """What `step` needs: (what stays, what changes). `length` is not needed here."""
        memory, state, real = self.read(source)
        return (memory, self._keys(memory), real), state

    def step(self, token, t, stays, state):
        """Write one token more.

        Args:
            token: whole numbers (B,), the token at position t. t is not needed here.
            stays, state: from `begin`; `state` (B, U) from the step before.

        Returns:
            logits (B, V), weights (B, S), 0 throughout without attention, and the new state.
        """
        memory, keys, real = stays
        state, _ = self.writer.cell(self.written_symbol(token), [state])
        if not self.attention:
            return self.logits(state), ops.zeros_like(real, "float32"), state
        mixed, weights = self._look(state[:, None], memory, keys, real)
        combined = self.combine(ops.concatenate([state, mixed[:, 0]], axis=-1))
        return self.logits(combined), weights[:, 0], state

    def _keys(self, memory):
        return self.look.offer(memory) if self.attention == "additive" else memory

    def _look(self, states, memory, keys, real):
        if self.attention == "additive":
            return self.look.attend(states, memory, keys, real[:, None])
        return dot_product_attention(states, keys, memory, real[:, None])

    def get_config(self):
        return {**super().get_config(), **self._config}
