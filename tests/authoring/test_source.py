"""Reading a source: what is accepted, and where each mistake is reported."""

from pathlib import Path

import pytest

from course_utils.authoring.source import parse_lesson, split_cells
from course_utils.errors import SourceError

ROOT = Path(__file__).parents[2]
SOURCES = [
    ROOT / "tests/notebooks/tiny/90_tiny.py",
    *sorted((ROOT / "notebooks/src").glob("*.py")),
]

FRONT = """\
# %% [raw] slug="front"
# title = "T"
# question = "Q?"
# able = ["do"]
# needs = "Nothing."
# minutes = 5
# seconds = 1

"""
SETUP = """\
# %% slug="setup"
import numpy as np

"""
EXERCISE = """\
# %% [markdown] slug="one-ask"
# ## Exercise 4.1: one

# %% slug="one" tags=["exercise"]
def one():
    # solution
    return 1

# %% slug="one-check"
nb04.one(one)

# %% [markdown] slug="one-why" tags=["solution"]
# Because.
"""


def parse(text):
    return parse_lesson(text, "04_deep.py")


def refusal(text):
    with pytest.raises(SourceError) as caught:
        parse(text)
    return str(caught.value)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_what_is_read_is_what_jupytext_reads(path):
    import jupytext

    theirs = jupytext.reads(path.read_text("utf-8"), fmt="py:percent").cells
    ours = split_cells(path.read_text("utf-8"), path.name)
    assert [c.metadata["slug"] for c in theirs] == [c.slug for c in ours]
    for their, our in zip(theirs, ours, strict=True):
        assert (their.cell_type, their.source.strip("\n")) == (our.kind, our.text)
        options = {k: v for k, v in their.metadata.items() if k != "lines_to_next_cell"}
        assert options == {"slug": our.slug, **our.options}


def test_a_lesson_knows_its_number_name_and_cells():
    lesson = parse(FRONT + SETUP + EXERCISE)
    assert (lesson.number, lesson.name, lesson.stem) == (4, "deep", "04_deep")
    assert [cell.slug for cell in lesson.cells][:3] == ["setup", "one-ask", "one"]
    ((ask, exercise, check, why),) = lesson.exercises()
    assert (ask.slug, exercise.slug, check.slug, why.slug) == (
        "one-ask", "one", "one-check", "one-why",
    )  # fmt: skip


def test_a_cell_knows_its_lines():
    text = FRONT + SETUP
    cell = split_cells(text, "04_deep.py")[1]
    first, stop = cell.body
    assert text.split("\n")[first - 1 : stop - 1] == ["import numpy as np"]


def test_markdown_loses_its_comment_marks_only():
    text = FRONT + SETUP + '# %% [markdown] slug="say"\n# a\n#\n#   b `# c`\n'
    assert parse(text).cells[1].text == "a\n\n  b `# c`"


def test_percent_signs_that_are_no_magic_are_left_alone():
    code = '# % right\nx = (7\n     % 4)\ny = "a"  # %s'
    assert parse(FRONT + SETUP + f'# %% slug="x"\n{code}\n').cells[1].text == code
    import jupytext

    assert jupytext.reads(f"# %%\n{code}\n", fmt="py:percent").cells[0].source == code


def test_carriage_returns_do_not_matter(tmp_path):
    from course_utils.authoring.source import read_lesson

    path = tmp_path / "04_deep.py"
    path.write_bytes((FRONT + SETUP).replace("\n", "\r\n").encode())
    assert read_lesson(path).cells[0].text == "import numpy as np"


