"""Self-attention by hand: every position looks at the others and takes what it needs.

Shape letters besides those of the package: B sequences in a batch, T positions, D model
width, H heads, K = D // H features of one head.

A mask is boolean and broadcasts to (B, H, T, T), True where row i (asking) may look at column
j; so is `attention_mask` in Keras. A position that may look at nothing at all gets weights of
0 and, before the output projection, a mixture of 0: never NaN, and never what it must not see.
"""

import numpy as np

from course_utils.errors import CourseError, ShapeError
from course_utils.scratch.losses import softmax

NEVER = -1e30  # the score of what may not be seen; exp of it is exactly 0


def dot_product_attention(q, k, v, mask=None):
    """Mix the rows of `v`, each weighted by how well its key matches the query.

    weights = softmax(q k^T / sqrt(K)) along the last axis, mixed = weights v. Without the
    division scores of random vectors would grow like sqrt(K), and softmax would pick one winner.

    Args:
        q: queries (..., T, K).
        k: keys (..., S, K).
        v: values (..., S, W), often W = K.
        mask: boolean, broadcasts to (..., T, S); True = may look. None: all may.

    Returns:
        mixed (..., T, W) and weights (..., T, S), float64. Rows of `weights` sum to 1, or are 0
        throughout where the mask allows nothing.

    Raises:
        ShapeError: queries and keys differ in width, keys and values in number, or the mask does
            not fit.
        CourseError: the mask is not boolean.

    Source: Vaswani et al. 2017, section 3.2.1, arXiv:1706.03762.
    """
    q, k, v = (np.asarray(a, dtype=float) for a in (q, k, v))
    if min(q.ndim, k.ndim, v.ndim) < 2 or q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        raise ShapeError(
            f"queries {q.shape}, keys {k.shape} and values {v.shape} do not go together.",
            "q (..., T, K), k (..., S, K), v (..., S, W): q and k share K, k and v share S.",
        )
    scores = q @ k.swapaxes(-1, -2) * q.shape[-1] ** -0.5  # (..., T, S)
    if mask is None:
        weights = softmax(scores)
    else:
        mask = _checked_mask(mask, scores.shape)
        # A row without any True would come out even: the second `where` makes it 0.
        weights = np.where(mask, softmax(np.where(mask, scores, NEVER)), 0.0)
    return weights @ v, weights


