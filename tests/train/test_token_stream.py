"""Rows that depend on the seed and the step alone, and that lack no context."""

import numpy as np
import pytest

from course_utils.errors import DataMissingError
from course_utils.train.token_stream import DocumentStream, WindowStream, ahead, seed_of

END = 99


def write(n, seed):
    """n texts of 3 to 9 letters."""
    rng = np.random.default_rng(seed)
    return ["".join(rng.choice(list("abcdef"), rng.integers(3, 10))) for _ in range(n)]


def encode(text):
    return [ord(letter) - ord("a") for letter in text]


def documents(context=20, batch=4, seed=1, write=write):
    return DocumentStream(write, encode, END, batch=batch, context=context, seed=seed)


def windows(n=200, context=20, batch=4, seed=1):
    return WindowStream(np.arange(n), batch=batch, context=context, seed=seed)


@pytest.mark.parametrize("make", [documents, windows])
def test_rows_are_a_function_of_seed_and_step(make):
    one, other = make(), make()
    for step in (5, 0, 5, 3):  # in any order
        rows = one.rows(step)
        assert rows.shape == (4, 21) and rows.dtype == np.int32
        np.testing.assert_array_equal(rows, make().rows(step))
    assert not np.array_equal(one.rows(0), one.rows(1))
    assert not np.array_equal(other.rows(0), make(seed=2).rows(0))


def test_a_row_is_whole_documents_after_one_another_cut_at_its_length():
    for row in documents().rows(7):
        assert row[0] == END
        pieces = "".join("|" if i == END else chr(i + ord("a")) for i in row).split("|")[1:]
        assert all(3 <= len(piece) < 10 for piece in pieces[:-1])
        assert len(pieces[-1]) < 10  # may be cut off


def test_every_document_is_used_once_and_no_row_takes_from_another():
    asked = []

    def counted(n, seed):
        asked.append(n)
        begin = sum(asked[:-1])
        return ["abcdef"[(begin + i) % 6] * 4 for i in range(n)]

    rows = documents(context=9, batch=3, write=counted).rows(0)
    # 10 tokens: END aaaa END bbbb, and the next row begins with the next document
    np.testing.assert_array_equal(rows[:, 1], [0, 2, 4])
    np.testing.assert_array_equal(rows[:, 6], [1, 3, 5])
    assert asked == [3, 3]


def test_short_documents_are_asked_for_again():
    rows = documents(context=60, batch=2, write=lambda n, seed: ["ab"] * n).rows(0)
    assert rows.shape == (2, 61) and (rows[:, ::3] == END).all()


def test_a_document_longer_than_the_row_is_cut():
    row = documents(context=5, batch=1, write=lambda n, seed: ["abcdefabc"] * n).rows(0)[0]
    np.testing.assert_array_equal(row, [END, 0, 1, 2, 3, 4])


def test_windows_are_pieces_of_the_text_and_reach_both_ends():
    stream = windows(n=25, context=20, batch=400)
    rows = stream.rows(0)
    np.testing.assert_array_equal(np.diff(rows), 1)
    assert set(rows[:, 0]) == {0, 1, 2, 3, 4}  # 25 - 21 + 1 places


def test_a_text_of_one_row_is_enough_and_one_token_less_is_not():
    np.testing.assert_array_equal(windows(n=21).rows(3)[0], np.arange(21))
    with pytest.raises(DataMissingError, match=r"has 20 tokens, but one row .* takes 21"):
        windows(n=20)


@pytest.mark.parametrize("steps", [range(5), range(3, 9), range(2, 3), range(0)])
def test_preparing_ahead_changes_nothing(steps):
    stream = documents()
    got = list(ahead(stream.rows, steps))
    assert len(got) == len(steps)
    for step, rows in zip(steps, got, strict=True):
        np.testing.assert_array_equal(rows, stream.rows(step))


def test_no_more_than_one_is_prepared_ahead():
    made = []

    def make(key):
        made.append(key)
        return key

    for key in ahead(make, range(6)):
        assert len(made) <= key + 2


def test_an_error_while_preparing_reaches_the_training():
    def broken(n, seed):
        raise ValueError("no more stories")

    with pytest.raises(ValueError, match="no more stories"):
        list(ahead(documents(write=broken).rows, range(3)))


def test_seeds_of_neighbours_have_nothing_in_common():
    seeds = {seed_of(a, b, c) for a in range(3) for b in range(30) for c in range(3)}
    assert len(seeds) == 270
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert seed_of(1, 2, 3) == seed_of(1, 2, 3)
