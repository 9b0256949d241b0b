"""A map over submissions, in this process, in worker processes, or on the machines of a scheduler.

Dask distributed does the scheduling. A worker that is lost costs nothing but time: its task is
given to another one. The workers of this machine take one task at a time each, so a task is
blamed only for the end of the process that it ran in.

The line between this process and its workers is a TCP connection on the loopback interface, which
every user of this machine can reach, and whoever may talk to it can run code here. So it is
encrypted, with a key that exists in these processes only.
"""

import contextlib
import logging
import os
import queue
import re
import signal
import tempfile
import threading
import traceback
from dataclasses import dataclass

from course_utils.classroom.extra import need_extra
from course_utils.classroom.run_folder import remove
from course_utils.classroom.watch import children
from course_utils.errors import CourseError, EnvironmentNotReady, UsageError

LOST_WORKERS = 3  # a task during which more workers than this ended is given up
CONNECT_SECONDS = 15
ADDRESS = re.compile(r"(?:tcp|tls)://[^\s/]+:\d{1,5}")
SETTINGS = {
    "distributed.scheduler.allowed-failures": LOST_WORKERS,
    "distributed.scheduler.worker-saturation": 1.0,  # nothing waits at a worker that may be lost
    "distributed.worker.profile.enabled": False,  # a thread that looks 100 times a second
    "distributed.admin.large-graph-warning-threshold": "1 GB",
    "distributed.scheduler.http.routes": [],  # no page tells who is being graded
    "distributed.worker.http.routes": [],
}


@dataclass(frozen=True)
class Failed:
    """A task that raised. `why`: one line for a person; `details`: the traceback."""

    why: str
    details: str

    @classmethod
    def of(cls, error):
        """What an exception says."""
        why = error.what if isinstance(error, CourseError) else None
        lines = str(error).strip().splitlines()
        why = why or f"{type(error).__name__}: {lines[0][:300] if lines else '(no message)'}"
        if type(error).__name__ == "KilledWorker":
            why = f"{LOST_WORKERS + 1} worker processes ended while they had it"
        return cls(why, "".join(traceback.format_exception(error)))


def results(tasks, work, workers=2, scheduler=None, ready=None):
    """Yield (task, what `work(task)` returned, or `Failed`) for each task, as they are done.

    Args:
        tasks: list; each can be pickled, as can be the results. None is given twice.
        work: function that the workers can import.
        workers: how many processes of this machine; no more are started than there are tasks,
            and with one everything happens in this process.
        scheduler: "tcp://HOST:PORT" of a scheduler that has workers, used instead.
        ready: function without arguments that each worker of a scheduler calls first; it returns
            None, or what is missing there.

    Leaving the generator early (Ctrl-C too) ends the processes that were started here.

    Raises:
        EnvironmentNotReady: a package is missing, or a scheduler's worker is not ready.
        CourseError: the scheduler cannot be reached, has no workers, or went away.
    """
    tasks = list(tasks)
    if scheduler is None and min(workers, len(tasks)) <= 1:
        yield from _here(tasks, work)
        return
    need_extra("distributed", *(() if scheduler else ("cryptography",)))
    import dask

    with dask.config.set(SETTINGS), _quiet():
        place = _elsewhere(scheduler, ready) if scheduler else _local(min(workers, len(tasks)))
        with place as client:
            yield from _mapped(client, tasks, work)


def _here(tasks, work):
    """In a thread, as in a worker: what Ctrl-C means to a grader's parts is not their business."""
    for task in tasks:
        others, found, over = set(children(os.getpid())), [], threading.Event()
        threading.Thread(target=_one, args=(task, work, found, over), daemon=True).start()
        try:
            over.wait()
        except BaseException:
            # Its result is not wanted any more: what it started is ended, and it cleans up.
            while not over.wait(0.1):
                for pid in set(children(os.getpid())) - others:
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, signal.SIGKILL)
            raise
        yield task, found[0]


def _one(task, work, found, over):
    try:
        found.append(work(task))
    except BaseException as error:  # whatever it is, this is all that hears of it
        found.append(Failed.of(error))
    finally:
        over.set()


