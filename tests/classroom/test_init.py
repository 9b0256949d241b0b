"""A new classroom is whole or not there, private, and nbgrader understands it."""

import os
import stat
import sys

import pytest

pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")

from course_utils.classroom.gradebook import check_address, open_gradebook
from course_utils.classroom.init import make_classroom
from course_utils.classroom.layout import Classroom, is_student_id
from course_utils.errors import CourseError, EnvironmentNotReady, UsageError


def test_a_new_classroom_opens_and_is_empty(tmp_path):
    room = make_classroom(tmp_path / "deep" / "room")
    assert Classroom(room.root).db_url == room.db_url
    assert room.names() == [] and room.submissions("01") == []
    with open_gradebook(room.db_url) as gradebook:
        assert gradebook.students == [] and gradebook.assignments == []
    assert os.listdir(tmp_path / "deep") == ["room"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_nobody_else_may_look_into_a_classroom(tmp_path):
    root = make_classroom(tmp_path / "room").root
    assert stat.S_IMODE(root.stat().st_mode) == 0o700


def test_an_empty_folder_may_be_there_and_a_full_one_is_left_alone(tmp_path):
    (tmp_path / "room").mkdir()
    make_classroom(tmp_path / "room")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    (tmp_path / "file").write_text("x")
    for name in ("room", "mine", "file"):
        with pytest.raises(CourseError):
            make_classroom(tmp_path / name)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "x"
    assert sorted(os.listdir(tmp_path)) == ["file", "mine", "room"]


def test_a_database_that_cannot_be_reached_leaves_nothing_and_hides_the_password(tmp_path):
    pytest.importorskip("psycopg", reason="no driver for PostgreSQL")
    address = "postgresql+psycopg://me:hush@127.0.0.1:1/none?connect_timeout=2"
    with pytest.raises(CourseError) as caught:
        make_classroom(tmp_path / "room", address)
    assert "127.0.0.1:1/none" in str(caught.value) and "hush" not in str(caught.value)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("address", ["mysql://x/y", "room.db", "", "://", "sqlite:room.db"])
def test_other_databases_are_refused_with_the_ones_that_work(address):
    with pytest.raises(CourseError, match="begins with") as caught:
        check_address(address)
    assert "postgresql+psycopg://" in caught.value.fix


def test_a_driver_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr("course_utils.classroom.extra.find_spec", lambda name: None)
    with pytest.raises(EnvironmentNotReady, match="psycopg"):
        check_address("postgresql+psycopg://me@host/db")


def test_a_folder_that_is_no_classroom_names_the_command(tmp_path):
    with pytest.raises(CourseError, match="is not a classroom") as caught:
        Classroom(tmp_path)
    assert "classroom init" in caught.value.fix


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 9, "db": null}', '{"format": 1}'])
def test_a_damaged_classroom_file_is_one_message(tmp_path, text):
    (tmp_path / "classroom.json").write_text(text)
    with pytest.raises(CourseError, match=r"classroom\.json"):
        Classroom(tmp_path)


def test_an_assignment_is_found_by_number_and_unknown_ones_list_the_known(room):
    assert room.assignment("01") == room.assignment("1") == room.assignment(1)
    with pytest.raises(UsageError, match="lesson 07 has not been assigned") as caught:
        room.assignment("7")
    assert caught.value.fix == "one of 01."


def test_nbgraders_own_configuration_finds_the_same_places(room):
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", str(room.root)).load_config()
    assert config.CourseDirectory.root == str(room.root)
    from nbgrader.coursedir import CourseDirectory

    places = CourseDirectory(config=config)
    assert places.db_url == room.db_url
    assert places.format_path("submitted", "anna", "01") == str(room.submitted("anna", "01"))
    assert os.path.normpath(places.format_path("release", ".", "01")) == str(room.release("01"))


@pytest.mark.parametrize("name", ["anna", "a1", "s.lee@uni.edu", "0123", "A_b-c", "x" * 64])
def test_ids_that_name_a_folder_everywhere(name):
    assert is_student_id(name)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a/b", "a\\b", "-x", ".x", "x.", "a b", "ä", "CON", "nul.txt", "x" * 65]
    + ["a\n", "a\0", "a:b", "*", "~", "$HOME", "com1"],
)
def test_ids_that_do_not(name):
    assert not is_student_id(name)


def test_the_classroom_is_read_without_nbgrader():
    """`layout` is for workers too; they need no gradebook."""
    import subprocess

    code = "import sys, course_utils.classroom.layout as l; print('nbgrader' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
