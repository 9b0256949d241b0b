"""The pictures about seeing: heat maps, attacks, shortcuts, repeated measurements."""

import numpy as np
import pytest

from course_utils.plots.attack import attack_table
from course_utils.plots.dots import dots
from course_utils.plots.heat_maps import heat_map_table, picture_table
from course_utils.plots.shortcut import residual_diagram
from course_utils.plots.style import GREEN, RED

RNG = np.random.default_rng(0)
IMAGES = RNG.random((3, 8, 8, 3))
MASKS = np.zeros((3, 8, 8), dtype=bool)
MASKS[:, 2:6, 2:6] = True


def test_pictures_stand_in_rows_with_their_captions():
    axes = picture_table(IMAGES, ["a", "b", "c"], masks=MASKS, cols=2)
    assert axes.shape == (2, 2)
    assert [ax.get_xlabel() for ax in axes.flat[:3]] == ["a", "b", "c"]
    assert not axes[1, 1].axison  # an empty place stays empty


def test_a_hit_is_a_green_disc_and_a_miss_a_red_cross():
    maps = np.zeros((3, 8, 8))
    maps[0, 3, 3] = maps[1, 0, 7] = maps[2, 5, 5] = 1
    axes = heat_map_table(IMAGES, {"map": maps}, masks=MASKS, captions=["a", "b", "c"])
    marks = [(ax.lines[0].get_marker(), ax.lines[0].get_color()) for ax in axes[1]]
    assert marks == [("o", GREEN), ("X", RED), ("o", GREEN)]
    assert axes[1, 1].lines[0].get_xydata().tolist() == [[7.0, 0.0]]
    assert [ax.get_ylabel() for ax in axes[:, 0]] == ["picture", "map"]


def test_where_nobody_knows_the_place_no_map_is_called_a_miss():
    axes = heat_map_table(IMAGES, {"map": RNG.random((3, 8, 8))})
    assert {ax.lines[0].get_marker() for ax in axes[1]} == {"o"}


def test_the_change_is_enlarged_to_the_full_range_and_says_by_how_much():
    attacked = np.clip(IMAGES, 0.1, 0.9) + 0.02
    images = np.clip(IMAGES, 0.1, 0.9)
    axes = attack_table(images, attacked, ["a", "b", "c"], ["a", "x", "c"])
    assert axes[1, 0].get_ylabel() == "change, x 25"
    np.testing.assert_allclose(axes[1, 0].images[0].get_array(), 1.0, atol=1e-6)
    assert axes[2, 1].xaxis.label.get_color() == RED != axes[2, 0].xaxis.label.get_color()


def test_an_attack_that_changes_nothing_is_grey():
    axes = attack_table(IMAGES, IMAGES, ["a"] * 3, ["a"] * 3)
    np.testing.assert_allclose(axes[1, 0].images[0].get_array(), 0.5)


def test_the_diagram_names_every_step_of_f():
    ax = residual_diagram(["conv", "norm"], title="t")
    said = [text.get_text() for text in ax.texts]
    assert {"x", "y", "+", "conv", "norm", "ReLU"} <= set(said)


def test_every_measurement_is_a_dot_and_the_first_group_is_on_top():
    ax = dots({"one": [1.0, 2.0], "two": [3.0, 5.0]}, levels={"guess": 1.5})
    assert ax.lines[0].get_xdata().tolist() == [1.0, 2.0]
    assert ax.lines[3].get_xdata() == pytest.approx([4.0, 4.0])
    low, high = ax.get_ylim()
    assert low > high
    assert [t.get_text() for t in ax.get_yticklabels()] == ["one", "two"]
    assert ax.texts[0].get_text() == "guess"
