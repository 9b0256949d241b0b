"""Running cells in a jailed kernel: what runs, what is believed, and how a run ends."""

import socket
import time
from dataclasses import replace

import pytest

pytest.importorskip("nbgrader", reason="grading needs the extra `classroom`")

from course_utils.classroom import jail
from course_utils.classroom.execute import run_jailed
from course_utils.classroom.hearsay import plain_output, weight
from course_utils.classroom.limits import Limits
from course_utils.classroom.run_folder import run_folder
from course_utils.errors import EnvironmentNotReady

try:
    jail.check()
except EnvironmentNotReady as error:
    pytest.skip(str(error), allow_module_level=True)

SMALL = Limits(
    memory=600 * 10**6,
    address=10**9,
    processes=16,
    cell_seconds=2,
    total_seconds=25,
    output=200_000,
    written=10**7,
    files=5_000,
)


def notebook(*sources):
    cells = [
        {
            "cell_type": "code",
            "id": f"c{at}",
            "metadata": {},
            "source": source,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "stored\n"}],
            "execution_count": 7,
        }
        for at, source in enumerate(sources)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def run(*sources, keep=None, limits=SMALL, **more):
    book = notebook(*sources)
    keep = [cell["id"] for cell in book["cells"]] if keep is None else keep
    with run_folder() as folder:
        return run_jailed(book, keep, folder, limits, **more)


def test_only_the_chosen_cells_run_in_order_and_nothing_stored_remains():
    book = notebook("x = 1", "x = 2", "print(x)")
    with run_folder() as folder:
        ran = run_jailed(book, {"c2", "c0"}, folder, SMALL)
    cells = ran.notebook["cells"]
    assert (ran.status, ran.why, ran.errors, ran.crashed_in) == ("ran", None, {}, None)
    assert [cell["execution_count"] for cell in cells] == [1, None, 2]
    assert [len(cell["outputs"]) for cell in cells] == [0, 0, 1]
    assert cells[2]["outputs"][0]["text"] == "1\n"
    assert book["cells"][0]["outputs"][0]["text"] == "stored\n"  # the caller's own is untouched


def test_a_cell_that_raises_or_takes_too_long_does_not_stop_the_next():
    ran = run("1 / 0", "def f(:", "while True: pass", "print('here')")
    assert ran.status == "ran"
    assert ran.errors["c0"] == ("ZeroDivisionError", "division by zero")
    assert ran.errors["c1"][0] == "SyntaxError"
    assert ran.errors["c2"] == ("CellTimeoutError", "still running after 2 s")
    assert ran.notebook["cells"][3]["outputs"][0]["text"] == "here\n"


def test_a_run_that_ends_names_the_cell_and_is_not_repeated():
    ran = run("x = 1", "import os\nos._exit(3)", "print('never')")
    assert (ran.status, ran.why, ran.crashed_in) == ("crashed", "the kernel ended itself", "c1")
    assert ran.notebook["cells"][2]["outputs"] == []


def test_a_dead_kernel_is_noticed_at_once():
    """nbclient looks once a second; a class of 300 would wait five minutes for its dead."""
    limits = replace(SMALL, cell_seconds=20)
    began = time.monotonic()
    run("pass", limits=limits)
    usual = time.monotonic() - began
    began = time.monotonic()
    assert run("import os\nos._exit(0)", limits=limits).why == "the kernel ended itself"
    assert time.monotonic() - began < usual + 3


def test_output_is_limited_as_a_sum_and_in_one_message():
    many = "for _ in range(100_000):\n    print('x' * 100, flush=True)"
    assert run(many).why == "printed more than 0.2 MB"
    assert run("print('x' * 5_000_000)").why == "printed more than 0.2 MB"
    assert run("from IPython.display import *\nfor _ in range(5000): display(1)").why is not None
    assert run("print('x' * 50_000)").why is None


def test_bytes_for_the_terminal_go_nowhere(capfd):
    ran = run(
        "import os, sys\nfor fd in range(3, 30):\n    try: os.write(fd, b'to-the-screen')\n"
        "    except OSError: pass\nprint('to-the-screen', file=sys.__stdout__, flush=True)"
    )
    assert ran.status in ("ran", "crashed")
    assert "to-the-screen" not in "".join(capfd.readouterr())


def test_last_runs_beside_what_runs_here():
    """A conversation over a socket in the sealed folder, as between answers and judge."""
    said = []
    with run_folder() as folder, socket.socket(socket.AF_UNIX) as listener:
        path = folder.sealed / "judge"
        listener.bind(str(path))
        folder.share(path)
        listener.listen()
        listener.settimeout(20)

        def talk(ran):
            with listener.accept()[0] as end:
                end.sendall(b"what is x?")
                said.append((ran.status, end.recv(100)))

        last = f"import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect({str(path)!r})\n"
        last += "s.recv(100)\ns.sendall(str(x).encode())"
        book = notebook("x = 42")
        ran = run_jailed(book, ["c0"], folder, SMALL, last=last, during=talk)
    assert (ran.status, said) == ("ran", [("ran", b"42")])
    assert len(ran.notebook["cells"]) == 1


def test_a_kernel_that_dies_in_last_is_seen_by_both():
    seen = []

    def wait(ran):
        seen.append(ran.silent.wait(15))

    ran = run("x = 1", last="import os\nos._exit(0)", during=wait)
    assert seen == [True]
    assert (ran.status, ran.why, ran.crashed_in) == ("crashed", "the kernel ended itself", "")


def test_a_fault_on_this_side_is_raised_here():
    def fail(_):
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        run("x = 1", last="import time\ntime.sleep(20)", during=fail)


def test_the_kernel_uses_no_port_of_this_machine():
    ran = run(
        "import glob, json\nprint(json.load(open(glob.glob('/tmp/*/sealed/connection.json')"
        "[0]))['transport'])\nprint(open('/proc/net/tcp').read().count('0100007F'))"
    )
    assert ran.notebook["cells"][0]["outputs"][0]["text"].startswith("ipc")


def test_an_output_keeps_only_what_the_format_knows():
    odd = {"output_type": "display_data", "data": {"text/plain": 5, "x/json": {}}, "metadata": 3}
    assert plain_output(odd) == {
        "output_type": "display_data",
        "data": {"text/plain": "5"},
        "metadata": {},
    }
    assert plain_output({"output_type": "stream", "name": "x", "text": ["a", "b"]}) == {
        "output_type": "stream",
        "name": "stdout",
        "text": "ab",
    }
    assert plain_output({"output_type": "error", "traceback": "x"})["traceback"] == []
    assert plain_output({"output_type": "?"})["output_type"] == "stream"


def test_the_weight_of_a_message_is_about_its_size():
    assert 1000 < weight({"a": ["x" * 1000]}) < 1100
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert weight(deep) > 100_000
