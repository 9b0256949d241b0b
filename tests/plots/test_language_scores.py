"""Score pictures: marks stand where the data say, lines where the target is."""

import numpy as np
import pytest

from course_utils.plots import language_scores


def test_the_best_k_is_marked_at_zero_cost():
    ax = language_scores.smoothing_choice((0.1, 1, 10), {"a": [4, 2, 3], "b": [5, 6, 7]})
    marks = [line.get_xydata()[0].tolist() for line in ax.lines[2:]]
    assert marks == [[1, 0], [0.1, 0]]


def test_every_context_curve_keeps_its_values():
    ax = language_scores.context_curves([1, 2], {"train": [9, 3], "test": [9, 4]})
    assert [line.get_ydata().tolist() for line in ax.lines] == [[9, 3], [9, 4]]


def test_the_target_is_a_line_across():
    ax = language_scores.approach([28, 12, 11], 10, name="counted")
    assert set(ax.lines[1].get_ydata()) == {10}


def test_two_rulers_stand_side_by_side_from_zero():
    axes = language_scores.two_metrics([1, 10], [0.2, 0.4], [0, 0.1], smooth_name="a",
                                       strict_name="b")  # fmt: skip
    assert [ax.get_ylim()[0] for ax in axes] == [0, 0]


def test_a_ruler_without_any_success_is_drawn_too():
    axes = language_scores.two_metrics([1, 10], [0.2, 0.4], [0, 0], smooth_name="a",
                                       strict_name="b")  # fmt: skip
    assert axes[1].get_ylim()[1] > 0


def test_samples_are_written_whole():
    ax = language_scores.sample_page({"n = 1": "x" * 70})
    assert [t.get_text() for t in ax.texts] == ["n = 1", "x" * 66, "x" * 4]


def test_memory_bars_write_their_sum():
    parts = {"train": dict.fromkeys("abcd", 700.0)}
    ax = language_scores.memory_bars(parts, 80, limit_name="one device")
    assert "2,800 GB" in [t.get_text() for t in ax.texts]
    assert np.sum([p.get_width() for p in ax.patches]) == pytest.approx(2800)
