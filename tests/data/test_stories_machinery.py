"""The machinery on a grammar so small that all its stories can be written down."""

import math
from collections import Counter
from random import Random

import pytest

from course_utils.data.stories.measure import Measure
from course_utils.data.stories.nodes import Draw, Fork, Literal, Mismatch, Recall, Telling, run
from course_utils.data.stories.notation import steps
from course_utils.data.stories.tables import Entry, Given, Table, table, without
from course_utils.data.stories.unambiguous import ambiguities, require_unambiguous
from course_utils.errors import SourceError, UsageError

PETS = Table(
    "animal",
    [
        Entry("cat", 3, {"said": "meow"}),
        Entry("dog", 1, {"said": "woof"}),
        Entry("owl", 1, {"said": "hoo"}),
    ],
)
NAMES = table("person", "Ana", "Bo", "Cy")
FOOD = Given(
    "pet",
    {
        entry: Table("food", [Entry("fish", weight), Entry("a bone")][: 1 + (weight > 1)])
        for entry, weight in zip(PETS.entries, (1, 5, 2), strict=True)
    },
)
TABLES = {"pets": PETS, "names": NAMES, "others": without(NAMES, "one"), "food": FOOD}
SMALL = """[one:names] met [two:others] (2*and a [pet:pets] that (was hungry|ate [food:food])|when
{one} fed [pet:pets] and cat)( at (noon|night)|3*). {two} liked "{pet.said}", the {pet}."""


@pytest.fixture(scope="module")
def small():
    return steps(SMALL, TABLES, Literal("\n", None))


def all_stories(node, text="", state=None, probability=1.0):
    """Yield (text, probability) of every derivation, by going every way."""
    state = state or {}
    if node is None:
        yield text, probability
    elif isinstance(node, Fork):
        for way, weight in zip(node.ways, node.weights, strict=True):
            yield from all_stories(way, text, state, probability * weight / node.total)
    elif isinstance(node, Draw):
        drawn_from = node.table.given(state)
        for entry in drawn_from.entries:
            share = probability * entry.weight / drawn_from.total
            new = {**state, node.slot: entry}
            yield from all_stories(node.next, text + entry.text, new, share)
    elif isinstance(node, Literal | Recall):
        yield from all_stories(node.next, text + node.words(state), state, probability)
    else:
        yield from all_stories(node.next, text, state, probability)


@pytest.fixture(scope="module")
def enumerated(small):
    return list(all_stories(small))


def test_probabilities_of_all_stories_add_up_to_one(enumerated):
    assert math.fsum(p for _, p in enumerated) == pytest.approx(1, abs=1e-12)


def test_no_text_has_two_derivations(enumerated):
    assert max(Counter(text for text, _ in enumerated).values()) == 1


def test_the_count_is_the_number_of_stories(small, enumerated):
    assert Measure(small).count() == len(enumerated) > 100


def test_the_entropy_is_that_of_the_whole_list(small, enumerated):
    expected = -math.fsum(p * math.log2(p) for _, p in enumerated)
    assert Measure(small).bits() == pytest.approx(expected, rel=1e-12)


def test_the_expected_length_is_that_of_the_whole_list(small, enumerated):
    expected = math.fsum(p * len(text) for text, p in enumerated)
    assert Measure(small).characters() == pytest.approx(expected, rel=1e-12)


def test_reading_finds_the_probability_of_every_story(small, enumerated):
    for text, probability in enumerated:
        heard = run(small, Telling(text), "hear")
        assert heard.position == len(text)
        assert heard.bits == pytest.approx(math.log2(probability), abs=1e-12)


def test_stories_come_as_often_as_they_should(small, enumerated):
    n = 20_000
    random = Random(7)
    told = Counter("".join(run(small, Telling(random=random), "tell").said) for _ in range(n))
    assert set(told) <= {text for text, _ in enumerated}
    chi_square = sum((told[text] - n * p) ** 2 / (n * p) for text, p in enumerated)
    freedom = len(enumerated) - 1
    assert chi_square < freedom + 5 * math.sqrt(2 * freedom)


def test_the_mean_of_what_telling_reports_is_near_the_entropy(small):
    bits = [-run(small, Telling(random=Random(seed)), "tell").bits for seed in range(2000)]
    mean = math.fsum(bits) / len(bits)
    error = math.sqrt(math.fsum((b - mean) ** 2 for b in bits)) / len(bits)
    assert abs(mean - Measure(small).bits()) < 4 * error


def test_the_small_grammar_is_unambiguous(small):
    assert ambiguities(small) == []


@pytest.mark.parametrize(
    "text",
    [
        "(a cat|a cat).",  # twice the same
        "([one:names] sat|Ana sat).",  # a choice may say what the other way says
        "[one:names] and ({one} ran|Bo ran).",  # so may what is said again
        "([one:names] sat|[one:names] ran).",  # seen only after the choice
        "(|Ana)[one:names].",  # nothing said, then a choice that may say what the other way says
    ],
)
def test_ways_that_may_begin_alike_are_found(text):
    start = steps(text, TABLES, Literal("\n", None))
    assert len(ambiguities(start)) == 1
    with pytest.raises(SourceError, match="may begin alike"):
        require_unambiguous(start)


@pytest.mark.parametrize(
    "text",
    [
        "(a cat|a dog).",
        "(a cat|a cat sat).",
        "(|a).",
        "([one:names] sat|[pet:pets] ran).",
        "[one:names] and ({one} ran|{one} sat).",
        "((a|b) c|d).",
    ],
)
def test_ways_that_differ_in_time_are_not_complained_about(text):
    assert ambiguities(steps(text, TABLES, Literal("\n", None))) == []


def test_a_table_where_one_text_begins_another_is_refused():
    with pytest.raises(UsageError, match="'cat' begins 'catfish'"):
        table("animal", "catfish", "dog", "cat")


def test_an_empty_table_is_refused():
    with pytest.raises(UsageError, match="is empty"):
        table("animal")


@pytest.mark.parametrize("text", ["(a|b", "a|b", "a)", "[who]", "a {b", "a * b"])
def test_broken_notation_is_refused_with_the_place(text):
    with pytest.raises(SourceError, match=r"bracket|cannot read"):
        steps(text, TABLES)


def test_an_unknown_table_is_refused_with_the_known_ones():
    with pytest.raises(SourceError, match="no table 'birds'") as caught:
        steps("a [pet:birds]", TABLES)
    assert "names" in caught.value.fix


def test_a_missing_form_names_the_known_ones():
    with pytest.raises(UsageError, match="'cat' has no form 'ate'") as caught:
        run(steps("[pet:pets] {pet.ate}", {"pets": table("animal", "cat")}), Telling(), "tell")
    assert "text" in caught.value.fix


def test_a_choice_outside_its_table_is_a_mismatch_at_its_place(small):
    with pytest.raises(Mismatch) as caught:
        run(small, Telling("Ana met Ana when"), "hear")
    assert caught.value.position == len("Ana met ")
    assert isinstance(caught.value.node, Draw)
