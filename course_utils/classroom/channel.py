"""Messages over a Unix socket: a JSON header and raw bytes, both of limited size.

Every wait is a row of short ones. A time limit that raises in this thread (`checks.guard`) is
heard only between two steps of Python, so no call here may block for long.
"""

import json
import select
import socket
import struct
import time

from course_utils.classroom.plain import Broken, NotPlain

HEADER = 8 * 2**20  # bytes of JSON
LIMIT = 64 * 2**20  # bytes of a message
BUFFERS = 100_000
TICK = 0.05  # seconds that one wait may last
PIECE = 2**18
_FRAME = struct.Struct(">IQ")


class Closed(Exception):
    """The other side hung up, or did not answer in time."""


class Channel:
    """Messages over a connected stream socket, which it owns.

    Args:
        connection: a connected `socket.socket`.
    """

    def __init__(self, connection):
        connection.setblocking(False)
        self.connection = connection

    def close(self):
        self.connection.close()

    def send(self, tree, buffers=()):
        """Send one message. NotPlain if it is too large, Closed if nobody listens."""
        head = json.dumps([tree, [len(data) for data in buffers]], check_circular=False).encode()
        size = sum(map(len, buffers))
        if len(head) > HEADER or size > LIMIT:
            raise NotPlain("message", "the value", f"{(len(head) + size) / 2**20:.0f} MB large")
        for data in (_FRAME.pack(len(head), size) + head, *buffers):
            self._write(memoryview(data))

    def receive(self, seconds=None):
        """The next message, (tree, buffers).

        Raises:
            Closed: the other side closed, or sent nothing for so many `seconds`.
            Broken: what came is no message, or is larger than a message may be.
        """
        end = None if seconds is None else time.monotonic() + seconds
        head, size = _FRAME.unpack(self._read(_FRAME.size, end))
        if head > HEADER or size > LIMIT:
            raise Broken(f"a message of {(head + size) / 2**20:,.0f} MB")
        try:
            tree, lengths = json.loads(bytes(self._read(head, end)))
        except (ValueError, TypeError, RecursionError):
            raise Broken("a message that is no JSON") from None
        if type(lengths) is not list or len(lengths) > BUFFERS:
            raise Broken("a message without lengths")
        if any(type(n) is not int or n < 0 for n in lengths) or sum(lengths) != size:
            raise Broken("lengths that do not add up")
        return tree, [self._read(n, end) for n in lengths]

    def _write(self, data):
        while data:
            self._wait(select.POLLOUT, None)
            try:
                data = data[self.connection.send(data[:PIECE]) :]
            except BlockingIOError:
                continue
            except OSError:
                raise Closed("nobody listens any more") from None

    def _read(self, size, end):
        data = bytearray(size)
        view, got = memoryview(data), 0
        while got < size:
            self._wait(select.POLLIN, end)
            try:
                came = self.connection.recv_into(view[got : got + PIECE])
            except BlockingIOError:
                continue
            except OSError:
                raise Closed("the connection broke") from None
            if not came:
                raise Closed("the other side hung up")
            got += came
        return data

    def _wait(self, what, end):
        ready = select.poll()
        try:
            ready.register(self.connection, what)
        except ValueError:
            raise Closed("this side has closed already") from None
        while not ready.poll(TICK * 1000):
            if end is not None and time.monotonic() > end:
                raise Closed("nothing came in time")


def connect(path):
    """A channel to whoever listens at `path`. OSError if nobody does."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return Channel(connection)
