"""IMDB: the archive verified as a file, two tables by content, nothing else."""

import csv
import io
import lzma
import tarfile
from dataclasses import replace

import numpy as np
import pytest

from course_utils.data import catalogue
from course_utils.data.imdb import Record, content, load_imdb
from course_utils.data.reviews import load_reviews
from course_utils.data.verify import sha256
from course_utils.errors import DataMissingError, DownloadError

TABLES = "imdb_train.csv.xz", "imdb_test.csv.xz"


def records(part):
    """40 reviews, half of them good, with what real ones hold: commas, quotes, old dashes."""
    return [
        Record(i, label, 1 + i % 4 + 6 * label, f'{part} {i}, "quoted"<br />caf\xe9 \x96 {label}')
        for i in range(20)
        for label in (1, 0)
    ]


def archive(parts):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        files = {"aclImdb/README": b"about", "aclImdb/train/unsup/0_0.txt": b"no label"}
        for part, rows in parts.items():
            for row in rows:
                name = f"aclImdb/{part}/{('neg', 'pos')[row.label]}/{row.id}_{row.rating}.txt"
                files[name] = row.text.encode("utf-8")
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def table(rows, header=Record._fields):
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return lzma.compress(text.getvalue().encode("utf-8"))


@pytest.fixture
def parts():
    return {"train": records("train"), "test": records("test")}


@pytest.fixture
def imdb(monkeypatch, server, home, parts):
    """COURSE_FULL=1, with the small IMDB in the catalogue and its archive on the server."""
    server.payload = archive(parts)
    full = replace(
        catalogue.IMDB,
        urls=(server.url,),
        sha256=sha256(server.payload),
        tables=tuple(zip(TABLES, map(content, parts.values()), strict=True)),
    )
    entry = replace(catalogue.lookup("reviews"), full=full)
    monkeypatch.setitem(catalogue.CATALOGUE, "reviews", entry)
    monkeypatch.setenv("COURSE_FULL", "1")
    return full


def put(home, **files):
    home.mkdir(exist_ok=True)
    for name, data in files.items():
        (home / f"imdb_{name}.csv.xz").write_bytes(data)


def check(splits, parts):
    assert [len(part) for part in splits] == [36, 4, 40]
    texts = [text for part in splits[:2] for text in part.texts]
    assert sorted(texts) == sorted(row.text for row in parts["train"])
    assert sorted(splits[2].texts) == sorted(row.text for row in parts["test"])
    for part in splits:
        assert part.labels.tolist() == [0, 1] * (len(part) // 2)
        assert [int(text[-1]) for text in part.texts] == part.labels.tolist()


def test_course_full_downloads_the_archive_and_splits_it(imdb, server, parts):
    splits = load_reviews()
    check(splits, parts)
    assert (splits.train.kinds, splits.train.topics) == (None, None)
    assert splits.train.title == catalogue.IMDB.title
    load_reviews()
    assert server.ranges == [None]


def test_two_tables_with_the_same_content_need_no_download(imdb, server, home, parts):
    shuffled = [parts["train"][k] for k in np.random.default_rng(0).permutation(40)]
    put(home, train=table(shuffled), test=table(parts["test"]))
    check(load_reviews(), parts)
    assert server.ranges == []


def test_archive_and_tables_give_the_same_arrays(imdb, home, parts):
    from_archive = load_imdb()
    (home / imdb.file).unlink()
    put(home, **{name: table(rows) for name, rows in parts.items()})
    for one, other in zip(from_archive, load_imdb(), strict=True):
        assert one.texts == other.texts
        np.testing.assert_array_equal(one.labels, other.labels)
        np.testing.assert_array_equal(one.ratings, other.ratings)


def test_one_table_alone_is_not_enough(imdb, server, home, parts):
    put(home, train=table(parts["train"]))
    check(load_reviews(), parts)
    assert server.ranges == [None]


def changed(rows):
    return [rows[0]._replace(text="something else"), *rows[1:]]


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda rows: table(rows)[:-20], "cannot be read"),
        (lambda rows: b"", "cannot be read"),
        (lambda rows: table(rows, ("id", "label", "stars", "text")), "KeyError"),
        (lambda rows: table([(*rows[0][:2], "many", "text")]), "ValueError"),
        (lambda rows: table([(1, 0)]), "TypeError"),
        (lambda rows: lzma.compress(b"\xff\xfe"), "UnicodeDecodeError"),
        (lambda rows: table(changed(rows)), "40 reviews whose content has SHA-256"),
        (lambda rows: table(rows[:-1]), "39 reviews whose content has SHA-256"),
    ],
)
def test_a_table_that_is_not_the_right_one_is_refused(imdb, server, home, parts, damage, says):
    put(home, train=table(parts["train"]), test=damage(parts["test"]))
    with pytest.raises(DataMissingError, match="should be half of IMDB") as caught:
        load_imdb()
    assert says in caught.value.what
    assert "fetch reviews" in caught.value.fix
    assert server.ranges == []


def test_an_archive_that_was_altered_is_refused(imdb, home, parts):
    home.mkdir()
    (home / imdb.file).write_bytes(archive({"train": parts["train"]}))
    with pytest.raises(DataMissingError, match="fetch reviews --force"):
        load_reviews()


def test_without_network_the_message_says_what_to_do(imdb, server):
    server.reply = lambda request: request.send_error(503)
    with pytest.raises(DownloadError, match="answered 503"):
        load_reviews()


def test_without_course_full_reviews_are_generated(imdb, server, monkeypatch):
    monkeypatch.delenv("COURSE_FULL")
    assert load_reviews(10, 10, 10).train.kinds is not None
    assert server.ranges == []
