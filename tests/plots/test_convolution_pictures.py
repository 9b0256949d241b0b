"""The pictures of convolution: what they must say, and what they refuse."""

import numpy as np
import pytest
from matplotlib import cbook
from matplotlib.patches import Rectangle

from course_utils.errors import DataMissingError
from course_utils.plots import style
from course_utils.plots.feature_maps import kernels_and_maps
from course_utils.plots.layer_shares import layer_shares
from course_utils.plots.photograph import filtered, load_photograph
from course_utils.plots.receptive_field import receptive_fields
from course_utils.plots.shared_weights import weight_matrices
from course_utils.plots.shift_test import shift_curves
from course_utils.plots.speed import speed_bars
from course_utils.plots.window_places import window_places

RNG = np.random.default_rng(0)


def texts(ax):
    return [t.get_text() for t in ax.texts]


def test_the_photograph_is_brightness_between_black_and_white():
    photo = load_photograph()
    assert photo.shape == (600, 512) and photo.dtype == np.float64
    assert 0 <= photo.min() < 0.1 and 0.9 < photo.max() <= 1
    small = load_photograph(every=4)
    assert small.shape == (150, 128)
    np.testing.assert_allclose(small[0, 0], photo[:4, :4].mean())


def test_a_matplotlib_without_sample_pictures_gets_a_clear_error(monkeypatch):
    def gone(name):
        raise FileNotFoundError(name)

    monkeypatch.setattr(cbook, "get_sample_data", gone)
    with pytest.raises(DataMissingError, match=r"grace_hopper(.|\n)*picture of your own"):
        load_photograph()


def test_kernels_stand_above_their_answers_with_every_number():
    kernel = np.array([[1.0, 0.0], [0.0, -1.0]])
    axes = filtered(np.ones((4, 4)), {"slope": (kernel, RNG.normal(size=(3, 3)))})
    assert texts(axes[0, 1]) == ["1", "0", "0", "-1"]
    assert axes[1, 1].get_xlabel() == "slope"


def test_an_answer_with_two_signs_is_paper_at_zero_and_any_other_is_grey():
    answers = {
        "signed": (np.eye(2), np.array([[-2.0, 1.0]])),
        "positive": (np.full((2, 2), 0.25), np.array([[0.2, 0.4]])),
    }
    signed, positive = filtered(np.ones((4, 4)), answers)[1, 1:]
    low, high = signed.images[0].get_clim()
    assert low == -high
    assert positive.images[0].get_cmap().name == "gray"
    assert texts(filtered(np.ones((4, 4)), answers)[0, 2]) == ["1/4"] * 4


def test_there_is_one_dot_per_window_and_one_zero_per_padded_square():
    panels = {
        "valid": {"size": 5, "kernel": 3, "stride": 1, "before": 0, "after": 0},
        "same": {"size": 6, "kernel": 3, "stride": 2, "before": 0, "after": 1},
    }
    valid, same = window_places(panels)
    assert len(valid.lines) == 9 and not texts(valid)
    assert len(same.lines) == 9 and texts(same) == ["0"] * 13
    assert "6 × 6 gives 3 × 3" in same.get_title(loc="left")
    first, last = [p for p in same.patches if p.get_linewidth() > 2]
    assert (first.get_xy(), last.get_xy()) == ((0, 0), (4, 4))


def test_matrices_share_one_scale_about_zero():
    axes = weight_matrices({"a": np.eye(3), "b": -5 * np.eye(3)})
    assert [ax.images[0].get_clim() for ax in axes] == [(-5, 5), (-5, 5)]


def test_squares_have_the_size_of_the_field_and_say_it():
    share = np.zeros((28, 28))
    share[8:18, 8:18] = 0.5
    fields = {"conv": (8, 8, 3), "pool": (8, 8, 10)}
    picture, influence = receptive_fields(np.zeros((28, 28)), fields, share)
    boxes = [p for p in picture.patches if isinstance(p, Rectangle)]
    assert [(p.get_xy(), p.get_width()) for p in boxes] == [((7.5, 7.5), 3), ((7.5, 7.5), 10)]
    assert texts(picture) == ["conv sees 3 × 3", "pool sees 10 × 10"]
    assert texts(influence) == ["50"] * 100


def test_shares_add_up_and_the_largest_names_its_colour():
    ax = layer_shares(["one", "two"], {"parameters": [1, 3], "work": [9, 1]})
    assert [round(bar.get_width()) for bar in ax.patches] == [25, 75, 90, 10]
    assert texts(ax) == ["25", "75 % of parameters", "90 % of work", "10"]
    assert [t.get_color() for t in ax.texts] == [style.BLUE] * 2 + [style.ORANGE] * 2


def test_every_kernel_has_a_column_with_its_map():
    kernels, maps = RNG.normal(size=(4, 3, 3)), RNG.random((4, 5, 5))
    axes = kernels_and_maps(np.zeros((8, 8)), list(kernels), list(maps), list(maps[:, :2, :2]))
    assert axes.shape == (3, 5)
    np.testing.assert_array_equal(axes[0, 2].images[0].get_array(), kernels[1])
    np.testing.assert_array_equal(axes[1, 2].images[0].get_array(), maps[1])
    low, high = axes[0, 1].images[0].get_clim()
    assert low == -high


def test_curves_are_in_per_cent_and_examples_stand_in_order():
    pictures = {by: np.full((4, 4), by + 1.0) for by in (-1, 0, 1)}
    strip, ax = shift_curves([-1, 0, 1], {"net": [0.5, 1.0, 0.25]}, pictures)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [50, 100, 25])
    ax.figure.draw_without_rendering()
    places = [small.get_position().x0 for small in strip]
    assert places == sorted(places) and len(set(places)) == 3


def test_each_way_after_the_first_says_how_many_times_faster_it_is():
    ax = speed_bars({"loops": 0.5, "product": 0.0004})
    assert ax.get_xscale() == "log"
    assert texts(ax) == ["0.5 s", "0.4 ms, 1,200 times faster"]
