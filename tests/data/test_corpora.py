"""A learner's own text works, and what is no text is refused with the place and the remedy."""

import pytest

from course_utils.data.corpora import SMALLEST, load_corpus, read_text_file
from course_utils.errors import DataMissingError, UsageError

TEXT = "Once there was a model. It read, and it read.\n" * 60


def test_the_stories_are_no_text_but_made_on_the_fly():
    assert load_corpus("stories") is None


def test_the_python_reference_is_a_corpus():
    assert len(load_corpus("python_docs").text) > 100_000


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
    ],
    ids=["plain", "byte order mark", "Windows lines", "old Mac lines"],
)
def test_a_text_file_is_read_in_one_normal_form(raw, tmp_path):
    (tmp_path / "own.txt").write_bytes(raw)
    corpus = load_corpus(str(tmp_path / "own.txt"))
    assert (corpus.name, corpus.text) == ("own.txt", TEXT)


def test_every_script_is_welcome(tmp_path):
    text = "Вечер. 夜の海は静かだった。 🙂 مساء الخير\n" * 80
    (tmp_path / "own.txt").write_text(text, encoding="utf-8")
    assert load_corpus(tmp_path / "own.txt").text == text


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b"\n \n" * 5_000, "is empty"),
        (b"hi", r"holds 2 characters; a model needs at least 2,000"),
        (TEXT[: SMALLEST - 10].encode(), "holds 1,9"),
        (
            TEXT.encode() + "café".encode("latin1") + b"\n" + TEXT.encode(),
            r"byte 0xe9 at position 2,763, in line 61, begins no character\.(.|\n)*latin1",
        ),
        (TEXT.encode("utf-16"), r"file in UTF-16(.|\n)*iconv -f UTF-16 -t UTF-8"),
        (TEXT.encode("utf-16-be"), "zero bytes, the first at character 0"),
        (b"\x89PNG\r\n\x1a\n" * 999, "byte 0x89 at position 0, in line 1,"),
    ],
    ids=["empty", "blank", "tiny", "short", "latin1", "utf-16", "utf-16 unmarked", "picture"],
)
def test_what_cannot_be_learned_from_is_refused_by_name(raw, says, tmp_path):
    path = tmp_path / "own.txt"
    path.write_bytes(raw)
    with pytest.raises(DataMissingError, match=says) as caught:
        load_corpus(str(path))
    assert str(path) in str(caught.value)


def test_a_text_just_long_enough_is_taken(tmp_path):
    (tmp_path / "own.txt").write_text(TEXT[:SMALLEST].strip() + "x" * 9)
    assert len(read_text_file(tmp_path / "own.txt").text) >= SMALLEST


def test_a_wrong_name_lists_the_corpora(tmp_path):
    with pytest.raises(UsageError, match=r"no corpus and no file called 'storys'") as caught:
        load_corpus("storys")
    assert "stories, python_docs or the path" in caught.value.fix


def test_a_folder_is_no_text(tmp_path):
    with pytest.raises(UsageError, match="is a folder"):
        load_corpus(str(tmp_path))


def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    path = tmp_path / "own.txt"
    path.write_text(TEXT)

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "read_bytes", refuse)
    with pytest.raises(DataMissingError, match=r"own\.txt cannot be read \(Permission denied\)"):
        load_corpus(path)
