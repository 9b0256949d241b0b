"""Which ports of this machine are free. Only the loopback address is ever used."""

import os
import socket

LOOPBACK = "127.0.0.1"


def is_free(port):
    """True if a server could listen on `port` (1 to 65535) now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # as servers do: a port that was used a minute ago is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            return False
    return True


def next_free(first, tries=100):
    """Return the first free port from `first` on, or any free one if they are all taken."""
    for port in range(first, first + tries):
        if is_free(port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def answers(port):
    """True if something accepts connections on `port`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((LOOPBACK, port)) == 0
