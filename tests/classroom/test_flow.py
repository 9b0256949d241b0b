"""An instructor's whole way: lesson 03, five learners, from an empty folder to the tables."""

import csv
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")
pytest.importorskip("distributed", reason="the classroom's extra is not installed")
pytest.importorskip("cryptography", reason="the classroom's extra is not installed")

from course_utils.authoring.course import here
from course_utils.authoring.source import read_lesson
from course_utils.classroom import jail
from course_utils.classroom.exercises import exercises_of
from course_utils.errors import EnvironmentNotReady
from tests.classroom.class_of import answered, solutions

try:
    jail.check()
except EnvironmentNotReady as error:
    pytest.skip(str(error), allow_module_level=True)

PROJECT = Path(__file__).resolve().parents[2]
ROSTER = """id,first,last,email
sol,Sol,Verd,sol@x.org
pia,Pia,Part,
bela,Béla,Üres,
leo,Leo,Loop,
mia,Mia,Missing,
"""
DUE = "2027-01-31T12:00+00:00"
IN_TIME, LATE = 1_801_000_000, 1_803_000_000
ENDLESS = "def {name}(*values, **named):\n    while True:\n        pass\n"


def run(*arguments, status=0):
    done = subprocess.run(
        [sys.executable, "-m", "course_utils", "classroom", *map(str, arguments)],
        cwd=PROJECT,
        env=os.environ | {"COURSE_HERE": "1", "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=150,
    )
    print("$ classroom", *arguments, f"\n{done.stdout}{done.stderr}")  # shown if a test fails
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def table(path):
    """Rows of a CSV file by the learner's id."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def fingerprint(folder):
    files = (path for path in sorted(folder.rglob("*")) if "__pycache__" not in path.parts)
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path}\n".encode() + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()


def hand_in(inbox, release):
    """One notebook each for four of the five."""
    answers = solutions(3)
    exercises = exercises_of(read_lesson(here().source(3)))
    first, last = exercises[0], exercises[-1]
    endless = ENDLESS.format(name=first.name)
    made = {
        "sol": answers,
        "pia": {first.slug: answers[first.slug], last.slug: answers[last.slug]},
        "bela": {},
        "leo": answers | {first.slug: endless},
    }
    inbox.mkdir()
    for student, given in made.items():
        path = inbox / f"{student}.ipynb"
        path.write_text(answered(release, given), "utf-8")
        os.utime(path, (LATE, LATE) if student == "pia" else (IN_TIME, IN_TIME))
    return exercises


def test_from_init_to_the_tables(tmp_path):
    room, inbox = tmp_path / "autumn", tmp_path / "inbox"
    (tmp_path / "class.csv").write_text(ROSTER, "utf-8")
    run("init", room)
    assert "5 learners; 5 added" in run("roster", tmp_path / "class.csv", "--in", room)
    said = run("assign", "03", "--due", DUE, "--in", room)
    release = room / "release" / "03" / "03_backpropagation.ipynb"
    assert f"hand out {release}" in said
    exercises = hand_in(inbox, release)
    points = {exercise.slug: exercise.points for exercise in exercises}
    total, first, last = sum(points.values()), exercises[0].slug, exercises[-1].slug
    assert run("collect", inbox, "--in", room).startswith("late     pia: 03, 18 d")

    course = fingerprint(PROJECT / "course_utils")
    said = run("grade", "--workers", "2", "--in", room)
    assert "\n03: 4 graded\n4 of 4 new in " in f"\n{said}"
    assert fingerprint(PROJECT / "course_utils") == course
    said = run("grade", "03", "--in", room)
    assert said.startswith("03: nothing new\n0 of 0 new in ") and "4 graded before" in said

    said = run("feedback", "03", "--in", room)
    assert said.startswith("03: ") and "not graded yet" not in said
    page = (room / "feedback" / "leo" / "03" / "03_backpropagation.html").read_text("utf-8")
    assert "still running" in page and str(tmp_path) not in page and "Verd" not in page

    said = run("report", "03", "--in", room)
    assert said.startswith("03: 1 missing, 1 zero, 3 graded, 1 late\n")
    rows = table(room / "reports" / "03.csv")
    assert {who: row["status"] for who, row in rows.items()} == {
        "sol": "graded",
        "pia": "graded",
        "bela": "zero",
        "leo": "graded",
        "mia": "missing",
    }
    assert {who for who, row in rows.items() if row["late"]} == {"pia"}
    expected = {
        "sol": points,
        "pia": {slug: value if slug in (first, last) else 0 for slug, value in points.items()},
        "bela": dict.fromkeys(points, 0),
        "leo": points | {first: 0},
    }
    for who, given in expected.items():
        assert {slug: float(rows[who][slug]) for slug in points} == given, who
        assert float(rows[who]["points"]) == sum(given.values())
    assert float(rows["sol"]["points"]) == total == float(rows["sol"]["of"])
    assert (rows["mia"]["points"], rows["mia"][first]) == ("", "")
    assert table(room / "reports" / "class.csv")["sol"]["points"] == str(total)
    assert "Béla" in (room / "reports" / "03.html").read_text("utf-8")
