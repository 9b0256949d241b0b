"""The judge's side of a conversation: what a check may lend, and what it accepts.

From the other side come plain data, numbers that stand for functions and objects there, names
of types, and nothing that can act here. See `plain` for the data and `stand_ins` for the rest.
"""

import sys

import numpy as np

from course_utils.autograd import Value
from course_utils.classroom import far_keras
from course_utils.classroom.conversation import Conversation
from course_utils.classroom.plain import Broken
from course_utils.classroom.stand_ins import (
    Indexed,
    Items,
    Odd,
    Once,
    Remote,
    RemoteCallable,
    RemoteFunction,
    RemoteObject,
    named,
    pack_graph,
    remote,
    remote_class,
    unpack_graph,
)

SEQUENCES = (Once, Items, Indexed)


class CheckSide(Conversation):
    """Holds the check. What it says is trusted, what it hears is not."""

    def __init__(self, channel):
        super().__init__(channel)
        self._limit = sys.getrecursionlimit()

    def out(self, value, part):
        if isinstance(value, Remote):
            return ["y", value._number] if value._conversation is self else None
        if isinstance(value, Value):
            return pack_graph(value, part, lambda node: None, self.lend)
        if isinstance(value, np.random.Generator):
            return ["rng", part(value.bit_generator.state)]
        kind = type(value)
        if isinstance(value, dict) and kind.__getitem__ is not dict.__getitem__:
            return ["w", self.lend(value.__getitem__), kind.__name__, part(dict(value.items()))]
        if isinstance(value, np.generic):
            return None
        if callable(value):
            return ["f", self.lend(value), getattr(value, "__name__", kind.__name__)]
        if kind.__module__.startswith("course_utils."):
            return ["x", self.lend(value), kind.__name__, False]
        return None

    def come(self, tree, part):
        tag = tree[0]
        if tag == "y":
            return self.mine(tree[1])
        if tag == "f":
            return remote(RemoteFunction, self, tree[1], tree[2])
        if tag == "x":
            return remote(RemoteCallable if tree[3] is True else RemoteObject, self, *tree[1:3])
        if tag == "keras":
            return remote(far_keras.KINDS[tree[3]], self, *tree[1:3])
        if tag == "k":
            if type(tree[1]) is not int:
                raise Broken("a class without a number")
            return remote_class(self, tree[1], tree[2])
        if tag == "v":
            return unpack_graph(tree, part, self.mine)
        if tag == "q":
            return named(SEQUENCES[tree[3]], tree[1], part(tree[2]))
        if tag == "?":
            return named(Odd, tree[1])
        raise Broken("an unknown tag")

    def heed(self, remarks):
        # A check may look whether an answer changed the recursion limit. It did so over there;
        # here only the fact is repeated, so that no answer sets the judge's own limit.
        if remarks.get("recursion") is True:
            sys.setrecursionlimit(self._limit + 1)
