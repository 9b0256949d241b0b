"""`pretrain` and `generate` refuse what cannot be in one message, before anything is loaded."""

import os

import pytest

TEXT = "Once there was a model. It read, and it read.\n" * 60


@pytest.fixture
def refused(course):
    """refused("generate", ...) -> (exit status, error stream); it must be quick and one message."""

    def run(*words):
        done = course(*words, PYTHONPROFILEIMPORTTIME="1")
        messages = [line for line in done.stderr.splitlines() if "import time:" not in line]
        assert "tensorflow.python" not in done.stderr  # refused before seconds were spent
        assert "Traceback" not in done.stderr
        return done.returncode, "\n".join(messages)

    return run


PRETRAIN = [
    ("--size huge", "there is no size 'huge'", "one of tiny, small"),
    ("--minutes 0", "--minutes 0 is no time", "above 0"),
    ("--minutes -3", "--minutes -3 is no time", "above 0"),
    ("--minutes nan", "--minutes nan is no time", "above 0"),
    ("--minutes inf", "--minutes inf is no time", "at most 10,080"),
    ("--minutes soon", "invalid float", "--help"),
    ("--steps 0", "--steps 0 trains nothing", "from 1"),
    ("--steps 1.5", "invalid int", ""),
    ("--steps 5 --minutes 1", "both say how long", "one of the two"),
    ("--seed -1", "-1 is no seed", "from 0"),
    ("--seed 4294967296", "4294967296 is no seed", "to 4294967295"),
    ("--heads 3", "3 heads cannot share the 64 features", "one of 1, 2, 4, 8, 16, 32"),
    ("--heads 64", "64 heads cannot share the 64 features", "one of 1, 2, 4, 8, 16, 32"),
    ("--heads 0 --size small", "0 heads cannot share the 128 features", "one of 1, 2, 4"),
    ("--batch 0", "--batch 0 reads nothing", "from 1"),
    ("--peak 0", "--peak 0 is no learning rate", "above 0"),
    ("--peak nan", "--peak nan is no learning rate", "at most 1"),
    ("--resume", "there is no training in", "leave out --resume"),
    ("--corpus storys --steps 1", "no corpus and no file called 'storys'", "stories, python_docs"),
    ("--corpus empty.txt --steps 1", "is empty", "a longer text"),
    ("--corpus tiny.txt --steps 1", "holds 9 characters", "a longer text"),
    ("--corpus latin1.txt --steps 1", "byte 0xe9 at position", "iconv"),
    ("--corpus . --steps 1", "is a folder", "one text file"),
]


@pytest.mark.parametrize(("words", "says", "fix"), PRETRAIN, ids=[row[0] for row in PRETRAIN])
def test_pretrain_refuses(words, says, fix, refused, tmp_path):
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "tiny.txt").write_text("too short")
    (tmp_path / "latin1.txt").write_bytes((TEXT + "café").encode("latin1"))
    words = [str(tmp_path / word) if word.endswith(".txt") else word for word in words.split()]
    status, error = refused("pretrain", "--out", str(tmp_path / "new"), *words)
    assert status == (1 if any(word.endswith(".txt") for word in words) else 2)
    assert says in error and (fix in error or "usage:" in error)
    assert not (tmp_path / "new").exists()


def test_pretrain_needs_a_folder(refused):
    status, error = refused("pretrain")
    assert status == 2 and "--out" in error


def test_a_folder_that_cannot_be_made_is_noticed_before_the_training(refused, tmp_path):
    (tmp_path / "file").write_text("")
    status, error = refused("pretrain", "--out", str(tmp_path / "file" / "new"), "--steps", "1")
    assert status == 1 and "cannot write to" in error and "another folder" in error


GENERATE = [
    ("--temperature 0", "temperature 0 is not above 0", "--greedy"),
    ("--temperature -1", "temperature -1 is not above 0", "--greedy"),
    ("--temperature nan", "temperature nan is not above 0", "--greedy"),
    ("--top-p 0", "--top-p 0 is no share", "0.9 is usual"),
    ("--top-p 1.2", "--top-p 1.2 is no share", "0.9 is usual"),
    ("--top-k 0", "--top-k 0 leaves no token", "--top-k 40"),
    ("--greedy --temperature 0.5", "--greedy leaves nothing to chance", "--greedy alone"),
    ("--greedy --top-k 3", "--greedy leaves nothing to chance", "--greedy alone"),
    ("--tokens 0", "--tokens 0 writes nothing", "from 1"),
    ("--seed -1", "-1 is no seed", "from 0"),
]


@pytest.mark.parametrize(("words", "says", "fix"), GENERATE, ids=[row[0] for row in GENERATE])
def test_generate_refuses(words, says, fix, refused):
    status, error = refused("generate", "--model", "any", *words.split())
    assert status == 2 and says in error and fix in error


@pytest.mark.skipif(os.name == "nt", reason="Windows hands over text, not bytes")
def test_a_prompt_that_is_no_text_is_refused(refused):
    """A shell hands bytes that are no UTF-8 to Python as lone surrogates."""
    status, error = refused("generate", "--model", "any", "--prompt", "caf\udce9")
    assert status == 1 and "position 3" in error and "U+DCE9" in error
