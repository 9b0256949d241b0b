"""Plain data: what may cross the border between a learner's process and the judge's.

A value becomes a tree that JSON can hold and a list of raw buffers for what JSON holds badly
(bytes, arrays). Nothing is pickled: the receiver makes built-in types and NumPy arrays, and
nothing that a sender could give a behaviour of its own. Types are compared with `type(x) is`;
a subclass of float or list is turned into its base by the sender.

A tree is null, true, false, a number, a text, or a list that begins with a tag:
i integer, c complex, b bytes, l list, t tuple, s set, z frozenset, d dict, r range, n NumPy
scalar, a array, o array of objects. Other tags are the business of `strange` and `known`.
"""

import math
from itertools import count

import numpy as np

from course_utils.errors import CourseError

DEPTH = 50  # containers in containers
ITEMS = 1_000_000  # values in one message
BITS = 4096  # of one whole number
ENTRIES = 2**26  # of one array; axes of length 0 count as 1
KINDS = {"b": {1}, "i": {1, 2, 4, 8}, "u": {1, 2, 4, 8}, "f": {2, 4, 8}, "c": {8, 16}}
LETTERS = 2**20  # bytes of one entry in an array of texts
EXACT = 2**53  # up to here JSON's numbers are the same everywhere


class NotPlain(CourseError, TypeError):
    """A value that cannot cross; the message names its type and its place."""

    def __init__(self, kind, place, why=""):
        super().__init__(
            f"{place} is {why or f'of type {kind}'}, which cannot cross to the judge.",
            "use numbers, text, lists, tuples, dicts, sets and NumPy arrays.",
        )


class Broken(CourseError):
    """What arrived is not what this module sends; nothing that follows can be trusted."""

    def __init__(self, what):
        super().__init__(f"the other side sent {what}.", "nothing: its answer does not count.")


def pack(value, strange=None, place="the value"):
    """Return (tree, buffers) for `value`.

    Args:
        value: anything.
        strange: function of a value that is of none of the exact plain types and of a function
            that packs what it holds; it returns a tree, or None to leave the value alone.
        place: what to call the value in a message.

    Raises:
        NotPlain: something in it is not plain, too deep or too large, and not strange either.
    """
    packer = _Packer(strange)
    return packer.tree(value, place, 0), packer.buffers


def unpack(tree, buffers, known=None):
    """The value that `pack` was given.

    Args:
        tree, buffers: as they arrived.
        known: function of a list with an unknown tag, and of a function that unpacks a part.

    Raises:
        Broken: the tree is none that `pack` makes, or too deep or too large.
    """
    return _Unpacker(buffers, known).value(tree, 0)


class _Packer:
    def __init__(self, strange):
        self.strange, self.buffers, self.items = strange, [], 0

    def tree(self, value, place, depth):
        self.items += 1
        if self.items > ITEMS:
            raise NotPlain(type(value).__name__, place, f"one of more than {ITEMS:,} values")
        if depth > DEPTH:
            raise NotPlain(type(value).__name__, place, f"inside {DEPTH} containers")
        kind = type(value)
        if value is None or kind in (bool, str, float):
            return value
        make = _EXACT.get(kind)
        if make:
            return make(self, value, place, depth)
        if self.strange:
            tree = self.strange(value, lambda part: self.tree(part, place, depth + 1))
            if tree is not None:
                return tree
        if isinstance(value, np.generic):
            return self.scalar(value, place)
        for base in (bool, str, float, *_EXACT):
            if isinstance(value, base):
                return self.tree(_as_base(base, value), place, depth)
        raise NotPlain(kind.__name__, place)

    def integer(self, value, place, depth):
        if -EXACT <= value <= EXACT:
            return value
        if value.bit_length() > BITS:
            raise NotPlain("int", place, f"a whole number of more than {BITS} bits")
        return ["i", hex(value)]

    def complex(self, value, place, depth):
        return ["c", value.real, value.imag]

    def bytes(self, value, place, depth):
        return ["b", self.buffer(bytes(value))]

    def sequence(self, value, place, depth):
        tag = {list: "l", tuple: "t", set: "s", frozenset: "z"}[type(value)]
        return [tag, *(self.tree(x, f"{place}[{i}]", depth + 1) for i, x in enumerate(value))]

    def dict(self, value, place, depth):
        tree = ["d"]
        for key, item in value.items():
            tree.append(self.tree(key, f"a key of {place}", depth + 1))
            tree.append(self.tree(item, f"{place}[{str(key)[:40]!r}]", depth + 1))
        return tree

    def range(self, value, place, depth):
        return [
            "r",
            *(self.integer(n, place, depth) for n in (value.start, value.stop, value.step)),
        ]

    def scalar(self, value, place):
        array = self.array(np.asarray(value), place, 0)
        if array[0] != "a":
            raise NotPlain(type(value).__name__, place)
        return ["n", array[1], array[3]]

    def array(self, value, place, depth):
        value = _storable(value, place)
        if math.prod(n or 1 for n in value.shape) > ENTRIES:
            raise NotPlain("ndarray", place, f"an array of more than {ENTRIES:,} entries")
        if value.dtype.kind == "O":
            items = (self.tree(x, f"{place}[{i}]", depth + 1) for i, x in enumerate(value.flat))
            return ["o", list(value.shape), *items]
        return ["a", value.dtype.str, list(value.shape), self.buffer(value.tobytes())]

    def buffer(self, data):
        self.buffers.append(data)
        return len(self.buffers) - 1


