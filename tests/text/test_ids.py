"""Ids are whole numbers inside the vocabulary, or the message says which one is not."""

import numpy as np
import pytest

from course_utils.errors import CourseError, ShapeError
from course_utils.text.ids import need_ids


@pytest.mark.parametrize("ids", [[1, 2], (1, 2), np.array([1, 2], np.uint8), range(1, 3)])
def test_whole_numbers_pass_as_they_are(ids):
    got = need_ids(ids, 3)
    assert got.dtype.kind in "iu"
    assert got.tolist() == [1, 2]


def test_an_array_is_not_copied():
    ids = np.arange(5, dtype=np.int32)
    assert need_ids(ids, 5) is ids


def test_no_ids_at_all_are_whole_numbers():
    assert need_ids([]).dtype.kind == "i"
    assert need_ids([[]], ndim=2).shape == (1, 0)


@pytest.mark.parametrize(
    ("ids", "ndim", "error", "says"),
    [
        ([1, 5, 9], 1, CourseError, r"ids: number 1 is 5, .*0\.\.4 \(2 of 3 are\)"),
        ([0, -1], 1, CourseError, "number 1 is -1"),
        ([0.0, 1.0], 1, CourseError, "whole numbers, got float64"),
        ([True, False], 1, CourseError, "whole numbers, got bool"),
        (["a"], 1, CourseError, r"tokenizer\.encode"),
        ([None], 1, CourseError, "whole numbers, got object"),
        ([[1], [1, 2]], 2, ShapeError, "different lengths(.|\n)*pad"),
        ([[1], [2]], 1, ShapeError, r"1 axis, got shape \(2, 1\)"),
        ([1, 2], 2, ShapeError, r"2 axes, got shape \(2,\)(.|\n)*array \(B, T\)"),
        (3, 1, ShapeError, r"shape \(\)"),
    ],
)
def test_bad_ids_are_named(ids, ndim, error, says):
    with pytest.raises(error, match=says):
        need_ids(ids, 5, ndim=ndim)
