"""The command line as a person meets it: a new process, its output, its exit status."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def course():
    """course("run", "42") runs a command of this checkout; nothing is ever installed."""
    return commands_in(PROJECT)


@pytest.fixture(scope="session")
def new_course():
    """new_course(folder) copies the package there, without lessons, and returns `course` for it.

    `small.lesson("00_first", a="1 + 1")` writes a notebook with one cell per keyword;
    `small.root` is the folder.
    """

    def make(root):
        skip = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(PROJECT / "course_utils", root / "course_utils", ignore=skip)
        shutil.copytree(PROJECT / "data", root / "data")
        for name in ("requirements.txt", "constraints.txt", "pyproject.toml"):
            shutil.copy(PROJECT / name, root)
        (root / "notebooks" / "src").mkdir(parents=True)
        (root / "notebooks" / "solutions").mkdir()
        small = commands_in(root)
        small.root = root
        small.lesson = lambda name, **cells: write_lesson(
            root / "notebooks" / f"{name}.ipynb", cells
        )
        return small

    return make


@pytest.fixture
def small_course(new_course, tmp_path):
    """A course of the test's own, see `new_course`."""
    return new_course(tmp_path / "course")


def commands_in(root):
    """Return a function that runs `python -m course_utils` in `root`."""

    def run(*arguments, **variables):
        return subprocess.run(
            [sys.executable, "-m", "course_utils", *arguments],
            cwd=root,
            env=os.environ | {"COURSE_HERE": "1"} | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def write_lesson(path, cells):
    """Write a notebook that was never run; `cells` maps cell ids to code. Returns the path."""
    code = [
        {
            "cell_type": "code",
            "id": name.replace("_", "-"),
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for name, source in cells.items()
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": code, "metadata": {"kernelspec": kernel}} | {
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path
