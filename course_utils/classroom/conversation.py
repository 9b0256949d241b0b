"""Two processes that call each other's functions, with plain data for arguments and results.

Both sides speak the same way. A function that cannot cross is lent: the other side gets a
number, and calling its stand-in sends the arguments here. Calls nest, they never overlap: while
one side waits for a value it serves what the other asks meanwhile. Arguments that a call changed
are written back into the caller's own objects, so that a change in place is seen where it
would be seen in one process.
"""

import threading

import numpy as np

from course_utils.classroom.channel import Closed
from course_utils.classroom.plain import Broken, NotPlain, pack, unpack
from course_utils.classroom.told import Told, describe, stand_in

NESTED = 40  # calls within calls
KEPT = 1000  # exceptions that a side remembers by number
CHANGEABLE = (list, dict, set, tuple, bytearray, np.ndarray)


class Conversation:
    """One side of a connection. Subclasses say what may be lent and what arrives as what.

    `over` is None until the connection broke or the other side sent nonsense; then a sentence.
    """

    def __init__(self, channel):
        self.channel, self.over = channel, None
        self._lent, self._numbers, self._errors = {}, {}, {}
        self._depth, self._raised = 0, 0
        # An answer may call a lent function from threads of its own: one at a time.
        self._turn = threading.RLock()

    # What the two sides do differently --------------------------------------------------------

    def out(self, value, part):
        """A tree for a value that is not plain, or None; see `plain.pack`."""
        return None

    def come(self, tree, part):
        """The value of a tree with a tag that is not plain; see `plain.unpack`."""
        raise Broken("an unknown tag")

    def run(self, function, args, named, settings):
        """Call what the other side asked for; returns (value, remarks), remarks a plain dict."""
        return function(*args, **named), {}

    def attribute(self, target, name):
        """An attribute of a lent object; only of objects, and no name with a leading _."""
        if type(name) is not str or name.startswith("_") or callable(target):
            raise AttributeError(f"{type(target).__name__!r} object has no attribute {name!r:.99}")
        return getattr(target, name)

    def heed(self, remarks):
        """Take note of what `run` of the other side remarked."""

    def tells(self, error):
        """Should the other side hear of this exception, or does it end the conversation?"""
        return isinstance(error, Exception)

    # Lending ----------------------------------------------------------------------------------

    def lend(self, value):
        """The number of an object of this side; the object stays alive with the conversation."""
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self._lent)
            self._lent[len(self._lent)] = value
        return self._numbers[id(value)]

    def mine(self, number):
        """The object that was lent under a number. Broken if there is none."""
        if type(number) is not int or number not in self._lent:
            raise Broken("a number that was never lent")
        return self._lent[number]

    # Asking -----------------------------------------------------------------------------------

    def call(self, number, args, named):
        """Call the other side's function. Raises what it raised, as a stand-in, or Closed."""
        settings = np.geterr()
        answer = self._ask("call", number, (args, named, settings))
        lent = [*args, *named.values()]
        try:
            value, changes, remarks = answer
            for at, changed in changes:
                restore(lent[at], changed)
            self.heed(remarks)
        except (LookupError, TypeError, ValueError, AttributeError):
            self.over = "the other side sent a result that is none."
            raise Broken("a result that is none") from None
        return value

    def get(self, number, name):
        """An attribute of the other side's object."""
        return self._ask("get", number, name)

    def say(self, value):
        """Send one value, unasked."""
        self._send("value", value)

    def hear(self, seconds):
        """Wait for the value that the other side says unasked."""
        return self._guarded(lambda: self._listen(seconds))

    def serve(self):
        """Answer what the other side asks until it hangs up."""
        while True:
            try:
                self._answer(*self._next(None))
            except Closed:
                return

    def _ask(self, verb, number, what):
        def exchange():
            self._send(verb, what, number)
            return self._listen(None)

        with self._turn:
            return self._guarded(exchange)

    def _guarded(self, exchange):
        if self.over:
            raise Closed(self.over)
        try:
            return exchange()
        except (Closed, Broken) as error:
            self.over = str(error).splitlines()[0]
            raise

    def _listen(self, seconds):
        while True:
            verb, number, tree, buffers = self._next(seconds)
            if verb == "value":
                return unpack(tree, buffers, self.come)
            if verb == "raise":
                raise self._heard(unpack(tree, buffers))
            self._answer(verb, number, tree, buffers)

    def _heard(self, told):
        try:
            number, name, base, text, yours = told
            if type(number) is not int:
                raise Broken("an exception without a number")
            if yours:
                return self._errors[number].with_traceback(None)
            return stand_in(name, base, text, number)
        except (LookupError, TypeError, ValueError, AttributeError):
            raise Broken("an exception that is none") from None

    def _next(self, seconds):
        message, buffers = self.channel.receive(seconds)
        if type(message) is not list or len(message) != 3:
            raise Broken("a message that is none")
        return *message, buffers

    def _send(self, verb, value, number=0):
        tree, buffers = pack(value, self.out)
        self.channel.send([verb, number, tree], buffers)

    # Answering --------------------------------------------------------------------------------

    def _answer(self, verb, number, tree, buffers):
        if verb not in ("call", "get") or self._depth > NESTED:
            raise Broken("a question that is none, or too many of them within each other")
        target = self.mine(number)
        what = unpack(tree, buffers, self.come)
        self._depth += 1
        try:
            self._send("value", (self._call if verb == "call" else self.attribute)(target, what))
        except (Closed, Broken):
            raise
        except BaseException as error:
            if not self.tells(error):
                raise
            self._send("raise", self._told(error))
        finally:
            self._depth -= 1

    def _call(self, target, what):
        try:
            args, named, settings = what
            lent = [*args, *named.values()]
        except (TypeError, ValueError, AttributeError):
            raise Broken("a call without arguments") from None
        before = [_picture(value) for value in lent]
        value, remarks = self.run(target, args, named, settings)
        changes = []
        for at, changed in enumerate(lent):
            if before[at] is not None and before[at] != _picture(changed):
                changes.append((at, changed))
        return value, changes, remarks

    def _told(self, error):
        if isinstance(error, Told) and getattr(error, "number", -1) >= 0:
            return error.number, "", "", "", True
        self._raised += 1
        self._errors[self._raised] = error
        self._errors.pop(self._raised - KEPT, None)
        return self._raised, *describe(error), False


