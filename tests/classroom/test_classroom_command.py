"""`python -m course_utils classroom`, as an instructor types it: output, files, exit status."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.commands.classroom import ACTIONS, classroom
from course_utils.commands.classroom_options import ACTIONS as OPTIONS
from course_utils.errors import EnvironmentNotReady

PROJECT = Path(__file__).resolve().parents[2]
ROSTER = "id;first;last;email\nanna;Anna;Lee;anna@x.org\nbo;Bo;Öz;\n"


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "course_utils", "classroom", *map(str, arguments)],
        cwd=PROJECT,
        env=os.environ | {"COURSE_HERE": "1", "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def test_every_action_has_options_and_every_option_an_action():
    assert set(ACTIONS) == set(OPTIONS)


@pytest.mark.parametrize("action", OPTIONS)
def test_every_action_explains_itself_with_an_example(action):
    done = run(action, "--help")
    assert done.returncode == 0
    assert f"examples:\n  python -m course_utils classroom {action}" in done.stdout


def test_without_the_extra_one_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr("course_utils.classroom.extra.find_spec", lambda name: None)
    with pytest.raises(EnvironmentNotReady, match="nbgrader") as caught:
        classroom("init", target="never")
    assert "pip install" in caught.value.fix and not Path("never").exists()


def test_the_parser_needs_no_package_that_must_be_installed():
    code = (
        "import sys; from course_utils.__main__ import build_parser; "
        "build_parser().parse_args(['classroom', 'assign', '01', '--only', 'r2']); "
        "print([m for m in ('nbgrader', 'numpy', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_from_an_empty_folder_to_tables(tmp_path):
    pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")
    room, inbox = tmp_path / "autumn", tmp_path / "inbox"
    (tmp_path / "class.csv").write_text(ROSTER, "utf-8-sig")

    done = run("init", room)
    assert done.returncode == 0 and f"{room}: a classroom, empty" in done.stdout, done.stderr
    done = run("roster", tmp_path / "class.csv", "--in", room)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "class.csv: 2 learners; 2 added, 0 changed, 0 as before\n"

    options = ("--only", "r2,step", "--points", "step=3", "--due", "2027-01-31T12:00+00:00")
    done = run("assign", "01", *options, "--in", room)
    assert done.returncode == 0, done.stderr
    assert "01: 2 exercises, 4 points, due 2027-01-31T12:00:00+00:00" in done.stdout
    release = room / "release" / "01" / "01_a_neuron.ipynb"
    assert f"hand out {release}" in done.stdout

    inbox.mkdir()
    shutil.copy(release, inbox / "anna.ipynb")
    os.utime(inbox / "anna.ipynb", (1_803_000_000, 1_803_000_000))
    shutil.copy(release, inbox / "nobody.ipynb")
    done = run("collect", inbox, "--in", room)
    assert done.returncode == 1  # somebody's work was left out
    assert done.stdout.startswith("late     anna: 01, 18 d")
    assert done.stderr.startswith("problem  nobody.ipynb: its path holds no id")
    (inbox / "nobody.ipynb").unlink()
    done = run("collect", inbox, "--in", room)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("0 taken, 1 unchanged")

    done = run("feedback", "--in", room)
    assert done.returncode == 0 and "not graded yet: anna" in done.stdout
    done = run("report", "1", "--in", room)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("01: 1 waiting, 1 missing, 1 late\n")
    assert (room / "reports" / "01.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ([], 2, "ACTION"),
        (["frobnicate"], 2, "frobnicate"),
        (["init"], 2, "DIR"),
        (["assign", "01"], 1, "is not a classroom"),
        (["assign", "42"], 2, "there is no lesson 42"),
        (["collect", "nowhere"], 1, "is not a classroom"),
        (["report", "--in", "nowhere"], 1, "is not a classroom"),
    ],
)
def test_what_cannot_be_done_is_one_message_with_the_way_out(arguments, status, says):
    pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")
    done = run(*arguments)
    assert done.returncode == status, done.stdout + done.stderr
    assert says in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["assign", "01", "--only", "nosuch"], 2, "has an exercise 'nosuch'"),
        (["assign", "01", "--only", "r2,,step"], 1, "empty word between commas"),
        (["assign", "01", "--due", "soon"], 2, "'soon' is not a date"),
        (["collect", "nowhere"], 2, "there is no nowhere"),
        (["report", "07"], 2, "lesson 07 has not been assigned"),
        (["roster", "none.csv"], 1, "cannot read none.csv"),
    ],
)
def test_in_a_classroom_too(room, arguments, status, says):
    done = run(*arguments, "--in", room.root)
    assert done.returncode == status, done.stdout + done.stderr
    assert says in done.stderr and "Traceback" not in done.stderr and "Try:" in done.stderr


def test_the_instructors_guide_types_what_the_parser_understands():
    """Every command line in it, with its options, and every status that a report knows."""
    import shlex

    from course_utils.__main__ import build_parser
    from course_utils.classroom.table import STATUSES

    guide = (PROJECT / "INSTRUCTORS.md").read_text("utf-8")
    lines = [line for line in guide.splitlines() if line.startswith("python -m course_utils")]
    typed = {shlex.split(line, comments=True)[4] for line in lines}
    assert {"init", "roster", "assign", "collect", "grade", "feedback", "report"} <= typed
    for line in lines:
        words = shlex.split(line, comments=True)[3:]
        if words[1] in OPTIONS:
            build_parser().parse_args(words)
    for status in STATUSES:
        assert f"\n| {status} | " in guide
