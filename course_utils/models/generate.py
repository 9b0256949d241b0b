"""Writing with a GPT: one token after another, each chosen from the model's probabilities.

    generate          rows of tokens, B prompts at once
    generate_quickly  the same, greedy or by temperature, in one compiled call: the fast one
    stream            one prompt, token by token, as they come

A prompt has at least one token; a text that begins from nothing begins after the tokenizer's
end token. What is returned are the new tokens only.
"""

from functools import lru_cache

import numpy as np

from course_utils.errors import ShapeError, UsageError
from course_utils.models.cache import SHORTEST, CachedReader, PlainReader, check_ids
from course_utils.models.decoding import DecodingLoop

KEPT = 8  # readers that stay compiled, and keep their models in memory


def generate(model, prompt_ids, new_tokens=None, *, choose=None, cache=True, seed=0, stop=None):
    """Continue B prompts.

    Args:
        model: `GPT`.
        prompt_ids: B lists of token ids, of any lengths from 1 to the context.
        new_tokens: how many to write; None writes until the context is full. The last one
            is not read any more, so a prompt of P tokens leaves room for C - P + 1.
        choose: function (p, rng) -> ids, given probabilities (B, V), float64, and a
            `numpy.random.Generator`; the samplers of `course_utils.text.samplers` make
            such functions. None takes the most probable token.
        cache: False reads the whole text again for every token: the same tokens, slower.
        seed: of the generator.
        stop: id of a token that ends its row; it is the last one of that row's list.

    Returns:
        B lists of new token ids.

    Raises:
        ShapeError: a prompt is no row of ids, is empty or longer than the context, an id is
            not in the vocabulary, or `new_tokens` do not fit; messages name both numbers.
        UsageError: `choose` returned something else than one id for each row.
    """
    rows = _checked(model, prompt_ids, new_tokens)
    found = [[] for _ in rows]
    running = np.ones(len(rows), dtype=bool)
    for ids in _steps(model, rows, _room(model, rows, new_tokens), choose, cache, seed):
        for row in np.flatnonzero(running):
            found[row].append(int(ids[row]))
        running &= ids != stop if stop is not None else True
        if not running.any():
            break
    return found


def stream(model, prompt_ids, new_tokens=None, *, choose=None, cache=True, seed=0, stop=None):
    """Continue one prompt and yield each new token id as soon as it is chosen.

    Args: as for `generate`, but `prompt_ids` is one list of ids. `choose` gets p (1, V).
    Raises: as `generate`, at once and not at the first token.
    """
    rows = _checked(model, [prompt_ids], new_tokens)
    steps = _steps(model, rows, _room(model, rows, new_tokens), choose, cache, seed)

    def tokens():
        for ids in steps:
            yield int(ids[0])
            if ids[0] == stop:
                return

    return tokens()


def generate_quickly(model, prompt_ids, new_tokens=None, *, temperature=0.0, seed=0, stop=None):
    """`generate` by one compiled call: the most probable token, or drawn at a temperature.

    Args and errors: as for `generate`, and
        temperature: 0 takes the most probable token: the tokens of `generate`. Above 0, p is
            sharpened (below 1) or flattened (above 1) and a token is drawn; other draws than
            those of `choose` with the same seed.

    Compiled once for a model, a number of rows, and a prompt length rounded up to 16, 32, ...
    Prompts of one length are faster than those of several.
    """
    rows = _checked(model, prompt_ids, new_tokens)
    if not 0 <= temperature < float("inf"):
        raise UsageError(
            f"the temperature is {temperature}.", "0 for the most probable token, 0.7 or 1 to draw."
        )
    context, lengths = model.config.context, np.array([len(row) for row in rows], "int32")
    width = SHORTEST
    while width < lengths.max():
        width *= 2
    prompt = np.zeros((len(rows), min(width, context)), "int32")
    for line, row in zip(prompt, rows, strict=True):
        line[: len(row)] = row
    alike = bool((lengths == lengths[0]).all())
    tokens, counts = _ready(DecodingLoop, model, len(rows), alike).predict_on_batch(
        {
            "prompt": prompt,
            "lengths": lengths,
            "new": np.int32(_room(model, rows, new_tokens)),
            "stop": np.int32(-1 if stop is None else stop),
            "temperature": np.float32(temperature),
            "chances": np.random.default_rng(seed).random((len(rows), context), "float32"),
        }
    )
    return [line[:count].tolist() for line, count in zip(tokens, counts, strict=True)]


@lru_cache(maxsize=KEPT)
def _ready(kind, model, batch, alike):
    """A compiled reader or loop for this model, made once."""
    return kind(model, batch, alike)


def _steps(model, rows, new, choose, cache, seed):
    """Yield `new` arrays (B,) of chosen ids."""
    lengths = np.array([len(row) for row in rows], "int32")
    alike = bool((lengths == lengths[0]).all())
    reader = _ready(CachedReader if cache else PlainReader, model, len(rows), alike)
    rng = np.random.default_rng(seed)
    padded = np.zeros((len(rows), lengths.max()), "int32")
    for line, row in zip(padded, rows, strict=True):
        line[: len(row)] = row
    logits = reader.read(padded, 0)
    logits = np.take_along_axis(logits, lengths[:, None, None] - 1, axis=1)[:, 0]
    for number in range(new):
        ids = _chosen(logits, choose, rng)
        yield ids
        if number + 1 < new:
            logits = reader.read(ids[:, None], lengths + number)[:, 0]


def _chosen(logits, choose, rng):
    """One id for each row of logits (B, V)."""
    if choose is None:
        return logits.argmax(-1)
    shifted = np.exp(logits.astype(float) - logits.max(-1, keepdims=True))
    ids = np.asarray(choose(shifted / shifted.sum(-1, keepdims=True), rng))
    if ids.shape != logits.shape[:1] or ids.dtype.kind not in "iu":
        raise UsageError(
            f"choose returned {ids.dtype} {ids.shape}, not one id for each of the "
            f"{len(logits)} rows.",
            "it gets p (rows, V) and returns whole numbers (rows,).",
        )
    check_ids(ids, logits.shape[-1])
    return ids


def _checked(model, prompt_ids, new_tokens):
    """The prompts as a list of lists, or an error that says what is wrong with them."""
    if any(np.ndim(row) != 1 for row in prompt_ids):
        raise ShapeError(
            "the prompts are not rows of token ids.",
            "generate takes one list of ids for each prompt: [ids]; stream takes just ids.",
        )
    rows, context = [list(row) for row in prompt_ids], model.config.context
    if not rows or not all(rows):
        raise ShapeError(
            "a prompt has no tokens." if rows else "there is no prompt.",
            "begin with the tokenizer's end token: a text begins after one.",
        )
    for row in rows:
        check_ids(row, model.config.vocabulary)
    longest = max(map(len, rows))
    if longest > context:
        raise ShapeError(
            f"the prompt has {longest} tokens, the model reads {context} at most.",
            f"keep its last {context}, or fewer, so that there is room to write.",
        )
    if new_tokens is not None and not 1 <= new_tokens <= context - longest + 1:
        raise ShapeError(
            f"{new_tokens} new tokens after a prompt of {longest} do not fit into a context "
            f"of {context}.",
            f"from 1 to {context - longest + 1}; None writes until the context is full.",
        )
    return rows


def _room(model, rows, new_tokens):
    longest = max(map(len, rows))
    return model.config.context - longest + 1 if new_tokens is None else new_tokens
