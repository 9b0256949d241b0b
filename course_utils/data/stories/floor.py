"""How uncertain a story is: the exact entropy of the grammar, the floor of every model's loss."""

from functools import cache
from typing import NamedTuple

from course_utils.data.stories.grammar import grammar
from course_utils.data.stories.measure import Measure


class Entropy(NamedTuple):
    """Exact expectations over all stories, not estimates.

    bits_per_story: entropy of a story. A text has one derivation, so the entropy of the texts
        is that of the choices.
    characters_per_story: expected length, with the line end (or the end token in its place).
    bits_per_character: the first divided by the second. A model's total bits over many
        stories, divided by their characters, cannot stay below it in the long run.
    """

    bits_per_story: float
    characters_per_story: float
    bits_per_character: float


@cache
def entropy():
    """Return the `Entropy` of the stories; about a second, then remembered."""
    measure = Measure(grammar())
    bits, characters = measure.bits(), measure.characters()
    return Entropy(bits, characters, bits / characters)


@cache
def count_stories():
    """Return how many different stories there are."""
    return Measure(grammar()).count()
