"""Verdicts on a notebook: the needed cells run in the jail, the judge asks, the list is kept.

The whole notebook is run only where the slice of it was too small: a name that an answer reads in
a way that cannot be seen in the text.
"""

import contextlib
import json
import os
import stat
import subprocess
import time
from dataclasses import replace

from course_utils.classroom import judge
from course_utils.classroom.execute import RAN, run_jailed
from course_utils.classroom.jail import find
from course_utils.classroom.needed import needed
from course_utils.classroom.run_folder import run_folder
from course_utils.classroom.watch import Watchdog

LOST = "lost"
STATES = ("pass", "miss", "todo", LOST)
LONGEST = 2_000  # characters of a sentence in a verdict
AFTER_SECONDS = 3.0  # until a judge whom nobody answers must have written its last line


def ask(notebook, assignment, task, limits):
    """Run and judge a repaired notebook.

    Args:
        notebook: dict, ids unique, locked cells in their released state.
        assignment: the `Assignment` of `task.manifest`.
        task: `grade_one.Task`.
        limits: `Limits`.

    Returns:
        (dict slug -> {"state", "says", "hint"}, `execute.Ran`).
    """
    if task.jailed:
        find()
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code = [cell for cell in code if cell["id"] not in assignment.locked]
    keep = _slice(code, assignment)
    found, ran = _once(notebook, keep, assignment, task, limits)
    unknown = [
        slug
        for slug, verdict in found.items()
        if verdict["state"] == "miss" and "NameError" in verdict["says"] and slug not in ran.errors
    ]
    more = {cell["id"] for cell in code}
    if unknown and ran.status == RAN and more - set(keep):
        again, whole = _once(notebook, more, assignment, task, limits)
        if whole.status == RAN:
            found |= {slug: again[slug] for slug in unknown}
    return found, ran


def _slice(code, assignment):
    """Ids of the cells that define the answers and of all that those need."""
    keep = set(needed(code, [exercise.name for exercise in assignment.exercises]))
    # An answer's own cell runs even if it does not parse, so that the learner hears why.
    return keep | {exercise.slug for exercise in assignment.exercises}


def _once(notebook, keep, assignment, task, limits):
    lines = {}
    with run_folder() as run:
        socket = run.sealed / "judge"
        argv, environment = judge.command(task.manifest, socket)
        argv += ["--wait", f"{limits.total_seconds}", "--whole", f"{limits.total_seconds}"]
        process = subprocess.Popen(
            argv,
            env=environment,
            cwd=run.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        last = (
            "__import__('course_utils.classroom.lending', fromlist=['lend'])"
            f".lend({str(socket)!r}, globals())"
        )

        def listen(ran):
            _open(run, socket, process)
            lines.update(_lines(process, ran.silent))

        longer = replace(limits, total_seconds=2 * limits.total_seconds)
        with process, Watchdog(process.pid, longer, jailed=False):
            ran = run_jailed(
                notebook, keep, run, limits, last=last, during=listen, jailed=task.jailed
            )
    why = ran.why or "nobody answered the judge"
    lost = {"state": LOST, "says": why, "hint": ""}
    return {exercise.slug: lines.get(exercise.slug, lost) for exercise in assignment.exercises}, ran


def _open(run, socket, process):
    """Let the jail's user connect, as soon as the judge listens."""
    while process.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            # It closes the socket to others just after it made it; only then is it opened.
            if stat.S_IMODE(os.lstat(socket).st_mode) == 0o600:
                run.share(socket)
                return
        time.sleep(0.02)


def _lines(process, silent):
    """The judge's lines, slug -> verdict.

    The watchdogs end the kernel and the judge in time; once nobody answers (`silent`), the judge
    has a few seconds to write what it knows.
    """
    end = None
    while True:
        try:
            said, _ = process.communicate(timeout=0.2)
            break
        except subprocess.TimeoutExpired:
            if silent.is_set():
                end = end or time.monotonic() + AFTER_SECONDS
                if time.monotonic() > end:
                    process.kill()
    found = {}
    for line in said.decode("utf-8", "replace").splitlines():
        with contextlib.suppress(ValueError, KeyError, TypeError):
            verdict = json.loads(line)
            if verdict["state"] in STATES:
                texts = {key: str(verdict[key])[:LONGEST] for key in ("says", "hint")}
                found[verdict["slug"]] = {"state": verdict["state"]} | texts
    return found
