"""Which Pythons can run the course, and what to say to the others.

This file and `course_utils/__main__.py` are read by whatever Python a person happens to
have, so they keep to syntax that Python 2.7 accepts: no f-strings, no annotations.
The upper limit is TensorFlow's: it has no wheels for a newer Python yet.
"""

import os
import sys

OLDEST = (3, 11)
NEWEST = (3, 13)


def name_of(version):
    """(3, 11, 7) -> "3.11.7"; any length."""
    return ".".join(str(part) for part in version)


def problem(version=None, executable=None):
    """Return (what, fix) if `version` cannot run the course, else None.

    Args:
        version: tuple, default the running Python's (major, minor, micro).
        executable: path named in the message, default the running Python's.
    """
    version = tuple(version or sys.version_info[:3])
    if OLDEST <= version[:2] <= NEWEST:
        return None
    what = " ".join(
        [
            "Python 3.11 to 3.13 needed, this is",
            name_of(version),
            "(" + (executable or sys.executable or "python") + ").",
        ]
    )
    if version[:2] > NEWEST:
        what += " TensorFlow does not support it yet."
    other = find_supported()
    if other:
        return what, other + " -m course_utils " + " ".join(sys.argv[1:])
    return what, "install Python 3.12 from https://www.python.org/downloads/ next to this one."


def find_supported(path=None, windows=os.name == "nt"):
    """Return the name of a supported Python on this machine's PATH, or None."""
    if windows:
        return None  # the `py` launcher knows, but only it knows which versions it has
    for minor in (12, 13, 11):
        name = "python3." + str(minor)
        for folder in (path or os.environ.get("PATH", "")).split(os.pathsep):
            if os.path.basename(folder) == "shims":
                continue  # pyenv puts names there that need not work
            if os.path.isfile(os.path.join(folder, name)):
                return name
    return None
