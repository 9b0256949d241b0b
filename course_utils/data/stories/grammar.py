"""The grammar of the stories: how they open, the plots between, how they close.

Frozen: a checkpoint is trained on it. `fingerprint()` says which grammar this is.
"""

import hashlib
import json
import re
from functools import cache

from course_utils.data.stories import cast, world
from course_utils.data.stories.measure import all_nodes, ways_on
from course_utils.data.stories.nodes import Draw, Fork, Literal, Mark, Recall
from course_utils.data.stories.notation import steps
from course_utils.data.stories.plots import PLOTS
from course_utils.data.stories.tables import Given, Table
from course_utils.data.stories.unambiguous import options

OPENING = """(2*One [weather:weather] [day:days], [hero:heroes]|It was a [weather:weather]
[day:days] when [hero:heroes]|[hero:heroes] still talks about the [weather:weather] [day:days]
when {hero.he}) """
CLOSING = """(3*| It was the best {day} of the year.| What a {weather} {day} that was!| Nobody
(will ever forget|ever forgot) that {weather} {day}.)"""
SHARED = {
    name.lower(): value
    for module in (cast, world)
    for name, value in vars(module).items()
    if isinstance(value, Table | Given)
}


@cache
def grammar():
    """Return the first step of every story. A story ends with a line end, its only one."""
    end = steps(CLOSING, SHARED, Literal("\n", None))
    plots = [
        Mark("plot", plot.name, Mark("part", "middle", steps(plot.text, SHARED | plot.tables, end)))
        for plot in PLOTS
    ]
    return Mark("part", "opening", steps(OPENING, SHARED, Fork(plots, [1] * len(plots))))


@cache
def fingerprint():
    """Return the SHA-256, in hexadecimal, of all that decides which stories come how often."""
    nodes = all_nodes(grammar())
    number = {None: None, **{node: k for k, node in enumerate(nodes)}}
    lines = [[*_content(node), [number[after] for after in ways_on(node)]] for node in nodes]
    return hashlib.sha256(json.dumps(lines, sort_keys=True).encode()).hexdigest()


def _content(node):
    """Return what a step says and chooses, as plain lists."""
    if isinstance(node, Literal):
        return ["literal", node.text]
    if isinstance(node, Recall):
        return ["recall", node.slot, node.form]
    if isinstance(node, Fork):
        return ["fork", list(node.weights)]
    if isinstance(node, Draw):
        tables = node.table.tables if node.table.slot else {None: node.table}
        listed = [
            [given.text if given else None, [[e.text, e.weight, e.forms] for e in table.entries]]
            for given, table in tables.items()
        ]
        return ["draw", node.slot, node.table.slot, listed]
    return ["mark", node.key, node.value]


def _words():
    """Return every word that a story may hold, in small letters: a frozenset."""
    found = set()
    for node in all_nodes(grammar()):
        if isinstance(node, Literal):
            found |= split_words(node.text)
        elif isinstance(node, Draw):
            for entry in options(node.table):
                for text in (entry.text, *entry.forms.values()):
                    found |= split_words(text)
    return frozenset(found)


def split_words(text):
    """Return the set of words in a text, in small letters."""
    return set(re.findall(r"[a-z']+", text.lower()))


WORDS = _words()
