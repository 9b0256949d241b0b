"""The learner's side of the border: runs last in the jailed kernel and lends out the answers.

Nothing here is trusted, and nothing here needs to be: a learner who replaces this module can
send other plain data, which is what any answer can do, and no more.

The judge asks for one exercise at a time. Each is served by a forked child with a connection of
its own, so that an endless loop, a full memory or a killed process costs one exercise and not
the rest. Where a fork is not safe, because a framework has started threads that a child would
not have, a thread serves instead; a loop of Python in it is stopped by an exception.
"""

import contextlib
import ctypes
import inspect
import os
import select
import signal
import sys
import threading
import time
import warnings

import numpy as np

from course_utils.classroom.channel import Closed, connect
from course_utils.classroom.conversation import Conversation
from course_utils.classroom.far_keras import kind_of
from course_utils.classroom.plain import Broken, NotPlain, pack
from course_utils.classroom.stand_ins import (
    Remote,
    RemoteFunction,
    RemoteObject,
    Watched,
    is_value,
    named,
    pack_graph,
    remote,
    unpack_graph,
)

GRACE = 0.5  # seconds a served exercise has to end by itself once the judge has hung up
PATIENCE = 3.0  # seconds in which a thread must hear that it is to stop
PLAIN = (bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range)


def answer(socket_path, namespace):
    """Serve the judge at `socket_path` until it hangs up.

    Args:
        socket_path: where the judge listens.
        namespace: the notebook's `globals()`, in which the answers are looked up by name.

    Raises:
        OSError: nobody listens.
    """
    control = connect(socket_path)
    try:
        while True:
            (verb, name), _ = control.receive()
            if verb == "begin":
                serve = _in_child if fork_is_safe() else _in_thread
                serve(control, socket_path, namespace, name)
                control.send(["ended"])
    except Closed:
        pass
    finally:
        control.close()


def fork_is_safe():
    """False once a framework has begun to compute: its threads would be missing in a child."""
    context = getattr(sys.modules.get("tensorflow.python.eager.context"), "_context", None)
    if context is not None and getattr(context, "_initialized", True):
        return False
    return not getattr(sys.modules.get("jax._src.xla_bridge"), "_backends", None)


def _in_child(control, path, namespace, name):
    channel = connect(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the kernel has threads of its own
        child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.setsid()
            control.close()
            _be_quiet()
            _serve(channel, namespace, name)
        os._exit(0)
    channel.close()
    reaped = False

    def gone():
        nonlocal reaped
        reaped = reaped or os.waitpid(child, os.WNOHANG)[0] == child
        return reaped

    try:
        _until_end(control, gone)
    finally:
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)  # also what the answer has started
        if not reaped:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _be_quiet():
    """Nobody reads what an answer prints while it is judged."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115  as long as the process


def _in_thread(control, path, namespace, name):
    channel = connect(path)
    thread = threading.Thread(target=_serve, args=(channel, namespace, name), daemon=True)
    thread.start()
    _until_end(control, lambda: not thread.is_alive())
    channel.close()
    end = time.monotonic() + PATIENCE
    while thread.is_alive() and time.monotonic() < end:
        stop = ctypes.py_object(SystemExit)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), stop)
        thread.join(0.1)


def _until_end(control, gone):
    """Wait until the judge says that an exercise is over, then a moment until `gone()`."""
    said = select.poll()
    said.register(control.connection, select.POLLIN)
    while not said.poll(50):
        gone()
    control.receive(PATIENCE)
    end = time.monotonic() + GRACE
    while not gone() and time.monotonic() < end:
        time.sleep(0.005)


def _serve(channel, namespace, name):
    side = AnswerSide(channel)
    with contextlib.suppress(Closed, Broken, NotPlain, OSError):
        try:
            found = name in namespace
            side.lends(namespace.get(name))
            side.say([found, namespace.get(name)])
            side.serve()
        finally:
            channel.close()


class AnswerSide(Conversation):
    """Holds the answers; turns whatever they return into something that can cross."""

    def __init__(self, channel):
        super().__init__(channel)
        self._theirs, self._class = {}, None

    def lends(self, answer):
        """If the answer is a class, its instances stay here and are lent."""
        self._class = answer if inspect.isclass(answer) else None

    def tells(self, error):
        return True  # an answer may raise anything, SystemExit as well

    def attribute(self, target, name):
        return getattr(target, name)

    def run(self, function, args, named, settings):
        limit = sys.getrecursionlimit()
        # What the check asked of NumPy's warnings holds for its process; it was meant for this.
        with np.errstate(**settings):
            value = function(*args, **named)
        return value, {"recursion": True} if sys.getrecursionlimit() != limit else {}

    def come(self, tree, part):
        tag = tree[0]
        if tag == "y":
            return self.mine(tree[1])
        if tag == "f":
            return remote(RemoteFunction, self, tree[1], tree[2])
        if tag == "x":
            return remote(RemoteObject, self, *tree[1:3])
        if tag == "w":
            watched = named(Watched, tree[2], part(tree[3]))
            watched.look = remote(RemoteFunction, self, tree[1], "look")
            return watched
        if tag == "v":
            return unpack_graph(tree, part, self.mine, self._meet)
        if tag == "rng":
            state = part(tree[1])
            bits = getattr(np.random, state["bit_generator"])()
            bits.state = state
            return np.random.Generator(bits)
        raise Broken("an unknown tag")

    def _meet(self, value, number):
        self._theirs[id(value)] = (number, value)  # alive, so that its id stays its own

    def _known(self, value):
        return self._theirs.get(id(value), (None,))[0]

    def out(self, value, part):
        if isinstance(value, Remote) and value._conversation is self:
            return ["y", value._number]
        if self._known(value) is not None:
            return ["y", self._known(value)]
        if isinstance(value, (*PLAIN, np.generic)):
            return None
        kind = type(value)
        name = kind.__name__
        if self._class and isinstance(value, self._class):
            return ["x", self.lend(value), name, callable(value)]
        if kind_of(value):
            return ["keras", self.lend(value), name, kind_of(value)]
        if callable(value):
            tag = "k" if inspect.isclass(value) else "f"
            return [tag, self.lend(value), getattr(value, "__name__", name)]
        if is_value(value):
            return pack_graph(value, part, self._known)
        for convert in (_as_array, _as_number):
            plain = convert(value)
            if plain is not None:
                return part(plain)
        return self._gone_through(value, part, name)

    def _gone_through(self, value, part, name):
        if isinstance(value, np.ndarray) or not hasattr(value, "__iter__"):
            return ["?", name]
        once = hasattr(value, "__next__")
        indexed = hasattr(value, "__getitem__") and hasattr(value, "__len__")
        return ["q", name, part(list(value)), 0 if once else 2 if indexed else 1]


def _as_array(value):
    """A tensor, a Series, whatever can say itself as an array that crosses."""
    if not hasattr(value, "__array__"):
        return None
    try:
        array = np.asarray(value)
        pack(array)
    except Exception:
        return None
    return array


def _as_number(value):
    """A Fraction, a Decimal."""
    try:
        return float(value) if hasattr(value, "__float__") else None
    except (TypeError, ValueError, OverflowError, NotPlain):
        return None
