"""Collecting: the right notebook into the right place, whole, and everything else is said."""

import json
import os
import shutil
import zipfile

import pytest

pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")

from course_utils.authoring.course import here
from course_utils.classroom.archive import Limits
from course_utils.classroom.assign import assign
from course_utils.classroom.collect import collect
from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.handed_in import load_handed_in
from course_utils.classroom.roster import Learner, enter
from course_utils.errors import CourseError, UsageError

NAME = "01_a_neuron.ipynb"
ON_TIME, LATE = 1_801_000_000, 1_803_000_000  # seconds; due is 2027-01-31 12:00 UTC between them


@pytest.fixture
def inbox(tmp_path):
    """inbox("anna/x.ipynb", "text", when) adds a file and returns the folder."""

    def add(name=None, text="{}", when=ON_TIME):
        folder = tmp_path / "inbox"
        folder.mkdir(exist_ok=True)
        if name:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            os.utime(path, (when, when))
        return folder

    return add


def here_is(room, student, name="01", notebook=NAME):
    path = room.submitted(student, name) / notebook
    return path.read_text("utf-8") if path.exists() else None


def test_folders_and_files_named_by_id_are_taken(room, inbox):
    inbox("anna.ipynb", "A")
    inbox("readme.txt", "x")
    inbox("__MACOSX/anna.ipynb", "x")
    inbox("bo/.ipynb_checkpoints/x.ipynb", "x")
    done = collect(room, inbox("bo/anything.ipynb", "B"))
    assert (done.taken, done.problems, done.late, done.other_files) == (["anna", "bo"], [], [], 1)
    assert (here_is(room, "anna"), here_is(room, "bo"), here_is(room, "cem")) == ("A", "B", None)
    assert (room.submitted("anna", "01") / "timestamp.txt").read_text().startswith("2027-01-26")
    assert not [p for p in room.root.iterdir() if p.name.startswith(".collect")]


@pytest.mark.parametrize("late", [False, True])
def test_a_moodle_archive_is_taken_with_its_times(room, tmp_path, late):
    with zipfile.ZipFile(tmp_path / "01.zip", "w") as archive:
        when = (2027, 2, 3, 9, 0, 0) if late else (2027, 1, 3, 9, 0, 0)
        name = "Bo Öz_4711_assignsubmission_file_/01_a_neuron.ipynb"
        archive.writestr(zipfile.ZipInfo(name, when), "B")
    done = collect(room, tmp_path / "01.zip")
    assert done.taken == ["bo"] and len(done.late) == late
    assert here_is(room, "bo") == "B"


def test_a_canvas_mark_counts_even_where_the_time_is_lost(room, inbox):
    done = collect(room, inbox("leeanna_LATE_11_22_01_a_neuron-1.ipynb", "A"))
    assert done.late == ["anna: 01, marked late"]
    record = load_handed_in(room.submitted("anna", "01"))
    assert record.marked_late and record.file.startswith("leeanna_LATE")


def test_unknown_learners_and_twins_are_listed_and_nobody_gets_their_work(room, inbox):
    with open_gradebook(room.db_url) as gradebook:
        enter(gradebook, [Learner("cem2", "Cem", "Ek")])
    inbox("zoe.ipynb", "Z")
    inbox("Anna Lee_1_assignsubmission_file_/x.ipynb", "A")
    done = collect(room, inbox("Cem Ek_5_assignsubmission_file_/x.ipynb", "C"))
    assert done.taken == ["anna"]
    assert done.problems == [
        "Cem Ek_5_assignsubmission_file_/x.ipynb: 'Cem Ek' is the name of cem and cem2; left out",
        "zoe.ipynb: its path holds no id of the roster; left out",
    ]
    assert os.listdir(room.root / "submitted") == ["anna"]


def test_two_notebooks_of_one_learner_are_not_guessed_unless_one_bears_the_lessons_name(
    room, inbox
):
    inbox("anna/draft.ipynb", "old")
    inbox(f"anna/{NAME}", "A")
    inbox("bo/one.ipynb", "1")
    inbox("cem/one.ipynb", "same")
    inbox("cem/two.ipynb", "same")
    done = collect(room, inbox("bo/two.ipynb", "2"))
    assert done.taken == ["anna", "cem"] and here_is(room, "anna") == "A"
    assert done.problems == ["bo: several notebooks for 01 (bo/one.ipynb, bo/two.ipynb); left out"]


def test_a_later_one_replaces_and_the_earlier_is_kept_and_an_older_one_is_left_out(room, inbox):
    collect(room, inbox("anna.ipynb", "first", ON_TIME))
    assert collect(room, inbox()).unchanged == ["anna"]
    done = collect(room, inbox("anna.ipynb", "second", LATE))
    assert done.taken == ["anna"] and done.late[0].startswith("anna: 01, 18 d")
    assert here_is(room, "anna") == "second"
    (kept,) = (room.submitted("anna", "01") / "history").iterdir()
    assert kept.read_text() == "first"
    done = collect(room, inbox("anna.ipynb", "third", ON_TIME + 60))
    assert done.taken == [] and "older than what anna handed in before" in done.problems[0]
    assert here_is(room, "anna") == "second"


