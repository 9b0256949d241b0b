"""A map over tasks: every one is done once, whatever happens to who does them."""

import os
import signal
import socket
import ssl
import threading
import time

import pytest

pytest.importorskip("distributed", reason="the classroom's extra is not installed")
pytest.importorskip("cryptography", reason="the classroom's extra is not installed")

import psutil

from course_utils.classroom import extra, schedule
from course_utils.classroom.schedule import LOST_WORKERS, Failed, results
from course_utils.errors import CourseError, EnvironmentNotReady, UsageError
from tests.classroom import fake_graders

NO_PORT = {"scheduler_kwargs": {"dashboard_address": "127.0.0.1:0"}}
MOST_SECONDS = 0.04  # of this process's processor time for a task; on a quiet machine 0.005


def children():
    return [child for child in psutil.Process().children(recursive=True) if child.is_running()]


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_is_done_once_and_one_that_raises_stops_nothing(workers):
    tasks = list(range(10, 20))
    done = dict(results(tasks, fake_graders.double, workers))
    assert sorted(done) == tasks
    failed = done.pop(13)
    assert done == {number: 2 * number for number in tasks if number != 13}
    assert isinstance(failed, Failed) and failed.why == "ValueError: 13 is bad luck"
    assert "in double" in failed.details


def test_a_thousand_tasks_cost_the_scheduler_little():
    tasks = list(range(1000))
    tasks.remove(13)
    found = results(tasks, fake_graders.double, 2)
    done = [next(found)]  # the workers have started
    began = time.process_time()
    done += found
    each = (time.process_time() - began) / len(tasks)
    print(f"{1000 * each:.1f} ms of processor time for a task")
    assert sorted(done) == [(number, 2 * number) for number in tasks]
    assert each < MOST_SECONDS


def test_both_workers_take_part_and_none_is_left_over():
    before = {child.pid for child in children()}
    pids = {pid for _, pid in results(range(40), fake_graders.process, 2)}
    assert len(pids) == 2 and os.getpid() not in pids
    assert not any(psutil.pid_exists(pid) for pid in pids)
    # What is left is multiprocessing's own helper, which serves the whole life of this process.
    left = [child for child in children() if child.pid not in before]
    assert [child for child in left if "resource_tracker" not in " ".join(child.cmdline())] == []


def test_one_task_needs_no_worker():
    assert list(results([5], fake_graders.process, 8)) == [(5, os.getpid())]
    assert list(results([], fake_graders.process, 8)) == []


def test_a_task_that_ends_its_process_is_given_up_and_the_others_are_done():
    done = dict(results([12, 13, 14, 15], fake_graders.end_process, 2))
    failed = done.pop(13)
    assert done == {12: 24, 14: 28, 15: 30}
    assert failed.why == f"{LOST_WORKERS + 1} worker processes ended while they had it"


def test_leaving_early_ends_the_workers():
    found = results(range(100), fake_graders.process, 2)
    _, pid = next(found)
    assert psutil.pid_exists(pid)
    found.close()
    assert not psutil.pid_exists(pid)
    for thread in threading.enumerate():
        if thread.name == "fetch":
            thread.join(timeout=5)
            assert not thread.is_alive()


def test_ctrl_c_ends_what_a_task_started_and_leaves_other_processes_alone():
    """Here the task is a thread; `work` waits for a program that would take a minute."""
    other = psutil.Popen(["sleep", "60"])
    started = threading.Event()

    def work(_):
        program = psutil.Popen(["sleep", "60"])
        started.set()
        return program.wait()

    def press():
        started.wait()
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=press).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            next(results([1], work, 1))
        assert [child.pid for child in children() if child.name() == "sleep"] == [other.pid]
    finally:
        other.kill()
        other.wait()


def test_workers_listen_to_nobody_else():
    """Ports are on the loopback interface; they want a key of these processes, or serve no page."""
    found = results(range(40), fake_graders.process, 2)
    next(found)
    family = [psutil.Process(), *children()]
    open_ports = {
        tuple(link.laddr)
        for process in family
        for link in process.net_connections("inet")
        if link.status == psutil.CONN_LISTEN
    }
    assert len(open_ports) >= 5 and {host for host, _ in open_ports} == {"127.0.0.1"}
    assert sum(refuses_strangers(address) for address in open_ports) >= 5  # scheduler, workers
    found.close()