_EXACT = {
    int: _Packer.integer,
    complex: _Packer.complex,
    bytes: _Packer.bytes,
    bytearray: _Packer.bytes,
    list: _Packer.sequence,
    tuple: _Packer.sequence,
    set: _Packer.sequence,
    frozenset: _Packer.sequence,
    dict: _Packer.dict,
    range: _Packer.range,
    np.ndarray: _Packer.array,
}


def _as_base(base, value):
    """A subclass's instance as its base, past whatever the subclass overrides."""
    if base is np.ndarray:
        return np.asarray(value).view(np.ndarray)
    if base is dict:
        return {key: dict.__getitem__(value, key) for key in dict.keys(value)}
    if base in (list, tuple, set, frozenset, bytes, bytearray):
        return base(base.__iter__(value))
    convert = {str: str.__str__, int: int.__int__, float: float.__float__}.get(base)
    return convert(value) if convert else base(value)


def _storable(array, place):
    """The array with a dtype that every NumPy reads, in C order; or NotPlain."""
    kind, size = array.dtype.kind, array.dtype.itemsize
    if (kind in "SU" and size <= LETTERS) or kind == "O":
        return array
    if kind in KINDS and size in KINDS[kind]:
        return array.astype(array.dtype.newbyteorder("<"), copy=False)
    if kind in "fc":  # long double
        return array.astype("<f8" if kind == "f" else "<c16")
    if array.dtype.name.startswith(("bfloat16", "float8")):
        return array.astype("<f4")
    raise NotPlain("ndarray", place, f"an array of {array.dtype}"[:100])


class _Unpacker:
    def __init__(self, buffers, known):
        self.buffers, self.known, self.items = buffers, known, count(1)

    def value(self, tree, depth):
        if next(self.items) > ITEMS or depth > DEPTH + 2:
            raise Broken("more than it may")
        kind = type(tree)
        if tree is None or kind in (bool, str, float):
            return tree
        if kind is int:
            return self._small(tree, -EXACT, EXACT)
        if kind is not list or not tree or type(tree[0]) is not str:
            raise Broken("a tree without a tag")
        make = _TAGS.get(tree[0])
        try:
            if make:
                return make(self, tree, depth)
            if self.known:
                return self.known(tree, lambda part: self.value(part, depth + 1))
        except (LookupError, TypeError, ValueError, OverflowError) as error:
            raise Broken(f"a bad {tree[0][:9]!r} ({type(error).__name__})") from None
        raise Broken(f"the unknown tag {tree[0][:9]!r}")

    def _small(self, number, low, high):
        if type(number) is not int or not low <= number <= high:
            raise Broken("a number out of its range")
        return number

    def _rest(self, tree, depth):
        return [self.value(part, depth + 1) for part in tree[1:]]

    def integer(self, tree, depth):
        text = tree[1]
        if type(text) is not str or len(text) > BITS // 4 + 4:
            raise Broken("a number out of its range")
        return int(text, 16)

    def complex(self, tree, depth):
        return complex(float(tree[1]), float(tree[2]))

    def bytes(self, tree, depth):
        return bytes(self.buffer(tree[1]))

    def dict(self, tree, depth):
        parts = self._rest(tree, depth)
        return dict(zip(parts[::2], parts[1::2], strict=True))

    def range(self, tree, depth):
        return range(*self._rest(tree, depth))

    def scalar(self, tree, depth):
        return self._array(tree[1], [], tree[2])[()]

    def array(self, tree, depth):
        return self._array(*tree[1:])

    def objects(self, tree, depth):
        shape = self._shape(tree[1])
        array = np.empty(math.prod(shape), dtype=object)
        if len(tree) - 2 != len(array):
            raise Broken("an array of another size than its shape")
        for i, part in enumerate(tree[2:]):
            array[i] = self.value(part, depth + 1)
        return array.reshape(shape)

    def _shape(self, shape):
        if type(shape) is not list or len(shape) > 32:
            raise Broken("a shape that is none")
        shape = tuple(self._small(n, 0, ENTRIES) for n in shape)
        if math.prod(n or 1 for n in shape) > ENTRIES:
            raise Broken("an array that is too large")
        return shape

    def _array(self, text, shape, place):
        if type(text) is not str or len(text) > 12:
            raise Broken("a dtype that is none")
        kind, size = text[1:2], int(text[2:])
        sizes = KINDS.get(kind)
        allowed = size in sizes if sizes else kind in "SU" and 0 <= size <= LETTERS
        if text[0] not in "<|=" or not kind or not allowed:
            raise Broken("a dtype that cannot cross")
        dtype, shape = np.dtype(text), self._shape(shape)
        data = self.buffer(place)
        if dtype.itemsize == 0:
            return np.zeros(shape, dtype)
        if kind == "b":  # any byte but 0 and 1 is no truth value NumPy can work with
            return np.frombuffer(data, "u1").reshape(shape) != 0
        return np.frombuffer(data, dtype).reshape(shape).copy()

    def buffer(self, place):
        return self.buffers[self._small(place, 0, len(self.buffers) - 1)]


_TAGS = {
    "i": _Unpacker.integer,
    "c": _Unpacker.complex,
    "b": _Unpacker.bytes,
    "l": _Unpacker._rest,
    "t": lambda self, tree, depth: tuple(self._rest(tree, depth)),
    "s": lambda self, tree, depth: set(self._rest(tree, depth)),
    "z": lambda self, tree, depth: frozenset(self._rest(tree, depth)),
    "d": _Unpacker.dict,
    "r": _Unpacker.range,
    "n": _Unpacker.scalar,
    "a": _Unpacker.array,
    "o": _Unpacker.objects,
}
