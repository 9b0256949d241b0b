"""The smallest check: a function that doubles a number and an array."""

import numpy as np

from course_utils.checks.core import Miss, exercise
from course_utils.checks.needs import close, need_array, need_number


@exercise("0.1 Double", seconds=1)
def double(fn):
    def number():
        if need_number(fn(3.0)) != 6.0:
            raise Miss("3 does not become 6", "twice.")

    def arrays():
        if not close(need_array(fn(np.array([1.0, 3.0])), (2,)), [2.0, 6.0]):
            raise Miss("an array is not doubled", "use * 2.")

    yield from (number, arrays)


CHECKS = {"double": double}
