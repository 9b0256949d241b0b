"""For tests of the border: answers in a process of their own, judged from this one."""

import contextlib
import importlib
import json
import os
import re
import signal
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from course_utils.authoring.course import here
from course_utils.authoring.exercise import solution
from course_utils.authoring.notebook import lesson_notebook
from course_utils.authoring.solutions import solutions_notebook
from course_utils.authoring.source import read_lesson

if not sys.platform.startswith("linux"):  # skips every module of tests that imports this one
    pytest.skip("grading needs Linux", allow_module_level=True)

from course_utils.classroom import answering, judge
from course_utils.classroom.channel import connect

SHORT = {"wait": 20, "one": 20, "whole": 600}


def judged(asked, namespace, *, other=None, find=None, **limits):
    """Verdicts, slug -> dict, on answers that live in a forked process.

    Args:
        asked: (slug, check's name, name of the answer) of each exercise.
        namespace: what the answers' notebook would hold; or a function that makes it there.
        other: function of the socket's path to run there instead of `answering.answer`.
        find: function of a check's name, instead of the course's.
    """
    exercises = [SimpleNamespace(slug=s, check=c, name=n) for s, c, n in asked]
    lines = {}
    with tempfile.TemporaryDirectory(prefix="b") as folder, contextlib.ExitStack() as undo:
        path = os.path.join(folder, "s")
        if find:
            undo.callback(setattr, judge, "find_check", judge.find_check)
            judge.find_check = find
        listener = judge.listen(path)
        child = os.fork()
        if child == 0:
            try:
                listener.close()
                if other:
                    other(path)
                else:
                    answering.answer(path, namespace() if callable(namespace) else namespace)
            finally:
                os._exit(0)
        try:
            judge.judge(
                listener,
                exercises,
                lambda line: lines.__setitem__(line["slug"], line),
                **SHORT | limits,
            )
        finally:
            listener.close()
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    assert list(lines) == [exercise.slug for exercise in exercises], "one line each, in order"
    return lines


def hostile(*messages, hello=None):
    """A learner's side that says a hello and then sends `messages`, whatever it is asked.

    A message is bytes, or a tree with no buffers, or (tree, buffers).
    """

    def act(path):
        control = connect(path)
        while True:
            control.receive()  # begin
            channel = connect(path)
            hello_tree = ["l", True, ["f", 0, "f"]] if hello is None else hello
            channel.send(["value", 0, hello_tree])
            with contextlib.suppress(Exception):
                for message in messages:
                    channel.receive(5)
                    send(channel, message)
                channel.receive(5)
            channel.close()
            control.receive()  # end
            control.send(["ended"])

    return act


def send(channel, message):
    """Send a tree, a tree with buffers, or bytes as they are."""
    if isinstance(message, bytes):
        channel.connection.setblocking(True)
        channel.connection.sendall(message)
    elif isinstance(message, tuple):
        channel.send(*message)
    else:
        channel.send(message)


def answers(lesson):
    """The answers, check -> rows, that the lesson's checks are tested with; `lesson`: "nb03"."""
    return importlib.import_module(f"tests.checks.test_{lesson}").ANSWERS


def lesson_numbers():
    """Of all lessons there are."""
    return [int(path.name[:2]) for path in here().sources]


def lesson(number):
    """(course, parsed lesson)."""
    course = here()
    return course, read_lesson(course.source(number))


def notebooks(number):
    """(solutions notebook, learner's notebook with every exercise solved, exercises).

    An exercise is (slug, check's name, name of the answer).
    """
    course, parsed = lesson(number)
    solved = lesson_notebook(course, parsed)
    texts = {exercise.slug: solution(exercise.text) for _, exercise, _, _ in parsed.exercises()}
    for cell in solved["cells"]:
        cell["source"] = texts.get(cell["id"], cell["source"])
    asked = []
    for _, exercise, check, _ in parsed.exercises():
        found = re.search(r"(nb\d\d)\.(\w+)\((\w+)\)", check.text)
        asked.append((exercise.slug, f"{found[1]}:{found[2]}", found[3]))
    return solutions_notebook(course, parsed), solved, asked


def manifest(folder, asked):
    """Path of a manifest file that asks for `asked`."""
    from course_utils.classroom.manifest import Assignment, Exercise, save_assignment

    exercises = tuple(Exercise(slug, slug, check, name, 1.0) for slug, check, name in asked)
    path = Path(folder) / "manifest.json"
    save_assignment(Assignment("01", "01", "01_a.ipynb", exercises, {}, False, None), path)
    return path


def said(stdout):
    """Verdicts in a judge's output, slug -> dict."""
    return {line["slug"]: line for line in map(json.loads, stdout.splitlines())}
