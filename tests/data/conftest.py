"""A small public set, and a real HTTP server on this machine that serves it well or badly."""

import hashlib
import io
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from course_utils.data import catalogue
from course_utils.data.catalogue import Download, Entry

PAYLOAD = bytes(range(256)) * 1200  # 307,200 bytes: several chunks of 64 KiB


class Server:
    """What a test says to the server: `reply` is called with each request's handler."""

    def __init__(self):
        self.ranges = []  # the Range header of each request, None where there was none
        self.release = threading.Event()  # set when the test is over
        self.reply = None
        self.payload = PAYLOAD
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.ranges.append(self.headers["Range"])
                outer.reply(self)

            def log_message(self, *_):
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/file"

    def close(self):
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def send(self, request, *, start=0, promise=None, stop=None, status=None):
        """Answer with payload[start:stop], and a Content-Length that says `promise` bytes."""
        body = self.payload[start:stop]
        request.send_response(status or (206 if start else 200))
        request.send_header("Content-Length", str(len(body) if promise is None else promise))
        if start:
            size = len(self.payload)
            request.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        request.end_headers()
        request.wfile.write(body)
        request.wfile.flush()

    def send_rest(self, request):
        """Answer as a good server does, with the range that was asked for."""
        asked = request.headers["Range"]
        self.send(request, start=int(asked[6:-1]) if asked else 0)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Server()
    server.reply = server.send_rest
    yield server
    server.close()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty download folder that COURSE_DATA_HOME points to; it does not exist yet."""
    folder = tmp_path / "downloads"
    monkeypatch.setenv("COURSE_DATA_HOME", str(folder))
    return folder


@pytest.fixture
def tiny(server, monkeypatch):
    """A catalogued set named "tiny" whose full version is PAYLOAD on the server."""
    return add_set(monkeypatch, "tiny.bin", server.url, PAYLOAD)


def add_set(monkeypatch, file, url, payload, **kwargs):
    full = Download(
        title="the tiny set",
        file=file,
        urls=(url,),
        sha256=hashlib.sha256(payload).hexdigest(),
        max_bytes=400_000,
        licence="CC0",
        **kwargs,
    )
    entry = Entry("tiny", "a tiny set", "tiny.md", "CC0", "generated", full)
    monkeypatch.setitem(catalogue.CATALOGUE, "tiny", entry)
    return full


class Pack:
    """Small files of labelled pictures, as bytes."""

    names = tuple(name for name, _ in catalogue.CIFAR10.batches)

    @staticmethod
    def npz(arrays):
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)
        return buffer.getvalue()

    @staticmethod
    def tar(files, mode="w:gz"):
        """An archive of `files`, a dict of name to bytes."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=mode) as archive:
            for name, data in files.items():
                member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        return buffer.getvalue()


@pytest.fixture
def pack():
    return Pack()
