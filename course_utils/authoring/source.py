"""Read `notebooks/src/NN_name.py`: percent cells with permanent names.

The format is the subset of jupytext's "percent" that a lesson needs. It is read here, in a few
lines, because errors must name the line and `pull` must know which lines a cell owns. What is
read equals what jupytext reads; a test holds the two together.
"""

import ast
import re
from dataclasses import dataclass, field
from itertools import pairwise

from course_utils.authoring.exercise import check_exercise, check_exercises
from course_utils.authoring.front import Front, parse_front
from course_utils.authoring.header import IS_HEADER, parse_header
from course_utils.errors import SourceError

MAGIC = re.compile(r"\s*(?:#\s*)?[%!]{1,2}[A-Za-z]")  # jupytext uncomments "# %name"
RESERVED = ("front", "course", "links")


@dataclass(frozen=True)
class Cell:
    """One cell of a source.

    `text` is the cell's content (markdown without the leading `# `), without blank lines at
    its ends. `line` is the header's line number and `body` the span of the content, both
    counted from 1: the content's lines are `body[0] .. body[1] - 1`.
    """

    slug: str
    kind: str
    text: str
    line: int
    body: tuple[int, int]
    options: dict = field(default_factory=dict)

    @property
    def tags(self):
        return tuple(self.options.get("tags", ()))

    @property
    def is_exercise(self):
        return "exercise" in self.tags

    @property
    def is_show(self):
        return "show" in self.options


@dataclass(frozen=True)
class Lesson:
    """A parsed source: number, words of its file name, front matter, cells without `front`."""

    number: int
    name: str
    file: str
    front: Front
    cells: tuple[Cell, ...]

    @property
    def stem(self):
        return f"{self.number:02}_{self.name}"

    def exercises(self):
        """Yield (ask, exercise, check, why) for each exercise, in order."""
        for at, cell in enumerate(self.cells):
            if cell.is_exercise:
                yield self.cells[at - 1], cell, self.cells[at + 1], self.cells[at + 2]


def read_lesson(path):
    """Parse the source at `path`. SourceError names file and line of whatever is wrong."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path.name}: not UTF-8 ({error.reason} at byte {error.start}).",
            "save the file as UTF-8.",
        ) from None
    return parse_lesson(text, path.name)


def parse_lesson(text, file):
    """Parse `text`, the source of a lesson in a file called `file` (NN_name.py)."""
    cells = split_cells(text, file)
    if not cells or cells[0].slug != "front" or cells[0].kind != "raw":
        raise SourceError(
            f"{file}:1: the first cell is not the front matter.",
            'begin with # %% [raw] slug="front" and the lesson\'s title, question, ...',
        )
    _check_slugs(cells, file)
    front = parse_front(cells[0].text, file, cells[0].body[0])
    lesson = Lesson(int(file[:2]), file[3:].removesuffix(".py"), file, front, tuple(cells[1:]))
    for cell in lesson.cells:
        _check_cell(cell, file)
    if not lesson.cells or (lesson.cells[0].slug, lesson.cells[0].kind) != ("setup", "code"):
        raise SourceError(
            f"{file}:{cells[0].body[1]}: the cell after the front matter is not the setup.",
            'follow it with # %% slug="setup" and the imports.',
        )
    check_exercises(lesson)
    return lesson


def split_cells(text, file):
    """Cut a source into cells, without judging them beyond their header and comment marks."""
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines, 1) if IS_HEADER.match(line)]
    for number, line in enumerate(lines[: starts[0] - 1 if starts else None], 1):
        if line.strip():
            raise SourceError(
                f"{file}:{number}: text before the first cell.", "begin with a line # %% ..."
            )
    cells = []
    for start, stop in pairwise([*starts, len(lines) + 1]):
        kind, options = parse_header(lines[start - 1], f"{file}:{start}")
        first, last = start + 1, stop
        while last > first and not lines[last - 2].strip():
            last -= 1
        while first < last and not lines[first - 1].strip():
            first += 1
        body = lines[first - 1 : last - 1]
        if kind != "code":
            body = [_uncomment(line, f"{file}:{n}") for n, line in enumerate(body, first)]
        slug = options.pop("slug")
        cells.append(Cell(slug, kind, "\n".join(body), start, (first, last), options))
    return cells


def _uncomment(line, where):
    if line.startswith("# "):
        return line[2:]
    if line.rstrip() == "#":
        return ""
    raise SourceError(
        f"{where}: a line of text does not begin with '# ': {line!r}.",
        "put '# ' in front, or open a code cell with # %% slug=\"...\".",
    )


def _check_slugs(cells, file):
    seen = {}
    for cell in cells:
        if cell.slug in seen:
            raise SourceError(
                f"{file}:{cell.line}: slug {cell.slug!r} is already used in line "
                f"{seen[cell.slug]}.",
                "choose another; a slug names one cell for ever.",
            )
        seen[cell.slug] = cell.line
    for cell in cells[1:]:
        if cell.slug in RESERVED:
            raise SourceError(
                f"{file}:{cell.line}: slug {cell.slug!r} is reserved for the builder.",
                "choose another.",
            )


def _check_cell(cell, file):
    where = f"{file}:{cell.line}"
    if cell.kind == "raw":
        raise SourceError(f"{where}: only the front matter is a raw cell.", "use [markdown].")
    if cell.is_show:
        if cell.text or cell.kind != "code":
            raise SourceError(
                f"{where}: a cell with show= must be a code cell without text.",
                "move its text to a cell of its own.",
            )
        return
    for option, tag in (("points", "exercise"), ("why", "nbval-ignore-output")):
        if option in cell.options and tag not in cell.tags:
            raise SourceError(
                f"{where}: {option}= means nothing without the tag {tag}.",
                f"tag it or drop {option}.",
            )
    if not cell.text:
        raise SourceError(f"{where}: cell {cell.slug!r} is empty.", "fill or delete it.")
    if cell.kind == "markdown":
        if set(cell.tags) - {"solution"}:
            raise SourceError(
                f"{where}: a markdown cell can only be tagged solution, not {cell.tags[0]}.",
                "remove the tag.",
            )
        return
    if "solution" in cell.tags:
        raise SourceError(
            f"{where}: the tag solution is for markdown; code is hidden by a # solution line.",
            "remove the tag.",
        )
    _check_python(cell, file)
    if cell.is_exercise:
        check_exercise(cell, file)


def _check_python(cell, file):
    for number, line in enumerate(cell.text.split("\n"), cell.body[0]):
        if MAGIC.match(line):
            raise SourceError(
                f"{file}:{number}: {line.strip()!r} is, or would become, a notebook magic.",
                "write plain Python; installing is the course cell's work.",
            )
    try:
        ast.parse(cell.text)
    except SyntaxError as error:
        line = cell.body[0] + (error.lineno or 1) - 1
        raise SourceError(
            f"{file}:{line}: cell {cell.slug!r} is not valid Python: {error.msg}.",
            f"mend {(error.text or '').strip()!r}.",
        ) from None
