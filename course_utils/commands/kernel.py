"""Runs one notebook in a fresh kernel, watching time and memory. Never writes the notebook."""

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from course_utils.bootstrap.slow_import import skip_grammar

SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Outcome:
    """What one run cost and how it ended.

    Args:
        lesson: the notebook's name without ending.
        seconds: wall time, including the start of the kernel.
        peak_mb: most memory (resident, in units of 10**6 bytes) that the kernel and the
            processes it started held at the same time, looked at every 0.05 s.
        cell: id of the cell that failed, or None.
        error: what it raised, one line, or None.
    """

    lesson: str
    seconds: float
    peak_mb: int
    cell: str | None = None
    error: str | None = None

    @property
    def ok(self):
        return self.error is None

    @property
    def result(self):
        return "ok" if self.ok else f"failed: cell {self.cell} {self.error}"


def execute(path, progress=True):
    """Run the notebook at `path` in its own folder and return the `Outcome`.

    Args:
        path: an .ipynb file.
        progress: draw a bar, cell by cell, on the standard error stream.
    """
    skip_grammar()
    import nbformat

    from course_utils.authoring.execute import CellFailed, run_cells

    path = Path(path)
    began = time.monotonic()
    notebook = nbformat.read(path, as_version=4)
    peak, failed = None, None

    def watch(pid):
        nonlocal peak
        peak = PeakMemory(pid)
        return peak

    try:
        run_cells(notebook, path.parent, path.stem, progress=progress, watch=watch)
    except CellFailed as error:
        failed = error
    seconds = round(time.monotonic() - began, 1)
    cell, error = (failed.cell, failed.error.splitlines()[0]) if failed else (None, None)
    return Outcome(path.stem, seconds, peak.megabytes, cell, error)


class PeakMemory:
    """Context manager that samples the memory of a process and its descendants.

    Args:
        pid: function that returns the process id, or None as long as there is none.
    """

    def __init__(self, pid):
        self._pid, self._bytes = pid, 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def megabytes(self):
        return round(self._bytes / 1e6)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()

    def _watch(self):
        while not self._done.wait(SAMPLE_SECONDS):
            if pid := self._pid():
                self._bytes = max(self._bytes, tree_bytes(pid))


def tree_bytes(pid):
    """Resident bytes of a process and all its descendants; 0 if it has ended."""
    import psutil

    total = 0
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.Error:
            continue  # it ended between the two looks
    return total
