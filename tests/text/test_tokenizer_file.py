"""A saved tokenizer comes back equal; a file that is not what was saved says so."""

import errno
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.errors import CourseError, DataMissingError
from course_utils.text.bpe import BytePairTokenizer
from course_utils.text.characters import CharacterTokenizer
from course_utils.text.tokenizer_file import fingerprint, load_tokenizer, save_tokenizer

ROOT = Path(__file__).parents[2]
BPE = BytePairTokenizer.train("the cat and the hat and the bat " * 3, 265, ("<|end|>", "<|é|>"))
CHARACTERS = CharacterTokenizer('naïve\n"\\ 我\u2028<|')
BOTH = pytest.mark.parametrize("tokenizer", [BPE, CHARACTERS], ids=["pairs", "characters"])


@pytest.fixture
def path(tmp_path):
    return tmp_path / "tokenizer.json"


@BOTH
def test_what_is_loaded_equals_what_was_saved(tokenizer, path):
    save_tokenizer(tokenizer, path)
    again = load_tokenizer(str(path))
    assert again == tokenizer
    assert again.encode("nave") == tokenizer.encode("nave")
    assert again.special == tokenizer.special
    assert fingerprint(again) == fingerprint(tokenizer)


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=50), st.lists(st.text(min_size=1), max_size=3, unique=True))
def test_tokenizers_of_any_text_come_back(tmp_path_factory, text, special):
    path = tmp_path_factory.getbasetemp() / "any.json"
    for tokenizer in (
        BytePairTokenizer.train(text * 2, 280, special),
        CharacterTokenizer.train(text, special),
    ):
        save_tokenizer(tokenizer, path)
        assert load_tokenizer(path) == tokenizer


@BOTH
def test_the_same_tokenizer_gives_the_same_bytes(tokenizer, path):
    save_tokenizer(tokenizer, path)
    first = path.read_bytes()
    save_tokenizer(load_tokenizer(path), path)
    assert path.read_bytes() == first
    assert b"\r" not in first


def test_training_gives_the_same_tokenizer_in_every_process():
    code = (
        "from course_utils.data.python_docs import load_python_docs;"
        "from course_utils.text.bpe import BytePairTokenizer;"
        "from course_utils.text.tokenizer_file import fingerprint;"
        "print(fingerprint(BytePairTokenizer.train(load_python_docs().text[:50_000], 500)))"
    )
    marks = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert marks[0] == marks[1]
    assert len(marks[0]) == 64


def test_a_person_can_read_the_file(path):
    save_tokenizer(BytePairTokenizer([(97, 98), (256, 99)], ("<|é|>",)), path)
    *lines, mark, close = path.read_text("utf-8").splitlines()
    assert lines == [
        "{",
        '"kind": "byte pairs",',
        '"version": 1,',
        '"special": ["<|é|>"],',
        '"merges": [',
        "[97, 98],",
        "[256, 99]",
        "],",
    ]
    body = '{"kind": "byte pairs", "version": 1, "special": ["<|é|>"], '
    body += '"merges": [[97, 98], [256, 99]]}'
    assert mark == f'"fingerprint": "{hashlib.sha256(body.encode()).hexdigest()}"'
    assert close == "}"


def test_fingerprints_differ_where_tokenizers_do():
    tokenizers = [
        BytePairTokenizer([]),
        BytePairTokenizer([], special=()),
        BytePairTokenizer([(97, 98)]),
        BytePairTokenizer([(97, 99)]),
        CharacterTokenizer("ab"),
        CharacterTokenizer("abc"),
        CharacterTokenizer("ab", special=("<|stop|>",)),
    ]
    marks = {fingerprint(tokenizer) for tokenizer in tokenizers}
    assert len(marks) == len(tokenizers)
    assert {len(mark) for mark in marks} == {64}


@BOTH
def test_a_truncated_file_is_refused_wherever_it_ends(tokenizer, path):
    save_tokenizer(tokenizer, path)
    whole = path.read_bytes()
    for length in range(len(whole) - 1):  # without the last line end it is still whole
        path.write_bytes(whole[:length])
        with pytest.raises(DataMissingError, match="damaged"):
            load_tokenizer(path)


