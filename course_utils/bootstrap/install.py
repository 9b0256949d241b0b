"""Makes the checkout's `.venv` and fills it from requirements.txt.

The stamp, a checksum of requirements.txt and constraints.txt, is written last and in one
step. An installation that was interrupted has no stamp, and the next command finishes it.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from course_utils.bootstrap import python_version
from course_utils.bootstrap.progress import run_visibly
from course_utils.errors import EnvironmentNotReady

ROOM_NEEDED = 3.0  # GB free: the environment (about 2 GB) and pip's downloads
AGAIN = "type the same command again; it goes on where this one stopped."

# What pip's last words usually mean. First match wins.
DIAGNOSES = (
    (("No space left", "Errno 28"), "free some disk space (3 GB are needed), then the same again."),
    (
        ("NewConnectionError", "NameResolution", "ConnectTimeout", "ReadTimeout", "Temporary fail"),
        "check this machine's internet connection (a proxy?), then the same command again.",
    ),
    (
        ("No matching distribution", "not a supported wheel"),
        "TensorFlow has wheels for 64-bit Windows, Linux (glibc) and Apple silicon only: "
        "use such a machine, or open the lessons in Colab.",
    ),
    (("CERTIFICATE_VERIFY",), "this network replaces certificates; ask whoever runs it for help."),
)


def venv_folder(root):
    """The checkout's own environment."""
    return Path(root) / ".venv"


def venv_python(root, windows=os.name == "nt"):
    """The interpreter inside the checkout's environment, whether or not it exists."""
    return venv_folder(root) / ("Scripts/python.exe" if windows else "bin/python")


def stamp_file(root):
    """The file whose text says what was installed."""
    return venv_folder(root) / "course-installed.txt"


def fingerprint(root):
    """SHA-256 of what the environment is made from."""
    digest = hashlib.sha256()
    for name in ("requirements.txt", "constraints.txt"):
        digest.update(name.encode() + b"\n" + (Path(root) / name).read_bytes())
    return digest.hexdigest()


def is_current(root):
    """True if `.venv` was installed completely from the requirements as they are now."""
    stamp = stamp_file(root)
    python = venv_python(root)
    return stamp.is_file() and python.is_file() and stamp.read_text() == fingerprint(root)


def set_up(root, *, make=None, pip=None, say=print):
    """Bring `.venv` up to date. Needs the network, a minute or more, and says so.

    Args:
        root: the checkout.
        make: command that makes the environment (a path is appended), default `venv`.
        pip: command that installs, default `.venv`'s own pip.
        say: called with each line that this function itself has to tell.

    Raises:
        EnvironmentNotReady: it cannot be done here, or was interrupted; says what to do.
    """
    root, began = Path(root), time.monotonic()
    check_machine(root)
    wanted = fingerprint(root)  # before: a change during the installation must not be missed
    pip = pip or [str(venv_python(root)), "-m", "pip"]
    try:
        stamp_file(root).unlink(missing_ok=True)
        make_venv(root, make=make, say=say)
        say("[2/3] Installing what requirements.txt lists: TensorFlow, Keras, JupyterLab and more.")
        say("      About 0.5 GB to download and 2 GB on disk; 2 to 10 minutes, once.")
        options = ["install", "--disable-pip-version-check", "--no-input", "--progress-bar", "on"]
        command = [*pip, *options, "-r", str(root / "requirements.txt")]
        status, tail = run_visibly(command, folder=root)
        if status == 0:
            write_stamp(root, wanted)
    except KeyboardInterrupt:
        raise EnvironmentNotReady("the installation was interrupted.", AGAIN) from None
    except OSError as error:
        raise EnvironmentNotReady(f"the installation failed: {error}.", AGAIN) from None
    if status:
        raise EnvironmentNotReady(
            f"pip could not install the packages (exit status {status}); its reasons are above.",
            next((fix for signs, fix in DIAGNOSES if any(s in tail for s in signs)), AGAIN),
        )
    say(f"[3/3] Ready after {time.monotonic() - began:.0f} s.")


def check_machine(root):
    """Raise EnvironmentNotReady if an environment cannot be made in `root` at all."""
    folder = venv_folder(root)
    if folder.exists() and not folder.is_dir():
        raise EnvironmentNotReady(
            f"{folder} is a file, but the environment has to be made in its place.",
            "rename or remove it.",
        )
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "pyvenv.cfg").is_file():
        raise EnvironmentNotReady(
            f"{folder} is a folder with other things in it, not a Python environment.",
            "rename it, so that the course can make its own.",
        )
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise EnvironmentNotReady(
                f"this Python ({sys.executable}) came without its module {module!r}.",
                f"on Debian or Ubuntu: sudo apt install python3.{sys.version_info[1]}-venv; "
                "elsewhere: install Python from https://www.python.org/downloads/",
            )
    probe = Path(root) / f".write-test-{os.getpid()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise EnvironmentNotReady(
            f"cannot write in {root} ({error.strerror}).",
            "copy the course to a folder of your own, for instance your home folder.",
        ) from None
    if free_gb(root) < ROOM_NEEDED:
        raise EnvironmentNotReady(
            f"only {free_gb(root):.1f} GB are free in {root}; the environment needs about 3 GB.",
            "free some disk space, then the same command again.",
        )


def free_gb(root):
    """Free space, in units of 10**9 bytes, on the disk that holds `root`."""
    return shutil.disk_usage(root).free / 1e9


def make_venv(root, *, make=None, say=print):
    """Make `.venv`, or leave it if it works; a broken one is made anew.

    Raises:
        EnvironmentNotReady: the command failed; carries its last lines.
    """
    if _works(root, "pip") or (_works(root, "ensurepip") and _run(root, "-m", "ensurepip") == 0):
        say("[1/3] The environment in .venv exists; its packages need an update.")
        return
    if venv_folder(root).is_dir():
        say("      What is in .venv does not work (unfinished, or its Python is gone or too old).")
    version = python_version.name_of(sys.version_info[:3])
    say(f"[1/3] Making an environment in .venv with Python {version} (some seconds).")
    command = [*(make or [sys.executable, "-m", "venv", "--clear"]), str(venv_folder(root))]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-3:])
        raise EnvironmentNotReady(
            f"the environment could not be made (exit status {done.returncode}): {last}",
            "python -m course_utils doctor says what this machine lacks.",
        )


def _works(root, module):
    """True if `.venv`'s Python starts, is one that the course supports, and has `module`."""
    limits = f"{python_version.OLDEST} <= sys.version_info[:2] <= {python_version.NEWEST}"
    code = f"import sys, {module}; sys.exit(not {limits})"
    return venv_python(root).exists() and _run(root, "-c", code) == 0


def _run(root, *arguments):
    command = [str(venv_python(root)), *arguments]
    try:
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL).returncode
    except OSError:  # its Python was removed from the machine
        return 1


def write_stamp(root, text):
    """Record what was installed, all or nothing."""
    partial = stamp_file(root).with_suffix(".tmp")
    partial.write_text(text)
    os.replace(partial, stamp_file(root))
