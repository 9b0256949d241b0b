"""Run a notebook in a fresh kernel of this Python. The file on disk is not touched here."""

import asyncio
import contextlib
import os
import re
import signal
import sys

from course_utils.authoring.outputs import tidy
from course_utils.bootstrap.slow_import import skip_grammar
from course_utils.errors import RunError

CELL_SECONDS = 600
NOT_HERE = ("COURSE_FULL", "COURSE_GRADING")  # what is stored is the default, for learners


class CellFailed(Exception):
    """A cell did not end well: its id, what happened in one line, the failing line or ""."""

    def __init__(self, cell, error, place=""):
        super().__init__(f"cell {cell!r} {error}")
        self.cell, self.error, self.place = cell, error, place


def execute(notebook, folder, name):
    """Fill `notebook`, a dict without outputs, by running it.

    Args:
        notebook: dict as `notebook.lesson_notebook` builds it; changed in place on success.
        folder: working directory of the kernel, the folder the notebook lies in.
        name: what to call it in messages and beside the progress bar.

    Raises:
        RunError: a cell raised, ran longer than 600 s, or the kernel died.
        KeyboardInterrupt: stopped by the user; the kernel is shut down.
    """
    skip_grammar()
    import nbformat

    node = nbformat.from_dict(notebook)
    environment = {key: text for key, text in os.environ.items() if key not in NOT_HERE}
    try:
        run_cells(node, folder, name, progress=sys.stderr.isatty(), env=environment)
    except CellFailed as failed:
        place = f"  {failed.place}\n" if failed.place else ""
        raise RunError(
            f"{name}: cell {failed.cell!r} {failed.error}\n"
            f"{place}The notebook on disk stays as it was.",
            f"mend cell {failed.cell!r} in notebooks/src and build again.",
        ) from None
    for cell, done in zip(notebook["cells"], node["cells"], strict=True):
        if cell["cell_type"] == "code":
            cell["outputs"] = [_to_dict(output) for output in done["outputs"]]
    tidy(notebook)


def run_cells(node, folder, name, progress=True, env=None, watch=None):
    """Run an nbformat notebook, filling in its outputs.

    Args:
        node: `nbformat.NotebookNode`; outputs are written into it.
        folder: working directory of the kernel.
        name: text beside the progress bar.
        progress: draw a bar, cell by cell, on the standard error stream.
        env: environment of the kernel, by default this process's.
        watch: function that takes a function returning the kernel's process id (or None)
            and returns a context manager that is entered while the notebook runs.

    Raises:
        CellFailed: a cell raised or ran too long, or the kernel died.
        KeyboardInterrupt: stopped by the user; the kernel is shut down.
    """
    skip_grammar()
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from tqdm import tqdm

    current, stopped = "start", False

    def begins(cell, **_):
        nonlocal current
        current = cell["id"]
        bar.set_postfix_str(current)
        _on_signal(stop)

    def stop(task):
        nonlocal stopped
        stopped = True
        client.shutdown_kernel = "immediate"  # it is busy and would not listen
        task.cancel()

    # No kernel folders: only the kernel of the Python that runs this is left to choose.
    kernel = AsyncKernelManager(
        kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[])
    )
    client = NotebookClient(
        node,
        km=kernel,
        timeout=CELL_SECONDS,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=begins,
        on_cell_executed=lambda **_: bar.update(),
    )
    total = sum(cell["cell_type"] == "code" for cell in node["cells"])
    look = {"desc": name, "unit": "cell", "leave": False, "disable": not progress}
    watching = (
        watch(lambda: getattr(kernel.provisioner, "pid", None))
        if watch
        else contextlib.nullcontext()
    )
    arguments = {"cleanup_kc": True} | ({"env": env} if env else {})
    with tqdm(total=total, **look) as bar, watching:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(client.async_execute(**arguments))
        except CellExecutionError as error:
            what = f"raised {error.ename}: {error.evalue}"
            raise CellFailed(current, what, _place(error)) from None
        except CellTimeoutError:
            raise CellFailed(current, f"ran longer than {CELL_SECONDS} s") from None
        except (DeadKernelError, asyncio.CancelledError):
            if stopped:
                raise KeyboardInterrupt from None
            raise CellFailed(current, "ended the kernel (out of memory?)") from None


def _on_signal(stop):
    """Let Ctrl-C stop the running task; nbclient's own handler would report a dead kernel."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    with contextlib.suppress(RuntimeError, ValueError):  # Windows; not in the main thread
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop, task)


def _loop_factory():
    """ZeroMQ needs a selector loop, which is not the default on Windows."""
    return asyncio.SelectorEventLoop if sys.platform == "win32" else None


def _place(error):
    """The failing line as IPython marks it, "---> 3 total / 0", or nothing."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback)
    marked = re.search(r"^-+> \d+ .*$", plain, re.MULTILINE)
    return marked[0] if marked else ""


def _to_dict(value):
    if isinstance(value, dict):
        return {key: _to_dict(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_to_dict(item) for item in value]
    return value
