"""A number that remembers how it was made: reverse-mode differentiation, one scalar at a time.

Every operation stores its parents and, beside each, the local slope d(result)/d(parent); the
backward sweep is then one rule for all operations. float64, slow on purpose, no arrays.
Source: Griewank and Walther 2008, "Evaluating Derivatives", chapter 3.
"""

import math
from numbers import Real

from course_utils.errors import CourseError


class Value:
    """A real number `data`, its `parents`, and after `backward()` its gradient `grad`.

    Plain numbers may stand on either side of + - * / and become constants; an exponent is always
    a plain number. Raises CourseError for non-numbers and outside a function's domain.
    """

    __slots__ = ("data", "grad", "op", "parents", "slopes")
    __array_ufunc__ = None  # NumPy's numbers then leave 2 * value to __rmul__

    def __init__(self, data, parents=(), slopes=(), op=""):
        if type(data) is not float and not isinstance(data, Real):
            said = f"a Value holds one real number, not {type(data).__name__} {data!r}."
            raise CourseError(said, "wrap elements one by one: [Value(x) for x in xs].")
        self.data, self.grad, self.op = float(data), 0.0, op
        self.parents, self.slopes = tuple(parents), tuple(slopes)

    def __repr__(self):
        return f"Value({self.data:.6g}, grad={self.grad:.6g})"

    def __add__(self, other):
        b = other if isinstance(other, Value) else Value(other)
        return Value(self.data + b.data, (self, b), (1.0, 1.0), "+")

    def __mul__(self, other):
        b = other if isinstance(other, Value) else Value(other)
        return Value(self.data * b.data, (self, b), (b.data, self.data), "×")

    def __pow__(self, n):
        x = self.data
        if not isinstance(n, Real) or (x < 0 and n != int(n)) or (x == 0 and n < 1 and n != 0):
            raise CourseError(
                f"{x:g} ** {n!r} has no slope here.",
                "use a plain number as exponent and keep the base above 0.",
            )
        return Value(x**n, (self,), (n * x ** (n - 1) if n else 0.0,), f"^{n:g}")

    def exp(self):
        if self.data > 709:
            raise CourseError(f"exp({self.data:g}) overflows.", "is the learning rate too large?")
        y = math.exp(self.data)
        return Value(y, (self,), (y,), "exp")

    def log(self):
        if self.data <= 0:
            raise CourseError(f"log({self.data:g}) does not exist.", "keep the argument above 0.")
        return Value(math.log(self.data), (self,), (1 / self.data,), "log")

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, (self,), (1 - y * y,), "tanh")

    def relu(self):  # at exactly 0 the slope is a choice: 0, as everybody chooses
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")

    __radd__, __rmul__ = __add__, __mul__
    __neg__ = lambda a: a * -1.0  # noqa: E731
    __sub__ = lambda a, b: a + b * -1.0  # noqa: E731
    __rsub__ = lambda a, b: a * -1.0 + b  # noqa: E731
    __truediv__ = lambda a, b: a * b**-1.0  # noqa: E731
    __rtruediv__ = lambda a, b: a**-1.0 * b  # noqa: E731

    def backward(self):
        """Set `grad` of everything self depends on to d(self)/d(that), forgetting older ones."""
        ordered = topological_order(self)
        for value in ordered:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(ordered):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += slope * value.grad


def topological_order(root):
    """Everything `root` depends on, parents before children, root last; linear, no recursion."""
    ordered, seen, stack = [], set(), [root]
    while stack:
        value = stack.pop()
        if value is None:  # all parents of the next one are listed
            ordered.append(stack.pop())
        elif value not in seen:
            seen.add(value)
            stack += (value, None, *value.parents)
    return ordered
