"""A wrong command line is one clear message with the way out, never a traceback."""

import subprocess
import sys

import pytest

COMMANDS = ["lab", "test", "run", "build", "status", "pull", "new", "fetch", "doctor"]
COMMANDS += ["pretrain", "generate", "classroom"]


def is_one_message(done, status):
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


@pytest.mark.parametrize("command", ["lab", "run", "build", "pull"])
@pytest.mark.parametrize("number", ["42", "seven", "-1"])
def test_an_unknown_lesson_lists_the_known_ones(small_course, command, number):
    small_course.lesson("00_first")
    small_course.lesson("07_seventh")
    done = small_course(command, number)
    is_one_message(done, 2)
    if number != "-1":  # a leading minus is an unknown option, which argparse explains
        assert f"there is no lesson {number}." in done.stderr
        assert "Try: one of 00, 07." in done.stderr


@pytest.mark.parametrize("name", ["7", "07", "07_seventh", "notebooks/07_seventh.ipynb"])
def test_a_lesson_may_be_named_in_every_way_people_do(small_course, name):
    (small_course.root / "notebooks" / "src" / "07_seventh.py").write_text("")
    assert "notebooks/07_seventh.ipynb has not been built" in small_course("run", name).stderr


def test_an_unknown_command_lists_the_known_ones(course):
    done = course("frobnicate")
    is_one_message(done, 2)
    assert "frobnicate" in done.stderr
    assert all(command in done.stderr for command in COMMANDS)


def test_no_command_at_all_shows_the_help(course):
    done = course()
    is_one_message(done, 2)
    assert "examples:" in done.stderr


def test_an_unknown_data_set_lists_the_known_ones(course):
    done = course("fetch", "digits", "imagenet")
    is_one_message(done, 2)
    assert "imagenet" in done.stderr and "co2, dates, digits" in done.stderr


@pytest.mark.parametrize("port", ["0", "-3", "70000", "eight"])
def test_what_is_not_a_port_is_refused(small_course, port):
    small_course.lesson("00_first")
    is_one_message(small_course("lab", "--no-browser", f"--port={port}"), 2)


def test_a_table_that_cannot_be_written_is_noticed_before_the_run(small_course, tmp_path):
    small_course.lesson("00_first", a="open('ran', 'w').close()")
    (tmp_path / "file").write_text("")
    done = small_course("run", "--json", str(tmp_path / "file" / "table.json"))
    is_one_message(done, 1)
    assert "cannot write" in done.stderr and "--json" in done.stderr
    assert not (small_course.root / "notebooks" / "ran").exists()


@pytest.mark.parametrize("command", ["lab", "run"])
def test_a_lesson_that_is_not_built_names_the_command_that_builds_it(small_course, command):
    (small_course.root / "notebooks" / "src" / "00_first.py").write_text("")
    done = small_course(command)
    is_one_message(done, 1)
    assert "python -m course_utils build" in done.stderr


def test_an_installed_package_without_lessons_says_so(tmp_path, small_course):
    (small_course.root / "requirements.txt").unlink()
    done = small_course("status")
    is_one_message(done, 1)
    assert "without the lessons" in done.stderr


def test_a_python_without_venv_is_one_message(small_course):
    """`python -S`-like: the module is hidden from a real command line."""
    (small_course.root / "requirements.txt").write_text("no-such-package==1.0\n")
    code = (
        "import importlib.util as util, sys; real = util.find_spec; "
        "util.find_spec = lambda name, *a: None if name == 'ensurepip' else real(name, *a); "
        "from course_utils.__main__ import main; sys.exit(main(['status']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=small_course.root, capture_output=True, text=True
    )
    is_one_message(done, 1)
    assert "ensurepip" in done.stderr and "Try: on Debian" in done.stderr
    assert not (small_course.root / ".venv").exists()
