import inspect

import pytest

from course_utils import errors

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_says_what_and_then_what_to_try(kind):
    error = kind("3 heads cannot share 4 features.", "pick heads from [1, 2, 4].")
    assert isinstance(error, errors.CourseError)
    assert str(error).splitlines() == [
        "3 heads cannot share 4 features.",
        "  Try: pick heads from [1, 2, 4].",
    ]


def test_a_shape_error_is_also_a_value_error():
    assert issubclass(errors.ShapeError, ValueError)
