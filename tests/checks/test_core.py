import numpy as np
import pytest

from course_utils.checks.core import CheckFailed, Miss, exercise
from course_utils.checks.needs import close, need_array, need_number


@exercise("0.1 Double", seconds=1)
def double(fn):
    def small():
        if need_number(fn(2.0)) != 4.0:
            raise Miss("2 became something else than 4", "twice, not squared?")

    def arrays():
        got = need_array(fn(np.array([1.0, 3.0])), shape=(2,))
        if not close(got, [2.0, 6.0]):
            raise Miss("an array is not doubled", "use * 2.")

    yield from (small, arrays)


def endless(x):
    while True:
        pass


def endless_and_deaf(x):
    while True:
        try:
            while True:
                pass
        except:  # noqa: E722  the point is to swallow everything once
            if getattr(endless_and_deaf, "heard", 0) > 1:
                raise
            endless_and_deaf.heard = getattr(endless_and_deaf, "heard", 0) + 1


def in_place(x):
    x *= 2
    return x


def stub(x):
    raise NotImplementedError


def leaves(x):
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (stub, "todo", "○ 0.1 Double: not attempted yet"),
        (lambda x: x * 2, "pass", "✓ 0.1 Double: 2 of 2 cases"),
        (lambda x: x**3, "miss", "Hint: twice, not squared?"),
        (lambda x: None, "miss", "did you forget `return`?"),
        (lambda x: print, "miss", "brackets behind the name"),
        (lambda x: "four", "miss", "not an array of numbers"),
        (lambda x: np.array([4.0, 4.0]), "miss", "is a sum or a mean missing"),
        (lambda x: 4.0, "miss", "has shape (), expected (2,)"),
        (lambda x: x * 2 if np.ndim(x) == 0 else x * np.nan, "miss", "an array is not doubled"),
        (lambda x: 1 / 0, "miss", "raised ZeroDivisionError: division by zero"),
        (lambda: 1, "miss", "raised TypeError"),
        (leaves, "miss", "raised SystemExit"),
        (in_place, "miss", "changed its input (argument 1)"),
        (endless, "miss", "still running after 1 seconds"),
        (endless_and_deaf, "miss", "still running after 1 seconds"),
        (3, "miss", "expected a function or class, got int"),
        (None, "miss", "got NoneType"),
    ],
)
def test_feedback(answer, state, says):
    result = double(answer)
    assert result.state == state
    assert says in repr(result)
    assert bool(result) is (state == "pass")


def test_a_check_called_with_nothing_says_how_to_call_it():
    assert "double(double)" in repr(double())


def test_the_time_limit_leaves_no_exception_behind():
    for _ in range(3):
        double(endless)
        assert double(lambda x: x * 2)
    assert sum(range(200_000)) > 0


def test_a_guarded_answer_cannot_change_the_array_of_a_later_case():
    shared = np.ones(3)

    @exercise("0.2 Shared")
    def twice(fn):
        def first():
            fn(shared)

        def second():
            assert (shared == 1).all()

        yield from (first, second)

    assert not twice(in_place)
    assert (shared == 1).all()


def test_an_autograder_gets_an_exception_for_anything_but_a_pass(monkeypatch):
    monkeypatch.setenv("COURSE_GRADING", "1")
    assert double(lambda x: x * 2)
    for answer in (stub, lambda x: x**3, 3):
        with pytest.raises(CheckFailed):
            double(answer)


def test_a_class_is_checked_as_it_is():
    @exercise("0.3 Class")
    def maker(cls):
        def builds():
            if cls().value != 1:
                raise Miss("value is not 1", "set it in __init__.")

        yield builds

    assert maker(type("Good", (), {"value": 1}))
    assert "set it in __init__" in repr(maker(type("Bad", (), {"value": 2})))
