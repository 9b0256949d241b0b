"""How surprised a language model is by a text: perplexity and bits per character.

Both take the probabilities that the model gave to the symbols that really came, and both
are averages per symbol, so texts of different lengths can be compared. Texts cut into
different symbols (characters, words, subwords) cannot be compared by perplexity.
"""

import numpy as np

from course_utils.errors import ShapeError


def perplexity(probabilities):
    """Return exp of the mean of -ln p: the number of equally likely choices it felt like.

    Args:
        probabilities: float array (T,), each in [0, 1]: what the model gave to the symbol
            that came at position t.

    Returns:
        float >= 1. 1 means never surprised; a model that spreads its guess evenly over V
        symbols has V; one probability of 0 makes it infinite.

    Raises:
        ShapeError: the array is empty or holds something that is no probability.
    """
    return float(np.exp(_mean_surprise(probabilities)))


def bits_per_character(probabilities):
    """Return the mean of -log2 p, in bits per symbol: log2 of the perplexity.

    Args and errors as for `perplexity`. By Shannon's source coding theorem this is also
    the length, per symbol, to which the model could compress the text.
    """
    return float(_mean_surprise(probabilities) / np.log(2))


def _mean_surprise(probabilities):
    p = np.asarray(probabilities, dtype=float)
    if p.size == 0:
        raise ShapeError("there are no probabilities to average.", "score at least one symbol.")
    # A float32 softmax may exceed 1 by a rounding error.
    if not ((p >= 0) & (p <= 1 + 1e-6)).all():
        raise ShapeError(
            f"probabilities must lie in [0, 1], got {np.min(p):.3g}..{np.max(p):.3g}.",
            "pass probabilities, not counts, logits or logarithms.",
        )
    with np.errstate(divide="ignore"):
        return max(0.0, -np.mean(np.log(p)))