class MultiHeadSelfAttention:
    """H attentions side by side, each on its own K features, then one projection.

    Args:
        width: model width D. Must be a multiple of `heads`.
        heads: number of heads H.
        rng: `np.random.Generator` for the first weights, normal with standard deviation
            1 / sqrt(D).
        causal: True: position t looks at positions 0..t only.

    Parameters:
        "q", "k", "v", "out": float64 (D, D). Head h owns columns h K to (h + 1) K of the first
        three. No biases, as in the paper's equations.

    Input:
        x: array (B, T, D). mask: boolean, broadcasts to (B, H, T, T), True = may look; a mask
        for padding is `real[:, None, None, :]` with `real` (B, T). `causal` is applied as well.

    Output:
        float64 (B, T, D). `last_weights`, (B, H, T, T), keeps the attention of the latest call.

    Raises:
        ShapeError: `heads` does not divide `width`, `x` is not (B, T, D), the mask does not fit,
            or `backward` gets something other than (B, T, D).

    Cost: 4 B T D**2 + 2 B T**2 D multiplications and B H T**2 stored weights: double the number
    of positions and the weights take four times the memory.

    Equal to `keras.layers.MultiHeadAttention(H, K, use_bias=False)` on the same weights, except
    that a row that may look at nothing gives 0 here and the mean of all values there.

    Source: Vaswani et al. 2017, section 3.2.2, arXiv:1706.03762.
    """

    def __init__(self, width, heads, rng, causal=False):
        check_heads(heads, width)
        self.width, self.heads, self.causal = width, heads, causal
        self.params = {
            name: rng.normal(0.0, width**-0.5, (width, width)) for name in ("q", "k", "v", "out")
        }
        self.grads = {}
        self.last_weights = self._saved = None

    def forward(self, x, mask=None):
        x = np.asarray(x, dtype=float)
        if x.ndim != 3 or x.shape[-1] != self.width or not x.shape[1]:
            raise ShapeError(
                f"expected x of shape (B, T, {self.width}) with T at least 1, got {x.shape}.",
                "add a batch axis with x[None]." if x.ndim == 2 else "check the model width.",
            )
        q, k, v = (self._split(x @ self.params[name]) for name in ("q", "k", "v"))
        if self.causal:
            past = np.tri(x.shape[1], dtype=bool)
            if mask is not None:
                past = past & _checked_mask(mask, (len(x), self.heads, *past.shape))
            mask = past
        mixed, weights = dot_product_attention(q, k, v, mask)
        self._saved = x, q, k, v, weights, mixed
        self.last_weights = weights
        return self._join(mixed) @ self.params["out"]

    def backward(self, dy):
        """Fill `grads` and return d(loss)/dx, (B, T, D), given d(loss)/dy."""
        if self._saved is None:
            raise CourseError("nothing has gone forward yet.", "call forward(x) first.")
        x, q, k, v, weights, mixed = self._saved
        if np.shape(dy) != x.shape:
            raise ShapeError(
                f"expected dy of shape {x.shape}, got {np.shape(dy)}.",
                "the gradient of an output has the shape of that output.",
            )
        dmixed = self._split(dy @ self.params["out"].T)  # (B, H, T, K)
        dv = weights.swapaxes(-1, -2) @ dmixed
        dweights = dmixed @ v.swapaxes(-1, -2)  # (B, H, T, T)
        # Softmax: the part that would raise all scores of a row alike changes nothing. Where the
        # mask said no, the weight is 0 and so is the gradient.
        dscores = weights * (dweights - (weights * dweights).sum(-1, keepdims=True))
        dscores *= q.shape[-1] ** -0.5
        parts = {"q": dscores @ k, "k": dscores.swapaxes(-1, -2) @ q, "v": dv}
        self.grads = {"out": np.einsum("btd,bte->de", self._join(mixed), dy)}
        dx = np.zeros_like(x)
        for name, dpart in parts.items():
            dpart = self._join(dpart)
            self.grads[name] = np.einsum("btd,bte->de", x, dpart)
            dx += dpart @ self.params[name].T
        return dx

    def _split(self, z):  # (B, T, D) -> (B, H, T, K)
        b, t, _ = z.shape
        return z.reshape(b, t, self.heads, -1).transpose(0, 2, 1, 3)

    def _join(self, z):  # (B, H, T, K) -> (B, T, D)
        return z.transpose(0, 2, 1, 3).reshape(z.shape[0], z.shape[2], self.width)


class CausalSelfAttention(MultiHeadSelfAttention):
    """`MultiHeadSelfAttention` in which position t sees positions 0..t only.

    Args:
        width, heads, rng: as there.

    What a language model needs: it must not read the token that it is to predict.
    """

    def __init__(self, width, heads, rng):
        super().__init__(width, heads, rng, causal=True)


def check_heads(heads, width):
    """Raise a ShapeError unless `heads` divides `width`; the message lists what does."""
    if width < 1 or heads < 1 or width % heads:
        share = f" ({width} / {heads} = {width / heads:.2f})" if heads > 0 else ""
        raise ShapeError(
            f"{heads} heads cannot share {width} features evenly{share}.",
            f"pick heads from {[h for h in range(1, width + 1) if width % h == 0]}."
            if width > 0
            else "use a width of at least 1.",
        )


def _checked_mask(mask, shape):
    mask = np.asarray(mask)
    if mask.dtype != bool:
        raise CourseError(
            f"the mask is {mask.dtype}, not boolean.",
            "compare: tokens != 0 is a mask, True where it may look.",
        )
    try:
        fits = np.broadcast_shapes(mask.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(
            f"the mask has shape {mask.shape} and the scores {shape}.",
            "rows are queries, columns keys; (B, S) needs two axes more: mask[:, None, None].",
        )
    return mask
