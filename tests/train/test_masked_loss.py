"""The masked loss: Keras's own where it has one, the formula elsewhere, padding for nothing."""

import keras
import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.train.masked_loss import MaskedCrossEntropy

V = 7


@pytest.fixture
def logits():
    return np.random.default_rng(0).normal(size=(3, 5, V)).astype("float32")


@pytest.fixture
def targets():
    return np.array([[1, 4, 2, 0, 0], [6, 5, 4, 3, 2], [2, 0, 0, 0, 0]])


def value(loss, targets, logits):
    return float(loss(targets, logits))


def test_without_smoothing_it_is_keras_with_a_class_ignored(targets, logits):
    theirs = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)
    assert value(MaskedCrossEntropy(), targets, logits) == pytest.approx(
        value(theirs, targets, logits), rel=1e-6
    )


def test_with_smoothing_it_is_keras_on_the_real_tokens(targets, logits):
    theirs = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    real = targets != 0
    want = value(theirs, np.eye(V)[targets[real]], logits[real])
    got = value(MaskedCrossEntropy(label_smoothing=0.1), targets, logits)
    assert got == pytest.approx(want, rel=1e-6)


def test_what_stands_at_padding_changes_nothing(targets, logits):
    before = value(MaskedCrossEntropy(0.1), targets, logits)
    logits[targets == 0] = 1e6
    assert value(MaskedCrossEntropy(0.1), targets, logits) == before


def test_every_token_weighs_the_same_whatever_its_sentence(targets, logits):
    loss = MaskedCrossEntropy()
    parts = [value(loss, t[None], z[None]) for t, z in zip(targets, logits, strict=True)]
    assert value(loss, targets, logits) == pytest.approx(np.dot(parts, [3, 5, 1]) / 9, rel=1e-6)


def test_the_padding_may_have_another_id(targets, logits):
    moved = np.where(targets == 0, 5, np.where(targets == 5, 0, targets))
    swapped = logits[..., [5, 1, 2, 3, 4, 0, 6]]
    want = value(MaskedCrossEntropy(0.1), targets, logits)
    assert value(MaskedCrossEntropy(0.1, pad=5), moved, swapped) == pytest.approx(want, rel=1e-6)


def test_padding_alone_costs_nothing(logits):
    assert value(MaskedCrossEntropy(0.1), np.zeros((3, 5), int), logits) == 0


def test_half_precision_logits_are_summed_in_float32(targets, logits):
    half = value(MaskedCrossEntropy(), targets, logits.astype("float16"))
    assert half == pytest.approx(value(MaskedCrossEntropy(), targets, logits), rel=1e-3)


def test_it_is_saved_with_the_model(targets, tmp_path):
    model = keras.Sequential([keras.Input((5,), dtype="int32"), keras.layers.Embedding(V, V)])
    model.compile("sgd", MaskedCrossEntropy(0.2, pad=3))
    before = model.evaluate(targets, targets, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.loss.get_config() == model.loss.get_config()
    assert again.evaluate(targets, targets, verbose=0) == pytest.approx(before, rel=1e-6)


@pytest.mark.parametrize("smoothing", [-0.1, 1.0])
def test_a_smoothing_that_leaves_no_target_is_refused(smoothing):
    with pytest.raises(CourseError, match=f"label_smoothing is {smoothing}"):
        MaskedCrossEntropy(smoothing)
