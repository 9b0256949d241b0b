"""A learner's process that sends what it likes, when it likes, gets no verdict for it."""

import os
import struct
import time

import numpy as np
import pytest

from course_utils.checks.core import exercise
from course_utils.checks.needs import need_number
from tests.classroom import border
from tests.classroom.doubling import CHECKS, double


def good(x):
    return x * 2


def endless(x):
    while True:
        pass


FRAME = struct.Struct(">IQ")


@pytest.mark.parametrize(
    "message",
    [
        b"GET / HTTP/1.1\r\n\r\n" * 10,
        FRAME.pack(2**31, 0),
        FRAME.pack(2, 2**60) + b"[]",
        FRAME.pack(4, 0) + b"\xff\xfe\xfd\xfc",
        FRAME.pack(2, 0) + b"[]",
        FRAME.pack(9, 4) + b"[1, [100]" + b"abcd",
        FRAME.pack(200_000, 0) + b"[" * 200_000,
        {},
        ["value", 0],
        ["value", 0, ["l"]],
        ["value", 0, ["l", 6.0, ["l", ["l", 9, ["l"]]], ["d"]]],
        ["value", 0, ["l", 6.0, ["l", ["l", "0", ["l"]]], ["d"]]],
        ["value", 0, ["l", 6.0, 5, ["d"]]],
        ["value", 0, ["l", 6.0, ["l"], 5]],
        ["value", 0, ["y", 99]],
        ["value", 0, ["y", ["l"]]],
        ["value", 0, ["x", "0", "name", True]],
        ["value", 0, ["k", None, "name"]],
        ["value", 0, ["q", "name", ["l"], 7]],
        ["value", 0, ["v", [["n", 1.0, [0], [1.0], -1]]]],
        ["value", 0, ["v", [["n", 1.0, [5], [1.0], -1]]]],
        ["value", 0, ["keras", 1, "name", "Nothing"]],
        ["value", 0, ["rng", ["d", "bit_generator", "MT19937"]]],
        ["raise", 0, ["l"]],
        ["raise", 0, ["l", 5, "", "", "", True]],
        ["raise", 0, ["l", "5", "A", "ValueError", "text", False]],
        ["raise", 0, ["l", 5, "A", "ValueError", ["l"], False]],
        ["call", 0, ["l", ["l"], ["d"], ["d"]]],
        ["call", "0", ["l", ["l"], ["d"], ["d"]]],
        ["get", 0, "rate"],
        ["exec", 0, "import os"],
    ],
    ids=lambda message: str(message)[:60],
)
def test_a_process_that_breaks_the_rules_gets_no_verdict(message):
    verdicts = border.judged(
        [("a", "double", "a"), ("b", "double", "b")],
        {},
        other=border.hostile(message),
        find=CHECKS.get,
    )
    for verdict in verdicts.values():
        assert verdict["state"] == "lost", verdict
        assert verdict["says"], "and it says why"


def test_names_of_types_are_all_that_an_exception_may_choose():
    tell = ["raise", 0, ["l", 1, "SystemExit", "BaseException", "bye", False]]
    found = border.judged([("a", "double", "a")], {}, other=border.hostile(tell), find=CHECKS.get)
    assert found["a"]["state"] == "miss"
    assert found["a"]["says"] == "raised SystemExit: bye"


def test_data_made_to_be_expensive_cost_their_own_exercise():
    @exercise("0.5 Pairs", seconds=1)
    def pairs(fn):
        def table():
            got = np.asarray(fn())
            need_number((got[:, None] == got).sum())

        yield table

    def find(name):
        return pairs if name == "pairs" else double

    asked = [("bomb", "pairs", "bomb"), ("good", "double", "good")]
    namespace = {"bomb": lambda: np.zeros(4_000_000), "good": good}
    found = border.judged(asked, namespace, find=find)
    assert found["bomb"]["state"] == "miss"
    assert "MemoryError" in found["bomb"]["says"]
    assert found["good"]["state"] == "pass"


def test_connections_that_nobody_asked_for_are_turned_away():
    def crowd(path):
        control, crowd = border.connect(path), []
        while True:
            control.receive()  # begin
            channel = border.connect(path)
            crowd += [border.connect(path) for _ in range(3)]  # they wait for the next begin
            channel.send(["value", 0, ["l", True, ["f", 0, "f"]]])
            channel.receive(5)
            channel.send(["raise", 0, ["l", 1, "ValueError", "ValueError", "here", False]])
            control.receive()  # end
            control.send(["ended"])

    asked = [(slug, "double", slug) for slug in "abc"]
    found = border.judged(asked, {}, other=crowd, find=CHECKS.get)
    assert [found[slug]["says"] for slug in "abc"] == ["raised ValueError: here"] * 3


def test_a_side_that_goes_away_loses_what_is_left_and_a_slow_one_too():
    def quits(path):
        control = border.connect(path)
        control.receive()
        os._exit(0)

    def stalls(path):
        control = border.connect(path)
        control.receive()
        channel = border.connect(path)
        channel.send(["value", 0, ["l", True, ["f", 0, "f"]]])
        time.sleep(1000)

    asked = [("a", "double", "a"), ("b", "double", "b")]
    border.judge.TURN, turn = 0.5, border.judge.TURN
    try:
        for other in (quits, stalls):
            found = border.judged(asked, {}, other=other, find=CHECKS.get)
            assert [found[slug]["state"] for slug in "ab"] == ["lost", "lost"]
    finally:
        border.judge.TURN = turn
    found = border.judged(asked, {"a": endless, "b": good}, find=CHECKS.get, whole=0.5)
    assert found["a"]["says"] == "the check did not end within 0.5 seconds"
    assert "all checks together" in found["b"]["says"]
