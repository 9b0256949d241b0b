"""The watchdog: looks at a jail from outside ten times a second and ends it, saying why.

It counts what the limits of one process cannot hold: the memory of all processes together, how
many there are, what lies in the folders they may write. Ending is sure: the first process of a
process namespace takes all others with it, and none can be started while it dies.
"""

import contextlib
import os
import select
import signal
import threading
import time

EVERY_SECONDS = 0.1
WIRE_ENTRIES = 32  # five sockets and room; nothing else has business there
WIRE_BYTES = 10**6
PRIVATE = ("tmp", "dev/shm")
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Watchdog:
    """Context manager that watches the process `pid` and all its descendants.

    Args:
        pid: the jail's outermost process, a child of this one and leader of its own group.
        limits: `Limits`.
        wire: the folder that the jail shares with this machine, or None.
        jailed: False for an ordinary process, which has no private folders.

    Attributes:
        why: None, or in plain words what the jail was ended for; the first reason stays.
    """

    def __init__(self, pid, limits, wire=None, jailed=True):
        self.pid, self.limits, self.wire, self.jailed = pid, limits, wire, jailed
        self.why = None
        self.peak = 0
        self._deadline = time.monotonic() + limits.total_seconds
        self._done = threading.Event()
        self._lock = threading.Lock()
        # A process id may be given again once it was waited for; this handle stays with its own.
        self._handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        self._thread = threading.Thread(target=self._watch, daemon=True, name="jail-watchdog")

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()
        self.kill()
        with self._lock:
            if self._handle is not None:
                os.close(self._handle)
            self._handle = self.pid = None

    def stop(self, why):
        """End the jail for the reason `why`. May be called from any thread, more than once."""
        with self._lock:
            self.why = self.why or why
        self.kill()

    def kill(self):
        """End every process of the jail at once."""
        with self._lock:
            if self.pid is None or self.ended():
                return  # and the jail with it: its first process dies with the outermost one
            # The group holds the outermost process, its children all the rest. Both, because
            # the jail's first process leads a session of its own.
            for pid in children(self.pid):
                _send(os.kill, pid)
            _send(os.killpg, self.pid)

    def ended(self):
        """True if the outermost process has ended."""
        return self._handle is not None and bool(select.select([self._handle], [], [], 0)[0])

    def _watch(self):
        while not self._done.wait(EVERY_SECONDS):
            why = self._look()
            if why and not self._done.is_set():
                self.stop(why)
                return

    def _look(self):
        limits = self.limits
        if time.monotonic() > self._deadline:
            return f"still running after {limits.total_seconds:g} s in all"
        family = descendants(self.pid, limits.processes)
        if len(family) > limits.processes:
            return f"more than {limits.processes} processes"
        held = sum(map(resident, family))
        if held > limits.memory:  # pages that a process shares with its parent count once
            held = sum(map(proportional, family))
        self.peak = max(self.peak, held)
        if held > limits.memory:
            return f"more than {amount(limits.memory)} of memory"
        return self._look_at_folders(family)

    def _look_at_folders(self, family):
        for pid in family[1:2] if self.jailed else []:  # the jail's first process
            for folder in PRIVATE:
                with contextlib.suppress(OSError):
                    path = f"/proc/{pid}/root/{folder}"
                    if os.stat(path).st_dev == os.stat(f"/{folder}").st_dev:
                        continue  # the jail is still being built
                    found = os.statvfs(path)
                    if found.f_files - found.f_ffree > self.limits.files:
                        return f"more than {self.limits.files} files"
        return overfull(self.wire) if self.wire else None


def overfull(wire):
    """What is wrong with the shared folder, or None. Links are not followed."""
    entries = size = 0
    with contextlib.suppress(OSError), os.scandir(wire) as found:
        for entry in found:
            entries += 1
            with contextlib.suppress(OSError):
                size += entry.stat(follow_symlinks=False).st_blocks * 512
            if entries > WIRE_ENTRIES or size > WIRE_BYTES or entry.is_dir(follow_symlinks=False):
                return "wrote files where only the kernel's sockets belong"
    return None


def descendants(pid, most):
    """`pid` and the ids below it, parents first; stops soon after `most` have been found."""
    family, at = [pid], 0
    while at < len(family) <= most:
        family += children(family[at])
        at += 1
    return family


def children(pid):
    """Ids of the children of a process; none if it has ended, or on a system without /proc."""
    found = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/children") as file:
                found += map(int, file.read().split())
    return found


def resident(pid):
    """Bytes in memory that a process uses, shared ones included; 0 if it has ended."""
    with contextlib.suppress(OSError, IndexError), open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * PAGE
    return 0


def proportional(pid):
    """The same with a page that n processes share counted as 1/n, which takes longer to find."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return resident(pid)


def amount(count):
    """Bytes for a reader: "2 GB", "700 MB"."""
    return f"{count / 1e9:g} GB" if count >= 1e9 else f"{count / 1e6:g} MB"


def _send(function, pid):
    with contextlib.suppress(ProcessLookupError, PermissionError):
        function(pid, signal.SIGKILL)
