"""Two terminals do not install at the same time."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from course_utils.bootstrap.lock import only_one
from course_utils.errors import EnvironmentNotReady

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, pathlib
from course_utils.bootstrap.lock import only_one
with only_one(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock until its input is closed."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_the_second_waits_for_the_first_and_says_so(tmp_path, holder):
    said = threading.Event()
    entered = threading.Event()

    def second():
        with only_one(tmp_path / "lock", say=lambda line: said.set(), pause=0.02):
            entered.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert said.wait(10)
    assert not entered.is_set()
    holder.stdin.close()
    assert entered.wait(10)
    thread.join()


def test_a_lock_dies_with_its_holder(tmp_path, holder):
    holder.kill()
    holder.wait()
    with only_one(tmp_path / "lock", say=pytest.fail):
        pass


def test_a_file_in_the_place_of_the_locks_folder_is_one_message(tmp_path):
    (tmp_path / "cache").write_text("mine")
    with (
        pytest.raises(EnvironmentNotReady, match="cannot make"),
        only_one(tmp_path / "cache" / "l"),
    ):
        pass
