"""Starting a module of the course as a process that sees nothing of this one's settings."""

import os
import select
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def clean_argv(module, *arguments, python=sys.executable):
    """The command: no current folder and no personal packages on the import path."""
    return [str(part) for part in (python, "-P", "-s", "-m", module, *arguments)]


def clean_environment(**more):
    """A few variables of our own, and the course where it is; never this shell's."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        **more,
    }


def read_until(pipe, end, most):
    """Bytes of a file descriptor until it closes, or None if `time.monotonic()` passes `end`.

    Reading stops after `most` bytes: who writes more is not to fill this process.
    """
    said = b""
    while select.select([pipe], [], [], max(0, end - time.monotonic()))[0]:
        piece = os.read(pipe, 2**16)
        said += piece
        if not piece or len(said) >= most:
            return said[:most]
    return None
