"""The picture of ROC curves: what is drawn, and names that neither overlap nor cover a curve."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from course_utils.errors import ShapeError
from course_utils.plots.roc import roc

STEPS = np.linspace(0, 1, 50)
CURVES = {
    "good": (STEPS, STEPS**0.2),
    "as good": (STEPS, STEPS**0.2),
    "fair": (STEPS, STEPS**0.6),
    "wrong way": (STEPS, STEPS**4),
}


def labels(ax):
    return {t.get_text(): t for t in ax.texts if t.get_text() != "guessing"}


def test_the_curves_the_diagonal_and_the_names_are_drawn():
    ax = roc(CURVES, title="Two are equal")
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), [[0, 0], [1, 1]])
    for line, (false, true) in zip(ax.lines[1:5], CURVES.values(), strict=True):
        np.testing.assert_array_equal(line.get_xydata(), np.column_stack([false, true]))
    assert set(labels(ax)) == set(CURVES)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("false positive rate", "true positive rate")
    assert ax.get_title(loc="left") == "Two are equal"
    assert ax.get_aspect() == 1


def test_a_name_has_its_curves_colour_and_a_dot_on_it_on_the_falling_diagonal():
    ax = roc(CURVES)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert len(dots) == len(CURVES)
    drawn = dict(zip(CURVES, ax.lines[1:5], strict=True))
    for name, text in labels(ax).items():
        false, true = CURVES[name]
        color = drawn[name].get_color()
        assert text.get_color() == color
        [(x, y)] = next(d.get_xydata() for d in dots if d.get_color() == color)
        assert x + y == pytest.approx(1)
        assert y == pytest.approx(np.interp(x, false, true))


@pytest.mark.parametrize("power", [0.0, 1.0, 6.0])
def test_names_stand_apart_right_of_the_axes_and_inside_the_figure(power):
    curves = {f"network {i}, area 0.93": (STEPS, STEPS**power) for i in range(12)}
    ax = roc(curves, title="All alike")
    renderer = FigureCanvasAgg(ax.figure).get_renderer()
    ax.figure.draw(renderer)
    boxes = sorted(
        (t.get_window_extent(renderer) for t in labels(ax).values()), key=lambda box: box.y0
    )
    assert all(low.y1 < high.y0 for low, high in zip(boxes, boxes[1:], strict=False))
    axes = ax.get_window_extent(renderer)
    assert axes.width > 350  # pixels: long names widen the figure instead of squeezing the curves
    assert min(box.x0 for box in boxes) > axes.x1
    assert max(box.x1 for box in boxes) < ax.figure.bbox.x1
    assert min(box.y0 for box in boxes) > 0


def test_the_order_of_names_is_that_of_the_curves():
    heights = {name: t.get_position()[1] for name, t in labels(roc(CURVES)).items()}
    assert heights["good"] > heights["fair"] > heights["wrong way"]


def test_a_perfect_curve_is_marked_in_its_corner():
    ax = roc({"perfect": ([0, 0, 1], [0, 1, 1])})
    [dot] = [line for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_allclose(dot.get_xydata(), [[0, 1]])


def test_given_axes_are_used():
    ax = roc(CURVES)
    assert roc(CURVES, ax=ax) is ax


@pytest.mark.parametrize(
    ("curves", "says"),
    [
        ({}, "no curves"),
        ({"a": ([0, 1], [0, 0.5, 1])}, r"'a' are \(2,\) and \(3,\)"),
        ({"a": ([], [])}, r"\(0,\)"),
    ],
)
def test_curves_that_cannot_be_drawn_are_refused(curves, says):
    with pytest.raises(ShapeError, match=says):
        roc(curves)
