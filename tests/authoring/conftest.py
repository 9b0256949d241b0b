"""A tiny course in a temporary folder, built from the lesson in tests/notebooks/tiny."""

import shutil
from pathlib import Path

import pytest

from course_utils.authoring.course import Course

REAL = Path(__file__).parents[2]
TINY = REAL / "tests" / "notebooks" / "tiny"
PYPROJECT = '[project.urls]\nRepository = "https://github.com/someone/fork"\n'


@pytest.fixture
def course(tmp_path):
    """A course with one lesson, 90, that was never built."""
    (tmp_path / "notebooks" / "src").mkdir(parents=True)
    (tmp_path / "course_utils" / "checks").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    shutil.copy(TINY / "90_tiny.py", tmp_path / "notebooks" / "src")
    shutil.copy(TINY / "nb90.py", tmp_path / "course_utils" / "checks")
    for name in ("__init__.py", "errors.py"):
        shutil.copy(REAL / "course_utils" / name, tmp_path / "course_utils")
    return Course(tmp_path)


@pytest.fixture
def tiny(course):
    """The path of the tiny lesson's source."""
    return course.source(90)


@pytest.fixture
def edit():
    """A function that replaces, in a file, a text that stands there exactly once."""

    def replace(path, old, new):
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
        path.write_text(text.replace(old, new), "utf-8", newline="\n")

    return replace
