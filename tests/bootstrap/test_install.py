"""Making and mending `.venv`: with stand-ins for venv and pip, so without network."""

import os

import pytest

from course_utils.bootstrap import install
from course_utils.errors import EnvironmentNotReady

GOOD_PIP = "print('Successfully installed everything')"


@pytest.fixture
def set_up(checkout, fake):
    """set_up(code) installs into the checkout with `code` as pip; returns what was said."""

    def run(code=GOOD_PIP):
        said = []
        install.set_up(checkout, make=fake.venv, pip=fake.pip(code), say=said.append)
        return "\n".join(said)

    return run


def test_a_new_clone_gets_an_environment_in_three_steps(set_up, checkout, capsys):
    said = set_up()
    assert "[1/3] Making" in said and "[2/3]" in said and "[3/3] Ready" in said
    assert "GB to download" in said and "minutes" in said
    assert "Successfully installed everything" in capsys.readouterr().out
    assert install.is_current(checkout)


def test_pip_is_asked_for_exactly_the_requirements(set_up, checkout, capsys):
    set_up("import sys; print(sys.argv[1:])")
    out = capsys.readouterr().out
    assert "'install'" in out and "'--no-input'" in out
    assert str(checkout / "requirements.txt") in out


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt"])
def test_an_environment_is_stale_when_a_list_changed(set_up, checkout, name):
    set_up()
    with open(checkout / name, "a") as file:
        file.write("tqdm==4.70.1\n")
    assert not install.is_current(checkout)
    set_up()
    assert install.is_current(checkout)


def test_a_failed_installation_is_not_taken_for_a_finished_one(set_up, checkout):
    with pytest.raises(EnvironmentNotReady, match="exit status 3"):
        set_up("import sys; sys.exit(3)")
    assert not install.is_current(checkout)
    set_up()
    assert install.is_current(checkout)


def test_a_failed_update_withdraws_the_old_stamp(set_up, checkout):
    set_up()
    with pytest.raises(EnvironmentNotReady):
        set_up("import sys; sys.exit(1)")
    assert not install.stamp_file(checkout).exists()


def test_an_interrupted_installation_says_how_to_go_on(set_up, checkout, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(install, "run_visibly", interrupted)
    with pytest.raises(EnvironmentNotReady, match="interrupted") as error:
        set_up()
    assert "same command again" in error.value.fix
    assert not install.is_current(checkout)


def test_requirements_that_change_during_the_installation_are_noticed(set_up, checkout):
    target = str(checkout / "requirements.txt")
    set_up(f"open({target!r}, 'a').write('tqdm==4.70.1\\n')")
    assert not install.is_current(checkout)


@pytest.mark.parametrize(
    ("last_words", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "disk space"),
        ("NewConnectionError: Temporary failure in name resolution", "internet connection"),
        ("ERROR: No matching distribution found for tensorflow==2.21.0", "Colab"),
        ("something nobody has seen", "same command again"),
    ],
)
def test_pips_last_words_lead_to_the_next_step(set_up, last_words, advice):
    with pytest.raises(EnvironmentNotReady) as error:
        set_up(f"import sys; print({last_words!r}); sys.exit(1)")
    assert advice in error.value.fix


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Python is a shell script")
def test_a_working_environment_is_kept_and_a_broken_one_made_anew(set_up, checkout):
    set_up()
    kept = install.venv_folder(checkout) / "kept.txt"
    kept.write_text("")
    assert "exists" in set_up() and kept.exists()
    install.venv_python(checkout).unlink()
    assert "does not work" in set_up() and not kept.exists()


def test_a_file_in_the_place_of_the_environment_is_not_removed(set_up, checkout):
    install.venv_folder(checkout).write_text("mine")
    with pytest.raises(EnvironmentNotReady, match="is a file"):
        set_up()
    assert install.venv_folder(checkout).read_text() == "mine"


def test_somebody_elses_folder_is_not_removed(set_up, checkout):
    install.venv_folder(checkout).mkdir()
    (install.venv_folder(checkout) / "diary.txt").write_text("mine")
    with pytest.raises(EnvironmentNotReady, match="other things in it"):
        set_up()
    assert (install.venv_folder(checkout) / "diary.txt").read_text() == "mine"


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_what_to_install(set_up, monkeypatch, module):
    find = install.importlib.util.find_spec
    lacking = lambda name: None if name == module else find(name)  # noqa: E731
    monkeypatch.setattr(install.importlib.util, "find_spec", lacking)
    with pytest.raises(EnvironmentNotReady, match=f"without its module '{module}'") as error:
        set_up()
    assert "-venv" in error.value.fix


def test_a_folder_that_cannot_be_written_is_named(set_up, checkout, monkeypatch):
    def refuse(path, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(install.Path, "touch", refuse)
    with pytest.raises(EnvironmentNotReady, match=r"cannot write in .*Permission denied"):
        set_up()


def test_a_full_disk_is_noticed_before_the_download(set_up, monkeypatch):
    monkeypatch.setattr(install, "free_gb", lambda root: 0.4)
    with pytest.raises(EnvironmentNotReady, match=r"only 0\.4 GB are free"):
        set_up()


def test_a_failing_venv_shows_its_last_lines(checkout, fake):
    failing = [*fake.pip("import sys; print('ensurepip is not happy'); sys.exit(1)")]
    with pytest.raises(EnvironmentNotReady, match="ensurepip is not happy"):
        install.set_up(checkout, make=failing, say=lambda line: None)


def test_the_interpreters_place_differs_on_windows(checkout):
    assert install.venv_python(checkout, windows=True).parts[-2:] == ("Scripts", "python.exe")
    assert install.venv_python(checkout, windows=False).parts[-2:] == ("bin", "python")
