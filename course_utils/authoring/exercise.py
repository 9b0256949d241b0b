"""Exercises: one source cell, two readings. The learner's copy hides what follows `# solution`.

A region starts at a line `# solution` inside a function and ends with the block it stands in.
A line `# stub` after the block's last statement starts commented code that the learner gets
instead: the broken code of a bug clinic.
"""

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from itertools import pairwise

from course_utils.errors import SourceError

REPLACE = 'raise NotImplementedError("replace this line with your own")'
HEADING = re.compile(r"#+ Exercise (\d+\.\d+): \S.*")
PARTS = "an exercise is four cells in a row: X-ask (markdown), X (code, tagged exercise), "
PARTS += "X-check (code), X-why (markdown, tagged solution)."


@dataclass(frozen=True)
class Region:
    """One hidden region; line numbers count from 1 within the cell, `end` and `stop` exclusive.

    `start` is the line of `# solution`; the solution ends before `end`; what the learner gets
    instead is the commented code in `stub`, whose lines end before `stop`.
    """

    start: int
    end: int
    stop: int
    indent: int
    stub: tuple[str, ...]


def stub(text):
    """The learner's copy: valid Python that raises NotImplementedError where work is asked."""
    lines = text.split("\n")
    for region in reversed(regions(text)):
        pad = " " * region.indent
        lines[region.start - 1 : region.stop - 1] = [pad + REPLACE, *region.stub]
    return "\n".join(lines)


def solution(text):
    """The worked copy: `text` without its markers and without the stub's lines."""
    lines = text.split("\n")
    for region in reversed(regions(text)):
        del lines[region.end - 1 : region.stop - 1]
        del lines[region.start - 1]
    return "\n".join(lines)


def regions(text):
    """The hidden regions of a cell, first to last.

    Raises:
        ValueError: (line, problem, fix) for a marker that is missing or misplaced.
    """
    comments = {
        token.start[0]: token
        for token in tokenize.generate_tokens(io.StringIO(text + "\n").readline)
        if token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip()
    }
    marks = [n for n, token in comments.items() if token.string == "# solution"]
    if not marks:
        raise ValueError(1, "there is no line # solution", "put it where the learner's work begins")
    tree = ast.parse(text)
    found = [_region(tree, text.split("\n"), line, comments) for line in marks]
    inside = {n for region in found for n in range(region.start, region.stop)}
    for line, token in comments.items():
        if token.string == "# stub" and line not in inside:
            raise ValueError(line, "# stub does not follow a solution", "put it after its end")
    for first, second in pairwise(found):
        if second.start < first.stop:
            raise ValueError(second.start, "a # solution inside another", "keep the outer one")
    return found


def _region(tree, lines, start, comments):
    indent = comments[start].start[1]
    end = block_end(tree, start, indent)
    if end is None:
        raise ValueError(
            start,
            "# solution does not stand before a statement in a function's body",
            "move it into the function, indented like the line after it",
        )
    stop = end
    while stop <= len(lines) and _belongs(lines[stop - 1], indent):
        stop += 1
    while not lines[stop - 2].strip():
        stop -= 1
    given = [n for n in range(end, stop) if n in comments and comments[n].string == "# stub"]
    if not given:
        return Region(start, stop, stop, indent, ())
    broken = tuple(_uncomment(line, indent) for line in lines[given[0] : stop - 1])
    return Region(start, given[0], stop, indent, broken)


def block_end(tree, line, indent):
    """First line after the block, within a function, that contains a comment at `line`.

    None if the comment is not in a function's body or nothing of that body follows it.
    """
    inside = any(
        node.lineno < line <= node.end_lineno and node.body[0].col_offset <= indent
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    for node in ast.walk(tree) if inside else ():
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and block[0].col_offset == indent:
                before = node.lineno if hasattr(node, "lineno") else 0
                if before < line < block[-1].end_lineno + 1 and line <= block[-1].lineno:
                    return block[-1].end_lineno + 1
    return None


def _belongs(line, indent):
    stripped = line.lstrip()
    return not stripped or (stripped.startswith("#") and len(line) - len(stripped) >= indent)


def _uncomment(line, indent):
    body = line[indent:]
    return line[:indent] + body.removeprefix("#").removeprefix(" ") if body else ""


def check_exercise(cell, file):
    """Raise SourceError unless the cell's markers are in place and both its copies parse."""
    try:
        found = regions(cell.text)
        line = found[0].start
        ast.parse(solution(cell.text))
        ast.parse(stub(cell.text))
    except SyntaxError as error:
        where = f"{file}:{cell.body[0] + line - 1}"
        raise SourceError(
            f"{where}: the learner's copy of {cell.slug!r} is not valid Python: {error.msg}.",
            "after # stub, comment whole lines at the depth they will have: '# return x'.",
        ) from None
    except ValueError as error:
        line, problem, fix = error.args
        raise SourceError(
            f"{file}:{cell.body[0] + line - 1}: exercise {cell.slug!r}: {problem}.", f"{fix}."
        ) from None
    tree = ast.parse(cell.text)
    if not all(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body):
        raise SourceError(
            f"{file}:{cell.line}: exercise {cell.slug!r} does more than define functions.",
            "move the rest to another cell; the check calls what is defined.",
        )


def check_exercises(lesson):
    """Raise SourceError unless each exercise has its four cells and the next number."""
    cells = lesson.cells
    owned, count = set(), 0
    for at, cell in enumerate(cells):
        if not cell.is_exercise:
            continue
        count += 1
        where = f"{lesson.file}:{cell.line}"
        around = [
            (at - 1, f"{cell.slug}-ask", "markdown"),
            (at + 1, f"{cell.slug}-check", "code"),
            (at + 2, f"{cell.slug}-why", "markdown"),
        ]
        for place, slug, kind in around:
            there = cells[place] if 0 <= place < len(cells) else None
            if there is None or (there.slug, there.kind) != (slug, kind):
                raise SourceError(
                    f"{where}: exercise {cell.slug!r} has no {kind} cell {slug!r} "
                    f"directly {'before' if place < at else 'after'} it.",
                    PARTS,
                )
        ask, why = cells[at - 1], cells[at + 2]
        if "solution" not in why.tags:
            raise SourceError(
                f"{lesson.file}:{why.line}: {why.slug!r} would show the solution to learners.",
                'tag it: tags=["solution"].',
            )
        heading = HEADING.fullmatch(ask.text.split("\n")[0])
        if not heading or heading[1] != f"{lesson.number}.{count}":
            raise SourceError(
                f"{lesson.file}:{ask.body[0]}: the statement does not begin with its number.",
                f"begin with # ## Exercise {lesson.number}.{count}: name.",
            )
        owned.add(why.slug)
    for cell in cells:
        if "solution" in cell.tags and cell.slug not in owned:
            raise SourceError(
                f"{lesson.file}:{cell.line}: {cell.slug!r}, tagged solution, follows no check.",
                PARTS,
            )
