"""Put the cells that nobody may change back in place, and name those that were touched.

What is shown to the learner afterwards is their notebook with the assignment's own statements
and check cells. Nothing is decided here: check cells are never executed, their verdicts come
from the judge.
"""

import re

from course_utils.classroom.manifest import locked_digest


def repaired(cells, release, assignment, twice=()):
    """Bring the locked cells of a submission into the state they were released in.

    Args:
        cells: the submission's cells, dicts with cell_type, id and source.
        release: the released notebook's cells, the same with metadata.
        assignment: the `Assignment`, whose `locked` tells the locked ones.
        twice: ids that stood more than once in the submission.

    Returns:
        (cells, notes): new cells, with the released metadata where there is any, and lines that
        name what was changed, absent or doubled.
    """
    released = {cell["id"]: cell for cell in release}
    cells, notes = _named(cells, assignment), []
    taken, kept = set(), []
    for cell in cells:
        name = cell["id"]
        original = _copied_from(name, twice)
        if original in assignment.locked:
            notes.append(f"cell {original} stood twice; the copy was left out")
            continue
        if name in assignment.locked:
            taken.add(name)
            if locked_digest(cell) != assignment.locked[name]:
                notes.append(f"cell {name} was changed; put back as it was released")
        elif original in {exercise.slug for exercise in assignment.exercises}:
            notes.append(f"cell {original} stood twice; both were run, and the later one counts")
        kept.append(_with_metadata(cell, released, assignment))
    for name in assignment.locked:
        if name not in taken and name in released:
            notes.append(f"cell {name} was missing; added as it was released")
            kept.insert(_place(name, release, kept), dict(released[name]))
    answers = {cell["id"] for cell in kept}
    for exercise in assignment.exercises:
        if exercise.slug not in answers and not _definition(exercise.name, kept):
            notes.append(f"cell {exercise.slug} was missing, and nothing defines {exercise.name}")
    return kept, notes


def _named(cells, assignment):
    """Give cells that lost their id (saved by an old program) the one their text tells."""
    wanted = {text: name for name, text in assignment.locked.items()}
    present = {cell["id"] for cell in cells}
    result = []
    for cell in cells:
        name = wanted.get(locked_digest(cell))
        if name and cell["id"] not in assignment.locked and name not in present:
            present.add(name)
            cell = cell | {"id": name}
        result.append(cell)
    for exercise in assignment.exercises:
        at = _definition(exercise.name, result)
        if exercise.slug not in present and at is not None:
            result[at] = result[at] | {"id": exercise.slug}
    return result


def _definition(name, cells):
    """Place of the last code cell that defines `name` at its top level, or None."""
    defines = re.compile(
        rf"^(?:async )?(?:(?:def|class) {re.escape(name)}\b|{re.escape(name)} *=)", re.M
    )
    places = [
        at
        for at, cell in enumerate(cells)
        if cell["cell_type"] == "code" and defines.search(cell["source"])
    ]
    return places[-1] if places else None


def _copied_from(name, twice):
    """The id that this one was made from because it was taken, or None."""
    for original in twice:
        if re.fullmatch(rf"{re.escape(original[:50])}(-\d+)+", name) and name != original:
            return original
    return None


def _with_metadata(cell, released, assignment):
    origin = released.get(cell["id"], {})
    locked = cell["id"] in assignment.locked and cell["id"] in released
    cell = dict(origin) if locked else cell | {"metadata": origin.get("metadata", {})}
    if cell["cell_type"] == "code":
        cell |= {"outputs": [], "execution_count": None}
    return cell


def _place(name, release, kept):
    """Where a missing cell belongs: behind the nearest cell before it that is there."""
    places = {cell["id"]: at for at, cell in enumerate(kept)}
    order = [cell["id"] for cell in release]
    before = [places[other] for other in order[: order.index(name)] if other in places]
    return before[-1] + 1 if before else 0
