"""What stands for a thing that stayed on the other side of the border.

A stand-in has the name of what it stands for, because feedback names types, and none of its
behaviour: a number to call it by, or the plain items it held when it was sent.
"""

from functools import lru_cache

from course_utils.autograd import Value
from course_utils.classroom.plain import Broken
from course_utils.classroom.told import safe_name


class Remote:
    """Something of the other side's, by its number in a conversation."""

    def __init__(self, conversation, number, name):
        self._conversation, self._number = conversation, number
        self.__name__ = self.__qualname__ = name

    def __deepcopy__(self, memo):
        return self

    def __repr__(self):
        return f"<{self.__name__} on the other side>"


class RemoteFunction(Remote):
    """A function of the other side's."""

    def __call__(self, *args, **named):
        return self._conversation.call(self._number, args, named)


class RemoteObject(Remote):
    """An object of the other side's: its public attributes, fetched when they are asked for."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return self._conversation.get(self._number, name)


class RemoteCallable(RemoteObject, RemoteFunction):
    """An object of the other side's that can be called."""


class Watched(dict):
    """A dict whose look-ups its owner wants to see; `look` asks the owner."""

    look = None

    def __getitem__(self, key):
        return self.look(key)

    def get(self, key, default=None):
        return self.look(key) if key in self else default


class Odd:
    """An object that cannot cross; all that is left of it is the name of its type."""


class Items(Odd):
    """Something that was neither list nor tuple but could be gone through."""

    def __init__(self, items):
        self._items = items

    def __iter__(self):
        return iter(self._items)

    def __len__(self):
        return len(self._items)


class Indexed(Items):
    """Such as a deque: an index works, and NumPy makes an array of it."""

    def __getitem__(self, place):
        return self._items[place]


class Once(Odd):
    """A generator or another iterator: its items come once."""

    def __init__(self, items):
        self._left = iter(items)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._left)


@lru_cache(maxsize=1000)
def _subclass(base, name):
    return type(name, (base,), {})


def named(base, name, *arguments):
    """An instance of a subclass of `base` that bears `name`."""
    return _subclass(base, safe_name(name))(*arguments)


def remote(base, conversation, number, name):
    """A stand-in; its class bears the name unless it is a function. Broken for a bad number."""
    if type(number) is not int:
        raise Broken("a stand-in without a number")
    name = safe_name(name, "function")
    if base is RemoteFunction:
        return RemoteFunction(conversation, number, name)
    return named(base, name, conversation, number, name)


def remote_class(conversation, number, name):
    """A class whose instances live on the other side: what a check gets for a class."""

    def make(cls, *args, **named):
        return conversation.call(number, args, named)

    return type(safe_name(name), (RemoteObject,), {"__new__": make})


# A graph of Values (lesson 03) crosses as numbers: for each node its data, its parents by their
# place in the list, its slopes. Who made the node does not matter, only what it holds.


def is_value(thing):
    """Does it look like a Value, whichever class the learner wrote for it?"""
    return all(hasattr(thing, name) for name in ("data", "parents", "slopes"))


def pack_graph(root, part, known, lend=None):
    """The nodes below `root`, parents first, `root` last.

    Args:
        root: a Value, or what looks like one.
        part: packs a plain value.
        known: function of a node: its number on the other side, or None if it is ours.
        lend: function that gives a node of ours a number; None to give none.
    """
    place, nodes, stack = {}, [], [(root, False)]
    alive = []  # keeps what `parents` may make on the fly, so that ids stay apart
    while stack:
        node, ready = stack.pop()
        if id(node) in place:
            continue
        number = known(node)
        inner = number is None and is_value(node)
        parents = list(node.parents) if inner else []
        alive += [node, parents]
        if inner and not ready:
            stack.append((node, True))
            stack += [(parent, False) for parent in parents if id(parent) not in place]
            continue
        place[id(node)] = len(nodes)
        if number is not None:
            nodes.append(["y", number])
        elif not inner:
            nodes.append(["p", part(node)])
        else:
            slopes = [part(slope) for slope in node.slopes]
            at = [place[id(parent)] for parent in parents]
            nodes.append(["n", part(node.data), at, slopes, lend(node) if lend else -1])
    return ["v", nodes]


def unpack_graph(tree, part, mine, met=None):
    """The root of a graph as `autograd.Value`s.

    Args:
        tree: what `pack_graph` made.
        part: unpacks a plain value.
        mine: function of a number: this side's object.
        met: function of a new node and its number on the other side.
    """
    nodes = []
    for node in tree[1]:
        if node[0] == "y":
            nodes.append(mine(node[1]))
        elif node[0] == "p":
            nodes.append(part(node[1]))
        else:
            _, data, parents, slopes, number = node
            value = Value(0.0)
            value.data = part(data)
            if any(type(at) is not int or not 0 <= at < len(nodes) for at in parents):
                raise Broken("a graph that runs in circles")
            value.parents = tuple(nodes[at] for at in parents)
            value.slopes = tuple(part(slope) for slope in slopes)
            nodes.append(value)
            if met:
                met(value, number)
    if not nodes:
        raise Broken("a graph of nothing")
    return nodes[-1]
