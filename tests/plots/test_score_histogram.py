"""The histogram counts every score once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.plots.score_histogram import score_histogram


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.sampled_from([1, 3.5, 10, 40]))
def test_bars_hold_every_learner_once(shares, most):
    ax = score_histogram([share * most for share in shares], most)
    assert sum(bar.get_height() for bar in ax.patches) == len(shares)


def test_whole_points_have_a_bar_each_and_the_middle_one_is_marked():
    ax = score_histogram([0, 1, 1, 3, 10], 10, title="Five learners")
    assert [bar.get_height() for bar in ax.patches] == [1, 2, 0, 1, 0, 0, 0, 0, 0, 0, 1]
    assert "the middle one: 1" in {text.get_text() for text in ax.texts}
    assert ax.get_title(loc="left") == "Five learners"
    assert np.allclose(ax.lines[0].get_xdata(), 1)


def test_points_above_all_there_are_stand_in_the_last_bar():
    ax = score_histogram([4.5], 4)
    assert ax.patches[-1].get_height() == 1


@pytest.mark.parametrize(("scores", "most"), [([], 3), ([1], 0)])
def test_nothing_to_draw_is_said(scores, most):
    with pytest.raises(ValueError, match="give one or more"):
        score_histogram(scores, most)
