"""Reading stories back, checking texts that are none, asking questions."""

import math
import re
from random import Random

import pytest

from course_utils.data.stories import (
    WORDS,
    check_story,
    log2_probability,
    parse,
    questions,
    write_stories,
)
from course_utils.data.stories.plots import PLOTS
from course_utils.errors import UsageError


@pytest.fixture(scope="module")
def stories():
    return write_stories(2000, seed=21)


@pytest.fixture(scope="module")
def of_plot(stories):
    """One story of each plot."""
    return {story.facts["plot"]: story.text for story in reversed(stories)}


def test_every_story_reads_back_with_the_same_probability(stories):
    for story in stories:
        assert parse(story.text).log2_probability == story.log2_probability


def test_every_story_reads_back_with_the_same_facts(stories):
    for story in stories:
        found = parse(story.text)
        assert found.facts == story.facts
        assert found.text == story.text


def test_spans_are_where_the_facts_stand(stories):
    for story in stories:
        for slot, (start, end) in parse(story.text).spans.items():
            assert story.text[start:end] == story.facts[slot]


def test_the_line_end_may_be_missing(stories):
    for story in stories[:20]:
        assert parse(story.text.rstrip("\n")) == parse(story.text)
        assert check_story(story.text.rstrip("\n")).valid


def test_every_story_is_valid(stories):
    for story in stories:
        verdict = check_story(story.text)
        assert verdict == (True, None, "a story of the grammar.", None)


def test_a_text_that_is_no_story_has_probability_zero(stories):
    for text in ("", "\n", "Once upon a time.", stories[0].text + stories[1].text):
        assert log2_probability(text) == -math.inf
        assert not check_story(text).valid
        with pytest.raises(UsageError):
            parse(text)


def test_checking_and_reading_agree_on_spoiled_stories(stories):
    random = Random(5)
    broken = 0
    for story in stories:
        words = story.text.split(" ")
        here, there = random.sample(range(len(words)), 2)
        words[here], words[there] = words[there], words[here]
        text = " ".join(words)
        verdict = check_story(text)
        assert verdict.valid == (log2_probability(text) > -math.inf)
        assert verdict.message.endswith(".")
        if not verdict.valid:
            broken += 1
            assert text[: verdict.position] == story.text[: verdict.position] or (
                check_story(story.text).valid and verdict.position > 0
            )
    assert broken > 0.9 * len(stories)


def test_a_prefix_of_a_story_breaks_off_and_nothing_else(stories):
    for story in stories[:100]:
        for end in (0, 1, 40, 200, len(story.text) - 30):
            verdict = check_story(story.text[:end])
            if story.text[end - 1 : end + 1].isalpha():  # a word was cut
                assert not verdict.valid
            else:
                assert verdict.valid or verdict.rule == "story breaks off"


# of which plot, what is replaced (the last time it stands there), by what, which rule says so
BROKEN = [
    ("lost", r"(?<=said )\w+", "Zork", "known word"),
    ("lost", r"because [^.]*", "because it flurbed", "known word"),
    ("noise", r"(?<=said )\w+", "Mei Mei", "same person"),
    ("earned", r"(?<=and )[A-Z]\w+(?= was the first)", "Grandmother", "same person"),
    ("storm", r"(?<=home with )\w+", "Captain", "same person"),
    ("lost", r"(?<=whenever the )\w+", "pillow", "same thing"),
    ("promise", r"(?<=[,.] the )\w+(?= (flew|shone|boomed|sang|rang|danced|hummed|rattled))",
     "lambs", "same thing"),
    ("soup", r"(?<=\. The )\w+ \w+(?= (licked|cleaned))", "old wolf", "same look"),
    ("noise", r"(?<=To this day the )\w+", "wolf", "same animal"),
    ("mended", r'(?<=" said )\w+(?=\. They)', "Grandmother", "same person"),
    ("mended", r"(?<=said the )\w+", "ghost", "same grown-up"),
    ("lost", r"\. (He|She) put", ". It put", "pronoun agrees"),
    ("lost", r"(?<=whenever the )(\w+) .*?\.", r"\1 slept.", "true to its kind"),
    ("mended", r"(?<=where the )\w+", "door", "true to its kind"),
    ("lost", r"because [^.]*", "because the thunder came closer", "reason wanted"),
    ("soup", r"I have only [^,]*", "I have only a boot", "food wanted"),
    ("storm", r"ran into [^.]*", "ran into the soup", "shelter wanted"),
    ("noise", r"There (sat|stood)", "There danced", "cause fits"),
    ("earned", r"That evening", "That morning", "ending fits the plot"),
    ("lost", r"(smiled|laughed) and", "cried and", "ending fits the plot"),
    ("promise", r"before dark", "after dark", "sentence goes on"),
    ("storm", r"\n", " Then they sang.\n", "story goes on after its end"),
    ("storm", r"\n", "\nOne more.\n", "story goes on after its end"),
    ("storm", r" until the rain.*\n", "\n", "story breaks off"),
]  # fmt: skip


