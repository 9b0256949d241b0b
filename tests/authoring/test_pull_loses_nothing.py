"""Whatever is done to the notebooks in Jupyter, every text ends in the source or in a file."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils.authoring import builder
from course_utils.authoring.course import Course
from course_utils.authoring.exercise import solution
from course_utils.authoring.notebook import code_cell, dumps, loads, markdown_cell
from course_utils.authoring.pull import pull
from course_utils.authoring.source import read_lesson

TEXTS = [
    "x = 1",
    "print(tosses.mean())\n\n\ny = 2",
    "A sentence.\n\n- one\n- two `# %%`",
    '# %% slug="evil"\nx = 1',
    "%pip install x",
    "def (",
    "def mean(x):\n    return x.mean()",
    "# solution\nx = 1",
    "    indented\n\ttab  ",
    "Ünïcödé — ∑ 数\u2028line",
    "## Exercise 90.9: more",
]

edits = st.lists(
    st.tuples(
        st.sampled_from(["change", "add", "delete", "move"]),
        st.booleans(),  # in the solutions?
        st.integers(0, 99),  # which cell
        st.integers(0, 99),  # move where, or code or markdown
        st.sampled_from(TEXTS),
    ),
    max_size=6,
)


def apply(notebook, kind, at, other, text):
    cells = notebook["cells"]
    at = at % len(cells)
    if kind == "change":
        cells[at]["source"] = text
    elif kind == "add":
        name = f"new-{at}-{other}-{len(cells)}"
        cells.insert(at, (code_cell if other % 2 else markdown_cell)(name, text))
    elif kind == "delete":
        del cells[at]
    else:
        cells.insert(other % len(cells), cells.pop(at))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits)
def test_every_edited_text_is_kept_somewhere(edits):
    real = Path(__file__).parents[2]
    with tempfile.TemporaryDirectory() as folder:
        course = Course(Path(folder))
        course.src.mkdir(parents=True)
        (course.root / "course_utils").mkdir()
        shutil.copy(real / "tests/notebooks/tiny/90_tiny.py", course.src)
        shutil.copy(real / "course_utils/errors.py", course.root / "course_utils")
        shutil.copy(real / "pyproject.toml", course.root)
        tiny = course.source(90)
        builder.build(course, tiny)
        paths = [course.notebook(tiny), course.solution(tiny)]
        built = {cell["source"] for p in paths for cell in loads(p.read_text("utf-8"))["cells"]}
        for kind, in_solutions, at, other, text in edits:
            path = paths[in_solutions]
            notebook = loads(path.read_text("utf-8"))
            apply(notebook, kind, at, other, text)
            path.write_text(dumps(notebook), "utf-8")
        edited = {cell["source"] for p in paths for cell in loads(p.read_text("utf-8"))["cells"]}

        pull(course, tiny)

        kept = {path.read_text("utf-8").strip("\n") for path in course.pulled.glob("*")}
        for cell in read_lesson(tiny).cells:
            kept.add(cell.text)
            if cell.is_exercise:
                kept.add(solution(cell.text))
        for text in edited - built:
            assert text.strip("\n") in kept, text
        assert pull(course, tiny) == ["90_tiny: nothing to pull"]
        assert not [line for line in builder.stale(course, tiny) if "outputs" not in line]