def refuses_strangers(address):
    """True if a port wants a client's certificate; otherwise it must be an empty web server."""
    with socket.create_connection(address, timeout=10) as line:
        line.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        try:
            said = line.recv(100)
        except ConnectionResetError:
            said = b""
    if said.startswith(b"HTTP/"):
        assert b" 404 " in said
        return False
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(address, timeout=10) as plain,
        pytest.raises(ssl.SSLError),
        anybody.wrap_socket(plain) as line,
    ):
        line.recv(1)
    return True


def test_without_distributed_one_worker_grades_and_two_say_what_to_install(monkeypatch):
    find = extra.find_spec
    monkeypatch.setattr(extra, "find_spec", lambda name: find(name.replace("distributed", "gone")))
    assert list(results([1, 2], fake_graders.double, 1)) == [(1, 2), (2, 4)]
    with pytest.raises(EnvironmentNotReady, match="distributed") as caught:
        next(results([1, 2], fake_graders.double, 2))
    assert "pip install" in caught.value.fix


@pytest.fixture(scope="module")
def cluster():
    """A scheduler of somebody else, with one worker."""
    from distributed import LocalCluster

    options = {"processes": False, "protocol": "tcp", "dashboard_address": None} | NO_PORT
    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1", **options) as made:
        yield made


def test_a_schedulers_workers_do_it_too(cluster):
    address = cluster.scheduler_address
    done = dict(results([1, 2, 3], fake_graders.double, scheduler=address, ready=lambda: None))
    assert done == {1: 2, 2: 4, 3: 6}
    again = dict(results([1, 13], fake_graders.double, scheduler=address))
    assert again[1] == 2 and again[13].why.startswith("ValueError")


@pytest.mark.parametrize(
    ("ready", "says"),
    [
        (fake_graders.here_and_gone, "it has no cupboard"),
        (fake_graders.not_here, "ModuleNotFoundError: No module named"),
    ],
)
def test_a_worker_that_lacks_something_is_named_before_anything_is_done(cluster, ready, says):
    address = cluster.scheduler_address
    with pytest.raises(EnvironmentNotReady, match=rf"127\.0\.0\.1.* cannot grade: {says}"):
        next(results([1], fake_graders.double, scheduler=address, ready=ready))


def test_a_scheduler_that_lacks_the_course_says_so(cluster, monkeypatch):
    monkeypatch.setattr(schedule, "nothing", fake_graders.not_here)
    with pytest.raises(EnvironmentNotReady, match=r"the scheduler .* cannot use the course"):
        next(results([1], fake_graders.double, scheduler=cluster.scheduler_address))


def test_a_scheduler_that_is_not_there_or_has_no_workers(cluster, monkeypatch):
    monkeypatch.setattr(schedule, "CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(CourseError, match="no scheduler answers"):
        next(results([1], fake_graders.double, scheduler=f"tcp://127.0.0.1:{port}"))
    with pytest.raises(UsageError, match="no address of a scheduler"):
        next(results([1], fake_graders.double, scheduler="carrier-pigeon://home:1"))
    cluster.scale(0)
    deadline = time.monotonic() + 20
    while cluster.scheduler_info["workers"] and time.monotonic() < deadline:
        time.sleep(0.05)
    with pytest.raises(CourseError, match="has no workers"):
        next(results([1], fake_graders.double, scheduler=cluster.scheduler_address))


def test_a_scheduler_that_leaves_in_the_middle_is_one_message():
    from distributed import LocalCluster

    options = {"processes": False, "protocol": "tcp", "dashboard_address": None} | NO_PORT
    with LocalCluster(n_workers=1, threads_per_worker=1, host="127.0.0.1", **options) as made:
        found = results(range(50), fake_graders.process, scheduler=made.scheduler_address)
        next(found)
        made.close()
        with pytest.raises(CourseError, match=r"went away with [34][0-9] tasks"):
            list(found)
