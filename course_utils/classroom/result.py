"""What grading found about one submission, as it is kept: result.json beside the graded notebook.

nbgrader's gradebook knows points. That a submission crashed, was refused or changed a check
stands here.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.whole_file import write_whole

FILE = "result.json"
FORMAT = 1


@dataclass(frozen=True)
class Outcome:
    """What came of one submission; every field can be written as JSON.

    Args:
        student, assignment: ids.
        status: "graded", "crashed" (it ended too early, or gave no answer at all) or "refused".
        why: in plain words what crashed or was refused, "" if graded.
        notes: lines for the instructor: changed, missing or doubled cells.
        scores: slug -> {"points", "of", "state", "says", "hint"}.
        seconds: wall time of the grading.
        digest: SHA-256 of the submission, "" if it was not read.
    """

    student: str
    assignment: str
    status: str
    why: str
    notes: tuple[str, ...]
    scores: dict
    seconds: float
    digest: str


@dataclass(frozen=True)
class Result(Outcome):
    """An `Outcome` as it is kept; `asked` is the SHA-256 of the manifest it was graded by."""

    asked: str


def save_result(folder, result):
    """Write `result` into `folder`, which is there."""
    text = json.dumps({"format": FORMAT} | asdict(result), ensure_ascii=False, indent=1) + "\n"
    write_whole(Path(folder) / FILE, lambda file: file.write(text.encode()))


def load_result(folder):
    """The `Result` in `folder`, or None. CourseError if it is damaged or of another format."""
    path = Path(folder) / FILE
    try:
        data = json.loads(path.read_text("utf-8"))
        if data.pop("format") != FORMAT:
            raise ValueError("another format")
        return Result(**data | {"notes": tuple(data["notes"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(
            f"{path} cannot be read ({type(error).__name__}: {error}).",
            "delete it and grade again.",
        ) from None
