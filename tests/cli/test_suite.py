"""`test`: what is handed to pytest, and that its exit status comes back."""

import json

from course_utils.__main__ import parse
from course_utils.commands import suite


def test_words_after_test_reach_pytest_in_their_order():
    options = parse(["test", "-k", "a or b", "--here", "-x", "tests/cli", "--lf"])
    assert options["extra"] == ["-k", "a or b", "-x", "tests/cli", "--lf"]
    assert options["here"] is True


def test_notebooks_are_compared_and_a_notebooks_cells_stay_together():
    command = suite.command([])
    assert "--nbval" in command and "--nbval-cell-timeout=600" in command
    assert command[command.index("--dist") + 1] == "loadfile"


def test_a_persons_own_options_come_last_and_win():
    assert suite.command(["-n", "0"])[-2:] == ["-n", "0"]


def test_a_changed_output_of_a_notebook_fails_and_pytests_exit_status_comes_back(small_course):
    (small_course.root / "tests").mkdir()
    (small_course.root / "tests" / "test_it.py").write_text("def test_it():\n    pass\n")
    path = small_course.lesson("00_first", good="print(1 + 1)", bad="print(1 + 1)")
    notebook = json.loads(path.read_text())
    for number, stored in enumerate(["2\n", "3\n"]):
        notebook["cells"][number]["execution_count"] = number + 1
        notebook["cells"][number]["outputs"] = [
            {"output_type": "stream", "name": "stdout", "text": stored}
        ]
    path.write_text(json.dumps(notebook))
    done = small_course("test", "-n", "0")
    assert done.returncode == 1
    assert "1 failed, 2 passed" in done.stdout.splitlines()[-1]
