"""The jail from inside and from outside: what a process in it can see, reach, use up and leave."""

import contextlib
import json
import os
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from course_utils.classroom import jail, seccomp, watch
from course_utils.classroom.limits import Limits
from course_utils.classroom.run_folder import remove, run_folder
from course_utils.data.location import PACKAGE
from course_utils.errors import EnvironmentNotReady

try:
    jail.check()
except EnvironmentNotReady as error:
    pytest.skip(str(error), allow_module_level=True)

MB = 10**6
SMALL = Limits(
    memory=300 * MB, address=600 * MB, processes=12, total_seconds=20, written=10 * MB, files=2_000
)


def run(code, limits=SMALL, jailed=True, seconds=20):
    """What Python code prints in a jail, and the watchdog's reason for ending it, if it did."""
    with run_folder() as folder:
        command = [sys.executable, "-c", code]
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        with jail.jailed_process(command, folder, limits, jailed=jailed, **given) as (process, dog):
            said, _ = process.communicate(timeout=seconds)
        return said.strip(), dog.why


def test_only_what_python_needs_can_be_seen():
    code = """
import json, os
seen = {p: sorted(os.listdir(p)) for p in ("/", "/etc", os.path.expanduser("~"), os.getcwd())}
import course_utils
seen["course"] = sorted(os.listdir(os.path.dirname(os.path.dirname(course_utils.__file__))))
seen["environment"] = sorted(os.environ)
print(json.dumps(seen))
"""
    seen = json.loads(run(code)[0])
    assert not {"home", "var", "run", "srv", "sys", "mnt"} & set(seen["/"])
    assert set(seen["/etc"]) <= {*(os.path.basename(p) for p in jail.SETTINGS), "passwd", "group"}
    assert seen[jail.HOME] == seen[jail.WORK] == []
    if (PACKAGE.parent / "notebooks").is_dir():
        own = os.path.relpath(sys.prefix, PACKAGE.parent)  # the clone's .venv is Python itself
        assert [n for n in seen["course"] if n != own] == ["course_utils", "data"]
    ours = {"HOME", "LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PWD", "TMPDIR"}
    assert {n for n in seen["environment"] if "THREADS" not in n and "TF_" not in n} <= ours


def test_no_process_of_the_jail_keeps_the_graders_environment(monkeypatch):
    """/proc/PID/environ is what a process was started with, whatever it forgot since."""
    monkeypatch.setenv("DATABASE_PASSWORD", "s3cr3t")
    code = """
import glob
for path in sorted(glob.glob("/proc/[0-9]*/environ")):
    try:
        print(b"s3cr" + b"3t" in open(path, "rb").read())
    except OSError:
        print("closed")
"""
    said, _ = run(code)
    assert len(said.split()) == 2 and "True" not in said


@pytest.mark.parametrize("place", ["/", "/usr", "/etc", "/dev", str(PACKAGE), "sealed", sys.prefix])
def test_nothing_but_private_folders_can_be_written(place):
    code = f"""
import glob, os
place = {place!r}
if place == "sealed":
    place = glob.glob({tempfile.gettempdir()!r} + "/*/sealed")[0]
try:
    open(os.path.join(place, "x"), "w")
    print("wrote")
except OSError as error:
    print(error.errno)
"""
    assert run(code)[0] in ("13", "30")  # not permitted, or a read-only file system
    assert (
        run("open('x', 'w'); open('../x', 'w'); open('/dev/shm/x', 'w'); print('wrote')")[0]
        == "wrote"
    )


def test_the_network_is_the_jails_own_loopback():
    code = """
import os, socket
print(sorted(os.listdir("/proc/sys/net/ipv4/conf")))
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError as error:
    print(error.strerror)
"""
    said, _ = run(code)
    assert said == "['all', 'default', 'lo']\nNetwork is unreachable"


def test_only_its_own_processes_can_be_seen_and_no_privilege_is_left():
    code = """
import os
print([p for p in os.listdir("/proc") if p.isdigit()])
status = dict(l.split(":\\t") for l in open("/proc/self/status").read().splitlines() if ":\\t" in l)
print(status["CapEff"], status["CapPrm"], status["NoNewPrivs"], status["Seccomp"])
print(os.getuid() == 0, os.getgroups() in ([], [os.getgid()]))
"""
    zero = "0" * 16
    lines = run(code)[0].splitlines()
    assert lines[0] == "['1', '2']"
    if seccomp.filter_program() is not None:
        assert lines[1] == f"{zero} {zero} 1 2"
    assert lines[2].split()[0] == "False"


