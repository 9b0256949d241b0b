"""What is asked of a stored notebook: honest counts, outputs, figures with words, size."""

import ast
import re

from course_utils.authoring.notebook import dumps

MAX_BYTES = 1_500_000
MAX_BYTES_WITHOUT_FIGURES = 300_000
MIN_FIGURES = 4
MAX_EXEMPT_SHARE = 0.05
SPEAKS = {"print", "show", "display"}

MACHINE_PATH = re.compile(
    r"(?<![\w/.:~-])(?:/(?:home|Users|root|tmp|work|usr|opt|var|mnt)/\S+|[A-Z]:\\\\?Users\\\S*)"
)
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}|<[^>]* object at ")


def judge(lesson, path, notebook, is_lesson):
    """Yield (slug, problem) for the notebook at `path`, the lesson or its solutions."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    yield from _counts(code)
    for cell in code:
        yield from _outputs(cell)
        yield from _check_result(lesson, cell, is_lesson)
    yield from _figures(code, is_lesson)
    for cell in notebook["cells"]:
        for text in (cell["source"], *_texts(cell)):
            for pattern in (MACHINE_PATH, ADDRESS):
                if found := pattern.search(text):
                    yield cell["id"], f"names a place on one machine: {found[0]!r}"
    yield from _size(path, notebook)
    if is_lesson:
        yield from _exempt(lesson, code)


def _counts(code):
    for expected, cell in enumerate(code, 1):
        if cell["execution_count"] != expected:
            yield cell["id"], f"execution count {cell['execution_count']}, expected {expected}"
            return


def _outputs(cell):
    slug = cell["id"]
    if not cell["outputs"] and speaks(cell["source"]):
        yield slug, "should have an output, but none is stored"
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            yield slug, f"ends in an error: {output.get('ename')}: {output.get('evalue')}"
        if output.get("name") == "stderr":
            yield slug, f"writes to stderr: {output['text'].strip()[:80]!r}"


def speaks(source):
    """True if running `source` certainly shows something.

    Looks for print, show or a check at the top level or directly in a loop, and for a last
    line that is an expression other than a call (a call may return None).
    """
    try:
        body = ast.parse(source).body
    except SyntaxError:  # the course cell, which holds a magic
        return False
    loops = [inner for node in body if isinstance(node, ast.For | ast.With) for inner in node.body]
    if any(isinstance(node, ast.Expr) and _is_loud(node.value) for node in body + loops):
        return True
    last = body[-1] if body else None
    return isinstance(last, ast.Expr) and not isinstance(last.value, ast.Call)


def _is_loud(node):
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in SPEAKS
    owner = getattr(node.func, "value", None)
    return isinstance(owner, ast.Name) and re.fullmatch(r"nb\d\d", owner.id) is not None


def _check_result(lesson, cell, is_lesson):
    if cell["id"] not in {check.slug for _, _, check, _ in lesson.exercises()}:
        return
    said = "".join(_texts(cell))
    if is_lesson and "not attempted yet" not in said:
        yield cell["id"], "the stub's check does not say 'not attempted yet'"
    if not is_lesson and not said.lstrip().startswith("✓"):
        yield cell["id"], f"the stored solution does not pass its check: {said.strip()[:80]!r}"


def _figures(code, is_lesson):
    alts = {}
    count = 0
    for cell in code:
        for output in cell["outputs"]:
            data = output.get("data", {})
            if any(kind.startswith("image/") and kind != "image/png" for kind in data):
                yield cell["id"], "a picture that is not PNG; end the cell with show(ax, alt=...)"
            if "image/png" not in data:
                continue
            count += 1
            alt = data.get("text/plain", "").strip()
            if not alt or alt.startswith("<"):
                yield cell["id"], "a figure without alt text; end the cell with show(ax, alt=...)"
                continue
            if output.get("metadata", {}).get("image/png", {}).get("alt", "").strip() != alt:
                yield cell["id"], "the figure's metadata does not hold its alt text"
            if alt in alts:
                yield cell["id"], f"the same alt text as in {alts[alt]}"
            alts[alt] = cell["id"]
    if is_lesson and count < MIN_FIGURES:
        yield "lesson", f"{count} figures, at least {MIN_FIGURES} are asked for"


def _texts(cell):
    for output in cell.get("outputs", ()):
        yield output.get("text", "")
        for kind, value in output.get("data", {}).items():
            if kind.startswith("text/"):
                yield value


def _size(path, notebook):
    size = path.stat().st_size
    if size > MAX_BYTES:
        yield "notebook", f"{size:,} bytes, more than {MAX_BYTES:,}"
    bare = [
        cell
        | {
            "outputs": [
                output
                | {"data": {k: v for k, v in output["data"].items() if not k.startswith("image/")}}
                if "data" in output
                else output
                for output in cell["outputs"]
            ]
        }
        if cell["cell_type"] == "code"
        else cell
        for cell in notebook["cells"]
    ]
    size = len(dumps(notebook | {"cells": bare}).encode())
    if size > MAX_BYTES_WITHOUT_FIGURES:
        yield "notebook", f"{size:,} bytes without figures, more than {MAX_BYTES_WITHOUT_FIGURES:,}"


def _exempt(lesson, code):
    exempt = [cell for cell in lesson.cells if "nbval-ignore-output" in cell.tags]
    for cell in exempt:
        if not cell.options.get("why", "").strip():
            yield cell.slug, 'its output is not compared and no why="..." says the reason'
    if len(exempt) > MAX_EXEMPT_SHARE * len(code):
        yield (
            exempt[-1].slug,
            f"{len(exempt)} of {len(code)} code cells are not compared, "
            f"more than {MAX_EXEMPT_SHARE:.0%}",
        )
    for cell in code:
        if "NBVAL_" in cell["source"]:
            yield cell["id"], "an NBVAL_ comment; use the tag nbval-ignore-output with a why"
