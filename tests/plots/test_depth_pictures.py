"""The pictures of deep networks: what they must say, and which way they run."""

import numpy as np
import pytest

from course_utils.plots.activation_shapes import value_and_slope
from course_utils.plots.depth import gradient_flow, loss_curves, signal_flow
from course_utils.plots.hinges import error_law, folds, hinge_sum, moved_kinks
from course_utils.plots.layer_row import layer_row
from course_utils.plots.logit_push import push_on_logits

X = np.linspace(0, 1, 21)


def texts(ax):
    return " | ".join(t.get_text() for t in ax.texts)


def test_every_hinge_and_their_sum_are_drawn():
    parts = np.column_stack([np.ones(21), 2 * np.maximum(X - 0.5, 0), -np.maximum(X - 0.25, 0)])
    above, below = hinge_sum(X, X, parts)
    assert len(above.lines) == 4  # two hinges, two kinks
    np.testing.assert_allclose(below.lines[-1].get_ydata(), parts.sum(axis=1))


def test_hinges_up_and_down_differ_in_colour():
    parts = np.column_stack([np.zeros(21), X, -X])
    above, _ = hinge_sum(X, X, parts)
    assert above.lines[0].get_color() != above.lines[2].get_color()


def test_the_law_ends_at_the_last_error_and_ticks_are_the_counts():
    ax = error_law([4, 8, 16], [0.4, 0.1, 0.025])
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0.4, 0.1, 0.025])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["4", "8", "16"]


def test_kinks_lie_on_the_fit():
    axes = moved_kinks(X, X, {"even": (X, np.array([0.25])), "learned": (X, np.array([0.75]))})
    assert [ax.get_title(loc="left") for ax in axes] == ["even", "learned"]
    np.testing.assert_allclose(axes[1].lines[2].get_ydata(), [0.75])


def test_folds_share_their_scale():
    axes = folds(X, {"one": X, "two": 1 - X})
    assert axes[0].get_ylim() == axes[1].get_ylim()


def test_a_dead_signal_is_drawn_at_the_edge_instead_of_vanishing():
    ax = signal_flow({"dead": np.zeros(6), "alive": np.ones(6)})
    assert ax.get_yscale() == "log"
    assert all((line.get_ydata() > 0).all() for line in ax.lines)


def test_the_gradient_travels_from_the_last_layer_to_the_first_and_starts_at_one():
    ax = gradient_flow({"fades": np.array([1e-6, 1e-4, 1e-2])})
    left, right = ax.get_xlim()
    assert left > right
    assert ax.lines[0].get_ydata()[0] == pytest.approx(1.0)
    assert ax.lines[0].get_ydata()[-1] == pytest.approx(1e-4)


def test_floors_are_explained_on_their_lines():
    ax = loss_curves({"net": [2.0, 1.0]}, {"knows nothing": 2.3})
    assert "knows nothing" in texts(ax)
    assert ax.get_ylim()[0] == 0


def test_value_and_slope_stand_in_one_panel_each():
    axes = value_and_slope(X, {"a": (X, np.ones(21)), "b": (X**2, 2 * X)})
    assert [len(ax.lines) for ax in axes] == [2, 2]


def test_a_row_of_layers_names_every_array_and_its_gradient():
    said = texts(layer_row(["Dense", "loss"], ["x (N, D)", "y (N, K)"], ["dx", "dy"]))
    for words in ("Dense", "loss", "x (N, D)", "y (N, K)", "dx", "dy"):
        assert words in said


def test_the_push_is_up_for_the_truth_and_adds_up_to_nothing():
    p = np.array([0.2, 0.5, 0.3])
    axes = push_on_logits(p, 2, np.zeros((8, 8)))
    heights = [bar.get_height() for bar in axes[2].patches]
    np.testing.assert_allclose(heights, [-0.2, -0.5, 0.7])
    np.testing.assert_allclose(p, [0.2, 0.5, 0.3])
