"""Rosters as schools export them, and what is wrong in one is named by line."""

import pytest

pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")

from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.roster import Learner, enter, learners_of, read_roster
from course_utils.errors import CourseError

ANNA = Learner("anna", "Anna", "Müller", "a@x.org")


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "class.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return read_roster(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_encodings_and_line_ends_do_not_matter(tmp_path, encoding, mark, end):
    lines = ["id,first,last,email", "", "anna,Anna,Müller,a@x.org", ",,,", ""]
    text = end.join(lines).replace(",", mark)
    assert read(tmp_path, text, encoding) == ((ANNA,), [])


def test_columns_go_by_their_names_in_any_order(tmp_path):
    text = "Last Name,FIRST_NAME,group,E-Mail,Username\nMüller,Anna,B,a@x.org,anna\n"
    assert read(tmp_path, text)[0] == (ANNA,)


def test_quoted_names_may_hold_commas_and_lines(tmp_path):
    ((learner,), _) = read(tmp_path, 'id,first,last\nanna,"Anna, Maria",O\'Neil\n')
    assert learner.name == "Anna, Maria O'Neil"


def test_composed_and_decomposed_letters_are_one_name(tmp_path):
    ((learner,), _) = read(tmp_path, "id,last\nanna,Mu\u0308ller\n")
    assert learner.last == "Müller"


def test_a_line_that_stands_twice_counts_once_and_is_said(tmp_path):
    learners, notes = read(tmp_path, "id,first\nanna,Anna\nbo,Bo\nanna,Anna\n")
    assert [one.id for one in learners] == ["anna", "bo"]
    assert notes == ["class.csv, line 4: anna stands twice; taken once"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("id,first\nanna,Anna\nanna,Bo\n", 3, "was used above for Anna"),
        ("id,first\nanna,Anna\nANNA,Anna\n", 3, "was used above"),
        ("id\n../anna\n", 2, "cannot name a folder"),
        ("id\na b\n", 2, "cannot name a folder"),
        ("id,first\nbo,B\n,Anna\n", 3, "cannot name a folder"),
        ("name,email\nAnna,a@x.org\n", 1, "no column is called id"),
        ("id,user\na,b\n", 1, "two columns could be 'id'"),
        ("id,first\nanna,An\x07na\n", 2, "control character"),
        ("id,first\nanna," + "A" * 200 + "\n", 2, "more than 128"),
    ],
)
def test_what_cannot_be_used_is_named_by_line(tmp_path, text, line, says):
    with pytest.raises(CourseError, match=says) as caught:
        read(tmp_path, text)
    assert f"class.csv, line {line}:" in caught.value.what


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "names no learner"),
        (b"id,first\n", "names no learner"),
        ("id,first\nanna,Müller\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_an_empty_or_unreadable_file_is_one_message(tmp_path, text, says):
    with pytest.raises(CourseError, match=says):
        read(tmp_path, text)


def test_a_missing_file_is_one_message(tmp_path):
    with pytest.raises(CourseError, match="cannot read"):
        read_roster(tmp_path / "none.csv")


def test_a_second_roster_changes_adds_and_never_removes(room, tmp_path):
    learners, _ = read(tmp_path, "id,first,last,lms\nanna,Ann,Lee,77\ndi,Di,Fa,\nbo,Bo,Öz,\n")
    with open_gradebook(room.db_url) as gradebook:
        lines = enter(gradebook, learners)
        again = enter(gradebook, learners)
        known = learners_of(gradebook)
    assert lines[0] == "1 added, 1 changed, 1 as before"
    assert lines[1:] == ["cem: in the gradebook, not in this file; kept"] == again[1:]
    assert again[0] == "0 added, 0 changed, 3 as before"
    assert {one.id: (one.first, one.lms) for one in known} == {
        "anna": ("Ann", "77"),
        "bo": ("Bo", ""),
        "cem": ("Cem", ""),
        "di": ("Di", ""),
    }


def test_an_id_in_other_letters_is_refused_and_nothing_is_entered(room, tmp_path):
    learners, _ = read(tmp_path, "id\nzoe\nAnna\n")
    with (
        open_gradebook(room.db_url) as gradebook,
        pytest.raises(CourseError, match="is written 'anna'"),
    ):
        enter(gradebook, learners)
    with open_gradebook(room.db_url) as gradebook:
        assert "zoe" not in {one.id for one in learners_of(gradebook)}
