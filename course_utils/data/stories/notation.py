"""How a plot is written down: sentences with marks for choices, made into steps.

    [hero:people]      choose from the table `people`, remember it as `hero`, say it
    {hero} {hero.his}  say `hero` again, as it was said or in another form
    (came|2*went)      say one of these; the second twice as often
    <part=ending>      note something; says nothing

A plot reads as one of its own stories, with gaps.
"""

import re

from course_utils.data.stories.nodes import Draw, Fork, Literal, Mark, Recall
from course_utils.errors import SourceError

_TOKEN = re.compile(
    r"\[(?P<slot>\w+):(?P<table>\w+)\]|\{(?P<again>\w+)(?:\.(?P<form>\w+))?\}"
    r"|<(?P<key>\w+)=(?P<value>[\w ]+)>|(?P<open>\((?:(?P<first>\d+)\*)?)"
    r"|(?P<bar>\|(?:(?P<weight>\d+)\*)?)|(?P<close>\))|(?P<words>[^\[\]{}()<>|*]+)"
)


def steps(template, tables, then=None):
    """Turn a template into steps.

    Args:
        template: text in the notation above. Line ends and the spaces after them are one space.
        tables: dict from names to tables.
        then: the step after the last one.

    Returns:
        The first step.

    Raises:
        SourceError: the notation is broken, or a table is unknown.
    """
    tokens = _tokens(re.sub(r"\s*\n\s*", " ", template.strip("\n")))
    return _join(_sequence(tokens, template, depth=0), tables, then)


def _tokens(template):
    """Return an iterator over the matches of `_TOKEN`; they cover the template."""
    position = 0
    while position < len(template):
        match = _TOKEN.match(template, position)
        if not match:
            raise SourceError(
                f"cannot read the plot from {template[position : position + 30]!r} on.",
                "check its brackets.",
            )
        yield match
        position = match.end()


def _sequence(tokens, template, depth):
    """Return a list of items up to the end, or, at depth > 0, [(weight, items), ...] to ")"."""
    items, ways = [], []
    weight = depth
    for match in tokens:
        if match["open"]:
            items.append(_sequence(tokens, template, int(match["first"] or 1)))
        elif match["bar"] and depth:
            ways.append((weight, items))
            items, weight = [], int(match["weight"] or 1)
        elif match["close"] and depth:
            return [*ways, (weight, items)]
        elif match["bar"] or match["close"]:
            break
        else:
            items.append(match)
    else:
        if not depth:
            return items
    raise SourceError(f"a bracket of {template[:30]!r}... has no partner.", "count ( and ).")


def _join(items, tables, then):
    """Link the items to steps, from the last to the first."""
    node = then
    for item in reversed(items):
        if isinstance(item, list):
            weights, ways = zip(*item, strict=True)
            node = Fork([_join(way, tables, node) for way in ways], weights)
        elif item["words"]:
            node = Literal(item["words"], node)
        elif item["slot"]:
            if item["table"] not in tables:
                raise SourceError(
                    f"there is no table {item['table']!r}.", f"one of: {', '.join(sorted(tables))}."
                )
            node = Draw(item["slot"], tables[item["table"]], node)
        elif item["again"]:
            node = Recall(item["again"], item["form"] or "text", node)
        else:
            node = Mark(item["key"], item["value"], node)
    return node
