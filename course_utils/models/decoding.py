"""A whole generation in one compiled call: prompt in, finished rows out.

Between two tokens of `CachedReader` the logits travel to Python and back. Here the choice is
made inside the compiled loop, so nothing travels until the text is finished.
"""

import keras
from keras import ops

from course_utils.models.cache import empty_cache, read_cached


class DecodingLoop(keras.Model):
    """Greedy or by temperature, B rows at once, until each has met its stop or its end.

    Args:
        model: `GPT`.
        batch: rows B.
        alike: whether all prompts have the same length, which is faster.

    Call argument, a dict:
        prompt: int (B, P), padded on the right to one length P <= C.
        lengths: int (B,), real tokens in each row, 1 to P.
        new: int scalar, how many tokens to write at most.
        stop: int scalar, a row ends with this token; -1 for none.
        temperature: float scalar; 0 takes the most probable token.
        chances: float (B, C) in [0, 1), one for each token to be drawn.

    Returns:
        tokens int (B, C): the new tokens from column 0 on; and counts int (B,), how many.

    A token is drawn by walking along the cumulated probabilities until they pass its chance,
    so that the same chances give the same text on every backend.
    """

    def __init__(self, model, batch=1, alike=True):
        super().__init__(dtype="float32", autocast=False)
        self.gpt, self.batch, self.alike = model, batch, alike
        self.compile(jit_compile=True)
        self.built = True

    def call(self, inputs):
        config, batch = self.gpt.config, self.batch
        lengths, new, stop = inputs["lengths"], inputs["new"], inputs["stop"]
        temperature, chances = inputs["temperature"], inputs["chances"]
        cache = empty_cache(config, batch, self.gpt.blocks[0].compute_dtype)
        places = lengths[:1] if self.alike else lengths  # where the first new tokens go
        logits, cache = read_cached(self.gpt, inputs["prompt"], ops.zeros_like(places), cache)
        last = ops.take_along_axis(logits, lengths[:, None, None] - 1, axis=1)[:, 0]  # (B, V)

        def unfinished(step, logits, tokens, counts, cache):
            return (step < new) & ops.any(counts == step)

        def write(step, logits, tokens, counts, cache):
            chance = ops.take(chances, step, axis=1)
            chosen = _choose(logits, temperature, chance)  # (B,)
            tokens = ops.slice_update(tokens, (0, step), chosen[:, None])
            running = counts == step
            counts = counts + ops.cast(running, "int32")
            counts = ops.where(running & (chosen == stop), -counts, counts)  # never runs again
            # a row that is full reads its last position again; the answer is not used
            at = ops.minimum(places + step, config.context - 1)
            logits, cache = read_cached(self.gpt, chosen[:, None], at, cache)
            return step + 1, logits[:, 0], tokens, counts, cache

        tokens = ops.zeros((batch, config.context), "int32")
        counts = ops.zeros((batch,), "int32")
        _, _, tokens, counts, _ = ops.while_loop(
            unfinished, write, (ops.zeros((), "int32"), last, tokens, counts, cache)
        )
        return tokens, ops.abs(counts)

    def compute_output_spec(self, inputs):
        context = self.gpt.config.context
        return (
            keras.KerasTensor((self.batch, context), "int32"),
            keras.KerasTensor((self.batch,), "int32"),
        )


def _choose(logits, temperature, chance):
    """One token for each row of logits (B, V): int32 (B,)."""
    best = ops.argmax(logits, axis=-1)
    p = ops.softmax(logits / ops.maximum(temperature, 1e-6))
    heap = ops.cumsum(p, axis=-1)
    drawn = ops.sum(ops.cast(heap <= chance[:, None] * heap[:, -1:], "int32"), axis=-1)
    drawn = ops.minimum(drawn, logits.shape[-1] - 1)
    return ops.cast(ops.where(temperature > 0, drawn, ops.cast(best, drawn.dtype)), "int32")
