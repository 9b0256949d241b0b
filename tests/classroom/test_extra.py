"""What is missing is named, together with the line that installs it."""

import pytest

from course_utils.classroom import extra
from course_utils.errors import EnvironmentNotReady


def test_what_is_here_is_not_complained_about():
    assert extra.need_extra("json", "csv") is None


def test_what_is_missing_is_named_with_its_use_and_the_line_to_type(monkeypatch):
    monkeypatch.setitem(extra.NEEDED, "no_such_package_here", "counting sheep")
    with pytest.raises(EnvironmentNotReady) as caught:
        extra.need_extra("json", "no_such_package_here")
    assert "no_such_package_here (counting sheep)" in str(caught.value)
    assert 'pip install -e ".[classroom]"' in caught.value.fix


def test_nothing_is_imported_to_find_out():
    import sys

    sys.modules.pop("wave", None)
    extra.need_extra("wave")
    assert "wave" not in sys.modules
