"""The book: one transaction, the same result twice, and a person's grade stays."""

import pytest

pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")

from course_utils.authoring.course import here
from course_utils.classroom.assign import assign
from course_utils.classroom.book import Book
from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.result import load_result
from course_utils.classroom.scores import scores_of
from course_utils.errors import CourseError


def points(room):
    with open_gradebook(room.db_url) as gradebook:
        return {
            student: scores.points
            for student, scores in scores_of(gradebook, room.assignment("01")).items()
        }


def rows(room):
    """Every row of every table, so that two states can be compared."""
    from sqlalchemy import create_engine, inspect, text

    engine = create_engine(room.db_url)
    with engine.connect() as connection:
        tables = sorted(inspect(engine).get_table_names())
        return {t: sorted(map(str, connection.execute(text(f"SELECT * FROM {t}")))) for t in tables}


def test_grades_arrive_where_nbgrader_looks_for_them(room, grade):
    graded = grade("anna", passed=["r2", "step"])
    with Book(room) as book:
        book.record(graded)
    with open_gradebook(room.db_url) as gradebook:
        submission = gradebook.find_submission("01", "anna")
        assert submission.score == 3 and submission.max_score == 10
        assert submission.timestamp.isoformat() == "2027-01-30T12:00:00"
        assert not submission.needs_manual_grade and submission.total_seconds_late == 0
    result = load_result(room.autograded("anna", "01"))
    assert (result.status, result.digest, result.scores) == ("graded", graded.digest, graded.scores)
    assert (room.autograded("anna", "01") / "01_a_neuron.ipynb").is_file()


def test_recording_twice_changes_nothing(room, grade):
    graded = grade("anna", passed=["r2"])
    with Book(room) as book:
        book.record(graded)
    before = rows(room)
    file = room.autograded("anna", "01") / "result.json"
    text = file.read_bytes()
    with Book(room) as book:
        book.record(graded)
        book.record(graded)
    assert rows(room) == before and file.read_bytes() == text


def test_a_recorded_submission_is_known_until_it_or_the_assignment_changes(room, grade):
    graded = grade("anna", passed=["r2"])
    with Book(room) as book:
        assert not book.already("anna", "01", graded.digest)
        book.record(graded)
        assert book.already("anna", "01", graded.digest)
        assert not book.already("anna", "01", "0" * 64)
        assert not book.already("bo", "01", graded.digest)
    assign(room, here(), [1], points=["r2=5"], again=True)
    with Book(room) as book:
        assert not book.already("anna", "01", graded.digest)


def test_a_lost_gradebook_is_noticed(room, grade):
    graded = grade("anna")
    with Book(room) as book:
        book.record(graded)
    with open_gradebook(room.db_url) as gradebook:
        gradebook.remove_submission("01", "anna")
    with Book(room) as book:
        assert not book.already("anna", "01", graded.digest)


@pytest.mark.parametrize("status", ["crashed", "refused"])
def test_a_crash_is_no_zero_in_the_gradebook(room, grade, status):
    with Book(room) as book:
        book.record(grade("anna"))
        book.record(grade("bo", status=status, why="the kernel ended itself", notebook=None))
    found = points(room)
    assert set(found["anna"].values()) == {0.0} and set(found["bo"].values()) == {None}
    with open_gradebook(room.db_url) as gradebook:
        assert not gradebook.find_submission("01", "anna").needs_manual_grade
        assert gradebook.find_submission("01", "bo").needs_manual_grade
    assert not (room.autograded("bo", "01") / "01_a_neuron.ipynb").exists()


def test_verdicts_that_came_before_a_crash_stand_and_the_rest_waits_for_a_person(room, grade):
    made = grade("anna", passed=["r2"], status="crashed", why="killed")
    made.scores["bce"]["state"] = "lost"
    del made.scores["step"]
    with Book(room) as book:
        book.record(made)
    found = points(room)["anna"]
    assert (found["r2"], found["clinic"], found["bce"], found["step"]) == (1.0, 0.0, None, None)


def test_a_file_that_was_refused_unread_counts_as_graded_all_the_same(room, grade):
    made = grade("anna", status="refused", notebook=None)
    here_now, made.digest = made.digest, ""
    with Book(room) as book:
        book.record(made)
        assert book.already("anna", "01", here_now)


def test_a_persons_grade_stays_and_is_marked_when_the_machine_changes_its_mind(room, grade):
    with Book(room) as book:
        book.record(grade("anna"))
    with open_gradebook(room.db_url) as gradebook:
        row = gradebook.find_grade("r2-check", "01_a_neuron", "01", "anna")
        row.manual_score = 0.5
        gradebook.db.commit()
    with Book(room) as book:
        book.record(grade("anna"))
    assert points(room)["anna"]["r2"] == 0.5
    with open_gradebook(room.db_url) as gradebook:
        row = gradebook.find_grade("r2-check", "01_a_neuron", "01", "anna")
        assert not row.needs_manual_grade
    with Book(room) as book:
        book.record(grade("anna", passed=["r2"]))
    assert points(room)["anna"]["r2"] == 0.5
    with open_gradebook(room.db_url) as gradebook:
        row = gradebook.find_grade("r2-check", "01_a_neuron", "01", "anna")
        assert row.needs_manual_grade and row.auto_score == 1.0


def test_the_best_is_not_kept_the_last_is(room, grade):
    with Book(room) as book:
        book.record(grade("anna", passed=["r2", "bce"]))
        book.record(grade("anna", passed=["r2"]))
    assert points(room)["anna"]["bce"] == 0.0


def test_points_that_the_manifest_does_not_give_are_not_recorded(room, grade):
    before = rows(room)
    for wrong in (99.0, -1.0, float("nan")):
        graded = grade("anna", passed=["r2"])
        graded.scores["r2"]["points"] = wrong
        with Book(room) as book, pytest.raises(CourseError, match="points of"):
            book.record(graded)
    assert rows(room) == before and load_result(room.autograded("anna", "01")) is None


def test_an_unknown_learner_is_one_message_and_the_book_goes_on(room, grade):
    with Book(room) as book:
        with pytest.raises(CourseError, match="eve"):
            book.record(grade("eve"))
        book.record(grade("bo", passed=["r2"]))
    assert list(points(room)) == ["bo"]


def test_an_error_in_the_middle_leaves_no_half_record(room, grade, monkeypatch):
    """The database is written in one transaction, and result.json only after it."""
    before = rows(room)
    graded = grade("anna", passed=["r2"])
    with Book(room) as book:
        monkeypatch.setattr(book.gradebook.db, "commit", _fail)
        with pytest.raises(RuntimeError):
            book.record(graded)
        monkeypatch.undo()
    assert rows(room) == before and load_result(room.autograded("anna", "01")) is None


def _fail():
    raise RuntimeError("the disk is full")


def test_a_second_writer_waits_for_the_first(room, grade, capsys):
    """The lock is held as long as the book is open."""
    from course_utils.bootstrap.lock import only_one

    class Waited(Exception):
        pass

    def say(_):
        raise Waited

    with Book(room) as book:
        book.record(grade("anna"))
        with pytest.raises(Waited), only_one(room.lock, say=say):
            pass
    with only_one(room.lock, say=say):
        pass


def test_a_damaged_result_is_one_message(room, grade):
    with Book(room) as book:
        book.record(grade("anna"))
    path = room.autograded("anna", "01") / "result.json"
    for text in ("", "{}", '{"format": 1}', "[]", '{"format": 2}'):
        path.write_text(text)
        with pytest.raises(CourseError, match=r"result\.json"):
            load_result(path.parent)
