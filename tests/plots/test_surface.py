"""Pictures of landscapes and step sizes draw what they are given, and cope with divergence."""

import numpy as np

from course_utils.plots.descent import parabola_walks, rate_sweep, stability
from course_utils.plots.surface import models_as_points, surface, surface_panels, walk


def bowl(w):
    return (w**2).sum(axis=-1)


def test_the_lowest_point_is_marked_where_it_is():
    ax = surface(bowl, (-1, 1), (-2, 2), lowest=(0.25, 0.5), title="A bowl")
    assert [tuple(line.get_xydata()[0]) for line in ax.lines] == [(0.25, 0.5)]
    assert ax.get_xlim() == (-1, 1) and ax.get_title(loc="left") == "A bowl"


def test_a_walk_that_diverges_is_drawn_as_far_as_it_is_finite():
    ax = surface(bowl, (-1, 1), (-1, 1))
    walk(ax, [[0.5, 0.5], [0.9, 0.9], [np.inf, 0.0], [np.nan, np.nan]], "#0072b2")
    assert len(ax.lines[0].get_xydata()) == 2
    ax.figure.canvas.draw()


def test_every_walk_gets_a_panel_of_its_own():
    path = np.array([[0.5, 0.5], [0.1, 0.1]])
    axes = surface_panels(bowl, {"a": path, "b": path}, (-1, 1), (-1, 1), xlabel="u", title="Two")
    assert [ax.get_title(loc="left") for ax in axes] == ["a", "b"]
    assert axes[0].get_xlabel() == "u"


def test_models_are_shown_as_lines_and_as_points():
    x = np.linspace(-1, 1, 5)
    left, right = models_as_points(x, x, {"A": np.array([0.2, 0.5])}, bowl, (-1, 1), (-1, 1))
    assert (0.2, 0.5) in [tuple(line.get_xydata()[0]) for line in right.lines]
    np.testing.assert_allclose(left.lines[-1].get_ydata(), [-0.3, 0.7])


def test_steps_outside_the_panel_are_left_out():
    (ax,) = parabola_walks(4.0, {"wild": np.array([1.0, -2.0, 9.0])}, half_width=1.5)
    assert np.abs(ax.lines[1].get_xdata()).max() <= 1.5


def test_the_limit_is_drawn_at_two_over_the_curvature():
    ax = stability(np.array([0.1, 0.6]), np.array([0.6, 1.4]), 4.0)
    assert 0.5 in [line.get_xdata()[0] for line in ax.lines]


def test_rates_that_never_arrive_leave_a_gap():
    rates = np.array([0.1, 1.0, 10.0])
    (ax,) = rate_sweep({"bowl": {"SGD": (rates, np.array([50.0, 20.0, np.nan]))}})
    assert ax.lines[-1].get_xydata().tolist() == [[1.0, 20.0]]
