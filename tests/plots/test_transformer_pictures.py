"""The pictures about the Transformer: what they must contain, and what they refuse."""

import numpy as np
import pytest

from course_utils.plots.attention_kinds import attention_kinds
from course_utils.plots.transformer_block import transformer_block


def texts(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(("kind", "parts"), [("encoder", 2), ("decoder", 3), ("decoder-only", 2)])
@pytest.mark.parametrize("norm", ["pre", "post"])
def test_every_part_of_a_block_has_its_norm_and_its_plus(kind, parts, norm):
    words = texts(transformer_block(kind, norm=norm, title="what to see"))
    assert words.count("norm") == words.count("+") == parts
    assert ("cross-\nattention" in words) is (kind == "decoder")
    assert "feed-\nforward" in words


def test_only_the_decoder_gets_the_memory():
    memory = "memory: what the encoder made"
    assert memory in texts(transformer_block("decoder"))
    assert memory not in texts(transformer_block("decoder-only"))


def test_a_block_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="encoder, decoder, decoder-only"):
        transformer_block("coder")
    with pytest.raises(ValueError, match="'pre' or 'post'"):
        transformer_block(norm="middle")


def test_masks_of_two_sequences_have_a_cell_for_each_pair_that_is_seen():
    mask = np.array([[True, False, True], [False, False, True]])
    axes = attention_kinds({"cross": (mask, ["a", "b"], ["x", "y", "z"])}, title="who reads whom")
    cells = axes[0].collections[0].get_offsets()
    assert sorted(map(tuple, np.asarray(cells))) == [(0, 0), (2, 0), (2, 1)]  # (column, row)
    assert [label.get_text() for label in axes[0].get_xticklabels()] == ["x", "y", "z"]


@pytest.mark.parametrize("mask", [np.ones((2, 2), bool), np.ones((2, 3))])
def test_masks_that_do_not_fit_are_refused(mask):
    with pytest.raises(ValueError, match=r"booleans \(2, 3\)"):
        attention_kinds({"cross": (mask, ["a", "b"], ["x", "y", "z"])})
