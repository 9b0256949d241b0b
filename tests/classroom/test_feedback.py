"""A feedback page says what passed, and nothing in it acts, leads elsewhere or tells on others."""

import base64
import re

import pytest

pytest.importorskip("nbgrader", reason="the classroom's extra is not installed")

from bs4 import BeautifulSoup

from course_utils.classroom.answers import answer_cell
from course_utils.classroom.book import Book
from course_utils.classroom.feedback import write_feedback
from course_utils.classroom.gradebook import open_gradebook
from course_utils.classroom.handed_in import HandedIn, save_handed_in
from course_utils.classroom.manifest import Exercise

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def page(room, grade):
    """page("anna", **grade) records a submission, writes feedback, returns text and soup."""

    def make(student, **options):
        with Book(room) as book:
            book.record(grade(student, **options))
        return read(room, student)

    return make


def read(room, student):
    write_feedback(room, "01")
    text = (room.feedback(student, "01") / "01_a_neuron.html").read_text("utf-8")
    return text, BeautifulSoup(text, "html.parser")


def test_a_page_shows_statement_answer_and_verdict_of_every_exercise(room, page):
    text, soup = page("anna", passed=["r2", "step"], says="2 of 2 cases")
    body = soup.body.get_text()
    assert "Anna Lee · 3 of 10 points" in body and "01 · A neuron" in body
    for exercise in room.assignment("01").exercises:
        assert exercise.title in body and f"def {exercise.name}" in body
    assert body.count("✓ passed") == 2 and body.count("✗ not yet") == 4
    assert text.count("2 of 2 cases") == 6
    assert soup.select_one("table.verdicts tr").a["href"] == "#r2-check"
    assert soup.select('a[name="r2-check"]')


def test_other_cells_of_the_notebook_are_not_repeated(page):
    text, _ = page("anna")
    assert "Two pixels vote" not in text and "pip install" not in text


def test_nothing_of_the_learners_acts(room, page):
    cells = {
        "r2": {
            "source": f"# {EVIL}\ndef r_squared():\n    '''</pre>{EVIL}'''",
            "metadata": {"nbgrader": {"grade_id": f'"><{EVIL}', "solution": True, "comment": EVIL}},
            "attachments": {"x.svg": {"image/svg+xml": EVIL}},
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": EVIL},
                {"output_type": "display_data", "data": {"text/html": EVIL}, "metadata": {}},
                {"output_type": "display_data", "data": {"image/svg+xml": EVIL}, "metadata": {}},
                {
                    "output_type": "display_data",
                    "data": {"application/javascript": "alert(3)", "text/plain": EVIL},
                    "metadata": {},
                },
                {"output_type": "error", "ename": EVIL, "evalue": EVIL, "traceback": [EVIL]},
            ],
        },
        "r2-ask": {"source": f"# Exercise\n\n{EVIL}\n\n[x](javascript:alert(4))"},
        "r2-check": {"source": f"{EVIL}", "outputs": [{"data": {"text/html": EVIL}}]},
        "front": {"source": EVIL},
    }
    text, soup = page("anna", cells=cells, says=EVIL, notes=[EVIL])
    scripts = {str(script) for script in soup.find_all("script")}
    assert scripts == {str(s) for s in page("bo")[1].find_all("script")}  # the template's own
    assert not soup.body.find_all(["script", "iframe", "object", "embed", "form", "link", "svg"])
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert not str(tag.get("href", "")).lower().startswith(("javascript", "data"))
        assert str(tag.get("src", "https://")).startswith(("https://", "data:image/"))
    assert "alert(3)" not in text and "javascript:alert(4)" not in text
    assert "<script>alert(1)" in soup.body.get_text()  # as text, to be read


