"""Building: the same bytes each time, stale notebooks found, nobody's edits overwritten."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.authoring import builder, commands
from course_utils.authoring.notebook import dumps, loads
from course_utils.authoring.outputs import tidy
from course_utils.errors import CourseError, RunError, UsageError

REAL = Path(__file__).parents[2]
SMALL = """\
# %% [raw] slug="front"
# title = "Small"
# question = "Q?"
# able = ["do"]
# needs = "Nothing."
# minutes = 1
# seconds = 1

# %% slug="setup"
import os

# %% slug="work"
print("working")
"""


def snapshot(course):
    files = [p for p in course.notebooks.rglob("*") if p.is_file()]
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in files}


def pretend_run(path):
    """Give the built notebook counts as if it had run."""
    notebook = loads(path.read_text("utf-8"))
    tidy(notebook)
    path.write_text(dumps(notebook), "utf-8", newline="\n")


def change_cell(path, slug, text):
    notebook = loads(path.read_text("utf-8"))
    (cell,) = (cell for cell in notebook["cells"] if cell["id"] == slug)
    cell["source"] = text
    path.write_text(dumps(notebook), "utf-8", newline="\n")


@pytest.fixture
def small(course):
    """A course whose only lesson has two cells and no exercise."""
    (course.src / "90_tiny.py").unlink()
    (course.src / "03_small.py").write_text(SMALL, "utf-8")
    return course


def test_building_writes_both_notebooks_and_building_again_touches_nothing(course, tiny):
    assert builder.build(course, tiny) == [
        "90_tiny.ipynb: written",
        "solutions/90_tiny.ipynb: written",
    ]
    before = snapshot(course)
    assert builder.build(course, tiny) == [
        "90_tiny.ipynb: unchanged",
        "solutions/90_tiny.ipynb: unchanged",
    ]
    assert snapshot(course) == before


def test_a_lesson_without_exercises_has_no_solutions(small):
    assert builder.build(small, small.source(3)) == ["03_small.ipynb: written"]


def test_status_says_why_a_notebook_is_stale(course, tiny, edit, capsys):
    def lines():
        failed = commands.status(course)
        out = capsys.readouterr().out.splitlines()
        assert failed == bool(out)
        return out

    lesson, solutions = course.notebook(tiny), course.solution(tiny)
    assert lines() == ["90_tiny.ipynb: never built", "solutions/90_tiny.ipynb: never built"]
    builder.build(course, tiny)
    assert lines() == [
        "90_tiny.ipynb: outputs missing: build --run 90",
        "solutions/90_tiny.ipynb: outputs missing: build --run 90",
    ]
    pretend_run(lesson)
    pretend_run(solutions)
    assert lines() == []
    edit(tiny, "Nobody learns from it.", "Everybody knows it.")
    assert lines() == ["90_tiny.ipynb: differs from src/90_tiny.py"]
    builder.build(course, tiny)
    assert lines() == []
    change_cell(lesson, "summary", "## Summary\n\nMine.")
    assert lines() == ["90_tiny.ipynb: edited by hand: pull 90"]
    builder.build(course, tiny, force=True)
    (course.notebooks / "17_deploy.ipynb").write_text("{}", "utf-8")
    assert lines() == ["17_deploy.ipynb: has no source"]


def test_status_writes_nothing_and_reports_a_broken_source(course, tiny, edit, capsys):
    builder.build(course, tiny)
    edit(tiny, 'slug="floor"', "slug=floor")
    before = snapshot(course)
    assert commands.status(course) == 1
    said = capsys.readouterr()
    assert "90_tiny.py:35: the value of slug cannot be read" in said.out
    assert said.err == "1 stale. Run: python -m course_utils build\n"
    assert snapshot(course) == before


def test_edits_made_in_jupyter_are_not_overwritten(course, tiny, edit):
    builder.build(course, tiny)
    change_cell(course.notebook(tiny), "summary", "## Summary\n\nMine.")
    before = snapshot(course)
    with pytest.raises(CourseError, match="edited since it was built") as caught:
        builder.build(course, tiny)
    assert "pull 90" in str(caught.value)
    assert "build --force" in str(caught.value)
    assert snapshot(course) == before
    builder.build(course, tiny, force=True)
    assert "Mine." not in course.notebook(tiny).read_text("utf-8")


def test_an_edit_that_also_stands_in_the_source_is_no_reason_to_refuse(course, tiny, edit):
    builder.build(course, tiny)
    change_cell(course.notebook(tiny), "floor", 'print("between 48 % and 52 %")')
    edit(tiny, "assert 0.48 < share < 0.52\n", "")
    assert builder.build(course, tiny)[0] == "90_tiny.ipynb: written"


def test_running_a_notebook_in_jupyter_is_no_edit(course, tiny):
    builder.build(course, tiny)
    path = course.notebook(tiny)
    notebook = loads(path.read_text("utf-8"))
    tidy(notebook)
    notebook["metadata"]["language_info"]["version"] = "3.12.0"
    for cell in notebook["cells"]:
        cell["metadata"]["execution"] = {"iopub.status.busy": "2025-01-01T00:00:00"}
    path.write_text(json.dumps(notebook), "utf-8")
    builder.build(course, tiny)
    assert "2025-01-01" not in path.read_text("utf-8")
    assert '"execution_count": 3' in path.read_text("utf-8")


def test_a_notebook_that_cannot_be_read_is_left_alone(course, tiny):
    path = course.notebook(tiny)
    path.write_text('{"cells": [', "utf-8")
    with pytest.raises(CourseError, match=r"not a readable notebook"):
        builder.build(course, tiny)
    assert path.read_text("utf-8") == '{"cells": ['


def test_an_unknown_lesson_lists_the_known_ones(course):
    for command in (commands.build, commands.pull):
        with pytest.raises(UsageError, match="no lesson 07") as caught:
            command([7] if command is commands.build else 7, course=course)
        assert "one of 90." in str(caught.value)


@pytest.mark.parametrize("name", ["tiny.py", "4_tiny.py", "90-tiny.py", "90_Tiny.py"])
def test_a_source_with_a_bad_name_is_reported(course, name):
    (course.src / name).write_text(SMALL, "utf-8")
    with pytest.raises(CourseError, match="two digits and words"):
        commands.status(course)


def test_two_sources_with_one_number_are_reported(course):
    (course.src / "90_other.py").write_text(SMALL, "utf-8")
    with pytest.raises(CourseError, match=r"90_other\.py and 90_tiny\.py have the same number"):
        commands.status(course)


def test_the_other_lessons_are_built_when_one_source_is_broken(course, capsys):
    (course.src / "03_small.py").write_text(SMALL.replace("[raw] ", ""), "utf-8")
    assert commands.build([], course=course) == 1
    said = capsys.readouterr()
    assert "03_small.py:1: the first cell is not the front matter" in said.err
    assert "90_tiny.ipynb: written" in said.out


def test_a_run_stores_outputs_and_running_again_gives_the_same_bytes(small):
    source = small.source(3)
    assert builder.build(small, source, run=True) == ["03_small.ipynb: run and written"]
    text = small.notebook(source).read_text("utf-8")
    assert '"working\\n"' in text
    assert "iopub" not in text
    assert builder.stale(small, source) == []
    assert builder.build(small, source, run=True) == ["03_small.ipynb: unchanged"]


def test_no_kernel_is_left_running(small):
    import psutil

    before = psutil.Process().children(recursive=True)
    builder.build(small, small.source(3), run=True)
    assert set(psutil.Process().children(recursive=True)) <= set(before)


def test_a_cell_that_fails_is_named_and_the_old_notebook_stays(small, edit):
    source = small.source(3)
    builder.build(small, source)
    before = snapshot(small)
    edit(source, 'print("working")', "total = 1\nprint(total / 0)")
    with pytest.raises(RunError) as caught:
        builder.build(small, source, run=True)
    assert "03_small.ipynb: cell 'work' raised ZeroDivisionError: division by zero" in str(
        caught.value
    )
    assert "----> 2 print(total / 0)" in str(caught.value)
    del before[source]
    after = snapshot(small)
    del after[source]
    assert after == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_an_interrupted_run_leaves_the_old_notebook_and_no_half_written_file(small, edit):
    source, pipe = small.source(3), small.root / "pipe"
    builder.build(small, source)
    os.mkfifo(pipe)
    endless = f'open({str(pipe)!r}, "w").close()\nwhile True:\n    pass'
    edit(source, 'print("working")', endless)
    before = snapshot(small)
    code = (
        "import sys, pathlib; from course_utils.authoring import commands, course;"
        f"commands.build([3], run=True, course=course.Course(pathlib.Path({str(small.root)!r})))"
    )
    run = subprocess.Popen([sys.executable, "-c", code], cwd=REAL, stderr=subprocess.PIPE)
    pipe.read_text()  # returns when the cell has begun
    run.send_signal(signal.SIGINT)
    said = run.communicate(timeout=60)[1].decode()
    assert said.rstrip().endswith("KeyboardInterrupt")
    assert snapshot(small) == before


def test_building_and_status_of_all_lessons_are_fast(tmp_path):
    """Limits of the course: 3 s and 1 s, the start of Python included.

    Counted in processor time, so that other work on the machine does not count; neither
    command waits for anything else.
    """
    for folder in ("notebooks", "course_utils"):
        without = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(REAL / folder, tmp_path / folder, ignore=without)
    for name in ("pyproject.toml", "requirements.txt"):
        shutil.copy(REAL / name, tmp_path)
    for call, limit in (("status()", 1.0), ("build([])", 3.0)):
        code = (
            "import sys, time; from course_utils.authoring import commands;"
            f"commands.{call}; print(time.process_time())"
        )
        seconds = []
        for _ in range(3):
            done = subprocess.run(
                [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
            seconds.append(float(done.stdout.split()[-1]))
        assert min(seconds) < limit, call
