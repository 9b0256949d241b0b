"""How the weights of a new model begin."""

import numpy as np
import pytest

from course_utils.commands.pretraining import spread_for_width
from course_utils.models.gpt import GPT, GPTConfig


def test_weights_begin_as_wide_as_the_model_is_narrow():
    model = GPT(GPTConfig(vocabulary=500, context=16, width=64, layers=2, heads=2, norm="rms"))
    spread_for_width(model)
    block = model.blocks[1]
    for variable in (model.tokens.embeddings, block.attention.qkv.kernel, block.up.kernel):
        assert variable.numpy().std() == pytest.approx(64**-0.5, rel=0.05)
    for variable in (block.attention.out.kernel, block.down.kernel):  # smaller: many are added
        assert variable.numpy().std() == pytest.approx(64**-0.5 / 2, rel=0.05)
    np.testing.assert_array_equal(model.norm.scale, 1.0)
    np.testing.assert_array_equal(block.up.bias, 0.0)
