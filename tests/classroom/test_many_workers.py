"""Many workers and one gradebook: every submission is graded, and written once."""

import os
import signal
import threading
import time
from collections import Counter

import pytest

pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")
pytest.importorskip("distributed", reason="the classroom's extra is not installed")
pytest.importorskip("cryptography", reason="the classroom's extra is not installed")

from course_utils.authoring.course import here
from course_utils.classroom.assign import assign
from course_utils.classroom.book import Book
from course_utils.classroom.failures import FILE
from course_utils.classroom.grade import Done, grade
from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.handed_in import HandedIn, file_digest, save_handed_in
from course_utils.classroom.init import make_classroom
from course_utils.classroom.report import write_reports
from course_utils.classroom.result import load_result
from course_utils.classroom.roster import Learner, enter
from course_utils.classroom.scores import scores_of
from tests.classroom import fake_graders


@pytest.fixture
def without_jail(monkeypatch):
    """The graders of this file run nothing."""
    monkeypatch.setattr("course_utils.classroom.grade.check", lambda: None)


def fill(room, count):
    """Learners s000, s001, ..., each of whom handed in a file for lesson 01."""
    students = [f"s{number:03}" for number in range(count)]
    with open_gradebook(room.db_url) as gradebook:
        enter(gradebook, [Learner(student, "S", student) for student in students])
    for student in students:
        folder = room.submitted(student, "01")
        folder.mkdir(parents=True)
        path = folder / room.assignment("01").notebook
        path.write_text(student)
        when = "2027-01-30T12:00:00+00:00"
        save_handed_in(folder, HandedIn(path.name, when, False, file_digest(path)))
    return students


def assert_all_are_graded(room, students):
    assignment = room.assignment("01")
    with open_gradebook(room.db_url) as gradebook:
        scores = scores_of(gradebook, assignment)
        held = [one.student_id for one in gradebook.assignment_submissions("01")]
    assert sorted(held) == students  # one record each
    for student in students:
        assert scores[student].points == fake_graders.expected(assignment, student)
        result = load_result(room.autograded(student, "01"))
        assert (result.status, result.student) == ("graded", student)


def log_lines(room):
    """(word, student, process id) for each line that the graders wrote."""
    path = fake_graders.log_of(room.manifest("01"))
    lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
    return [(word, student, int(pid)) for word, student, pid in lines]


def in_work(room):
    """(student, process id) of what has begun and not ended."""
    lines = log_lines(room)
    ended = {student for word, student, _ in lines if word == "end"}
    return [(student, pid) for _, student, pid in lines if student not in ended]


def told(room):
    """Counter of "begin" and "end" for each student."""
    return Counter(f"{word} {student}" for word, student, _ in log_lines(room))


@pytest.fixture
def recorded(monkeypatch):
    """Ids of the students in the order in which the book records them."""
    order, record = [], Book.record

    def note(self, graded):
        record(self, graded)
        order.append(graded.student)

    monkeypatch.setattr(Book, "record", note)
    return order


def test_a_worker_is_killed_in_the_middle_of_thirty(room, without_jail, recorded):
    students, killed = fill(room, 30), []

    def kill():
        """Kill a process in the middle of a task, with no other result of its own on the way."""
        while not killed and len(recorded) < 30:
            time.sleep(0.01)
            busy = {pid: student for student, pid in in_work(room) if len(recorded) >= 10}
            for pid, student in busy.items():
                os.kill(pid, signal.SIGSTOP)
                still = (student, pid) in in_work(room) and recorded_all_of(pid)
                os.kill(pid, signal.SIGKILL if still else signal.SIGCONT)
                if still:
                    killed.append(student)
                    break

    def recorded_all_of(pid):
        ended = {student for word, student, by in log_lines(room) if word == "end" and by == pid}
        return ended <= set(recorded)

    thread = threading.Thread(target=kill)
    thread.start()
    done = grade(room, ["01"], 2, work=fake_graders.logged)
    thread.join()
    assert killed
    assert (done.recorded, done.problems, done.counts["01"]["graded"]) == (30, [], 30)
    assert sorted(recorded) == students  # each once
    assert_all_are_graded(room, students)
    begun = told(room)
    assert all(begun[f"end {student}"] == 1 for student in students)
    assert {s: begun[f"begin {s}"] for s in students if begun[f"begin {s}"] != 1} == {killed[0]: 2}


