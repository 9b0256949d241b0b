"""What a GPT costs, computed from its config: parameters, operations, bytes.

`config` is a `GPTConfig` or anything with its fields. Shape letters: V vocabulary, C context, D
width, L layers, H heads, F hidden width of the feed-forward part, T positions, B rows.

An operation (FLOP) is one addition or one multiplication, so a product of an (m, k) and a (k, n)
matrix costs 2 m k n. Only matrix products are counted: all the rest together is a few per cent.
"""

from typing import NamedTuple

from course_utils.errors import UsageError

MOMENTS = {"sgd": 0, "momentum": 1, "adam": 2, "adamw": 2}  # numbers kept for each weight


class Memory(NamedTuple):
    """Bytes while training."""

    weights: int
    gradients: int
    optimizer: int
    activations: int

    @property
    def total(self):
        """All four together."""
        return sum(self)


def count_parameters(config):
    """How many numbers learn, in a config (by formula) or in a `keras.Model` (counted).

    About 12 L D**2 + V D: per block 4 D**2 in the attention and 8 D**2 in the feed-forward part.
    A tied output has no matrix of its own.
    """
    if hasattr(config, "trainable_variables"):
        return sum(_size(variable.shape) for variable in config.trainable_variables)
    width, bias = config.width, int(config.bias)
    columns = _columns(config)
    block = sum(rows * outputs for rows, outputs in columns)
    block += bias * sum(outputs for _, outputs in columns) + 2 * _norm(config)
    tables = config.vocabulary * (1 if config.tie else 2)
    tables += config.context if config.positions == "learned" else 0
    return tables * width + config.layers * block + _norm(config)


def flops_per_token(config, length=None, training=False):
    """Operations for each token of a row of T = `length` tokens (default: the whole context).

    2 for each weight of a matrix, the output's V D among them, and 4 L T D for scores and
    mixtures: every query meets all T keys, and the mask throws half of that away afterwards.
    Training costs three times as much: the backward pass makes two products for each one.

    Source: Kaplan et al. 2020, "Scaling Laws for Neural Language Models", section 2.1 and table
    1, arXiv:2001.08361; their 6 N per token leaves out the scores and the embeddings.
    """
    length = config.context if length is None else length
    matrices = config.layers * sum(rows * outputs for rows, outputs in _columns(config))
    matrices += config.vocabulary * config.width
    forward = 2 * matrices + 4 * config.layers * length * config.width
    return forward * (3 if training else 1)


def memory(config, batch, length=None, optimizer="adamw", number=4):
    """Bytes for one training step of B = `batch` rows of T = `length` tokens.

    Args:
        optimizer: "sgd", "momentum", "adam" or "adamw": 0, 1 or 2 numbers for each weight.
        number: bytes of an activation, 4 for float32, 2 for half precision. Weights, gradients
            and the optimizer's numbers are counted as float32.

    Returns:
        Memory. Activations are what the backward pass must find again: in each block the inputs
        of every product, norm and nonlinearity, B T (8 D + 2 F) numbers (4 F with "swiglu"), and
        the weights of the attention, B H T**2; at the end 2 D and V for each token. It is a lower
        bound: a framework that does not fuse its operations keeps up to about twice as much.

    Raises:
        UsageError: there is no such optimizer here.

    Source: Korthikanti et al. 2022, "Reducing Activation Recomputation in Large Transformer
    Models", section 4, arXiv:2205.05198 (with dropout and half precision: 34 and 5 bytes).
    """
    if optimizer not in MOMENTS:
        raise UsageError(f"there is no optimizer {optimizer!r}.", f"one of {', '.join(MOMENTS)}.")
    length = config.context if length is None else length
    weights = 4 * count_parameters(config)
    gated = config.feed_forward == "swiglu"
    hidden = (4 if gated else 2) * config.hidden
    token = config.layers * (8 * config.width + hidden + config.heads * length)
    token += 2 * config.width + config.vocabulary
    return Memory(weights, weights, MOMENTS[optimizer] * weights, number * batch * length * token)


def _columns(config):
    """(inputs, outputs) of the four matrices of a block."""
    width, gated = config.width, config.feed_forward == "swiglu"
    up = config.hidden * (2 if gated else 1)
    return (width, 3 * width), (width, width), (width, up), (config.hidden, width)


def _norm(config):
    """Numbers in one normalisation: a scale, and a shift where there is one."""
    return config.width * (2 if config.norm == "layer" and config.bias else 1)


def _size(shape):
    size = 1
    for axis in shape:
        size *= axis
    return size