def _mapped(client, tasks, work):
    from distributed import as_completed

    # Impure: a scheduler that other programs use must not answer from its memory.
    waiting = dict(zip(client.map(work, tasks, pure=False), tasks, strict=True))
    fetched = queue.SimpleQueue()
    # A result is fetched at once, however long writing the one before takes: until then it is
    # lost with its worker, and its task would be done again.
    done = as_completed(list(waiting), client.loop)
    threading.Thread(target=_fetch, args=(done, fetched), daemon=True, name="fetch").start()
    try:
        while waiting:
            future, result = fetched.get()
            if future is None:
                raise CourseError(
                    f"the scheduler went away with {len(waiting)} tasks to do.",
                    "start it and the same command again; what is graded is not graded again.",
                )
            task = waiting.pop(future)
            del future  # so that the worker may forget the result
            yield task, result
    finally:
        done.clear()  # ends the thread


def _fetch(done, fetched):
    """Put (future, result or `Failed`) for each; (None, None) if there will be no more."""
    try:
        for future in done:
            try:
                # Not left to as_completed, which would wait for ever if the scheduler left now.
                result = future.result()
            except Exception as error:
                if future.status != "error":
                    break
                result = Failed.of(error)
            fetched.put((future, result))
            del future
    finally:
        fetched.put((None, None))


@contextlib.contextmanager
def _local(workers):
    """A Dask client with processes of this machine, gone afterwards with all that they left."""
    import dask
    from distributed import Client, LocalCluster
    from distributed.security import Security

    folder = tempfile.mkdtemp(prefix="cw-")
    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(dask.config.set({"temporary-directory": folder}))
            with _no_interrupt():
                cluster = LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    security=Security.temporary(),
                    dashboard_address=None,
                    # The empty web server that remains takes any port: 8787 may be in use.
                    scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                    memory_limit=0,  # the jails have limits of their own
                    local_directory=folder,
                    env={"TMPDIR": folder},  # what a killed worker leaves lies here too
                    preload="course_utils.classroom.worker",
                    silence_logs=logging.CRITICAL,
                )
                stack.enter_context(cluster)
                client = stack.enter_context(Client(cluster, set_as_default=False))
            yield client
    finally:
        remove(folder)


@contextlib.contextmanager
def _no_interrupt():
    """Ctrl-C is not heard for the second or two in which processes start; they inherit that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _elsewhere(address, ready):
    from distributed import Client

    if not ADDRESS.fullmatch(address):
        raise UsageError(f"{address!r} is no address of a scheduler.", "write tcp://HOST:8786.")
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise CourseError(
            f"no scheduler answers at {address} ({type(error).__name__}).",
            "start one: dask scheduler --host HOST, and dask worker tcp://HOST:8786 --nthreads 1.",
        ) from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise CourseError(
                f"the scheduler at {address} has no workers.",
                f"on each machine: dask worker {address} --nthreads 1 --nworkers 4.",
            )
        try:
            client.run_on_scheduler(nothing)  # it takes tasks apart, for which it needs their types
        except Exception as error:
            raise EnvironmentNotReady(
                f"the scheduler at {address} cannot use the course ({Failed.of(error).why}).",
                "start it with the Python of the workers, in which the course is installed.",
            ) from None
        asked = client.run(ready, on_error="return") if ready else {}
        for worker, missing in asked.items():
            if isinstance(missing, Exception):  # it may not even have the course
                missing = f"{Failed.of(missing).why}."
            if missing:
                raise EnvironmentNotReady(
                    f"the worker {worker} cannot grade: {missing}",
                    "give every worker the same course, the same Python and, under the same "
                    "path, the classroom's folder.",
                )
        yield client


def nothing():
    """Can be called by who can import this."""


@contextlib.contextmanager
def _quiet():
    """Dask tells about each process that ends; what matters of it is in the results."""
    log = logging.getLogger("distributed")
    before, log.disabled = log.level, False
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
