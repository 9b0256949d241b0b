"""The fixture that keeps tests off the network does so."""

import socket
import urllib.error
import urllib.request

import pytest


def test_a_test_cannot_reach_another_machine():
    with pytest.raises(OSError, match=r"192\.0\.2\.1: tests use no network"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_test_cannot_even_ask_for_a_name():
    with pytest.raises(urllib.error.URLError, match="tests use no network"):
        urllib.request.urlopen("http://example.org", timeout=1)


def test_a_test_may_talk_to_itself():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
