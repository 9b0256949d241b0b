"""`classroom roster`: who takes the course, from a CSV file."""

import codecs
import csv
import io
import unicodedata
from dataclasses import astuple, dataclass
from pathlib import Path

from course_utils.classroom.layout import is_student_id
from course_utils.classroom.names import plain
from course_utils.errors import CourseError

# our column: what other programs call it
COLUMNS = {
    "id": ("id", "student_id", "username", "user", "login"),
    "first": ("first", "first_name", "firstname", "given_name"),
    "last": ("last", "last_name", "lastname", "surname", "family_name"),
    "email": ("email", "e-mail", "mail", "email_address"),
    "lms": ("lms", "lms_user_id", "lms_id"),
}
LONGEST = 128  # what the gradebook's columns hold


@dataclass(frozen=True)
class Learner:
    """One learner. `lms` is the number by which a learning platform calls them, or empty."""

    id: str
    first: str = ""
    last: str = ""
    email: str = ""
    lms: str = ""

    @property
    def name(self):
        """First and last name, or the id where both are empty."""
        return f"{self.first} {self.last}".strip() or self.id


def read_roster(path):
    """Read a CSV file of learners.

    The first line names the columns: id is needed; first, last, email and lms may be there, in
    any order, others are ignored. Commas, semicolons or tabs; UTF-8 with or without a
    byte-order mark, or UTF-16 with one. Names are brought to Unicode's composed form.

    Returns:
        tuple of `Learner`, and a list of lines about rows that stood twice.

    Raises:
        CourseError: names the line that cannot be used. Then nothing of the file is.
    """
    path = Path(path)
    text = _text(path)
    head = next((line for line in text.split("\n") if line.strip()), "")
    separator = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    places, learners, notes = None, {}, []
    try:
        for row in rows:
            cells = [unicodedata.normalize("NFC", cell).strip() for cell in row]
            if not any(cells):
                continue
            where = f"{path.name}, line {rows.line_num}"
            if places is None:
                places = _places(cells, where)
                continue
            learner = _learner(cells, places, where)
            key = learner.id.casefold()  # two ids must be two folders, on every system
            before = learners.setdefault(key, learner)
            if before is not learner:
                if before != learner:
                    raise CourseError(
                        f"{where}: the id {learner.id!r} was used above for {before.name}.",
                        "give each learner an id of their own.",
                    )
                notes.append(f"{where}: {learner.id} stands twice; taken once")
    except csv.Error as error:
        raise CourseError(
            f"{path.name}, line {rows.line_num}: {error}.", "check the quotation marks."
        ) from None
    if not learners:
        raise CourseError(
            f"{path.name} names no learner.", "write a line id,first,last,email and one for each."
        )
    return tuple(learners.values()), notes


def learners_of(gradebook):
    """Tuple of `Learner` in an open gradebook, by last name, first name, id."""
    found = [
        Learner(s.id, s.first_name or "", s.last_name or "", s.email or "", s.lms_user_id or "")
        for s in gradebook.students
    ]
    return tuple(sorted(found, key=lambda s: (plain(s.last), plain(s.first), s.id)))


def enter(gradebook, learners):
    """Write `learners` into an open gradebook, all or none.

    Returns:
        list of lines: added, changed, unchanged, and who is in the gradebook but not listed.

    Nobody is removed: a removal would take the grades along.

    Raises:
        CourseError: an id differs from a known one in upper and lower case only.
    """
    from nbgrader.api import Student

    known = {learner.id: learner for learner in learners_of(gradebook)}
    folded = {name.casefold(): name for name in known}
    for learner in learners:
        other = folded.get(learner.id.casefold(), learner.id)
        if other != learner.id:
            raise CourseError(
                f"the id {learner.id!r} is written {other!r} in the gradebook.",
                f"write it {other!r} in the roster.",
            )
    added, changed = [], []
    for learner in learners:
        if known.get(learner.id) == learner:
            continue
        (changed if learner.id in known else added).append(learner.id)
        student = gradebook.db.get(Student, learner.id) or Student(id=learner.id)
        _, student.first_name, student.last_name, student.email, lms = astuple(learner)
        student.lms_user_id = lms or None
        gradebook.db.add(student)
    gradebook.db.commit()
    same = len(learners) - len(added) - len(changed)
    lines = [f"{len(added)} added, {len(changed)} changed, {same} as before"]
    lines += [
        f"{name}: in the gradebook, not in this file; kept"
        for name in known
        if name not in {learner.id for learner in learners}
    ]
    return lines


def _text(path):
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CourseError(
            f"cannot read {path} ({error.strerror}).", "give the name of a CSV file."
        ) from None
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise CourseError(
            f"{path.name} is not UTF-8 (byte {error.start}).",
            'save it again as "CSV UTF-8" so that every name is read as it is written.',
        ) from None


def _places(cells, where):
    """Map of our columns to their places in the row; `cells` is the first row."""
    words = [cell.casefold().replace(" ", "_") for cell in cells]
    places = {}
    for column, names in COLUMNS.items():
        found = [at for at, word in enumerate(words) if word in names]
        if len(found) > 1:
            raise CourseError(
                f"{where}: two columns could be {column!r}: {cells[found[0]]!r} and "
                f"{cells[found[1]]!r}.",
                f"rename the one that is not {column}.",
            )
        if found:
            places[column] = found[0]
    if "id" not in places:
        raise CourseError(
            f"{where}: no column is called id, only {', '.join(cells)}.",
            "begin the file with a line that names its columns: id,first,last,email.",
        )
    return places


def _learner(cells, places, where):
    values = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
    if not is_student_id(values["id"]):
        raise CourseError(
            f"{where}: the id {values['id']!r} cannot name a folder.",
            "use 1 to 64 of the letters a-z, A-Z, digits and . _ - @, without spaces.",
        )
    for name, value in values.items():
        if len(value) > LONGEST or any(unicodedata.category(c) == "Cc" for c in value):
            raise CourseError(
                f"{where}: {name} holds a control character or more than {LONGEST} letters.",
                "correct it in the file.",
            )
    return Learner(**values)
