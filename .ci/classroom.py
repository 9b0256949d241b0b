"""The tests of grading, with what they need: bubblewrap and the extra `classroom`.

Learners need neither, so the README's test command skips these tests with the reason. Here
both are installed: the packages into the clone's own environment, which `test` has made,
and bubblewrap where this user may install it. Without it the tests that need it still skip.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv" / "bin" / "python"
PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
PINS = ["--constraint", "constraints.txt", "--requirement", "requirements-classroom.txt"]
TESTS = ["-m", "pytest", "-n", "2", "--dist", "loadfile", "tests/classroom"]


def bubblewrap():
    """Install bubblewrap if it is not here and we may; say so if it cannot be."""
    if shutil.which("bwrap") or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    install = ["apt-get", "install", "-y", "bubblewrap"]
    for command in (install, ["apt-get", "update"], install):
        done = subprocess.run(command, capture_output=True)
    if done.returncode:
        print("bubblewrap could not be installed; the tests that need it are skipped.")


def main():
    if not sys.platform.startswith("linux"):
        print("Grading needs Linux; its tests are skipped here.")
        return 0
    bubblewrap()
    subprocess.run([PYTHON, *PIP, *PINS], cwd=ROOT, check=True)
    return subprocess.call([PYTHON, *TESTS], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
