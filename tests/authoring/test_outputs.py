"""Honest outputs: what is stored was produced by the code above it."""

import copy

import pytest

from course_utils.authoring.notebook import code_cell, digests, lesson_notebook, markdown_cell
from course_utils.authoring.outputs import keep_outputs, missing_outputs, tidy
from course_utils.authoring.source import read_lesson


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


@pytest.fixture
def notebook():
    return {
        "cells": [
            markdown_cell("say", "words"),
            code_cell("course", "import sys"),
            code_cell("a", "print(1)"),
            markdown_cell("more", "words"),
            code_cell("b", "print(2)"),
            code_cell("c", "print(3)"),
        ]
    }


@pytest.fixture
def ran(notebook):
    ran = copy.deepcopy(notebook)
    for cell in ran["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [stream(cell["source"])]
    tidy(ran)
    return ran


def kept(notebook):
    return [c["id"] for c in notebook["cells"] if c["cell_type"] == "code" and c["outputs"]]


def test_an_unchanged_source_keeps_everything(ran, notebook):
    keep_outputs(ran, notebook)
    assert notebook == ran
    assert not missing_outputs(notebook)


def test_a_prose_edit_keeps_all_outputs(ran, notebook):
    notebook["cells"][0]["source"] = "other words"
    notebook["cells"].insert(3, markdown_cell("new", "more words"))
    del notebook["cells"][4]
    keep_outputs(ran, notebook)
    assert kept(notebook) == ["course", "a", "b", "c"]


def test_a_code_edit_drops_outputs_from_there_to_the_end(ran, notebook):
    notebook["cells"][4]["source"] = "print(20)"
    keep_outputs(ran, notebook)
    assert kept(notebook) == ["course", "a"]
    assert [c.get("execution_count") for c in notebook["cells"]] == [None, 1, 2, None, None, None]
    assert missing_outputs(notebook)


@pytest.mark.parametrize("change", ["insert", "delete", "rename", "swap"])
def test_a_new_gone_renamed_or_moved_code_cell_drops_outputs_too(ran, notebook, change):
    cells = notebook["cells"]
    if change == "insert":
        cells.insert(4, code_cell("new", "x = 1"))
    elif change == "delete":
        del cells[4]
    elif change == "rename":
        cells[4]["id"] = "renamed"
    else:
        cells[4], cells[5] = cells[5], cells[4]
    keep_outputs(ran, notebook)
    assert kept(notebook) == ["course", "a"]


def test_a_cell_edited_in_the_notebook_may_not_have_been_run_again(ran, notebook):
    ran["metadata"] = {"course": {"built": digests(ran["cells"])}}
    for cells in (ran["cells"], notebook["cells"]):
        cells[4]["source"] = "print(20)"
    keep_outputs(ran, notebook)
    assert kept(notebook) == ["course", "a"]


def test_another_repository_address_keeps_outputs(ran, notebook):
    notebook["cells"][1]["source"] = "import sys  # fork"
    keep_outputs(ran, notebook)
    assert kept(notebook) == ["course", "a", "b", "c"]


def test_tidy_counts_from_one_and_joins_streams(notebook):
    cell = notebook["cells"][2]
    cell["outputs"] = [
        stream("a"),
        stream("b\n"),
        {"output_type": "display_data", "data": {}, "metadata": {}, "transient": {"id": 1}},
        stream("c"),
        {"output_type": "execute_result", "data": {}, "metadata": {}, "execution_count": 17},
    ]
    tidy(notebook)
    assert [c["execution_count"] for c in notebook["cells"] if "outputs" in c] == [1, 2, 3, 4]
    assert [o.get("text") for o in cell["outputs"]] == ["ab\n", None, "c", None]
    assert "transient" not in cell["outputs"][1]
    assert cell["outputs"][3]["execution_count"] == 2


def test_a_solution_edit_does_not_touch_the_lessons_outputs(course, tiny, edit):
    ran = lesson_notebook(course, read_lesson(tiny))
    tidy(ran)
    edit(tiny, "return 2 * x", "return x + x")
    fresh = lesson_notebook(course, read_lesson(tiny))
    keep_outputs(ran, fresh)
    assert not missing_outputs(fresh)
