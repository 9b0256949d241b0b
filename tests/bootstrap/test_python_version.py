"""Which Pythons are sent away, and with which words."""

import ast
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from course_utils.bootstrap import python_version

ROOT = Path(__file__).resolve().parents[2]
READ_BY_ALL = ["course_utils/__main__.py", "course_utils/bootstrap/python_version.py"]


def old_python():
    """An interpreter older than 3.11 on this machine, if there is one."""
    names = [f"python3.{minor}" for minor in range(6, 11)] + ["python2.7"]
    places = [*Path.home().glob(".pyenv/versions/[23].*/bin")]
    for folder in [*map(str, places), os.environ.get("PATH", "")]:
        for name in names:
            if "shims" not in (found := shutil.which(name, path=folder) or "shims"):
                return found
    return None


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 4), (3, 13, 9)])
def test_supported_pythons_pass(version):
    assert python_version.problem(version) is None


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 8, 18), (3, 10, 13)])
def test_an_old_python_reads_what_is_needed_and_what_it_is(version):
    what, fix = python_version.problem(version, "/usr/bin/python")
    assert what.startswith("Python 3.11 to 3.13 needed, this is " + ".".join(map(str, version)))
    assert "/usr/bin/python" in what and fix


def test_a_python_that_is_too_new_reads_why():
    assert "TensorFlow" in python_version.problem((3, 14, 0))[0]


def test_a_good_python_next_to_the_bad_one_is_suggested(tmp_path):
    (tmp_path / "python3.13").write_text("")
    assert python_version.find_supported(str(tmp_path), windows=False) == "python3.13"
    assert python_version.find_supported(str(tmp_path / "none"), windows=False) is None


@pytest.mark.parametrize("name", READ_BY_ALL)
def test_the_first_files_read_use_no_new_syntax(name):
    tree = ast.parse((ROOT / name).read_text("utf-8"))
    new = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Match, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, new)]
    (ROOT / name).read_bytes().decode("ascii")  # Python 2 refuses anything else


@pytest.mark.skipif(old_python() is None, reason="no Python older than 3.11 on this machine")
def test_an_old_python_says_so_and_nothing_else():
    command = [old_python(), "-B", "-m", "course_utils", "lab"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 to 3.13 needed, this is ")
    assert "Try: " in done.stderr and "Traceback" not in done.stderr
