"""Reports: crashed, refused, waiting, missing, zero and graded are six things; so is late."""

import csv
import io
import re

import pytest

pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")

from bs4 import BeautifulSoup

from course_utils.classroom.book import Book
from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.handed_in import HandedIn, load_handed_in, save_handed_in
from course_utils.classroom.report import neutral, write_reports
from course_utils.classroom.roster import Learner, enter
from course_utils.classroom.table import STATUSES


@pytest.fixture
def class_of_seven(room, grade, hand_in):
    """One learner of each kind; the one with points is late."""
    more = [("di", "refused"), ("eve", "waiting"), ("fay", "zero"), ("gus", "changed")]
    with open_gradebook(room.db_url) as gradebook:
        enter(gradebook, [Learner(name, name.title(), f"=1+{kind}") for name, kind in more])
    with Book(room) as book:
        made = grade("anna", passed=["r2", "step"], notes=["cell <b>x</b> was changed"])
        late = HandedIn("anna.ipynb", "2027-02-01T13:00:00+00:00", False, made.digest)
        save_handed_in(room.submitted("anna", "01"), late)
        book.record(made)
        book.record(grade("bo", status="crashed", why="=more than 2 GB", notebook=None))
        book.record(grade("di", status="refused", why="not JSON", notebook=None))
        book.record(grade("fay"))
        book.record(grade("gus", passed=["r2"]))
    hand_in("eve")
    hand_in("gus", "{}")  # handed in again after grading
    return room


def table(room, name="01.csv"):
    text = (room.reports / name).read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text.decode("utf-8-sig")))}


def test_what_happened_is_told_apart(class_of_seven):
    write_reports(class_of_seven)
    rows = table(class_of_seven)
    kinds = {student: row["status"] for student, row in rows.items()}
    assert kinds == {
        "anna": "graded",
        "bo": "crashed",
        "cem": "missing",
        "di": "refused",
        "eve": "waiting",
        "fay": "zero",
        "gus": "waiting",
    }
    assert set(kinds.values()) == set(STATUSES)
    assert (rows["anna"]["points"], rows["anna"]["late"]) == ("3.0", "1 d 1 h")
    assert (rows["fay"]["points"], rows["fay"]["r2"]) == ("0.0", "0.0")
    for student in ("bo", "cem", "di", "eve", "gus"):
        assert rows[student]["points"] == rows[student]["r2"] == "" != rows["fay"]["r2"]
    assert rows["di"]["why"] == "not JSON"


def test_no_cell_of_the_table_is_a_formula(class_of_seven):
    write_reports(class_of_seven)
    for name in ("01.csv", "class.csv"):
        for row in table(class_of_seven, name).values():
            assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    rows = table(class_of_seven)
    assert rows["di"]["last"] == "'=1+refused" and rows["bo"]["why"] == "'=more than 2 GB"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", " =1", "\n=1", "|x", "%x"])
def test_every_way_to_begin_a_formula_is_neutralised(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["anna", "a=b", "", 3, -1.5, None, "Öz"])
def test_everything_else_stays(cell):
    assert neutral(cell) == cell


def test_the_page_is_one_file_that_loads_and_runs_nothing(class_of_seven):
    write_reports(class_of_seven)
    text = (class_of_seven.reports / "01.html").read_text("utf-8")
    soup = BeautifulSoup(text, "html.parser")
    assert not soup.find_all(["script", "link", "iframe", "b"], string=re.compile("x"))
    assert not re.findall(r'(?:src|href)="(?!data:image/png)', text)
    assert str(class_of_seven.root) not in text
    assert "cell <b>x</b> was changed" in soup.get_text()
    assert "default-src 'none'" in soup.find("meta", attrs={"http-equiv": True})["content"]
    tiles = {tile.span.string: tile.b.string for tile in soup.select(".tile")}
    assert tiles == dict.fromkeys(STATUSES, "1") | {"waiting": "2", "late": "1"}
    (picture,) = soup.find_all("img")
    assert picture["alt"] == "Histogram of the points of 2 graded; 5 others are not in it: 0, 3."


def test_the_page_has_a_cell_for_every_learner_and_exercise(class_of_seven):
    write_reports(class_of_seven)
    soup = BeautifulSoup((class_of_seven.reports / "01.html").read_text("utf-8"), "html.parser")
    rows = soup.select("tbody tr")
    assert len(rows) == 7 and {len(row.find_all("td")) for row in rows} == {10}
    said = {row.small.string: row.get_text(" ", strip=True) for row in rows}
    assert "graded late, 1 d 1 h 3 1 ✓ 0 ✗ 2 ✓" in said["anna"]
    assert "crashed – –" in said["bo"] and "missing – –" in said["cem"]
    assert "zero 0 0 ✗" in said["fay"]
    assert soup.select("tfoot td.n")[0].string == "1"


def test_an_extension_in_the_gradebook_undoes_lateness(class_of_seven):
    with open_gradebook(class_of_seven.db_url) as gradebook:
        gradebook.grant_extension("01", "anna", days=3)
    write_reports(class_of_seven)
    assert table(class_of_seven)["anna"]["late"] == ""
    assert load_handed_in(class_of_seven.submitted("anna", "01")).late("2027-01-31T12:00+00:00")


def test_a_class_without_grades_has_a_report_too(room):
    tables, paths = write_reports(room)
    assert [row.status for row in tables["01"]] == ["missing"] * 3
    assert "Nothing is graded yet." in (room.reports / "01.html").read_text("utf-8")
    assert [path.name for path in paths] == ["01.csv", "01.html", "class.csv"]


def test_the_class_table_adds_up_over_assignments(room, grade):
    from course_utils.authoring.course import here
    from course_utils.classroom.assign import assign

    (third,) = assign(room, here(), [3])
    with Book(room) as book:
        book.record(grade("anna", passed=["r2", "bce"]))
    write_reports(room)
    row = table(room, "class.csv")["anna"]
    assert (row["01 status"], row["01 points"], row["03 status"]) == ("graded", "3.0", "missing")
    assert float(row["points"]) == 3 and float(row["of"]) == 10 + third.points


def test_the_same_state_gives_the_same_bytes(class_of_seven):
    paths = write_reports(class_of_seven)[1]
    before = [path.read_bytes() for path in paths]
    write_reports(class_of_seven)
    assert [path.read_bytes() for path in paths] == before


def test_points_from_before_a_crash_are_shown_and_not_in_the_histogram(room, grade):
    made = grade("anna", passed=["r2"], status="crashed", why="killed")
    made.scores["bce"]["state"] = "lost"
    with Book(room) as book:
        book.record(made)
    write_reports(room)
    row = table(room)["anna"]
    assert (row["status"], row["points"], row["r2"], row["bce"]) == ("crashed", "1.0", "1.0", "")
    assert "Nothing is graded yet." in (room.reports / "01.html").read_text("utf-8")
