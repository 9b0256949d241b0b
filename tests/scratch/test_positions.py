"""Position codes: the formula, what makes them useful, and what is refused."""

import numpy as np
import pytest

from course_utils.errors import ShapeError
from course_utils.scratch.positions import rotary, sinusoidal, speeds


def test_the_code_is_the_papers_formula():
    code = sinusoidal(50, 6)
    assert code.shape == (50, 6)
    for t, pair in [(0, 0), (7, 0), (7, 1), (49, 2)]:
        angle = t / 10_000 ** (2 * pair / 6)
        assert code[t, 2 * pair] == pytest.approx(np.sin(angle), abs=1e-12)
        assert code[t, 2 * pair + 1] == pytest.approx(np.cos(angle), abs=1e-12)


def test_every_row_of_the_code_is_equally_long_and_no_two_are_alike():
    code = sinusoidal(200, 16)
    np.testing.assert_allclose((code**2).sum(1), 8)
    distances = np.linalg.norm(code[:, None] - code[None], axis=-1) + 9 * np.eye(200)
    assert distances.min() > 0.1


def test_a_step_ahead_is_the_same_linear_map_everywhere():
    code = sinusoidal(60, 8)
    step, *_ = np.linalg.lstsq(code[:40], code[3:43], rcond=None)
    np.testing.assert_allclose(code[40:57] @ step, code[43:60], atol=1e-9)


def test_rotary_scores_depend_on_the_distance_only():
    rng = np.random.default_rng(0)
    q, k = rng.normal(size=(2, 1, 8))
    scores = [(rotary(q, [t + 5]) @ rotary(k, [t]).T).item() for t in (0, 1, 40, 1000)]
    np.testing.assert_allclose(scores, scores[0], rtol=1e-9)
    assert abs((rotary(q, [6]) @ rotary(k, [0]).T).item() - scores[0]) > 1e-3


def test_rotary_keeps_lengths_and_leaves_position_0_alone():
    x = np.random.default_rng(1).normal(size=(2, 3, 5, 6))
    turned = rotary(x, np.arange(5))
    np.testing.assert_allclose((turned**2).sum(-1), (x**2).sum(-1))
    np.testing.assert_array_equal(turned[:, :, 0], x[:, :, 0])
    assert not np.allclose(turned[:, :, 1:], x[:, :, 1:])


def test_a_plane_is_turned_by_its_own_speed():
    x = np.zeros((1, 4))
    x[0, 1] = 1.0  # the second of two planes: features 1 and 3
    np.testing.assert_allclose(rotary(x, [50.0])[0], [0, np.cos(0.5), 0, np.sin(0.5)], atol=1e-12)


def test_sequences_may_have_positions_of_their_own():
    x = np.random.default_rng(2).normal(size=(2, 3, 4, 6))
    own = np.array([[0, 1, 2, 3], [7, 8, 9, 10]])
    turned = rotary(x, own[:, None, :])
    np.testing.assert_array_equal(turned[0], rotary(x[0], own[0]))
    np.testing.assert_array_equal(turned[1], rotary(x[1], own[1]))


def test_speeds_fall_from_1_towards_1_over_the_base():
    np.testing.assert_allclose(speeds(4, 100.0), [1.0, 0.1])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: sinusoidal(3, 5), "5 features do not come in pairs"),
        (lambda: sinusoidal(3, 0), "0 features"),
        (lambda: sinusoidal(0, 4), "0 positions"),
        (lambda: rotary(np.ones((2, 3)), [0, 1]), "3 features"),
        (lambda: rotary(np.ones((2, 4)), [0, 1, 2]), r"x is \(2, 4\) and positions \(3,\)"),
        (lambda: rotary(np.ones(4), [0]), r"x is \(4,\)"),
    ],
)
def test_sizes_without_a_meaning_are_refused(make, says):
    with pytest.raises(ShapeError, match=says):
        make()
