"""One id per character, in the order of code points; what was never met is named."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import CourseError
from course_utils.text.characters import CharacterTokenizer

TOY = CharacterTokenizer.train("hello world")


@given(st.text(min_size=1), st.data())
def test_every_text_of_known_characters_comes_back_one_id_per_character(known, data):
    tokenizer = CharacterTokenizer.train(known)
    text = data.draw(st.text(alphabet=sorted(set(known))))
    ids = tokenizer.encode(text)
    assert len(ids) == len(text)
    assert tokenizer.decode(ids) == text


def test_ids_follow_the_code_points_and_special_tokens_come_last():
    assert TOY.characters == " dehlorw"
    assert TOY.size == 9
    assert TOY.special == {"<|end|>": 8}
    assert TOY.end == 8
    assert TOY.encode("hello") == [3, 2, 4, 4, 5]
    assert CharacterTokenizer("dlrow olleh") == TOY
    assert [TOY.token(0), TOY.token(8)] == [b" ", b"<|end|>"]


def test_several_texts_are_numbered_together():
    assert CharacterTokenizer.train(["abc", "cd"], special=()).characters == "abcd"
    assert CharacterTokenizer.train("ab", special=()).end is None


def test_a_special_token_is_its_characters_unless_it_is_allowed():
    tokenizer = CharacterTokenizer.train("ab<|end|>")
    assert len(tokenizer.encode("a<|end|>")) == 8
    assert tokenizer.encode("a<|end|>b", allow_special=True)[1] == tokenizer.end
    assert tokenizer.decode(tokenizer.encode("a<|end|>b", allow_special=True)) == "a<|end|>b"


def test_a_copy_is_equal():
    assert copy.deepcopy(TOY) == TOY
    assert hash(copy.deepcopy(TOY)) == hash(TOY)
    assert CharacterTokenizer("hello world", special=()) != TOY
    assert TOY != "hello world"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: CharacterTokenizer.train(""), "no text"),
        (lambda: CharacterTokenizer.train([]), "no text"),
        (lambda: CharacterTokenizer.train(b"abc"), "got bytes"),
        (lambda: CharacterTokenizer.train(["a", 5]), "got int"),
        (lambda: CharacterTokenizer.train("a\ud800"), "position 1"),
        (lambda: TOY.encode("hello World"), r"position 6 .*'W' \(U\+0057\).*8 known"),
        (lambda: TOY.encode("hé", allow_special=True), r"'é' \(U\+00E9\)"),
        (lambda: TOY.encode(b"hello"), "got bytes"),
        (lambda: TOY.decode([9]), "9, outside the vocabulary 0..8"),
        (lambda: TOY.decode([-1]), "-1"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(CourseError, match=says):
        call()
