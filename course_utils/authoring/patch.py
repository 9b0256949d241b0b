"""Edit a source's text cell by cell; every line outside the edited cell keeps its bytes."""

import difflib

from course_utils.authoring.exercise import regions, solution
from course_utils.authoring.source import split_cells


class SourceText:
    """A source as a list of blocks, one per cell: header lines, content, blank lines after.

    Methods change the blocks; `text()` joins them again.
    """

    def __init__(self, text, file):
        lines = text.split("\n")
        cells = split_cells(text, file)
        starts = [cell.line for cell in cells]
        self.lead = lines[: starts[0] - 1]
        self.blocks = {}
        for cell, stop in zip(cells, [*starts[1:], len(lines) + 1], strict=True):
            first, last = cell.body
            self.blocks[cell.slug] = _Block(
                cell.kind,
                lines[cell.line - 1 : first - 1],
                lines[first - 1 : last - 1],
                lines[last - 1 : stop - 1],
            )

    def text(self):
        return "\n".join([*self.lead, *(line for b in self.blocks.values() for line in b.lines())])

    def replace(self, slug, content):
        """Give cell `slug` another content; its header and the blank lines after it stay."""
        block = self.blocks[slug]
        block.body = _body(block.kind, content)

    def insert(self, after, slug, kind, content):
        """Add a cell behind cell `after`."""
        header = f'# %%{" [markdown]" if kind == "markdown" else ""} slug="{slug}"'
        new = _Block(kind, [header], _body(kind, content), [""])
        items = list(self.blocks.items())
        at = [name for name, _ in items].index(after) + 1
        self._set([*items[:at], (slug, new), *items[at:]])

    def remove(self, slugs):
        self._set([item for item in self.blocks.items() if item[0] not in slugs])

    def reorder(self, slugs):
        """Put the cells in the order of `slugs`, which names each of them once."""
        self._set([(slug, self.blocks[slug]) for slug in slugs])

    def _set(self, items):
        for _, block in items:
            block.after = block.after or [""]
        self.blocks = dict(items)


class _Block:
    def __init__(self, kind, header, body, after):
        self.kind, self.header, self.body, self.after = kind, header, body, after

    def lines(self):
        return [*self.header, *self.body, *self.after]


def _body(kind, content):
    lines = content.strip("\n").split("\n")
    if kind == "code":
        return lines
    return [f"# {line}" if line.strip() else "#" for line in lines]


def with_markers(text, edited):
    """Put the markers of an exercise's source `text` into `edited`, its changed solution.

    Returns:
        A source whose solution is `edited`, or None where a marker finds no place.
    """
    old, new = solution(text).split("\n"), edited.split("\n")
    match = {}
    for block in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        match.update({block.a + i: block.b + i for i in range(block.size)})
    lines, found, places, hidden = text.split("\n"), regions(text), [], 0
    for region in found:
        at = region.start - 1 - hidden  # index, in the solution, of the line after the marker
        place = match[at - 1] + 1 if at - 1 in match else match.get(at)
        if place is None:
            return None
        places.append(place)
        hidden += 1 + region.stop - region.end
    for place, region in reversed(list(zip(places, found, strict=True))):
        new.insert(place, " " * region.indent + "# solution")
    try:
        ends = [region.end for region in regions("\n".join(new))]
        for end, region in reversed(list(zip(ends, found, strict=True))):
            new[end - 1 : end - 1] = lines[region.end - 1 : region.stop - 1]
        result = "\n".join(new)
        return result if solution(result) == edited else None
    except (SyntaxError, ValueError):
        return None
