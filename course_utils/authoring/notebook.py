"""Notebook JSON: cells in, deterministic bytes out (nbformat 4.5, as Jupyter writes it).

A built notebook records, for each cell, a digest of what the builder wrote. With it an edit
made in Jupyter can be told from an edit of the source.
"""

import hashlib
import json
import os
import tempfile

from course_utils.authoring.exercise import stub
from course_utils.authoring.generated import course_cell, front_cell, links_cell
from course_utils.authoring.show import show_cell
from course_utils.errors import CourseError

GENERATED = ("front", "course", "links")


def markdown_cell(slug, text):
    return {"cell_type": "markdown", "id": slug, "metadata": {}, "source": text}


def code_cell(slug, text):
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": slug,
        "metadata": {},
        "outputs": [],
        "source": text,
    }


def lesson_notebook(course, lesson):
    """The learner's notebook of `lesson`, without outputs."""
    cells = [markdown_cell("front", front_cell(course, lesson))]
    cells.append(code_cell("course", course_cell(course)))
    roles = exercise_roles(lesson)
    for cell in lesson.cells:
        if "solution" in cell.tags:
            continue
        if cell.is_show:
            text = show_cell(course, cell.options["show"], f"{lesson.file}:{cell.line}")
            cells.append(markdown_cell(cell.slug, text))
            continue
        text = stub(cell.text) if cell.is_exercise else cell.text
        cells.append(source_cell(cell, text, roles.get(cell.slug)))
    cells.append(markdown_cell("links", links_cell(course, lesson)))
    return as_notebook(lesson, cells)


def source_cell(cell, text, role=None):
    """A notebook cell for a cell of the source, with its tags and what nbgrader needs."""
    built = (markdown_cell if cell.kind == "markdown" else code_cell)(cell.slug, text)
    tags = [tag for tag in cell.tags if tag not in ("solution", "shared")]
    if tags:
        built["metadata"]["tags"] = tags
    if role:
        built["metadata"]["nbgrader"] = nbgrader(cell, *role)
    return built


def exercise_roles(lesson):
    """Map slug to (role, points) for the statement, answer and check of each exercise."""
    roles = {}
    for ask, exercise, check, _ in lesson.exercises():
        roles[ask.slug] = ("statement", 0)
        roles[exercise.slug] = ("answer", 0)
        roles[check.slug] = ("check", exercise.options.get("points", 1))
    return roles


def nbgrader(cell, role, points):
    """Cell metadata of nbgrader's schema 3: answers are solutions, checks are graded."""
    data = {
        "cell_type": cell.kind,
        "grade": role == "check",
        "grade_id": cell.slug,
        "locked": role != "answer",
        "schema_version": 3,
        "solution": role == "answer",
        "task": False,
    }
    return data | ({"points": points} if role == "check" else {})


def as_notebook(lesson, cells):
    """Wrap cells; `built` records each cell's digest in order."""
    return {
        "cells": cells,
        "metadata": {
            "course": {"built": digests(cells), "source": lesson.file},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def digests(cells):
    """One "id digest" per cell, of its kind and text, not of its outputs."""
    return [f"{cell['id']} {digest(cell)}" for cell in cells]


def built_digests(notebook):
    """Map of cell id to the digest the builder recorded, in order; None if there is none."""
    built = notebook.get("metadata", {}).get("course", {}).get("built")
    return None if built is None else dict(line.split() for line in built)


def digest(cell):
    content = f"{cell['cell_type']}\n{cell['source']}"
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def dumps(notebook):
    """The file's text: sorted keys, long texts as lists of lines, ends with a newline."""
    cells = [_split_cell(cell) for cell in notebook["cells"]]
    return (
        json.dumps(notebook | {"cells": cells}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )


def loads(text):
    """The inverse of `dumps`; also reads what Jupyter and Colab save. ValueError if it cannot."""
    notebook = json.loads(text)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("not a notebook")
    cells = [_join_cell(cell, at) for at, cell in enumerate(notebook["cells"])]
    return notebook | {"cells": cells}


def write_atomically(path, text):
    """Replace the file at `path` by `text` at once, or leave it as it was.

    Raises:
        CourseError: the folder cannot be written, or the disk is full.
    """
    name = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException as error:
        if name:
            os.unlink(name)
        if isinstance(error, OSError):
            raise CourseError(
                f"cannot write {path} ({error.strerror}).", "check the folder and the free space."
            ) from None
        raise


def _split_cell(cell):
    cell = cell | {"source": _split(cell["source"])}
    if cell["cell_type"] == "code":
        cell["outputs"] = [_split_output(output) for output in cell["outputs"]]
    return cell


def _split_output(output):
    if "text" in output:
        return output | {"text": _split(output["text"])}
    if "data" not in output:
        return output
    return output | {
        "data": {
            kind: _split(value) if isinstance(value, str) and not _is_binary(kind) else value
            for kind, value in output["data"].items()
        }
    }


def _join_cell(cell, at):
    name = cell.get("id") or cell.get("metadata", {}).get("id") or f"cell-{at}"
    cell = cell | {"id": name, "source": _join(cell.get("source", ""))}
    if cell.get("cell_type") == "code":
        cell.setdefault("execution_count", None)
        cell["outputs"] = [_join_output(output) for output in cell.get("outputs", [])]
    return cell


def _join_output(output):
    if "text" in output:
        return output | {"text": _join(output["text"])}
    if "data" not in output:
        return output
    return output | {
        "data": {
            kind: _join(value) if not kind.endswith("json") else value
            for kind, value in output["data"].items()
        }
    }


def _is_binary(kind):
    return kind.startswith("image/") and kind != "image/svg+xml"


def _split(text):
    return text.splitlines(keepends=True) if isinstance(text, str) else text


def _join(text):
    return "".join(text) if isinstance(text, list) else text
