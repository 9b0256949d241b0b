"""What a class might hand in, from honest mistakes to attacks: one function for each.

Each takes the `Assigned` lesson and a `World` of things worth attacking, and returns a notebook
(a dict), or the bytes of a file, or writes the file itself and returns None. The decorator says
what grading must find.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.authoring.course import here
from course_utils.authoring.source import read_lesson
from course_utils.classroom.exercises import exercises_of
from course_utils.classroom.notebooks import release_notebook

from .lesson import SLUGS, add_before, cell_of, code

FULL = {"r2": 1, "gradient": 1, "step": 2, "bce": 2, "clinic": 2, "xor-hand": 2}
RIGHT = "    return 1 - np.sum((target - predicted) ** 2) / np.sum((target - target.mean()) ** 2)\n"
HEAD = "def r_squared(predicted, target):\n"
BOMB = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n"


@dataclass(frozen=True)
class World:
    """What lies around a submission: secrets in files and variables, a service that listens."""

    secrets: list[str]
    course: str
    home: str
    port: int
    socket: str


@dataclass(frozen=True)
class Case:
    """What grading must say of one notebook; `points` holds what is not full marks."""

    build: object
    status: str = "graded"
    points: dict = field(default_factory=dict)
    why: str = ""
    says: dict = field(default_factory=dict)
    notes: tuple = ()

    def expected(self):
        """slug -> points."""
        if self.status == "refused":
            return dict.fromkeys(SLUGS, 0)
        return FULL | self.points


CASES = {}
NOTHING = dict.fromkeys(SLUGS, 0)


def case(**expected):
    def register(build):
        CASES[build.__name__] = Case(build, **expected)
        return build

    return register


def answer(notebook, slug, source):
    cell_of(notebook, slug)["source"] = source
    return notebook


# Honest work -----------------------------------------------------------------------------------


@case()
def correct(lesson, world):
    return lesson.copy()


@case(points={"r2": 0, "gradient": 0}, says={"r2": "0", "gradient": "not attempted yet"})
def partly(lesson, world):
    notebook = answer(lesson.copy(), "r2", HEAD + "    return 0.0\n")
    return answer(notebook, "gradient", cell_of(lesson.blank, "gradient")["source"])


@case(points=NOTHING, says=dict.fromkeys(SLUGS, "not attempted yet"))
def blank(lesson, world):
    return json.loads(json.dumps(lesson.blank))


@case(points={"gradient": 0}, says={"gradient": "SyntaxError"})
def syntax_error(lesson, world):
    return answer(lesson.copy(), "gradient", "def mse_gradient(X, y, theta)\n    return 2 *\n")


@case()
def helper_in_another_cell(lesson, world):
    notebook = add_before(
        lesson.copy(), "r2", "def spread(x):\n    return np.sum((x - x.mean()) ** 2)"
    )
    text = HEAD + "    return 1 - np.sum((target - predicted) ** 2) / spread(target)\n"
    return answer(notebook, "r2", text)


@case()
def helper_that_only_running_shows(lesson, world):
    """The name is made in a way that no reading of the text can find."""
    notebook = lesson.copy()
    kept = {"setup", "neuron-code", *SLUGS}
    kept |= {f"{slug}-{part}" for slug in SLUGS for part in ("ask", "check")}
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] in kept]
    hidden = 'globals()["spr" + "ead"] = lambda x: np.sum((x - x.mean()) ** 2)'
    add_before(notebook, "r2", hidden)
    return answer(
        notebook, "r2", HEAD + "    return 1 - np.sum((target - predicted) ** 2) / spread(target)\n"
    )


@case()
def saved_without_ids(lesson, world):
    notebook = lesson.copy()
    for cell in notebook["cells"]:
        del cell["id"]
    return notebook | {"nbformat_minor": 4, "metadata": {}}


@case()
def saved_by_an_old_jupyter(lesson, world):
    """Format 3: cells lie in a worksheet, code is called input."""
    cells = []
    for cell in lesson.solved["cells"]:
        if cell["cell_type"] == "code":
            kept = {"input": cell["source"], "outputs": [], "language": "python", "metadata": {}}
            cells.append({"cell_type": "code", "prompt_number": 1, "collapsed": False} | kept)
        else:
            text = {"source": cell["source"], "metadata": {}}
            cells.append({"cell_type": "markdown"} | text)
    sheet = {"cells": cells, "metadata": {}}
    return {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [sheet]}


@case(notes=("cell r2-check was missing", "cell step-ask was missing"))
def deleted_check_cells(lesson, world):
    notebook = lesson.copy()
    gone = ("r2-check", "step-ask")
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in gone]
    return notebook


# Too much --------------------------------------------------------------------------------------


@case(points={"gradient": 0}, says={"gradient": "still running after 5 seconds"})
def endless_loop_in_an_answer(lesson, world):
    text = "def mse_gradient(X, y, theta):\n    while True:\n        pass\n"
    return answer(lesson.copy(), "gradient", text)


@case(points={"gradient": 0}, says={"gradient": "still running after 3 s"})
def endless_loop_in_a_cell(lesson, world):
    return answer(lesson.copy(), "gradient", "while True:\n    pass\n")


@case(status="crashed", points=NOTHING, why="still running after 3 s (in cell r2)")
def endless_loop_deaf_to_interrupts(lesson, world):
    text = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass\n"
    return answer(lesson.copy(), "r2", text)


@case(status="crashed", points=NOTHING, why="more than 24 processes (in cell r2)")
def fork_bomb(lesson, world):
    return answer(lesson.copy(), "r2", BOMB)


@case(
    status="crashed", points=NOTHING, why="more than 24 processes (while its answers were checked)"
)
def fork_bomb_in_an_answer(lesson, world):
    text = HEAD + "    " + BOMB.replace("\n", "\n    ").rstrip() + "\n"
    return answer(lesson.copy(), "r2", text)


@case(points={"r2": 0}, says={"r2": "Unable to allocate"})
def memory_bomb_of_numpy(lesson, world):
    return answer(lesson.copy(), "r2", HEAD + "    return np.ones(10**11).sum()\n")


@case(points={"r2": 0}, says={"r2": "MemoryError"})
def memory_bomb_of_lists(lesson, world):
    text = HEAD + '    hoard = []\n    while True:\n        hoard.append(b"x" * 10**7)\n'
    return answer(lesson.copy(), "r2", text)


@case(status="crashed", points=NOTHING, why="more than 700 MB of memory (in cell r2)")
def memory_bomb_of_many_processes(lesson, world):
    text = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        hoard = b"x" * 250_000_000
        time.sleep(60)
time.sleep(60)
"""
    return answer(lesson.copy(), "r2", text)


