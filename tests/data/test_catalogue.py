"""The table, the files and the cards say the same."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from course_utils.data.catalogue import CATALOGUE, Embedded, lookup
from course_utils.data.embedded import read_embedded
from course_utils.data.fetch import fetch, known
from course_utils.data.verify import sha256
from course_utils.errors import UsageError

DATA = Path(__file__).resolve().parents[2] / "data"
EMBEDDED = [name for name, entry in CATALOGUE.items() if isinstance(entry.default, Embedded)]
HEX = re.compile(r"[0-9a-f]{64}")


@pytest.mark.parametrize("name", EMBEDDED)
def test_every_embedded_file_is_the_catalogued_one(name):
    expected = CATALOGUE[name].default
    data = (DATA / expected.file).read_bytes()
    assert (expected.size, expected.sha256) == (len(data), sha256(data))


@pytest.mark.parametrize("name", EMBEDDED)
def test_embedded_text_has_unix_line_ends_and_no_byte_order_mark(name):
    data = (DATA / CATALOGUE[name].default.file).read_bytes()
    if CATALOGUE[name].default.file.endswith(".csv"):
        assert b"\r" not in data
        assert data.endswith(b"\n")
        assert not data.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_card_names_file_licence_and_checksum(name):
    entry = CATALOGUE[name]
    card = (DATA / entry.card).read_text("utf-8")
    assert entry.licence in card
    if isinstance(entry.default, Embedded):
        assert entry.default.file in card
        assert entry.default.sha256 in card
    if entry.full:
        assert entry.full.licence.lower() in card.lower()
        assert entry.full.urls[0] in card


@pytest.mark.parametrize("name", CATALOGUE)
def test_checksums_are_written_in_full(name):
    entry = CATALOGUE[name]
    sums = [entry.default.sha256] if isinstance(entry.default, Embedded) else []
    if entry.full:
        sums += [entry.full.sha256]
        sums += [
            found for _, found in (*entry.full.arrays, *entry.full.batches, *entry.full.tables)
        ]
    assert all(HEX.fullmatch(found) for found in sums)


def test_names_are_those_of_the_entries_and_known_to_fetch():
    assert known() == sorted(entry.name for entry in CATALOGUE.values())
    assert {"digits", "co2", "names", "python_docs", "shapes", "sunspots"} <= set(known())


def test_an_unknown_name_is_a_usage_error_that_lists_the_known_ones():
    with pytest.raises(UsageError, match="no data set called 'mnist'") as caught:
        lookup("mnist")
    assert "co2, dates, digits" in caught.value.fix


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_card_names_its_loader_and_the_loader_exists(name):
    card = (DATA / CATALOGUE[name].card).read_text("utf-8")
    assert f"course_utils.data.{name}.load_{name}" in card
    assert callable(getattr(import_module(f"course_utils.data.{name}"), f"load_{name}"))


def test_fetch_of_an_embedded_set_verifies_it_and_says_so(capsys):
    path = fetch("co2")
    assert path.read_bytes() == read_embedded("co2")
    assert "verified; nothing to download" in capsys.readouterr().out
