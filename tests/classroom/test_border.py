"""Every check gives the same verdict, word for word, on an answer in another process."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.classroom import border

HERE = Path(__file__)
LESSONS = [f"nb{number:02}" for number in border.lesson_numbers()]
FRAMEWORK = {"mended_cnn"}  # answers with a Keras model have a test of their own
WRONG = 3  # wrong answers tried for each check; those with state to mirror are named
ALWAYS = {"nb03"}  # functions that call back, dicts that count, Values, a recursion limit
STATE = {"stub": "todo", "solution": "pass", "second": "pass", "wrong": "miss", "again": "miss"}


@pytest.mark.parametrize("lesson", LESSONS)
def test_verdicts_do_not_change_when_only_plain_data_cross(lesson):
    asked, namespace, wanted = [], {}, {}
    for check, rows in border.answers(lesson).items():
        if check.__name__ in FRAMEWORK:
            continue
        wrong = [row for row in rows if row[0] in {"wrong", "again"}]
        tried = [row for row in rows if row[0] not in {"wrong", "again"}]
        tried += wrong if lesson in ALWAYS else wrong[:WRONG]
        for at, (kind, answer, says) in enumerate(tried):
            slug = f"{check.__name__}-{kind}-{at}"
            asked.append((slug, f"{lesson}:{check.__name__}", slug))
            namespace[slug] = answer
            wanted[slug] = check, kind, answer, says
    verdicts = border.judged(asked, namespace)
    for slug, (check, kind, answer, says) in wanted.items():
        got, here = verdicts[slug], check(answer)
        assert got["state"] == STATE[kind], got
        assert says in repr(here)
        assert (got["says"], got["hint"]) == (here.says, here.hint), slug


def test_the_judge_as_a_command_sees_nothing_of_the_folder_it_is_started_in(tmp_path):
    for name in ("json.py", "numpy.py", "course_utils.py", "sitecustomize.py"):
        (tmp_path / name).write_text("raise SystemExit('the wrong module')\n")
    asked = [("xor", "nb01:xor_weights", "xor_weights"), ("r2", "nb01:r_squared", "gone")]
    file = border.manifest(tmp_path, asked)
    argv, environment = border.judge.command(file, tmp_path / "s")
    assert not {"COURSE_GRADING", "VIRTUAL_ENV", "PYTHONSTARTUP"} & set(environment)
    process = subprocess.Popen(
        [*argv, "--wait", "20"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    )
    learner = "import sys, time; from course_utils.classroom.answering import answer\n"
    learner += (
        "while True:\n try: answer(sys.argv[1], {'xor_weights': lambda: ([6, 6, -13], -3)})\n"
    )
    learner += " except OSError: time.sleep(0.02)\n else: break\n"
    other = subprocess.Popen([sys.executable, "-c", learner, str(tmp_path / "s")])
    try:
        out, _ = process.communicate(timeout=30)
        assert other.wait(10) == 0
    finally:
        process.kill()
        other.kill()
    found = border.said(out)
    assert found["xor"] == {"slug": "xor", "state": "pass", "says": "4 of 4 cases", "hint": ""}
    assert found["r2"]["state"] == "miss"
    assert found["r2"]["says"] == "raised NameError: name 'gone' is not defined"
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o600


def test_a_learners_side_that_never_comes_loses_every_exercise():
    asked = [("a", "nb01:r_squared", "a"), ("b", "nb01:xor_weights", "b")]
    verdicts = border.judged(asked, {}, other=lambda path: None, wait=0.2)
    assert {verdict["state"] for verdict in verdicts.values()} == {"lost"}
    assert "did not come" in verdicts["a"]["says"]


def test_a_check_that_the_course_does_not_have_is_an_error_before_anyone_is_asked():
    from course_utils.errors import CourseError

    for name in ("nb01:nothing", "nb99:r_squared", "core:exercise", "nb01:need_array", "os:system"):
        with pytest.raises(CourseError, match="no check"):
            border.judge.judge(None, [border.SimpleNamespace(check=name)], print)
