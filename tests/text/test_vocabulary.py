"""Words get ids by frequency; rare and unknown ones share the id of <unk>."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.errors import CourseError
from course_utils.text.vocabulary import Vocabulary

CATS = [["the", "cat", "saw", "the", "dog"], ["the", "dog", "ran"]]
TOY = Vocabulary.of(CATS)
words = st.lists(st.text("abc", min_size=1, max_size=2), min_size=1)


@given(st.lists(words, min_size=1))
def test_known_words_come_back(texts):
    vocabulary = Vocabulary.of(texts)
    for text in texts:
        assert vocabulary.decode(vocabulary.encode(text)) == text
    assert len(vocabulary) == 2 + len({word for text in texts for word in text})


@given(st.lists(words, min_size=1), st.randoms(use_true_random=False))
def test_the_order_of_the_texts_changes_nothing(texts, random):
    mixed = random.sample(texts, len(texts))
    assert Vocabulary.of(mixed).tokens == Vocabulary.of(texts).tokens


def test_frequent_words_come_first_and_ties_are_alphabetical():
    assert TOY.tokens == ("<pad>", "<unk>", "the", "dog", "cat", "ran", "saw")
    assert TOY.special == {"<pad>": 0, "<unk>": 1}
    assert TOY.encode(["the", "cat"]) == [2, 4]
    assert TOY.decode([2, 4, 0]) == ["the", "cat", "<pad>"]
    assert "cat" in TOY and "cow" not in TOY


def test_unknown_words_share_one_id():
    assert TOY.encode(["the", "cow", "ran"]) == [2, 1, 5]
    assert TOY.decode([1]) == ["<unk>"]


def test_a_size_keeps_the_most_frequent():
    small = Vocabulary.of(CATS, size=4)
    assert small.tokens == ("<pad>", "<unk>", "the", "dog")
    assert small.encode(["the", "cat"]) == [2, 1]
    assert len(Vocabulary.of(CATS, size=100)) == 7


def test_a_str_counts_as_its_characters():
    letters = Vocabulary.of(["abba", "bc"], special=("<pad>", "<start>"))
    assert letters.tokens == ("<pad>", "<start>", "b", "a", "c")
    assert letters.encode("cab") == [4, 3, 2]


def test_special_tokens_in_a_text_keep_their_own_ids():
    vocabulary = Vocabulary.of(
        [["<start>", "a", "<end>"]] * 9, special=("<pad>", "<start>", "<end>")
    )
    assert vocabulary.tokens == ("<pad>", "<start>", "<end>", "a")
    assert vocabulary.encode(["<start>", "a", "<end>"]) == [1, 3, 2]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Vocabulary.of([]), "no words"),
        (lambda: Vocabulary.of([[], []]), "no words"),
        (lambda: Vocabulary.of("the cat"), r"one str, 'the cat'(.|\n)*text\.split"),
        (
            lambda: Vocabulary.of([["a"], ["b", 5]]),
            r"text 1 holds 5, which is int(.|\n)*text\.split",
        ),
        (lambda: Vocabulary.of([[["a"]]]), r"text 0 holds \['a'\], which is list"),
        (lambda: Vocabulary.of(CATS, size=2), r"size 2 has no room(.|\n)*size=7 keeps all 5"),
        (lambda: Vocabulary.of(CATS, special=("<pad>", "<pad>")), "twice"),
        (lambda: Vocabulary.of(CATS, special="<pad>"), "one str"),
        (lambda: Vocabulary(["a", "b", "a"]), "'a' is listed twice"),
        (lambda: Vocabulary(["a", "<pad>"]), "'<pad>' is listed twice"),
        (
            lambda: Vocabulary.of(CATS, special=()).encode(["the", "cow"]),
            "word 1 is 'cow'.*5 known",
        ),
        (lambda: TOY.decode([7]), r"7, outside the vocabulary 0\.\.6"),
        (lambda: TOY.decode(["the"]), "whole numbers"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(CourseError, match=says):
        call()