@pytest.mark.skipif(seccomp.filter_program() is None, reason="no filter for this machine")
def test_the_filter_refuses_what_it_lists_and_lets_the_rest_pass():
    column = list(seccomp.ARCHES).index(os.uname().machine)
    numbers = {name: pair[column] for name, pair in seccomp.REFUSED.items() if pair[column]}
    code = f"""
import ctypes, errno, os, socket, threading
libc = ctypes.CDLL(None, use_errno=True)
for name, number in {numbers!r}.items():
    if libc.syscall(number, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() != errno.EPERM:
        print(name, ctypes.get_errno())
kinds = ((1, 0, 0), (2, 0, 0), (16, 0, 0), (16, 9, 97), (17, 0, 97), (38, 0, 97))
for family, protocol, wanted in kinds:
    try:
        socket.socket(family, socket.SOCK_DGRAM, protocol).close()
        got = 0
    except OSError as error:
        got = error.errno
    if got != wanted:
        print("socket", family, protocol, got)
for flag in (0x00020000, 0x10000000, 0x20000000, 0x40000000):
    if libc.syscall({seccomp.CLONE[column]}, flag | 17, 0, 0, 0, 0) != -1:
        print("clone", hex(flag))
print(libc.syscall({seccomp.CLONE3[column]}, 0, 0), ctypes.get_errno() == errno.ENOSYS)
thread = threading.Thread(target=print, args=("thread",))
thread.start(), thread.join()
print(os.waitpid(os.posix_spawn("/bin/true", ["true"], {{}}), 0)[1])
"""
    assert run(code)[0] == "-1 True\nthread\n0"


def test_a_filter_is_written_for_known_machines_only():
    assert seccomp.filter_program("riscv64") is None
    for machine in seccomp.ARCHES:
        program = seccomp.filter_program(machine)
        assert len(program) % 8 == 0 and len(program) // 8 < 4096


def test_address_space_is_limited():
    assert run("try: b'x' * 700_000_000\nexcept MemoryError: print('too much')")[0] == "too much"
    assert run("print(len(b'x' * 100_000_000))")[0] == "100000000"


def test_all_processes_together_have_one_memory():
    code = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        hoard = b"x" * 100_000_000
        time.sleep(30)
time.sleep(30)
"""
    assert run(code)[1] == "more than 300 MB of memory"
    assert run(code.replace("range(4)", "range(1)").replace("30)", "0.5)"))[1] is None


def test_memory_shared_after_a_fork_counts_once():
    code = """
import os, time
hoard = b"x" * 150_000_000
for _ in range(4):
    if os.fork() == 0:
        time.sleep(1)
        os._exit(0)
time.sleep(1)
print("alive")
"""
    assert run(code) == ("alive", None)


def test_processes_are_counted_and_a_fork_bomb_ends():
    began = time.monotonic()
    assert run("import os\nwhile True:\n    os.fork()")[1] == "more than 12 processes"
    assert time.monotonic() - began < 15


def test_the_kernel_stops_forks_even_where_no_watchdog_looks(monkeypatch):
    """The limit that cannot be outrun: it must hold for root's jail and for an ordinary user's."""
    monkeypatch.setattr(watch, "EVERY_SECONDS", 60)
    code = """
import os, time
made = 0
try:
    for _ in range(400):
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
        made += 1
except BlockingIOError:
    pass
print(made)
"""
    made = int(run(code, replace(SMALL, memory=10**10))[0])
    assert 12 < made < 12 * 8


def test_files_are_limited_in_size_and_number():
    code = """
def write(path, count):
    try:
        with open(path, "wb") as file:
            file.write(b"x" * count)
        print("wrote")
    except OSError as error:
        print(error.strerror)
write("a", 12_000_000)
write("a", 1_000_000)
write("b", 9_500_000)
for k in range(4): write(f"/dev/shm/{k}", 4_000_000)
"""
    said = run(code)[0].splitlines()
    assert said[0] in ("File too large", "No space left on device")
    assert said[1:3] == ["wrote", "No space left on device"]
    assert said[3:5] == ["wrote", "wrote"] and said[5:] == ["No space left on device"] * 2
    many = "for k in range(10**6): open(f'{k}', 'w').close()"
    assert run(many)[1] == "more than 2000 files"


def test_time_is_limited():
    began = time.monotonic()
    limits = replace(SMALL, total_seconds=1)
    assert run("while True: pass", limits)[1] == "still running after 1 s in all"
    assert time.monotonic() - began < 6


@pytest.mark.parametrize(
    "act",
    [
        "[open(f'{wire}/{k}', 'w').close() for k in range(100)]",
        "open(f'{wire}/x', 'wb').write(b'x' * 5_000_000)",
        "os.mkdir(f'{wire}/d')",
    ],
)
def test_the_shared_folder_is_watched(act):
    code = "import glob, os, time\n"
    code += f"wire = glob.glob({tempfile.gettempdir()!r} + '/*/wire')[0]\n{act}\ntime.sleep(15)"
    assert run(code)[1] == "wrote files where only the kernel's sockets belong"


def test_nothing_outlives_the_jail():
    code = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sleep", ["a-process-left-in-a-jail", "60"])
    os._exit(0)
time.sleep(0.3)
"""
    run(code)
    assert "a-process-left" not in subprocess.check_output(["ps", "ax", "-o", "args"], text=True)