def test_what_was_graded_before_a_stop_is_not_graded_again(room, without_jail, recorded):
    students = fill(room, 12)

    def stop_after(task):
        if len(recorded) == 5:
            os.kill(os.getpid(), signal.SIGINT)  # a person, while somebody's work is looked at
            time.sleep(0.1)
            return None
        return fake_graders.logged(task)

    done = Done()
    with pytest.raises(KeyboardInterrupt):
        grade(room, ["01"], 1, work=stop_after, done=done)
    assert (done.to_do, done.recorded, len(recorded)) == (12, 5, 5)
    again = grade(room, ["01"], 1, work=fake_graders.logged)
    assert (again.to_do, again.before, again.recorded) == (7, 5, 7)
    assert_all_are_graded(room, students)
    assert set(told(room).values()) == {1}
    last = grade(room, ["01"], 2, work=fake_graders.logged)
    assert (last.to_do, last.before) == (0, 12)
    (room.submitted("s003", "01") / room.assignment("01").notebook).write_text("another")
    folder = room.submitted("s003", "01")
    digest = file_digest(folder / room.assignment("01").notebook)
    save_handed_in(folder, HandedIn("x", None, False, digest))
    assert grade(room, ["01"], 2, work=fake_graders.logged).recorded == 1
    assert told(room)["end s003"] == 2


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_of_the_grader_is_no_grade_and_is_tried_again(room, without_jail, workers):
    students = fill(room, 4)
    done = grade(room, ["01"], workers, work=fake_graders.sometimes)
    why = "ZeroDivisionError: a fault of the grader"
    assert done.problems == [("s002", "01", why)] and done.recorded == 3
    assert load_result(room.autograded("s002", "01")) is None
    assert "in sometimes" in (room.autograded("s002", "01") / FILE).read_text()
    rows = {row.learner.id: row for row in write_reports(room)[0]["01"]}
    assert (rows["s002"].status, rows["s002"].why) == ("waiting", why)
    assert why in (room.reports / "01.csv").read_text("utf-8-sig")
    again = grade(room, ["01"], workers, work=fake_graders.fast)
    assert (again.recorded, again.before, again.problems) == (1, 3, [])
    assert not (room.autograded("s002", "01") / FILE).exists()
    assert_all_are_graded(room, students)


def test_somebody_who_is_not_in_the_gradebook_stops_nobody(room, without_jail, hand_in):
    students = fill(room, 3)
    hand_in("x999", "no notebook")
    done = grade(room, ["01"], 1, work=fake_graders.fast)
    assert [(who, "x999" in why) for who, _, why in done.problems] == [("x999", True)]
    assert done.recorded == 3
    assert_all_are_graded(room, students)


def test_half_a_collection_and_a_refused_one_are_not_run(room, without_jail, hand_in):
    hand_in("anna")
    hand_in("bo", refused="a symbolic link")
    hand_in("cem")
    for student in ("bo", "cem"):
        (room.submitted(student, "01") / room.assignment("01").notebook).unlink()
    done = grade(room, ["01"], 1, work=lambda task: pytest.fail(task.student))
    assert done.to_do == 1 and done.refused == 1
    assert [who for who, _, _ in done.problems] == ["cem", "anna"]  # anna: the grader failed


def test_four_workers_and_a_real_postgresql_lose_no_grade(postgresql, tmp_path, without_jail):
    room = make_classroom(tmp_path / "room", postgresql("many"))
    assign(room, here(), [1])
    students = fill(room, 60)
    done = grade(room, ["01"], 4, work=fake_graders.fast)
    assert (done.recorded, done.problems) == (60, [])
    assert_all_are_graded(room, students)
    assert not (room.root / "gradebook.db").exists()
