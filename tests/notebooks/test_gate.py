"""The test of the tests: break a lesson in one place, and verification must fail.

What the gate can see is asked of the gate; what only a run can see is asked of nbval, in one
pytest call for all broken notebooks, with the options that `python -m course_utils test` uses.
"""

import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from course_utils.authoring import builder
from course_utils.authoring.course import Course
from course_utils.authoring.gate import complaints
from course_utils.authoring.notebook import digests, dumps, loads
from course_utils.commands.suite import command

LESSON, SOLUTIONS, SOURCE = "90_tiny.ipynb", "solutions/90_tiny.ipynb", "src/90_tiny.py"


def read(path):
    return loads(path.read_text("utf-8"))


def write(path, notebook):
    path.write_text(dumps(notebook), "utf-8", newline="\n")


def cell(notebook, slug):
    (found,) = (cell for cell in notebook["cells"] if cell["id"] == slug)
    return found


def replace_once(text, old, new):
    assert text.count(old) == 1, (old, text)
    return text.replace(old, new)


@pytest.fixture
def course(clone, tmp_path):
    """A copy of the clone's notebooks that a test may break."""
    shutil.copytree(clone.notebooks, tmp_path / "notebooks")
    for name in ("course_utils", "pyproject.toml"):
        (tmp_path / name).symlink_to(clone.root / name)
    return Course(tmp_path)


@pytest.fixture
def breaks(course):
    """Break the course by a function of the parsed notebook `name`; return the complaints."""

    def run(name, change):
        path = course.notebooks / name
        notebook = read(path)
        change(notebook)
        write(path, notebook)
        return complaints(course, course.source(90))

    return run


@pytest.fixture
def breaks_source(course):
    """Replace one text of the source; return the complaints."""

    def run(old, new):
        path = course.notebooks / SOURCE
        path.write_text(replace_once(path.read_text("utf-8"), old, new), "utf-8", newline="\n")
        return complaints(course, course.source(90))

    return run


def test_the_unbroken_course_passes_the_gate(course):
    assert complaints(course, course.source(90)) == []


@pytest.mark.parametrize(
    ("old", "new", "stale"),
    [
        ("share = tosses.mean()", "share = (tosses == 1).mean()", [LESSON, SOLUTIONS]),
        ("assert 0.48 < share < 0.52", "assert 0.40 < share < 0.60", [LESSON]),
        ("A straight line from zero to {slope}.", "A line.", None),
        ("return 2 * x", "return x + x", [SOLUTIONS]),
        ("The second one is.", "The first one is.", [LESSON]),
        ('title = "Tiny"', 'title = "Small"', [LESSON, SOLUTIONS]),
        ("points=2", "points=3", [LESSON]),
    ],
    ids=["source line", "floor", "alt text", "solution", "prose", "front matter", "points"],
)
def test_a_changed_source_without_a_build_is_found(course, breaks_source, old, new, stale):
    if stale is None:  # stands twice: once per loop
        path = course.notebooks / SOURCE
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8", newline="\n")
        found, stale = complaints(course, course.source(90)), [LESSON]
    else:
        found = breaks_source(old, new)
    assert found == [f"{name}: differs from {SOURCE}" for name in stale]


def test_a_code_edit_that_was_built_but_not_run_is_found(course, breaks_source):
    breaks_source("assert 0.48 < share < 0.52", "assert 0.40 < share < 0.60")
    builder.build(course, course.source(90))
    found = complaints(course, course.source(90))
    assert f"{LESSON}: outputs missing: build --run 90" in found
    assert f"{LESSON}: floor: execution count None, expected 4" in found


def test_a_cell_edited_in_the_notebook_is_found(breaks):
    def change(notebook):
        cell(notebook, "summary")["source"] += "\n\nMine."

    assert breaks(LESSON, change) == [f"{LESSON}: edited by hand: pull 90"]


def test_a_hand_edit_that_also_forges_the_digests_is_found(breaks):
    def change(notebook):
        cell(notebook, "tosses")["source"] += "\n"
        notebook["metadata"]["course"]["built"] = digests(notebook["cells"])

    assert f"{LESSON}: differs from {SOURCE}" in breaks(LESSON, change)


@pytest.mark.parametrize("name", [LESSON, SOLUTIONS])
def test_a_notebook_that_was_never_run_is_found(breaks, name):
    """nbval passes it: without counts it compares nothing."""

    def change(notebook):
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["execution_count"], cell["outputs"] = None, []

    found = breaks(name, change)
    assert f"{name}: outputs missing: build --run 90" in found
    assert f"{name}: course: execution count None, expected 1" in found


def test_removed_execution_counts_are_found(breaks):
    def change(notebook):
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["execution_count"] = None

    assert f"{LESSON}: course: execution count None, expected 1" in breaks(LESSON, change)


def test_one_removed_count_is_found(breaks):
    def change(notebook):
        cell(notebook, "floor")["execution_count"] = None

    assert f"{LESSON}: floor: execution count None, expected 4" in breaks(LESSON, change)


@pytest.mark.parametrize("slug", ["tosses", "pictures", "double-check"])
def test_a_removed_output_is_found(breaks, slug):
    def change(notebook):
        cell(notebook, slug)["outputs"] = []

    assert f"{LESSON}: {slug}: should have an output, but none is stored" in breaks(LESSON, change)


