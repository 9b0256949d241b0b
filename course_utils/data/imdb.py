"""IMDB: 50,000 film reviews, for those who ask for full data.

The publisher's archive is verified as a file. Two tables that a course may hand out instead,
`imdb_train.csv.xz` and `imdb_test.csv.xz` (columns id, label, rating, text), are recognised
by content, so that it does not matter how they were compressed or in which order they are.
"""

import csv
import io
import lzma
import re
import tarfile
from typing import NamedTuple

import numpy as np

from course_utils.data.catalogue import lookup
from course_utils.data.fetch import fetch, stored
from course_utils.data.location import download_folder
from course_utils.data.verify import sha256
from course_utils.errors import DataMissingError

_VALID = 10  # one in so many training reviews of each label is kept for choosing
_MEMBER = re.compile(r"(?:.*/)?(train|test)/(neg|pos)/(\d+)_(\d+)\.txt")


class Record(NamedTuple):
    """One review as it was published: its number within its label, its rating, its text."""

    id: int
    label: int
    rating: int
    text: str


class FilmReviews(NamedTuple):
    """Film reviews and their verdicts.

    Args:
        texts: N strings in English, with `<br />` for line ends.
        labels: int64 (N,): 1 for a good review, 0 for a bad one.
        ratings: int64 (N,): 1 to 4 stars for a bad review, 7 to 10 for a good one.
        title: which set this is.
        licence: its licence.
    """

    texts: tuple[str, ...]
    labels: np.ndarray
    ratings: np.ndarray
    title: str
    licence: str


def load_imdb():
    """Load IMDB for training, choosing and testing.

    Returns:
        Three `FilmReviews`, N = 22500, 2500 and 25000, the second being the last tenth of
        each label's training reviews. Good and bad ones take turns. A few texts were
        published twice, also across the splits: the card, data/reviews.md, counts them.

    Raises:
        DataMissingError: the stored files are damaged or something else.
        DownloadError: nothing is stored, and it cannot be downloaded.

    Source: A. Maas, R. Daly, P. Pham, D. Huang, A. Ng and C. Potts 2011, "Learning Word
    Vectors for Sentiment Analysis", section 4, ACL 2011.
    """
    path = stored("reviews")
    tables = [download_folder() / name for name, _ in lookup("reviews").full.tables]
    if path is None and all(table.exists() for table in tables):
        train, test = map(_table, tables)
    else:
        train, test = _archive(path or fetch("reviews"))
    cut = len(train) - len(train) // _VALID
    return tuple(map(_film_reviews, (train[:cut], train[cut:], test)))


def content(records):
    """Return the SHA-256 of records in the order of their labels and numbers.

    Each is one line of label, id, rating and text in UTF-8, with a tab between two.
    """
    lines = (
        f"{record.label}\t{record.id}\t{record.rating}\t{record.text}\n"
        for record in sorted(records, key=lambda record: (record.label, record.id))
    )
    return sha256("".join(lines).encode("utf-8"))


def _archive(path):
    """Return the records of training and test reviews in a verified archive."""
    found = {"train": [], "test": []}
    with tarfile.open(path, mode="r:*") as archive:
        for member in archive:
            match = _MEMBER.fullmatch(member.name)
            if match:
                part, verdict, number, rating = match.groups()
                text = archive.extractfile(member).read().decode("utf-8")
                found[part].append(Record(int(number), int(verdict == "pos"), int(rating), text))
    return [sorted(records) for records in found.values()]


def _table(path):
    """Return the records of one table, sorted, after comparing their content."""
    try:
        text = lzma.decompress(path.read_bytes()).decode("utf-8")
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        records = [
            Record(int(row["id"]), int(row["label"]), int(row["rating"]), row["text"])
            for row in rows
        ]
    except (OSError, EOFError, lzma.LZMAError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise _refused(path, f"cannot be read as that ({type(error).__name__}: {error})") from None
    found, expected = content(records), dict(lookup("reviews").full.tables)[path.name]
    if found != expected:
        raise _refused(
            path,
            f"holds {len(records):,} reviews whose content has SHA-256 {found[:12]}..., "
            f"expected {expected[:12]}...",
        )
    return sorted(records)


def _refused(path, finding):
    return DataMissingError(
        f"{path} should be half of IMDB (xz; columns id, label, rating, text), but it {finding}.",
        "move it away, then `python -m course_utils fetch reviews` (84 MB), or unset "
        "COURSE_FULL for the generated reviews.",
    )


def _film_reviews(records):
    _, labels, ratings, texts = zip(*records, strict=True)
    full = lookup("reviews").full
    numbers = (np.array(column, dtype=np.int64) for column in (labels, ratings))
    return FilmReviews(texts, *numbers, full.title, full.licence)
