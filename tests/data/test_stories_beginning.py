"""The probability of a beginning against whole stories, against counting, and against itself."""

import math
import re

import pytest

from course_utils.data.stories import log2_probability, write_stories
from course_utils.data.stories.beginning import log2_beginning, token_bits
from course_utils.errors import ShapeError

STORIES = write_stories(40, seed=7)


def pieces_of(text):
    return re.findall(r" ?[A-Za-z']+|.|\n", text, flags=re.DOTALL)


def test_every_story_begins_with_nothing_and_none_with_nonsense():
    assert log2_beginning("") == 0.0
    assert log2_beginning("Once upon a time") == -math.inf


def test_a_whole_story_is_as_probable_as_the_grammar_says():
    for story in STORIES:
        assert log2_beginning(story.text) == pytest.approx(log2_probability(story.text), abs=1e-9)


def test_a_longer_beginning_is_never_more_probable():
    text = STORIES[0].text
    found = [log2_beginning(text[:end]) for end in range(len(text) + 1)]
    assert all(later <= now + 1e-9 for now, later in zip(found, found[1:], strict=False))
    assert found[-1] < found[0]


def test_a_whole_word_is_at_most_as_probable_as_its_letters():
    text = STORIES[1].text[:60]
    for end in range(1, len(text)):
        whole, letters = log2_beginning(text[:end], whole_words=True), log2_beginning(text[:end])
        assert whole <= letters + 1e-9
        if text[end - 1].isalpha() and not text[end].isalpha():
            assert whole > -math.inf


def test_counted_beginnings_have_the_share_that_is_computed():
    texts = [story.text for story in write_stories(4000, seed=3)]
    for beginning in ("One ", "It was a ", texts[0][:8]):
        share = sum(text.startswith(beginning) for text in texts) / len(texts)
        true = 2 ** log2_beginning(beginning)
        assert share == pytest.approx(true, abs=4 * math.sqrt(true * (1 - true) / len(texts)))


def test_what_may_come_next_adds_up_to_one():
    openings = {" ".join(story.text.split(" ")[:2]) for story in write_stories(3000, seed=5)}
    assert sum(2 ** log2_beginning(two, whole_words=True) for two in openings) == pytest.approx(1)


def test_the_bits_of_the_pieces_add_up_to_those_of_the_story():
    for story in STORIES[:10]:
        bits = token_bits(pieces_of(story.text))
        assert min(bits) >= 0
        assert sum(bits) == pytest.approx(-story.log2_probability, abs=1e-6)


def test_a_word_cut_into_pieces_costs_what_the_word_costs():
    words = pieces_of(STORIES[2].text)
    longest = max(range(len(words)), key=lambda k: len(words[k]))
    cut = [*words[:longest], words[longest][:3], words[longest][3:], *words[longest + 1 :]]
    whole, parts = token_bits(words), token_bits(cut)
    assert parts[longest] + parts[longest + 1] == pytest.approx(whole[longest], abs=1e-9)


@pytest.mark.parametrize("pieces", [[], ["Once", " upon"]])
def test_pieces_of_no_story_are_refused(pieces):
    with pytest.raises(ShapeError, match="no story begins"):
        token_bits(pieces)


def test_a_beginning_may_be_cut_inside_a_word():
    text = STORIES[3].text
    cut = next(at for at in range(30, 60) if text[at - 1 : at + 1].isalpha())
    bits = token_bits(pieces_of(text[:cut]))
    assert sum(bits) == pytest.approx(-log2_beginning(text[:cut]), abs=1e-9)
