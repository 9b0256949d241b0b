"""The model that comes with the course: whole, of today's stories, good, small.

Numbers are measured anew, on stories of this test's own. The bounds leave room for their
number: the card has the long measurement.
"""

import json
import re

import keras
import numpy as np
import pytest

from course_utils.commands.generate import first_ids
from course_utils.commands.sources import story_bits
from course_utils.data import location, stories
from course_utils.errors import DataMissingError
from course_utils.models.generate import generate_quickly
from course_utils.models.pretrained import load_pretrained, shipped
from course_utils.text.tokenizer_file import fingerprint

FOLDER = location.data_folder() / "checkpoints" / "stories"
BOUND = 1.01  # bits per character, as a multiple of the floor; 1.002 on 2,000 stories
MEGABYTES = 6


@pytest.fixture(scope="module")
def loaded():
    return load_pretrained("stories")


def test_it_is_shipped_under_its_name():
    assert "stories" in shipped()


def test_it_has_learned_the_stories_that_the_course_tells_today(loaded):
    assert loaded.about["corpus_sha256"] == stories.fingerprint()


def test_it_is_small(loaded):
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= MEGABYTES * 10**6
    assert loaded.model.count_params() < 1.1e6


def test_one_changed_byte_is_noticed(tmp_path):
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = next(tmp_path.glob("weights-*.npz"))
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    with pytest.raises(DataMissingError, match=r"weights-\w+\.npz is damaged"):
        load_pretrained(tmp_path)


def test_it_needs_at_most_a_hundredth_more_bits_than_any_model_must(loaded):
    told = stories.write_stories(200, seed=777)
    texts = [story.text.removesuffix("\n") for story in told]
    bits = story_bits(loaded.model, loaded.tokenizer, texts, loaded.model.config.context)
    # on the very same stories: the chance that they are easy or hard falls out
    least = -sum(story.log2_probability for story in told)
    ratio = bits.sum() / least
    assert 1.0 < ratio <= BOUND
    assert ratio == pytest.approx(loaded.about["ratio_on_the_same_stories"], abs=0.01)


def test_what_it_writes_are_stories(loaded):
    end = loaded.tokenizer.end
    assert first_ids(loaded, "") == [end]
    rows = generate_quickly(loaded.model, [[end]] * 50, temperature=0.7, seed=5, stop=end)
    texts = [loaded.tokenizer.decode([i for i in row if i != end]) for row in rows]
    valid = [stories.check_story(text).valid for text in texts]
    assert np.mean(valid) >= 0.9  # 0.973 of 2,000; three standard errors of 50 below it
    assert len(set(texts)) == 50


def test_the_card_tells_what_is_known_about_it(loaded):
    card, about = (FOLDER / "card.md").read_text("utf-8"), loaded.about
    numbers = [f"{about['steps']:,}", f"{about['tokens']:,}", f"{about['seconds']:,}"]
    numbers += [f"{about[name]:.4f}" for name in ("bits_per_character", "floor", "ratio")]
    for word in [about["command"], about["corpus_sha256"], *numbers, *about["versions"].values()]:
        assert word in card, word
    assert about["floor"] == pytest.approx(stories.entropy().bits_per_character, rel=1e-9)
    assert about["valid"] / about["sampled"] >= 0.965 and about["sampled"] == 2000
    assert re.search(r"95 % interval 0\.9\d+ to", card)


def test_its_tokenizer_is_the_one_that_its_manifest_names(loaded):
    manifest = json.loads((FOLDER / "model.json").read_text("utf-8"))
    assert fingerprint(loaded.tokenizer) == manifest["tokenizer"]["fingerprint"]
    assert loaded.tokenizer.special == {"<|end|>": loaded.tokenizer.end}
    assert loaded.model.config.vocabulary == loaded.tokenizer.size
    last, steps = keras.tree.flatten(loaded.about["curve"])[-2], loaded.about["steps"]
    assert 0.99 * steps < last <= steps  # the curve has some 200 points