@case(points={"r2": 0}, says={"r2": "Operation not permitted"})
def memory_that_nobody_counts(lesson, world):
    text = HEAD + '    import os\n    os.write(os.memfd_create("x"), b"x" * 10**9)\n'
    return answer(lesson.copy(), "r2", text)


@case(status="crashed", points=NOTHING, why="printed more than 1 MB (in cell r2)")
def print_a_gigabyte(lesson, world):
    return answer(
        lesson.copy(), "r2", 'for _ in range(10**4):\n    print("x" * 10**5, flush=True)\n'
    )


@case(status="crashed", points=NOTHING, why="printed more than 1 MB (in cell r2)")
def print_one_line_of_20_megabytes(lesson, world):
    return answer(lesson.copy(), "r2", 'print("x" * (2 * 10**7))\n')


@case()
def print_100_megabytes_in_an_answer(lesson, world):
    text = HEAD + '    for _ in range(100):\n        print("x" * 10**6)\n' + RIGHT
    return answer(lesson.copy(), "r2", text)


@case(points={"r2": 0}, says={"r2": "No space left on device"})
def write_a_large_file(lesson, world):
    text = 'for k in range(100):\n    open(f"{k}", "wb").write(b"x" * 10**7)\n'
    return answer(lesson.copy(), "r2", text)


@case(status="crashed", points=NOTHING, why="more than 5000 files (in cell r2)")
def write_many_files(lesson, world):
    text = 'for k in range(10**7):\n    open(f"{k}", "wb").close()\n'
    return answer(lesson.copy(), "r2", text)


@case(status="crashed", points=NOTHING, why="wrote files where only the kernel's sockets belong")
def write_into_the_shared_folder(lesson, world):
    text = """
import glob, os, time
wire = glob.glob("/tmp/*/wire") + glob.glob("/tmp/*/*/wire")
deep = wire[0]
for _ in range(2000):
    deep = deep + "/d" if len(deep) < 3000 else deep
    os.makedirs(deep, exist_ok=True)
    os.chdir(deep)
    deep = "."
time.sleep(30)
"""
    return answer(lesson.copy(), "r2", text)


