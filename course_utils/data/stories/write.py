"""Writing stories, one or endlessly many, the same ones for the same seed everywhere."""

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from course_utils.data.stories.grammar import grammar
from course_utils.data.stories.nodes import Telling, run
from course_utils.errors import UsageError


@dataclass(frozen=True)
class Story:
    """One story and what is true in it.

    Args:
        text: 60 to 120 words on one line; the last character is the line end, the only one.
        facts: dict from names such as "plot", "hero", "place" to words of the story.
        log2_probability: of exactly this text, among all stories; negative bits.
    """

    text: str
    facts: dict
    log2_probability: float


def facts_of(telling, text):
    """Return the facts of a story that has been told or read: marks, and words by slot."""
    marks = {key: value for key, value in telling.marks.items() if key != "part"}
    return {**marks, **{slot: text[begin:end] for slot, (begin, end) in telling.spans.items()}}


def write_story(seed, index):
    """Return story number `index`, 0 or more, of the endless series `seed`, 0 or more.

    Any story of a series can be had without those before it, so that a training run can stop
    and go on anywhere.
    """
    if min(seed, index) < 0:
        raise UsageError(f"seed {seed} or index {index} is negative.", "count from 0.")
    telling = run(grammar(), Telling(random=Random((seed << 64) | index)), "tell")
    text = "".join(telling.said)
    return Story(text, facts_of(telling, text), telling.bits)


def write_stories(n, seed):
    """Return a list of the first `n` stories of the series `seed`."""
    return [write_story(seed, index) for index in range(n)]


def story_stream(seed, start=0):
    """Yield the stories of the series `seed` without end, from number `start` on."""
    index = start
    while True:
        yield write_story(seed, index)
        index += 1


class Splits(NamedTuple):
    """Three lists of stories from different series."""

    train: list
    valid: list
    test: list


def load_stories(train=2000, valid=500, test=500):
    """Return `Splits` of so many stories. Their series have the seeds 0, 1 and 2."""
    return Splits(*(write_stories(n, seed) for seed, n in enumerate((train, valid, test))))
