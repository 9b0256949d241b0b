"""`show=`: definitions are quoted from the package's own text."""

import pytest

from course_utils.authoring.show import show_cell
from course_utils.errors import SourceError

MODULE = '''\
import nowhere_to_be_found

LIMIT = 3


@decorated
def f(x):
    """Say `x`."""
    return x  # twice


class A:
    def method(self):
        return LIMIT
'''


@pytest.fixture
def module(course):
    (course.root / "course_utils" / "shown.py").write_text(MODULE, "utf-8")
    return "course_utils.shown"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("f", '@decorated\ndef f(x):\n    """Say `x`."""\n    return x  # twice'),
        ("A.method", "def method(self):\n    return LIMIT"),
        ("LIMIT", "LIMIT = 3"),
    ],
)
def test_a_definition_is_shown_without_importing_its_module(course, module, name, text):
    shown = show_cell(course, f"{module}:{name}", "04_x.py:7")
    assert shown == (
        "From [course_utils/shown.py](../course_utils/shown.py):\n\n```python\n" + text + "\n```"
    )


@pytest.mark.parametrize("target", ["course_utils.shown", "course_utils.gone:f", "", "a:b:c"])
def test_an_unknown_module_is_reported(course, module, target):
    with pytest.raises(SourceError, match=r"^04_x.py:7: show=.* names no module"):
        show_cell(course, target, "04_x.py:7")


@pytest.mark.parametrize("name", ["g", "A.other", "LIMIT.real", "x"])
def test_an_unknown_name_is_reported(course, module, name):
    with pytest.raises(SourceError, match=rf"^04_x.py:7: course_utils.shown defines no '{name}'"):
        show_cell(course, f"{module}:{name}", "04_x.py:7")
