"""The ROC curve and its area: a worked example, ties, order alone, Keras, scikit-learn."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course_utils.errors import CourseError, ShapeError
from course_utils.metrics.roc import auc, roc_auc, roc_curve

# Two positives, three negatives, a tie between one of each at 0.5.
LABELS = np.array([1, 0, 1, 0, 0])
SCORES = np.array([0.9, 0.7, 0.5, 0.5, 0.1])


@st.composite
def answers(draw):
    """Labels with both classes and scores with many ties."""
    pairs = draw(st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2, max_size=40))
    labels, scores = np.array(pairs).T
    assume(0 < labels.sum() < len(labels))
    return labels, scores / 2


def test_a_worked_example_with_a_tie():
    false, true, thresholds = roc_curve(LABELS, SCORES)
    np.testing.assert_allclose(false, [0, 0, 1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(true, [0, 1 / 2, 1 / 2, 1, 1])
    np.testing.assert_array_equal(thresholds, [np.inf, 0.9, 0.7, 0.5, 0.1])
    # Of six pairs four are in order, one is not, and the tie counts half.
    assert roc_auc(LABELS, SCORES) == pytest.approx(4.5 / 6)


@given(answers())
def test_every_point_is_what_deciding_at_its_threshold_gives(answers):
    labels, scores = answers
    for false, true, threshold in zip(*roc_curve(labels, scores), strict=True):
        called = scores >= threshold
        assert true == pytest.approx(called[labels == 1].mean())
        assert false == pytest.approx(called[labels == 0].mean())


@given(answers())
def test_the_curve_climbs_from_corner_to_corner_one_point_per_different_score(answers):
    labels, scores = answers
    false, true, thresholds = roc_curve(labels, scores)
    assert len(thresholds) == len(np.unique(scores)) + 1
    assert (np.diff(false) >= 0).all() and (np.diff(true) >= 0).all()
    assert (np.diff(thresholds) < 0).all()
    assert (false[0], true[0], false[-1], true[-1]) == (0, 0, 1, 1)


@given(answers())
def test_the_area_is_the_share_of_pairs_in_order_with_ties_as_half(answers):
    labels, scores = answers
    gaps = scores[labels == 1][:, None] - scores[labels == 0][None, :]
    assert roc_auc(labels, scores) == pytest.approx(np.mean((gaps > 0) + 0.5 * (gaps == 0)))


@given(answers(), st.integers(0, 1000))
def test_only_the_order_of_scores_matters_and_not_that_of_examples(answers, seed):
    labels, scores = answers
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    expected = roc_auc(labels, scores)
    assert roc_auc(labels[shuffled], np.exp(3 * scores)[shuffled]) == pytest.approx(expected)
    assert roc_auc(labels, -scores) == pytest.approx(1 - expected)
    assert roc_auc(1 - labels, scores) == pytest.approx(1 - expected)


def test_perfect_and_useless_scores():
    assert roc_auc([0, 0, 1], [0.1, 0.2, 0.3]) == 1.0
    assert roc_auc([False, True, True], [5, 5, 5]) == 0.5


def test_the_area_of_known_shapes():
    assert auc([0, 1], [0, 1]) == 0.5
    assert auc([0, 0, 1], [0, 1, 1]) == 1.0
    assert auc([0, 2, 3], [1, 1, 3]) == 4.0


@pytest.mark.parametrize("label", [0, 1])
def test_a_fold_of_one_class_is_refused_by_name(label):
    with pytest.raises(CourseError, match=f"all 3 labels are {label}.*\n.*each class"):
        roc_curve([label] * 3, [0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("labels", "scores", "kind", "says"),
    [
        ([0, 1], [0.1, np.nan], CourseError, "a score is nan"),
        ([0, 1], [0.1, np.inf], CourseError, "a score is inf"),
        ([0, 1, 1], [0.1, 0.2], ShapeError, r"labels are \(3,\) and scores \(2,\)"),
        ([0, 1], [[0.9, 0.1], [0.2, 0.8]], ShapeError, r"probabilities\[:, 1\]"),
        ([], [], ShapeError, r"\(0,\)"),
        ([0, 2], [0.1, 0.2], CourseError, "one is 2.*\n.*labels == 3"),
        ([-1, 1], [0.1, 0.2], CourseError, "one is -1"),
        ([0.5, 1], [0.1, 0.2], CourseError, "one is 0.5"),
        (["no", "yes"], [0.1, 0.2], CourseError, "one is 'no'"),
    ],
)
def test_bad_input_is_refused_with_its_values(labels, scores, kind, says):
    with pytest.raises(kind, match=says):
        roc_auc(labels, scores)


@pytest.mark.parametrize(
    ("x", "y", "kind", "says"),
    [
        ([0, 1, 0.5], [0, 1, 1], CourseError, "falls from 1 to 0.5 at place 2"),
        ([0], [0], ShapeError, "two or more"),
        ([0, 1], [0, 1, 2], ShapeError, r"\(3,\)"),
        ([0, np.nan], [0, 1], CourseError, "not a finite"),
        ([0, 1], [np.inf, 1], CourseError, "thresholds begin with infinity"),
    ],
)
def test_points_that_enclose_no_area_are_refused(x, y, kind, says):
    with pytest.raises(kind, match=says):
        auc(x, y)


def random_answers(seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, 500)
    return labels, 1 / (1 + np.exp(-rng.normal(labels, 1.0)))


def test_keras_approximates_the_same_area():
    keras = pytest.importorskip("keras")
    labels, scores = random_answers()
    theirs = keras.metrics.AUC(num_thresholds=5000)
    theirs.update_state(labels, scores)
    assert roc_auc(labels, scores) == pytest.approx(float(theirs.result()), abs=1e-4)


@pytest.mark.parametrize("digits", [0, 1, 8])
def test_scikit_learn_draws_the_same_curve_with_many_few_and_no_ties(digits):
    sklearn = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    labels, scores = random_answers()
    scores = scores.round(digits)
    ours = roc_curve(labels, scores)
    for a, b in zip(ours, sklearn.roc_curve(labels, scores, drop_intermediate=False), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
    assert roc_auc(labels, scores) == pytest.approx(sklearn.roc_auc_score(labels, scores))
    assert auc(*ours[:2]) == pytest.approx(sklearn.auc(*ours[:2]))
