"""The jail: a process that sees Python, the course and an empty folder, and nothing else.

bubblewrap builds a new world for the command: only what is listed here is mounted, and read-only;
there is no network but an own loopback, no other process, no home, no environment. A filter of
system calls (seccomp.py) and limits (limits.py) go with it; a watchdog (watch.py) looks from
outside.

What the two sides share is one run folder: `sealed` can only be read in the jail, `wire` can be
written and holds the kernel's sockets. Everything else that is written in the jail lives in
memory, in folders of limited size, and is gone with it.

An ordinary user's jail is a user namespace that cannot make further ones. Root's jail runs as a
user of its own, which owns nothing, because root is exempt from the limit on processes.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from course_utils.classroom.limits import Limits, inner_limits, outer_limits, prlimit
from course_utils.classroom.run_folder import HOME, PRIVATE, run_folder
from course_utils.classroom.watch import Watchdog
from course_utils.data.location import PACKAGE, data_folder
from course_utils.errors import EnvironmentNotReady

INSTALL = (
    "sudo apt-get install bubblewrap (Fedora: sudo dnf install bubblewrap), or grade on a Linux "
    "machine; --unsafe-no-jail runs strangers' code as you, with your files and your network."
)
SYSTEM = ("/usr",)
SYSTEM_LINKS = ("/bin", "/lib", "/lib32", "/lib64", "/sbin")
SETTINGS = (
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/mime.types",
)
SITE = ("site-packages", "dist-packages")
WORK = f"{PRIVATE}/work"
FILTER_FD = "9"


def find():
    """Return the path of bubblewrap's program `bwrap`.

    Raises:
        EnvironmentNotReady: it is not installed; the message holds the install line.
    """
    path = shutil.which("bwrap")
    if not sys.platform.startswith("linux") or path is None or prlimit() is None:
        raise EnvironmentNotReady(
            "submissions run in a jail of bubblewrap (bwrap), which this machine lacks.", INSTALL
        )
    return path


@cache
def check():
    """Start a jail once; return None if Python and the course can be used in it.

    Raises:
        EnvironmentNotReady: with what bubblewrap or Python said.
    """
    find()
    limits = Limits(total_seconds=30)
    with run_folder() as run:
        command = jail_command(
            [sys.executable, "-c", "import course_utils, encodings"], run, limits
        )
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise EnvironmentNotReady(
            f"a jail cannot be started on this machine ({said[:300]}).",
            "install bubblewrap 0.8 or later, see that user namespaces are allowed (sysctl "
            "user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns), and that "
            "everybody may read Python and the course's files.",
        )


def jail_command(argv, run, limits, read_only=()):
    """Return the command that runs `argv` in a jail.

    Args:
        argv: the command; its first part is a path that exists in the jail.
        run: the `RunFolder`; `sealed` and `wire` bear the same names inside.
        limits: `Limits`.
        read_only: further files and folders to show, under their own names.

    Raises:
        EnvironmentNotReady: bubblewrap is not installed.
    """
    own_user = run.uid is not None
    inside = [prlimit(), *inner_limits(limits, own_user), "--", *map(str, argv)]
    if own_user:
        ids = [f"--reuid={run.uid}", f"--regid={run.uid}", "--clear-groups", "--inh-caps=-all"]
        inside = ["/usr/bin/setpriv", *ids, "--no-new-privs", "--", *inside]
        worlds = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        worlds = ["--unshare-user", "--disable-userns", "--cap-drop", "ALL"]
    worlds += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    worlds += ["--unshare-cgroup-try", "--hostname", "jail", "--die-with-parent", "--new-session"]
    filtered = (run.sealed / "filter").stat().st_size > 0
    bubble = [find(), *worlds, *(["--seccomp", FILTER_FD] if filtered else [])]
    bubble += _mounts(run, limits, read_only) + _environment() + ["--chdir", WORK, "--", *inside]
    outer = [prlimit(), *outer_limits(limits), "--", *bubble]
    # An empty environment before bubblewrap starts: that of its first process stays readable
    # as /proc/1/environ. The shell opens the filter, whose descriptor number must be known.
    opened = f'exec "$@" {FILTER_FD}<"$0"' if filtered else 'exec "$@"'
    return ["/usr/bin/env", "-i", "/bin/sh", "-c", opened, str(run.sealed / "filter"), *outer]


def plain_command(argv, limits):
    """The same without a jail, for `--unsafe-no-jail`: limits where the system has them."""
    if not sys.platform.startswith("linux") or prlimit() is None:
        return [str(part) for part in argv]
    # No limit on processes: outside of a jail it would count all of the user's.
    return [prlimit(), *outer_limits(limits), "--", *map(str, argv)]


def plain_environment():
    """The variables of a process that runs without a jail."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return keep | {"PYTHONPATH": str(PACKAGE.parent)}


