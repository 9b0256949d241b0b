"""The package as Colab gets it: a wheel, installed, used from another folder, offline."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel of this checkout, built without network."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    (path,) = folder.glob("course_utils-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder into which the wheel, and nothing else, is installed."""
    folder = tmp_path_factory.mktemp("site")
    pip("install", "--no-deps", "--target", str(folder), str(wheel))
    return folder


def pip(command, *arguments):
    options = ["--no-index", "--disable-pip-version-check", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", command, *options, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def python(installed, folder, *arguments):
    """Run Python in `folder` with the installed package; returns what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_the_data_with_their_cards_and_no_tests(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in (ROOT / "data").rglob("*.*"):
        assert f"course_utils/_data/{path.relative_to(ROOT / 'data').as_posix()}" in names
    assert not [name for name in names if name.startswith(("tests/", "notebooks/"))]
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_holds_every_file_of_the_package(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    files = [path for path in (ROOT / "course_utils").rglob("*.*") if path.is_file()]
    named = {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}
    assert {name for name in named if "/." not in name} <= names


def test_an_installed_package_reads_its_data_from_anywhere(installed, tmp_path):
    code = (
        "import course_utils; print(course_utils.__file__)\n"
        "from course_utils.data.digits import load_digits; print(load_digits().images.shape)\n"
        "from course_utils.data.co2 import load_co2; print(len(load_co2()) > 700)"
    )
    where, digits, co2 = python(installed, tmp_path, "-c", code).splitlines()
    assert Path(where).parent.parent == installed
    assert digits == "(1797, 8, 8)"
    assert co2 == "True"


def test_the_doctor_of_an_installed_package_is_content(installed, tmp_path):
    said = python(installed, tmp_path, "-m", "course_utils", "doctor")
    assert "without lessons" in said and "intact" in said


def test_the_data_sets_of_an_installed_package_can_be_listed(installed, tmp_path):
    assert "digits" in python(installed, tmp_path, "-m", "course_utils", "fetch", "--list")
