"""Training a language model fast: the whole step compiled, several steps a call.

A batch is two whole-number arrays (B, T): token ids `x`, and `y`, what follows each of them.
Where `y` is negative nothing is asked (padding). Losses are means over what is asked, in nats
per token, computed in float32 whatever the precision of the model.

This file speaks to TensorFlow: Keras has no compiled training step of one's own for all
backends. On another backend `model.fit` trains the same models.
"""

import keras
import numpy as np

from course_utils.errors import EnvironmentNotReady, ShapeError, UsageError

ROWS = 64  # of a batch that is only evaluated


class LanguageModelTrainer:
    """Trains `model` to predict the next token.

    Args:
        model: a built `keras.Model`, ids (B, T) -> logits (B, T, V).
        optimizer: a Keras optimizer; None takes the one that the model was compiled with.
        clip: if the gradient of all weights together is longer, it is cut to this length;
            None leaves it. An optimizer that clips by itself is left alone.
        accumulate: parts of equal size into which a batch is cut. Their gradients are added
            before one update: the same update as for the whole batch, with less memory.
        steps_per_call: how many batches `run` hands over at a time. More save the time
            between two calls.
        jit: compile with XLA, which is faster but takes some seconds once for each shape.

    Raises:
        EnvironmentNotReady: Keras does not run on TensorFlow.
        UsageError: there is no optimizer, or a count is below 1.

    In mixed float16 the optimizer must be a `LossScaleOptimizer`; a model that was compiled
    has one.
    """

    def __init__(
        self, model, optimizer=None, *, clip=1.0, accumulate=1, steps_per_call=1, jit=True
    ):
        self.model, self.optimizer = model, optimizer or getattr(model, "optimizer", None)
        self.accumulate, self.steps_per_call = accumulate, steps_per_call
        self._check()
        inner = getattr(self.optimizer, "inner_optimizer", self.optimizer)  # under loss scaling
        if not (inner.global_clipnorm or inner.clipnorm or inner.clipvalue):
            inner.global_clipnorm = clip
        if not self.optimizer.built:
            self.optimizer.build(model.trainable_variables)
        import tensorflow as tf

        self._tf = tf
        self._one = tf.function(self._one_step, jit_compile=jit, autograph=False)
        self._several = {}  # (B, T) -> function of any number of batches of this shape
        self._surprise = tf.function(self._token_losses, jit_compile=jit, autograph=False)

    def step(self, x, y):
        """Learn from one batch; return its loss before the update, a float.

        Raises:
            ShapeError: x and y are not (B, T) alike, or `accumulate` does not divide B.
        """
        return float(self._call([(x, y)])[0])

    def run(self, batches):
        """Learn from an iterable of (x, y); yield the loss of each, in order.

        Losses come in groups of `steps_per_call`; the last group may be smaller.
        """
        group = []
        for batch in batches:
            group.append(batch)
            if len(group) == self.steps_per_call:
                yield from map(float, self._call(group))
                group = []
        if group:
            yield from map(float, self._call(group))

    def advance(self, rows):
        """Learn from rows (S, B, T + 1), S steps in one call; return S losses, float32 (S,).

        Position t of a row is read, position t + 1 is what follows it.
        """
        rows = np.asarray(rows, dtype="int32")
        return self._call(list(zip(rows[:, :, :-1], rows[:, :, 1:], strict=True)))

    def evaluate(self, x, y, weights=None):
        """Mean loss over all of (N, T), in nats per token. Nothing is learned.

        Args:
            x, y: ids (N, T) as for `step`.
            weights: float (N, T), how much each position counts; None counts all alike.
        """
        x, y = _checked(x, y)
        weights = np.ones(y.shape) if weights is None else np.asarray(weights, dtype=float)
        if weights.shape != y.shape:
            raise ShapeError(f"weights are {weights.shape}, y is {y.shape}.", "one per token.")
        weights = np.where(y < 0, 0.0, weights)
        if not weights.sum() > 0:
            raise ShapeError("no position counts: all targets are negative.", "look at y.")
        total = 0.0
        for first in range(0, len(x), ROWS):
            part = slice(first, first + ROWS)
            rows = len(x[part])
            few = len(x) < ROWS or rows == ROWS
            take = np.arange(rows) if few else np.arange(ROWS) % rows  # one shape to compile
            losses = self._surprise(x[part][take], y[part][take]).numpy()[:rows]
            total += (losses.astype(float) * weights[part]).sum()
        return total / weights.sum()

    def _call(self, batches):
        pairs = [_checked(x, y) for x, y in batches]
        if len({x.shape for x, _ in pairs}) > 1:
            raise ShapeError(
                f"the batches of one call have different shapes: {[x.shape for x, _ in pairs]}.",
                "steps_per_call=1, or batches of one size.",
            )
        if len(pairs[0][0]) % self.accumulate:
            raise ShapeError(
                f"{len(pairs[0][0])} rows cannot be cut into {self.accumulate} equal parts.",
                "choose a batch that `accumulate` divides.",
            )
        x, y = (np.stack(arrays) for arrays in zip(*pairs, strict=True))
        shape = x.shape[1:]
        if shape not in self._several:
            spec = self._tf.TensorSpec((None, *shape), "int32")
            self._several[shape] = self._tf.function(
                self._several_steps, input_signature=(spec, spec), autograph=False
            )
        return self._several[shape](x, y).numpy()

    def _several_steps(self, x, y):
        """(S, B, T) twice -> S losses. One compiled step in a loop: S may be any number."""
        tf = self._tf
        count = tf.shape(x)[0]

        def step(number, losses):
            return number + 1, losses.write(number, self._one(x[number], y[number]))

        _, losses = tf.while_loop(
            lambda number, _: number < count, step, (0, tf.TensorArray("float32", count))
        )
        return losses.stack()

    def _one_step(self, x, y):
        tf, variables = self._tf, self.model.trainable_variables
        total, gradients = 0.0, None
        counted = tf.maximum(tf.reduce_sum(tf.cast(y >= 0, tf.float32)), 1.0)
        for part_x, part_y in zip(*(tf.split(a, self.accumulate) for a in (x, y)), strict=True):
            with tf.GradientTape() as tape:
                losses = self._token_losses(part_x, part_y, training=True)
                loss = tf.reduce_sum(losses) / counted
                scaled = self.optimizer.scale_loss(loss)
            found = tape.gradient(scaled, [variable.value for variable in variables])
            found = [tf.convert_to_tensor(gradient) for gradient in found]  # embeddings: dense
            total += loss
            gradients = found if gradients is None else list(map(tf.add, gradients, found))
        self.optimizer.apply(gradients, variables)
        return total

    def _token_losses(self, x, y, training=False):
        """Nats at every position, float32 (B, T); 0 where y is negative."""
        tf = self._tf
        logits = tf.cast(self.model(x, training=training), tf.float32)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(y, 0), logits)
        return tf.where(y < 0, 0.0, losses)

    def _check(self):
        if keras.backend.backend() != "tensorflow":
            raise EnvironmentNotReady(
                f"this trainer needs TensorFlow, but Keras runs on {keras.backend.backend()}.",
                "set KERAS_BACKEND=tensorflow before Python starts, or use model.fit.",
            )
        if self.optimizer is None:
            raise UsageError(
                f"the model {self.model.name!r} is not compiled and no optimizer was given.",
                "LanguageModelTrainer(model, keras.optimizers.AdamW(1e-3)).",
            )
        for name in ("accumulate", "steps_per_call"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}.", "a whole number from 1.")


def _checked(x, y):
    x, y = np.asarray(x, dtype="int32"), np.asarray(y, dtype="int32")
    if x.ndim != 2 or x.shape != y.shape:
        raise ShapeError(
            f"x is {x.shape} and y is {y.shape}.",
            "both (rows, tokens): for every token of x the one that follows it.",
        )
    return x, y
