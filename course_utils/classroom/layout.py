"""Where things lie in a classroom's folder; the folders are those that nbgrader expects.

classroom.json            what makes the folder a classroom: format and gradebook
nbgrader_config.py        so that nbgrader's own commands find the same things
gradebook.db              the gradebook, unless it lies on a server
assignments/03.json       what is asked: exercises, points, due date (`manifest`)
source/03/*.ipynb         the lesson with solutions, in nbgrader's markers
release/03/*.ipynb        what learners get
submitted/anna/03/        the notebook handed in, when, and earlier ones in history/
autograded/anna/03/       the notebook with its verdicts, and result.json
feedback/anna/03/*.html   what goes back to the learner
reports/                  tables of a whole class
"""

import json
import re
from pathlib import Path

from course_utils.classroom.manifest import load_assignment
from course_utils.errors import CourseError, UsageError

FILE = "classroom.json"
FORMAT = 1
STUDENT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,62}[A-Za-z0-9_-])?")
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def is_student_id(text):
    """True if `text` can name a learner and a folder on every system: ASCII, 1 to 64 letters."""
    return bool(STUDENT.fullmatch(text)) and not DEVICES.fullmatch(text)


class Classroom:
    """A folder that `classroom init` made.

    Args:
        folder: where it is.

    Attributes:
        root: the folder, absolute.
        db_url: SQLAlchemy address of the gradebook. It may hold a password; do not print it.

    Raises:
        CourseError: the folder is no classroom, or one of a later version.
    """

    def __init__(self, folder):
        self.root = Path(folder).absolute()
        try:
            settings = json.loads((self.root / FILE).read_text("utf-8"))
            found = settings["format"]
            self.db_url = settings["db"] or f"sqlite:///{self.root / 'gradebook.db'}"
        except FileNotFoundError:
            raise CourseError(
                f"{self.root} is not a classroom: it has no {FILE}.",
                "cd into the classroom's folder, or make one: "
                "python -m course_utils classroom init DIR.",
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CourseError(
                f"{self.root / FILE} cannot be read ({type(error).__name__}: {error}).",
                "restore it from a backup; the gradebook itself is another file.",
            ) from None
        if found != FORMAT:
            raise CourseError(
                f"{self.root / FILE} has format {found!r}; this course reads {FORMAT}.",
                "update the course, or use the version that made the classroom.",
            )

    @property
    def reports(self):
        return self.root / "reports"

    @property
    def lock(self):
        """The file whose lock the one writer holds."""
        return self.root / ".writing"

    def manifest(self, name):
        """Path of the manifest of assignment `name`."""
        return self.root / "assignments" / f"{name}.json"

    def source(self, name):
        """Folder of the instructor's notebook."""
        return self.root / "source" / name

    def release(self, name):
        """Folder of the learner's notebook."""
        return self.root / "release" / name

    def submitted(self, student, name):
        """Folder of what `student` handed in for `name`."""
        return self.root / "submitted" / student / name

    def autograded(self, student, name):
        return self.root / "autograded" / student / name

    def feedback(self, student, name):
        return self.root / "feedback" / student / name

    def names(self):
        """Names of all assignments, sorted."""
        return sorted(path.stem for path in (self.root / "assignments").glob("[0-9][0-9].json"))

    def assignment(self, name):
        """The `Assignment` called `name` ("3" is "03"); UsageError lists those there are."""
        known = self.names()
        wanted = f"{int(name):02}" if str(name).isdecimal() else str(name)
        if wanted not in known:
            raise UsageError(
                f"lesson {wanted} has not been assigned here.",
                f"one of {', '.join(known)}."
                if known
                else f"python -m course_utils classroom assign {wanted}.",
            )
        return load_assignment(self.manifest(wanted))

    def submissions(self, name):
        """Sorted ids of the learners who handed in something for `name`."""
        return sorted(path.parent.name for path in (self.root / "submitted").glob(f"*/{name}"))
