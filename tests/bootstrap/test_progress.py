"""A long command stays visible."""

import io
import os
import sys
import time

import pytest

from course_utils.bootstrap.progress import run_visibly


def run(code, **options):
    out = io.StringIO()
    status, tail = run_visibly([sys.executable, "-c", code], out=out, **options)
    return status, tail, out.getvalue()


def test_output_and_exit_status_come_through():
    status, tail, text = run("import sys; print('one'); print('two', file=sys.stderr); sys.exit(4)")
    assert status == 4
    assert sorted(text.split()) == ["one", "two"]
    assert tail == text


def test_silence_is_broken_by_the_elapsed_time():
    code = "import sys; sys.stdin.read(); import threading; threading.Event().wait(0.6)"
    _, tail, text = run(code, quiet=0.1)
    assert "still working, 0 s so far" in text
    assert tail.startswith("      ...")


def test_the_command_cannot_wait_for_somebody_to_type():
    assert run("import sys; print(repr(sys.stdin.read()))")[2].strip() == "''"


def test_letters_cut_in_two_by_the_pipe_arrive_whole():
    code = (
        "import sys, os; b = 'ü'.encode(); os.write(1, b[:1]); "
        "import threading; threading.Event().wait(0.1); os.write(1, b[1:])"
    )
    assert run(code)[2] == "ü"


def test_a_carriage_return_bar_passes_unchanged():
    assert "10%\r20%" in run("import os; os.write(1, b'10%\\r20%\\n')")[2]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.mark.skipif(os.name == "nt", reason="only where terminals understand colour codes")
def test_in_a_terminal_pip_is_told_to_draw_its_live_bar():
    out = Terminal()
    code = "import os; print(os.environ['FORCE_COLOR'], int(os.environ['COLUMNS']) > 0)"
    run_visibly([sys.executable, "-c", code], out=out)
    assert out.getvalue() == "1 True\n"


def test_an_interruption_stops_the_command_too_and_shows_the_cursor_again(monkeypatch):
    out = Terminal()
    monkeypatch.setattr(out, "flush", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    code = "print('first', flush=True); import threading; threading.Event().wait(60)"
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_visibly([sys.executable, "-c", code], out=out)
    assert time.monotonic() - began < 30
    assert out.getvalue().endswith("\x1b[?25h")
