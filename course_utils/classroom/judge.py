"""The judge: a clean process that runs the checks of an assignment against answers elsewhere.

`python -m course_utils.classroom.judge MANIFEST SOCKET` listens at SOCKET, waits for the learner's
side (`answering`), and prints one line of JSON for each exercise, in the manifest's order:
{"slug", "state", "says", "hint"}, state one of pass, miss, todo, lost. "lost" means that there is
no verdict, because the other side went away or did not keep to the rules; it scores nothing.

Which checks run, and on what, is decided here. The learner's code is never in this process: it
only ever sees arguments and returns plain data. What remains possible to a learner who controls
every byte over there: to return right values by any means, such as calling the course's own
package or a table of expected results; to hide that an argument was changed in place or that the
recursion limit was raised; to give a model or an optimizer the name of Keras's class (`far_keras`).
None of these turns a wrong value into a pass.

Each check runs in a fork of this process with limits of its own on memory and time, so that
plain data made to be expensive costs its own exercise at most.
"""

import argparse
import json
import os
import resource
import signal
import socket
import sys
import time

from course_utils.classroom import far_keras
from course_utils.classroom.channel import Channel, Closed
from course_utils.classroom.check_side import CheckSide
from course_utils.classroom.clean_process import clean_argv, clean_environment, read_until
from course_utils.classroom.plain import Broken
from course_utils.classroom.verdict import find_check, verdict

WAIT = 60.0  # seconds until the learner's side must have come
TURN = 10.0  # seconds for each step of the learner's side that needs no answer
EXERCISE = 60.0  # seconds for one check; its cases have their own, shorter limits
WHOLE = 180.0  # seconds for all checks of an assignment
MEMORY = 2 * 2**30  # bytes of address space of one check
SAID = 2**16  # bytes of a verdict
LOOK = 1.0  # seconds between two looks whether whoever wants the verdicts is still there
PARENT = os.getppid()
GONE = "the answer's process ended or was ended while it was asked"
HINT = "does it exit, use too much memory, or start something that it should not?"


def command(manifest, socket_path, python=sys.executable):
    """(argv, environment) of a judge that sees nothing of this shell's settings."""
    # One thread: a pool would not survive the fork, and other judges run beside this one.
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    module = "course_utils.classroom.judge"
    argv = clean_argv(module, manifest, socket_path, python=python)
    return argv, clean_environment(**single)


def listen(path):
    """A socket at `path` that only the owner of its folder may use."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    os.chmod(path, 0o600)
    folder = os.stat(os.path.dirname(os.path.abspath(path)))
    if os.geteuid() == 0:  # the jail may run as another user, to whom its run folder belongs
        os.chown(path, folder.st_uid, folder.st_gid)
    listener.listen(8)
    return listener


def judge(listener, exercises, tell, *, wait=WAIT, one=EXERCISE, whole=WHOLE):
    """Judge `exercises` against whoever connects; `tell` gets a dict for each, in order.

    Args:
        listener: what `listen` returned.
        exercises: things with `slug`, `check` and `name`, as in a manifest.
        tell: function of {"slug", "state", "says", "hint"}.
        wait: seconds until the other side must have connected.
        one, whole: seconds for one check, and for all of them.
    """
    checks = {item.check: find_check(item.check) for item in exercises}
    end = None
    control = None
    lost = verdict("lost", "the notebook's process did not come to be asked", HINT)
    try:
        control = _accept(listener, wait)
        end = time.monotonic() + whole
        lost = verdict("lost", "the notebook's process ended before this was asked", HINT)
    except Closed:
        pass
    for exercise in exercises:
        found = lost
        if control and time.monotonic() > end:
            control.close()
            control = None
            lost = found = verdict("lost", f"all checks together took over {whole:g} seconds")
        if control:
            try:
                seconds = min(one, end - time.monotonic())
                found = _one(listener, control, checks[exercise.check], exercise.name, seconds)
            except (Closed, Broken):
                control.close()
                control = None
        tell({"slug": exercise.slug} | found)
    if control:
        control.close()


def _one(listener, control, check, name, seconds):
    """The verdict on one exercise. Closed if the other side is gone for good."""
    _turn_away(listener)
    control.send(["begin", name])
    channel = _accept(listener, TURN)
    found = _in_child(lambda: _ask(channel, check, name), channel, seconds)
    control.send(["end", ""])
    answer, _ = control.receive(TURN)
    if answer != ["ended"]:
        raise Broken("something else than the end of an exercise")
    return found


def _ask(channel, check, name):
    """Run the check against the answer at the other end of `channel`."""
    side = CheckSide(channel)
    try:
        found, answer = side.hear(TURN)
        if found is not True:
            return verdict("miss", f"raised NameError: name {name!r} is not defined")
        result = check(answer)
    except Exception as error:
        return verdict("lost", side.over or f"no answer arrived ({type(error).__name__})", HINT)
    if side.over:
        return verdict("lost", GONE if "hung up" in side.over else side.over, HINT)
    return verdict(result.state, result.says, result.hint)


def _in_child(ask, channel, seconds):
    """What `ask()` returns in a fork of this process, which is ended after so many seconds."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _limit(seconds)
            sys.modules["keras"] = far_keras.module()
            os.write(writing, json.dumps(ask()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    channel.close()
    try:
        said = read_until(reading, time.monotonic() + seconds, SAID)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if said is None:
        return verdict("lost", f"the check did not end within {seconds:.1f} seconds", HINT)
    try:
        return json.loads(said)
    except ValueError:
        return verdict("lost", "the check ended without a verdict", HINT)


def _limit(seconds):
    """Limits of this process: memory and processor time, no files, no core."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, int(seconds) + 2),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def _accept(listener, seconds):
    """The channel of who comes within so many seconds.

    Closed if nobody does, or if the process that wants the verdicts has ended.
    """
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and os.getppid() == PARENT:
        listener.settimeout(min(left, LOOK))
        try:
            return Channel(listener.accept()[0])
        except TimeoutError:
            continue
        except OSError:
            break
    raise Closed("nobody came")


def _turn_away(listener):
    """Close connections that came without being asked for."""
    listener.settimeout(0)
    try:
        while True:
            listener.accept()[0].close()
    except OSError:
        pass


def _print_line(line):
    print(json.dumps(line), flush=True)


def main(argv=None):
    """Judge one submission; the exit status is 0 if every exercise has its line."""
    from course_utils.classroom.manifest import load_assignment

    parser = argparse.ArgumentParser(prog="judge", description=__doc__.split("\n")[0])
    parser.add_argument("manifest")
    parser.add_argument("socket")
    parser.add_argument("--wait", type=float, default=WAIT)
    parser.add_argument("--one", type=float, default=EXERCISE)
    parser.add_argument("--whole", type=float, default=WHOLE)
    options = parser.parse_args(argv)
    assignment = load_assignment(options.manifest)
    listener = listen(options.socket)
    limits = {"wait": options.wait, "one": options.one, "whole": options.whole}
    try:
        judge(listener, assignment.exercises, _print_line, **limits)
    finally:
        listener.close()


if __name__ == "__main__":
    main()