def test_the_policy_lets_the_templates_scripts_run_and_no_other(page):
    import hashlib

    _, soup = page("anna")
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert soup.head.find_next("meta")["http-equiv"] == "Content-Security-Policy"
    (scripts,) = re.findall(r"script-src ([^;]*);", policy)
    inline = [script for script in soup.find_all("script") if not script.get("src")]
    assert inline and "unsafe" not in scripts and "default-src 'none'" in policy
    for script in inline:
        digest = hashlib.sha256(script.string.encode()).digest()
        assert f"'sha256-{base64.b64encode(digest).decode()}'" in scripts


def test_no_other_learner_and_no_folder_of_this_machine_is_in_it(room, page):
    page("bo", says="a secret of Bo")
    text, _ = page("anna", says=f"cannot open {room.root}/gradebook.db")
    for other in ("Bo", "Öz", "cem@x.org", "Cem", str(room.root)):
        assert other not in re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)
    assert "cannot open .../gradebook.db" in text


@pytest.mark.parametrize("status", ["crashed", "refused"])
def test_a_crash_is_not_a_zero(page, status):
    _, soup = page("anna", status=status, why="more than 64 <processes>", notebook=None)
    body = soup.body.get_text()
    assert "not graded" in body and "0 of 10" not in body
    assert "more than 64 <processes>." in body


def test_what_was_refused_when_it_was_collected_gets_a_page_too(room):
    folder = room.submitted("anna", "01")
    folder.mkdir(parents=True)
    save_handed_in(folder, HandedIn("anna.ipynb", None, False, "", "a symbolic link"))
    _, soup = read(room, "anna")
    assert "could not be accepted: a symbolic link." in soup.body.get_text()


def test_lateness_and_notes_are_said(room, page, grade):
    _, soup = page("anna", notes=["the check cell r2-check was changed; the course's was used"])
    assert "the check cell r2-check was changed" in soup.body.get_text()
    with Book(room) as book:
        made = grade("bo")
        folder = room.submitted("bo", "01")
        late = HandedIn("bo.ipynb", "2027-02-01T13:00:00+00:00", False, made.digest)
        save_handed_in(folder, late)
        book.record(made)
    assert "Handed in late: 1 d 1 h." in read(room, "bo")[1].body.get_text()


def test_a_persons_points_and_words_count(room, page):
    page("anna")
    with open_gradebook(room.db_url) as gradebook:
        gradebook.find_grade("r2-check", "01_a_neuron", "01", "anna").manual_score = 0.5
        comment = gradebook.find_comment("r2", "01_a_neuron", "01", "anna")
        comment.manual_comment = "Good idea, see page 3."
        gradebook.db.commit()
    body = read(room, "anna")[1].body.get_text()
    assert "0.5 of 10 points" in body and "Good idea, see page 3." in body


def test_who_is_not_graded_yet_waits(room, page, hand_in):
    page("anna")
    hand_in("bo")
    written = write_feedback(room, "01")
    assert (written.pages, written.waiting) == (["anna"], ["bo"])


def test_an_answer_that_moved_is_found_by_what_it_defines(page):
    cells = {"r2": {"id": "mine", "source": "def r_squared(y, p):\n    return 42"}}
    assert "return 42" in page("anna", cells=cells)[1].body.get_text()
    gone = {"r2": {"source": "", "id": "mine"}}
    assert "# no cell defines r_squared" in page("anna", cells=gone)[1].body.get_text()


def test_the_cell_with_the_id_counts_before_any_other():
    exercise = Exercise("x", "1.1 X", "nb01:x", "f", 1.0)
    by_id = {"cell_type": "code", "id": "x", "source": "f = 1"}
    by_name = {"cell_type": "code", "id": "y", "source": ["def f():\n", "    pass"]}
    broken = {"cell_type": "code", "id": "z", "source": "def f(:"}
    text = {"cell_type": "markdown", "id": "x", "source": "def f(): pass"}
    assert answer_cell([text, broken, by_name, by_id], exercise) is by_id
    assert answer_cell([text, broken, by_name], exercise) is by_name
    assert answer_cell([text, broken], exercise) is None
