"""The cap of word counts: exact by brute force, and kept by whoever counts words."""

import re
from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest

from course_utils.data.review_cap import bag_of_words_cap, exact_cap, word_classes
from course_utils.data.review_grammar import BAD, GOOD, REVIEWS, SUBJECT, Leaning, shapes
from course_utils.data.review_words import Topic
from course_utils.data.reviews import make_reviews
from course_utils.errors import CourseError

THIRD = Fraction(1, 3)
TEA = Topic(("At home:", "Out:"), ("tea", "cake"), ("warm", "nice"), ("dry", "odd"), ("", "Bye."))
BUS = Topic(("Line two:",), ("seat", "ride"), ("soft", "nice"), ("loud", "odd"), ("",))
SMALL = replace(
    REVIEWS,
    topics=(("tea", TEA), ("bus", BUS)),
    negators=(Leaning("not", 2 * THIRD, THIRD), Leaning("by no means", THIRD, 2 * THIRD)),
    strong=(Leaning("truly", 2 * THIRD, THIRD), Leaning("utterly", THIRD, 2 * THIRD)),
    weak=(Leaning("fairly", Fraction(1), Fraction(1)),),
    contrasts=("but",),
    concessions=("even though",),
)


def words(text):
    return re.findall(r"[a-z']+", text.lower())


def all_texts(grammar):
    """Yield (text, label, probability) of every review, word by word."""
    for shape, (_, topic) in product(shapes(grammar), grammar.topics):
        count = Counter(shape.words)
        choices = [
            list(permutations(group, count[symbol]))
            for symbol, group in ((SUBJECT, topic.subjects), (GOOD, topic.good), (BAD, topic.bad))
        ]
        ways = list(product(topic.openers, topic.closers, *choices))
        chance = shape.probability / len(grammar.topics) / len(ways)
        for opener, closer, *fillers in ways:
            left = dict(zip((SUBJECT, GOOD, BAD), map(iter, fillers), strict=True))
            core = [next(left[word]) if word in left else word for word in shape.words]
            yield " ".join((opener, *core, ".", closer)), shape.label, chance


def brute_force(grammar, view):
    """The best accuracy of any function that sees `view(words)` only, as a Fraction."""
    chances = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for text, label, chance in all_texts(grammar):
        chances[frozenset(Counter(view(words(text))).items())][label] += chance
    assert sum(map(sum, chances.values())) == 1
    return sum(map(max, chances.values()))


def test_the_cap_of_the_course_is_three_quarters():
    assert exact_cap() == Fraction(3, 4)
    assert bag_of_words_cap() == 0.75


def test_the_cap_of_a_small_grammar_is_exactly_what_brute_force_finds():
    assert exact_cap(SMALL) == brute_force(SMALL, lambda text: text)


@pytest.mark.parametrize("kind", ["agree", "but", "although", "scope", "strength"])
def test_the_cap_of_each_kind_alone_is_exactly_what_brute_force_finds(kind):
    grammar = replace(SMALL, kinds=((kind, Fraction(1)),))
    found = brute_force(grammar, lambda text: text)
    assert exact_cap(grammar) == found
    bounds = {"agree": (1, 1), "but": (0.5, 0.5), "although": (0.5, 0.5)}.get(kind, (0.5001, 0.999))
    assert bounds[0] <= found <= bounds[1]


def test_pairs_of_neighbours_decide_every_review_of_a_small_grammar():
    assert brute_force(SMALL, lambda text: zip(text, text[1:], strict=False)) == 1


def test_probabilities_add_up_to_one_and_the_labels_to_a_half_within_each_kind():
    assert sum(shape.probability for shape in shapes()) == 1
    for kind, share in REVIEWS.kinds:
        for label in (0, 1):
            chance = sum(s.probability for s in shapes() if (s.kind, s.label) == (kind, label))
            assert chance == share / 2


def test_what_is_written_is_what_the_small_grammar_allows():
    allowed = {(tuple(words(text)), label) for text, label, _ in all_texts(SMALL)}
    made = make_reviews(300, 0, grammar=SMALL)
    for text, label in zip(made.texts, made.labels.tolist(), strict=True):
        assert (tuple(words(text)), label) in allowed


def test_a_grammar_that_is_used_up_says_so():
    with pytest.raises(ValueError, match="different reviews, not 1000000"):
        make_reviews(1_000_000, 0, grammar=replace(SMALL, kinds=(("agree", Fraction(1)),)))


@pytest.fixture(scope="module")
def sample():
    """200,000 reviews: for each the counts of classes, as a tuple, and the label."""
    groups = word_classes()
    made = make_reviews(200_000, seed=7)
    bags = [
        tuple(sorted(groups[word] for word in words(text) if word in groups)) for text in made.texts
    ]
    return made, bags


def test_the_best_table_over_200_000_reviews_comes_to_the_cap(sample):
    made, bags = sample
    half = len(bags) // 2
    table = defaultdict(Counter)
    for bag, label in zip(bags[:half], made.labels[:half].tolist(), strict=True):
        table[bag][label] += 1
    hits = sum(
        table[bag].most_common(1)[0][0] == label if bag in table else 0.5
        for bag, label in zip(bags[half:], made.labels[half:].tolist(), strict=True)
    )
    # the standard deviation of a share of 3/4 among 100,000 is 0.0014
    assert hits / half == pytest.approx(bag_of_words_cap(), abs=0.006)


def test_a_logistic_regression_on_word_counts_stays_below_the_cap(sample):
    made, _ = sample
    rows = [words(text) for text in made.texts[:12_000]]
    column = {word: k for k, word in enumerate(sorted({w for row in rows for w in row}))}
    counts = np.zeros((len(rows), len(column) + 1))
    counts[:, -1] = 1
    for row, bag in zip(counts, rows, strict=True):
        np.add.at(row, [column[word] for word in bag], 1)
    labels = made.labels[: len(rows)]
    train, test = slice(0, 8000), slice(8000, None)
    weights = np.zeros(counts.shape[1])
    for _ in range(6):  # Newton's method with a small ridge
        p = 1 / (1 + np.exp(-counts[train] @ weights))
        slope = counts[train].T @ (labels[train] - p) - weights
        curve = (counts[train].T * (p * (1 - p))) @ counts[train] + np.eye(len(weights))
        weights += np.linalg.solve(curve, slope)
    accuracy = np.mean((counts[test] @ weights > 0) == labels[test])
    assert 0.6 < accuracy < bag_of_words_cap() + 0.02


def test_order_lets_twins_differ_that_the_table_must_confuse(sample):
    made, bags = sample
    both = defaultdict(set)
    for bag, label in zip(bags, made.labels.tolist(), strict=True):
        both[bag].add(label)
    undecided = np.mean([len(both[bag]) == 2 for bag in bags])
    assert undecided == pytest.approx(0.65, abs=0.01)  # all but the kind "agree"


@pytest.mark.parametrize(
    "changes",
    [
        {"bad": ("dry", "warm")},  # praise at home, blame as well
        {"good": ("nice", "not")},  # also a negator
        {"openers": ("Nice day:",)},  # an opener that praises
        {"closers": ("", "But why.")},
        {"subjects": ("tea", "dry")},
    ],
)
def test_a_word_in_two_groups_is_refused_because_the_proof_would_not_hold(changes):
    grammar = replace(SMALL, topics=(("tea", replace(TEA, **changes)),))
    with pytest.raises(CourseError, match="in two groups"):
        bag_of_words_cap(grammar)