def test_a_run_that_was_cut_short_is_mended_by_the_next(room, inbox):
    collect(room, inbox("anna.ipynb", "A"))
    (room.submitted("anna", "01") / "handed_in.json").unlink()
    done = collect(room, inbox())
    assert done.taken == ["anna"] and load_handed_in(room.submitted("anna", "01")).digest


def test_what_is_too_large_or_a_link_is_on_record_as_refused_and_the_rest_is_taken(room, inbox):
    inbox("anna.ipynb", "x" * 5000)
    folder = inbox("bo.ipynb", "B")
    if os.name != "nt":
        (folder / "cem.ipynb").symlink_to(room.root / "gradebook.db")
    done = collect(room, folder, limits=Limits(file=1000))
    assert done.taken == ["bo"] and "anna.ipynb: larger than 0 MB; refused" in done.problems
    record = load_handed_in(room.submitted("anna", "01"))
    assert record.refused and not record.digest and here_is(room, "anna") is None
    if os.name != "nt":
        assert load_handed_in(room.submitted("cem", "01")).refused == "a symbolic link"


def test_a_refused_one_does_not_replace_a_good_one(room, inbox):
    collect(room, inbox("anna.ipynb", "A"))
    done = collect(room, inbox("anna.ipynb", "x" * 5000, LATE), limits=Limits(file=1000))
    assert done.problems and here_is(room, "anna") == "A"
    assert not load_handed_in(room.submitted("anna", "01")).refused


def test_a_200_mb_file_is_refused_without_being_copied(room, inbox):
    folder = inbox("anna.ipynb", "")
    with open(folder / "anna.ipynb", "wb") as file:
        file.truncate(200 << 20)  # sparse: it takes no room
    done = collect(room, folder)
    assert done.problems == ["anna.ipynb: larger than 20 MB; refused"]


def test_an_archive_that_is_too_much_leaves_everything_as_it_was(room, inbox):
    collect(room, inbox("anna.ipynb", "A"))
    before = {p: p.read_bytes() for p in room.root.rglob("*") if p.is_file()}
    inbox("anna.ipynb", "B" * 900, LATE)
    with pytest.raises(CourseError, match="together"):
        collect(room, inbox("bo.ipynb", "C" * 900), limits=Limits(file=1000, total=1500))
    assert {p: p.read_bytes() for p in room.root.rglob("*") if p.is_file()} == before


def test_a_notebook_finds_its_lesson_by_name_folder_or_its_own_record(room, inbox):
    assign(room, here(), [3])
    inbox("anna/01_a_neuron (1).ipynb", "A")
    inbox("03/bo.ipynb", "B")
    inbox("cem.ipynb", json.dumps({"metadata": {"course": {"source": "03_backpropagation.py"}}}))
    inbox("cem/homework.ipynb", "not json")
    done = collect(room, inbox("anna/deep/x.ipynb", json.dumps({"metadata": {"course": {}}})))
    third = "03_backpropagation.ipynb"
    assert here_is(room, "anna") == "A"
    assert here_is(room, "bo", "03", third) == "B" and here_is(room, "cem", "03", third)
    assert done.problems == [
        "anna/deep/x.ipynb: does not say which lesson it is; collect it with --assignment NN",
        "cem/homework.ipynb: does not say which lesson it is; collect it with --assignment NN",
    ]
    shutil.rmtree(inbox())
    done = collect(room, inbox("cem/homework.ipynb", "not json"), "1")
    assert done.taken == ["cem"] and here_is(room, "cem") == "not json"  # grading refuses it


@pytest.mark.parametrize("text", ["[" * 100_000, '{"metadata": 3}', "null", "\ud800"[:0] + "[]"])
def test_a_hostile_notebook_does_not_stop_the_search_for_its_lesson(room, inbox, text):
    assign(room, here(), [3])
    done = collect(room, inbox("anna.ipynb", text))
    assert "does not say which lesson" in done.problems[0]


def test_the_classroom_itself_is_not_collected(room):
    with pytest.raises(UsageError, match="inside the classroom"):
        collect(room, room.root / "submitted")


def test_what_is_missing_first_is_said(tmp_path, room, inbox):
    with pytest.raises(UsageError, match="there is no"):
        collect(room, tmp_path / "none")
    with pytest.raises(UsageError, match="lesson 09 has not been assigned"):
        collect(room, inbox("anna.ipynb"), "9")
    room.manifest("01").unlink()
    with pytest.raises(UsageError, match="no lesson has been assigned"):
        collect(room, inbox())