def test_the_jail_dies_with_the_grader():
    code = f"""
import subprocess, sys
sys.path.insert(0, {str(PACKAGE.parent)!r})
from course_utils.classroom import jail
from course_utils.classroom.limits import Limits
with jail.run_folder("/tmp") as run:
    command = jail.jail_command(["/bin/sleep", "4711.25"], run, Limits())
    subprocess.Popen(command)
    print(run.path, flush=True)
    sys.stdin.read()
"""
    given = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **given) as grader:
        path = grader.stdout.readline().strip()
        wait_until(lambda: "4711.25" in processes("sleep"))
        grader.kill()
    wait_until(lambda: "4711.25" not in processes(""))
    remove(path)


def processes(name):
    listed = subprocess.check_output(["ps", "ax", "-o", "comm,args"], text=True).splitlines()
    return "\n".join(line for line in listed if line.startswith(name))


def wait_until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_strangers_folder_is_removed_without_following_links(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    with run_folder(tmp_path if len(str(tmp_path)) < 60 else None) as folder:
        (folder.wire / "link").symlink_to(outside)
        (folder.wire / "file").symlink_to(outside / "kept")
        os.mkfifo(folder.wire / "pipe")
        top = here = folder.wire / "deep"
        top.mkdir()
        handle = os.open(top, os.O_RDONLY)
        for _ in range(1_500):  # deeper than any name may be long
            os.mkdir("d", dir_fd=handle)
            here = os.open("d", os.O_RDONLY, dir_fd=handle)
            os.close(handle)
            handle = here
        os.close(handle)
        closed = folder.wire / "closed"
        closed.mkdir()
        (closed / "x").write_text("x")
        closed.chmod(0)
    assert not folder.path.exists()
    assert (outside / "kept").read_text() == "kept"


def test_the_run_folder_is_closed_to_others_and_names_of_sockets_fit():
    with run_folder("/tmp/" + "x" * 100) as folder:
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
        assert len(f"{folder.wire}/k-5") <= 107
    assert not folder.path.exists()


def test_every_jail_of_root_has_a_user_of_its_own():
    with run_folder() as one, run_folder() as two:
        if os.getuid() == 0:
            assert one.uid != two.uid and one.uid > 0
            assert one.wire.stat().st_uid == one.uid and one.sealed.stat().st_uid == 0
        else:
            assert one.uid is two.uid is None


def test_a_machine_without_bubblewrap_is_told_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentNotReady, match="apt-get install bubblewrap"):
        jail.find()


def test_a_jail_that_cannot_start_says_why(monkeypatch):
    broken = lambda *_: ["/bin/sh", "-c", "echo no room >&2; exit 1"]  # noqa: E731
    monkeypatch.setattr(jail, "jail_command", broken)
    with pytest.raises(EnvironmentNotReady, match="no room"):
        jail.check.__wrapped__()


def test_python_packages_of_an_editable_installation_do_not_open_the_checkout(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(PACKAGE.parent), "/", ""])
    assert str(PACKAGE.parent) not in jail._python_folders()
    assert "/" not in jail._python_folders()


def test_an_ordinary_user_has_the_same_jail(tmp_path):
    """The tests above, as somebody who is not root. (Root runs both kinds on one machine.)"""
    if os.getuid() != 0:
        pytest.skip("the other tests ran as an ordinary user")
    base = str(Path(sys.base_prefix))
    above = [str(p) for p in reversed(Path(base).parents) if str(p).startswith("/root")]
    shown = ["bwrap", "--dev-bind", "/", "/", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    if above:  # a Python in root's home cannot be read by others: show it elsewhere the same
        shown += ["--perms", "0755", "--tmpfs", "/root"]
        for folder in above[1:]:
            shown += ["--perms", "0755", "--dir", folder]
        shown += ["--ro-bind", base, base]
    user = ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", "--"]
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        os.chmod(home, 0o777)
        given = os.environ | {"HOME": home, "TMPDIR": home, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [*shown, "--chdir", str(PACKAGE.parent), "--", *user, *tests],
            env=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout and "1 skipped" in done.stdout


def test_the_watchdog_does_not_end_what_took_its_number():
    """A process id may be given to another process once it was waited for."""
    process = subprocess.Popen(["/bin/true"], start_new_session=True)
    dog = watch.Watchdog(process.pid, SMALL)
    process.wait()
    assert dog.ended()
    other = subprocess.Popen(["/bin/sleep", "30"], start_new_session=True)
    try:
        dog.pid = other.pid  # as if the number had come back
        dog.stop("test")
        with contextlib.suppress(subprocess.TimeoutExpired):
            other.wait(timeout=0.3)
        assert other.poll() is None and dog.why == "test"
    finally:
        other.kill()
        other.wait()
