"""Reading a story back: which choices it was made of, and how probable they were."""

import math
from dataclasses import dataclass

from course_utils.data.stories.grammar import grammar
from course_utils.data.stories.nodes import Mismatch, Telling, run
from course_utils.data.stories.validate import check_story
from course_utils.data.stories.write import facts_of
from course_utils.errors import UsageError


@dataclass(frozen=True)
class Derivation:
    """The one way in which the grammar makes a text.

    Args:
        text: the story, with its line end.
        facts: as `Story.facts`.
        spans: dict from slots to (start, end) in `text`, where the words were first said.
        entries: dict from slots to the `Entry` chosen, with all its forms.
        log2_probability: of the text.
    """

    text: str
    facts: dict
    spans: dict
    entries: dict
    log2_probability: float


def parse(text):
    """Read a story.

    Args:
        text: a story, with or without its line end.

    Returns:
        Derivation.

    Raises:
        UsageError: the grammar cannot make this text; says where it goes wrong.
    """
    telling = _hear(text)
    if telling is None:
        raise UsageError(check_story(text).message, "check_story(text) names the rule.")
    return Derivation(
        telling.text, facts_of(telling, telling.text), telling.spans, telling.state, telling.bits
    )


def log2_probability(text):
    """Return log2 of the probability of a story, or -inf if the grammar cannot make it."""
    telling = _hear(text)
    return -math.inf if telling is None else telling.bits


def _hear(text):
    """Return the `Telling` of a text, or None."""
    try:
        telling = run(grammar(), Telling(text.removesuffix("\n") + "\n"), "hear")
    except Mismatch:
        return None
    return telling if telling.position == len(telling.text) else None
