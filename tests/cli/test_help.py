"""Help is everywhere, quick, and complete."""

import subprocess
import sys
import time

import pytest

from course_utils.__main__ import COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(course, command):
    done = course(command, "--help")
    assert done.returncode == 0
    assert f"examples:\n  python -m course_utils {command}" in done.stdout


def test_the_overview_has_one_line_per_command(course):
    text = course("--help").stdout
    for name, (_, _, line, _) in COMMANDS.items():
        assert name in text and line.split(";")[0].split(":")[0] in text.replace("\n", " ")


def test_the_version_is_the_packages(course):
    from course_utils import __version__

    assert course("--version").stdout.strip() == __version__


def test_starting_loads_no_package_that_must_be_installed():
    code = (
        "import sys; from course_utils.__main__ import build_parser; build_parser(); "
        "from course_utils.bootstrap import environment; "
        "print([m for m in ('numpy', 'nbformat', 'tqdm', 'requests') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_question_whether_all_is_installed_takes_no_time():
    from course_utils.bootstrap import checkout, environment

    root = checkout.find_checkout()
    environment.lacks(root)
    began = time.process_time()
    environment.lacks(root)
    assert time.process_time() - began < 0.2
