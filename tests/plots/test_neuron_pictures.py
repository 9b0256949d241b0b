"""Pictures of one neuron: the diagram, digits and weights, likelihood, the boundary."""

import numpy as np
import pytest

from course_utils.plots.boundary import decision_map
from course_utils.plots.digits import digit_row, weight_pictures
from course_utils.plots.likelihood import likelihood_sticks, loss_and_pull
from course_utils.plots.neuron import neuron_diagram


def words(ax):
    return [text.get_text() for text in ax.texts]


def squash(z):
    return 1 / (1 + np.exp(-z))


def test_the_diagram_carries_the_numbers_it_was_given():
    ax = neuron_diagram(["a", "b"], [1.0, 0.0625], [4.0, -4.0], -1.0, 2.75, 0.94)
    assert {"1", "0.0625", "+2.75", "0.94", "\N{MINUS SIGN}1.0"} <= set(words(ax))


def test_a_diagram_with_a_missing_weight_is_refused():
    with pytest.raises(ValueError, match="2 names, 2 inputs and 1 weights"):
        neuron_diagram(["a", "b"], [1.0, 2.0], [1.0], 0.0, 0.0, 0.5)


def test_marked_pixels_are_outlined_in_every_digit():
    axes = digit_row(np.zeros((3, 8, 8)), ["0", "1", "2"], marks={"middle": (3, 4)})
    assert [len(ax.patches) for ax in axes] == [1, 1, 1]
    assert axes[0].patches[0].get_xy() == (3.5, 2.5)


def test_more_than_ten_digits_are_refused():
    with pytest.raises(ValueError, match="1 to 10"):
        digit_row(np.zeros((11, 8, 8)), ["x"] * 11)


def test_white_always_means_a_weight_of_zero():
    axes = weight_pictures([np.array([[-1.0, 3.0]])], ["a"])
    assert axes[0].images[0].get_clim() == (-3.0, 3.0)


def test_a_stick_is_as_long_as_the_probability_given_to_the_truth():
    x, y = np.array([0.0, 0.0, 1.0]), np.array([0, 0, 1])
    ax = likelihood_sticks(x, y, {"p": lambda x: squash(2 * x - 1)})[0]
    lengths = [abs(b[1] - a[1]) for sticks in ax.collections for a, b in sticks.get_segments()]
    np.testing.assert_allclose(lengths, [1 - squash(-1), 1 - squash(-1), squash(1)])


def test_equal_inputs_stand_side_by_side():
    x, y = np.zeros(3), np.zeros(3, dtype=int)
    ax = likelihood_sticks(x, y, {"p": squash})[0]
    assert len({a[0] for a, _ in ax.collections[0].get_segments()}) == 3


def test_both_losses_are_named_in_both_panels():
    z = np.linspace(-5, 5, 60)
    axes = loss_and_pull(z, {"a": z**2, "b": z**4}, {"a": z**2 + 1, "b": z**4 + 1})
    assert [words(ax) for ax in axes] == [["a", "b"], ["a", "b"]]
    assert axes[1].get_yscale() == "log"


def test_wrong_answers_are_ringed_and_right_ones_are_not():
    x, y = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0.0, 1.0])

    def names(belief):
        return [text.get_text() for text in decision_map(x, y, belief).get_legend().get_texts()]

    assert "wrong" not in names(lambda p: squash(9 * p[:, 0] - 4.5))
    assert "wrong" in names(lambda p: squash(4.5 - 9 * p[:, 0]))


def test_the_weight_arrow_starts_on_the_boundary_and_points_along_w():
    x, y = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0.0, 1.0])
    w, b = np.array([4.0, -2.0]), -1.0
    ax = decision_map(x, y, lambda p: squash(p @ w + b), neuron=(w, b))
    arrow = next(t for t in ax.texts if t.get_text() == "")
    start, tip = np.array(arrow.xyann), np.array(arrow.xy)
    assert start @ w + b == pytest.approx(0.0)
    assert np.cross(np.append(tip - start, 0), np.append(w, 0))[2] == pytest.approx(0.0)
    assert (tip - start) @ w > 0
