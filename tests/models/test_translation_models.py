"""What every model that translates owes: to be saved, to learn, to write as it reads."""

import json

import keras
import numpy as np
import pytest

from course_utils.errors import ShapeError, UsageError
from course_utils.models.seq2seq import Seq2Seq
from course_utils.models.transformer import Transformer
from course_utils.models.translate import Translator

V, W, T = 12, 10, 6  # source vocabulary, target vocabulary, target length
START, END = 1, 2
SMALL = dict(width=8, heads=2, layers=2, feed_forward=12, length=8, dropout=0.0)
MODELS = {
    "recurrent": lambda: Seq2Seq(V, W, 8, width=5),
    "recurrent, additive": lambda: Seq2Seq(V, W, 8, "additive", width=5),
    "recurrent, dot": lambda: Seq2Seq(V, W, 8, "dot", width=5),
    "transformer": lambda: Transformer(V, W, **SMALL),
    "transformer, post, rotary": lambda: Transformer(
        V, W, **SMALL | dict(norm="post", positions="rotary")
    ),
    "transformer, bare": lambda: Transformer(
        V,
        W,
        **SMALL | dict(norm=None, positions="learned", residual=False, feed_forward=None, heads=1),
    ),
}
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)


@pytest.fixture(scope="module")
def source():
    ids = np.random.default_rng(0).integers(1, V, (5, 7)).astype("int32")
    ids[:2, 4:] = 0  # padded at the end
    return ids


@pytest.fixture(scope="module")
def target():
    ids = np.random.default_rng(1).integers(3, W, (5, T)).astype("int32")
    ids[:, 0] = START
    return ids


@pytest.fixture(params=MODELS)
def make(request):
    """A function that makes the same model every time."""

    def seeded():
        keras.utils.set_random_seed(5)
        return MODELS[request.param]()

    return seeded


@pytest.fixture
def policy():
    """Set a dtype policy for one test: call it with a name."""
    before = keras.config.dtype_policy()
    yield keras.config.set_dtype_policy
    keras.config.set_dtype_policy(before)


def run(model, *inputs):
    return keras.ops.convert_to_numpy(model(inputs))


def eager(model, end=END):
    """A translator that is not compiled: for so few tokens that would take longer."""
    translator = Translator(model, START, end, T)
    for part in (translator.loop, model):
        part.compile(run_eagerly=True)
    return translator


def test_a_saved_model_comes_back_with_its_outputs_and_its_config(make, source, target, tmp_path):
    model = make()
    want = run(model, source, target)
    assert want.shape == (5, T, W)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(run(again, source, target), want)
    assert json.dumps(again.get_config()) == json.dumps(model.get_config())


def test_a_target_position_never_sees_its_future(make, source, target):
    model = make()
    before = run(model, source, target)
    changed = target.copy()
    changed[:, 3:] = 3 + (changed[:, 3:] - 2) % (W - 3)
    after = run(model, source, changed)
    np.testing.assert_allclose(after[:, :3], before[:, :3], atol=1e-6)
    assert (after[:, 3:] != before[:, 3:]).any()


def test_padding_in_the_source_changes_nothing(make, source, target):
    model = make()
    padded = np.pad(source[:, :7], ((0, 0), (0, 1)))
    np.testing.assert_allclose(run(model, padded, target), run(model, source, target), atol=1e-5)


