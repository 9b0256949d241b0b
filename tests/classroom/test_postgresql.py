"""The same classroom with its gradebook on a real PostgreSQL server."""

import json
import shutil

import pytest

pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")

from course_utils.authoring.course import here
from course_utils.classroom.assign import assign
from course_utils.classroom.book import Book
from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.handed_in import HandedIn, save_handed_in
from course_utils.classroom.init import make_classroom
from course_utils.classroom.layout import Classroom
from course_utils.classroom.report import write_reports
from course_utils.classroom.roster import Learner, enter, learners_of
from course_utils.classroom.scores import scores_of
from course_utils.errors import CourseError


@pytest.fixture(scope="module")
def made_room(postgresql, tmp_path_factory):
    """A classroom on the server that nobody writes to."""
    address = postgresql("made")
    made = make_classroom(tmp_path_factory.mktemp("made") / "room", address)
    assert made.db_url == address and not (made.root / "gradebook.db").exists()
    with open_gradebook(address) as gradebook:
        enter(gradebook, [Learner("anna", "Anna", "Lee"), Learner("bo", "Bo", "Öz", lms="7")])
    assign(made, here(), [1], due="2027-01-31T12:00+00:00")
    return made


@pytest.fixture
def room(made_room, postgresql, tmp_path, request):
    """Like the other tests' `room`, with a database of its own."""
    shutil.copytree(made_room.root, tmp_path / "room")
    address = postgresql(f"test_{abs(hash(request.node.name))}", template="made")
    (tmp_path / "room" / "classroom.json").write_text(json.dumps({"format": 1, "db": address}))
    return Classroom(tmp_path / "room")


def points(room, student):
    with open_gradebook(room.db_url) as gradebook:
        return scores_of(gradebook, room.assignment("01"))[student].points


def test_names_grades_and_reports_are_the_same_as_in_a_file(room, grade):
    made = grade("anna", passed=["r2", "bce"])
    with Book(room) as book:
        book.record(made)
        book.record(made)
        assert book.already("anna", "01", made.digest)
        book.record(grade("bo", status="crashed", why="killed", notebook=None))
    assert points(room, "anna")["bce"] == 2.0 and set(points(room, "bo").values()) == {None}
    with open_gradebook(room.db_url) as gradebook:
        assert [one.name for one in learners_of(gradebook)] == ["Anna Lee", "Bo Öz"]
        submission = gradebook.find_submission("01", "anna")
        assert (submission.score, submission.max_score) == (3.0, 10.0)
    rows = write_reports(room)[0]["01"]
    assert [row.status for row in rows] == ["graded", "crashed"]


def test_exercises_may_come_and_go_although_the_server_checks_every_reference(room, grade):
    with Book(room) as book:
        book.record(grade("anna", passed=["r2"]))
    assign(room, here(), [1], only=["r2", "step"], again=True)
    assert points(room, "anna") == {"r2": 1.0, "step": 0.0}
    assign(room, here(), [1], only=["r2", "bce"], again=True)
    assert points(room, "anna") == {"r2": 1.0, "bce": None}


def test_an_error_is_rolled_back_and_the_next_grade_is_written(room, grade):
    with Book(room) as book:
        with pytest.raises(CourseError, match="eve"):
            book.record(grade("eve"))
        book.record(grade("bo", passed=["r2"]))
    assert points(room, "bo")["r2"] == 1.0


def test_a_database_that_is_not_there_is_one_message(room, tmp_path):
    gone = room.db_url.replace("/test_", "/never_")
    with pytest.raises(CourseError, match="does not exist"):
        make_classroom(tmp_path / "other", gone)
    assert not (tmp_path / "other").exists()


def test_lateness_uses_the_same_clock(room, grade):
    made = grade("anna")
    late = HandedIn("a.ipynb", "2027-01-31T13:00:00+01:00", False, made.digest)  # 12:00 UTC
    save_handed_in(room.submitted("anna", "01"), late)
    with Book(room) as book:
        book.record(made)
    with open_gradebook(room.db_url) as gradebook:
        submission = gradebook.find_submission("01", "anna")
        assert submission.total_seconds_late == 0
        assert submission.timestamp.isoformat() == "2027-01-31T12:00:00"
