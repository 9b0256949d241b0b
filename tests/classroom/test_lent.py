"""What a check lends to an answer, and what it gets for a class or an exception."""

import threading

import numpy as np
import pytest

from course_utils.checks.core import Miss, exercise
from tests.classroom import border


class Owner:
    """An object that a check lends."""

    def __init__(self):
        self.rate, self._secret = 0.5, "secret"

    def step(self, params):
        params["w"] += self.rate


Owner.__module__ = "course_utils.checks.owner"  # the judge lends objects of the course only


@exercise("0.2 Use what is lent", seconds=1)
def use(fn):
    def case():
        got = fn(lambda x: x + 1, Owner(), np.random.default_rng(3))
        if got != ["right"]:
            raise Miss(f"got {got}", "no hint.")

    yield case


def judged_use(answer):
    return border.judged([("a", "use", "a")], {"a": answer}, find=lambda name: use)["a"]


def test_what_is_lent_can_be_used_and_no_more():
    def right(f, owner, rng):
        with np.errstate(all="raise"):
            params = {"w": np.zeros(2)}
            kept = params["w"]
            owner.step(params)
            found = []
            threads = [threading.Thread(target=lambda: found.append(f(2))) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        same = rng.random() == np.random.default_rng(3).random()
        fine = kept.tolist() == [0.5, 0.5] and found == [3] * 8 and owner.rate == 0.5 and same
        return ["right" if fine else (kept, found)]

    assert judged_use(right)["state"] == "pass"


@pytest.mark.parametrize(
    "peek",
    [
        lambda f, owner: owner._conversation.get(owner._number, "_secret"),
        lambda f, owner: owner._conversation.get(owner._number, "__class__"),
        lambda f, owner: owner._conversation.get(f._number, "__globals__"),
        lambda f, owner: owner._conversation.get(f._number, "func_globals"),
        lambda f, owner: owner._conversation.get(owner.step._number, "im_func"),
        lambda f, owner: owner._conversation.get(owner._number, ["rate"]),
    ],
)
def test_nothing_behind_a_lent_function_or_object_can_be_reached(peek):
    def answer(f, owner, rng):
        return [f"{type(peek(f, owner)).__name__} came"]

    verdict = judged_use(answer)
    assert "raised AttributeError" in verdict["says"], verdict


def test_an_exception_of_the_check_passes_through_an_answer_as_itself():
    @exercise("0.3 Through", seconds=1)
    def through(fn):
        def tired(x):
            raise Miss("you ask too often", "once.")

        yield lambda: fn(tired)

    def catches(f):
        try:
            f(1)
        except ValueError:
            return 0

    found = border.judged(
        [("a", "t", "a"), ("b", "t", "b")],
        {"a": lambda f: f(1), "b": catches},
        find=lambda name: through,
    )
    assert {verdict["says"] for verdict in found.values()} == {"you ask too often"}


def test_a_class_is_asked_through_instances_that_stay_where_they_are():
    @exercise("0.4 Class", seconds=1)
    def counter(cls):
        def counts():
            one, two = cls(5), cls(0)
            one.add(2)
            if (one.count, two.count, one(1)) != (7, 0, 8):
                raise Miss(f"{one.count}", "no hint.")

        yield counts

    class Counter:
        def __init__(self, count):
            self.count = count

        def add(self, n):
            self.count += n

        def __call__(self, n):
            return self.count + n

    found = border.judged([("a", "c", "Counter")], {"Counter": Counter}, find=lambda name: counter)
    assert found["a"]["state"] == "pass", found