@contextlib.contextmanager
def jailed_process(argv, run, limits, read_only=(), jailed=True, **popen):
    """Start `argv` in a jail, under a watchdog; end everything in it when the block is left.

    Args:
        argv, run, limits, read_only: as for `jail_command`.
        jailed: False runs it as an ordinary process.
        popen: further arguments of `subprocess.Popen`.

    Yields:
        (`subprocess.Popen`, `Watchdog`); the watchdog's `why` says what it ended the jail for.
    """
    command = jail_command(argv, run, limits, read_only) if jailed else plain_command(argv, limits)
    popen = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | popen
    process = subprocess.Popen(command, start_new_session=True, **popen)
    watchdog = Watchdog(process.pid, limits, run.wire, jailed)
    try:
        with watchdog:
            yield process, watchdog
    finally:
        watchdog.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()


def _mounts(run, limits, read_only):
    """What exists in the jail, in the order in which it is mounted."""
    size = str(limits.written)
    options = []
    for folder in SYSTEM:
        options += ["--ro-bind", folder, folder]
    for link in SYSTEM_LINKS:
        if os.path.islink(link):
            options += ["--symlink", os.readlink(link), link]
        elif os.path.isdir(link):
            options += ["--ro-bind", link, link]
    options += ["--perms", "0755", "--dir", "/etc"]
    for path in SETTINGS:
        options += ["--ro-bind-try", path, path]
    for name in ("passwd", "group"):
        options += ["--ro-bind", str(run.sealed / name), f"/etc/{name}"]
    options += ["--proc", "/proc", "--dev", "/dev"]
    for folder in ("/tmp", "/dev/shm"):
        options += ["--perms", "1777", "--size", size, "--tmpfs", folder]
    for folder in (HOME, WORK):
        options += ["--perms", "0777", "--dir", folder]
    shown = [*_python_folders(), *_course_folders(), *read_only, run.sealed]
    for path in _outermost(shown):
        options += [*_parents(path), "--ro-bind", path, path]
    options += [*_parents(str(run.wire)), "--bind", str(run.wire), str(run.wire)]
    return [*options, "--remount-ro", "/dev", "--remount-ro", "/"]


def _environment():
    """Few variables, the same on every machine but for the paths."""
    tools = os.path.dirname(sys.executable)
    values = {
        "PATH": f"{tools}:/usr/bin:/bin",
        "HOME": HOME,
        "TMPDIR": "/tmp",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(PACKAGE.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "2",
        "TF_NUM_INTRAOP_THREADS": "2",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    set_each = [part for name, text in values.items() for part in ("--setenv", name, text)]
    return ["--clearenv", *set_each]


def _python_folders():
    """The folders of this Python and its packages; never one that merely is on its path."""
    prefixes = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix]
    prefixes += [os.path.realpath(prefix) for prefix in prefixes]
    # The program may be a link to a link: the folder in which it ends holds the library too.
    prefixes += [path for path in sys.path if os.path.basename(path) in SITE]
    return [path for path in prefixes if path != "/" and os.path.isdir(path)]


def _course_folders():
    return [str(PACKAGE), str(data_folder())]


def _outermost(paths):
    """Absolute paths without those that lie below another one or below the system's."""
    kept = []
    for path in sorted({os.path.abspath(path) for path in map(str, paths)}):
        if not any(path == top or path.startswith(f"{top}/") for top in (*SYSTEM, *kept)):
            kept.append(path)
    return kept


def _parents(path):
    """Options that make the folders above `path`; bubblewrap would close them to others."""
    above = [str(folder) for folder in reversed(Path(path).parents)]
    above = [folder for folder in above if folder not in ("/", "/tmp", "/etc", "/dev")]
    return [part for folder in above for part in ("--perms", "0755", "--dir", folder)]
