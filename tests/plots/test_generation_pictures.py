"""Pictures of choosing and of writing fast: the numbers that they draw are the right ones."""

import matplotlib.colors as colors
import numpy as np
import pytest

from course_utils.plots import style
from course_utils.plots.cache_steps import cache_steps
from course_utils.plots.next_tokens import next_tokens, readable
from course_utils.plots.overlap import overlap
from course_utils.plots.surprise import surprise
from course_utils.plots.tail import tail
from course_utils.plots.typical import typical


def texts(ax):
    return [text.get_text() for text in ax.texts]


def filled(ax, color):
    wanted = colors.to_rgba(color)
    return [patch for patch in ax.patches if patch.get_facecolor() == wanted]


@pytest.mark.parametrize("steps", [2, 8, 12])
def test_without_a_cache_the_triangle_is_computed_and_with_it_the_diagonal(steps):
    axes = cache_steps(steps, title="a title")
    plain, cached = (len(filled(ax, style.BLUE)) for ax in axes)
    assert (plain, cached) == (steps * (steps + 1) // 2, steps)
    assert len(axes[1].patches) == plain  # the others are drawn as remembered
    assert f"{plain} positions" in axes[0].get_title(loc="left")
    assert f"{cached} positions" in axes[1].get_title(loc="left")


def test_the_likeliest_tokens_come_first_and_the_rest_is_one_bar():
    p = np.array([0.05, 0.4, 0.25, 0.2, 0.1])
    (ax,) = next_tokens({"a place": (list("abcde"), p)}, most=2)
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0.4, 0.25, 0.35])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "c", "all others"]


def test_few_tokens_have_no_rest_and_equal_ones_stand_in_order():
    (ax,) = next_tokens({"x": (["b", "a"], [0.5, 0.5])}, most=6)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]


def test_no_panel_and_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="at least one panel"):
        next_tokens({})
    with pytest.raises(ValueError, match=r"zip\(\) argument"):
        next_tokens({"x": (["a", "b"], [1.0])})


def test_white_space_can_be_read():
    assert readable(" a\n") == "\u00b7a\u21b5" and readable("") == "(empty)"


def test_kept_rejected_and_missing_add_up():
    draft, target = np.array([0.3, 0.6, 0.1]), np.array([0.5, 0.2, 0.3])
    ax = overlap(draft, target, list("abc"), title="t")
    heights = np.array([bar.get_height() for bar in ax.patches]).reshape(3, 3)
    np.testing.assert_allclose(heights[0], [0.3, 0.2, 0.1])  # what both give
    np.testing.assert_allclose(heights[1], [0.0, 0.4, 0.0])  # rejected
    np.testing.assert_allclose(heights[2], [0.2, 0.0, 0.2])  # drawn instead
    assert heights[1].sum() == pytest.approx(heights[2].sum())
    assert any("0.60 in all" in text for text in texts(ax))


def test_every_token_is_written_and_the_dear_ones_are_darker():
    ax = surprise(["One", " day", "."], [8.0, 0.0, 4.0], title="t")
    assert "".join(texts(ax)) == "One day."
    shades = [sum(patch.get_facecolor()[:3]) for patch in ax.patches]
    assert shades[0] < shades[2] < shades[1]


def test_a_long_text_has_several_lines_and_no_token_is_cut():
    ax = surprise(["abcdefghi "] * 30, [1.0] * 30)
    rows = {round(patch.get_y(), 6) for patch in ax.patches}
    assert len(rows) == 4 and len(ax.patches) == 30  # nine tokens fit in 92 letters


@pytest.mark.parametrize(("tokens", "bits"), [([], []), (["a"], [1.0, 2.0])])
def test_a_number_for_each_token(tokens, bits):
    with pytest.raises(ValueError, match="one for each"):
        surprise(tokens, bits)


def test_the_cuts_stand_where_the_rules_cut():
    open_place = np.full(50, 0.02)
    certain = np.array([0.97] + [0.03 / 49] * 49)
    axes = tail({"open": open_place, "certain": certain}, k=10, p0=0.95, most=50)
    kept = [len(filled(ax, style.BLUE)) for ax in axes]
    assert kept == [48, 1]
    for ax, number in zip(axes, kept, strict=True):
        assert f"top-p keeps {number}" in texts(ax)
        assert ax.lines[0].get_xdata()[0] == 10.5


def test_marks_stand_at_their_numbers_and_at_different_heights():
    bits = np.random.default_rng(0).normal(71, 5, 200)
    ax = typical(bits, {"greedy": 40.0, "entropy": 71.2}, xlabel="bits", title="t")
    assert sum(patch.get_height() for patch in ax.patches) == 200
    assert sorted(line.get_xdata()[0] for line in ax.lines) == [40.0, 71.2]
    assert len({line.get_ydata()[1] for line in ax.lines}) == 2
