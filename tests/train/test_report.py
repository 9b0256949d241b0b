"""What a training says: stable lines if asked, a bar for a person, nothing for a program."""

import io
import os
import subprocess
import sys
from types import SimpleNamespace

import keras
import pytest

from course_utils.train import bar
from course_utils.train.fit import fit
from course_utils.train.report import Report


@pytest.fixture
def alone(monkeypatch):
    """Nobody watches; returns the stream on which a bar would be drawn."""
    monkeypatch.setattr(bar, "_kernel", lambda: None)
    # not sys.stderr itself: pytest changes that between a fixture and its test
    monkeypatch.setattr(bar, "sys", SimpleNamespace(stderr=io.StringIO(), modules=sys.modules))
    return bar.sys.stderr


@pytest.fixture
def terminal(monkeypatch, alone):
    """A person at a terminal; returns what is drawn there."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.delenv("COURSE_QUIET", raising=False)
    monkeypatch.setattr(bar, "SECONDS", 0.0)
    bar.sys.stderr = Terminal()
    return bar.sys.stderr


def test_fit_alone_says_nothing(make, data, alone, capsys):
    fit(make(), *data, 2, 16)
    assert capsys.readouterr().out == alone.getvalue() == ""


def test_by_default_one_line_without_numbers(make, data, alone, capsys):
    fit(make(), *data, 2, 16, callbacks=[Report("line")])
    assert capsys.readouterr().out == "line: done\n"
    assert alone.getvalue() == ""


def test_numbers_are_printed_only_if_asked_for(make, data, alone, capsys):
    report = Report(every=2, print_losses=True)
    history = fit(make(), *data, 5, 16, validation=data, callbacks=[report]).history
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        *(
            f"training: epoch {epoch}/5  loss {history['loss'][epoch - 1]:.3g}"
            f"  val_loss {history['val_loss'][epoch - 1]:.3g}"
            for epoch in (2, 4, 5)
        ),
        "training: done",
    ]
    assert report.history == history


def test_an_early_stop_is_said(make, data, alone, capsys):
    x, y = data
    stop = keras.callbacks.EarlyStopping("val_loss", patience=1)
    fit(make(), x, y, 50, 16, validation=(x, (y + 1) % 3), callbacks=[stop, Report()])
    assert capsys.readouterr().out == "training: stopped early\n"


def test_it_works_in_keras_own_fit(make, data, alone, capsys):
    make().fit(*data, epochs=2, verbose=0, callbacks=[Report("own", last_line=False)])
    assert capsys.readouterr().out == ""


def test_a_person_sees_a_bar_with_the_loss_and_afterwards_nothing(make, data, terminal, capsys):
    fit(make(), *data, 2, 16, callbacks=[Report("line")])
    drawn = terminal.getvalue()
    assert "line" in drawn and "loss" in drawn and "6/6" in drawn
    assert drawn.rsplit("\r", 2)[-2].strip() == drawn.rsplit("\r", 2)[-1] == ""  # wiped
    assert capsys.readouterr().out == "line: done\n"


def test_the_bar_of_a_resumed_training_begins_where_it_was(make, data, terminal, tmp_path):
    fit(make(), *data, 2, 16, folder=tmp_path)
    terminal.truncate(0)
    fit(make(), *data, 3, 16, folder=tmp_path)
    drawn = terminal.getvalue()
    assert "7/9" in drawn and " 1/9" not in drawn


def test_the_bar_is_wiped_when_the_training_is_interrupted(make, data, terminal):
    def stop(step, logs):
        raise KeyboardInterrupt

    report = Report()
    with pytest.raises(KeyboardInterrupt):
        fit(
            *(make(), *data, 2, 16),
            callbacks=[report, keras.callbacks.LambdaCallback(on_train_batch_end=stop)],
        )
    assert report._bar is None
    assert terminal.getvalue().rsplit("\r", 2)[-2].strip() == ""


@pytest.mark.parametrize("value", ["1", "true", "YES"])
def test_course_quiet_hides_the_bar_from_a_person(value, terminal, monkeypatch):
    assert bar.someone_watches()
    monkeypatch.setenv("COURSE_QUIET", value)
    assert not bar.someone_watches()


@pytest.mark.parametrize("answers", [True, False])
def test_in_a_notebook_a_person_is_who_can_answer_input(answers, monkeypatch):
    monkeypatch.setattr(bar, "_kernel", lambda: SimpleNamespace(_allow_stdin=answers))
    assert bar.someone_watches() is answers


def test_a_kernel_that_does_not_tell_counts_as_unwatched(monkeypatch):
    monkeypatch.setattr(bar, "_kernel", lambda: SimpleNamespace())
    assert not bar.someone_watches()


# --- real kernels: what a program that runs notebooks stores, and what a person's front end gets

CELL = """
from course_utils.train.bar import live_bar, someone_watches
from course_utils.train import bar
bar.SECONDS = 0.0
if someone_watches():
    with live_bar(3, "training") as drawn:
        for _ in range(3):
            drawn.update()
print("done")
"""
STREAM = {"name": "stdout", "output_type": "stream", "text": "done\n"}


def notebook():
    import nbformat

    cell = nbformat.v4.new_code_cell(CELL, id="train")
    return nbformat.v4.new_notebook(
        cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )


@pytest.fixture
def surroundings(pytestconfig, monkeypatch, tmp_path):
    """The environment of a person's shell: nothing in it says that a test is running."""
    for name in [name for name in os.environ if name.startswith("PYTEST")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("COURSE_QUIET", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(pytestconfig.rootpath))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))


def test_a_built_notebook_stores_no_bar(surroundings, tmp_path):
    from course_utils.authoring.execute import run_cells

    node = notebook()
    run_cells(node, tmp_path, "tiny", progress=False)
    assert node.cells[0].outputs == [STREAM]


def test_nbval_sees_no_bar(surroundings, tmp_path):
    import nbformat

    node = notebook()
    node.cells[0].update(outputs=[nbformat.from_dict(STREAM)], execution_count=1)
    nbformat.write(node, tmp_path / "tiny.ipynb")
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--nbval",
            "--nbval-current-env",
            "-p",
            "no:cacheprovider",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr


def test_a_person_in_jupyter_gets_one_output_that_ends_empty(surroundings, tmp_path):
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(cwd=str(tmp_path))
    try:
        messages = []
        client.execute_interactive(CELL, timeout=60, allow_stdin=True, output_hook=messages.append)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    kinds = [message["msg_type"] for message in messages]
    assert kinds.count("display_data") == 1 and "update_display_data" in kinds
    texts = [
        message["content"]["data"]["text/plain"]
        for message in messages
        if message["msg_type"].endswith("display_data")
    ]
    assert any("3/3" in text for text in texts)
    assert texts[0].strip() == texts[-1].strip() == ""
    streams = [m["content"] for m in messages if m["msg_type"] == "stream"]
    assert "".join(stream["text"] for stream in streams) == "done\n"
    assert {stream["name"] for stream in streams} == {"stdout"}


def test_without_a_watcher_progress_only_goes_through_the_items(monkeypatch, capsys):
    monkeypatch.setattr(bar, "someone_watches", lambda: False)
    assert list(bar.progress({"a": 1, "b": 2}.items(), "search")) == [("a", 1), ("b", 2)]
    assert capsys.readouterr() == ("", "")


def test_with_a_watcher_progress_shows_a_bar_of_that_name(monkeypatch, capsys):
    monkeypatch.setattr(bar, "someone_watches", lambda: True)
    assert list(bar.progress("xyz", "deals")) == ["x", "y", "z"]
    assert "deals" in capsys.readouterr().err
