import numpy as np
import pytest

from course_utils.autograd import GradientError, check_gradient, numerical_gradient
from course_utils.errors import ShapeError

RNG = np.random.default_rng(0)
MATRIX = RNG.normal(size=(3, 3))


def bowl(x):
    return x @ MATRIX @ x


def bowl_gradient(x):
    return (MATRIX + MATRIX.T) @ x


X = RNG.normal(size=3)


def test_central_differences_keep_the_shape_and_find_the_slopes():
    x = RNG.normal(size=(2, 3))
    slopes = numerical_gradient(lambda w: np.sin(w).sum(), x)
    assert slopes.shape == (2, 3)
    np.testing.assert_allclose(slopes, np.cos(x), rtol=1e-8, atol=1e-10)


def test_a_lone_number_is_an_array_without_axes():
    assert numerical_gradient(lambda x: x**2, 3.0) == pytest.approx(6.0, rel=1e-9)
    assert check_gradient(lambda x: x**2, 3.0, 6.0) < 1e-9


def test_large_inputs_are_nudged_in_proportion():
    assert numerical_gradient(lambda x: x**2, 1e12) == pytest.approx(2e12, rel=1e-6)


def test_halving_the_nudge_quarters_the_truncation_error():
    error = [abs(numerical_gradient(np.exp, 0.0, eps) - 1.0) for eps in (2e-2, 1e-2)]
    assert error[0] / error[1] == pytest.approx(4.0, rel=1e-3)


def test_x_is_never_changed_even_if_f_writes_into_it():
    x = X.copy()

    def rude(w):
        w *= 2
        return w.sum()

    np.testing.assert_allclose(numerical_gradient(rude, x), 2.0, rtol=1e-8)
    np.testing.assert_array_equal(x, X)


def test_a_right_gradient_passes_and_its_worst_error_is_returned():
    assert 0 <= check_gradient(bowl, X, bowl_gradient(X)) < 1e-8


@pytest.mark.parametrize(
    "wrong",
    [
        2 * bowl_gradient(X),
        -bowl_gradient(X),
        np.zeros(3),
        MATRIX @ X,
        bowl_gradient(X) * [1, np.nan, 1],
        bowl_gradient(X) + [0, 0, 1e-4],
    ],
)
def test_a_wrong_gradient_is_reported_with_its_worst_entry(wrong):
    with pytest.raises(GradientError, match=r"entry \(\d,\): claimed"):
        check_gradient(bowl, X, wrong)


def test_a_gradient_of_zero_can_be_checked():
    assert check_gradient(lambda x: 1.0, X, np.zeros(3)) == 0.0
    assert check_gradient(lambda x: 1.0, [], []) == 0.0


def test_a_slope_that_is_only_noise_does_not_fail_the_check():
    def f(x):
        return 1e3 + x[0] ** 2 + 1e-9 * x[1]

    check_gradient(f, [2.0, 1.0], [4.0, 1e-9])


def test_shapes_are_checked():
    with pytest.raises(ShapeError, match=r"shape \(2,\), but x has \(3,\)"):
        check_gradient(bowl, X, np.zeros(2))
    with pytest.raises(ShapeError, match="not one number"):
        numerical_gradient(lambda x: x, X)
