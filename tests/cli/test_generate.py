"""`generate` writes what the model says, letter by letter where a letter takes several tokens."""

from types import SimpleNamespace

import numpy as np
import pytest

from course_utils.commands import generate as command
from course_utils.errors import CourseError, UsageError
from course_utils.models import generate as models_generate
from course_utils.models import pretrained
from course_utils.text.bpe import BytePairTokenizer

TOKENIZER = BytePairTokenizer([], special=("<|end|>",))  # one token a byte


class Parrot:
    """In place of a GPT: says `line`, a list of ids, again and again; remembers its prompts."""

    def __init__(self, line, context=64):
        self.line, self.config = list(line), SimpleNamespace(context=context, vocabulary=257)
        self.prompts, self.said = [], 0

    def stream(self, model, ids, count, *, choose):
        self.prompts.append(list(ids))
        assert ids and len(ids) + count <= self.config.context + 1
        for _ in range(count):
            p = np.full((1, 257), 1e-3)
            p[0, self.line[self.said % len(self.line)]] = 1.0
            self.said += 1
            yield int(choose(p / p.sum(), None)[0])


@pytest.fixture
def say(monkeypatch):
    """say(text or ids, **about) -> the parrot that `generate` will load."""

    def prepare(line, context=64, **about):
        line = line.encode() if isinstance(line, str) else line
        parrot = Parrot(line, context)
        loaded = pretrained.Pretrained(parrot, TOKENIZER, about)
        monkeypatch.setattr(pretrained, "load_pretrained", lambda name: loaded)
        monkeypatch.setattr(models_generate, "stream", parrot.stream)
        return parrot

    return prepare


@pytest.fixture
def written(monkeypatch):
    """The pieces in which the text came out."""
    pieces = []
    out = SimpleNamespace(write=pieces.append, flush=lambda: pieces.append("."))
    monkeypatch.setattr(command, "sys", SimpleNamespace(stdout=out))
    return pieces


def test_every_token_is_shown_as_it_comes(say, written):
    say("abc")
    assert command.generate("any", prompt="x", greedy=True, tokens=3) == 0
    assert written == ["x", ".", "a", ".", "b", ".", "c", ".", "\n", "."]


def test_a_letter_of_several_tokens_is_held_back_until_it_is_whole(say, written):
    say("é夜🙂")
    command.generate("any", prompt="x", greedy=True, tokens=9)
    shown = [piece for piece in written if piece not in ("", ".")]
    assert shown == ["x", "é", "夜", "🙂", "\n"]


def test_a_letter_that_is_never_completed_is_shown_as_damaged(say, written):
    say("夜")
    command.generate("any", prompt="x", greedy=True, tokens=2)
    assert "".join(written).replace(".", "") == "x\ufffd\n"


def test_the_end_token_ends_the_text_and_is_not_shown(say, written):
    parrot = say([*b"The end", TOKENIZER.end, *b"more"])
    command.generate("any", prompt="x", greedy=True, tokens=50)
    assert "".join(written).replace(".", "") == "xThe end\n"
    assert parrot.said == 8


def test_a_model_of_stories_begins_by_itself(say, written):
    parrot = say([*b"Once", TOKENIZER.end], begins_itself=True)
    command.generate("any", greedy=True)
    assert "".join(written).replace(".", "") == "Once\n"
    assert parrot.prompts == [[TOKENIZER.end]]


def test_what_a_reader_types_is_never_the_end_token(say, written):
    parrot = say("a")
    command.generate("any", prompt="<|end|>", greedy=True, tokens=1)
    assert parrot.prompts == [list(b"<|end|>")]


def test_a_model_of_windows_needs_a_prompt(say, written):
    say("a")
    with pytest.raises(UsageError, match="cannot begin one"):
        command.generate("any", greedy=True)


@pytest.mark.parametrize(("length", "fits"), [(64, True), (65, False)])
def test_a_prompt_longer_than_the_context_is_refused_with_both_numbers(length, fits, say, written):
    say("a")
    if fits:
        assert command.generate("any", prompt="x" * length, greedy=True, tokens=1) == 0
        return
    with pytest.raises(CourseError, match=r"has 65 tokens, but the model reads 64 .*\n.*64 char"):
        command.generate("any", prompt="x" * length, greedy=True)
    assert written == []


def test_when_the_context_is_full_it_goes_on_from_the_second_half(say, written):
    text = "".join(chr(97 + i % 26) for i in range(300))
    parrot = say(text, context=16)
    command.generate("any", prompt="0123456789", greedy=True, tokens=40)
    assert "".join(written).replace(".", "") == "0123456789" + text[:40] + "\n"
    assert all(len(prompt) == 8 for prompt in parrot.prompts[1:])
    assert bytes(parrot.prompts[1]).decode() == "9" + text[:7]


def test_the_same_seed_writes_the_same_and_another_one_does_not(say, written):
    def text(seed):
        say("abc")
        written.clear()
        command.generate("any", prompt="x", temperature=5.0, tokens=30, seed=seed)
        return "".join(written)

    assert text(1) == text(1) != text(2)


def test_the_options_restrict_the_choice():
    p = np.array([[0.5, 0.3, 0.15, 0.05]])
    rng = np.random.default_rng(0)

    def seen(**options):
        choose = command.chooser(**{"greedy": False, "top_k": None, "top_p": None} | options)
        return {int(choose(p, rng)[0]) for _ in range(300)}

    assert seen(temperature=1.0) == {0, 1, 2, 3}
    assert seen(temperature=None, greedy=True) == {0}
    assert seen(temperature=1.0, top_k=2) == {0, 1}
    assert seen(temperature=1.0, top_p=0.75) == {0, 1}
    assert seen(temperature=0.01) == {0}