def test_a_missing_notebook_is_found(course):
    (course.notebooks / LESSON).unlink()
    (course.notebooks / SOLUTIONS).unlink()
    assert complaints(course, course.source(90)) == [
        f"{LESSON}: never built",
        f"{SOLUTIONS}: never built",
    ]


def test_alt_text_changed_in_one_of_its_places_is_found(breaks):
    def change(notebook):
        cell(notebook, "pictures")["outputs"][0]["data"]["text/plain"] = "Something else."

    assert f"{LESSON}: pictures: the figure's metadata does not hold its alt text" in breaks(
        LESSON, change
    )


def test_an_exemption_without_reason_is_found(course, breaks_source):
    found = breaks_source('slug="floor"', 'slug="floor" tags=["nbval-ignore-output"]')
    assert [line for line in found if 'no why="..." says the reason' in line]


def test_an_exemption_written_into_the_notebook_is_found(breaks):
    def change(notebook):
        cell(notebook, "floor")["metadata"]["tags"] = ["nbval-ignore-output"]

    assert breaks(LESSON, change) == [f"{LESSON}: differs from {SOURCE}"]


# What only a run can see ------------------------------------------------------------------
#
# Each of these leaves counts, outputs and words in place. Starting a kernel is what costs, so
# one copy of each notebook carries several of them, in cells that do not depend on each other.


def another_output(notebook):
    cell(notebook, "tosses")["outputs"][0]["text"] = "about 51% heads\n"
    return "tosses"


def a_floor_too_high(notebook):
    source = cell(notebook, "floor")
    source["source"] = replace_once(source["source"], "0.48", "0.51")
    return "floor"


def another_alt_text(notebook):
    output = cell(notebook, "pictures")["outputs"][1]
    output["data"]["text/plain"] = "A straight line from zero to five."
    output["metadata"]["image/png"]["alt"] = "A straight line from zero to five."
    return "pictures"


def another_picture_in_the_code(notebook):
    source = cell(notebook, "more-pictures")
    source["source"] = replace_once(source["source"], "(3, 4)", "(3, 5)")
    return "more-pictures"


def a_solution_given_away(notebook):
    source = cell(notebook, "double")
    source["source"] = "def double(x):\n    return 2 * x"
    return "double-check"


def a_removed_output(notebook):
    cell(notebook, "mean-check")["outputs"] = []
    return "mean-check"


def a_wrong_solution(notebook):
    source = cell(notebook, "double")
    source["source"] = replace_once(source["source"], "2 * x", "x ** 2")
    return "double-check"


def another_seed(notebook):
    source = cell(notebook, "tosses")
    source["source"] = "rng = np.random.default_rng(8)\n" + replace_once(
        source["source"], "{share:.0%}", "{share:.2%}"
    )
    return "tosses"


BROKEN = {
    LESSON: [
        another_output,
        a_floor_too_high,
        another_alt_text,
        another_picture_in_the_code,
        a_solution_given_away,
        a_removed_output,
    ],
    SOLUTIONS: [another_seed, a_wrong_solution],
}
CASES = [(name, change) for name, changes in BROKEN.items() for change in changes]


@pytest.fixture(scope="module")
def failed_cells(clone, tmp_path_factory):
    """Run nbval once; map "clean" and "broken" to notebook names to slugs of failed cells."""
    folder = clone.notebooks / "broken"
    folder.mkdir()
    paths = {}
    for name, changes in BROKEN.items():
        notebook = read(clone.notebooks / name)
        for change in changes:
            change(notebook)
        paths["clean", name] = clone.notebooks / name
        paths["broken", name] = folder / f"{name.replace('/', '_')}"
        write(paths["broken", name], notebook)
    report = tmp_path_factory.mktemp("report") / "report.xml"
    options = [f"--junitxml={report}", "-o", "junit_family=xunit1", "-p", "no:cacheprovider"]
    options += ["-n", "0"]  # for four notebooks of a second each, workers cost more than they save
    run = subprocess.run(
        command([*options, *map(str, paths.values())]),
        cwd=clone.root, capture_output=True, text=True, timeout=150,
    )  # fmt: skip
    assert run.returncode == 1, run.stdout + run.stderr
    results = {}
    for case in ElementTree.parse(report).iter("testcase"):
        failed = case.find("failure") is not None or case.find("error") is not None
        results.setdefault(case.get("file"), []).append(failed)
    verdicts = {"clean": {}, "broken": {}}
    for (kind, name), path in paths.items():
        code = [cell["id"] for cell in read(path)["cells"] if cell["cell_type"] == "code"]
        failed = results[path.relative_to(clone.root).as_posix()]
        verdicts[kind][name] = {slug for slug, bad in zip(code, failed, strict=True) if bad}
    return verdicts


@pytest.mark.parametrize("name", BROKEN)
def test_nbval_passes_the_unbroken_notebook(failed_cells, name):
    assert failed_cells["clean"][name] == set()


@pytest.mark.parametrize(("name", "change"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_nbval_finds(failed_cells, clone, name, change):
    assert change(read(clone.notebooks / name)) in failed_cells["broken"][name]


@pytest.mark.parametrize("name", BROKEN)
def test_nbval_fails_nothing_else(failed_cells, clone, name):
    expected = {change(read(clone.notebooks / name)) for change in BROKEN[name]}
    assert failed_cells["broken"][name] == expected
