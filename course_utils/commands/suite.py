"""`test`: pytest over the package, the sources, and every notebook by nbval.

What is tested by default stands in pyproject.toml (`testpaths`). nbval runs each notebook
in a fresh kernel of this Python and compares the stored outputs with the new ones.
"""

import os
import subprocess
import sys

from course_utils.bootstrap.checkout import find_checkout

CELL_SECONDS = 600  # nbval's own limit, 2000 s, is how long a dead kernel would be waited for
WORKERS = 2  # a TensorFlow kernel takes 0.6 to 1.2 GB


def test(extra=()):
    """Run pytest from the checkout's root with `extra` arguments; return its exit status."""
    return subprocess.call(command(extra), cwd=find_checkout())


def command(extra):
    """The pytest command line; later arguments win, so `-n 0` may be among `extra`."""
    workers = min(WORKERS, os.cpu_count() or 1)
    notebooks = ["--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_SECONDS}"]
    parallel = ["-n", str(workers), "--dist", "loadfile"]  # a notebook's cells stay together
    return [sys.executable, "-m", "pytest", *notebooks, *parallel, *extra]
