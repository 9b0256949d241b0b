"""`fetch` against a real server that works, refuses, lies, dawdles and breaks off."""

import os
import socket
import sys

import pytest

from course_utils.data.catalogue import CATALOGUE
from course_utils.data.download import Limits, download
from course_utils.data.fetch import fetch, stored
from course_utils.errors import CourseError, DataMissingError, DownloadError

QUICK = Limits(connect=5.0, stall=0.25, total=30.0)
HALF = 150_000


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def failure(**kwargs):
    """Fetch "tiny", which must fail with a DownloadError; return its text."""
    with pytest.raises(DownloadError) as caught:
        fetch("tiny", progress=False, **{"limits": QUICK, **kwargs})
    assert "Try: " in str(caught.value)
    return str(caught.value)


def test_a_good_file_arrives_under_its_name_and_nothing_else_is_left(server, tiny, home):
    path = fetch("tiny", progress=False)
    assert path == home / "tiny.bin"
    assert path.read_bytes() == server.payload
    assert names(home) == ["tiny.bin"]


def test_the_second_fetch_asks_nobody(server, tiny, home):
    assert fetch("tiny", progress=False) == fetch("tiny", progress=False)
    assert server.ranges == [None]


def test_progress_is_drawn_on_stderr_and_the_result_printed(tiny, home, capsys):
    fetch("tiny")
    out, err = capsys.readouterr()
    assert "tiny.bin: 100%" in err
    assert "the tiny set: now at" in out


def test_without_progress_nothing_is_printed(tiny, home, capsys):
    fetch("tiny", progress=False)
    assert capsys.readouterr() == ("", "")


def test_404_is_named_and_leaves_nothing(server, tiny, home):
    server.reply = lambda request: request.send_error(404)
    message = failure()
    assert f"{server.url} answered 404 Not Found" in message
    assert "python -m course_utils fetch tiny" in message
    assert names(home) == []


def test_404_does_not_throw_away_what_came_before(server, tiny, home):
    home.mkdir()
    (home / "tiny.bin.part").write_bytes(server.payload[:HALF])
    server.reply = lambda request: request.send_error(404)
    assert "150,000 bytes are kept" in failure()
    assert names(home) == ["tiny.bin.part"]


def test_no_server_at_all_is_one_clear_message(tiny, home):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    message = failure(urls=[f"http://127.0.0.1:{port}/file"])
    assert "cannot be reached (no network?)" in message
    assert "need no download" in message
    assert names(home) == []


def test_an_address_that_is_none_is_one_clear_message(tiny, home):
    assert "cannot be used" in failure(urls=["not an address"])


def test_a_server_that_never_answers_is_given_up(server, tiny, home):
    server.reply = lambda request: server.release.wait(10)
    assert "did not answer within 0.25 s" in failure()
    assert names(home) == []


def test_a_server_that_falls_silent_is_given_up_and_what_came_is_kept(server, tiny, home):
    def falls_silent(request):
        if request.headers["Range"]:
            return server.release.wait(10)
        server.send(request, stop=HALF, promise=len(server.payload))
        return server.release.wait(10)

    server.reply = falls_silent
    message = failure()
    assert "0.25 s" in message
    assert "150,000 bytes are kept" in message
    assert names(home) == ["tiny.bin.part"]


def test_a_server_that_drips_hits_the_time_limit(server, tiny, home):
    def drips(request):
        server.send(request, stop=0, promise=len(server.payload))
        for _ in range(500):
            request.wfile.write(b"\0")
            if server.release.wait(0.02):
                return

    server.reply = drips
    assert "is too slow" in failure(limits=Limits(total=0.3))
    assert "tiny.bin" not in names(home)


def test_a_truncated_file_never_bears_the_good_name(server, tiny, home):
    server.reply = lambda request: server.send(request, stop=HALF, promise=len(server.payload))
    assert "broke off after 150,000" in failure()
    assert names(home) == ["tiny.bin.part"]


def test_a_download_that_breaks_off_goes_on_where_it_stopped(server, tiny, home):
    def breaks_off_once(request):
        if request.headers["Range"]:
            server.send_rest(request)
        else:
            server.send(request, stop=HALF, promise=len(server.payload))

    server.reply = breaks_off_once
    assert fetch("tiny", progress=False).read_bytes() == server.payload
    assert server.ranges == [None, f"bytes={HALF}-"]
    assert names(home) == ["tiny.bin"]