def test_a_few_steps_lower_the_loss_and_move_every_weight(make, source, target):
    model = make()
    model.compile(keras.optimizers.Adam(0.02), LOSS, run_eagerly=True)
    before = model.get_weights()
    x, y = (source, target[:, :-1]), target[:, 1:]
    losses = model.fit(x, y, epochs=6, shuffle=False, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    for variable, old in zip(model.weights, before, strict=True):
        assert not np.array_equal(keras.ops.convert_to_numpy(variable), old), variable.path


def test_mixed_precision_trains_and_still_returns_float32(make, source, target, policy):
    policy("mixed_float16")
    model = make()
    model.compile(keras.optimizers.SGD(0.1), LOSS, run_eagerly=True)
    history = model.fit((source, target[:, :-1]), target[:, 1:], epochs=2, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert {variable.dtype for variable in model.trainable_variables} == {"float32"}
    assert run(model, source, target).dtype == "float32"
    assert model.compute_dtype == "float16"
    assert (eager(model).greedy(source).ids > 0).any()


@pytest.mark.parametrize("kind", ["recurrent, additive", "transformer"])
def test_compiled_by_xla_or_not_it_learns_and_writes_the_same(kind, source, target):
    trained, written = [], []
    for jit in (True, False):
        keras.utils.set_random_seed(5)
        model = MODELS[kind]()
        model.compile(keras.optimizers.SGD(0.1), LOSS, jit_compile=jit)
        model.fit((source, target[:, :-1]), target[:, 1:], epochs=2, shuffle=False, verbose=0)
        trained.append(model.get_weights())
        written.append(Translator(model, START, END, T, jit_compile=jit).greedy(source).ids)
    for one, other in zip(*trained, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)
    np.testing.assert_array_equal(*written)


def test_written_token_by_token_or_read_as_a_whole_the_choices_are_the_same(make, source):
    model = make()
    ids, weights = eager(model).greedy(source)
    before = np.concatenate([np.full((5, 1), START), ids[:, :-1]], axis=1)
    logits = run(model, source, before)
    real = ids > 0
    assert real[:, 0].all()
    np.testing.assert_array_equal(1 + logits[..., 1:].argmax(-1)[real], ids[real])
    looked = getattr(model, "attention", "transformer")
    sums = weights.sum(-1)
    np.testing.assert_allclose(sums[real], 1.0 if looked else 0.0, rtol=1e-5)
    assert (sums[~real] == 0).all()
    assert (weights[np.broadcast_to((source == 0)[:, None], weights.shape)] == 0).all()


def test_a_row_ends_at_its_end_token_and_the_others_go_on(make, source):
    model = make()
    free = eager(model, end=0).greedy(source).ids  # no token ends anything
    end = free[0, 1]
    ids = eager(model, end).greedy(source).ids
    for row, whole in zip(ids, free, strict=True):
        ends = np.flatnonzero(whole == end)
        stop = ends[0] + 1 if len(ends) else T
        np.testing.assert_array_equal(row[:stop], whole[:stop])
        assert (row[stop:] == 0).all()


def test_a_beam_of_one_is_greedy_and_a_wider_one_is_no_less_probable(make, source):
    translator = eager(make())
    greedy = translator.greedy(source[:1]).ids[0]
    one = translator.beam(source[0], width=1)
    assert one[0].ids == (START, *greedy[greedy > 0])
    wide = translator.beam(source[0], width=50)
    assert len(wide) == 50
    assert wide[0].log_probability >= one[0].log_probability - 1e-5


def test_more_sources_than_one_batch_are_written_alike(source):
    translator = eager(Transformer(V, W, **SMALL))
    many = np.tile(source, (14, 1))  # 70 rows: one full batch and a rest
    ids, weights = translator.greedy(many)
    assert ids.shape == (70, T) and weights.shape == (70, T, 7)
    np.testing.assert_array_equal(ids[65:], ids[:5])


def test_what_the_transformer_looked_at_can_be_asked(source, target):
    model = Transformer(V, W, **SMALL)
    weights = keras.ops.convert_to_numpy(model.cross_attention(source, target))
    assert weights.shape == (2, 5, 2, T, 7)  # blocks, rows, heads, target, source
    np.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-5)
    assert (weights[:, :2, :, :, 4:] == 0).all()


@pytest.mark.parametrize("positions", ["sinusoidal", "learned", "rotary", None])
def test_only_positions_tell_the_encoder_the_order(source, positions):
    model = Transformer(V, W, **SMALL | dict(positions=positions))
    backwards = source[2:, ::-1]
    memory = keras.ops.convert_to_numpy(model.encode(source[2:])[0])
    turned = keras.ops.convert_to_numpy(model.encode(backwards)[0])[:, ::-1]
    assert np.allclose(memory, turned, atol=1e-5) is (positions is None)


def test_dropout_acts_in_training_only(source, target):
    model = Transformer(V, W, **SMALL | dict(dropout=0.5))
    np.testing.assert_array_equal(run(model, source, target), run(model, source, target))
    one, other = (model((source, target), training=True) for _ in range(2))
    assert not np.allclose(one, other)


@pytest.mark.parametrize("norm, count", [("pre", 2 + 3 + 2), ("post", 2 + 3), (None, 0)])
def test_each_part_has_one_norm_and_a_stack_with_the_norm_before_one_more(norm, count):
    model = Transformer(V, W, **SMALL | dict(norm=norm, layers=1))
    assert sum("norm" in v.path for v in model.variables) == 2 * count


def test_what_makes_no_model_is_refused(source, target):
    with pytest.raises(ShapeError, match=r"7 units"):
        Seq2Seq(V, W, 7)
    with pytest.raises(UsageError, match=r"no attention 'cosine'"):
        Seq2Seq(V, W, 8, "cosine")
    with pytest.raises(ShapeError, match=r"3 heads cannot share 8[\s\S]*\[1, 2, 4, 8\]"):
        Transformer(V, W, **SMALL | dict(heads=3))
    with pytest.raises(UsageError, match=r"no norm 'batch'"):
        Transformer(V, W, **SMALL | dict(norm="batch"))
    with pytest.raises(UsageError, match=r"no positions 'absolute'"):
        Transformer(V, W, **SMALL | dict(positions="absolute"))
    with pytest.raises(ShapeError, match=r"7 positions, .* at most 6"):
        Transformer(V, W, **SMALL | dict(length=6))((source, target))


def test_what_cannot_be_translated_is_refused(source):
    translator = Translator(Seq2Seq(V, W, 8), START, END, T)
    for wrong in (source[0], source.astype(float), source[:0]):
        with pytest.raises(ShapeError, match="not whole numbers"):
            translator.greedy(wrong)
    with pytest.raises(UsageError, match="length is 0"):
        Translator(Seq2Seq(V, W, 8), START, END, 0)
    with pytest.raises(UsageError, match="Sequential cannot write"):
        Translator(keras.Sequential(), START, END, T)


JAX = """
import json, runpy, sys
sys.modules["tensorflow"] = None  # from here on it cannot be imported, as if it were absent
import keras, numpy as np
file = runpy.run_path("tests/models/test_translation_models.py")
source, target = np.ones((3, 7), "int32"), np.full((3, 6), 4, "int32")
for make in file["MODELS"].values():
    model = make()
    model.compile("sgd", file["LOSS"])
    loss = model.train_on_batch((source, target[:, :-1]), target[:, 1:])
    assert 0 < loss < 10
    assert file["Translator"](model, 1, 2, 6).greedy(source).ids.shape == (3, 6)
print(keras.backend.backend())
"""


def test_every_model_trains_and_writes_on_jax_without_tensorflow(on_jax):
    assert on_jax(JAX).splitlines()[-1] == "jax"
