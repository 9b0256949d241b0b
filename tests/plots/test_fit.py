"""Pictures of fits: they return axes, draw what they are given, and keep labels apart."""

import numpy as np

from course_utils.plots.fit import (
    by_month,
    forecasts,
    line_and_misses,
    one_knob,
    residual_panels,
    two_valleys,
)

X = np.linspace(0.0, 10.0, 50)


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_the_line_and_the_data_are_named_beside_their_ends():
    ax = line_and_misses(X, X**2, 10 * X, every=10)
    assert {"measured", "our line"} <= set(words(ax))
    assert len(ax.collections[0].get_segments()) == 5


def test_every_marked_setting_of_a_knob_is_named():
    ax = one_knob(X, (X - 4) ** 2, {"best": (4.0, 0.0), "left": (1.0, 9.0), "right": (6.0, 4.0)})
    assert words(ax) == ["best", "left", "right"]
    assert ax.get_ylim()[0] == 0


def test_valleys_show_the_walk_and_the_minimum_at_equal_scale():
    path = np.array([[0.0, 0.0], [1.0, 0.5], [1.5, 1.0]])
    axes = two_valleys(
        {"bowl": (lambda w, b: w**2 + b**2, path, (2.0, 2.0))}
        | {"valley": (lambda w, b: 9 * w**2 + b**2, path, (2.0, 2.0))}
    )
    for ax in axes:
        (low, high), (bottom, top) = ax.get_xlim(), ax.get_ylim()
        assert ax.get_aspect() == 1.0
        assert low < 0 < 2 < high and bottom < 0 < 2 < top


def test_residuals_of_all_models_share_one_scale():
    axes = residual_panels(X, {"small": X / 100, "large": X})
    assert axes[0].get_ylim() == axes[1].get_ylim()


def test_twelve_months_get_twelve_bars():
    assert len(by_month(np.arange(12.0) - 6).patches) == 12


def test_a_forecast_that_leaves_the_picture_is_still_named():
    ax = forecasts(X, X, 5.0, {"tame": X + 0.1, "wild": X**3}, ylim=(0, 20))
    assert {"measured", "tame", "wild"} <= set(words(ax))
    assert ax.get_ylim() == (0, 20)
