"""Generated reviews: balanced, varied, and the same words can carry both verdicts."""

import re
from collections import defaultdict

import numpy as np
import pytest

from course_utils.data.reviews import NAMES, load_reviews, make_reviews

KINDS = {"agree": 0.35, "but": 0.25, "although": 0.10, "scope": 0.15, "strength": 0.15}


@pytest.fixture(scope="module")
def found():
    return make_reviews(20_000, seed=1)


def words(text):
    return re.findall(r"[a-z']+", text.lower())


def test_reviews_have_12_to_25_words_on_one_line(found):
    lengths = [len(words(text)) for text in found.texts]
    assert (min(lengths), max(lengths)) == (12, 25)
    assert all(text == " ".join(text.split()) for text in found.texts)


def test_no_two_reviews_are_alike(found):
    assert len(set(found.texts)) == len(found) == 20_000


def test_each_two_in_a_row_hold_one_good_and_one_bad_review_in_either_order(found):
    pairs = found.labels.reshape(-1, 2)
    assert (pairs.sum(axis=1) == 1).all()
    assert 0.45 < pairs[:, 0].mean() < 0.55
    assert (found.labels.dtype, NAMES) == (np.int64, ("negative", "positive"))


def test_kinds_come_as_often_as_the_grammar_says_and_topics_equally(found):
    for kind, share in KINDS.items():
        assert found.kinds.count(kind) / len(found) == pytest.approx(share, abs=0.015)
    assert {found.topics.count(topic) // 400 for topic in set(found.topics)} <= {9, 10}
    assert len(set(found.topics)) == 5


def verdict(text):
    """Read a review by rules of this test's own: which clause has the say, and what it says."""
    clauses = text.split(": ")[1].split(".")[0]
    join = re.search(r", (but|yet|although|even though) | and |, ", clauses)
    parts = clauses[: join.start()], clauses[join.end() :]
    says = [praise(part) for part in parts]
    if join.group(1) in ("but", "yet"):
        return says[1]
    if join.group(1):
        return says[0]
    if join.group() == ", ":
        assert clauses.startswith(("although", "even though"))
        return says[1]
    if says[0] == says[1]:
        return says[0]
    strong = [bool(re.search("truly|utterly", part)) for part in parts]
    assert sum(strong) == 1
    return says[strong.index(True)]


def praise(clause):
    adjective = clause.split()[-1]
    turned = bool(re.search(r" (not|hardly|never|by no means) ", clause))
    return int((adjective in GOOD) != turned)


GOOD = set(
    re.findall(
        r"\w+",
        "fresh tasty delicious fragrant superb memorable moving clever funny gripping honest "
        "elegant vivid wise witty tender surprising convincing lovely charming splendid "
        "delightful inviting excellent brilliant magical thrilling powerful radiant joyful",
    )
)


def test_every_label_is_what_a_careful_reader_says(found):
    for text, label in zip(found.texts, found.labels.tolist(), strict=True):
        assert verdict(text) == label, text


def test_what_decides_comes_first_as_often_as_last(found):
    for kind, mark in (("scope", "not|hardly|never|by no means"), ("strength", "truly|utterly")):
        first = [
            bool(re.search(rf" ({mark}) ", text.split(" and ")[0]))
            for text, name in zip(found.texts, found.kinds, strict=True)
            if name == kind
        ]
        assert np.mean(first) == pytest.approx(0.5, abs=0.04)  # over four standard deviations


def test_all_but_the_agreeing_reviews_have_a_twin_with_the_same_words_and_the_other_label(found):
    labels = defaultdict(set)
    core = defaultdict(set)
    for text, label, kind in zip(found.texts, found.labels.tolist(), found.kinds, strict=True):
        clauses = text.split(": ")[1].split(".")[0]
        labels[kind, tuple(sorted(words(clauses)))].add(label)
        core[kind].add(tuple(sorted(words(clauses))))
    twins = {kind: sum(len(labels[kind, bag]) == 2 for bag in core[kind]) for kind in KINDS}
    assert twins.pop("agree") == 0
    assert min(twins.values()) > 10


def test_the_same_seed_gives_the_same_reviews_and_n_only_cuts(found):
    assert make_reviews(101, seed=1).texts == found.texts[:101]
    assert make_reviews(101, seed=2).texts != found.texts[:101]


def test_take_keeps_texts_labels_and_kinds_together(found):
    few = found.take([5, 2])
    assert few.texts == (found.texts[5], found.texts[2])
    assert few.labels.tolist() == [found.labels[5], found.labels[2]]
    assert few.kinds == (found.kinds[5], found.kinds[2])


def test_load_reviews_gives_three_parts_that_share_no_text():
    splits = load_reviews(600, 100, 200)
    assert [len(part) for part in splits] == [600, 100, 200]
    assert len({text for part in splits for text in part.texts}) == 900
    assert splits.valid.labels.mean() == 0.5


@pytest.mark.parametrize("kwargs", [{"n": 0}, {"n": True}, {"seed": -1}, {"n": 1.5}])
def test_numbers_that_make_no_sense_are_named(kwargs):
    (name,) = kwargs
    with pytest.raises(ValueError, match=f"{name} must be"):
        make_reviews(**{"n": 1, "seed": 0, **kwargs})
    with pytest.raises(ValueError, match="valid must be"):
        load_reviews(valid=0)
