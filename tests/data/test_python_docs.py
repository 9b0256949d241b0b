"""English text: normal form, honest origin, a split that does not leak."""

import sys
import unicodedata
from dataclasses import replace

import pytest

from course_utils.data import catalogue
from course_utils.data.corpus import make_corpus
from course_utils.data.python_docs import load_python_docs
from course_utils.data.verify import sha256
from course_utils.errors import DataMissingError


@pytest.fixture
def corpus(monkeypatch):
    monkeypatch.delenv("COURSE_FULL", raising=False)
    return load_python_docs()


def test_the_text_is_about_half_a_megabyte_of_english(corpus):
    assert 400_000 < len(corpus.text) < 900_000
    assert corpus.text.count(" the ") > 3_000
    assert 'The "for" statement\n***' in corpus.text


def test_the_text_is_in_normal_form(corpus):
    assert unicodedata.is_normalized("NFC", corpus.text)
    assert "\r" not in corpus.text
    assert "\x00" not in corpus.text
    assert corpus.text.endswith("\n")


def test_two_loads_give_the_same_text(corpus):
    assert load_python_docs() == corpus
    assert corpus.sha256 == sha256(corpus.text.encode("utf-8"))
    assert (corpus.name, corpus.licence) == ("python_docs", "PSF-2.0")


def test_a_python_without_documentation_is_one_clear_message(monkeypatch):
    monkeypatch.delenv("COURSE_FULL", raising=False)
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    with pytest.raises(DataMissingError, match="without the text of its language reference"):
        load_python_docs()


def test_course_full_loads_tiny_shakespeare(monkeypatch, server, home):
    server.payload = b"First Citizen:\nBefore we proceed any further, hear me speak.\n"
    full = replace(catalogue.TINY_SHAKESPEARE, urls=(server.url,), sha256=sha256(server.payload))
    entry = replace(catalogue.lookup("python_docs"), full=full)
    monkeypatch.setitem(catalogue.CATALOGUE, "python_docs", entry)
    monkeypatch.setenv("COURSE_FULL", "1")
    found = load_python_docs()
    assert (found.name, found.licence) == ("tinyshakespeare", "public domain")
    assert found.text.encode() == server.payload
    assert (home / "tinyshakespeare.txt").is_file()


def test_a_corpus_is_normalised():
    found = make_corpus("x", "\ufeffcafe\u0301\r\nbar\rbaz", "CC0")
    assert found.text == "caf\u00e9\nbar\nbaz"


def test_split_holds_out_the_tail():
    train, valid = make_corpus("x", "abcdefghij", "CC0").split(valid=0.2)
    assert (train, valid) == ("abcdefgh", "ij")


@pytest.mark.parametrize("valid", [0, 1, -0.1, 1.5, float("nan")])
def test_split_refuses_what_is_no_fraction(valid):
    with pytest.raises(ValueError, match="between 0 and 1"):
        make_corpus("x", "abc", "CC0").split(valid=valid)
