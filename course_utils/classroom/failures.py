"""Submissions that could not be graded through no fault of theirs: not_graded.json.

A fault of the machine or of this course is no result: nothing goes to the gradebook, a result of
an earlier version stays what it was, and the next run tries again. The file says what went wrong.
"""

import json
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.whole_file import write_whole

FILE = "not_graded.json"


def save_failure(folder, failed, digest):
    """Note in `folder` (made if need be) that the submission `digest` was not graded.

    Args:
        failed: `schedule.Failed`.

    Raises:
        CourseError: the file cannot be written.
    """
    folder = Path(folder)
    data = {"digest": digest, "why": failed.why, "details": failed.details}
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / FILE, lambda file: file.write(text.encode()))
    except OSError as error:
        raise CourseError(
            f"cannot write {folder / FILE} ({error.strerror or error}).",
            "check the folder and the free space, and grade again.",
        ) from None


def failure_of(folder, digest):
    """Why the submission with this digest was not graded, "" if nothing says so."""
    try:
        data = json.loads((Path(folder) / FILE).read_text("utf-8"))
        return str(data["why"]) if data["digest"] == digest else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def clear_failure(folder):
    """It was graded after all."""
    (Path(folder) / FILE).unlink(missing_ok=True)
