"""Bring one file over HTTP so that a partial or wrong one never bears the good name.

Bytes arrive under a working name; only a file in which `fault` finds nothing is renamed to
the good one. What an interrupted download has brought stays as `NAME.part`, and the next
attempt asks the server for the rest (HTTP Range, RFC 9110 section 14); a server that does
not know ranges simply starts anew.

`pooch.retrieve` is not used because it throws partial files away and knows files only by
the checksum of their container.
"""

import contextlib
import os
import time
from dataclasses import dataclass

import requests
import urllib3
from tqdm import tqdm

ABANDONED = 300  # seconds without a byte: the process that wrote this file is gone
ATTEMPTS = 4  # per address, as long as each brings something
CHUNK = 1 << 16  # bytes
_OTHER_START = (200, 206, 416)  # everything, another range, no such range


@dataclass(frozen=True)
class Limits:
    """How long to wait, in seconds: for a connection, for the next byte, for everything."""

    connect: float = 10.0
    stall: float = 30.0
    total: float = 1800.0


class TransferError(Exception):
    """No address gave the file.

    Attributes:
        reasons: one sentence per address, without full stop.
        kept: bytes that wait in `NAME.part` for the next attempt.
    """

    def __init__(self, reasons, kept):
        super().__init__("; ".join(reasons))
        self.reasons, self.kept = reasons, kept


class _Refused(Exception):
    """This address will not give the file; try the next one."""


class _BrokenOff(Exception):
    """The rest is missing; what came is worth keeping."""


def download(urls, target, *, fault, max_bytes, limits=None, progress=True):
    """Download one file to `target`, replacing what is there only by a good file.

    Args:
        urls: addresses to try, in this order.
        target: path of the finished file; its folder is created.
        fault: function of a path that returns what is wrong with the file there, or None.
        max_bytes: refuse to receive more.
        limits: `Limits`.
        progress: draw a bar on the standard error stream.

    Raises:
        TransferError: no address gave the file; `target` is as it was.
        OSError: the folder cannot be made or written, or the disk is full.
    """
    limits = limits or Limits()
    target.parent.mkdir(parents=True, exist_ok=True)
    reasons = []
    with _working_file(target) as work:
        for url in urls:
            receive = _Receiver(url, work, target.name, max_bytes, limits, progress)
            try:
                _complete(receive, work, fault)
            except _Refused as refusal:
                reasons.append(f"{url} {refusal}")
            else:
                os.replace(work, target)
                return
        kept = work.stat().st_size
    raise TransferError(reasons, kept)


@contextlib.contextmanager
def _working_file(target):
    """Yield a path that no other process uses, holding what an earlier attempt brought.

    On the way out, also after Ctrl-C, an unfinished file becomes `NAME.part`, and an empty
    one vanishes. A process that was killed leaves its working file; once nobody has written
    to it for a while, it is taken over like `NAME.part`.
    """
    part = target.with_name(target.name + ".part")
    work = target.with_name(f"{target.name}.{os.getpid()}-{time.monotonic_ns():x}.part")
    for left in sorted(target.parent.glob(f"{target.name}*.part")):  # NAME.part comes last
        # one rename: of two processes that want the same file, one gets it
        with contextlib.suppress(OSError):
            if left == part or left.stat().st_mtime < time.time() - ABANDONED:
                os.replace(left, work)
    work.touch()
    try:
        yield work
    finally:
        if work.exists() and work.stat().st_size:
            os.replace(work, part)
        else:
            work.unlink(missing_ok=True)


def _complete(receive, work, fault):
    """Receive, and receive the rest, until the file is whole and right."""
    if work.stat().st_size and not fault(work):
        return  # all of it had come last time
    for _ in range(ATTEMPTS):
        before = work.stat().st_size
        try:
            receive()
        except _BrokenOff as broken:
            reason = str(broken)
            if work.stat().st_size <= before:
                break
            continue
        wrong = fault(work)
        if not wrong:
            return
        _empty(work)
        reason = f"sent something else: {wrong}"
        if not before:
            break
    raise _Refused(reason)


def _empty(path):
    os.truncate(path, 0)


class _Receiver:
    """One address, one working file: each call asks for what is still missing."""

    def __init__(self, url, work, name, max_bytes, limits, progress):
        self.url, self.work, self.name = url, work, name
        self.max_bytes, self.limits, self.progress = max_bytes, limits, progress
        self.deadline = time.monotonic() + limits.total

    def __call__(self):
        try:
            self._request()
        except requests.Timeout:
            raise _Refused(f"did not answer within {self.limits.stall:g} s") from None
        except requests.exceptions.SSLError as error:
            raise _Refused(f"has no certificate that this machine trusts ({error})") from None
        except requests.ConnectionError:
            raise _Refused("cannot be reached (no network?)") from None
        except requests.RequestException as error:
            raise _Refused(f"cannot be used ({error})") from None

    def _request(self):
        """Ask for the bytes from the end of the working file on; without any, for all."""
        have = self.work.stat().st_size
        # "identity": a compressed answer would make sizes and ranges mean something else
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        wait = (self.limits.connect, self.limits.stall)
        with requests.get(self.url, headers=headers, stream=True, timeout=wait) as response:
            if have and not _continues(response, have) and response.status_code in _OTHER_START:
                _empty(self.work)
                if response.status_code != 200:
                    return self._request()
                have = 0
            if response.status_code != (206 if have else 200):
                raise _Refused(f"answered {response.status_code} {response.reason}")
            self._body(response, have)

    def _body(self, response, have):
        """Append the body of `response` to the working file."""
        length = response.headers.get("Content-Length", "")
        whole = have + int(length) if length.isdigit() else None
        if whole and whole > self.max_bytes:
            raise _Refused(f"offers {whole:,} bytes, expected at most {self.max_bytes:,}")
        bar = tqdm(
            total=whole,
            initial=have,
            desc=self.name,
            unit="B",
            unit_scale=True,
            disable=not self.progress,
        )
        with bar, open(self.work, "ab") as out:
            for chunk in self._chunks(response):
                have += len(chunk)
                if have > self.max_bytes:
                    out.truncate(0)
                    raise _Refused(f"sent more than the expected {self.max_bytes:,} bytes")
                out.write(chunk)
                bar.update(len(chunk))
                if time.monotonic() > self.deadline:
                    raise _Refused(f"is too slow: {have:,} bytes in {self.limits.total:g} s")
        if whole and have < whole:
            raise _BrokenOff(f"broke off after {have:,} of {whole:,} bytes")

    def _chunks(self, response):
        """Yield bytes as they arrive, however few, so that a slow server is noticed."""
        try:
            while chunk := response.raw.read1(CHUNK):
                yield chunk
        except urllib3.exceptions.TimeoutError:
            raise _BrokenOff(f"sent nothing for {self.limits.stall:g} s") from None
        except urllib3.exceptions.HTTPError:
            size = self.work.stat().st_size
            raise _BrokenOff(f"broke off after {size:,} bytes") from None


def _continues(response, have):
    """True if `response` goes on where the working file ends, `have` bytes in."""
    start = response.headers.get("Content-Range", "").removeprefix("bytes ").split("-")[0]
    return response.status_code == 206 and start == str(have)
