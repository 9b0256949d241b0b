"""A small clone of the course whose only lesson is the tiny one, built and run once."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.authoring.course import Course

REAL = Path(__file__).parents[2]
TINY = Path(__file__).parent / "tiny"


@pytest.fixture(scope="session")
def clone(tmp_path_factory):
    """A Course that stands on its own: this package, one lesson, its notebooks with outputs."""
    root = tmp_path_factory.mktemp("clone")
    without = shutil.ignore_patterns("__pycache__", "nb*.py", "_data")
    shutil.copytree(REAL / "course_utils", root / "course_utils", ignore=without)
    for name in ("pyproject.toml", "requirements.txt"):
        shutil.copy(REAL / name, root)
    (root / "notebooks" / "src").mkdir(parents=True)
    shutil.copy(TINY / "90_tiny.py", root / "notebooks" / "src")
    shutil.copy(TINY / "nb90.py", root / "course_utils" / "checks")
    code = "from course_utils.authoring import commands; raise SystemExit(commands.build([], True))"
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, timeout=120)
    return Course(root)
