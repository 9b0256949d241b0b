"""Sentence pairs as ManyThings hands them out: a line each, a tab between the languages.

Their home replaces the file with a larger one from time to time, so that no checksum can be
asked of it. What can be asked is the form, and this module does.
"""

import io
import unicodedata
import zipfile

LEAST = 1000  # pairs: with fewer it is something else, or a piece


def pairs_in(data):
    """Return the sentence pairs in the bytes of a file.

    Args:
        data: UTF-8 text of lines "sentence, tab, translation", perhaps with a further tab and
            the authors' names; or a zip archive with one such file (and one that begins
            with "_", about it).

    Returns:
        List of pairs of strings, in their order, in NFC with single plain spaces. What comes
        twice is left out the second time.

    Raises:
        ValueError: a line without two texts, fewer than 1,000 pairs, or no UTF-8.
        OSError, EOFError, KeyError, zipfile.BadZipFile, zlib.error: a damaged archive.
    """
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if name.endswith(".txt")]
            names = [name for name in names if not name.rpartition("/")[2].startswith("_")]
            if len(names) != 1:
                raise ValueError(f"{len(names)} text files in the archive, not one")
            data = archive.read(names[0])
    rows = {}
    for number, line in enumerate(data.decode("utf-8-sig").splitlines(), start=1):
        pair = tuple(map(_normal, line.split("\t")[:2]))
        if len(pair) < 2 or not all(pair):
            raise ValueError(f"line {number} does not hold two texts with a tab between them")
        rows[pair] = None
    if len(rows) < LEAST:
        raise ValueError(f"{len(rows):,} pairs, fewer than {LEAST:,}")
    return list(rows)


def connected(rows):
    """Number the groups of pairs that share a text, directly or through other pairs.

    Args:
        rows: pairs of strings.

    Returns:
        List of as many whole numbers: the first row of each row's group.
    """
    owner = {}  # (side, text) -> the first row seen with it
    parent = list(range(len(rows)))

    def root(row):
        while parent[row] != row:
            parent[row] = row = parent[parent[row]]  # halve the path on the way
        return row

    for row, pair in enumerate(rows):
        for key in enumerate(pair):
            other, mine = root(owner.setdefault(key, row)), root(row)
            parent[max(other, mine)] = min(other, mine)
    return [root(row) for row in range(len(rows))]


def _normal(text):
    return " ".join(unicodedata.normalize("NFC", text).split())
