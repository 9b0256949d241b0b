"""True = may be looked at: never the future, never padding, and both together."""

import numpy as np
import pytest

from course_utils.errors import CourseError, ShapeError
from course_utils.text.masks import causal_mask, combine, padding_mask


@pytest.mark.parametrize("T", [1, 2, 7])
def test_a_position_sees_itself_and_its_past_only(T):
    mask = causal_mask(T)
    assert mask.shape == (T, T)
    assert mask.dtype == bool
    for asks in range(T):
        for read in range(T):
            assert mask[asks, read] == (read <= asks)


def test_padding_is_seen_by_nobody():
    mask = padding_mask([[5, 6, 0], [7, 0, 0]])
    assert mask.shape == (2, 1, 1, 3)
    assert mask.dtype == bool
    assert mask[:, 0, 0].tolist() == [[True, True, False], [True, False, False]]
    assert padding_mask([[9, 0]], pad=9)[0, 0, 0].tolist() == [False, True]


def test_masks_together_show_what_all_of_them_show():
    mask = combine(causal_mask(3), padding_mask([[5, 6, 0], [7, 0, 0]]), None)
    assert mask.shape == (2, 1, 3, 3)
    assert mask[0, 0].tolist() == [[True, False, False], [True, True, False], [True, True, False]]
    assert mask[1, 0].tolist() == [[True, False, False]] * 3
    assert np.broadcast_shapes(mask.shape, (2, 8, 3, 3)) == (2, 8, 3, 3)


def test_no_mask_is_no_restriction():
    assert combine() is None
    assert combine(None, None) is None
    assert combine(None, causal_mask(2)).tolist() == causal_mask(2).tolist()


def test_combining_changes_no_mask():
    one, two = causal_mask(3), np.zeros((3, 3), bool)
    combine(one, two)
    assert one.tolist() == causal_mask(3).tolist()


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: causal_mask(0), CourseError, "T is 0"),
        (lambda: causal_mask(2.0), CourseError, "T is 2.0"),
        (lambda: padding_mask([1, 2]), ShapeError, r"2 axes, got shape \(2,\)"),
        (lambda: padding_mask([[0.5]]), CourseError, "whole numbers"),
        (lambda: combine(causal_mask(3), causal_mask(4)), ShapeError, r"\(3, 3\) and \(4, 4\)"),
        (lambda: combine(causal_mask(3).astype(float)), CourseError, "boolean, got float64"),
    ],
)
def test_bad_input_is_named(call, error, says):
    with pytest.raises(error, match=says):
        call()
