"""Every exercise of every lesson, against every kind of answer.

A file `test_nbNN.py` in this folder holds a dict `ANSWERS`: check -> rows of
(kind, answer, words that the feedback must contain). Kinds: stub, solution, second, wrong, and
again: a wrong row's mistake in another form, which must get that row's hint.
"""

import importlib
import importlib.util
import pkgutil
import re
from pathlib import Path

import pytest

import course_utils.checks

LESSONS = [m.name for m in pkgutil.iter_modules(course_utils.checks.__path__) if m.name[:2] == "nb"]
STATE = {"stub": "todo", "solution": "pass", "second": "pass", "wrong": "miss", "again": "miss"}


def answers(lesson):
    path = Path(__file__).with_name(f"test_{lesson}.py")
    spec = importlib.util.spec_from_file_location(f"answers_{lesson}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ANSWERS


def checks(lesson):
    module = importlib.import_module(f"course_utils.checks.{lesson}")
    return [v for v in vars(module).values() if getattr(v, "is_check", False)]


ROWS = [
    pytest.param(check, kind, answer, says, id=f"{lesson}-{check.__name__}-{kind}{i}")
    for lesson in LESSONS
    for check, rows in answers(lesson).items()
    for i, (kind, answer, says) in enumerate(rows)
]


@pytest.mark.parametrize(("check", "kind", "answer", "says"), ROWS)
def test_an_answer_gets_the_feedback_it_deserves(check, kind, answer, says):
    result = check(answer)
    assert result.state == STATE[kind], repr(result)
    assert says in repr(result)
    assert bool(result) is (STATE[kind] == "pass")


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_check_is_tried_with_all_kinds_of_answers(lesson):
    tried = answers(lesson)
    for check in checks(lesson):
        rows = tried.get(check, [])
        kinds = [kind for kind, *_ in rows]
        assert {"stub", "solution", "second"} <= set(kinds), check.title
        assert kinds.count("wrong") >= 3, f"{check.title}: three wrong answers at least"
        solutions = [answer for kind, answer, _ in rows if kind in {"solution", "second"}]
        assert len(set(map(id, solutions))) >= 2, f"{check.title}: a second, different solution"


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_usual_mistake_gets_a_hint_of_its_own(lesson):
    for check, rows in answers(lesson).items():
        hints = [says for kind, _, says in rows if kind == "wrong"]
        assert len(set(hints)) == len(hints), f"{check.title}: two mistakes share {hints}"
        assert {says for kind, _, says in rows if kind == "again"} <= set(hints), check.title


@pytest.mark.parametrize("lesson", LESSONS)
def test_titles_carry_the_lesson_and_count_up_from_one(lesson):
    number = int(lesson[2:])
    titles = [check.title for check in checks(lesson)]
    found = [re.match(rf"{number}\.(\d+) ", title) for title in titles]
    assert all(found), titles
    assert sorted(int(m[1]) for m in found) == list(range(1, len(titles) + 1)), titles


@pytest.mark.parametrize("lesson", LESSONS)
def test_feedback_holds_nothing_that_changes_from_run_to_run(lesson):
    for check, rows in answers(lesson).items():
        for _, answer, _ in rows:
            first, second = repr(check(answer)), repr(check(answer))
            assert first == second
            assert " at 0x" not in first, check.title
