"""Questions about a story whose answers are known, as places in its text."""

from functools import cache
from typing import NamedTuple

from course_utils.data.stories.measure import all_nodes
from course_utils.data.stories.nodes import Recall, Telling, run
from course_utils.data.stories.notation import steps
from course_utils.data.stories.plots import PLOTS
from course_utils.data.stories.read_back import parse


class Question(NamedTuple):
    """A question about a story.

    question: such as "Who lost the kite?".
    answer: a span of the story.
    start: index in the text where the answer was first said: text[start:start + len(answer)].
    """

    question: str
    answer: str
    start: int


def questions(story):
    """Return a tuple of `Question`s, eight or more, in the order of the plot.

    Args:
        story: a `Story`, or its text.

    Raises:
        UsageError: the text is not a story of the grammar.
    """
    found = parse(getattr(story, "text", story))
    asked = []
    for first, slot in _templates()[found.facts["plot"]]:
        recalled = {node.slot for node in all_nodes(first) if isinstance(node, Recall)}
        if slot in found.spans and recalled <= found.entries.keys():
            telling = Telling()
            telling.state = found.entries
            question = "".join(run(first, telling, "tell").said)
            start, end = found.spans[slot]
            asked.append(Question(question, found.text[start:end], start))
    return tuple(asked)


@cache
def _templates():
    """Return a dict from each plot to ((first step of the question, slot of the answer), ...)."""
    return {
        plot.name: tuple((steps(text, {}), slot) for text, slot in plot.questions) for plot in PLOTS
    }