def test_the_next_fetch_goes_on_where_the_last_one_failed(server, tiny, home):
    server.reply = lambda request: server.send(request, stop=HALF, promise=len(server.payload))
    failure()
    server.ranges.clear()
    server.reply = server.send_rest
    assert fetch("tiny", progress=False).read_bytes() == server.payload
    assert server.ranges == [f"bytes={HALF}-"]


def test_a_server_without_ranges_starts_anew(server, tiny, home):
    home.mkdir()
    (home / "tiny.bin.part").write_bytes(server.payload[:HALF])
    server.reply = server.send  # 200 and everything, whatever was asked for
    assert fetch("tiny", progress=False).read_bytes() == server.payload
    assert server.ranges == [f"bytes={HALF}-"]


def test_a_server_that_sends_another_range_starts_anew(server, tiny, home):
    home.mkdir()
    (home / "tiny.bin.part").write_bytes(server.payload[:HALF])

    def confused(request):
        if request.headers["Range"]:
            server.send(request, start=HALF - 5)
        else:
            server.send(request)

    server.reply = confused
    assert fetch("tiny", progress=False).read_bytes() == server.payload


def test_a_left_over_that_is_too_long_starts_anew(server, tiny, home):
    home.mkdir()
    (home / "tiny.bin.part").write_bytes(server.payload + b"more")

    def strict(request):
        if request.headers["Range"]:
            request.send_error(416)
        else:
            server.send(request)

    server.reply = strict
    assert fetch("tiny", progress=False).read_bytes() == server.payload
    assert names(home) == ["tiny.bin"]


def test_a_left_over_of_something_else_starts_anew(server, tiny, home):
    home.mkdir()
    (home / "tiny.bin.part").write_bytes(b"x" * HALF)
    assert fetch("tiny", progress=False).read_bytes() == server.payload
    assert server.ranges == [f"bytes={HALF}-", None]


def test_what_a_killed_process_left_is_taken_over_once_it_is_old(server, tiny, home):
    home.mkdir()
    for name, age in (("tiny.bin.11-a.part", 0), ("tiny.bin.12-b.part", 10_000)):
        (home / name).write_bytes(server.payload[:HALF])
        then = (home / name).stat().st_mtime - age
        os.utime(home / name, (then, then))
    assert fetch("tiny", progress=False).read_bytes() == server.payload
    assert server.ranges == [f"bytes={HALF}-"]
    assert names(home) == ["tiny.bin", "tiny.bin.11-a.part"]


def test_a_left_over_that_is_complete_needs_no_server(server, tiny, home):
    home.mkdir()
    (home / "tiny.bin.part").write_bytes(server.payload)
    assert fetch("tiny", progress=False).read_bytes() == server.payload
    assert server.ranges == []
    assert names(home) == ["tiny.bin"]


def test_other_content_is_refused_with_what_was_found_and_expected(server, tiny, home):
    server.payload = b"<html>Please log in</html>"
    message = failure()
    assert "holds 26 bytes with SHA-256" in message
    assert f"expected {tiny.sha256[:12]}" in message
    assert names(home) == []


def test_an_empty_answer_is_refused(server, tiny, home):
    server.payload = b""
    assert "holds 0 bytes" in failure()
    assert names(home) == []


def test_a_file_that_is_far_too_large_is_refused_before_it_fills_the_disk(server, tiny, home):
    server.payload = b"x" * 500_000
    assert "offers 500,000 bytes, expected at most 400,000" in failure()
    assert names(home) == []


def chunk(data):
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def answer_in_chunks(request, data):
    request.protocol_version = "HTTP/1.1"
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.send_header("Connection", "close")
    request.end_headers()
    request.wfile.write(data)


def test_a_file_without_announced_length_arrives(server, tiny, home):
    server.reply = lambda request: answer_in_chunks(request, chunk(server.payload) + chunk(b""))
    assert fetch("tiny", progress=False).read_bytes() == server.payload


