"""Is this text one of the stories? If not: which rule does it break, and where, in words.

The text is read step by step as the grammar tells it. At the first place where no step fits,
the steps that could have come next name the rule:

    known word              the word is in no story
    same person, thing, ... somebody or something that was named comes back under another name
    pronoun agrees          "he" and "she" stay with their people
    true to its kind        a thing does what such things do: a kite flies
    person, food, reason, ... wanted    a choice stands here, but not one of its possibilities
    cause fits, ending fits the plot, sentence goes on    fixed words, by the part of the story
    story breaks off, story goes on after its end
"""

import re
from functools import cache
from typing import NamedTuple

from course_utils.data.stories.grammar import WORDS, grammar
from course_utils.data.stories.measure import all_nodes
from course_utils.data.stories.nodes import (
    Draw,
    Fork,
    Literal,
    Mismatch,
    Recall,
    Telling,
    run,
)

_PRONOUNS = {"he", "He", "him", "his", "His"}
_FIXED = {"cause": "cause fits", "ending": "ending fits the plot"}  # by part of the story
_SHOWN = 4  # how many expected continuations a message lists
_WORD = re.compile(r"[A-Za-z']+|\s+|.", re.DOTALL)


class Verdict(NamedTuple):
    """What `check_story` found.

    valid: True if the text is a story.
    rule: name of the first rule that is broken, or None.
    message: one sentence for people.
    position: index of the first wrong character in the text, or None.
    """

    valid: bool
    rule: str | None
    message: str
    position: int | None


class _Miss(NamedTuple):
    """One way in which the story could have gone on, and where the text leaves it."""

    position: int
    node: object
    wanted: str
    part: str


def check_story(text):
    """Read `text`, with or without its line end, and return a `Verdict`."""
    telling = Telling(text.removesuffix("\n") + "\n")
    try:
        run(grammar(), telling, "hear")
    except Mismatch as mismatch:
        return _explain(telling, list(_misses(mismatch.node, telling, mismatch.position)))
    if telling.position < len(telling.text):
        return _too_long(telling, telling.position - 1)
    return Verdict(True, None, "a story of the grammar.", None)


def _too_long(telling, end):
    """Return the verdict of a text that goes on where a story was over."""
    more = telling.text[end:].strip()
    return _broken(
        "story goes on after its end", f"the story is over, found {_quoted(more[:40])}", end
    )


def _explain(telling, misses):
    """Return the verdict of the ways that agree longest with the text."""
    text = telling.text
    position = max(miss.position for miss in misses)
    end = max((miss.position for miss in misses if miss.wanted == "\n"), default=-2)
    misses = [miss for miss in misses if miss.position == position]
    after = " ".join(text[:position].split()[-4:])
    place = f"after {_quoted(after)}" if after else "at the beginning"
    wishes = _listed(misses)
    if position == len(text) - 1:
        return _broken("story breaks off", f"{place} expected {wishes}, found the end", position)
    if position <= end + 1:  # 1: a space, then none of the sentences that may stand last
        return _too_long(telling, end)
    found = _WORD.match(text, position).group()
    rule, who = _rule(misses, telling)
    if found[0].isalpha() and found.strip("'").lower() not in WORDS:
        rule = "known word"
    shown = found if found.strip() else found.encode("unicode_escape").decode()
    return _broken(rule, f"{place} expected {wishes}{who}, found {_quoted(shown)}", position)


def _broken(rule, message, position):
    return Verdict(False, rule, f"{message} (rule: {rule}).", position)


def _quoted(words):
    return f"'{words}'" if '"' in words else f'"{words}"'


def _listed(misses):
    """Return the first few different continuations, for a message."""
    short = [" ".join(miss.wanted.split()[:5]) or "the end" for miss in misses]
    different = [_quoted(words) for words in dict.fromkeys(short)]
    rest = ", ..." if len(different) > _SHOWN else ""
    return " or ".join(different[:_SHOWN]) + rest


def _rule(misses, telling):
    """Return (name of the broken rule, whom or what it is about, in brackets)."""
    recalls = [miss.node for miss in misses if isinstance(miss.node, Recall)]
    if recalls:
        node = recalls[0]
        named = telling.state[node.slot].text
        if node.form == "text" or node.form == "The":
            return f"same {_kinds()[node.slot]}", f" (the {node.slot})"
        if node.form in _PRONOUNS:
            return "pronoun agrees", f" ({named})"
        return "true to its kind", f" ({named})"
    draws = [miss.node for miss in misses if isinstance(miss.node, Draw)]
    if draws:
        return f"{draws[0].table.kind} wanted", f" ({draws[0].table.kind})"
    return _FIXED.get(misses[0].part, "sentence goes on"), ""


@cache
def _kinds():
    """Return a dict from each slot to the kind of its entries."""
    return {n.slot: n.table.kind for n in all_nodes(grammar()) if isinstance(n, Draw)}


def _misses(node, telling, position, part=None):
    """Yield a `_Miss` for each way on from `node`; none of them fits."""
    part = part or telling.marks["part"]
    while node is not None:
        if isinstance(node, Fork):
            for way in node.ways:
                yield from _misses(way, telling, position, part)
            return
        if isinstance(node, Draw):
            for entry in node.table.given(telling.state).entries:
                yield _miss(position, node, entry.text, part, telling.text)
            return
        if isinstance(node, Literal | Recall):
            words = node.words(telling.state)
            if not telling.text.startswith(words, position):
                yield _miss(position, node, words, part, telling.text)
                return
            position += len(words)
        elif node.key == "part":
            part = node.value
        node = node.next
    yield _Miss(position - 1, None, "\n", part)  # it was over, but the text goes on


def _miss(position, node, words, part, text):
    same = _agreeing(words, text, position)
    return _Miss(position + same, node, words[same:], part)


def _agreeing(words, text, position):
    """Return how many letters of `words` stand in the text, up to the start of a word."""
    same = 0
    while same < len(words) and text.startswith(words[same], position + same):
        same += 1
    while same and words[same - 1].isalpha() and (text[position + same] + words[same]).isalpha():
        same -= 1
    return same