@case(points={"r2": 0}, says={"r2": "No space left on device"})
def write_into_shared_memory(lesson, world):
    text = 'for k in range(9):\n    open(f"/dev/shm/{k}", "wb").write(b"x" * 10**7)\n'
    return answer(lesson.copy(), "r2", text)


# Leaving ---------------------------------------------------------------------------------------


@case(status="crashed", points=NOTHING, why="the kernel ended itself (in cell r2)")
def kernel_exit(lesson, world):
    return answer(lesson.copy(), "r2", "import os\nos._exit(0)\n")


@case(status="crashed", points=NOTHING, why="the kernel ended itself (in cell r2)")
def sigkill_to_itself(lesson, world):
    return answer(lesson.copy(), "r2", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")


@case(points={"r2": 0}, says={"r2": "SystemExit"})
def sys_exit(lesson, world):
    return answer(lesson.copy(), "r2", "import sys\nsys.exit(0)\n")


@case(points={"r2": 0})
def exit_in_an_answer(lesson, world):
    return answer(lesson.copy(), "r2", HEAD + "    import os\n    os._exit(0)\n")


@case(status="crashed", points=NOTHING, why="the kernel closed its connections (in cell r2)")
def another_program_in_its_place(lesson, world):
    return answer(lesson.copy(), "r2", 'import os\nos.execv("/bin/sleep", ["sleep", "1000"])\n')


@case()
def leaves_a_process_behind(lesson, world):
    text = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sleep", ["left-behind-by-a-submission", "1000"])
    os._exit(0)
"""
    return answer(lesson.copy(), "r2", text + HEAD + RIGHT)


# Looking and reaching out ----------------------------------------------------------------------


@case(points={"r2": 0}, says={"r2": "ValueError: found nothing"})
def reads_secrets(lesson, world):
    text = f"""
import glob, os
found = [path for path in {world.secrets!r} if os.path.exists(path)]
for name in ("environ", "cmdline"):
    for path in glob.glob(f"/proc/[0-9]*/{{name}}"):
        try:
            if b"s3cr" + b"3t" in open(path, "rb").read():
                found.append(path)
        except OSError:
            pass
found += [name for name, text in os.environ.items() if "s3cr" + "3t" in text]
for folder in ("/tmp", "/home", "/root", "/var", "/run", "/srv", "/opt", "/etc"):
    for top, folders, files in os.walk(folder):
        if "site-packages" in top or "/lib/python3" in top:
            folders.clear()
        wanted = ("gradebook.db", "shadow", "01.json")
        found += [f"{{top}}/{{name}}" for name in files if name in wanted]
"""
    text += HEAD + "    raise ValueError(f'found {found or \"nothing\"}')\n"
    return answer(lesson.copy(), "r2", text)


@case(points={"r2": 0}, says={"r2": "ValueError: reached nothing"})
def opens_sockets(lesson, world):
    text = f"""
import socket
reached = []
for family, address in (
    (socket.AF_INET, ("127.0.0.1", {world.port})),
    (socket.AF_INET, ("192.0.2.1", 80)),
    (socket.AF_UNIX, {world.socket!r}),
):
    try:
        with socket.socket(family, socket.SOCK_STREAM) as s:
            s.settimeout(0.5)
            s.connect(address)
            reached.append(address)
    except OSError:
        pass
try:
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    reached.append("packets")
except OSError:
    pass
"""
    text += HEAD + "    raise ValueError(f'reached {reached or \"nothing\"}')\n"
    return answer(lesson.copy(), "r2", text)


@case()
def deletes_the_course(lesson, world):
    text = f"""
import os, pathlib, shutil
for folder in ({world.course!r}, {world.home!r}, "/usr/bin", *{world.secrets!r}):
    shutil.rmtree(folder, ignore_errors=True)
    for path in ("x", "gradebook.db"):
        try:
            pathlib.Path(folder, path).write_text("mine")
        except OSError:
            pass
for top, folders, files in os.walk({world.course!r}):
    for name in files:
        for act in (os.remove, lambda path: open(path, "w").close()):
            try:
                act(os.path.join(top, name))
            except OSError:
                pass
"""
    return answer(lesson.copy(), "r2", text + HEAD + RIGHT)


@case(points={"r2": 0}, says={"r2": "ValueError: may nothing"})
def builds_a_world_of_its_own(lesson, world):
    text = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
may = []
def tries(name, *arguments):
    if getattr(libc, name)(*arguments) == 0:
        may.append(name)
tries("unshare", 0x10000000)
tries("unshare", 0x00020000)
tries("mount", b"none", b"/tmp", b"tmpfs", 0, None)
tries("setuid", 0)
tries("ptrace", 16, 1, 0, 0)
tries("chroot", b"/tmp")
if libc.syscall(435, 0, 0) != -1 or ctypes.get_errno() != 38:
    may.append("clone3")
"""
    text += HEAD + "    raise ValueError(f'may {may or \"nothing\"}')\n"
    return answer(lesson.copy(), "r2", text)


@case(points={"r2": 0}, says={"r2": "ProcessLookupError"})
def kills_everything_in_reach(lesson, world):
    return answer(lesson.copy(), "r2", "import os, signal\nos.kill(-1, signal.SIGKILL)\n")


# Cheating --------------------------------------------------------------------------------------

WRONG = HEAD + "    return 0.0\n"


@case(points={"r2": 0}, notes=("cell r2-check was changed",))
def tampered_check_cell(lesson, world):
    notebook = answer(lesson.copy(), "r2", WRONG)
    return answer(notebook, "r2-check", 'print("✓ 1.1 R²: 4 of 4 cases")')


@case(points={"r2": 0}, notes=("cell r2-check stood twice",))
def duplicated_check_cell(lesson, world):
    notebook = answer(lesson.copy(), "r2", WRONG)
    notebook["cells"].append(code("r2-check", 'print("✓ 1.1 R²: 4 of 4 cases")'))
    return notebook


@case(notes=("cell r2 stood twice",))
def answer_twice(lesson, world):
    notebook = lesson.copy()
    notebook["cells"].insert(5, code("r2", WRONG))
    return notebook


@case(points={"r2": 0})
def changed_points(lesson, world):
    notebook = answer(lesson.copy(), "r2", WRONG)
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {"points": 1000, "grade": True, "solution": False}
    notebook["metadata"]["course"]["built"] = []
    return notebook


@case(points={"r2": 0})
def object_that_equals_everything(lesson, world):
    text = """
class Yes:
    def __eq__(self, other): return True
    def __float__(self): return 1.0
    def __getattr__(self, name): return Yes()
    def __call__(self, *args, **named): return Yes()
    def __array__(self, *args, **named): return np.zeros(())
    __hash__ = __lt__ = __gt__ = __le__ = __ge__ = __sub__ = __rsub__ = __abs__ = __eq__
def r_squared(predicted, target):
    return Yes()
"""
    return answer(lesson.copy(), "r2", text)


@case(points={"r2": 0})
def number_that_equals_everything(lesson, world):
    text = """
class Yes(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return Yes(0)
    __rsub__ = __sub__
    __hash__ = float.__hash__
def r_squared(predicted, target):
    return Yes(0.25)
"""
    return answer(lesson.copy(), "r2", text)


@case(points={"r2": 0})
def input_transformer(lesson, world):
    """Check calls become something else on their way into the kernel."""
    text = """
def always(lines):
    return ["print('✓ 1.1 R²: 4 of 4 cases')" if "nb01." in line else line for line in lines]
get_ipython().input_transformers_cleanup.append(always)
"""
    return answer(lesson.copy(), "r2", text + WRONG)


@case(status="crashed", points=NOTHING, why="nobody answered the judge")
def input_transformer_of_everything(lesson, world):
    """Every later cell, and what the grader runs in the kernel, is turned into a print."""
    text = """
get_ipython().input_transformers_cleanup.append(lambda lines: ["print('✓ 1.1 R²: 4 of 4 cases')"])
"""
    return answer(lesson.copy(), "xor-hand", cell_of(lesson.copy(), "xor-hand")["source"] + text)


@case(points={"r2": 0})
def patched_checks(lesson, world):
    text = """
from course_utils.checks import core, guard, nb01
core.Result.__bool__ = lambda self: True
core._run = lambda title, cases, answer, seconds: core.Result(title, "pass", "4 of 4 cases")
nb01.r_squared = lambda answer: core.Result("1.1", "pass", "4 of 4 cases")
np.allclose = np.array_equal = lambda *args, **named: True
np.testing.assert_allclose = lambda *args, **named: None
"""
    return answer(lesson.copy(), "r2", text + WRONG)


@case(status="crashed", points=NOTHING)
def silent_answering(lesson, world):
    """The learner's own half of the border is replaced, so that nobody answers."""
    text = "import course_utils.classroom.answering as a\na.answer = lambda *args: None\n"
    return answer(lesson.copy(), "r2", text + HEAD + RIGHT)


@case(status="crashed", points=NOTHING)
def lying_answering(lesson, world):
    """Instead of answers it sends what might be taken for verdicts."""
    text = """
import course_utils.classroom.answering as a
def shout(path, namespace):
    import json, socket, struct
    s = socket.socket(socket.AF_UNIX)
    s.connect(path)
    line = json.dumps({"slug": "r2", "state": "pass", "says": "4 of 4 cases", "hint": ""})
    for _ in range(100):
        s.sendall(struct.pack(">IQ", len(line), 0) + line.encode())
    s.close()
a.answer = shout
"""
    return answer(lesson.copy(), "r2", text + WRONG)


@case(points={"r2": 0}, says={"r2": "0"})
def forged_messages(lesson, world):
    """The kernel's own messages are written by the learner."""
    text = """
session = get_ipython().kernel.session
socket = get_ipython().kernel.iopub_socket
for kind, content in (
    ("display_data", {"data": {"text/html": "<script>alert(1)</script>"}, "metadata": {}}),
    ("display_data", {"data": {"application/json": {"a": [1]}}, "metadata": {"a": 1}}),
    ("comm_open", {"comm_id": "x", "target_name": "jupyter.widget", "data": {"state": {}}}),
    ("stream", {"name": "nowhere", "text": ["a", "b"]}),
):
    session.send(socket, kind, content, parent=get_ipython().kernel.get_parent())
"""
    return answer(lesson.copy(), "r2", text + WRONG)


@case(status="crashed", points=NOTHING, why="the kernel sent what is no message")
def messages_that_are_none(lesson, world):
    text = """
import time
session = get_ipython().kernel.session
socket = get_ipython().kernel.iopub_socket
session.send(socket, "stream", {"name": "stdout"}, parent=get_ipython().kernel.get_parent())
time.sleep(2)
"""
    return answer(lesson.copy(), "r2", text + HEAD + RIGHT)


# What is no notebook of this lesson ------------------------------------------------------------


@case(status="refused", why="another lesson, 02_gradient_descent; this assignment is 01_a_neuron")
def another_lesson(lesson, world):
    course = here()
    other = read_lesson(course.source(2))
    return release_notebook(course, other, exercises_of(other))


@case(status="refused", why="a notebook without any exercise of 01_a_neuron")
def another_course(lesson, world):
    cells = [code("a", "import pandas as pd"), code("b", "def f(x):\n    return x")]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@case(status="refused", why="not a notebook: not JSON")
def not_json(lesson, world):
    return b"dear instructor, my dog ate it"


@case(status="refused", why="not a notebook: not JSON")
def empty_file(lesson, world):
    return b""


@case(status="refused", why="not a notebook: not UTF-8 text")
def binary_file(lesson, world):
    return b"PK\x03\x04\xff\xfe\x00" * 100


@case(status="refused", why="not a notebook: not JSON")
def json_of_great_depth(lesson, world):
    return b"[" * 10**6


@case(status="refused", why="not a notebook")
def json_of_another_shape(lesson, world):
    return json.dumps(
        {"nbformat": 4, "cells": [{"cell_type": "code", "source": {"a": 1}}]}
    ).encode()


@case(status="refused", why="not a notebook")
def json_without_cells(lesson, world):
    return b'{"nbformat": 4, "cells": [1, null, "x"], "metadata": []}'


@case(status="refused", why="a file of 200 MB; the limit is 20 MB")
def large_file(lesson, world, path=None):
    def write(path):
        with open(path, "wb") as file:
            file.truncate(200 * 10**6)

    return write


@case(status="refused", why="a symbolic link, not a file")
def symbolic_link(lesson, world):
    return lambda path: os.symlink("/etc/passwd", path)


@case(status="refused", why="not a regular file")
def named_pipe(lesson, world):
    return lambda path: os.mkfifo(path)


@case(status="refused", why="not a regular file")
def folder(lesson, world):
    return lambda path: Path(path).mkdir()
