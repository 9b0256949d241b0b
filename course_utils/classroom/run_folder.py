"""The folder that a jail shares with this machine: made for one run, and removed after it."""

import contextlib
import itertools
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from course_utils.classroom.seccomp import filter_program

PRIVATE = "/tmp"  # inside the jail: a folder in memory
HOME = f"{PRIVATE}/home"
LONGEST_SOCKET = 107 - len("/wire/k-5")  # bytes of a Unix socket's name
FIRST_USER, NOBODY = 0x70000000, 65534  # users from the first on are given to nobody

_count = itertools.count()


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run. `uid` is the user that the jail runs as, None for one's own."""

    path: Path
    uid: int | None

    @property
    def sealed(self):
        return self.path / "sealed"

    @property
    def wire(self):
        return self.path / "wire"

    def share(self, path):
        """Let the jail's user read a file, or connect to a socket, that lies in `sealed`.

        Nobody else gains by it: the run folder can be entered by its owner only.
        """
        os.chmod(path, 0o666 if stat.S_ISSOCK(os.lstat(path).st_mode) else 0o644)


@contextlib.contextmanager
def run_folder(parent=None):
    """Make a `RunFolder` below `parent` (by default the system's temporary one); remove it after.

    Raises:
        EnvironmentNotReady: the names of sockets in it would be too long for the system.
    """
    parent = parent or tempfile.gettempdir()
    if len(os.fsencode(os.path.join(parent, "cg-12345678"))) > LONGEST_SOCKET:
        parent = "/tmp"  # the system's own, where TMPDIR is somebody's long one
    uid = _jail_user() if os.getuid() == 0 else None
    run = RunFolder(Path(tempfile.mkdtemp(prefix="cg-", dir=parent)), uid)
    try:
        run.sealed.mkdir()
        os.chmod(run.sealed, 0o755)  # whatever the umask says
        run.wire.mkdir(mode=0o700)
        if uid is not None:
            os.chown(run.wire, uid, uid)
        inside = os.getuid() if uid is None else uid
        (run.sealed / "passwd").write_text(f"learner:x:{inside}:{inside}::{HOME}:/bin/sh\n")
        (run.sealed / "group").write_text(f"learner:x:{inside}:\n")
        (run.sealed / "filter").write_bytes(filter_program() or b"")
        for name in ("passwd", "group"):
            run.share(run.sealed / name)
        yield run
    finally:
        remove(run.path)


def remove(folder):
    """Remove a folder that a stranger wrote into: links are unlinked, never followed.

    Folders in folders are first moved to the top, so that no depth is too deep, and opened, so
    that no permission is in the way. Nobody may be writing into it any more.
    """
    folder = Path(folder)
    waiting, number = [folder], itertools.count()
    while waiting:
        here = waiting[-1]
        os.chmod(here, 0o700)
        with os.scandir(here) as entries:
            inner = []
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    inner.append(entry.path)
                else:
                    os.unlink(entry.path)
        for path in inner:
            if here != folder:
                os.chmod(path, 0o700)
                moved = folder / f"moved-{next(number)}-{os.urandom(8).hex()}"
                os.rename(path, moved)
                path = moved
            waiting.insert(1, path)
        if here != folder or not inner:
            waiting.pop()
            os.rmdir(here)


def _jail_user():
    """A user id that no other jail of this machine has now."""
    own = FIRST_USER + os.getpid() * 100 % 100_000_000 + next(_count) % 100
    with open("/proc/self/uid_map") as file:
        spans = [tuple(map(int, line.split())) for line in file]
    known = any(first <= own < first + count for first, _, count in spans)
    return own if known else NOBODY  # a container may know few users
