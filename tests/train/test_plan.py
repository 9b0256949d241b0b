"""The plan of a pretraining is written once and read back as it was."""

import json
import os

import pytest

from course_utils.errors import CourseError, DataMissingError
from course_utils.train.plan import Plan, load_plan, save_plan, steps_in


def plan(**changes):
    values = dict(
        steps=1000,
        batch=8,
        context=32,
        per_call=10,
        seed=3,
        peak=0.01,
        weight_decay=0.1,
        beta_2=0.99,
        clip=1.0,
        about={"corpus": "stories", "model": {"width": 64}},
    )
    return Plan(**values | changes)


def test_what_was_saved_comes_back(tmp_path):
    save_plan(plan(), tmp_path / "new" / "folder")
    assert load_plan(tmp_path / "new" / "folder") == plan()


def test_without_a_file_there_is_no_plan(tmp_path):
    assert load_plan(tmp_path) is None
    assert load_plan(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is damaged"),
        ("", "is damaged"),
        ("[]", "is damaged"),
        ("{}", r"is damaged \(KeyError: 'format'\)"),
        ('{"format": 1, "steps": 3}', "is damaged .*missing"),
        ('{"format": 9}', "has format 9, expected 1"),
    ],
)
def test_a_damaged_plan_is_refused_by_name(text, says, tmp_path):
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(DataMissingError, match=rf"plan\.json {says}"):
        load_plan(tmp_path)


def test_a_full_disk_is_an_explained_error_and_the_old_plan_stays(tmp_path, monkeypatch):
    save_plan(plan(), tmp_path)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CourseError, match=r"cannot write .*plan\.json \(No space left"):
        save_plan(plan(steps=5), tmp_path)
    assert load_plan(tmp_path) == plan()


def test_a_plan_is_json_that_a_person_can_read(tmp_path):
    save_plan(plan(), tmp_path)
    values = json.loads((tmp_path / "plan.json").read_text())
    assert values["steps"] == 1000 and values["about"]["corpus"] == "stories"


@pytest.mark.parametrize(("steps", "peak_at"), [(1000, 50), (10_000, 200), (20, 1), (3, 0), (1, 0)])
def test_the_learning_rate_rises_in_a_twentieth_of_the_steps_and_falls_to_a_fiftieth(
    steps, peak_at
):
    curve = plan(steps=steps).schedule()
    assert float(curve(peak_at)) == pytest.approx(0.01)
    assert float(curve(steps)) == pytest.approx(0.0002)
    if peak_at:
        assert float(curve(0)) == 0.0
        assert float(curve(steps // 2)) < 0.01


def test_the_length_comes_from_the_median_without_the_call_that_compiles():
    now = [0.0]
    took = iter([30.0, 2.0, 2.2, 9.0])  # compiling, two usual calls, a hiccup

    def call():
        now[0] += next(took)

    steps, each = steps_in(600, [call] * 4, per_call=10, clock=lambda: now[0])
    assert each == pytest.approx(0.22)
    assert steps == 2730  # 600 / 0.22 = 2727, to the next call


def test_there_is_at_least_one_call():
    now = iter(range(100))
    assert steps_in(0.1, [lambda: None] * 2, per_call=5, clock=lambda: next(now))[0] == 5
