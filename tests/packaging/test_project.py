"""pyproject.toml, requirements.txt and the files around them agree."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from course_utils.bootstrap import requirements
from course_utils.bootstrap.python_version import NEWEST, OLDEST

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINS = dict(requirements.read_pins((ROOT / "requirements.txt").read_text("utf-8")))


def lower_bounds():
    extras = dict(PROJECT["optional-dependencies"])
    del extras["classroom"]  # instructors' own: a clone does not install it
    return [*PROJECT["dependencies"], *(line for extra in extras.values() for line in extra)]


@pytest.mark.parametrize("line", lower_bounds())
def test_what_the_package_asks_is_what_a_clone_installs(line):
    from packaging.requirements import Requirement

    asked = Requirement(line)
    if asked.name == "ipython":  # comes with ipykernel
        return
    pinned = PINS.get(asked.name) or PINS[f"{asked.name}-cpu"]
    assert asked.specifier.contains(pinned), f"{line}, but requirements.txt pins {pinned}"


def test_both_places_name_the_same_pythons():
    oldest, newest = (".".join(map(str, version)) for version in (OLDEST, NEWEST))
    asked = PROJECT["requires-python"]
    assert asked == f">={oldest},<{NEWEST[0]}.{NEWEST[1] + 1}"
    assert f"Programming Language :: Python :: {newest}" in PROJECT["classifiers"]


def test_the_repositorys_address_is_written_once():
    address = PROJECT["urls"]["Repository"].removeprefix("https://")
    files = [ROOT / "pyproject.toml", *ROOT.glob("course_utils/**/*.py"), *ROOT.glob(".ci/*")]
    assert sum(path.read_text("utf-8").count(address) for path in files) == 1


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_ci_gives_the_test_command_and_nothing_else(tmp_path):
    """With a stand-in for python3 that prints how it was called."""
    fake = tmp_path / "python3"
    fake.write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "$@" CI=$CI in $(pwd)\n')
    fake.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(ROOT / ".ci" / "run")],
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
    )
    said = [f"{what} CI=true in {ROOT}" for what in ("-m course_utils test", ".ci/classroom.py")]
    assert done.stdout.splitlines() == said, done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_ci_passes_over_a_python_that_is_too_old(tmp_path):
    for name, says in (("python3", "exit 1"), ("python3.12", "exit 0")):
        fake = tmp_path / name
        fake.write_text(f'#!/bin/sh\n[ "$1" = -c ] && {says}\necho {name} "$@"\n')
        fake.chmod(0o755)
    done = subprocess.run(
        [str(ROOT / ".ci" / "run")],
        env=os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    said = ["python3.12 -m course_utils test", "python3.12 .ci/classroom.py"]
    assert done.stdout.splitlines() == said


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
@pytest.mark.parametrize(("first", "ends", "runs"), [(124, 0, 3), (1, 1, 1), (0, 0, 2)])
def test_ci_starts_a_run_that_hung_once_more_but_never_one_that_failed(tmp_path, first, ends, runs):
    """The stand-in ends as `timeout` does after a hang (124), or fails (1), or passes.

    After a run that passed comes one more call: the tests of grading.
    """
    fake = tmp_path / "python3"
    calls = tmp_path / "calls"
    fake.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && exit 0\necho . >>"{calls}"\n'
        f'[ "$(wc -l <"{calls}")" -eq 1 ] && exit {first}\nexit 0\n'
    )
    fake.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(ROOT / ".ci" / "run")], env=os.environ | {"PATH": path}, capture_output=True, text=True
    )
    assert (done.returncode, len(calls.read_text().split())) == (ends, runs)
    assert ("hung" in done.stdout) == (first == 124)


def test_lines_end_the_same_on_every_system():
    assert re.search(r"^\* text=auto eol=lf$", (ROOT / ".gitattributes").read_text(), re.M)


def test_importing_the_package_is_cheap():
    clock = "time.process_time()"  # of this process: other work on the machine does not count
    code = f"import time; t = {clock}; import course_utils; print({clock} - t)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert float(done.stdout) < 0.1