@BOTH
def test_a_changed_byte_never_gives_another_tokenizer(tokenizer, path):
    save_tokenizer(tokenizer, path)
    whole, refused = path.read_bytes(), 0
    for at in range(len(whole)):
        for new in (whole[at] ^ 1, ord("0")):
            path.write_bytes(whole[:at] + bytes([new]) + whole[at + 1 :])
            try:
                assert load_tokenizer(path) == tokenizer  # only the layout has changed
            except DataMissingError:
                refused += 1
    assert refused > len(whole)


def changed(path, **changes):
    """Save BPE, then change entries of the file; None takes one out."""
    save_tokenizer(BPE, path)
    body = json.loads(path.read_text("utf-8")) | changes
    path.write_text(json.dumps({k: v for k, v in body.items() if v is not None}), "utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version": 2}, r"version 2; this course reads version 1\.\n  Try: update"),
        ({"version": 0}, "version 0, which there never was"),
        ({"version": "1"}, "version '1', which there never was"),
        ({"version": None}, "lacks 'kind' and 'version'"),
        ({"kind": None}, "lacks 'kind'"),
        ({"kind": "word pieces"}, "kind 'word pieces'; known are byte pairs, characters"),
        ({"kind": ["byte pairs"]}, "known are"),
        ({"kind": "characters"}, "damaged.*KeyError"),
        ({"merges": None}, "damaged.*KeyError: 'merges'"),
        ({"merges": 5}, "damaged"),
        ({"merges": [[97, 300]]}, r"damaged.*merge 0 is \[97, 300\]"),
        ({"merges": [[97, 98]]}, "damaged.*fingerprint"),
        ({"special": "<|end|>"}, "damaged.*one str"),
        ({"special": [5]}, "damaged.*got int"),
        ({"special": None}, "damaged"),
        ({"fingerprint": None}, "damaged.*fingerprint of None"),
        ({"fingerprint": "0" * 64}, "fingerprint of 000000000000"),
    ],
)
def test_a_file_that_is_not_what_was_saved_is_refused(changes, says, path):
    with pytest.raises(DataMissingError, match=says):
        load_tokenizer(changed(path, **changes))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "0 bytes that are no JSON"),
        (b"hello", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b"\x89PNG\r\n", "no JSON"),
        (b"[1, 2]", "JSON, but no tokenizer"),
        (b'"text"', "JSON, but no tokenizer"),
        (b'{"a": 1}', "JSON, but no tokenizer"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_something_else_is_refused(data, says, path):
    path.write_bytes(data)
    with pytest.raises(DataMissingError, match=says):
        load_tokenizer(path)


def test_a_file_that_is_not_there_is_named(path, tmp_path):
    with pytest.raises(DataMissingError, match=r"tokenizer\.json"):
        load_tokenizer(path)
    with pytest.raises(DataMissingError, match="cannot read"):
        load_tokenizer(tmp_path)


@pytest.mark.parametrize(
    "interruption", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()]
)
def test_a_save_that_is_interrupted_leaves_the_old_file(interruption, path, monkeypatch):
    save_tokenizer(BPE, path)

    def interrupt(descriptor):
        raise interruption

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", interrupt)
        with pytest.raises((CourseError, KeyboardInterrupt), match=r"No space left|^$"):
            save_tokenizer(CHARACTERS, path)
    assert load_tokenizer(path) == BPE
    save_tokenizer(CHARACTERS, path)  # and nothing that was left over is in the way
    assert load_tokenizer(path) == CHARACTERS
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_full_disk_leaves_no_half_file(path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CourseError, match="No space left on device"):
        save_tokenizer(BPE, path)
    assert list(path.parent.iterdir()) == []


def test_what_cannot_be_saved_is_refused(path, tmp_path):
    with pytest.raises(CourseError, match="dict is no tokenizer"):
        save_tokenizer({"merges": []}, path)
    with pytest.raises(CourseError, match="cannot write"):
        save_tokenizer(BPE, tmp_path / "no such folder" / "t.json")