def _picture(value):
    """Something that differs once `value` was changed in place; None if it cannot be."""
    if not isinstance(value, CHANGEABLE):
        return None
    try:
        return pack(value, _by_identity)
    except NotPlain:
        return "too large or too odd to compare"


def _by_identity(value, part):
    plain = (*CHANGEABLE, bool, int, float, complex, str, bytes, frozenset, np.generic)
    return None if isinstance(value, plain) else ["", id(value)]


def restore(old, new):
    """Write `new` into `old`, in place and as deep as both have one shape.

    Returns:
        False if `old` is of a type that holds nothing to write to.
    """
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        if old.shape != new.shape:
            old.resize(new.shape, refcheck=False)
        np.copyto(old, new, casting="unsafe")
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            old[:] = new
        for at, value in enumerate(new):
            if not restore(old[at], value):
                old[at] = value
    elif isinstance(old, tuple) and isinstance(new, tuple):
        for ours, value in zip(old, new, strict=False):
            restore(ours, value)
    elif isinstance(old, dict) and isinstance(new, dict):
        if list(old) != list(new):
            kept = dict(old)
            old.clear()
            old.update((key, kept.get(key)) for key in new)
        for key, value in new.items():
            if not restore(dict.__getitem__(old, key), value):
                old[key] = value
    elif isinstance(old, (set, bytearray)):
        old.clear()
        (old.update if isinstance(old, set) else old.extend)(new)
    else:
        return False
    return True
