"""The README promises nothing that is not so: lessons, pictures, commands, feedback."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from course_utils.__main__ import COMMANDS
from course_utils.authoring.source import read_lesson
from course_utils.checks import nb01
from course_utils.data.location import data_folder
from course_utils.data.stories import check_story

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
LESSONS = [read_lesson(path) for path in sorted((ROOT / "notebooks" / "src").glob("*.py"))]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_lesson_stands_in_the_table_as_its_front_matter_has_it(lesson):
    front = lesson.front
    row = next(line for line in README.splitlines() if f"(notebooks/{lesson.stem}.ipynb)" in line)
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1].startswith(f"[{front.title}]")
    assert cells[2:5] == [front.question, str(front.minutes), str(front.seconds)]
    assert cells[5].isdigit(), "measure with: python -m course_utils run"


def test_every_command_is_named():
    table = README[README.index("## All commands") :]
    assert all(f"`{name}" in table for name in COMMANDS)


def test_links_and_pictures_lead_to_files():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert len(targets) > 8
    assert [t for t in targets if not (ROOT / t).exists()] == []


def test_every_picture_has_words_for_who_cannot_see_it():
    assert all(len(alt.split()) > 8 for alt in re.findall(r"!\[(.*?)\]", README))


def test_the_feedback_shown_is_what_the_check_says():
    def stub(X, y, theta):
        raise NotImplementedError

    def gradient(X, y, theta):
        return 2 * np.transpose(X) @ (X @ theta - y) / len(y)

    answers = (stub, lambda *given: -gradient(*given), gradient)
    said = "\n".join(repr(nb01.mse_gradient(answer)) for answer in answers)
    assert f"```text\n{said}\n```" in README


def test_the_number_of_finished_lessons_is_the_same_everywhere():
    last = f"{LESSONS[-1].number:02}"
    assert f"lessons are finished: 00 to {last}" in README
    assert f"Lessons {LESSONS[-1].number + 1:02} to 19 do not exist yet" in README
    start = (ROOT / "notebooks" / "src" / "00_start_here.py").read_text("utf-8")
    assert f"ready={len(LESSONS)})" in start
    assert f"00 to {last} are ready" in start


def test_the_ten_samples_are_stories_and_the_numbers_are_those_of_the_model():
    part = README[README.index("## What the model of this course writes") :]
    part = part[: part.index("\n## ")]
    told = re.findall(r"^(\d+)\. (.+)$", part, flags=re.MULTILINE)
    assert [int(number) for number, _ in told] == list(range(1, 11))
    assert all(check_story(text + "\n").valid for _, text in told)
    about = json.loads((data_folder() / "checkpoints/stories/model.json").read_text("utf-8"))[
        "about"
    ]
    grammar = about["bits_per_character"] / about["ratio_on_the_same_stories"]
    for number in (
        f"{about['bits_per_character']:.4f} bits per character",
        f"gives {grammar:.4f}",
        f"{about['seconds']:,} seconds",
        f"{about['sampled']:,} stories that it wrote at temperature {about['sampled_at']:g}",
        f"validator found {about['valid']:,} ",
        f"{about['named_again']} of the other {about['sampled'] - about['valid']} ",
        f"--steps {about['steps']} ",
    ):
        assert number in part, number
