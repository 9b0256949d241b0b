"""Plain data survive the crossing; everything else is named, and nothing sent is believed."""

import json
import math
import sys
from collections import Counter, OrderedDict, namedtuple
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils.checks.guard import same
from course_utils.classroom.plain import DEPTH, ENTRIES, ITEMS, Broken, NotPlain, pack, unpack


def crossed(value):
    tree, buffers = pack(value)
    return unpack(json.loads(json.dumps(tree)), [bytearray(data) for data in buffers])


KEYS = st.none() | st.booleans() | st.integers() | st.text() | st.binary()
ONES = KEYS | st.floats() | st.complex_numbers(allow_nan=False)
VALUES = st.recursive(
    ONES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.sets(KEYS, max_size=4)
        | st.frozensets(KEYS, max_size=4)
    ),
    max_leaves=20,
)


def alike(a, b):
    """Equal in type and value throughout; NaN is like NaN, -0.0 is not like 0.0."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict):
        return alike(list(a), list(b)) and alike(list(a.values()), list(b.values()))
    return a == b if isinstance(a, (set, frozenset)) else repr(a) == repr(b)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VALUES)
def test_what_is_plain_arrives_as_it_was(value):
    assert alike(crossed(value), value)


@pytest.mark.parametrize(
    "value",
    [
        -0.0,
        math.inf,
        -math.inf,
        2**53 + 1,
        -(2**4000),
        "\ud800 alone, \0 and \u2028",
        range(3, -9, -2),
        bytes(range(256)),
        [[]],
        {(1, (2.0, "x")): [None]},
    ],
    ids=repr,
)
def test_the_corners_of_the_built_in_types(value):
    got = crossed(value)
    assert type(got) is type(value)
    assert repr(got) == repr(value)


@pytest.mark.parametrize(
    "array",
    [
        *(np.arange(6).astype(kind).reshape(2, 3) for kind in "?bhilqBHILQefdFD"),
        np.array(3.5),
        np.zeros((0, 4)),
        np.zeros((2, 0, 3), dtype=int),
        np.array([[np.nan, np.inf, -0.0]]),
        np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1)[::-1],
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.array(["a", "\u4e2d\u6587", ""]),
        np.array([b"ab", b""]),
        np.array(["", ""]),
        np.arange(4, dtype=">i4"),
        np.array([1.5, None, "x", [1]], dtype=object),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_arrays_keep_shape_kind_and_bits(array):
    got = crossed(array)
    assert type(got) is np.ndarray
    assert got.dtype == array.dtype.newbyteorder("=")
    assert got.shape == array.shape
    assert same(got, array.astype(got.dtype)) or got.tolist() == array.tolist()
    assert got.flags.writeable


@pytest.mark.parametrize("value", [np.float32(1.1), np.int64(-3), np.bool_(True), np.complex64(2j)])
def test_numbers_of_numpy_stay_numbers_of_numpy(value):
    got = crossed(value)
    assert type(got) is type(value)
    assert got == value


def test_a_subclass_arrives_as_its_base_whatever_it_overrides():
    class Liar(float):
        def __eq__(self, other):
            return True

        __hash__ = None

        def __float__(self):
            return 7.0

    class Lists(list):
        def __iter__(self):
            return iter([7])

        def __len__(self):
            return 1

    class Dicts(dict):
        def __getitem__(self, key):
            return 7

        def items(self):
            return [("x", 7)]

    class Arrays(np.ndarray):
        def __eq__(self, other):
            return np.ones(self.shape, bool)

    point = namedtuple("Point", "x y")
    for value, want in (
        (Liar(2.5), 2.5),
        (Lists([1, 2]), [1, 2]),
        (Dicts(a=1), {"a": 1}),
        (OrderedDict(b=2), {"b": 2}),
        (Counter("aab"), {"a": 2, "b": 1}),
        (point(1, 2), (1, 2)),
    ):
        got = crossed(value)
        assert type(got) is type(want)
        assert got == want
    got = crossed(np.arange(3).view(Arrays))
    assert type(got) is np.ndarray
    assert (got == 7).sum() == 0


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (object(), "object"),
        (len, "builtin_function_or_method"),
        (sys, "module"),
        (Fraction(1, 3), "Fraction"),
        (iter([]), "list_iterator"),
        (np.array(["2020-01-01"], dtype="M8[D]"), "M8|datetime64"),
        (np.zeros(2, dtype=[("a", int)]), "'a'"),
    ],
)
def test_anything_else_is_refused_by_type_and_place(value, kind):
    with pytest.raises(NotPlain, match=kind):
        pack(value)
    with pytest.raises(NotPlain, match=r"\['rows'\]\[1\]"):
        pack({"rows": [0, value]})


def test_too_deep_too_many_too_large_are_refused_before_they_are_sent():
    circle = []
    circle.append(circle)
    with pytest.raises(NotPlain, match=f"inside {DEPTH} containers"):
        pack(circle)
    with pytest.raises(NotPlain, match="more than 1,000,000 values"):
        pack([0] * (ITEMS + 1))
    with pytest.raises(NotPlain, match="bits"):
        pack(1 << 5000)
    with pytest.raises(NotPlain, match="entries"):
        pack(np.broadcast_to(np.int8(0), (ENTRIES, 2)))


def nested(depth):
    tree = ["l"]
    for _ in range(depth):
        tree = ["l", tree]
    return tree


@pytest.mark.parametrize(
    ("tree", "buffers"),
    [
        ([], []),
        ([1], []),
        ({}, []),
        (["nothing"], []),
        (["v", []], []),
        (2**60, []),
        (["i", "0x" + "f" * 5000], []),
        (["i", 3], []),
        (["i", "three"], []),
        (["c", 1.0], []),
        (["c", "1", ["l"]], []),
        (["b", 0], []),
        (["b", -1], [b"x"]),
        (["b", True], [b"x"]),
        (["r", 1, 2, 0], []),
        (["r", "1", 2, 1], []),
        (["d", 1], []),
        (["d", ["l"], 1], []),
        (["s", ["l"]], []),
        (["s", ["a", "<f8", [1], 0]], [b"12345678"]),
        (["a", "<f8", [2], 0], [b"12345678"]),
        (["a", "<f8", [1], 0], [b"1234"]),
        (["a", "<f8", [-1], 0], [b"12345678"]),
        (["a", "<f8", [True], 0], [b"12345678"]),
        (["a", "<f8", 1, 0], [b"12345678"]),
        (["a", "<f8", [1]], [b"12345678"]),
        (["a", "<f8", [0, 2**40], 0], [b""]),
        (["a", "<f8", [0, 2**20, 2**20], 0], [b""]),
        (["a", "<f8", [1] * 40, 0], [b"12345678"]),
        (["a", "|O", [1], 0], [b"12345678"]),
        (["a", "|O8", [1], 0], [b"12345678"]),
        (["a", "|V8", [1], 0], [b"12345678"]),
        (["a", "<M8", [1], 0], [b"12345678"]),
        (["a", "<M8[s]", [1], 0], [b"12345678"]),
        (["a", "<f3", [1], 0], [b"123"]),
        (["a", "<U9999999", [0], 0], [b""]),
        (["a", "f8,O", [1], 0], [b"12345678"]),
        (["a", "", [1], 0], [b"12345678"]),
        (["a", ["f8"], [1], 0], [b"12345678"]),
        (["n", "<f8", 0], [b"1"]),
        (["o", [2], 1], []),
        (["o", [1, 2**30], 1], []),
        (nested(DEPTH + 10), []),
        (["l", *([["l"]] * (ITEMS + 1))], []),
    ],
    ids=lambda part: str(part)[:40],
)
def test_what_no_sender_makes_is_refused(tree, buffers):
    with pytest.raises(Broken):
        unpack(tree, buffers)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(
            inner | st.sampled_from([*"icbltszdrnao", "<f8", "|b1", "<U2"]), max_size=5
        ),
    ),
    st.lists(st.binary(max_size=16), max_size=3),
)
def test_any_tree_gives_plain_data_or_is_refused(tree, buffers):
    try:
        value = unpack(tree, buffers)
    except Broken:
        return
    assert pack(value)


def test_truth_values_hold_nothing_but_0_and_1():
    got = unpack(["a", "|b1", [3], 0], [b"\x00\x01\xff"])
    assert got.astype(int).tolist() == [0, 1, 1]
    assert got.view("u1").tolist() == [0, 1, 1]
