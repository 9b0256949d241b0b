"""A pretrained model on disk: comes back whole, or says what is wrong."""

import json
import shutil

import numpy as np
import pytest

from course_utils.errors import CourseError, DataMissingError
from course_utils.models import pretrained
from course_utils.models.gpt import GPT, GPTConfig
from course_utils.models.pretrained import load_pretrained, save_pretrained
from course_utils.text.characters import CharacterTokenizer

TOKENIZER = CharacterTokenizer.train("once upon a time")
OTHER = CharacterTokenizer.train("twice upon a")
IDS = np.array([[1, 2, 3, 4]])


def make():
    return GPT(GPTConfig(vocabulary=TOKENIZER.size, context=8, width=8, layers=1, heads=2))


@pytest.fixture
def model():
    return make()


@pytest.fixture
def folder(model, tmp_path):
    return save_pretrained(tmp_path / "mine", model, TOKENIZER, {"seconds": 12})


def file(folder, kind):
    (found,) = folder.glob(f"{kind}-*")
    return found


def test_what_was_saved_comes_back_with_the_same_outputs(model, folder):
    again = load_pretrained(folder)
    np.testing.assert_array_equal(np.asarray(again.model(IDS)), np.asarray(model(IDS)))
    assert again.about == {"seconds": 12}
    assert again.model.config == model.config
    assert again.tokenizer.encode("once") == TOKENIZER.encode("once")


def test_the_same_model_gives_the_same_bytes(model, folder, tmp_path):
    twin = save_pretrained(tmp_path / "twin", model, TOKENIZER, {"seconds": 12})
    for path in folder.iterdir():
        assert path.read_bytes() == (twin / path.name).read_bytes()


def test_a_new_model_replaces_the_old_one_and_nothing_else(folder):
    (folder / "step-0001.npz").write_bytes(b"a checkpoint")
    newer = make()
    save_pretrained(folder, newer, TOKENIZER)
    np.testing.assert_array_equal(
        np.asarray(load_pretrained(folder).model(IDS)), np.asarray(newer(IDS))
    )
    assert len(list(folder.iterdir())) == 4


@pytest.mark.parametrize("dies_at", [0, 1])
def test_a_save_that_dies_leaves_the_model_from_before(model, folder, monkeypatch, dies_at):
    write, calls = pretrained.write_whole, []

    def dying(path, fill):
        calls.append(path)
        if len(calls) > dies_at:
            raise OSError(28, "No space left on device")
        write(path, fill)

    monkeypatch.setattr(pretrained, "write_whole", dying)
    with pytest.raises(CourseError, match="No space left on device"):
        save_pretrained(folder, make(), OTHER)
    np.testing.assert_array_equal(np.asarray(load_pretrained(folder).model(IDS)), model(IDS))


def test_one_changed_byte_in_the_weights_is_noticed(folder):
    path = file(folder, "weights")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(DataMissingError, match=r"weights-.*is damaged.*SHA-256"):
        load_pretrained(folder)


def test_weights_that_are_cut_off_or_gone_are_noticed(folder):
    path = file(folder, "weights")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataMissingError, match="found 100 bytes"):
        load_pretrained(folder)
    path.unlink()
    with pytest.raises(DataMissingError, match="cannot read the weights"):
        load_pretrained(folder)


def test_the_tokenizer_of_another_model_is_refused(model, folder, tmp_path):
    small = GPT(GPTConfig(OTHER.size, 8, 8, 1, 2))
    other = save_pretrained(tmp_path / "other", small, OTHER)
    shutil.copy(file(other, "tokenizer"), file(folder, "tokenizer"))
    with pytest.raises(DataMissingError, match="is not the one of this model"):
        load_pretrained(folder)


def test_a_tokenizer_with_too_many_tokens_is_refused_when_saving(tmp_path):
    small = GPT(GPTConfig(5, 8, 8, 1, 2))
    with pytest.raises(CourseError, match="tokens, the model knows 5"):
        save_pretrained(tmp_path / "m", small, TOKENIZER)
    assert not (tmp_path / "m").exists()


def test_weights_that_are_not_numbers_are_not_saved(model, tmp_path):
    model.norm.gamma.assign(np.full(8, np.nan))
    with pytest.raises(CourseError, match="norm/gamma holds NaN"):
        save_pretrained(tmp_path / "m", model, TOKENIZER)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda m: m.update(format=2), "format 2; this course reads format 1"),
        (lambda m: m.pop("weights"), "KeyError: 'weights'"),
        (lambda m: m["config"].update(width=9), "makes no model"),
        (lambda m: m["config"].update(width=16), "does not fit the weights"),
        (lambda m: m["weights"].update(file="../x.npz"), "where a name belongs"),
    ],
)
def test_an_edited_manifest_is_noticed(folder, change, says):
    path = folder / "model.json"
    manifest = json.loads(path.read_text("utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(DataMissingError, match=says):
        load_pretrained(folder)


def test_a_manifest_that_is_no_json_is_noticed(folder):
    (folder / "model.json").write_text("{")
    with pytest.raises(DataMissingError, match=r"model.json is damaged"):
        load_pretrained(folder)


def test_a_missing_model_is_answered_with_those_that_exist(folder, tmp_path, monkeypatch):
    with pytest.raises(DataMissingError, match=r"one of .*mine"):
        load_pretrained(tmp_path / "yours")
    with pytest.raises(DataMissingError, match=r"a folder without model.json.*\n.*mine"):
        load_pretrained(tmp_path)
    monkeypatch.setattr(pretrained, "data_folder", lambda: tmp_path)
    shutil.copytree(folder, tmp_path / "checkpoints" / "tales")
    with pytest.raises(DataMissingError, match=r"no model of the course \(tales\)"):
        load_pretrained("storys")
    assert load_pretrained("tales").about == {"seconds": 12}
