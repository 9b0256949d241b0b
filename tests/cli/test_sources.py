"""Stories without end and texts with one answer the same questions."""

import re

import numpy as np
import pytest

from course_utils.commands import sources
from course_utils.commands.card import card
from course_utils.data import stories
from course_utils.data.corpus import make_corpus

WORDS = ["sea", "ship", "wind", "sails", "the", "a", "over", "under", "grey", "blue"]


@pytest.fixture(scope="module")
def text():
    rng = np.random.default_rng(0)
    lines = (" ".join(rng.choice(WORDS, 8)) + "." for _ in range(200))
    return sources.Text(make_corpus("own.txt", "\n".join(lines), "mine"))


@pytest.fixture(scope="module")
def made():
    """(stories, their tokenizer)."""
    one = sources.Stories()
    return one, one.tokenizer()


class Even:
    """A model that finds every token equally likely."""

    def __init__(self, size):
        self.size = size

    def __call__(self, ids):
        return np.zeros((*ids.shape, self.size), "float32")


def test_every_word_of_the_stories_is_one_token(made):
    _, tokenizer = made
    told = [story.text.strip() for story in stories.write_stories(100, seed=9)]
    words = [word for text in told for word in re.findall(r" [A-Za-z]+", text)]
    one = sum(len(tokenizer.encode(word)) == 1 for word in words)
    assert one / len(words) > 0.999
    assert tokenizer.special == {"<|end|>": tokenizer.size - 1}


def test_a_story_ends_with_the_end_token_in_place_of_the_line_end(made):
    one, tokenizer = made
    row = one.stream(tokenizer, batch=1, context=300, seed=1).rows(0)[0].tolist()
    end = tokenizer.end
    first = row[1 : row.index(end, 1)]
    told = tokenizer.decode(first)
    assert row[0] == end and "\n" not in told
    assert stories.check_story(told).valid


def test_the_stories_to_judge_by_are_none_of_those_to_learn_from(made):
    one, tokenizer = made
    learned = {sources.seed_of(sources.TRAINING, seed) for seed in range(1000)}
    assert sources.seed_of(sources.HELD_OUT) not in learned
    seeds = []
    stream = one.stream(tokenizer, batch=2, context=64, seed=1)
    stream.write = lambda count, seed: seeds.append(seed) or ["a story"] * count
    for step in range(50):
        stream.rows(step)
    assert sources.seed_of(sources.HELD_OUT) not in seeds
    assert len(set(seeds)) == len(seeds)


def test_a_model_that_knows_nothing_needs_log2_of_the_vocabulary_for_each_token(made):
    one, tokenizer = made
    judged = one.judge(Even(tokenizer.size), tokenizer, context=256, count=20)
    per_character = np.log2(tokenizer.size) / one.characters_per_token(tokenizer)
    assert judged["bits_per_character"] == pytest.approx(per_character, rel=0.02)
    assert judged["floor"] == stories.entropy().bits_per_character
    assert judged["ratio"] == judged["bits_per_character"] / judged["floor"]


def test_a_model_with_a_short_context_is_judged_on_whole_stories_too(made):
    one, tokenizer = made
    judged = [one.judge(Even(tokenizer.size), tokenizer, context, 20) for context in (48, 256)]
    assert judged[0] == {name: pytest.approx(value) for name, value in judged[1].items()}


def test_of_a_text_the_last_tenth_is_only_for_judging(text):
    tokenizer = text.tokenizer()
    stream = text.stream(tokenizer, batch=2, context=20, seed=1)
    assert tokenizer.decode(stream.ids.tolist()) == text.learn
    assert text.learn + text.held_out == text.corpus.text
    assert len(text.held_out) == pytest.approx(len(text.corpus.text) / 10, abs=1)


@pytest.mark.parametrize("context", [32, 10_000])
def test_a_text_is_judged_even_if_its_end_is_shorter_than_the_context(context, text):
    tokenizer = text.tokenizer()
    judged = text.judge(Even(tokenizer.size), tokenizer, context)
    per_character = np.log2(tokenizer.size) / text.characters_per_token(tokenizer)
    assert judged == {"bits_per_character": pytest.approx(per_character)}


def test_a_longer_text_gets_a_larger_vocabulary_up_to_a_limit(text, monkeypatch):
    sizes = []
    train = sources.BytePairTokenizer.train
    monkeypatch.setattr(
        sources.BytePairTokenizer,
        "train",
        lambda texts, size: sizes.append(size) or train("a", 257),
    )
    for length in (2_000, 500_000, 10_000_000):
        sources.Text(make_corpus("own.txt", "a" * length, "mine")).tokenizer()
    assert sizes == [257 + 7, 257 + 1_800, 4096]


def test_the_card_says_what_was_measured():
    about = {
        "command": "python -m course_utils pretrain --corpus stories",
        "corpus": "stories",
        "corpus_sha256": "ab" * 32,
        "steps": 1234,
        "tokens": 5678000,
        "seconds": 901,
        "cores": 2,
        "bits_per_character": 0.14,
        "versions": {"python": "3.11.2"},
    }
    plain = card(about)
    assert "--corpus stories --out DIR" in plain and "1,234" in plain and "0.1400" in plain
    assert "floor" not in plain and "valid" not in plain
    judged = card(
        about
        | {"floor": 0.13, "ratio": 0.14 / 0.13, "ratio_on_the_same_stories": 1.07}
        | {"judged_on": 2000, "valid": 990, "sampled": 1000, "sampled_at": 0.7}
        | {"valid_interval": [0.9817, 0.9946]}
    )
    assert "1.0769" in judged and "1.0700 (2,000 stories)" in judged
    assert "990 of 1,000 at temperature 0.7; 95 % interval 0.9817 to 0.9946" in judged
