"""What can go wrong in this course, in words that say what to do next.

Every error that the package raises on purpose is a `CourseError`: one sentence that says
what was found, with the values, and one that says what to try. Nothing here imports
anything, so that every other module can use it.
"""


class CourseError(Exception):
    """An expected problem, explained.

    Args:
        what: what is wrong, with the offending values; ends with a full stop.
        fix: the next step, often a command to type.

    `str(error)` is both, the second on a line of its own that begins with `Try:`.
    """

    def __init__(self, what, fix):
        super().__init__(what, fix)
        self.what, self.fix = what, fix

    def __str__(self):
        return f"{self.what}\n  Try: {self.fix}"


class ShapeError(CourseError, ValueError):
    """An array has the wrong rank or size."""


class DataMissingError(CourseError):
    """A data file is absent, truncated or altered."""


class DownloadError(CourseError):
    """A public data set could not be fetched; no partial file is left under its name."""


class SourceError(CourseError):
    """A lesson's source does not follow the format; the message names file and line."""


class RunError(CourseError):
    """A notebook cell failed while it was executed; the message names lesson and cell."""


class UsageError(CourseError):
    """The command line asks for something that does not exist. Exit status 2."""


class EnvironmentNotReady(CourseError):
    """This machine or this Python cannot run the course yet."""
