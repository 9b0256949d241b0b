"""`lab`: JupyterLab, opened at a lesson.

The server listens on this machine only, with a fresh token. It is asked to be quiet, so
that the one line that matters, the address, is not lost between log lines.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

from course_utils.bootstrap.checkout import find_checkout, lessons
from course_utils.commands import ports
from course_utils.commands.browser import find_browser
from course_utils.errors import CourseError, UsageError

FIRST_PORT = 8888
PATIENCE = 60  # seconds for the server to answer
GOODBYE = 2  # seconds for it to end by itself


def lab(number, port=None, no_browser=False):
    """Serve the lessons until Ctrl-C; return the server's exit status.

    Args:
        number: lesson to open.
        port: 1024 to 65535, or None for a free one.
        no_browser: only print the address.

    Raises:
        UsageError: not a port.
        CourseError: the port is taken, the notebook is not built, the server does not start.
    """
    root = find_checkout()
    page = f"notebooks/{lessons(root)[number]}.ipynb"
    if not (root / page).is_file():
        raise CourseError(
            f"{page} has not been built yet.", f"python -m course_utils build {number:02}"
        )
    port = choose_port(port)
    token = secrets.token_hex(16)
    address = f"http://{ports.LOOPBACK}:{port}/lab/tree/{page}?token={token}"
    browser = None if no_browser else find_browser()
    print(f"Starting JupyterLab in {root} ...", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # "kill" is to end the server too
    server = subprocess.Popen(
        server_command(root, port), cwd=root, env={**os.environ, "JUPYTER_TOKEN": token}
    )
    try:
        wait_for(server, port)
        print(f"\n  {address}\n", flush=True)
        if browser is None:
            print("Open this address in a browser. Ctrl-C here ends JupyterLab.", flush=True)
        else:
            print("Your browser opens it. Ctrl-C here ends JupyterLab.", flush=True)
            open_page(address)
        status = server.wait()
    except KeyboardInterrupt:
        print("\nEnding JupyterLab; what you saved is kept.", flush=True)
        return 0
    finally:
        end(server)
    return int(status != 0)


def choose_port(port):
    """Return a free port: the one asked for, or the next from 8888 on."""
    if port is None:
        return ports.next_free(FIRST_PORT)
    if not 1 <= port <= 65535:
        raise UsageError(f"{port} is not a port.", "a number from 1024 to 65535.")
    if not ports.is_free(port):
        raise CourseError(
            f"port {port} is taken (is JupyterLab running already?) or not allowed.",
            f"python -m course_utils lab --port {ports.next_free(max(port + 1, 1024))}",
        )
    return port


def server_command(root, port):
    """The command line that starts the server."""
    options = [
        f"--ServerApp.root_dir={root}",
        f"--ServerApp.ip={ports.LOOPBACK}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.open_browser=False",
        "--ServerApp.answer_yes=True",  # Ctrl-C ends it without a question
        "--Application.log_level=ERROR",
        "--ServerApp.log_level=ERROR",
        "--LabApp.log_level=ERROR",
        # the settings of a first start: no question about news, no look for updates
        f"--LabApp.app_settings_dir={Path(__file__).parent / 'jupyterlab'}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--ServerApp.allow_root=True")  # containers often have no other user
    return [sys.executable, "-m", "jupyterlab", *options]


def wait_for(server, port):
    """Wait until the server answers; CourseError if it ends or never does."""
    until = time.monotonic() + PATIENCE
    while not ports.answers(port):
        if server.poll() is not None:
            raise CourseError(
                f"JupyterLab ended at once (exit status {server.returncode}); why is above.",
                "python -m course_utils doctor",
            )
        if time.monotonic() > until:
            raise CourseError(
                f"JupyterLab did not answer within {PATIENCE} s.", "the same command again."
            )
        time.sleep(0.1)


def end(server):
    """End the server and its kernels. Ctrl-C in a terminal has reached it already."""
    try:
        server.wait(GOODBYE)
    except subprocess.TimeoutExpired:
        server.terminate()
        server.wait()


def open_page(address):
    """Show a page in the reader's browser, without waiting for it."""
    import webbrowser

    webbrowser.open(address)
