"""Which Python runs a command."""

import os
import subprocess
import sys
from importlib import metadata

import pytest

from course_utils.bootstrap import environment, install
from course_utils.errors import EnvironmentNotReady

SHOW = "print('ran with', __import__('sys').argv[1:])"
posix = pytest.mark.skipif(os.name == "nt", reason="the stand-in for Python is a shell script")


@pytest.fixture
def command(checkout):
    """command("lab", ...) runs the command line of the small checkout in a new process."""

    def run(*arguments, **variables):
        return subprocess.run(
            [sys.executable, "-m", "course_utils", *arguments],
            cwd=checkout,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def require(checkout, text):
    (checkout / "requirements.txt").write_text(text)


def finish(checkout, fake, python):
    """Put a finished environment into the checkout whose Python is a script of ours."""
    subprocess.run([*fake.venv, str(install.venv_folder(checkout))], check=True)
    install.venv_python(checkout).write_text(python)
    install.write_stamp(checkout, install.fingerprint(checkout))


def test_a_python_that_has_everything_is_used_as_it_is(checkout, monkeypatch):
    require(checkout, f"pytest=={metadata.version('pytest')}\n")
    monkeypatch.setattr(environment, "hand_over", None)
    environment.prepare(checkout, ["status"])
    assert not install.venv_folder(checkout).exists()


def test_here_uses_this_python_and_says_what_differs(checkout, capsys):
    require(checkout, "pytest==1.0\nno-such-package==1.2\n")
    environment.prepare(checkout, ["status"], here=True)
    said = capsys.readouterr().err
    assert "pytest 1.0 (" in said and "no-such-package 1.2 (missing)" in said
    assert not install.venv_folder(checkout).exists()


def test_the_variable_course_here_means_the_same(checkout, monkeypatch, capsys):
    require(checkout, "no-such-package==1.2\n")
    monkeypatch.setenv("COURSE_HERE", "1")
    environment.prepare(checkout, ["status"])
    assert "no-such-package" in capsys.readouterr().err


@posix
def test_a_finished_environment_gets_the_same_command_and_gives_its_exit_status(
    checkout, fake, command
):
    require(checkout, "no-such-package==1.2\n")
    finish(checkout, fake, '#!/bin/sh\necho "ran with $*"\nexit 7\n')
    done = command("test", "-k", "a b", "--here-not")
    assert done.stdout == "ran with -m course_utils test -k a b --here-not\n"
    assert done.returncode == 7


@posix
def test_a_stale_environment_is_updated_first(checkout, fake, monkeypatch):
    require(checkout, "no-such-package==1.2\n")
    finish(checkout, fake, "#!/bin/sh\n")
    require(checkout, "no-such-package==1.3\n")
    happened = []
    monkeypatch.setattr(install, "set_up", lambda root: happened.append("set up"))
    monkeypatch.setattr(environment, "hand_over", lambda *args: happened.append(args[2]))
    monkeypatch.setattr(environment.importlib, "invalidate_caches", lambda: None)
    with pytest.raises(EnvironmentNotReady):  # hand_over, replaced, came back
        environment.prepare(checkout, ["lab", "00"])
    assert happened == ["set up", ["lab", "00"]]


def test_inside_the_clones_own_environment_a_lost_package_is_installed_again(checkout, monkeypatch):
    require(checkout, "no-such-package==1.2\n")
    install.venv_folder(checkout).mkdir()
    monkeypatch.setattr(sys, "prefix", str(install.venv_folder(checkout)))
    happened = []
    monkeypatch.setattr(install, "set_up", lambda root: happened.append("set up"))
    with pytest.raises(EnvironmentNotReady, match=r"still lacks no-such-package 1\.2"):
        environment.prepare(checkout, ["status"])
    assert happened == ["set up"]  # once, not for ever


def test_a_python_that_is_too_new_is_told_before_anything_is_made(checkout, monkeypatch):
    require(checkout, "no-such-package==1.2\n")
    wrong = ("Python 3.11 to 3.13 needed, this is 3.15.0.", "install another.")
    monkeypatch.setattr(environment.python_version, "problem", lambda: wrong)
    with pytest.raises(EnvironmentNotReady, match=r"this is 3\.15\.0"):
        environment.prepare(checkout, ["lab"])
    assert not install.venv_folder(checkout).exists()


@posix
def test_an_installation_cut_short_by_a_signal_is_finished_by_the_next_command(
    checkout, fake, command
):
    """From the outside: pip is killed half-way, the second attempt succeeds."""
    require(checkout, "no-such-package==1.2\n")
    subprocess.run([*fake.venv, str(install.venv_folder(checkout))], check=True)
    python = install.venv_python(checkout)
    for pip, status, said in [
        ("kill -9 $$", 1, "could not install"),
        ("echo Installed; exit 0", 0, "lesson handed over"),
    ]:
        python.write_text(
            f'#!/bin/sh\ncase "$*" in *"pip install"*) {pip};; '
            '*course_utils*) echo "lesson handed over";; *) exit 0;; esac\n'
        )
        done = command("lab")
        assert done.returncode == status, done.stderr
        assert said in done.stdout + done.stderr
        assert install.is_current(checkout) is (status == 0)


@posix
def test_a_file_in_the_place_of_the_environment_is_one_message(checkout, command):
    require(checkout, "no-such-package==1.2\n")
    install.venv_folder(checkout).write_text("mine")
    done = command("lab")
    assert done.returncode == 1
    assert "is a file" in done.stderr and "Traceback" not in done.stderr
