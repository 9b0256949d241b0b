"""Runs a long command so that a person sees that it is alive.

What the command prints is passed through at once. When it says nothing for a while, a line
with the elapsed seconds appears.
"""

import codecs
import os
import queue
import shutil
import subprocess
import sys
import threading
import time

SHOW_CURSOR = "\x1b[?25h"
TAIL = 6000  # characters of output kept, to say afterwards what went wrong


def run_visibly(command, *, folder=None, quiet=15.0, out=None):
    """Run `command`, passing on its output.

    Args:
        command: list of strings.
        folder: working directory.
        quiet: seconds of silence after which a line with the elapsed time is printed.
        out: text stream, default `sys.stdout`.

    Returns:
        (status, tail): exit status and the last few thousand characters it printed.

    Raises:
        KeyboardInterrupt: after the command has been stopped too.
    """
    out = out or sys.stdout
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=_environment(out),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    pieces = queue.Queue()
    threading.Thread(target=_read, args=(process.stdout, pieces), daemon=True).start()
    tail = ""
    try:
        while True:
            try:
                text = pieces.get(timeout=quiet)
            except queue.Empty:
                text = f"      ... still working, {time.monotonic() - began:.0f} s so far\n"
                text = text if not tail or tail.endswith("\n") else "\n" + text
            if text is None:
                return process.wait(), tail
            tail = (tail + text)[-TAIL:]
            out.write(text)
            out.flush()
    except BaseException:
        process.terminate()
        process.wait()
        if out.isatty():
            out.write(SHOW_CURSOR)  # a live bar hides it
        raise
    finally:
        process.stdout.close()


def _read(stream, pieces):
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    while chunk := stream.read1(4096):
        pieces.put(decode(chunk))
    pieces.put(None)


def _environment(out):
    """pip draws its live bar only when it believes in a terminal: tell it if there is one."""
    added = {"PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
    if os.name == "posix" and out.isatty():
        width = shutil.get_terminal_size(fallback=(80, 24)).columns
        added |= {"FORCE_COLOR": "1", "COLUMNS": str(width)}
    return {**os.environ, **added}
