"""A small checkout in a temporary folder, and commands that stand in for venv and pip."""

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

PROJECT = Path(__file__).resolve().parents[2]

# Makes what `python -m venv` would make, as far as anyone here looks at it. The stand-in's
# Python is the one that runs the tests.
FAKE_VENV = """
import os, pathlib, shutil, sys
folder = pathlib.Path(sys.argv[1])
shutil.rmtree(folder, ignore_errors=True)
python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
python.parent.mkdir(parents=True)
(folder / "pyvenv.cfg").write_text("")
if os.name == "nt":
    python.write_bytes(b"")
else:
    python.write_text(f'#!/bin/sh\\nexec "{sys.executable}" "$@"\\n')
    python.chmod(0o755)
"""


@pytest.fixture
def checkout(tmp_path):
    """A folder that looks like a clone: requirements, one lesson, the package."""
    (tmp_path / "requirements.txt").write_text("numpy==2.4.6\n")
    (tmp_path / "constraints.txt").write_text("six==1.17.0\n")
    (tmp_path / "notebooks" / "src").mkdir(parents=True)
    (tmp_path / "notebooks" / "00_start_here.ipynb").write_text("{}")
    package = tmp_path / "course_utils"
    skip = shutil.ignore_patterns("__pycache__")
    for name in ("__init__.py", "__main__.py", "errors.py"):
        package.mkdir(exist_ok=True)
        shutil.copy(PROJECT / "course_utils" / name, package)
    for name in ("bootstrap", "commands"):
        shutil.copytree(PROJECT / "course_utils" / name, package / name, ignore=skip)
    return tmp_path


@pytest.fixture
def fake(tmp_path):
    """Commands: `fake.venv` makes an environment, `fake.pip(code)` runs `code` as pip."""
    maker = tmp_path / "fake_venv.py"
    maker.write_text(FAKE_VENV)

    def pip(code):
        file = tmp_path / "fake_pip.py"
        file.write_text(code)
        return [sys.executable, str(file)]

    return SimpleNamespace(venv=[sys.executable, str(maker)], pip=pip)
