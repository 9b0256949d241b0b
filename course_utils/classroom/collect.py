"""`classroom collect`: notebooks from a folder or a zip file, one per learner, into submitted/.

Everything is first copied aside and judged. Then each learner's notebook takes its place by a
rename, so a run that is cut short leaves whole submissions only, and a second run goes on.
"""

import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from course_utils.classroom.archive import Copier, Limits, Refused, entries_of
from course_utils.classroom.due import in_utc
from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.handed_in import HandedIn, file_digest, load_handed_in, save_handed_in
from course_utils.classroom.names import Owners
from course_utils.classroom.roster import learners_of
from course_utils.errors import CourseError, UsageError

HISTORY = "history"
IGNORED = {"__MACOSX", ".ipynb_checkpoints"}


@dataclass
class Collected:
    """What one run did: lines of text for each list, ids for `taken`."""

    taken: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    late: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    other_files: int = 0


@dataclass(frozen=True)
class Found:
    """A notebook that has an owner and an assignment. `copy` is its copy aside, None if refused."""

    student: str
    assignment: object
    handed_in: HandedIn
    copy: Path | None


def collect(classroom, path, name=None, limits=Limits()):  # noqa: B008 (frozen)
    """Take the notebooks of `path` into the classroom.

    Args:
        classroom: the Classroom.
        path: a folder, a zip file, or one notebook.
        name: the assignment they are for. By default the only one there is, or what each
            notebook's file name or its own record of its lesson says.
        limits: how much is accepted.

    Returns:
        `Collected`.

    Raises:
        UsageError: no such path or assignment.
        CourseError: the archive as a whole cannot be used. Then nothing was taken.
    """
    if Path(path).resolve().is_relative_to(classroom.root.resolve()):
        raise UsageError(f"{path} lies inside the classroom itself.", "collect another folder.")
    known = {each: classroom.assignment(each) for each in classroom.names()}
    if not known:
        raise UsageError("no lesson has been assigned here.", "classroom assign NN.")
    only = classroom.assignment(name) if name else None
    if only is None and len(known) == 1:
        only = next(iter(known.values()))
    with open_gradebook(classroom.db_url) as gradebook:
        owners = Owners(learners_of(gradebook))
    if not owners.ids:
        raise CourseError(
            "the gradebook knows no learner yet.",
            "python -m course_utils classroom roster FILE.csv.",
        )
    result = Collected()
    aside = Path(tempfile.mkdtemp(dir=classroom.root, prefix=".collect."))
    try:
        with entries_of(path, limits) as entries:
            found = _read(entries, owners, only or known, aside, Copier(limits), result)
        for one in _one_each(found, result):
            _take(classroom, one, result)
    except OSError as error:
        raise CourseError(
            f"cannot write into {classroom.root} ({error.strerror or error}).",
            "check the folder and the free space, and collect again.",
        ) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return result


def _read(entries, owners, assignments, aside, copier, result):
    """Copy aside every notebook that has an owner and an assignment."""
    found = []
    for at, entry in enumerate(entries):
        if IGNORED & set(entry.parts) or entry.parts[-1].startswith("."):
            continue
        if not entry.parts[-1].casefold().endswith(".ipynb"):
            if entry.problem:
                result.problems.append(f"{entry.name}: {entry.problem}; not opened")
            else:
                result.other_files += 1
            continue
        owner = owners.of(entry.parts)
        if not owner.student:
            result.problems.append(f"{entry.name}: {owner.why}; left out")
            continue
        copy, refused = aside / str(at), ""
        try:
            copier.copy(entry, copy)
        except Refused as error:
            copy, refused = None, str(error)
        assignment = _assignment(assignments, entry, copy)
        if assignment is None:
            result.problems.append(
                f"{entry.name}: does not say which lesson it is; collect it with --assignment NN"
            )
            continue
        if refused:
            result.problems.append(f"{entry.name}: {refused}; refused")
        digest = file_digest(copy) if copy else ""
        record = HandedIn(entry.name, entry.when, owner.late, digest, refused)
        found.append(Found(owner.student, assignment, record, copy))
    return found


def _assignment(assignments, entry, copy):
    """The assignment that a notebook is for, or None."""
    if not isinstance(assignments, dict):
        return assignments
    stems = [part.removesuffix(".ipynb") for part in entry.parts]
    for assignment in assignments.values():
        if any(assignment.notebook.removesuffix(".ipynb") in stem for stem in stems):
            return assignment
    for stem in reversed(stems):
        if stem in assignments:  # a folder 03
            return assignments[stem]
    try:
        source = json.loads(copy.read_bytes())["metadata"]["course"]["source"] if copy else ""
        number = re.match(r"\d\d(?=_)", source)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return assignments.get(number[0]) if number else None


def _one_each(found, result):
    """One `Found` for each learner and assignment; where there are more, none is guessed."""
    groups = {}
    for one in found:
        groups.setdefault((one.student, one.assignment.name), []).append(one)
    for (student, name), group in groups.items():
        whole = [one for one in group if one.copy] or group[:1]
        exact = [one for one in whole if one.handed_in.file.endswith(one.assignment.notebook)]
        if len({one.handed_in.digest for one in exact or whole}) == 1:
            yield (exact or whole)[0]
            continue
        files = ", ".join(one.handed_in.file for one in exact or whole)
        result.problems.append(f"{student}: several notebooks for {name} ({files}); left out")


def _take(classroom, one, result):
    """Put one notebook into its place. An earlier one goes to history, a later one stays."""
    name = one.assignment.name
    folder = classroom.submitted(one.student, name)
    target = folder / one.assignment.notebook
    here = file_digest(target) if target.is_file() else ""
    before = load_handed_in(folder) if folder.exists() else None
    if one.copy is None:
        if not here:  # a notebook that could be used counts more than one that could not
            folder.mkdir(parents=True, exist_ok=True)
            save_handed_in(folder, one.handed_in)
        return
    if here and before and before.digest == here:
        if here == one.handed_in.digest:
            if one.handed_in.marked_late and not before.marked_late:
                save_handed_in(folder, replace(before, marked_late=True))
            result.unchanged.append(one.student)
            return
        if _older(one.handed_in, before):
            result.problems.append(
                f"{one.handed_in.file}: older than what {one.student} handed in before; left out"
            )
            return
    folder.mkdir(parents=True, exist_ok=True)
    if here and here != one.handed_in.digest:
        kept = folder / HISTORY / f"{here[:12]}.ipynb"
        kept.parent.mkdir(exist_ok=True)
        shutil.copyfile(target, kept)
    os.chmod(one.copy, 0o644)
    os.replace(one.copy, target)
    save_handed_in(folder, one.handed_in)
    result.taken.append(one.student)
    late = one.handed_in.late(one.assignment.due)
    if late:
        result.late.append(f"{one.student}: {name}, {late}")


def _older(new, before):
    if not (new.received and before.received):
        return False
    return in_utc(new.received) < in_utc(before.received)
