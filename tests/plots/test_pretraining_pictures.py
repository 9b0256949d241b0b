"""The pictures about pretraining: what they must contain, and what they refuse."""

import numpy as np
import pytest

from course_utils.plots.loss_and_floor import loss_and_floor
from course_utils.plots.parameter_shares import parameter_shares
from course_utils.plots.power_law import power_law
from course_utils.plots.shift_by_one import shift_by_one
from course_utils.plots.style import BLUE, INK, ORANGE, RED
from course_utils.plots.text_by_stage import text_by_stage


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_every_token_is_read_and_asked_for_except_the_ends():
    ax = shift_by_one(list("abcd"), at=1, title="a title")
    drawn = texts(ax)
    assert [drawn.count(letter) for letter in "abcd"] == [1, 2, 2, 1]
    arrows = [patch for patch in ax.patches if type(patch).__name__ == "FancyArrowPatch"]
    assert len(arrows) == 2  # positions 0 and 1, nothing later
    assert ax.get_title(loc="left") == "a title"


@pytest.mark.parametrize(("tokens", "at"), [(["a"], 0), (["a", "b"], 1), (["a", "b"], -1)])
def test_a_shift_needs_a_position_that_exists(tokens, at):
    with pytest.raises(ValueError, match="there is no number"):
        shift_by_one(tokens, at)


def test_shares_of_a_model_fill_its_bar():
    ax = parameter_shares({"one": {"a": 30, "b": 10}, "two": {"a": 5e6, "b": 5e6}})
    widths = [bar.get_width() for bar in ax.patches]
    assert widths[0] + widths[2] == pytest.approx(100)
    assert widths[0] == pytest.approx(75)
    assert {"75 %", "25 %", "50 %", "40", "10 M"} <= set(texts(ax))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]


def test_small_shares_are_drawn_without_a_number():
    ax = parameter_shares({"one": {"a": 99, "b": 1}})
    assert "1 %" not in texts(ax)


def test_the_floor_is_a_line_and_always_in_view():
    ax = loss_and_floor({"loss": np.array([7.0, 3.0, 1.0])}, 0.3, start=6.9, marks=[1])
    heights = [line.get_ydata()[0] for line in ax.lines]
    assert 0.3 in heights and 6.9 in heights
    low, high = ax.get_ylim()
    assert low < 0.3 < 7.0 < high
    assert ax.get_yscale() == "log"


def test_a_loss_below_the_floor_is_in_view_too():
    ax = loss_and_floor({"bug": np.array([5.0, 0.05])}, 0.3)
    assert ax.get_ylim()[0] < 0.05


def test_unknown_words_are_red_and_known_ones_are_not():
    ax = text_by_stage({"early": 'One "xyzzy," day.'}, {"one", "day"})
    color = {text.get_text(): text.get_color() for text in ax.texts}
    assert color['"xyzzy,"'] == RED
    assert color["One"] == color["day."] == INK
    assert color["early"] == BLUE


def test_a_long_text_is_cut_and_an_empty_one_is_said_to_be_empty():
    ax = text_by_stage({"long": "word " * 200, "none": ""}, lines=2)
    heights = {text.get_position()[1] for text in ax.texts if text.get_text() == "word"}
    assert len(heights) == 2
    assert "nothing" in " ".join(texts(ax))


def test_bytes_that_are_no_text_become_squares():
    ax = text_by_stage({"noise": "a\ufffdb"})
    assert "a\u25a1b" in texts(ax)


def test_points_and_the_foretold_one_differ_in_colour():
    ax = power_law(
        [1e3, 1e4], [2.0, 1.0], lambda n: 2.0 * (n / 1e3) ** -0.3, foretold=(1e5, 0.6), labels="ab"
    )
    markers = [(line.get_color(), *line.get_xdata()) for line in ax.lines[1:]]
    assert markers == [(BLUE, 1e3), (BLUE, 1e4), (ORANGE, 1e5)]
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert ax.lines[0].get_xdata()[-1] > 1e5  # the line reaches the point it did not know


def test_repeated_measurements_stand_above_one_another():
    ax = power_law([1e3, 1e4], [[2.0, 2.2], [1.0, 1.1]], lambda n: 1.0)
    assert len(ax.lines[1].get_ydata()) == 2
