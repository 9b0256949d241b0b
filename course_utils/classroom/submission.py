"""Reading what a stranger handed in: a file of limited size that is a notebook, or why not.

Of each cell its kind, id and source are taken, nothing else: no output, no metadata, no
attachment. Points, tags and digests that a submission states about itself count for nothing.
"""

import hashlib
import json
import os
import re
import stat
from pathlib import Path

from course_utils.authoring.notebook import loads
from course_utils.bootstrap.slow_import import skip_grammar

LARGEST = 20 * 10**6
CELLS = 5_000
KINDS = ("code", "markdown", "raw")
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Refused(Exception):
    """The submission cannot be graded; the message says what it is, in plain words."""


def read_file(path, largest=LARGEST):
    """Return the bytes of a submission.

    Raises:
        Refused: it is absent, a link, no regular file, or larger than `largest`; in each case
            before anything of it was read.
    """
    try:
        # A link is not followed, and a pipe is not waited for.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if os.path.islink(path):
            raise Refused("a symbolic link, not a file") from None
        raise Refused(f"a file that cannot be read ({error.strerror})") from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise Refused("not a regular file")
        if found.st_size > largest:
            raise Refused(
                f"a file of {found.st_size / 1e6:,.0f} MB; the limit is {largest / 1e6:g} MB"
            )
        with open(handle, "rb", closefd=False) as file:
            data = file.read(largest + 1)
    finally:
        os.close(handle)
    if len(data) > largest:  # it grew meanwhile
        raise Refused(f"a file of more than {largest / 1e6:g} MB")
    return data


def digest_of(data):
    """SHA-256 of a submission's bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read_notebook(data):
    """The notebook in `data`: {"cells": [...], "source": ...}, each cell with kind, id, source.

    Older formats are brought up to 4.5; ids that are absent, invalid or used twice are made new.

    Returns:
        (list of cells, name of the lesson's source or None, list of ids that stood twice).

    Raises:
        Refused: it is not JSON, or not a notebook.
    """
    try:
        text = data.decode("utf-8-sig")
        raw = json.loads(text)
    except UnicodeDecodeError:
        raise Refused("not a notebook: not UTF-8 text") from None
    except (ValueError, RecursionError):
        raise Refused("not a notebook: not JSON") from None
    try:
        if isinstance(raw, dict) and raw.get("nbformat") != 4:
            text = _upgraded(raw)
        notebook = loads(text)
        cells = notebook["cells"]
        if len(cells) > CELLS:
            raise Refused(f"a notebook of {len(cells)} cells; the limit is {CELLS}")
        cells, twice = _plain_cells(cells)
        source = _source_of(notebook)
    except Refused:
        raise
    except Exception as error:  # any shape of JSON may come
        raise Refused(
            f"not a notebook: its parts are in disorder ({type(error).__name__})"
        ) from None
    return cells, source, twice


def _upgraded(raw):
    """Notebooks of format 3 and before, as Jupyter upgrades them."""
    if not isinstance(raw.get("nbformat"), int) or not 1 <= raw["nbformat"] <= 3:
        raise Refused(f"not a notebook: nbformat {str(raw.get('nbformat'))[:20]}")
    skip_grammar()
    import nbformat

    return json.dumps(nbformat.convert(nbformat.from_dict(raw), 4))


def _plain_cells(cells):
    plain, seen, twice = [], set(), []
    for at, cell in enumerate(cells):
        kind, name, source = cell["cell_type"], cell["id"], cell["source"]
        if kind not in KINDS or not isinstance(source, str):
            raise Refused(f"not a notebook: cell {at + 1} has no kind or no text")
        name = name if isinstance(name, str) and ID.fullmatch(name) else f"cell-{at}"
        if name in seen:
            twice.append(name)
        while name in seen:
            name = f"{name[:50]}-{at}"
        seen.add(name)
        plain.append({"cell_type": kind, "id": name, "source": source})
    return plain, twice


def _source_of(notebook):
    """The lesson's source that the builder noted, such as "01_a_neuron.py", or None."""
    metadata = notebook.get("metadata")
    course = metadata.get("course") if isinstance(metadata, dict) else None
    source = course.get("source") if isinstance(course, dict) else None
    return source if isinstance(source, str) else None


def belongs(cells, source, assignment):
    """Refuse what is no notebook of this lesson.

    Args:
        cells, source: of `read_notebook`.
        assignment: the `Assignment`.

    Raises:
        Refused: it says that it is another lesson, or nothing of this one is in it.
    """
    wanted = Path(assignment.notebook).stem
    if source is not None and Path(source).stem != wanted:
        if re.fullmatch(r"\d\d_[a-z0-9_]{1,80}\.py", source):
            raise Refused(f"another lesson, {Path(source).stem}; this assignment is {wanted}")
        raise Refused(f"a notebook of another course; this assignment is {wanted}")
    names = {exercise.slug for exercise in assignment.exercises} | set(assignment.locked)
    wanted_names = "|".join(re.escape(exercise.name) for exercise in assignment.exercises)
    defines = re.compile(rf"^(?:async )?(?:def|class) (?:{wanted_names})\b", re.MULTILINE)
    if not any(cell["id"] in names or defines.search(cell["source"]) for cell in cells):
        raise Refused(f"a notebook without any exercise of {wanted}")
