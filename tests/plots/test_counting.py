"""Pictures of counting models: what is drawn is what was given."""

import numpy as np
import pytest

from course_utils.plots.counting import count_table, letter_map, share_likelihood, shift_by_one


def words(ax):
    return [t.get_text() for t in ax.texts]


def test_the_shift_puts_every_letter_above_the_next():
    ax = shift_by_one("a b")
    assert words(ax)[2:] == ["a", "␣", "␣", "b"]


@pytest.mark.parametrize("text", ["", "a", "a" * 17])
def test_a_shift_needs_a_text_that_fits(text):
    with pytest.raises(ValueError, match="2 to 16"):
        shift_by_one(text)


def test_a_count_is_written_into_its_cell_and_zero_is_a_dot():
    ax = count_table(np.array([[0, 2], [1, 0]]), "ab")
    assert words(ax) == ["·", "2", "1", "·"]


def test_a_letter_map_names_rows_and_columns():
    ax = letter_map(np.eye(3), " ab")
    assert [t.get_text() for t in ax.get_xticklabels()] == ["␣", "a", "b"]


def test_the_likelihood_is_highest_at_the_counted_share():
    x, y = share_likelihood(5, 6).lines[0].get_data()
    assert x[np.argmax(y)] == pytest.approx(5 / 11, abs=0.003)
