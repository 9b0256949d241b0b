"""The gate's rules about code, each broken once in the tiny lesson."""

import pytest

from course_utils.authoring.rules_code import defined_checks, judge
from course_utils.authoring.source import read_lesson

NB = "nb90"


@pytest.fixture
def problems(course, tiny):
    return lambda: list(judge(read_lesson(tiny), course.checks(90)))


def test_the_tiny_lesson_has_no_problem(problems):
    assert problems() == []


@pytest.mark.parametrize(
    ("old", "new", "slug", "says"),
    [
        ("share = tosses.mean()", "share = tosses.mean()\n" + "x = 1\n" * 24, "tosses", "lines"),
        ("import numpy as np\n", "import numpy as np\nimport keras\n", "setup", "imports keras"),
        (
            "import numpy as np\n",
            "import numpy as np\nfrom tensorflow.keras import layers\n",
            "setup",
            "imports tensorflow",
        ),
        ("share = tosses", "import matplotlib.pyplot as plt\nshare = tosses", "tosses", "draw"),
        ("share = tosses.mean()", 'exec("share = 0.5")', "tosses", "calls exec"),
        ("return int((tosses == 1)", "return int((shares == 1)", "heads", "uses shares, which"),
        (' tags=["shared"]', "", "heads", "uses tosses, which neither setup nor a shared cell"),
        ("bug clinic, the mean", "the mean", "lesson", "no exercise is a bug clinic"),
        ("    # stub\n    # return x.sum()\n", "", "mean", "without broken code"),
        ("nb90.heads(heads)", "nb90.tails(heads)", "heads-check", "nb90.tails does not exist"),
        ("nb90.heads(heads)", "nb90.mean(heads)", "heads-check", "already checks another"),
        ("nb90.heads(heads)", "heads()", "heads-check", "is not one call nb90.check(heads)"),
        ("nb90.heads(heads)", "ok = nb90.heads(heads)", "heads-check", "is not one call"),
    ],
)
def test_a_broken_rule_is_reported_with_its_cell(tiny, edit, problems, old, new, slug, says):
    edit(tiny, old, new)
    assert [p for p in problems() if p[0] == slug and says in p[1]], problems()


def test_names_of_a_stub_count_too(tiny, edit, problems):
    edit(tiny, "    # return x.sum()\n", "    # return total(x)\n")
    assert problems() == [("mean", "uses total, which neither setup nor a shared cell defines")]


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("print(double(3))", False),
        ("def f():\n    return double(3)", False),
        ("from course_utils.metrics import double\nprint(double(3))", True),
        ("def double(x):\n    return x", True),
        ("print(3)", True),
    ],
)
def test_no_later_cell_may_need_an_answer(tiny, edit, problems, code, allowed):
    later = '# %% [markdown] slug="pitfalls"'
    edit(tiny, later, f'# %% slug="later"\n{code}\n\n{later}')
    expected = [] if allowed else [
        ("later", "uses double, which exercise double asks the reader to write")
    ]  # fmt: skip
    assert problems() == expected


def test_too_few_exercises_and_an_unused_check(tiny, problems):
    text = tiny.read_text("utf-8")
    start, stop = (
        text.index('# %% [markdown] slug="line-ask"'),
        text.index('# %% [markdown] slug="pitfalls"'),
    )
    tiny.write_text(text[:start] + text[stop:], "utf-8")
    assert ("lesson", "3 exercises, at least 4") in problems()
    assert ("lesson", "nb90.line checks nothing in this lesson") in problems()


def test_a_missing_check_file_is_reported(course, problems):
    course.checks(90).unlink()
    assert problems() == [("lesson", "there is no file of checks, course_utils/checks/nb90.py")]


def test_many_code_cells_in_a_row_are_reported(tiny, edit, problems):
    cells = "".join(f'# %% slug="more-{n}"\nx = {n}\n\n' for n in range(4))
    edit(tiny, '# %% slug="floor"', cells + '# %% slug="floor"')
    assert problems() == [("more-3", "6 code cells in a row, at most 4")]


def test_only_decorated_functions_are_checks():
    text = "@exercise('1.1 A')\ndef a(fn):\n    pass\n\ndef helper():\n    pass\n"
    assert defined_checks(text) == ["a"]
