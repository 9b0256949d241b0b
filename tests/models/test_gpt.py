"""The GPT: what a language model owes, with every part that can be chosen."""

import keras
import numpy as np
import pytest

from course_utils.errors import ShapeError, UsageError
from course_utils.models.gpt import GPT, SIZES, GPTConfig

BASE = dict(vocabulary=11, context=8, width=8, layers=2, heads=2)
PARTS = [
    {},
    dict(positions="rotary", norm="rms", feed_forward="swiglu", bias=False),
    dict(positions="sinusoidal", tie=False, dropout=0.5),
]
IDS = np.random.default_rng(0).integers(0, 11, (4, 8))


@pytest.fixture(params=PARTS, ids=["gpt-2", "modern", "sinusoidal"])
def model(request):
    keras.utils.set_random_seed(1)
    return GPT(GPTConfig(**BASE, **request.param))


def logits(model, ids):
    return keras.ops.convert_to_numpy(model(ids, training=False))


def test_ids_become_float32_logits_for_every_position(model):
    assert model(IDS).shape == (4, 8, 11)
    assert model(IDS[:, :3]).dtype == "float32"
    assert (logits(model, IDS) < 0).any()


def test_a_position_never_sees_its_future(model):
    changed = IDS.copy()
    changed[:, 5:] = (changed[:, 5:] + 1) % 11
    np.testing.assert_allclose(
        logits(model, IDS)[:, :5], logits(model, changed)[:, :5], rtol=1e-5, atol=1e-6
    )
    assert not np.allclose(logits(model, IDS)[:, 5:], logits(model, changed)[:, 5:])


def test_every_position_sees_its_past(model):
    changed = IDS.copy()
    changed[:, 0] = (changed[:, 0] + 1) % 11
    moved = np.abs(logits(model, IDS) - logits(model, changed)).max(axis=(0, 2))
    assert (moved > 1e-6).all()


def test_the_same_token_elsewhere_is_read_differently(model):
    again = np.full((1, 8), 3)
    rows = logits(model, np.concatenate([again[:, :1], again[:, :1] + 1, again[:, 2:]], axis=1))[0]
    assert not np.allclose(rows[2], rows[3])


def test_a_saved_model_comes_back_with_its_outputs_and_its_config(model, tmp_path):
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(logits(again, IDS), logits(model, IDS))
    assert again.config == model.config and again.get_config() == model.get_config()


def test_a_config_survives_being_a_dict():
    config = GPTConfig(**BASE, **PARTS[1])
    assert GPTConfig.from_dict(config.to_dict()) == config
    assert GPT.from_config(GPT(config).get_config()).config == config


@pytest.mark.parametrize("name", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("jit", [True, False])
def test_half_precision_trains_and_still_returns_float32(name, jit, policy):
    policy(name)
    model = GPT(GPTConfig(**BASE, **PARTS[1]))
    model.compile(
        keras.optimizers.SGD(0.1),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=jit,
    )
    before = model.get_weights()
    losses = model.fit(IDS, np.roll(IDS, -1, 1), epochs=2, verbose=0).history["loss"]
    assert np.isfinite(losses).all()
    assert all((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
    assert model(IDS).dtype == "float32"
    assert {v.dtype for v in model.trainable_variables} == {"float32"}
    assert model.blocks[0].up.compute_dtype == name.removeprefix("mixed_")


def test_weights_begin_as_in_gpt_2():
    keras.utils.set_random_seed(0)
    model = GPT(GPTConfig(vocabulary=500, context=64, width=64, layers=8, heads=2))
    spread = {
        "/".join(v.path.split("/")[-2:]): float(np.std(keras.ops.convert_to_numpy(v)))
        for v in model.blocks[3].weights
        if len(v.shape) == 2
    }
    assert spread == pytest.approx(
        {"qkv/kernel": 0.02, "out/kernel": 0.005, "up/kernel": 0.02, "down/kernel": 0.005},
        rel=0.05,
    )
    assert float(np.std(np.asarray(model.tokens.embeddings))) == pytest.approx(0.02, rel=0.05)


def test_gpt_2_s_smallest_model_has_the_parameters_it_is_known_for():
    model = GPT(GPTConfig(vocabulary=50257, context=1024, width=768, layers=1, heads=12))
    one, block = model.count_params(), model.blocks[0].count_params()
    assert one + 11 * block == 124_439_808


def test_both_feed_forward_parts_have_about_the_same_size():
    sizes = [
        GPT(GPTConfig(vocabulary=11, context=8, width=96, layers=1, heads=2, feed_forward=name))
        .blocks[0]
        .count_params()
        for name in ("gelu", "swiglu")
    ]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.01)


def test_named_sizes_make_a_model():
    for size in SIZES.values():
        config = GPTConfig(vocabulary=600, **size)
        assert config.head_width == 32


def test_dropout_is_for_training_only():
    model = GPT(GPTConfig(**BASE, **PARTS[2]))
    np.testing.assert_array_equal(logits(model, IDS), logits(model, IDS))
    assert not np.allclose(model(IDS, training=True), model(IDS, training=True))


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (dict(heads=3), ShapeError, r"3 heads cannot share 8 features.*\n.*\[1, 2, 4, 8\]"),
        (dict(layers=0), ShapeError, "layers is 0"),
        (dict(width=8.0), ShapeError, "width is 8.0, not a whole number"),
        (dict(norm="batch"), UsageError, "norm is 'batch'.*\n.*'layer', 'rms'"),
        (dict(heads=8, positions="rotary"), ShapeError, "a head is 1 wide"),
        (dict(dropout=1.0), ShapeError, "dropout is 1.0"),
    ],
)
def test_a_config_that_makes_no_sense_says_why(change, error, says):
    with pytest.raises(error, match=says):
        GPTConfig(**BASE | change)


def test_a_dict_that_is_no_config_says_what_is_odd_or_absent():
    with pytest.raises(UsageError, match="no 'depth'"):
        GPTConfig.from_dict(BASE | {"depth": 3})
    with pytest.raises(UsageError, match="lacks heads"):
        GPTConfig.from_dict({k: v for k, v in BASE.items() if k != "heads"})


def test_more_tokens_than_the_context_are_refused_with_both_numbers(model):
    with pytest.raises(ShapeError, match=r"9 tokens .* context of 8"):
        model(np.zeros((1, 9), int))


JAX = """
import sys
sys.modules["tensorflow"] = None  # from here on it cannot be imported, as if it were absent
import keras, numpy as np
from course_utils.models.generate import generate, generate_quickly
from course_utils.models.gpt import GPT, GPTConfig
for parts in ({}, dict(positions="rotary", norm="rms", feed_forward="swiglu", tie=False)):
    model = GPT(GPTConfig(vocabulary=11, context=8, width=8, layers=1, heads=2, **parts))
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    ids = np.arange(16).reshape(2, 8) % 11
    loss = model.fit(ids, (ids + 1) % 11, verbose=0).history["loss"][0]
    assert 1 < loss < 4, loss
    plain = generate(model, [[1, 2], [3]], 5, cache=False)
    assert plain == generate(model, [[1, 2], [3]], 5) == generate_quickly(model, [[1, 2], [3]], 5)
print(keras.backend.backend())
"""


def test_a_gpt_trains_and_writes_on_jax_without_tensorflow(on_jax):
    assert on_jax(JAX).split() == ["jax"]