def test_a_file_without_announced_length_that_breaks_off_is_noticed(server, tiny, home):
    server.reply = lambda request: answer_in_chunks(request, chunk(server.payload[:HALF]))
    assert "broke off" in failure()
    assert "tiny.bin" not in names(home)


def test_an_endless_answer_is_cut_off(server, tiny, home):
    server.reply = lambda request: answer_in_chunks(request, chunk(b"x" * 300_000) * 3)
    assert "sent more than the expected 400,000 bytes" in failure()
    assert names(home) == []


def test_the_second_address_is_tried_when_the_first_fails(server, tiny, home):
    def only_the_mirror(request):
        if request.path == "/file":
            request.send_error(503)
        else:
            server.send(request)

    server.reply = only_the_mirror
    path = fetch("tiny", progress=False, urls=[server.url, server.url + "/mirror"])
    assert path.read_bytes() == server.payload


def test_every_address_that_failed_is_named(server, tiny, home):
    server.reply = lambda request: request.send_error(503 if request.path == "/file" else 404)
    message = failure(urls=[server.url, server.url + "/mirror"])
    assert "answered 503" in message
    assert "answered 404" in message


def test_force_replaces_a_damaged_file(server, tiny, home):
    home.mkdir()
    (home / "tiny.bin").write_bytes(b"damaged")
    assert fetch("tiny", force=True, progress=False).read_bytes() == server.payload
    assert names(home) == ["tiny.bin"]


def test_a_failed_force_leaves_the_file_that_was_there(server, tiny, home):
    fetch("tiny", progress=False)
    server.reply = lambda request: request.send_error(404)
    failure(force=True)
    assert (home / "tiny.bin").read_bytes() == server.payload


def test_a_damaged_file_is_not_replaced_unasked(server, tiny, home):
    home.mkdir()
    (home / "tiny.bin").write_bytes(b"damaged")
    with pytest.raises(DataMissingError, match="fetch tiny --force") as caught:
        fetch("tiny", progress=False)
    assert "tiny.bin holds 7 bytes with SHA-256" in str(caught.value)
    assert server.ranges == []


def test_a_folder_that_is_a_file_is_one_clear_message(server, tiny, tmp_path):
    (tmp_path / "file").write_text("in the way")
    message = failure(home=tmp_path / "file")
    assert "cannot be written" in message
    assert "COURSE_DATA_HOME" in message
    assert server.ranges == []


def test_a_folder_without_write_permission_is_one_clear_message(server, tiny, home):
    home.mkdir()
    home.chmod(0o500)
    try:
        if sys.platform == "win32" or os.access(home, os.W_OK):
            pytest.skip("permissions do not stop the superuser, and mean less on Windows")
        assert "cannot be written (Permission denied)" in failure()
    finally:
        home.chmod(0o700)
    assert server.ranges == []


def test_a_full_disk_is_one_clear_message(server, tiny, home, monkeypatch):
    import errno

    from course_utils.data import download as module

    def full_disk(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module._Receiver, "_body", full_disk)
    message = failure()
    assert "No space left on device" in message
    assert "free some space" in message
    assert names(home) == []


def test_an_interrupted_download_keeps_what_came_and_no_bad_file(server, home):
    home.mkdir()

    def interrupted(_path):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download([server.url], home / "x", fault=interrupted, max_bytes=400_000, progress=False)
    assert names(home) == ["x.part"]
    assert (home / "x.part").read_bytes() == server.payload


def test_two_downloads_at_once_do_not_write_into_each_other(server, tiny, home):
    def meanwhile(request):
        if len(server.ranges) == 1:
            server.send(request, stop=HALF, promise=len(server.payload))
            assert fetch("tiny", progress=False).read_bytes() == server.payload
        else:
            server.send_rest(request)

    server.reply = meanwhile
    assert fetch("tiny", progress=False).read_bytes() == server.payload
    assert server.ranges == [None, None, f"bytes={HALF}-"]
    assert names(home) == ["tiny.bin"]


def test_stored_says_none_before_anything_was_fetched(home):
    assert all(stored(name) is None for name in CATALOGUE if CATALOGUE[name].full)
    assert not home.exists()


def test_an_unknown_name_lists_the_known_ones(home):
    with pytest.raises(CourseError, match="co2, dates, digits"):
        fetch("mnits")
