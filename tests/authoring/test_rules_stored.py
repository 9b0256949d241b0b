"""The gate's rules about stored outputs, each broken once in a run of the tiny lesson."""

import pytest

from course_utils.authoring.notebook import dumps, lesson_notebook
from course_utils.authoring.outputs import tidy
from course_utils.authoring.rules_stored import judge, speaks
from course_utils.authoring.source import read_lesson


def text_output(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def figure(alt, **data):
    return {
        "output_type": "display_data",
        "data": {"image/png": "iVBORw0KGgo=", "text/plain": alt, **data},
        "metadata": {"image/png": {"alt": alt}},
    }


@pytest.fixture
def lesson(tiny):
    return read_lesson(tiny)


@pytest.fixture
def notebook(course, lesson):
    """The lesson as if it had run."""
    notebook = lesson_notebook(course, lesson)
    for cell in notebook["cells"]:
        if cell["id"].endswith("-check"):
            cell["outputs"] = [text_output("○ 90: not attempted yet")]
        elif cell["id"] in ("tosses", "floor"):
            cell["outputs"] = [text_output("about half\n")]
        elif cell["id"].endswith("pictures"):
            cell["outputs"] = [figure(f"{cell['id']}, {n}") for n in range(2)]
    tidy(notebook)
    return notebook


@pytest.fixture
def problems(tmp_path, lesson, notebook):
    def run(is_lesson=True):
        path = tmp_path / "built.ipynb"
        path.write_text(dumps(notebook), "utf-8")
        return list(judge(lesson, path, notebook, is_lesson))

    return run


@pytest.fixture
def cell(notebook):
    return {cell["id"]: cell for cell in notebook["cells"]}


def test_a_clean_run_has_no_problem(problems):
    assert problems() == []


@pytest.mark.parametrize("count", [None, 7])
def test_counts_run_from_one_without_holes(cell, problems, count):
    cell["floor"]["execution_count"] = count
    assert problems() == [("floor", f"execution count {count}, expected 4")]


def test_an_output_is_stored_wherever_one_is_expected(cell, problems):
    cell["floor"]["outputs"] = []
    assert problems() == [("floor", "should have an output, but none is stored")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("print(1)", True),
        ("x = 1\nx", True),
        ("x.shape", True),
        ("nb03.check(f)", True),
        ("show(ax, alt='a')", True),
        ("for x in y:\n    print(x)", True),
        ("with a:\n    print(x)", True),
        ("x = 1", False),
        ("f(x)", False),
        ("np.testing.assert_allclose(a, b)", False),
        ("def f():\n    print(1)", False),
        ("if x:\n    print(1)", False),
        ("import numpy", False),
        ("if x:\n    %pip install y", False),
    ],
)
def test_it_is_known_which_cells_speak(source, expected):
    assert speaks(source) is expected


def test_errors_and_stderr_are_not_stored(cell, problems):
    cell["floor"]["outputs"] = [
        text_output("careful\n", "stderr"),
        {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []},
    ]
    assert problems() == [
        ("floor", "writes to stderr: 'careful'"),
        ("floor", "ends in an error: ValueError: no"),
    ]


def test_figures_need_words_in_both_places(cell, problems):
    outputs = cell["pictures"]["outputs"]
    outputs[0]["data"]["text/plain"] = "<Figure size 640x480 with 1 Axes>"
    outputs[1]["metadata"] = {}
    assert [says for _, says in problems()] == [
        "a figure without alt text; end the cell with show(ax, alt=...)",
        "the figure's metadata does not hold its alt text",
    ]


def test_two_figures_do_not_share_their_words(cell, problems):
    cell["more-pictures"]["outputs"][0] = figure("pictures, 0")
    assert problems() == [("more-pictures", "the same alt text as in pictures")]


def test_figures_are_png_and_at_least_four(cell, problems):
    cell["pictures"]["outputs"] = [
        {"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}, "metadata": {}}
    ]
    assert [says.split(";")[0] for _, says in problems()] == [
        "a picture that is not PNG",
        "2 figures, at least 4 are asked for",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "/home/ada/course/x.py:3",
        "read from /tmp/cache",
        r"C:\Users\ada\x",
        "<Axes object at 0x7f3a9c>",
        "<function f at 0x7f3a9c01>",
    ],
)
def test_outputs_name_no_place_on_one_machine(cell, problems, text):
    cell["floor"]["outputs"] = [text_output(text)]
    ((slug, says),) = problems()
    assert slug == "floor"
    assert says.startswith("names a place on one machine")


@pytest.mark.parametrize("text", ["https://example.org/home/x", "1/tmp/2", "a/usr/b", "0xff"])
def test_addresses_in_the_web_are_no_places_on_a_machine(cell, problems, text):
    cell["floor"]["outputs"] = [text_output(text)]
    assert problems() == []


def test_size_is_limited_with_and_without_figures(cell, problems):
    cell["pictures"]["outputs"][0]["data"]["image/png"] = "A" * 1_400_000
    assert problems() == []
    cell["pictures"]["outputs"][0]["data"]["image/png"] = "A" * 1_600_000
    assert "more than 1,500,000" in problems()[0][1]
    cell["pictures"]["outputs"][0]["data"]["image/png"] = "A"
    cell["floor"]["outputs"] = [text_output("A" * 310_000)]
    assert "without figures, more than 300,000" in problems()[0][1]


def test_a_stub_is_not_attempted_and_a_solution_passes(cell, problems):
    cell["mean-check"]["outputs"] = [text_output("✗ 90.2 Mean: expected 2, got 4")]
    assert problems() == [("mean-check", "the stub's check does not say 'not attempted yet'")]
    assert "the stored solution does not pass its check: '✗ 90.2" in str(problems(is_lesson=False))


def test_solutions_need_no_figures(cell, problems, notebook):
    for slug in ("pictures", "more-pictures"):
        notebook["cells"].remove(cell[slug])
    tidy(notebook)
    assert {says for _, says in problems()} == {"0 figures, at least 4 are asked for"}
    for slug in cell:
        if slug.endswith("-check"):
            cell[slug]["outputs"] = [text_output("✓ all")]
    assert problems(is_lesson=False) == []


def test_an_exempt_cell_needs_a_reason_and_stays_rare(course, tiny, edit, problems):
    edit(tiny, 'slug="floor"', 'slug="floor" tags=["nbval-ignore-output"]')
    lesson = read_lesson(tiny)
    notebook = lesson_notebook(course, lesson)
    path = course.notebook(tiny)
    path.write_text(dumps(notebook), "utf-8")
    found = [p for p in judge(lesson, path, notebook, True) if "compared" in p[1]]
    assert found == [
        ("floor", 'its output is not compared and no why="..." says the reason'),
        ("floor", "1 of 14 code cells are not compared, more than 5%"),
    ]


def test_comments_cannot_switch_the_comparison_off(cell, problems):
    cell["floor"]["source"] += "\n# NBVAL_IGNORE_OUTPUT"
    ((slug, says),) = problems()
    assert (slug, says.split(";")[0]) == ("floor", "an NBVAL_ comment")
