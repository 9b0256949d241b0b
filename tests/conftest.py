"""Fixtures for every test: no network, and no settings of the person who runs the tests."""

import socket

import pytest

LOOPBACK = {"127.0.0.1", "::1", "localhost", "0.0.0.0", ""}
SETTINGS = ("COURSE_FULL", "COURSE_DATA_HOME", "COURSE_HERE", "COURSE_QUIET")


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Connecting to anything but this machine raises, with the address in the message."""
    connect, connect_ex, resolve = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def refuse(address):
        host = address[0] if isinstance(address, tuple) else address
        if isinstance(host, bytes):
            host = host.decode()
        if isinstance(address, tuple) and host not in LOOPBACK:
            raise OSError(f"a test tried to reach {host}: tests use no network")

    def guarded_connect(self, address):
        refuse(address)
        return connect(self, address)

    def guarded_connect_ex(self, address):
        refuse(address)
        return connect_ex(self, address)

    def guarded_resolve(host, *args, **kwargs):
        refuse((host or "",))
        return resolve(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)


@pytest.fixture(autouse=True)
def no_personal_settings(monkeypatch):
    """Tests mean the default data and the default Python, whatever this shell has set."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
