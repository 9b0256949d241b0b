"""Text becomes the bytes that Python says it is, or a message says where it is no text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import CourseError
from course_utils.text import utf8
from course_utils.text.utf8 import short


@given(st.text())
def test_every_text_becomes_its_utf8_bytes(text):
    assert utf8.encode(text) == bytes(text, "utf-8")


@given(st.text(), st.sampled_from([0xD800, 0xDABC, 0xDFFF]), st.text())
def test_a_lone_surrogate_is_named_with_its_position(before, code, after):
    with pytest.raises(CourseError, match=rf"position {len(before)} .*U\+{code:04X}"):
        utf8.encode(before + chr(code) + after)


def test_the_advised_repair_joins_pairs_and_replaces_halves():
    broken = "a\ud83d\ude00b\ud800c"
    with pytest.raises(CourseError) as error:
        utf8.encode(broken)
    advised = error.value.fix.removeprefix("repair the text: ").removesuffix(".")
    assert eval(advised, {"text": broken}) == "a😀b\ufffdc"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (b"abc", r"got bytes: b'abc'(.|\n)*data\.decode"),
        (bytearray(b"abc"), r"got bytearray(.|\n)*data\.decode"),
        (["abc"], r"got list: \['abc'\](.|\n)*one str"),
        (None, "got NoneType"),
        (12, "got int: 12"),
    ],
)
def test_what_is_no_str_is_refused_by_name(value, says):
    with pytest.raises(CourseError, match=says):
        utf8.encode(value)


def test_a_long_value_is_cut_in_a_message():
    assert short(b"x" * 10**6) == "b'" + "x" * 35 + "..."
    assert short([1, 2]) == "[1, 2]"
