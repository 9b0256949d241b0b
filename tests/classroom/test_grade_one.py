"""Grading one submission: a table of everything that a class might hand in."""

import hashlib
import json
import os
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

pytest.importorskip("nbgrader", reason="grading needs the extra `classroom`")

from course_utils.authoring.course import here
from course_utils.classroom import jail
from course_utils.classroom.grade_one import Task, grade_one
from course_utils.classroom.limits import Limits
from course_utils.errors import CourseError, EnvironmentNotReady
from tests.classroom.hostile.lesson import assigned, cell_of, write
from tests.classroom.hostile.notebooks import CASES, World

try:
    jail.check()
except EnvironmentNotReady as error:
    pytest.skip(str(error), allow_module_level=True)

SMALL = Limits(
    memory=700 * 10**6,
    address=1_200 * 10**6,
    processes=24,
    cell_seconds=3,
    total_seconds=30,
    output=10**6,
    written=20 * 10**6,
    files=5_000,
)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    return assigned(tmp_path_factory.mktemp("classroom"))


@pytest.fixture
def short(monkeypatch):
    """A temporary folder with a short name, which must be empty afterwards."""
    folder = tempfile.mkdtemp(prefix="g", dir="/tmp")
    monkeypatch.setattr(tempfile, "tempdir", folder)
    yield folder
    assert os.listdir(folder) == []
    os.rmdir(folder)


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Secrets around the submission, and a service on this machine that counts its callers."""
    home = tmp_path / "home"
    home.mkdir()
    for place in (home, tmp_path):
        (place / "gradebook.db").write_text("s3cr3t")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("DATABASE_PASSWORD", "s3cr3t")
    solutions = here().root / "notebooks"
    secrets = [str(home), str(tmp_path / "gradebook.db"), str(solutions), str(here().root / ".git")]
    secrets += ["/etc/shadow", "/etc/hostname", "/var", "/run", "/sys", "/root/.ssh"]
    path = str(tmp_path / "service")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind(path)
        local.listen()
        yield World(secrets, str(here().root), str(home), server.getsockname()[1], path)
        for service in (server, local):
            service.settimeout(0)
            with pytest.raises(BlockingIOError):
                service.accept()


def fingerprint(*folders):
    """Digest of names and contents of every file below the folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_symlink() or "__pycache__" in path.parts:
                continue
            digest.update(f"{path} {path.is_file()}\n".encode())
            if path.is_file() and path.stat().st_size < 10**8:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def task_for(lesson, path, **changes):
    task = {"student": "anna", "assignment": "01", "submission": str(path), "limits": SMALL}
    task |= {"manifest": str(lesson.manifest), "release": str(lesson.release)}
    return Task(**task | changes)


@pytest.mark.parametrize("name", CASES)
def test_a_class_hands_in(name, lesson, world, short, tmp_path):
    case = CASES[name]
    path = tmp_path / "01_a_neuron.ipynb"
    made = case.build(lesson, world)
    if callable(made):
        made(path)
    elif isinstance(made, bytes):
        path.write_bytes(made)
    else:
        write(made, path)
    course = here().root
    around = [tmp_path, lesson.manifest.parent, course / "course_utils", course / "data"]
    before = fingerprint(*around)
    began = time.monotonic()
    graded = grade_one(task_for(lesson, path))
    assert time.monotonic() - began < 30
    assert (graded.status, case.why in graded.why) == (case.status, True), graded
    points = {slug: score["points"] for slug, score in graded.scores.items()}
    assert points == case.expected(), graded
    assert [score["of"] for score in graded.scores.values()] == [1, 1, 2, 2, 2, 2]
    for slug, text in case.says.items():
        assert text in graded.scores[slug]["says"], graded
    for text in case.notes:
        assert any(note.startswith(text) for note in graded.notes), graded.notes
    if not case.notes:
        assert graded.notes == ()
    assert fingerprint(*around) == before
    told = json.dumps([graded.scores, graded.notebook, graded.why])
    assert "s3cr3t" not in told
    assert "left-behind" not in subprocess.check_output(["ps", "ax", "-o", "args"], text=True)


def test_the_notebook_that_is_kept_shows_answers_and_our_verdicts(lesson, short, tmp_path):
    notebook = lesson.copy()
    cell_of(notebook, "r2")["source"] = "def r_squared(p, t):\n    return 0.0\n\nprint('mine')\n"
    cell_of(notebook, "gradient-check")["source"] = "print('✓ all mine')"
    cell_of(notebook, "gradient-check")["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "✓ forged\n"}
    ]
    write(notebook, tmp_path / "x.ipynb")
    kept = grade_one(task_for(lesson, tmp_path / "x.ipynb")).notebook
    import nbformat

    nbformat.validate(nbformat.from_dict(kept))
    assert cell_of(kept, "r2")["outputs"][0]["text"] == "mine\n"
    assert cell_of(kept, "r2-check")["outputs"][0]["text"].startswith("✗ 1.1")
    assert cell_of(kept, "gradient-check")["outputs"][0]["text"].startswith("✓ 1.2")
    assert (
        cell_of(kept, "gradient-check")["source"]
        == cell_of(lesson.blank, "gradient-check")["source"]
    )
    assert cell_of(kept, "r2-check")["metadata"]["nbgrader"]["points"] == 1
    assert "forged" not in json.dumps(kept) and "all mine" not in json.dumps(kept)


def test_the_result_is_json_and_names_the_file_by_its_digest(lesson, short, tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_bytes(b"no notebook")
    graded = grade_one(task_for(lesson, path))
    assert graded.digest == hashlib.sha256(b"no notebook").hexdigest()
    json.dumps(vars(graded))


def test_a_manifest_that_is_gone_is_the_instructors_problem(lesson, tmp_path):
    with pytest.raises(CourseError, match="assign"):
        grade_one(task_for(lesson, tmp_path / "x", manifest=str(tmp_path / "01.json")))
    with pytest.raises(CourseError, match="assign"):
        grade_one(task_for(lesson, tmp_path / "x", release=str(tmp_path / "01.ipynb")))


def test_without_bubblewrap_grading_refuses_with_the_install_line(lesson, tmp_path, monkeypatch):
    write(lesson.solved, tmp_path / "x.ipynb")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentNotReady, match="apt-get install bubblewrap"):
        grade_one(task_for(lesson, tmp_path / "x.ipynb"))


def test_without_a_jail_by_request_honest_work_is_graded_too(lesson, short, tmp_path):
    write(lesson.solved, tmp_path / "x.ipynb")
    graded = grade_one(task_for(lesson, tmp_path / "x.ipynb", jailed=False))
    assert (graded.status, sum(s["points"] for s in graded.scores.values())) == ("graded", 10), (
        graded
    )
