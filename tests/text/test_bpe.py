"""Every text comes back, merges are applied in order, and what is refused is named."""

import copy
import pickle
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.data.python_docs import load_python_docs
from course_utils.errors import CourseError, ShapeError
from course_utils.text import bpe
from course_utils.text.bpe import BytePairTokenizer
from course_utils.text.split import split

DOCS = load_python_docs().text
TRAINED = BytePairTokenizer.train(DOCS, 900)
BYTES_ONLY = BytePairTokenizer([])


def in_order(text, merges):
    """Apply merge 0 everywhere, then merge 1 everywhere, ...: what encoding means."""
    ids = []
    for piece in split(text):
        piece = list(piece.encode())
        for new, (left, right) in enumerate(merges, 256):
            at = 0
            while at < len(piece) - 1:
                if piece[at : at + 2] == [left, right]:
                    piece[at : at + 2] = [new]
                at += 1
        ids += piece
    return ids


@settings(max_examples=1000, deadline=None)
@given(st.text(), st.booleans())
def test_every_text_comes_back(text, allow_special):
    for tokenizer in (TRAINED, BYTES_ONLY):
        ids = tokenizer.encode(text, allow_special)
        assert tokenizer.decode(ids) == text
        assert tokenizer.decode(ids, errors="strict") == text


@pytest.mark.parametrize(
    "text",
    ["", "\x00", "\ufeffBOM", "\r\n", "e\u0301é", "नमस्ते 我 🙂👩\u200d💻", "\U0010ffff", "   "],
)
def test_awkward_texts_come_back(text):
    assert TRAINED.decode(TRAINED.encode(text), errors="strict") == text


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="thereinstao q\n.", max_size=60))
def test_encoding_is_applying_the_merges_one_after_the_other(text):
    assert TRAINED.encode(text) == in_order(text, TRAINED.merges)


@settings(max_examples=100, deadline=None)
@given(
    st.text(alphabet="ab", min_size=1, max_size=60).filter(lambda text: len(text) > 3),
    st.text(alphabet="ab", max_size=60),
)
def test_short_alphabets_too_where_merges_overlap_most(corpus, text):
    tokenizer = BytePairTokenizer.train(corpus, 280)
    assert tokenizer.encode(text) == in_order(text, tokenizer.merges)


def test_merges_make_english_less_than_half_as_long():
    ids = TRAINED.encode(DOCS)
    assert len(ids) < len(DOCS.encode()) / 2
    assert TRAINED.decode(ids) == DOCS


def test_ids_are_bytes_then_merges_then_special_tokens():
    tokenizer = BytePairTokenizer([(97, 98), (256, 99)], ("<|end|>", "<|user|>"))
    assert tokenizer.size == 260
    assert [tokenizer.token(i) for i in (0, 97, 255)] == [b"\x00", b"a", b"\xff"]
    assert [tokenizer.token(i) for i in (256, 257)] == [b"ab", b"abc"]
    assert tokenizer.special == {"<|end|>": 258, "<|user|>": 259}
    assert tokenizer.end == 258
    assert tokenizer.token(258) == b"<|end|>"
    assert tokenizer.encode("abcab") == [257, 256]
    assert tokenizer.merges == ((97, 98), (256, 99))


def test_the_size_asked_for_is_the_size_got_unless_the_text_is_too_short():
    assert TRAINED.size == 900
    assert BytePairTokenizer.train("abab", 300).size == 256 + 1 + 1
    assert BytePairTokenizer.train("abab", 256, special=()).size == 256


def test_a_special_token_in_a_text_is_ordinary_text_unless_it_is_allowed():
    text = "one<|end|>two<|end|>"
    ordinary, allowed = TRAINED.encode(text), TRAINED.encode(text, allow_special=True)
    assert TRAINED.end not in ordinary
    assert allowed.count(TRAINED.end) == 2
    assert TRAINED.decode(ordinary) == TRAINED.decode(allowed) == text
    assert allowed == [*TRAINED.encode("one"), TRAINED.end, *TRAINED.encode("two"), TRAINED.end]


def test_of_two_special_tokens_that_fit_the_longer_is_taken():
    tokenizer = BytePairTokenizer([], special=("<a>", "<a><b>", "(.*)"))
    assert tokenizer.encode("<a><b><a>x(.*)", allow_special=True) == [257, 256, ord("x"), 258]
    assert tokenizer.end is None


def test_half_a_character_is_replaced_or_refused_but_its_bytes_are_there():
    half = BYTES_ONLY.encode("é")[:1]
    assert BYTES_ONLY.decode(half) == "\ufffd"
    assert BYTES_ONLY.decode_bytes(half) == b"\xc3"
    with pytest.raises(CourseError, match=r"not UTF-8: byte 0 is 0xC3"):
        BYTES_ONLY.decode(half, errors="strict")


