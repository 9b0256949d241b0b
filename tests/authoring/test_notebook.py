"""What is written: valid, deterministic notebooks that say what nbgrader needs."""

import json

import pytest

from course_utils.authoring.notebook import dumps, lesson_notebook, loads, write_atomically
from course_utils.authoring.solutions import solutions_notebook
from course_utils.authoring.source import read_lesson
from course_utils.errors import CourseError


@pytest.fixture
def lesson(course, tiny):
    return lesson_notebook(course, read_lesson(tiny))


@pytest.fixture
def solutions(course, tiny):
    return solutions_notebook(course, read_lesson(tiny))


def cells(notebook):
    return {cell["id"]: cell for cell in notebook["cells"]}


def test_what_is_written_is_what_nbformat_writes(lesson, solutions):
    import nbformat

    for notebook in (lesson, solutions):
        text = dumps(notebook)
        node = nbformat.reads(text, as_version=4)
        nbformat.validate(node)
        assert nbformat.writes(node) + "\n" == text


def test_outputs_are_written_as_nbformat_writes_them(lesson):
    import nbformat

    data = {"image/png": "aGVsbG8=\n", "text/plain": "one\ntwo", "application/json": {"a": "b\nc"}}
    cells(lesson)["tosses"]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "a\nb\n"},
        {"output_type": "display_data", "data": data, "metadata": {}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a\nb"]},
    ]
    text = dumps(lesson)
    assert nbformat.writes(nbformat.reads(text, as_version=4)) + "\n" == text
    assert loads(text) == lesson


def test_reading_undoes_writing(lesson):
    assert loads(dumps(lesson)) == lesson
    assert dumps(lesson).endswith("}\n")
    assert "\r" not in dumps(lesson)


def test_the_same_source_gives_the_same_bytes(course, tiny, lesson):
    assert dumps(lesson_notebook(course, read_lesson(tiny))) == dumps(lesson)


def test_slugs_become_cell_ids(lesson):
    names = [cell["id"] for cell in lesson["cells"]]
    assert names[:4] == ["front", "course", "setup", "tosses-say"]
    assert names[-1] == "links"


def test_learners_do_not_get_the_solutions(lesson, solutions):
    text = dumps(lesson)
    assert "2 * x" not in text
    assert "A single number multiplies" not in text
    assert "# solution" not in text + dumps(solutions)
    assert "# stub" not in text + dumps(solutions)
    assert "return x.sum()" in cells(lesson)["mean"]["source"]


def test_solutions_hold_setup_shared_cells_and_exercises_only(solutions):
    names = [cell["id"] for cell in solutions["cells"]]
    assert names[:8] == [
        "front", "course", "setup", "tosses", "double-ask", "double", "double-check", "double-why",
    ]  # fmt: skip
    assert "floor" not in names
    assert cells(solutions)["mean"]["source"].endswith("return x.sum() / len(x)")


def test_a_shown_definition_is_the_text_of_the_package(lesson):
    assert "class ShapeError(CourseError, ValueError):" in cells(lesson)["error-ref"]["source"]


def test_nbgrader_finds_answers_checks_and_statements(lesson):
    for slug, points in (("double", 2), ("line", 1)):
        ask, answer, check = (
            cells(lesson)[name]["metadata"]["nbgrader"]
            for name in (f"{slug}-ask", slug, f"{slug}-check")
        )
        assert (ask["grade"], ask["solution"], ask["locked"]) == (False, False, True)
        assert (answer["grade"], answer["solution"], answer["locked"]) == (False, True, False)
        assert (check["grade"], check["solution"], check["locked"]) == (True, False, True)
        assert check["points"] == points
        assert {part["schema_version"] for part in (ask, answer, check)} == {3}


def test_a_notebook_without_ids_as_colab_saves_it_can_be_read(lesson):
    saved = json.loads(dumps(lesson))
    for cell in saved["cells"]:
        cell["metadata"]["id"] = cell.pop("id")
    assert [cell["id"] for cell in loads(json.dumps(saved))["cells"]] == list(cells(lesson))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": 3}', "{"])
def test_what_is_no_notebook_is_refused(text):
    with pytest.raises(ValueError):
        loads(text)


def test_an_interrupted_write_leaves_the_old_file_alone(tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    path.write_text("old", "utf-8")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")
    assert [p.name for p in tmp_path.iterdir()] == ["a.ipynb"]
    assert path.read_text("utf-8") == "old"


def test_a_folder_that_cannot_be_written_is_one_clear_message(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(CourseError, match=r"cannot write .*a\.ipynb"):
        write_atomically(tmp_path / "file" / "a.ipynb", "text")
