"""Edits made in Jupyter go back into the source, and nothing is lost on the way."""

import pytest

from course_utils.authoring import builder, commands
from course_utils.authoring.notebook import code_cell, dumps, loads, markdown_cell
from course_utils.authoring.outputs import missing_outputs, tidy
from course_utils.authoring.patch import with_markers
from course_utils.authoring.pull import pull
from course_utils.authoring.source import read_lesson
from course_utils.errors import CourseError


class Jupyter:
    """A person who opens the notebook at `path`, edits its cells and saves."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.notebook = loads(self.path.read_text("utf-8"))
        return self

    def __exit__(self, *_):
        self.path.write_text(dumps(self.notebook), "utf-8", newline="\n")

    def at(self, slug):
        return [cell["id"] for cell in self.notebook["cells"]].index(slug)

    def change(self, slug, old, new):
        cell = self.notebook["cells"][self.at(slug)]
        assert old in cell["source"]
        cell["source"] = cell["source"].replace(old, new)

    def add(self, after, cell):
        self.notebook["cells"].insert(self.at(after) + 1, cell)

    def delete(self, *slugs):
        for slug in slugs:
            del self.notebook["cells"][self.at(slug)]


@pytest.fixture
def lesson(course, tiny):
    builder.build(course, tiny)
    for path in (course.notebook(tiny), course.solution(tiny)):
        with Jupyter(path) as person:
            tidy(person.notebook)
    return Jupyter(course.notebook(tiny))


@pytest.fixture
def solutions(course, tiny, lesson):
    return Jupyter(course.solution(tiny))


def slugs(tiny):
    return [cell.slug for cell in read_lesson(tiny).cells]


def changed_lines(before, after):
    import difflib

    found = difflib.ndiff(before.split("\n"), after.split("\n"))
    return [line for line in found if line[0] in "+-"]


def kept(course):
    return {p.name: p.read_text("utf-8") for p in course.pulled.glob("*")}


def test_nothing_edited_nothing_written(course, tiny, lesson, capsys):
    before = tiny.read_text("utf-8")
    assert commands.pull(90, course=course) == 0
    assert capsys.readouterr().out == "90_tiny: nothing to pull\n"
    assert tiny.read_text("utf-8") == before


def test_prose_and_code_edits_change_exactly_their_lines(course, tiny, lesson):
    before = tiny.read_text("utf-8")
    with lesson as person:
        person.change("summary", "1. A lesson can be small.", "1. Small is fine.\n\n2. `So` be it.")
        person.change("floor", "0.48", "0.47")
    lines = pull(course, tiny)
    assert lines[:3] == [
        "floor: pulled from 90_tiny.ipynb",
        "summary: pulled from 90_tiny.ipynb",
        "src/90_tiny.py: written",
    ]
    assert changed_lines(before, tiny.read_text("utf-8")) == [
        "- assert 0.48 < share < 0.52",
        "+ assert 0.47 < share < 0.52",
        "- # 1. A lesson can be small.",
        "+ # 1. Small is fine.",
        "+ #",
        "+ # 2. `So` be it.",
    ]


def test_after_a_pull_nothing_is_edited_or_different(course, tiny, lesson, capsys):
    with lesson as person:
        person.change("summary", "small", "short")
    pull(course, tiny)
    assert commands.status(course) == 0
    assert pull(course, tiny) == ["90_tiny: nothing to pull"]


def test_a_prose_edit_keeps_outputs_and_a_code_edit_drops_them(course, tiny, lesson):
    with lesson as person:
        person.change("summary", "small", "short")
    pull(course, tiny)
    assert not missing_outputs(loads(lesson.path.read_text("utf-8")))
    with lesson as person:
        person.change("floor", "0.48", "0.47")
    pull(course, tiny)
    assert missing_outputs(loads(lesson.path.read_text("utf-8")))


def test_new_cells_follow_their_predecessor_and_get_a_name(course, tiny, lesson):
    with lesson as person:
        person.add("floor", code_cell("a1b2c3d4", "spread = tosses.std()\nprint(spread > 0)"))
        person.add("a1b2c3d4", markdown_cell("ffff", "The *spread* of a toss is one half."))
    lines = pull(course, tiny)
    assert lines[0] == "spread-tosses-std: new, added after floor"
    names = slugs(tiny)
    at = names.index("floor")
    assert names[at : at + 4] == ["floor", "spread-tosses-std", "the-spread-of", "tosses-why"]
    text = tiny.read_text("utf-8")
    assert '\n# %% slug="spread-tosses-std"\nspread = tosses.std()\nprint(spread > 0)\n\n' in text
    assert '# %% [markdown] slug="the-spread-of"\n# The *spread* of a toss' in text
    assert builder.stale(course, tiny) == ["90_tiny.ipynb: outputs missing: build --run 90"]


def test_a_new_cell_inside_an_exercise_goes_behind_it(course, tiny, lesson):
    with lesson as person:
        person.add("double", markdown_cell("ffff", "A remark."))
    assert "a-remark: new, added after double-why" in pull(course, tiny)


def test_names_of_new_cells_are_unique(course, tiny, lesson):
    with lesson as person:
        person.add("floor", markdown_cell("f1", "Summary"))
        person.add("floor", markdown_cell("f2", "setup"))
        person.add("floor", markdown_cell("f3", "links"))
    pull(course, tiny)
    assert {"summary-2", "setup-2", "links-2"} <= set(slugs(tiny))


def test_deleted_and_moved_cells_are_deleted_and_moved(course, tiny, lesson):
    with lesson as person:
        person.delete("floor")
        cells = person.notebook["cells"]
        cells.insert(person.at("pictures-say"), cells.pop(person.at("pitfalls")))
    lines = pull(course, tiny)
    assert "floor: removed" in lines
    assert "90_tiny.py: cells reordered" in lines
    names = slugs(tiny)
    assert "floor" not in names
    assert names.index("pitfalls") + 1 == names.index("pictures-say")
    assert names.index("double-why") == names.index("double-check") + 1


def test_a_deleted_exercise_takes_its_explanation_along(course, tiny, lesson):
    with lesson as person:
        person.delete("line-ask", "line", "line-check")
    assert "line-ask, line, line-check, line-why: removed" in pull(course, tiny)
    assert not [name for name in slugs(tiny) if name.startswith("line")]


def test_half_an_exercise_cannot_be_deleted(course, tiny, lesson):
    before = tiny.read_text("utf-8")
    with lesson as person:
        person.delete("line-check")
    (line,) = (line for line in pull(course, tiny) if line.startswith("line-check"))
    assert "not pulled" in line
    assert tiny.read_text("utf-8") == before


def test_a_learners_answer_is_kept_in_a_file_of_its_own(course, tiny, lesson):
    before = tiny.read_text("utf-8")
    with lesson as person:
        person.change("double", 'raise NotImplementedError("replace this line with your own")',
                      "return x + x  # mine")  # fmt: skip
    lines = pull(course, tiny)
    assert lines[0] == (
        "double: an answer, not part of the source; kept in notebooks/pulled/90_double.py"
    )
    assert tiny.read_text("utf-8") == before
    assert "return x + x  # mine" in kept(course)["90_double.py"]


def test_a_kept_file_is_never_overwritten(course, tiny, lesson):
    for answer in ("one", "two", "two"):
        with lesson as person:
            person.change("mean", "return x.sum()", f"return {answer!r}")
        pull(course, tiny)
    assert sorted(kept(course)) == ["90_mean-2.py", "90_mean.py"]


def test_edits_of_generated_cells_are_kept_too(course, tiny, lesson):
    with lesson as person:
        person.change("front", "# 90 · Tiny", "# Ninety")
        person.change("error-ref", "class ShapeError", "class FormError")
    lines = pull(course, tiny)
    assert "front: the builder writes this cell; kept in notebooks/pulled/90_front.md" in lines
    assert "class FormError" in kept(course)["90_error-ref.md"]
    assert builder.stale(course, tiny) == []


def test_a_solution_edit_keeps_its_markers(course, tiny, solutions):
    with solutions as person:
        person.change("double", "return 2 * x", "twice = x + x\n    return twice")
        person.change("mean", "x.sum() / len(x)", "x.mean()")
        person.change("line-why", "The parameter", "The weight")
    before = tiny.read_text("utf-8")
    pull(course, tiny)
    assert changed_lines(before, tiny.read_text("utf-8")) == [
        "-     return 2 * x",
        "+     twice = x + x",
        "+     return twice",
        "-     return x.sum() / len(x)",
        "+     return x.mean()",
        "- # The parameter is kept by the object.",
        "+ # The weight is kept by the object.",
    ]


def test_a_solution_whose_marker_finds_no_place_is_kept_aside(course, tiny, solutions):
    with solutions as person:
        person.change("mean", person.notebook["cells"][person.at("mean")]["source"], "mean = len")
    assert "the place of # solution is not clear" in pull(course, tiny)[0]
    assert kept(course)["90_mean.py"] == "mean = len\n"


def test_one_cell_edited_in_both_notebooks_keeps_both_texts(course, tiny, lesson, solutions):
    with lesson as person:
        person.change("double-ask", "times two", "twice")
    with solutions as person:
        person.change("double-ask", "times two", "doubled")
    lines = pull(course, tiny)
    assert "double-ask: pulled from 90_tiny.ipynb" in lines
    assert "doubled" in kept(course)["90_double-ask.md"]


def test_a_cell_edited_in_notebook_and_source_keeps_both_texts(course, tiny, lesson, edit):
    with lesson as person:
        person.change("summary", "small", "short")
    edit(tiny, "1. A lesson can be small.", "1. A lesson can be tiny.")
    pull(course, tiny)
    assert "can be tiny" in tiny.read_text("utf-8")
    assert "can be short" in kept(course)["90_summary.md"]


def test_edits_of_different_cells_in_notebook_and_source_are_merged(course, tiny, lesson, edit):
    with lesson as person:
        person.change("summary", "small", "short")
    edit(tiny, "The spread grows", "Their spread grows")
    pull(course, tiny)
    text = tiny.read_text("utf-8")
    assert "can be short" in text
    assert "Their spread grows" in text


def test_an_edit_that_is_not_python_is_kept_aside_and_the_others_are_pulled(course, tiny, lesson):
    with lesson as person:
        person.change("floor", "assert 0.48", "!pip list\nassert 0.48")
        person.change("tosses", "share =", "share == =")
        person.change("summary", "small", "short")
    pull(course, tiny)
    assert set(kept(course)) == {"90_floor.py", "90_tosses.py"}
    assert "can be short" in tiny.read_text("utf-8")


def test_a_new_cell_in_the_solutions_is_kept_aside(course, tiny, solutions):
    with solutions as person:
        person.add("double-why", markdown_cell("ffff", "More."))
    pull(course, tiny)
    assert kept(course) == {"90_ffff.md": "More.\n"}


def test_a_notebook_that_lost_its_cell_names_is_refused_untouched(course, tiny, lesson):
    with lesson as person:
        for number, cell in enumerate(person.notebook["cells"]):
            cell["id"] = f"{number:08}"
    before = tiny.read_text("utf-8"), lesson.path.read_text("utf-8")
    with pytest.raises(CourseError, match="has lost the names of its cells"):
        pull(course, tiny)
    assert (tiny.read_text("utf-8"), lesson.path.read_text("utf-8")) == before


CLINIC = """\
class Both:
    def a(self):
        # solution
        return 1

    def b(self, x):
        y = 2
        # solution
        if x:
            return y
        return 3
        # stub
        # return y


def last():
    # solution
    pass"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return 1", "z = 1\n        return z"),
        ("y = 2", "y = 2\n        y += 1"),
        ("        if x:\n            return y\n        return 3", "        return y if x else 3"),
        ("pass", "return None\n\n\ndef more():\n    return 2"),
        ("class Both:", "class Both(object):"),
    ],
)
def test_markers_survive_an_edited_solution(old, new):
    from course_utils.authoring.exercise import regions, solution

    edited = solution(CLINIC).replace(old, new)
    result = with_markers(CLINIC, edited)
    assert solution(result) == edited
    assert len(regions(result)) == 3
    assert [region.stub for region in regions(result)] == [(), ("        return y",), ()]