@pytest.mark.parametrize(
    ("cell", "line", "says"),
    [
        ("# %%\nx = 1\n", 12, "no slug"),
        ('# %% slug="Bad_Slug"\nx = 1\n', 12, "lower-case words"),
        ('# %% slug="setup"\nx = 1\n', 12, "already used in line 9"),
        ('# %% slug="links"\nx = 1\n', 12, "reserved"),
        ('# %% slug="x" color="red"\nx = 1\n', 12, "unknown option 'color'"),
        ('# %% slug="x" tags=["hard"]\nx = 1\n', 12, "unknown tag 'hard'"),
        ('# %% slug="x\nx = 1\n', 12, "quotes"),
        ('# %% slug="x" tags=["exercise"\nx = 1\n', 12, "brackets"),
        ('# %% slug="x" points="2"\nx = 1\n', 12, "is not a int"),
        ('# %% slug="x" slug="y"\nx = 1\n', 12, "twice"),
        ('# %% A title slug="x"\nx = 1\n', 12, "expected option=value"),
        ('# %% [md] slug="x"\n# x\n', 12, "does not open a cell"),
        ('#%% slug="x"\nx = 1\n', 12, "does not open a cell"),
        ('# %% slug="x"\nx = 1\ny = = 2\n', 14, "not valid Python"),
        ('# %% slug="x"\nx = 1\n%pip install y\n', 14, "magic"),
        ('# %% slug="x"\n# %matplotlib inline\nx = 1\n', 13, "magic"),
        ('# %% slug="x"\n', 12, "empty"),
        ('# %% [markdown] slug="x"\n# one\ntwo\n', 14, "does not begin with '# '"),
        ('# %% [markdown] slug="x" tags=["shared"]\n# one\n', 12, "can only be tagged solution"),
        ('# %% slug="x" tags=["solution"]\nx = 1\n', 12, "for markdown"),
        ('# %% [raw] slug="x"\n# one\n', 12, "only the front matter"),
        ('# %% slug="x" show="course_utils.a:b"\nx = 1\n', 12, "without text"),
        ('# %% slug="x" tags=["exercise"] points=0\nx = 1\n', 12, "not positive"),
        ('# %% [markdown] slug="x" tags=["solution"]\n# x\n', 12, "follows no check"),
        (f'# %% slug="{"x" * 61}"\nx = 1\n', 12, "more than 60 letters"),
        ('# %% slug="x" points=2\nx = 1\n', 12, "nothing without the tag exercise"),
        ('# %% slug="x" why="so"\nx = 1\n', 12, "nothing without the tag nbval-ignore-output"),
    ],
)  # fmt: skip
def test_a_malformed_cell_is_reported_with_file_and_line(cell, line, says):
    message = refusal(FRONT + SETUP + cell)
    assert message.startswith(f"04_deep.py:{line}: "), message
    assert says in message
    assert "\n  Try: " in message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "first cell is not the front matter"),
        ('"""Docstring."""\n' + FRONT, "04_deep.py:1: text before the first cell"),
        (SETUP, "first cell is not the front matter"),
        (FRONT, "not the setup"),
        (FRONT + '# %% slug="other"\nx = 1\n', "not the setup"),
    ],
)
def test_a_lesson_begins_with_front_matter_and_setup(text, says):
    assert says in refusal(text)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('slug="one-ask"', 'slug="one-intro"', "no markdown cell 'one-ask' directly before"),
        ('slug="one-check"', 'slug="one-test"', "no code cell 'one-check' directly after"),
        ('slug="one-why" tags=["solution"]', 'slug="one-why"', "show the solution to learners"),
        ("Exercise 4.1: one", "Exercise 4.2: one", "begin with # ## Exercise 4.1"),
        ("Exercise 4.1: one", "Exercise 04.1: one", "begin with # ## Exercise 4.1"),
        ("    # solution\n", "", "no line # solution"),
        ("def one():\n    # solution\n    return 1", "# solution\none = 1", "in a function's body"),
    ],
)
def test_an_exercise_has_its_four_cells(old, new, says):
    text = FRONT + SETUP + EXERCISE
    message = refusal(text.replace(old, new))
    assert says in message
    assert message.startswith("04_deep.py:")


def test_a_source_that_is_not_utf8_is_one_clear_message(tmp_path):
    from course_utils.authoring.source import read_lesson

    path = tmp_path / "04_deep.py"
    path.write_bytes(b"# caf\xe9\n")
    with pytest.raises(SourceError, match=r"04_deep\.py: not UTF-8"):
        read_lesson(path)
