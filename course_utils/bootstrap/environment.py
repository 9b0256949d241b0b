"""Decides which Python runs a command: this one, or the checkout's `.venv`.

this interpreter fulfils requirements.txt     run here (Colab, conda, a container, .venv)
--here or COURSE_HERE=1                       run here anyway and say what differs
.venv is complete                             run again with its Python
otherwise                                     make or update .venv, then run again with it
"""

import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from course_utils.bootstrap import install, python_version, requirements
from course_utils.bootstrap.lock import only_one
from course_utils.errors import EnvironmentNotReady


def prepare(root, argv, *, here=False):
    """Return if this interpreter is to run the command; otherwise hand over and never return.

    Args:
        root: the checkout.
        argv: the command line after `python -m course_utils`, to be run again.
        here: use the running interpreter whatever it has.

    Raises:
        EnvironmentNotReady: no environment could be made; the message says what to do.
    """
    missing = lacks(root)
    own = Path(sys.prefix).resolve() == install.venv_folder(root).resolve()
    if not missing and (not own or install.is_current(root)):
        return
    if here or os.environ.get("COURSE_HERE") == "1":
        if missing:
            listed = ", ".join(str(pin) for pin in missing)
            print(f"Using this Python as it is. It differs: {listed}", file=sys.stderr)
        return
    if missing or not install.is_current(root):
        update(root, force=own)
    if not own:
        hand_over(install.venv_python(root), root, argv)
    importlib.invalidate_caches()
    if still := lacks(root):
        raise EnvironmentNotReady(
            f".venv still lacks {', '.join(str(pin) for pin in still)}.",
            f"remove the folder {install.venv_folder(root)} and type the same command again.",
        )


def lacks(root):
    """Return what requirements.txt asks and the running interpreter does not have."""
    text = (Path(root) / "requirements.txt").read_text("utf-8")
    return requirements.unmet(requirements.read_pins(text))


def update(root, *, force=False):
    """Install into `.venv` unless it is current; `force` distrusts the stamp."""
    if install.is_current(root) and not force:
        return
    if wrong := python_version.problem():
        raise EnvironmentNotReady(*wrong)
    install.check_machine(root)
    with only_one(Path(root) / ".cache" / "setup.lock"):
        if force or not install.is_current(root):
            install.set_up(root)


def hand_over(python, root, argv):
    """Run the same command with another interpreter; its exit status becomes ours."""
    command = [str(python), "-m", "course_utils", *argv]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.chdir(root)
        os.execv(command[0], command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the child; wait for it
    sys.exit(subprocess.call(command, cwd=root))