@pytest.mark.parametrize(("plot", "old", "new", "rule"), BROKEN)
def test_the_broken_rule_is_named(of_plot, plot, old, new, rule):
    text = of_plot[plot]
    match = list(re.finditer(old, text))[-1]
    broken = text[: match.start()] + match.expand(new) + text[match.end() :]
    verdict = check_story(broken)
    assert not verdict.valid
    assert verdict.rule == rule, verdict.message
    assert f"(rule: {rule})" in verdict.message
    assert match.start() <= verdict.position <= match.end() + 40


def test_a_message_says_what_was_expected_whose_it_is_and_what_was_found(of_plot):
    text = of_plot["lost"]
    hero = parse(text).facts["hero"]
    he = parse(text).entries["hero"].form("He")
    verdict = check_story(text.replace(f". {he} put", ". It put"))
    assert f'expected "{he}" ({hero}), found "It"' in verdict.message
    assert "(rule: pronoun agrees)" in verdict.message
    assert verdict.message.startswith("after ")


def test_a_message_lists_at_most_four_continuations(of_plot):
    verdict = check_story("It was a terrible morning")
    assert verdict.rule == "weather wanted"
    assert verdict.message.count(" or ") == 3
    assert ", ..." in verdict.message


def test_an_empty_text_breaks_off_at_the_beginning():
    assert check_story("").message.startswith("at the beginning expected")
    assert check_story("").rule == "story breaks off"


def test_every_story_has_at_least_eight_questions_of_different_wording(stories):
    for story in stories[:500]:
        asked = questions(story)
        assert len(asked) >= 8
        assert len({question.question for question in asked}) == len(asked)


def test_every_answer_stands_where_it_says(stories):
    for story in stories[:1000]:
        for _, answer, start in questions(story):
            assert story.text[start : start + len(answer)] == answer


def test_every_answer_is_the_first_of_its_words_in_the_story(stories):
    for story in stories[:1000]:
        for _, answer, start in questions(story):
            first = re.search(rf"\b{re.escape(answer)}\b", story.text)
            assert first.start() == start


def test_no_question_gives_its_own_answer_away(stories):
    for story in stories[:500]:
        for question, answer, _ in questions(story):
            assert not re.search(rf"\b{re.escape(answer)}\b", question)


def test_questions_ask_for_people_things_places_and_reasons_in_every_plot(stories):
    words = {}
    for story in stories[:500]:
        asked = words.setdefault(story.facts["plot"], set())
        asked.update(question.question.split()[0] for question in questions(story))
    assert set(words) == {plot.name for plot in PLOTS}
    assert all({"What", "Why"} <= asked for asked in words.values())
    assert all({"Who", "Whose"} & asked for asked in words.values())
    assert sum("Where" in asked for asked in words.values()) >= 4


def test_questions_take_a_text_as_well(stories):
    assert questions(stories[0].text) == questions(stories[0])


def test_words_are_in_small_letters():
    assert all(word == word.lower() for word in WORDS)
