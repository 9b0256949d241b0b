"""A small classroom with three learners and lesson 01, made once and copied for each test."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

try:
    import pwd
except ImportError:  # Windows
    pwd = None

ROSTER = "id,first,last,email\nanna,Anna,Lee,anna@x.org\nbo,Bo,Öz,\ncem,Cem,Ek,cem@x.org\n"


@dataclass
class Graded:
    """What a grader hands to the book, with the fields that the book reads."""

    student: str
    assignment: str = "01"
    status: str = "graded"
    why: str = ""
    notes: list = field(default_factory=list)
    scores: dict = field(default_factory=dict)
    seconds: float = 1.5
    digest: str = ""
    notebook: dict | None = None


@pytest.fixture(scope="session")
def made_room(tmp_path_factory):
    """A classroom that nobody writes to."""
    pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")
    from course_utils.authoring.course import here
    from course_utils.classroom.assign import assign
    from course_utils.classroom.gradebook import open_gradebook
    from course_utils.classroom.init import make_classroom
    from course_utils.classroom.roster import enter, read_roster

    folder = tmp_path_factory.mktemp("made")
    room = make_classroom(folder / "room")
    (folder / "class.csv").write_text(ROSTER, "utf-8")
    with open_gradebook(room.db_url) as gradebook:
        enter(gradebook, read_roster(folder / "class.csv")[0])
    assign(room, here(), [1], due="2027-01-31T12:00+00:00")
    return room


@pytest.fixture
def room(made_room, tmp_path):
    """A classroom of the test's own: anna, bo and cem, lesson 01 due 2027-01-31 12:00 UTC."""
    from course_utils.classroom.layout import Classroom

    shutil.copytree(made_room.root, tmp_path / "room")
    return Classroom(tmp_path / "room")


@pytest.fixture
def hand_in(room):
    """hand_in("anna", text) puts a notebook into the classroom and returns its digest."""
    from course_utils.classroom.handed_in import HandedIn, file_digest, save_handed_in

    def put(student, text=None, received="2027-01-30T12:00:00+00:00", **more):
        assignment = room.assignment("01")
        folder = room.submitted(student, "01")
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / assignment.notebook
        if text is None:
            shutil.copy(room.release("01") / assignment.notebook, target)
        else:
            target.write_text(text, "utf-8")
        digest = file_digest(target)
        values = {"marked_late": False, "digest": digest} | more
        save_handed_in(folder, HandedIn(file=target.name, received=received, **values))
        return digest

    return put


@pytest.fixture
def grade(room, hand_in):
    """grade("anna", passed=["r2"], ...) makes a `Graded` of a notebook that is handed in."""
    import json

    def make(student, passed=(), cells=None, says="as asked", **more):
        assignment = room.assignment("01")
        release = room.release("01") / assignment.notebook
        notebook = json.loads(release.read_text("utf-8"))
        if cells is not None:
            for cell in notebook["cells"]:
                cell.update(cells.get(cell["id"], {}))
        digest = hand_in(student, json.dumps(notebook))
        missed = "miss" if more.get("notebook", notebook) else "lost"
        scores = {
            e.slug: {
                "points": e.points if e.slug in passed else 0.0,
                "of": e.points,
                "state": "pass" if e.slug in passed else missed,
                "says": says,
                "hint": "",
            }
            for e in assignment.exercises
        }
        values = {"scores": scores, "digest": digest, "notebook": notebook} | more
        return Graded(student, **values)

    return make


@pytest.fixture(scope="session")
def postgresql():
    """postgresql("name") makes an empty database on a server of the test's own; its address.

    With a template, the name of another database that nobody uses, it is a copy of that one.

    The server is Debian's package, or whatever `initdb` is on the path. It listens on a socket
    in a folder of its own and on no port, and is gone with its folder afterwards.
    """
    pytest.importorskip("psycopg", reason="no driver for PostgreSQL")
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin")), None]
    initdb = shutil.which("initdb", path=str(places[-2]) if places[:-1] else None)
    if initdb is None or os.name == "nt":
        pytest.skip("PostgreSQL is not installed")
    as_user = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        try:
            as_user = {"user": "postgres", "group": "postgres", "extra_groups": []}
            owner = pwd.getpwnam("postgres").pw_uid
        except KeyError:
            pytest.skip("root needs a user called postgres")
    folder = Path(tempfile.mkdtemp(prefix="pg."))  # a short path, and not below root's own
    if as_user:
        os.chown(folder, owner, -1)
    tools = Path(initdb).parent

    def call(tool, *words):
        subprocess.run(
            [tools / tool, *words],
            cwd=folder,
            check=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **as_user,
        )

    data = folder / "data"
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    try:
        call("initdb", "-D", data, "-A", "trust", "-U", "me", "-E", "UTF8", "--no-sync")
        call("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:

            def make(name, template="template0"):
                call("createdb", "-h", folder, "-U", "me", "-T", template, name)
                return f"postgresql+psycopg://me@/{name}?host={folder}"

            yield make
        finally:
            call("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
