"""The pictures about attention: what they must contain, and what they refuse."""

import numpy as np
import pytest

from course_utils.plots.attention import attention_map, visible
from course_utils.plots.cost_growth import cost_growth
from course_utils.plots.encoder_decoder import encoder_decoder
from course_utils.plots.masks import mask_table
from course_utils.plots.position_codes import position_codes
from course_utils.plots.score_size import score_size


def texts(ax):
    return [text.get_text() for text in ax.texts]


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_a_map_of_one_sentence_names_rows_and_columns_alike():
    ax = attention_map(np.eye(2), ["it", "ship"], title="what to see")
    assert labels(ax.xaxis) == labels(ax.yaxis) == ["it", "ship"]
    assert ax.get_title(loc="left") == "what to see"


def test_a_map_writes_every_weight_of_half_a_hundredth_or_more():
    ax = attention_map([[0.96, 0.04, 0.0], [0.2, 0.3, 0.5]], ["a", "b"], list("xyz"))
    assert texts(ax) == ["96", "4", "20", "30", "50"]
    assert labels(ax.xaxis) == list("xyz")


def test_a_large_map_carries_no_numbers_and_the_whole_range_of_colours():
    weights = np.full((9, 8), 1 / 8)
    ax = attention_map(weights, list("abcdefghi"), list("12345678"))
    assert texts(ax) == []
    assert ax.images[0].get_clim() == (0.0, 1.0)
    assert ax.images[0].get_array().shape == (9, 8)


def test_a_map_can_be_drawn_on_axes_that_exist():
    ax = attention_map(np.eye(2), ["a", "b"])
    assert attention_map(np.eye(2), ["a", "b"], ax=ax) is ax


def test_a_blank_is_drawn_as_something_that_can_be_seen():
    assert visible(" ") == "␣"
    assert visible("a b") == "a b"
    assert labels(attention_map(np.eye(2), ["a", " "]).xaxis) == ["a", "␣"]


@pytest.mark.parametrize("shape", [(2, 3), (1, 2, 2), (4,)])
def test_weights_of_another_shape_are_refused_with_both_shapes(shape):
    with pytest.raises(ValueError, match="2 rows and 2 columns"):
        attention_map(np.zeros(shape), ["a", "b"])


def test_the_encoder_hands_over_one_vector_or_a_mixture():
    plain = encoder_decoder(list("ab"), list("xyz"), title="a title")
    assert "all of it\nin one\nvector" in texts(plain)
    assert "mix" not in texts(plain)
    looking = encoder_decoder(list("ab"), list("xyz"), weights=[0.1, 0.9], step=2)
    assert "mix" in texts(looking)
    assert len(looking.patches) > len(plain.patches)
    assert [t for t in texts(plain) if t in "abxyz"] == ["a", "b", "x", "x", "y", "y", "z"]


def test_a_translation_too_long_to_draw_is_refused():
    with pytest.raises(ValueError, match="source has 7 pieces"):
        encoder_decoder(list("abcdefg"), list("xy"))
    with pytest.raises(ValueError, match="target has 1 pieces"):
        encoder_decoder(list("ab"), ["x"])


@pytest.mark.parametrize(("weights", "step"), [([1.0], 0), ([0.5, 0.5], 2)])
def test_weights_that_fit_no_step_are_refused(weights, step):
    with pytest.raises(ValueError, match="one weight for each piece"):
        encoder_decoder(list("ab"), list("xy"), weights=weights, step=step)


def test_masks_stand_side_by_side_with_one_square_per_true():
    axes = mask_table({"causal": np.tri(3, dtype=bool), "all": np.ones((3, 3), bool)}, list("abc"))
    assert [len(ax.collections[0].get_offsets()) for ax in axes] == [6, 9]
    assert [ax.get_title(loc="left") for ax in axes] == ["causal", "all"]
    assert (axes[0].collections[0].get_offsets()[:2] == [[0, 0], [0, 1]]).all()  # column, row


def test_a_mask_of_numbers_or_of_another_size_is_refused():
    with pytest.raises(ValueError, match="float64"):
        mask_table({"m": np.tri(3)}, list("abc"))
    with pytest.raises(ValueError, match=r"\(2, 2\)"):
        mask_table({"m": np.tri(2, dtype=bool)}, list("abc"))


def test_products_of_codes_are_drawn_by_distance():
    codes = np.eye(4)
    axes = position_codes(codes, (1, 3))
    np.testing.assert_array_equal(axes[1].lines[0].get_xdata(), [-1, 0, 1, 2])
    np.testing.assert_array_equal(axes[1].lines[0].get_ydata(), [0, 1, 0, 0])
    assert axes[0].images[0].get_array().shape == (4, 4)


def test_score_sizes_and_slopes_share_names_and_logarithmic_scales():
    values = {"divided": [1.0, 1.0], "not": [2.0, 8.0]}
    axes = score_size((4, 64), values, values, title="what to see")
    assert all(ax.get_xscale() == ax.get_yscale() == "log" for ax in axes)
    names = [text.get_text() for text in axes[0].get_legend().get_texts()]
    assert names == ["divided", "not"]
    with pytest.raises(ValueError, match="the same"):
        score_size((4, 64), values, {"divided": [1.0, 1.0]})


def test_every_cost_has_its_panel_and_the_same_layers():
    panel = {"attention": [1.0, 4.0], "GRU": [1.0, 2.0]}
    axes = cost_growth((1, 2), {"products": panel, "memory": panel})
    assert [ax.get_title(loc="left") for ax in axes] == ["products", "memory"]
    assert all(len(ax.lines) == 2 and ax.get_yscale() == "log" for ax in axes)
    with pytest.raises(ValueError, match="same layers"):
        cost_growth((1, 2), {"products": panel, "memory": {"GRU": [1.0, 2.0]}})
