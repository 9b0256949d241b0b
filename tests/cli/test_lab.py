"""`lab`: the server starts, shows the lesson, and ends without leaving anything behind."""

import os
import re
import socket
import subprocess
import sys
import urllib.request

import pytest

from course_utils.commands import browser, ports

posix = pytest.mark.skipif(os.name == "nt", reason="ends the server with a signal")


@pytest.fixture
def taken():
    """A port of this machine on which somebody listens."""
    with socket.create_server((ports.LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_one_message_that_names_a_free_one(small_course, taken):
    small_course.lesson("00_first")
    done = small_course("lab", "--no-browser", "--port", str(taken))
    assert done.returncode == 1
    assert f"port {taken} is taken" in done.stderr and "Traceback" not in done.stderr
    free = int(re.search(r"--port (\d+)", done.stderr)[1])
    assert free != taken and ports.is_free(free)


def test_without_a_wish_the_next_free_port_is_used(taken):
    assert not ports.is_free(taken)
    assert ports.next_free(taken) != taken


def test_a_server_without_a_screen_has_no_browser(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(browser.sys, "platform", "linux")
    assert browser.find_browser() is None


@posix
def test_the_address_that_is_printed_opens_the_lesson(small_course):
    small_course.lesson("00_first", a="1")
    small_course.lesson("03_third", a="1")
    command = [sys.executable, "-m", "course_utils", "lab", "03", "--no-browser"]
    with subprocess.Popen(
        command,
        cwd=small_course.root,
        env=os.environ | {"COURSE_HERE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            address = next(line.strip() for line in process.stdout if "http://" in line)
            assert "/lab/tree/notebooks/03_third.ipynb?token=" in address
            with urllib.request.urlopen(address, timeout=30) as page:
                assert page.status == 200 and b"JupyterLab" in page.read()
            api, token = address.partition("/lab/")[0], address.partition("token=")[2]
            with urllib.request.urlopen(f"{api}/api/status?token={token}", timeout=30) as status:
                assert status.status == 200
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(f"{api}/api/contents", timeout=30)
        finally:
            process.terminate()
            rest = process.stdout.read()
    assert "what you saved is kept" in rest
    assert process.returncode == 0
    assert ports.is_free(int(re.search(r":(\d+)/", address)[1]))
