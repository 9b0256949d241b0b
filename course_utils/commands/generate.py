"""`generate`: let a pretrained GPT write, shown word by word as it comes."""

import codecs
import sys

import numpy as np

from course_utils.errors import CourseError, UsageError
from course_utils.runtime import setup
from course_utils.text import utf8

DEFAULT_TEMPERATURE = 0.8


def generate(
    model="stories",
    prompt="",
    temperature=None,
    top_k=None,
    top_p=None,
    greedy=False,
    tokens=200,
    seed=None,
):
    """Print `prompt` and what the model makes of it; return 0.

    Args:
        model: folder of a pretrained model, or the name of one that comes with the course.
        prompt: how the text begins. May be empty for a model that knows how texts begin.
        temperature: above 0; None for 0.8.
        top_k, top_p: keep only likely tokens, see `text.samplers`.
        greedy: always the most likely token; excludes the three before.
        tokens: at most so many; a model of documents ends earlier, where the document does.
        seed: None for another text each time.

    Raises:
        UsageError: an option makes no sense.
        DataMissingError: there is no such model, or it is damaged.
        CourseError: the prompt has no valid text or is longer than the model's context.
    """
    _check(temperature, top_k, top_p, greedy, tokens, seed)
    utf8.encode(prompt)  # refuses what is no text, before anything is loaded
    setup(seed=0)
    from course_utils.models.pretrained import load_pretrained

    loaded = load_pretrained(model)
    ids = first_ids(loaded, prompt)
    rng = np.random.default_rng(seed)
    choose = chooser(temperature, top_k, top_p, greedy)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    show(prompt)
    for token in written(loaded.model, ids, tokens, lambda p, _: choose(p, rng)):
        if token == loaded.tokenizer.end:
            break
        show(decoder.decode(loaded.tokenizer.token(token)))
    show(decoder.decode(b"", final=True) + "\n")
    return 0


def first_ids(loaded, prompt):
    """The ids that the model reads first: the prompt, after the end token where that begins texts.

    Raises:
        UsageError: there is no prompt, and the model has never seen how a text begins.
        CourseError: the prompt is longer than the context.
    """
    ids = loaded.tokenizer.encode(prompt)
    if loaded.about.get("begins_itself"):
        ids = [loaded.tokenizer.end, *ids]
    if not ids:
        raise UsageError(
            "this model goes on with a text, it cannot begin one.",
            '--prompt "Some first words".',
        )
    context = loaded.model.config.context
    if len(ids) > context:
        raise CourseError(
            f"the prompt has {len(ids):,} tokens, but the model reads {context:,} at most.",
            f"a shorter prompt; about {len(prompt) * context // len(ids):,} characters fit.",
        )
    return ids


def written(model, ids, count, choose):
    """Yield `count` new token ids after `ids`.

    When the context is full, the model goes on from the second half of what it has before it.
    """
    from course_utils.models.generate import stream

    context = model.config.context
    ids = list(ids)
    while count > 0:
        room = min(count, context - len(ids) + 1)
        for token in stream(model, ids, room, choose=choose):
            ids.append(token)
            yield token
        count -= room
        ids = ids[-(context // 2) :]


def chooser(temperature, top_k, top_p, greedy):
    """Function (p, rng) -> ids that applies the options in the order of the command's help."""
    from course_utils.text import samplers

    def choose(p, rng):
        if greedy:
            return samplers.greedy(p)
        p = samplers.with_temperature(p, temperature or DEFAULT_TEMPERATURE)
        p = p if top_k is None else samplers.top_k(p, top_k)
        p = p if top_p is None else samplers.top_p(p, top_p)
        return samplers.draw(p, rng)

    return choose


def show(text):
    """Print at once, without a line end."""
    sys.stdout.write(text)
    sys.stdout.flush()


def _check(temperature, top_k, top_p, greedy, tokens, seed):
    """Raise UsageError for an option that makes no sense, before anything is loaded."""
    if temperature is not None and not 0 < temperature < float("inf"):
        raise UsageError(
            f"the temperature {temperature:g} is not above 0.",
            "--greedy takes the likeliest token always; --temperature 0.7 is careful.",
        )
    if top_k is not None and top_k < 1:
        raise UsageError(f"--top-k {top_k} leaves no token to choose.", "--top-k 40.")
    if top_p is not None and not 0 < top_p <= 1:
        raise UsageError(
            f"--top-p {top_p:g} is no share of the probability.",
            "above 0, at most 1; 0.9 is usual.",
        )
    if greedy and (temperature, top_k, top_p) != (None, None, None):
        raise UsageError(
            "--greedy leaves nothing to chance, so temperature, top-k and top-p have no say.",
            "--greedy alone, or without it.",
        )
    if tokens < 1:
        raise UsageError(f"--tokens {tokens} writes nothing.", "a whole number from 1.")
    if seed is not None and seed < 0:
        raise UsageError(f"{seed} is no seed.", "a whole number from 0.")
