"""The tests of grading, with what they need: bubblewrap and the extra `classroom`.

Learners need neither, so the README's test command leaves these tests out. Here both are
installed: the packages into the clone's own environment, which `test` has made, and bubblewrap
where this user may install it. Without it the tests that need it skip.

Each file runs in a process of its own, two at a time: the judge forks, and a process that has
loaded TensorFlow or started a cluster's threads cannot be forked safely. The limits under test
are seconds on the clock, so a file that fails beside another one is run once more alone.
"""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv" / "bin" / "python"
PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
PINS = ["--constraint", "constraints.txt", "--requirement", "requirements-classroom.txt"]
TESTS = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
TOGETHER, SECONDS = 2, 900
FINE = (0, 5)  # passed; nothing to run, because all of it is skipped


def bubblewrap():
    """Install bubblewrap if it is not here and we may; say so if it cannot be."""
    if shutil.which("bwrap") or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    install = ["apt-get", "install", "-y", "bubblewrap"]
    for command in (install, ["apt-get", "update"], install):
        done = subprocess.run(command, capture_output=True)
    if done.returncode:
        print("bubblewrap could not be installed; the tests that need it are skipped.")


def run(file):
    """(exit status, what pytest said) of one file."""
    try:
        done = subprocess.run(
            ["timeout", str(SECONDS), PYTHON, *TESTS, file],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except OSError as error:
        return 1, str(error)
    return done.returncode, done.stdout


def show(file, status, said):
    """Print the last line of what passed, and all of what did not."""
    lines = said.strip().splitlines() or [""]
    print(f"{file.name}: {lines[-1] if status in FINE else said}", flush=True)


def main():
    if not sys.platform.startswith("linux"):
        print("Grading needs Linux; its tests are skipped here.")
        return 0
    if not PYTHON.exists():
        print(f"There is no {PYTHON}; `python -m course_utils test` makes it. Run that first.")
        return 1
    bubblewrap()
    subprocess.run([PYTHON, *PIP, *PINS], cwd=ROOT, check=True)
    files = sorted(
        (ROOT / "tests" / "classroom").glob("test_*.py"), key=lambda f: -f.stat().st_size
    )
    failed = []
    with ThreadPoolExecutor(TOGETHER) as pool:
        for file, (status, said) in zip(files, pool.map(run, files), strict=True):
            show(file, status, said)
            if status not in FINE:
                failed.append(file)
    for file in failed:
        print(f"{file.name} failed beside another file; once more, alone.", flush=True)
        status, said = run(file)
        show(file, status, said)
        if status not in FINE:
            return 1
    print(f"grading: all {len(files)} files of tests passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
