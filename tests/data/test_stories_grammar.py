"""The stories themselves: how many, how uncertain, how they read. The grammar is frozen."""

import math
import re
from collections import Counter
from itertools import islice

import pytest

from course_utils.data.stories import (
    WORDS,
    count_stories,
    entropy,
    fingerprint,
    load_stories,
    story_stream,
    write_stories,
    write_story,
)
from course_utils.data.stories.cast import ELDERS, FRIENDS, HEROES
from course_utils.data.stories.grammar import grammar, split_words
from course_utils.data.stories.plots import PLOTS
from course_utils.data.stories.unambiguous import ambiguities
from course_utils.errors import UsageError


@pytest.fixture(scope="module")
def stories():
    return write_stories(5000, seed=11)


def test_the_grammar_is_the_one_the_shipped_models_were_trained_on():
    assert fingerprint() == "6d96024a0b5cca2d986383b5f4ca15080f5a24c818c3155967634c1fd5be8d4c"


def test_a_reader_can_always_tell_which_way_a_story_went():
    assert ambiguities(grammar()) == []


def test_there_are_more_stories_than_anyone_can_read():
    assert count_stories() == 7894250700661378252800000 > 10**12


def test_the_entropy_is_that_of_the_card():
    assert entropy() == pytest.approx((71.235337, 540.660615, 0.13175611), rel=1e-7)


def test_bits_per_character_is_the_quotient():
    assert entropy().bits_per_character == (
        entropy().bits_per_story / entropy().characters_per_story
    )


@pytest.mark.parametrize(
    ("exact", "of"),
    [(0, lambda story: -story.log2_probability), (1, lambda story: len(story.text))],
    ids=["bits", "characters"],
)
def test_the_mean_of_5000_stories_is_near_the_exact_one(stories, exact, of):
    values = [of(story) for story in stories]
    mean = math.fsum(values) / len(values)
    error = math.sqrt(math.fsum((v - mean) ** 2 for v in values)) / len(values)
    assert abs(mean - entropy()[exact]) < 4 * error


def test_no_story_is_likelier_than_all_together(stories):
    assert max(story.log2_probability for story in stories) < -40


def test_no_two_of_5000_stories_are_alike(stories):
    assert len({story.text for story in stories}) == len(stories)


def test_every_plot_comes_as_often_as_the_others(stories):
    found = Counter(story.facts["plot"] for story in stories)
    assert set(found) == {plot.name for plot in PLOTS}
    expected = len(stories) / len(PLOTS)
    assert sum((n - expected) ** 2 / expected for n in found.values()) < 23  # 0.999 of 6 degrees


def test_a_story_is_one_line_of_plain_letters(stories):
    for story in stories:
        assert story.text.isascii()
        assert story.text.endswith((".\n", "!\n"))
        assert story.text.count("\n") == 1
        assert not re.search(r"  | [.,!?]|[\[\]{}()<>|*_]", story.text)


def test_a_story_has_a_comfortable_length(stories):
    lengths = [len(story.text.split()) for story in stories]
    assert min(lengths) >= 80
    assert max(lengths) <= 130
    assert 100 <= sum(lengths) / len(lengths) <= 108


def test_quotation_marks_come_in_pairs_and_hug_their_words(stories):
    for story in stories:
        parts = story.text.split('"')
        assert len(parts) % 2
        for said in parts[1::2]:
            assert said == said.strip()
            assert said[-1] in ",.!?"


def test_the_article_fits_the_next_word(stories):
    for story in stories:
        assert not re.search(r"\b[Aa] [aeiouAEIOU]|\b[Aa]n (?!hour)[^aeiou]", story.text)


def test_every_sentence_begins_with_a_capital(stories):
    for story in stories:
        for first in re.findall(r'(?:^|[.?] "?)([A-Za-z])', story.text):
            assert first.isupper()


def test_the_vocabulary_is_small_and_all_of_it_is_used(stories):
    assert 300 <= len(WORDS) <= 600
    used = set().union(*(split_words(story.text) for story in stories))
    assert used <= WORDS
    assert len(WORDS - used) <= 10  # forms that no sentence asks for


def test_hero_and_friend_have_different_pronouns():
    he_of = {entry.text: entry.form("he") for entry in HEROES.entries}
    for hero, friends in FRIENDS.tables.items():
        assert all(he_of[friend.text] != hero.form("he") for friend in friends.entries)


def test_the_people_of_a_story_stay_the_same(stories):
    names = {entry.text for entry in HEROES.entries}
    elders = {entry.text.split()[-1] for entry in ELDERS.entries}
    for story in stories:
        words = re.findall(r"[A-Za-z]+", story.text)
        assert {w for w in words if w in names} == {story.facts["hero"], story.facts["friend"]}
        found = {w for w in words if w in elders}
        assert found <= {story.facts.get("elder", "").removeprefix("the ")}


def test_every_he_and_she_is_the_heros(stories):
    he_of = {entry.text: entry.form("he") for entry in HEROES.entries}
    for story in stories:
        hero = he_of[story.facts["hero"]]
        text = re.sub(r"Grandmother.*", "", story.text)  # "until she cried"
        found = {word.lower() for word in re.findall(r"\b[Ss]?[Hh]e\b", text)}
        assert found <= {hero}


def test_facts_are_words_of_the_story(stories):
    for story in stories[:500]:
        for name, fact in story.facts.items():
            assert name in ("plot", "end") or fact in story.text


def test_the_same_seed_gives_the_same_stories_and_another_seed_others():
    assert write_stories(5, seed=3) == write_stories(5, seed=3)
    assert not {s.text for s in write_stories(50, seed=3)} & {s.text for s in write_stories(50, 4)}


def test_the_first_story_of_seed_0_is_the_same_on_every_machine():
    assert write_story(0, 0).text == FIRST


def test_a_stream_can_start_anywhere():
    assert list(islice(story_stream(9), 6))[4:] == list(islice(story_stream(9, start=4), 2))


def test_a_negative_seed_is_refused():
    with pytest.raises(UsageError, match="seed -1"):
        write_stories(1, seed=-1)


def test_the_splits_share_no_story():
    splits = load_stories(300, 200, 100)
    assert [len(part) for part in splits] == [300, 200, 100]
    assert len({story.text for part in splits for story in part}) == 600


FIRST = (
    "Chidi still talks about the grey day when he heard a terrible noise behind the "
    'mill. "Bump, bump, bump!" it went. "That is a troll," he said to Linh, "and it '
    'wants to take the soup!" They called the sailor, who ran over with a yellow jug. '
    'One by one they went back. "Bump, bump, bump!" There stood a grumpy fox with its '
    "tail in a flower pot. It had made the noise because it could not sleep. Chidi "
    'laughed and gave it a potato. "What a terrible troll," said Linh. To this day the '
    "fox is called Troll. It was the best day of the year.\n"
)