@pytest.mark.parametrize("kind", [list, tuple, np.array, lambda ids: np.array(ids, np.uint16)])
def test_ids_may_come_in_any_container(kind):
    assert TRAINED.decode(kind(TRAINED.encode("the same"))) == "the same"


def test_encoding_gives_plain_ints():
    assert {type(i) for i in TRAINED.encode("the text<|end|>", allow_special=True)} == {int}


@pytest.mark.parametrize(
    "made", [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))]
)
def test_a_copy_is_equal_and_works(made):
    twin = made(TRAINED)
    assert twin == TRAINED and hash(twin) == hash(TRAINED)
    assert twin.encode("what is it?") == TRAINED.encode("what is it?")


def test_tokenizers_differ_if_their_merges_or_special_tokens_do():
    assert BytePairTokenizer([]) != BytePairTokenizer([], special=())
    assert BytePairTokenizer([]) != BytePairTokenizer([(97, 98)])
    assert BytePairTokenizer([]) != "a str"


def test_the_cache_is_bounded(monkeypatch):
    monkeypatch.setattr(bpe, "CACHED_PIECES", 10)
    tokenizer = BytePairTokenizer(TRAINED.merges)
    text = " ".join(f"{'abcdefghij'[i % 10]}{chr(97 + i // 10)}" for i in range(200))
    assert tokenizer.encode(text) == TRAINED.encode(text)
    assert tokenizer._encode_piece.cache_info().currsize == 10


def test_a_word_seen_before_is_not_merged_again():
    tokenizer = BytePairTokenizer(TRAINED.merges)
    tokenizer.encode(DOCS[:10_000])
    misses = tokenizer._encode_piece.cache_info().misses
    tokenizer.encode(DOCS[:10_000])
    assert tokenizer._encode_piece.cache_info().misses == misses


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "\U0001f642" * 50_000, "我" * 50_000, " " * 200_000]
)
def test_a_text_without_a_border_is_encoded_in_linear_time(text):
    begin = time.process_time()
    assert TRAINED.decode(TRAINED.encode(text)) == text
    assert time.process_time() - begin < 3  # 0.1 s here; quadratic takes minutes


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: BytePairTokenizer.train("text", 256), "size 256 is too small: 256 .* take 257"),
        (lambda: BytePairTokenizer.train("text", 100, special=()), "100 is too small"),
        (lambda: BytePairTokenizer.train("text", 300.0), "size 300.0"),
        (lambda: BytePairTokenizer.train("", 300), "no text"),
        (lambda: BytePairTokenizer.train([], 300), "no text"),
        (lambda: BytePairTokenizer.train(b"text", 300), "got bytes"),
        (lambda: BytePairTokenizer.train("text", 300, special="<|end|>"), "one str"),
        (lambda: BytePairTokenizer.train("text", 300, special=("<a>", "<a>")), "'<a>' .*twice"),
        (lambda: BytePairTokenizer.train("text", 300, special=("",)), "empty"),
        (lambda: BytePairTokenizer.train("text", 300, special=(b"<a>",)), "got bytes"),
        (lambda: BytePairTokenizer([(97, 256)]), r"merge 0 is \(97, 256\).*0..255"),
        (lambda: BytePairTokenizer([(97, 98), (-1, 98)]), r"merge 1 is \(-1, 98\)"),
        (lambda: BytePairTokenizer([(97, 98), (97, 98)]), r"merge 1 repeats .*\(97, 98\)"),
        (lambda: BytePairTokenizer([(97, 98, 99)]), "merge 0"),
        (lambda: BytePairTokenizer([97]), "merge 0 is 97"),
        (lambda: BytePairTokenizer([("a", "b")]), "merge 0"),
        (lambda: BytePairTokenizer([(97.5, 98)]), "merge 0"),
        (lambda: TRAINED.encode(b"text"), "got bytes"),
        (lambda: TRAINED.encode(["text"]), "got list"),
        (lambda: TRAINED.encode(None, allow_special=True), "NoneType"),
        (lambda: TRAINED.encode("ab\udfff"), r"position 2 .*U\+DFFF"),
        (lambda: TRAINED.encode("ab\udfff", allow_special=True), r"position 2 .*U\+DFFF"),
        (lambda: TRAINED.decode([5, 900]), "number 1 is 900, outside the vocabulary 0..899"),
        (lambda: TRAINED.decode([-1]), "number 0 is -1"),
        (lambda: TRAINED.token(900), "900"),
        (lambda: TRAINED.decode("text"), "axis"),
        (lambda: TRAINED.decode(["text"]), "whole numbers"),
        (lambda: TRAINED.decode([0.5]), "whole numbers, got float64"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(CourseError, match=says):
        call()


def test_a_batch_is_refused_with_the_way_to_decode_it():
    with pytest.raises(ShapeError, match="for row in ids"):
        TRAINED.decode([[1, 2], [3, 4]])
