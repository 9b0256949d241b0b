"""Front matter, and the three cells the builder writes."""

import subprocess
import sys

import pytest

from course_utils.authoring.front import parse_front
from course_utils.authoring.generated import (
    course_cell,
    front_cell,
    links_cell,
    solutions_front_cell,
)
from course_utils.authoring.source import read_lesson
from course_utils.errors import CourseError, SourceError

GOOD = {
    "title": '"T"',
    "question": '"Q?"',
    "hook": '"""H\nH"""',
    "able": '["do", "undo"]',
    "needs": '"Nothing."',
    "minutes": "5",
    "seconds": "1",
}


def toml(**changes):
    values = {**GOOD, **changes}
    return "\n".join(f"{key} = {value}" for key, value in values.items() if value is not None)


def test_front_matter_is_read():
    front = parse_front(toml(), "04_x.py", 2)
    assert (front.title, front.able, front.hook, front.minutes) == ("T", ["do", "undo"], "H\nH", 5)


def test_only_the_hook_may_be_missing():
    assert parse_front(toml(hook=None), "04_x.py", 2).hook == ""
    for name in set(GOOD) - {"hook"}:
        with pytest.raises(SourceError, match=rf"^04_x.py:2: the front matter lacks '{name}'"):
            parse_front(toml(**{name: None}), "04_x.py", 2)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": "T"}, "not valid TOML"),
        ({"minutes": '"5"'}, "minutes = '5' is not a int"),
        ({"minutes": "true"}, "minutes = True is not a int"),
        ({"able": "[]"}, "able = [] is not a list with content"),
        ({"able": "[1]"}, "holds something that is no text"),
        ({"title": '""'}, "title = '' is not a str with content"),
        ({"level": "3"}, "unknown key 'level'"),
    ],
)
def test_bad_front_matter_says_what_is_wrong(changes, says):
    with pytest.raises(SourceError) as caught:
        parse_front(toml(**changes), "04_x.py", 2)
    assert str(caught.value).startswith("04_x.py:2: ")
    assert says in str(caught.value)


def test_the_front_cell_says_what_one_will_be_able_to_do_and_what_it_costs(course, tiny):
    text = front_cell(course, read_lesson(tiny))
    assert text.startswith("# 90 · Tiny\n")
    assert "*Is this the smallest lesson that passes the gate?*" in text
    assert "- build a lesson\n- break it on purpose" in text
    assert "About 1 minute of work, about 2 seconds of computing." in text
    assert "[![Open in Colab](" in text


def test_the_repository_is_named_in_pyproject_only(course, tiny):
    lesson = read_lesson(tiny)
    assert "/github/someone/fork/blob/main/notebooks/90_tiny.ipynb" in front_cell(course, lesson)
    assert "fork/blob/main/notebooks/solutions/90_tiny.ipynb" in solutions_front_cell(
        course, lesson
    )
    assert "git+https://github.com/someone/fork" in course_cell(course)


def test_a_missing_address_is_one_clear_message(course):
    (course.root / "pyproject.toml").write_text("[project]\n", "utf-8")
    with pytest.raises(CourseError, match="does not name the repository"):
        course_cell(course)


def test_links_lead_to_the_neighbours_and_the_solutions(course, tiny):
    text = tiny.read_text("utf-8")
    (course.src / "89_before.py").write_text(text.replace('"Tiny"', '"Before"'), "utf-8")
    (course.src / "91_after.py").write_text("# being written\n", "utf-8")
    cell = links_cell(course, read_lesson(tiny))
    assert "Previous: [89 · Before](89_before.ipynb)" in cell
    assert "Next: [91 · After](91_after.ipynb)" in cell
    assert "[Solutions](solutions/90_tiny.ipynb)" in cell


@pytest.mark.parametrize("folder", ["notebooks", "notebooks/src", "."])
def test_the_course_cell_finds_the_package_of_the_checkout(course, folder):
    code = course_cell(course).replace("%pip", "raise SystemExit #")
    code += "\nimport course_utils; print(course_utils.__file__)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        cwd=course.root / folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == str(course.root / "course_utils" / "__init__.py")


def test_the_course_cell_installs_the_package_where_there_is_none(course, tmp_path_factory):
    code = course_cell(course).replace("%pip install -q", "print(").rstrip() + ")"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        cwd=tmp_path_factory.mktemp("elsewhere"), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "course-utils @ git+https://github.com/someone/fork"
