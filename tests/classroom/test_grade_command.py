"""`classroom grade` as it is typed: what it says, what it refuses, how it is stopped."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")

from course_utils.classroom import jail
from course_utils.classroom.grade import Done
from course_utils.classroom.handed_in import load_handed_in
from course_utils.classroom.result import load_result
from course_utils.commands import classroom as command
from course_utils.errors import EnvironmentNotReady
from tests.classroom.class_of import answered, solutions

PROJECT = Path(__file__).resolve().parents[2]


def start(*arguments, **variables):
    return subprocess.Popen(
        [sys.executable, "-m", "course_utils", "classroom", "grade", *map(str, arguments)],
        cwd=PROJECT,
        env=os.environ | {"COURSE_HERE": "1", "PYTHONUTF8": "1"} | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def run(*arguments, **variables):
    process = start(*arguments, **variables)
    said, problems = process.communicate(timeout=100)
    return process.returncode, said, problems


@pytest.fixture
def needs_jail():
    try:
        jail.check()
    except EnvironmentNotReady as error:
        pytest.skip(str(error))


def points(room, student):
    scores = load_result(room.autograded(student, "01")).scores
    return [score["points"] for score in scores.values()]


def results_in(room):
    return sorted(path.parts[-3] for path in room.root.glob("autograded/*/01/result.json"))


def test_without_bubblewrap_nothing_is_run_unless_somebody_types_so(room, hand_in, tmp_path):
    text = answered(room.release("01") / room.assignment("01").notebook, solutions(1))
    hand_in("anna", text)
    status, said, problems = run("--in", room.root, PATH=str(tmp_path))
    assert (status, said) == (1, "")
    assert "apt-get install bubblewrap" in problems and "--unsafe-no-jail" in problems
    assert results_in(room) == []
    status, said, problems = run("--unsafe-no-jail", "--in", room.root, PATH=str(tmp_path))
    assert problems == "No jail: what was handed in runs as you.\n"
    assert status == 0 and "01: 1 graded\n1 of 1 new in " in said
    assert (
        sum(s["points"] for s in load_result(room.autograded("anna", "01")).scores.values()) == 10
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_is_recorded_and_leaves_nothing_behind(
    room, hand_in, workers, needs_jail, request
):
    if workers > 1:
        pytest.importorskip("cryptography", reason="the classroom's extra is not installed")
    folder = Path(tempfile.mkdtemp(prefix="g", dir="/tmp"))  # sockets want short names
    request.addfinalizer(lambda: shutil.rmtree(folder, ignore_errors=True))
    release = room.release("01") / room.assignment("01").notebook
    slow = "import time\nwhile True:\n    time.sleep(1)\n"  # at the top of a cell: a minute
    hand_in("anna", answered(release, solutions(1)))
    for student in ("bo", "cem"):
        hand_in(student, answered(release, {"r2": slow}))
    process = start("--workers", workers, "--in", room.root, TMPDIR=str(folder))
    deadline = time.monotonic() + 60
    while results_in(room) != ["anna"] and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)  # the next one has begun
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
    said, problems = process.communicate(timeout=30)
    assert process.returncode == 1, said + problems
    stop = "\nStopped: 1 of 3 are graded and recorded.\nNext: python -m course_utils classroom"
    assert problems.startswith(stop) and "Traceback" not in problems
    assert results_in(room) == ["anna"]
    assert list(folder.iterdir()) == []
    listed = subprocess.check_output(["ps", "ax", "-o", "args"], text=True)
    deadline = time.monotonic() + 5
    while str(folder) in listed and time.monotonic() < deadline:
        time.sleep(0.1)  # a judge sees within a second that nobody waits for it
        listed = subprocess.check_output(["ps", "ax", "-o", "args"], text=True)
    assert str(folder) not in listed


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["07"], 2, "lesson 07 has not been assigned"),
        (["--workers", "0"], 2, "no number from 1 to"),
        (["--workers", "many"], 2, "no number from 1 to"),
        (["--scheduler", "carrier-pigeon://x:1"], 2, "no address of a scheduler"),
    ],
)
def test_what_cannot_be_done_is_one_message(room, hand_in, arguments, status, says):
    if "--scheduler" in arguments:
        pytest.importorskip("distributed", reason="the classroom's extra is not installed")
        hand_in("anna")
    found, _, problems = run(*arguments, "--in", room.root)
    assert found == status, problems
    assert says in problems and "Traceback" not in problems


def test_what_crashed_and_what_was_not_graded_is_listed(room, monkeypatch, capsys):
    def work_off(room, names, workers, scheduler, jailed, done):
        done.to_do, done.before, done.refused = 5, 2, 1
        done.counts["01"] = Counter(graded=2, crashed=1)
        done.remarkable.append(("crashed", "bo", "01", "the kernel ended itself"))
        done.problems += [(who, "01", "ValueError: 13") for who in ("cem", "anna")]
        return done

    monkeypatch.setattr("course_utils.classroom.grade.grade", work_off)
    assert command.grade(folder=room.root) == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[:2] == [
        "crashed  bo: 01, the kernel ended itself",
        "01: 1 crashed, 2 graded",
    ]
    counts = "2 graded before, 1 refused at collecting, 2 problems"
    assert said.out.splitlines()[2].startswith("3 of 5 new in ") and counts in said.out
    assert said.err == "problem  anna, cem: 01 not graded: ValueError: 13\n"


def test_the_progress_line_is_for_terminals(monkeypatch, capsys):
    from course_utils.classroom import grade

    with grade._bar(3) as tick:
        tick()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(grade, "someone_watches", lambda: True)
    with grade._bar(3) as tick:
        tick()
    assert "grading" in capsys.readouterr().err and Done().recorded == 0


def test_a_notebook_that_changes_is_graded_again(room, hand_in, needs_jail):
    release = room.release("01") / room.assignment("01").notebook
    hand_in("anna")
    assert "01: 1 graded\n" in run("--in", room.root)[1]
    before = load_result(room.autograded("anna", "01"))
    hand_in("anna", answered(release, solutions(1)))
    assert load_handed_in(room.submitted("anna", "01")).digest != before.digest
    assert "1 of 1 new" in run("1", "--in", room.root)[1]
    assert [score["points"] for score in before.scores.values()] == [0] * 6
    assert points(room, "anna") == [1, 1, 2, 2, 2, 2]
