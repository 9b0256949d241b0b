"""`run`: what lessons cost and whether they work, without touching them."""

import json
import os
from types import SimpleNamespace

import pytest

from course_utils.commands.kernel import PeakMemory

IN_ITS_FOLDER = "import pathlib; assert pathlib.Path.cwd().name == 'notebooks'"


@pytest.fixture(scope="module")
def report(new_course, tmp_path_factory):
    """One run of four lessons, of which the second fails and the third kills its kernel."""
    small = new_course(tmp_path_factory.mktemp("run") / "course")
    paths = [
        small.lesson("00_first", a="print(1)", b=IN_ITS_FOLDER),
        small.lesson("01_fails", good="x = 2", bad_cell="x / 0", never="open('never', 'w')"),
        small.lesson("02_dies", end="import os; os._exit(1)"),
        small.lesson("03_last", a="1"),
    ]
    before = [path.read_bytes() for path in paths]
    done = small("run", "--json", "table.json")
    return SimpleNamespace(
        root=small.root,
        done=done,
        lines=done.stdout.splitlines(),
        lessons=json.loads((small.root / "table.json").read_text())["lessons"],
        untouched=before == [path.read_bytes() for path in paths],
    )


def test_every_lesson_gets_a_line_and_an_entry(report):
    names = ["00_first", "01_fails", "02_dies", "03_last"]
    assert [line.split()[0] for line in report.lines[1:5]] == names
    assert [entry["lesson"] for entry in report.lessons] == names


def test_seconds_and_memory_are_measured(report):
    assert "seconds" in report.lines[0] and "peak MB" in report.lines[0]
    for entry in report.lessons:
        assert 0 < entry["seconds"] < 60
    for entry in (report.lessons[0], report.lessons[3]):
        assert 20 < entry["peak_mb"] < 1000


def test_a_lesson_that_works_is_ok_and_ran_in_its_own_folder(report):
    assert report.lines[1].endswith("  ok")
    assert report.lessons[0] | {"result": "ok", "cell": None, "error": None} == report.lessons[0]


def test_a_failing_cell_is_named_and_nothing_after_it_runs(report):
    assert "failed: cell bad-cell raised ZeroDivisionError: division by zero" in report.lines[2]
    assert (report.lessons[1]["result"], report.lessons[1]["cell"]) == ("failed", "bad-cell")
    assert not (report.root / "notebooks" / "never").exists()


def test_a_kernel_that_dies_is_a_result_too(report):
    assert "failed: cell end ended the kernel" in report.lines[3]


def test_a_failure_does_not_stop_the_next_lesson_but_decides_the_exit_status(report):
    assert report.lessons[3]["result"] == "ok"
    assert "4 lessons, 2 failed" in report.lines[-1]
    assert report.done.returncode == 1


def test_running_changes_no_notebook(report):
    assert report.untouched


def test_solutions_are_run_on_request(small_course):
    small_course.lesson("00_first", a="1 / 0")
    small_course.lesson("solutions/00_first", a="1")
    done = small_course("run", "--solutions")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (small_course.root / ".cache" / "run.json").is_file()


def test_the_peak_is_of_this_process_and_what_it_started():
    with PeakMemory(os.getpid) as peak:
        block = b"x" * 50_000_000
        while not peak.megabytes:
            pass
    assert peak.megabytes > len(block) / 1e6


def test_memory_of_a_process_that_is_gone_is_nothing():
    with PeakMemory(lambda: 2**22 + 12345) as peak:
        pass
    assert peak.megabytes == 0


def test_no_kernel_outlives_its_lesson(small_course, tmp_path):
    import psutil

    small_course.lesson(
        "00_first", a=f"import os; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))"
    )
    assert small_course("run").returncode == 0
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))
