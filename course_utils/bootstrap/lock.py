"""One installation at a time: a second terminal waits for the first.

The operating system drops the lock when its holder ends, however it ends, so there is no
stale lock to clean up. Where locking does not work (some network drives) none is taken.
"""

import contextlib
import os
import time

from course_utils.errors import EnvironmentNotReady


@contextlib.contextmanager
def only_one(path, *, say=print, pause=0.5):
    """Hold an exclusive lock on the file `path` while the block runs.

    Raises:
        EnvironmentNotReady: the file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "w")  # noqa: SIM115 (closed below; an error in the block is not ours)
    except OSError as error:
        raise EnvironmentNotReady(
            f"cannot make {path} ({error.strerror}).", f"rename or remove {path.parent}."
        ) from None
    with file:
        told = False
        while not _try_lock(file):
            if not told:
                say("Another terminal is setting up the environment; waiting for it.")
                told = True
            time.sleep(pause)
        yield


def _try_lock(file):
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
