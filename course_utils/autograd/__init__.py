"""Derivatives by bookkeeping: a scalar reverse-mode engine and the check that keeps it honest.

`Value` is a number that remembers its parents; `check_gradient` compares any gradient with
measured slopes. Pure Python and NumPy; no framework.
"""

from course_utils.autograd.gradcheck import GradientError, check_gradient, numerical_gradient
from course_utils.autograd.value import Value, topological_order

__all__ = [
    "GradientError",
    "Value",
    "check_gradient",
    "numerical_gradient",
    "topological_order",
]
