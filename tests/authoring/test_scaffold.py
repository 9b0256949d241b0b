"""A new lesson builds, runs and passes its check before its author has written a word."""

import os
import subprocess
import sys

import pytest

from course_utils.authoring import builder, commands
from course_utils.authoring.course import Course
from course_utils.authoring.notebook import loads
from course_utils.authoring.rules_code import defined_checks
from course_utils.errors import UsageError


def test_a_new_lesson_builds_and_has_its_checks(course, capsys):
    assert commands.new(4, "deep_networks", course=course) == 0
    assert capsys.readouterr().out.splitlines() == [
        "notebooks/src/04_deep_networks.py: written",
        "course_utils/checks/nb04.py: written",
        "tests/checks/test_nb04.py: written",
        "Next: python -m course_utils build 04 --run",
    ]
    builder.build(course, course.source(4))
    notebook = loads(course.notebook(course.source(4)).read_text("utf-8"))
    assert notebook["cells"][0]["source"].startswith("# 04 · Deep networks\n")
    assert defined_checks(course.checks(4).read_text("utf-8")) == ["double"]


def test_the_new_check_gives_its_own_answers_their_hints(course, tmp_path):
    commands.new(4, "deep_networks", course=course)
    code = (
        "import runpy, sys; checks = runpy.run_path(sys.argv[1]); import types;"
        "module = types.ModuleType('course_utils.checks.nb04'); vars(module).update(checks);"
        "import course_utils.checks as package; package.nb04 = module;"
        "sys.modules[module.__name__] = module;"
        "answers = runpy.run_path(sys.argv[2])['ANSWERS'];"
        "[print(says in repr(check(f))) for check, rows in answers.items() for _, f, says in rows]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, course.checks(4), course.root / "tests/checks/test_nb04.py"],
        capture_output=True, text=True, env={**os.environ}, check=True,
    )  # fmt: skip
    verdicts = [line for line in done.stdout.split() if line in ("True", "False")]
    assert verdicts == ["True"] * 6


def test_existing_files_are_left_alone(course):
    course.checks(4).write_text("# mine\n", "utf-8")
    commands.new(4, "deep_networks", course=course)
    assert course.checks(4).read_text("utf-8") == "# mine\n"


@pytest.mark.parametrize(
    ("number", "name", "says"),
    [
        (90, "other", "90_tiny.py exists already"),
        (4, "tiny", "90_tiny.py exists already"),
        (4, "Deep Networks", "does not name a lesson"),
        (4, "../evil", "does not name a lesson"),
        (100, "deep", "does not name a lesson"),
        (-1, "deep", "does not name a lesson"),
    ],
)
def test_a_taken_or_malformed_name_is_refused(course, number, name, says):
    before = sorted(course.root.rglob("*"))
    with pytest.raises(UsageError, match=says):
        commands.new(number, name, course=course)
    assert sorted(course.root.rglob("*")) == before


def test_a_course_can_begin_empty(tmp_path):
    (tmp_path / "notebooks" / "src").mkdir(parents=True)
    commands.new(0, "start_here", course=Course(tmp_path))
    assert (tmp_path / "notebooks" / "src" / "00_start_here.py").is_file()
