"""What every model of the course owes, whichever it is."""

import ast
import json

import keras
import numpy as np


def as_json(config):
    """The config as it stands in the file: there a tuple is a list."""
    return json.loads(json.dumps(config))


def test_a_saved_model_comes_back_with_its_outputs_and_its_config(make_and_x, tmp_path):
    make, x = make_and_x
    model = make()
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    assert as_json(again.get_config()) == as_json(model.get_config())


def test_a_config_alone_makes_the_same_architecture(make_and_x):
    make, x = make_and_x
    model = make()
    again = model.__class__.from_config(model.get_config())
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


def test_a_model_is_built_on_the_shape_it_was_made_for(make_and_x):
    make, x = make_and_x
    model = make()
    assert model.built and model.count_params() > 0
    assert model.output_shape == (None, 4)
    assert model(x).shape == (8, 4)


def test_a_few_compiled_steps_lower_the_loss_and_move_every_weight(make_and_x, compiled, labels):
    make, x = make_and_x
    model = compiled(make())
    before = [keras.ops.convert_to_numpy(v) for v in model.trainable_variables]
    losses = model.fit(x, labels, epochs=8, shuffle=False, verbose=0).history["loss"]
    assert min(losses[-3:]) < losses[0]
    for variable, old in zip(model.trainable_variables, before, strict=True):
        assert not np.array_equal(keras.ops.convert_to_numpy(variable), old), variable.path


def test_outputs_are_logits_not_probabilities(make_and_x):
    make, x = make_and_x
    logits = make().predict(x, verbose=0)
    assert (logits < 0).any()
    assert not np.allclose(logits.sum(axis=1), 1)


def test_mixed_precision_trains_and_still_returns_float32(make_and_x, compiled, labels, policy):
    make, x = make_and_x
    policy("mixed_float16")
    model = compiled(make())
    before = model.get_weights()
    history = model.fit(x, labels, epochs=2, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
    assert {v.dtype for v in model.trainable_variables} == {"float32"}
    assert model(x).dtype == "float32"
    inner = [layer for layer in model.layers if layer.name not in ("logits", "image")]
    assert any(layer.compute_dtype == "float16" for layer in inner)


def test_compiled_by_xla_or_not_it_learns_the_same(make_and_x, compiled, labels):
    make, x = make_and_x
    trained = []
    for jit in (True, False):
        model = compiled(make(), jit_compile=jit)
        for layer in model.layers:
            if isinstance(layer, keras.layers.Dropout):
                layer.rate = 0  # XLA draws other random numbers from the same seed
        model.fit(x, labels, epochs=2, shuffle=False, verbose=0)
        trained.append(model.get_weights())
    for one, other in zip(*trained, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


def test_no_model_imports_tensorflow(pytestconfig):
    files = sorted((pytestconfig.rootpath / "course_utils" / "models").glob("*.py"))
    assert files
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [getattr(node, "module", None), *(n.name for n in getattr(node, "names", []))]
            assert not any(str(name).startswith("tensorflow") for name in names), file


JAX = """
import json, runpy, sys
sys.modules["tensorflow"] = None  # from here on it cannot be imported, as if it were absent
import keras, numpy as np
models = runpy.run_path("tests/models/conftest.py")["MODELS"]
losses = {}
for name, (make, x) in models.items():
    model = make()
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    losses[name] = model.fit(x, np.arange(8) % 4, epochs=1, verbose=0).history["loss"][0]
print(json.dumps([keras.backend.backend(), losses]))
"""


def test_every_model_trains_on_jax_without_tensorflow(on_jax):
    backend, losses = json.loads(on_jax(JAX).splitlines()[-1])
    assert backend == "jax"
    assert len(losses) == 5 and all(0 < loss < 5 for loss in losses.values())
