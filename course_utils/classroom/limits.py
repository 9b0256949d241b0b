"""How much one submission may use: numbers, and the part of them that the kernel enforces.

Two fences stand one behind the other. Resource limits of the operating system hold for each
process and cannot be outrun; they are set high enough for honest work. The watchdog (watch.py)
looks at all processes of a jail together and ends the jail; it is slower and says why.
"""

import os
import shutil
from dataclasses import dataclass

MEGABYTE = 10**6
THREADS_PER_PROCESS = 8  # the kernel counts threads; linear algebra starts some in each process
OWN_COUNT_SINCE = (5, 14)  # Linux counts the processes of each user namespace from here on


@dataclass(frozen=True)
class Limits:
    """What one run may use.

    Args:
        memory: resident bytes of all processes together.
        address: bytes of address space of each process; an allocation beyond is a MemoryError.
        processes: how many at the same time.
        cell_seconds: wall time of one cell; then it is interrupted, and if it does not hear, ended.
        total_seconds: wall time from the start of the kernel to the last verdict.
        start_seconds: wall time of the kernel's start.
        output: bytes of messages that the kernel may send.
        written: bytes of one file, and of each private folder that lives in memory.
        files: entries in each private folder.
        open_files: file descriptors of one process.
    """

    memory: int = 2_000 * MEGABYTE
    address: int = 2_000 * MEGABYTE
    processes: int = 64
    cell_seconds: float = 60.0
    total_seconds: float = 180.0
    start_seconds: float = 30.0
    output: int = 5 * MEGABYTE
    written: int = 64 * MEGABYTE
    files: int = 20_000
    open_files: int = 512

    @classmethod
    def of(cls, framework):
        """The usual limits; TensorFlow alone reserves nearly 4 GB of address space."""
        return cls(memory=4_000 * MEGABYTE, address=4_000 * MEGABYTE) if framework else cls()


def outer_limits(limits):
    """`prlimit` options that hold for everything in the jail, its first process included."""
    return [
        f"--as={limits.address}",
        f"--fsize={limits.written}",
        f"--nofile={limits.open_files}",
        f"--cpu={int(limits.total_seconds) + 5}",
        "--core=0",
        "--msgqueue=0",
        "--memlock=65536",
    ]


def inner_limits(limits, own_user):
    """`prlimit` options set inside the jail, where a process counts among those of the jail.

    Args:
        own_user: the jail runs as a user of its own, so nobody else's processes count.
    """
    others = 0 if own_user or _release() >= OWN_COUNT_SINCE else threads_of(os.getuid())
    return [f"--nproc={others + THREADS_PER_PROCESS * limits.processes}"]


def prlimit():
    """Path of util-linux's `prlimit`, or None where there is none (macOS, Windows)."""
    return shutil.which("prlimit", path="/usr/bin:/bin")


def threads_of(uid):
    """How many threads of user `uid` run on this machine (Linux)."""
    count = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.stat(f"/proc/{name}").st_uid == uid:
                    count += len(os.listdir(f"/proc/{name}/task"))
            except OSError:
                continue  # it ended between the two looks
    return count


def _release():
    major, minor = os.uname().release.split(".")[:2]
    return int(major), int("".join(c for c in minor if c.isdigit()) or 0)
