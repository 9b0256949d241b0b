"""The pictures of training well: what must be readable, and what must not be hidden."""

import numpy as np
import pytest

from course_utils.plots.leakage import leak_curve
from course_utils.plots.learning_curves import cures, failures
from course_utils.plots.piles import piles
from course_utils.plots.search import estimates, search_dots

FALLING = np.linspace([2.0, 2.1], [0.1, 0.5], 10)  # (E, 2)


def texts(ax):
    return " | ".join(t.get_text() for t in ax.texts)


def test_both_orders_of_work_are_drawn_in_per_cent_with_the_band_of_all_repetitions():
    leaky, honest = np.array([[0.5, 0.8], [0.6, 1.0]]), np.array([[0.4, 0.5], [0.5, 0.6]])
    ax = leak_curve([20, 5000], leaky, honest)
    lines = [line.get_ydata() for line in ax.lines if len(line.get_ydata()) == 2]
    assert any(np.allclose(y, [55, 90]) for y in lines)
    assert any(np.allclose(y, [45, 55]) for y in lines)
    band = ax.collections[0].get_datalim(ax.transData)
    assert (band.y0, band.y1) == (50, 100)
    assert [t.get_text() for t in ax.get_xticklabels()] == ["20", "5,000"]


def test_every_pile_says_its_size_and_its_use():
    said = texts(piles({"training": 1300, "test": 7}, ["learn", "once"]))
    for words in ("training\n1,300", "test\n7", "learn", "once"):
        assert words in said


def test_piles_without_a_use_are_refused():
    with pytest.raises(ValueError, match="2 piles and 1 uses"):
        piles({"training": 3, "test": 7}, ["learn"])


def test_all_failures_share_one_scale_and_what_leaves_it_is_said():
    rising = FALLING.copy()
    rising[:, 1] = np.linspace(2, 8, 10)
    axes = failures({"a": FALLING, "b": rising, "c": FALLING, "d": FALLING}, ignorance=2.3)
    assert axes.shape == (2, 2)
    assert len({ax.get_ylim() for ax in axes.flat}) == 1
    assert "to 8" in texts(axes[0, 1])
    assert "to" not in texts(axes[0, 0])
    assert [ax.get_title(loc="left") for ax in axes.flat] == list("abcd")


def test_validation_is_never_drawn_in_the_colour_of_training():
    ax = failures({"a": FALLING}, ignorance=2.3).flat[0]
    training, validation = ax.lines[-2:]
    assert training.get_color() != validation.get_color()
    np.testing.assert_allclose(validation.get_ydata(), FALLING[:, 1])


def test_the_place_to_stop_is_the_lowest_point_of_the_untreated_training():
    ax = cures({"untreated": [2.0, 0.6, 0.9, 1.2], "L2": [2.0, 1.0, 0.8, 0.7]}, stop="stop")
    dot = next(line for line in ax.lines if line.get_marker() == "o")
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (2, 0.6)
    for words in ("untreated", "L2", "stop"):
        assert words in texts(ax)


def test_every_seed_of_a_search_is_drawn_and_the_winner_is_coloured():
    ax = search_dots(["plain", "strong"], [[0.9, 1.0], [0.5, 0.7]], chosen=1)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [len(line.get_xdata()) for line in dots] == [2, 2]
    assert dots[0].get_color() != dots[1].get_color()
    assert ax.get_yticklabels()[1].get_color() == dots[1].get_color()


def test_an_estimate_never_comes_without_its_error():
    ax = estimates(["a", "b"], [[80, 70], [90, 85]], [[2, 3], [1, 4]], pile_names=["test", "later"])
    assert len(ax.containers) == 2
    segments = ax.containers[1].lines[2][0].get_segments()
    np.testing.assert_allclose([s[:, 0] for s in segments], [[67, 73], [81, 89]])
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["test", "later"]
