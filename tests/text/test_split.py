"""The pieces of a text are the text, and they are cut where a reader would cut."""

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import CourseError
from course_utils.text import split as module
from course_utils.text.split import LONGEST, split

_ASCII_SIGNS = r"| ?[\x00-\x08\x0e-\x1b!-/:-@\[-`{-\x7f]++(?![^\x00-\x7f])"
prose = st.text(alphabet="ab'sté ñ \n\t12_.,!-–नि्🙂\u200d\ufe0f我\u3000")


@given(st.one_of(st.text(), prose))
def test_the_pieces_joined_are_the_text(text):
    pieces = split(text)
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= LONGEST for piece in pieces)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The cat sat.", ["The", " cat", " sat", "."]),
        ("She's here, isn't she?", ["She", "'s", " here", ",", " isn", "'t", " she", "?"]),
        ("a 'so' isn'tx", ["a", " '", "so", "'", " isn", "'", "tx"]),
        ("in 2026, 3 of 12345", ["in", " 202", "6", ",", " 3", " of", " 123", "45"]),
        ("two  spaces", ["two", " ", " spaces"]),
        ("a\n\nb", ["a", "\n\n", "b"]),
        ("if x:\n    y = 1\n", ["if", " x", ":", "\n   ", " y", " =", " 1", "\n"]),
        ("end   ", ["end", "   "]),
        ("snake_case", ["snake", "_", "case"]),
        ("Straße naïve cafe\u0301", ["Straße", " naïve", " cafe\u0301"]),
        ("नमस्ते दुनिया।", ["नमस्ते", " दुनिया", "।"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("我喜欢猫。你呢？", ["我喜欢猫", "。", "你呢", "？"]),
        ("love ❤\ufe0f 👩\u200d💻!", ["love", " ❤\ufe0f", " 👩\u200d💻!"]),
        ("", []),
    ],
)
def test_words_take_one_space_along_and_kinds_of_characters_part(text, pieces):
    assert split(text) == pieces


def test_every_combining_mark_of_the_basic_plane_stays_in_its_word():
    for code in range(0x10000):
        if unicodedata.category(chr(code))[0] == "M":
            word = "x" + chr(code) + "y"
            assert split(word) == [word], f"U+{code:04X}"


@given(st.one_of(st.text(), prose, st.text(alphabet=st.characters(max_codepoint=127))))
def test_the_lines_for_ascii_change_only_the_time(text):
    slow = module._PIECE.pattern
    for line in (r" ?[A-Za-z]++(?![^\x00-\x7f])|", _ASCII_SIGNS):
        assert line in slow
        slow = slow.replace(line, "")
    assert module._PIECE.findall(text) == re.findall(slow, text)


@pytest.mark.parametrize("unit", ["a", "é", " ", "\n", "=", "7", "a'", "e\u0301", " \n", "🙂"])
def test_a_text_without_a_border_takes_linear_time_and_short_pieces(unit):
    text = unit * (200_000 // len(unit))
    begin = time.process_time()
    pieces = split(text)
    assert time.process_time() - begin < 2  # 0.01-0.05 s here; quadratic takes minutes
    assert max(map(len, pieces)) <= LONGEST
    assert "".join(pieces) == text


@pytest.mark.parametrize("value", [b"bytes", None, ["a"], "lone \ud800"])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(CourseError):
        split(value)
