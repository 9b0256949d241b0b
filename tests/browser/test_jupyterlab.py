"""A person opens a lesson in JupyterLab, restarts and runs all: no cell may end in an error.

Needs Chromium (or Chrome) and its driver; skipped, with the reason, where they are missing.
The lesson is copied first: JupyterLab saves what it opens.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LESSON = "03_backpropagation.ipynb"
TOKEN = "lesson"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

RUN_ALL = """
const done = arguments[0], app = window.jupyterapp;
(async () => {
  await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await app.commands.execute('notebook:clear-all-cell-outputs');
  await app.commands.execute('notebook:run-all-cells');
})().then(() => done('ok'), error => done(String(error)));
"""

STATE = """
const cells = window.jupyterapp.shell.currentWidget.content.widgets
  .filter(cell => cell.model.type === 'code' && cell.model.sharedModel.getSource().trim());
return {
  code: cells.length,
  run: cells.filter(cell => cell.model.executionCount).length,
  errors: cells.flatMap(cell => cell.model.outputs.toJSON())
    .filter(output => output.output_type === 'error').map(output => output.ename),
  figures: cells.flatMap(cell => cell.model.outputs.toJSON())
    .filter(output => output.data && output.data['image/png']).length,
  dialogs: document.querySelectorAll('.jp-Dialog').length,
};
"""


def driver_of(folder):
    """Start headless Chromium, or skip with the reason."""
    selenium = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if not browser or not driver:
        pytest.skip("no Chromium with chromedriver on this machine")
    options = selenium.ChromeOptions()
    options.binary_location = browser
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--window-size=1280,1600",
        f"--user-data-dir={folder}",
    ):
        options.add_argument(flag)
    return selenium.Chrome(options=options, service=selenium.ChromeService(driver))


@pytest.fixture
def lab(tmp_path):
    """JupyterLab on a free port, serving a folder that holds a copy of the lesson."""
    lesson = ROOT / "notebooks" / LESSON
    (tmp_path / "notebooks").mkdir()
    shutil.copy(lesson, tmp_path / "notebooks")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.root_dir": tmp_path,
        "IdentityProvider.token": TOKEN,
        "LabApp.expose_app_in_browser": True,
        "LabApp.news_url": "",
    }
    home = tmp_path / "home"  # nobody's own Jupyter settings or saved workspaces
    env = os.environ | {
        "PYTHONPATH": str(ROOT),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    with open(tmp_path / "lab.log", "wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *(f"--{k}={v}" for k, v in settings.items())],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=env,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(lambda: _answers(f"{address}/api"), 60, "JupyterLab did not start")
        yield f"{address}/lab/tree/notebooks/{LESSON}?token={TOKEN}"
    finally:
        server.terminate()
        server.wait(30)


def test_a_lesson_runs_to_its_end_in_jupyterlab(lab, tmp_path):
    with tempfile.TemporaryDirectory() as profile:
        browser = driver_of(profile)
        try:
            browser.set_script_timeout(120)
            browser.get(lab)
            ready = "return !!(window.jupyterapp && window.jupyterapp.shell.currentWidget)"
            _wait(lambda: browser.execute_script(ready), 60, "the lesson did not open")
            assert browser.execute_async_script(RUN_ALL) == "ok"
            state = browser.execute_script(STATE)
        finally:
            if shot := os.environ.get("COURSE_SCREENSHOT"):
                browser.save_screenshot(shot)
            browser.quit()
    assert state["errors"] == []
    assert state["code"] > 20
    assert state["run"] == state["code"]
    assert state["figures"] >= 1
    assert state["dialogs"] == 0, "the lesson asks something before it runs"


def _answers(url):
    try:
        return urllib.request.urlopen(url, timeout=2).status == 200
    except (urllib.error.URLError, OSError):
        return False


def _wait(happened, seconds, otherwise):
    """Poll an outside process until it is ready; fail, saying what did not happen."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            pytest.fail(f"{otherwise} within {seconds} s")
        time.sleep(0.2)
