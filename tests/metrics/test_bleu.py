"""BLEU equals sacrebleu's, whatever the texts; a bad call is one clear message."""

import random

import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

from course_utils.errors import ShapeError
from course_utils.metrics.bleu import bleu, words_13a

WORDS = (
    *("the", "a", "cat", "dog", "sat", "ran"),
    *("on", "under", "mat", "tree", "and", "quickly"),
)
TEXTS = st.lists(st.sampled_from(WORDS[:5]), max_size=9).map(" ".join)


def theirs(hypotheses, references, tokenize="none"):
    """sacrebleu's score; it takes references by stream: the first of each, the second of each."""
    streams = list(map(list, zip(*references, strict=True)))
    return sacrebleu.corpus_bleu(hypotheses, streams, tokenize=tokenize, force=True)


def same(hypotheses, references, tokenize="none", **kwargs):
    ours, other = bleu(hypotheses, references, **kwargs), theirs(hypotheses, references, tokenize)
    assert ours.score == pytest.approx(other.score, abs=1e-9)
    assert ours.precisions == pytest.approx(other.precisions, abs=1e-9)
    assert ours.brevity_penalty == pytest.approx(other.bp, abs=1e-12)
    assert (ours.hypothesis_length, ours.reference_length) == (other.sys_len, other.ref_len)
    return ours


def damaged(rng, text, rate=0.25):
    """Drop, change and repeat words of a text, as a poor translation does."""
    words = []
    for word in text.split():
        draw = rng.random()
        if draw > rate:
            words.append(word)
        elif draw > rate / 2:
            words += [rng.choice(WORDS)] * rng.choice((1, 2))
    return " ".join(words)


@pytest.fixture(scope="module")
def corpus():
    """200 hypotheses with two references each, of 0 to 24 words."""
    rng = random.Random(1)
    texts = [" ".join(rng.choices(WORDS, k=rng.randrange(25))) for _ in range(200)]
    return [damaged(rng, t) for t in texts], [[t, damaged(rng, t, 0.5)] for t in texts]


def test_two_hundred_pairs_score_as_in_sacrebleu(corpus):
    hypotheses, references = corpus
    assert 20 < same(hypotheses, [few[:1] for few in references]).score < 90


def test_several_references_score_as_in_sacrebleu(corpus):
    same(*corpus)


def test_each_of_two_hundred_sentences_alone_scores_as_in_sacrebleu(corpus):
    scores = [same([text], [few]).score for text, few in zip(*corpus, strict=True)]
    assert min(scores) == 0 < max(scores)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=4))
def test_empty_and_very_short_texts_score_as_in_sacrebleu(rows):
    same([row[0] for row in rows], [list(row[1:]) for row in rows])


def test_equal_texts_have_100_and_nothing_in_common_has_0():
    assert bleu(["a b c d e"], ["a b c d e"]).score == pytest.approx(100)
    assert bleu(["a b c d e"], ["v w x y z"]).score == 0


def test_repeating_a_right_word_does_not_pay():
    # the example of the paper's section 2.1: 2 of 7, not 7 of 7
    found = bleu(["the the the the the the the"], ["the cat is on the mat"])
    assert found.precisions[0] == pytest.approx(100 * 2 / 7)


def test_one_word_is_100_by_no_precision_of_runs_of_four_so_its_score_is_0():
    found = bleu(["yes"], ["yes"])
    assert found.precisions == (100, 0, 0, 0)
    assert found.score == 0


def test_too_short_costs_and_too_long_does_not():
    short = bleu(["a b c d"], ["a b c d e f g h"])
    assert short.precisions == (100, 100, 100, 100)
    assert short.score == pytest.approx(100 * 2.718281828459045**-1)
    assert bleu(["a b c d e f g h"], ["a b c d"]).brevity_penalty == 1


def test_characters_score_as_sacrebleu_scores_spaced_ones():
    hypotheses, references = ["他跑得很快。", "你好吗"], ["他跑得快。", "你好"]
    ours = bleu(hypotheses, references, tokenise=list)
    spaced = theirs([" ".join(t) for t in hypotheses], [[" ".join(t)] for t in references])
    assert ours.score == pytest.approx(spaced.score, abs=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "It's 3.14, isn't it?  Yes - well-known (1990-2000)...",
        'He said: "no", & left; 5,000 €/day! [sic] {x}',
        "~y ^z _w_ `q` a\\b a|b <p> #1 $2 50% *c+d=e @f",
        "&quot;A&quot; &amp; &lt;B&gt; <skipped>end-\ned\nline ",
        "Ärger, naïve—dash 10. 2.5. .5 ,5 a.b",
        "",
        "   ",
    ],
)
def test_words_13a_are_those_of_sacrebleu(text):
    assert words_13a(text) == Tokenizer13a()(text.rstrip()).split()


@given(st.text(st.characters(min_codepoint=10, max_codepoint=126), max_size=40))
def test_words_13a_of_any_ascii_are_those_of_sacrebleu(text):
    assert words_13a(text) == Tokenizer13a()(text.rstrip()).split()


def test_scores_of_words_13a_are_those_of_sacrebleu():
    hypotheses = ["The cat, it's said, sat (down).", "He ran 3.5 km."]
    references = [["The cat, they say, sat (down)!"], ["He ran 3.5 km, fast."]]
    same(hypotheses, references, "13a", tokenise=words_13a)


@pytest.mark.parametrize(
    ("hypotheses", "references", "says"),
    [
        (["a"], ["a", "b"], "1 hypotheses and references for 2"),
        ([], [], "0 hypotheses"),
        (["a", "b"], ["a", []], "item 1 has the hypothesis 'b' and the references"),
        ([["a", "b"]], ["a b"], "item 0 has the hypothesis"),
        (["a b"], [[["a", "b"]]], "item 0"),
        (["a"], [None], "item 0"),
    ],
)
def test_a_bad_call_is_named(hypotheses, references, says):
    with pytest.raises(ShapeError, match=says) as caught:
        bleu(hypotheses, references)
    assert "Try: " in str(caught.value)
