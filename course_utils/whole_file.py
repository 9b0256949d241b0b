"""Writing a file so that a half-written one never bears its name."""

import contextlib
import os
from pathlib import Path


def write_whole(path, fill):
    """Let `fill(file)` write `path` under a temporary name; it takes its own when complete.

    Args:
        path: where the file is to be; its folder exists. What is there is replaced.
        fill: function of a file open for bytes.

    Raises:
        OSError: where the disk does; then what was at `path` is untouched, and nothing else is
            left. (A process that is killed may leave `path` with ".part" behind its name.)
    """
    path = Path(path)
    part = path.with_name(path.name + ".part")
    try:
        with open(part, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())  # the name must not reach the disk before the bytes do
        os.replace(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
