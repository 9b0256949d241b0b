"""The pictures about recurrence: what they must contain, and what they refuse."""

import numpy as np
import pytest

from course_utils.plots.forecast import forecast
from course_utils.plots.gate_maps import gate_maps
from course_utils.plots.gradient_reach import gradient_reach
from course_utils.plots.lstm_cell import lstm_cell
from course_utils.plots.reading import reading
from course_utils.plots.unrolled import unrolled


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_the_unrolled_network_has_one_copy_per_letter_and_one_loop():
    ax = unrolled(list("Norge"), title="a title")
    words = texts(ax)
    assert [word for word in words if word in "Norge"] == list("Norge")
    assert {"h1", "h2", "h3", "h4", "h5"} <= set(words)
    assert words.count("w, u, b") == 6  # five copies and the loop
    assert "a title" in (ax.get_title(), ax.get_title(loc="left"))


@pytest.mark.parametrize("letters", [["a"], list("abcdefg")])
def test_a_network_too_long_or_too_short_to_draw_is_refused(letters):
    with pytest.raises(ValueError, match="2 to 6"):
        unrolled(letters)


def test_the_lstm_cell_names_its_gates_and_both_states():
    words = " ".join(texts(lstm_cell()))
    for word in ("forget", "input", "output", "candidate", "c before", "h before"):
        assert word in words


def test_a_vanished_gradient_is_drawn_at_the_floor_of_a_log_scale():
    ax = gradient_reach({"gone": np.array([1.0, 0.0]), "there": np.array([1.0, 0.5])})
    assert ax.get_yscale() == "log"
    assert ax.lines[0].get_ydata()[1] > 0
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), [1.0, 0.5])


def test_gates_stand_above_each_other_and_a_two_sided_one_is_symmetric():
    values = np.array([[0.1, -3.0], [0.2, 1.0], [0.3, 0.0]])  # (T, H)
    axes = gate_maps({"forget": np.abs(values), "±cell": values}, title="what to see")
    assert [ax.get_title(loc="left") for ax in axes] == ["forget", "cell"]
    assert axes[0].images[0].get_clim() == (0.0, 1.0)
    assert axes[1].images[0].get_clim() == (-3.0, 3.0)
    assert axes[1].images[0].get_array().shape == (2, 3)  # units by steps


def test_gates_of_different_shapes_are_refused():
    with pytest.raises(ValueError, match="same"):
        gate_maps({"a": np.zeros((3, 2)), "b": np.zeros((4, 2))})
    with pytest.raises(ValueError, match="empty"):
        gate_maps({})


def test_a_forecast_shows_each_name_once_and_the_end_of_the_training_data():
    years, values = np.arange(2000.0, 2010.0), np.arange(10.0)
    when = np.array([[2006.0, 2007.0], [2008.0, 2009.0]])
    ax = forecast(years, values, {"naive": (when, when - 2000)}, known_until=2005, ylabel="ppm")
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["what came", "naive"]
    assert "training data end" in texts(ax)


def test_a_forecast_without_a_border_in_view_has_no_border_line():
    ax = forecast([0.0, 1.0], [1.0, 2.0], {}, known_until=-5)
    assert "training data end" not in texts(ax)


def test_reading_writes_the_likeliest_class_of_every_step_in_hundredths():
    beliefs = np.array([[0.6, 0.4], [0.1, 0.9], [0.02, 0.98]])  # (T, K)
    ax = reading(beliefs, list("abc"), ["German", "Czech"])
    assert texts(ax) == ["60", "90", "98"]
    assert [text.get_position()[1] for text in ax.texts] == [0, 1, 1]
    assert [label.get_text() for label in ax.get_xticklabels()] == list("abc")


def test_beliefs_of_another_shape_are_refused_with_both_shapes():
    with pytest.raises(ValueError, match=r"\(2, 3\)[\s\S]*\(3, 2\)"):
        reading(np.zeros((2, 3)), list("abc"), ["German", "Czech"])
