"""What was received from one learner for one assignment, and when; beside the notebook."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from course_utils.classroom.due import how_late
from course_utils.errors import CourseError
from course_utils.whole_file import write_whole

FILE = "handed_in.json"
MARKED = "marked late"  # by the learning platform, which does not say by how much


@dataclass(frozen=True)
class HandedIn:
    """One submission.

    Args:
        file: the name under which it arrived.
        received: ISO 8601 with zone, or None if nothing says when.
        marked_late: the learning platform marked it as late.
        digest: SHA-256 of the notebook, "" if it was refused.
        refused: why it was not taken, "" if it was.
    """

    file: str
    received: str | None
    marked_late: bool
    digest: str
    refused: str = ""

    def late(self, due, extension=None):
        """How late it is, in words; "" if it is not, or nobody knows."""
        by = how_late(self.received, due, extension)
        return by or (MARKED if self.marked_late and not extension else "")


def save_handed_in(folder, handed_in):
    """Write `handed_in` into the submission's folder, and the time file that nbgrader reads."""
    text = json.dumps(asdict(handed_in), ensure_ascii=False, indent=1) + "\n"
    stamp = (handed_in.received or "") + "\n"
    if handed_in.received and not handed_in.refused:
        write_whole(Path(folder) / "timestamp.txt", lambda file: file.write(stamp.encode()))
    write_whole(Path(folder) / FILE, lambda file: file.write(text.encode()))


def load_handed_in(folder):
    """Read what `save_handed_in` wrote; None if there is none. CourseError if it is damaged."""
    path = Path(folder) / FILE
    try:
        return HandedIn(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise CourseError(
            f"{path} cannot be read ({type(error).__name__}: {error}).",
            "delete it and collect the notebook again.",
        ) from None


def file_digest(path):
    """SHA-256 of a file, hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
