"""Where this copy of the course lies, and which lessons it holds.

A *checkout* is a folder with `requirements.txt` and `notebooks/`. The package can also be
installed from a wheel, without lessons; then the commands that need them say so.
"""

import re
from pathlib import Path

from course_utils.errors import EnvironmentNotReady, UsageError

PACKAGE = Path(__file__).resolve().parent.parent


def is_checkout(folder=PACKAGE.parent):
    """True if the lessons are here too, not only the package."""
    return (folder / "requirements.txt").is_file() and (folder / "notebooks").is_dir()


def find_checkout():
    """Return the checkout's folder as an absolute `Path`.

    Raises:
        EnvironmentNotReady: the package was installed without the lessons.
    """
    folder = PACKAGE.parent
    if is_checkout(folder):
        return folder
    raise EnvironmentNotReady(
        f"course_utils is installed in {folder} without the lessons, and this command needs them.",
        "clone the course's repository and type the command in the clone.",
    )


def lessons(root):
    """Return {number: name} of every lesson that has a source or a notebook, in order."""
    folder = Path(root) / "notebooks"
    files = [*folder.glob("src/[0-9][0-9]_*.py"), *folder.glob("[0-9][0-9]_*.ipynb")]
    return {int(name[:2]): name for name in sorted({file.stem for file in files})}


def lesson_number(text):
    """Read "3", "03" or "03_backpropagation" as 3.

    Raises:
        UsageError: it does not begin with a number, or this checkout has no such lesson.
    """
    known = lessons(find_checkout())
    found = re.match(r"(?:notebooks/)?(\d{1,2})(?!\d)", text)
    if found and int(found[1]) in known:
        return int(found[1])
    listed = ", ".join(f"{number:02}" for number in known)
    raise UsageError(f"there is no lesson {text}.", f"one of {listed or '(none yet)'}.")
