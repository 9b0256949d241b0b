"""The merges that the fast trainer learns are those of a trainer too plain to be wrong."""

import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.data.python_docs import load_python_docs
from course_utils.errors import CourseError
from course_utils.text.bpe_train import count_pieces, train_merges
from course_utils.text.split import split

small = st.text(alphabet="ab é\n", max_size=80)


def merged(ids, pair, new):
    """`ids` with each `pair`, from the left, replaced by `new`."""
    out, at = [], 0
    while at < len(ids):
        if tuple(ids[at : at + 2]) == pair:
            out.append(new)
            at += 2
        else:
            out.append(ids[at])
            at += 1
    return out


def plain_merges(text, merges):
    """Count every pair of every piece anew before each merge."""
    pieces, learned = [list(piece.encode()) for piece in split(text)], []
    for new in range(256, 256 + merges):
        counts = Counter(pair for ids in pieces for pair in zip(ids, ids[1:], strict=False))
        best = min(counts, key=lambda pair: (-counts[pair], pair), default=None)
        if best is None or counts[best] < 2:
            break
        learned.append(best)
        pieces = [merged(ids, best, new) for ids in pieces]
    return learned


@settings(max_examples=300, deadline=None)
@given(small.filter(bool), st.integers(0, 40))
def test_small_texts_give_the_merges_of_the_plain_trainer(text, merges):
    assert train_merges(text, merges) == plain_merges(text, merges)


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=60).map(lambda text: text * 3), st.integers(0, 60))
def test_texts_in_any_script_give_the_merges_of_the_plain_trainer(text, merges):
    assert train_merges(text, merges) == plain_merges(text, merges)


def test_english_gives_the_merges_of_the_plain_trainer():
    text = load_python_docs().text[:6000]
    assert train_merges(text, 150) == plain_merges(text, 150)


@pytest.mark.parametrize("n", range(1, 20))
def test_runs_of_one_letter_merge_from_the_left(n):
    text = " ".join(["a" * n] * 3)
    assert train_merges(text, 20) == plain_merges(text, 20)


def test_the_most_frequent_pair_is_merged_first_and_a_tie_goes_to_the_smaller_ids():
    a, b, c, d = b"abcd"
    assert train_merges(["cd", "cd", "cd", "ab", "ab"], 1) == [(c, d)]
    assert train_merges(["dc", "dc", "ab", "ab"], 2) == [(a, b), (d, c)]
    assert train_merges(["ac", "ac", "ab", "ab"], 2) == [(a, b), (a, c)]


def test_a_pair_that_occurs_once_is_not_learned():
    assert train_merges("abcdefg", 10) == []
    assert len(train_merges("abcabc", 10)) == 2


def test_several_texts_count_together_but_never_merge_into_each_other():
    assert train_merges(["ab", "ab"], 5) == [(97, 98)]
    assert train_merges(["a", "b"] * 50, 5) == []
    assert train_merges((text for text in ["ab", "ab"]), 5) == [(97, 98)]


def test_equal_pieces_are_counted_once_with_their_number():
    assert count_pieces(["a b", "a b b"]) == {"a": 2, " b": 3}


def test_a_thousand_merges_of_half_a_megabyte_take_moments():
    text = load_python_docs().text
    begin = time.process_time()
    assert len(train_merges(text, 1000)) == 1000
    assert time.process_time() - begin < 5  # 0.2 s here; counting anew takes minutes


@pytest.mark.parametrize(
    ("texts", "merges", "says"),
    [
        ("", 5, "no text to learn from: ''"),
        ([], 5, r"no text to learn from: \[\]"),
        (["", ""], 5, "no text"),
        (b"bytes", 5, "got bytes"),
        ([b"bytes"], 5, "got bytes"),
        (["a", None], 5, "NoneType"),
        (None, 5, "NoneType"),
        ("a\ud800", 5, r"position 1 .*U\+D800"),
        ("abc", -1, "merges is -1"),
        ("abc", 2.5, "merges is 2.5"),
        ("abc", True, "merges is True"),
    ],
)
def test_bad_input_is_named(texts, merges, says):
    with pytest.raises(CourseError, match=says):
        train_merges(texts, merges)
