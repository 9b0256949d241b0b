"""Sentence pairs: recognised by form, and no sentence of either language in two splits."""

import io
import zipfile
from dataclasses import replace

import pytest

from course_utils.data import catalogue
from course_utils.data.fetch import stored
from course_utils.data.number_words import WRITERS
from course_utils.data.sentence_pairs import load_sentence_pairs
from course_utils.data.tabbed_pairs import connected, pairs_in
from course_utils.data.verify import sha256
from course_utils.errors import DataMissingError

ROWS = [(f"I have {WRITERS['en'](i)}.", f"我有{WRITERS['zh'](i)}个。") for i in range(1500)]


def text(rows=ROWS, end="\r\n", more=""):
    return "".join("\t".join(row) + more + end for row in rows).encode("utf-8")


def packed(*files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def tatoeba(monkeypatch, server, home):
    """COURSE_FULL=1, with an archive as ManyThings makes it on the server."""
    server.payload = packed(("_about.txt", b"about"), ("cmn.txt", text(more="\tCC-BY 2.0 (x)")))
    full = replace(catalogue.TATOEBA, urls=(server.url,), sha256=sha256(text()))
    entry = replace(catalogue.lookup("sentence_pairs"), full=full)
    monkeypatch.setitem(catalogue.CATALOGUE, "sentence_pairs", entry)
    monkeypatch.setenv("COURSE_FULL", "1")
    return full


def test_by_default_number_words_go_from_english_to_chinese(server, monkeypatch):
    monkeypatch.delenv("COURSE_FULL", raising=False)
    splits = load_sentence_pairs(2000)
    both = {WRITERS["en"](n): WRITERS["zh"](n) for n in range(1000)}
    short = [(s, t) for part in splits for s, t in zip(*texts(part), strict=True) if s in both]
    assert len(short) > 100
    assert all(both[source] == target for source, target in short)
    assert set(splits.train.locales) == {"zh"}
    assert splits.train.swapped().sources == splits.train.targets
    apart(splits)


def texts(part):
    return part.sources, part.targets


def apart(splits):
    """Assert that no text of either language stands in two splits."""
    for side in (0, 1):
        one, two, three = (set(texts(part)[side]) for part in splits)
        assert not (one & two or one & three or two & three)


def test_course_full_downloads_the_sentences_once(tatoeba, server, home):
    splits = load_sentence_pairs()
    assert sum(map(len, splits)) == 1500
    rows = {row for part in splits for row in zip(*texts(part), strict=True)}
    assert rows == set(ROWS)
    assert "a newer edition, not verified" in splits.train.title
    load_sentence_pairs()
    assert server.ranges == [None]


def test_the_known_edition_as_plain_text_is_verified_and_says_so(tatoeba, server, home):
    home.mkdir()
    (home / "cmn-eng.txt").write_bytes(text())
    assert "20,133 pairs, verified" in load_sentence_pairs().train.title
    assert server.ranges == []


def test_translations_of_one_sentence_and_their_translations_stay_in_one_split(tatoeba, home):
    home.mkdir()
    more = [(english, f"也就是{i}") for i, (english, _) in enumerate(ROWS)]
    more += [(f"That is, {i}.", f"也就是{i}") for i in range(1500)]
    (home / "cmn-eng.txt").write_bytes(text(ROWS + more))
    splits = load_sentence_pairs()
    assert sum(map(len, splits)) == 4500
    apart(splits)


def test_connected_groups_pairs_through_others():
    rows = [("a", "1"), ("b", "2"), ("a", "2"), ("c", "3"), ("d", "3"), ("e", "a")]
    assert connected(rows) == [0, 0, 0, 3, 3, 5]


def test_a_chain_of_many_pairs_is_one_group():
    rows = [(str(i), str(i)) for i in range(3000)] + [(str(i), str(i + 1)) for i in range(2999)]
    assert set(connected(rows)) == {0}


def test_texts_are_nfc_without_a_mark_and_said_once():
    messy = "\ufeff".encode() + text(end="\n") + text([(" Cafe\u0301  au lait ", "牛奶咖啡")])
    assert pairs_in(messy + text())[-1] == ("Café au lait", "牛奶咖啡")
    assert len(pairs_in(messy + text())) == 1501


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<html>Please log in</html>", "line 1 does not hold two texts"),
        (text(ROWS[:10]), "10 pairs, fewer than 1,000"),
        (text() + b"alone\r\n", "line 1501"),
        (text() + b"alone\t \r\n", "line 1501"),
        (text().decode().encode("utf-16"), "UnicodeDecodeError"),
        (packed(("cmn.txt", text()))[:-30], "BadZipFile"),
        (packed(("_about.txt", b"")), "0 text files"),
        (b"", "0 pairs"),
    ],
)
def test_something_else_under_its_name_is_refused(tatoeba, home, data, says):
    home.mkdir()
    (home / "cmn-eng.zip").write_bytes(data)
    with pytest.raises(DataMissingError, match=r"cmn-eng\.zip holds") as caught:
        stored("sentence_pairs")
    assert says in caught.value.what
    assert "fetch sentence_pairs --force" in caught.value.fix
