"""Where a course lies on disk: sources, notebooks, checks, and its public address."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from course_utils.bootstrap.checkout import find_checkout
from course_utils.errors import CourseError, SourceError, UsageError

SOURCE_NAME = re.compile(r"(\d\d)_([a-z0-9]+(?:_[a-z0-9]+)*)\.py")


@dataclass(frozen=True)
class Course:
    """A checkout of the course.

    Args:
        root: folder that holds `notebooks/`, `course_utils/` and `pyproject.toml`.
    """

    root: Path

    @property
    def notebooks(self):
        return self.root / "notebooks"

    @property
    def src(self):
        return self.notebooks / "src"

    @property
    def solutions(self):
        return self.notebooks / "solutions"

    @property
    def pulled(self):
        """Where `pull` keeps edits that have no place in a source."""
        return self.notebooks / "pulled"

    def checks(self, number):
        return self.root / "course_utils" / "checks" / f"nb{number:02}.py"

    def notebook(self, source):
        return self.notebooks / f"{source.stem}.ipynb"

    def solution(self, source):
        return self.solutions / f"{source.stem}.ipynb"

    @property
    def sources(self):
        """The sources in lesson order; SourceError for a name that is not `NN_name.py`."""
        found = sorted(self.src.glob("*.py"))
        for path in found:
            if not SOURCE_NAME.fullmatch(path.name):
                raise SourceError(
                    f"{path}: a source is named by two digits and words, like 04_deep_networks.py.",
                    "rename the file.",
                )
        for first, second in pairwise(found):
            if first.name[:2] == second.name[:2]:
                raise SourceError(
                    f"{first.name} and {second.name} have the same number.", "rename one of them."
                )
        return found

    def source(self, number):
        """The source of lesson `number`; UsageError lists the known ones."""
        for path in self.sources:
            if int(path.name[:2]) == number:
                return path
        known = ", ".join(path.name[:2] for path in self.sources) or "none yet"
        raise UsageError(f"there is no lesson {number:02}.", f"one of {known}.")

    def neighbours(self, source):
        """The sources before and after, None at the ends."""
        at = self.sources.index(source)
        before = self.sources[at - 1] if at else None
        after = self.sources[at + 1] if at + 1 < len(self.sources) else None
        return before, after

    @cached_property
    def repository(self):
        """Public address without a trailing slash, from `[project.urls]` in pyproject.toml."""
        path = self.root / "pyproject.toml"
        try:
            address = tomllib.loads(path.read_text("utf-8"))["project"]["urls"]["Repository"]
        except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
            raise CourseError(
                f"{path} does not name the repository ({type(error).__name__}: {error}).",
                'write Repository = "https://github.com/OWNER/NAME" under [project.urls].',
            ) from None
        return address.rstrip("/").removesuffix(".git")


def here():
    """The checkout this package belongs to; CourseError if it was installed without one."""
    return Course(find_checkout())
