"""Run the needed cells of a notebook in a jailed kernel, and let a judge ask it questions.

The executor is nbgrader's; what is ours is the kernel manager, and that nothing the kernel sends
is trusted: its messages are counted, a message that is not one ends the run, and outputs are
rebuilt from the few fields that a notebook needs. A learner owns the kernel, so all of this is
hearsay; verdicts come from elsewhere.
"""

import asyncio
import copy
import logging
import threading
import time
from dataclasses import dataclass, field

from course_utils.bootstrap.slow_import import skip_grammar

skip_grammar()
import nbformat  # noqa: E402
import zmq  # noqa: E402
from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: E402
from nbgrader.preprocessors import Execute  # noqa: E402
from zmq.utils.monitor import recv_monitor_message  # noqa: E402

from course_utils.classroom.hearsay import plain_output, weight  # noqa: E402
from course_utils.classroom.kernel import JailedKernelManager  # noqa: E402
from course_utils.classroom.watch import Watchdog, amount  # noqa: E402

ALIVE_SECONDS = 0.1  # how often to see whether the kernel lives
GRACE_SECONDS = 2  # after an interrupt, and for outputs that arrive after the reply
MESSAGE_BYTES = 200  # what a message costs without its content
RAN, CRASHED = "ran", "crashed"
TOO_LONG = "CellTimeoutError"  # what nbgrader calls a cell that was interrupted

QUIET = logging.getLogger("course_utils.classroom.jailed")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False  # what a learner's kernel does wrong is in the result, not on the screen


@dataclass
class Ran:
    """What became of a run.

    Args:
        notebook: dict, a copy of the one handed over; cells that ran hold their outputs.
        status: "ran" or "crashed".
        why: in plain words what ended the run, or None.
        seconds: wall time from the start of the kernel.
        errors: cell id -> (name, message) of what it raised; "CellTimeoutError" for too long.
        crashed_in: id of the cell in which the run ended, None before the first, "" in `last`.
        silent: an event that is set once `last` has ended: nobody answers any more.
    """

    notebook: dict
    status: str = RAN
    why: str | None = None
    seconds: float = 0.0
    errors: dict = field(default_factory=dict)
    crashed_in: str | None = None
    silent: threading.Event = field(default_factory=threading.Event, repr=False)


class _Ended(Exception):
    """The run is over; the message says why."""


def run_jailed(notebook, keep, folder, limits, last=None, during=None, jailed=True):
    """Run cells of `notebook`, then `last` in the same kernel while `during` runs here.

    Args:
        notebook: dict in nbformat 4.5, each source one string.
        keep: ids of the code cells to run; they run once, in the notebook's order.
        folder: `jail.RunFolder` of this run.
        limits: `Limits`.
        last: source that the kernel runs after them, or None.
        during: function of the `Ran` so far, called while `last` runs; the run is over when it
            returns. It must end by itself when the kernel has gone.
        jailed: False runs an ordinary kernel, as the user.

    Returns:
        `Ran`. Whatever the notebook does is in it; nothing that it does raises here.
    """
    ran = Ran(copy.deepcopy(notebook))
    for cell in ran.notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    manager = JailedKernelManager(folder, limits, jailed=jailed)
    executor = JailedExecute(limits, manager, folder.wire, jailed)
    began = time.monotonic()
    with asyncio.Runner() as loop:
        loop.run(executor.run(ran, set(keep), last, during))
    ran.seconds = round(time.monotonic() - began, 2)
    for cell in ran.notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [plain_output(output) for output in cell["outputs"]]
    return ran


class JailedExecute(Execute):
    """nbgrader's executor with a kernel that is not believed."""

    def __init__(self, limits, manager, wire, jailed):
        super().__init__(
            iopub_timeout=GRACE_SECONDS,
            startup_timeout=int(limits.start_seconds),
            store_widget_state=False,
            record_timing=False,
            log=QUIET,
        )
        manager.log = QUIET
        self.limits, self.watched = limits, (limits, wire, jailed)
        self.received, self.hung_up, self.in_last = 0, 0, False
        self.km, self.watchdog = manager, None
        self.comm_open_handlers = {}

    async def run(self, ran, keep, last, during):
        """Fill in `ran`, a `Ran`. The kernel and everything it started has ended afterwards."""
        node = nbformat.from_dict(ran.notebook)
        cells = list(node.cells)  # ours: a cell that a message replaces is not run
        self.nb = node
        self.reset_execution_trackers()
        manager, ears = self.km, []
        try:
            await self.async_start_new_kernel()
            self.watchdog = Watchdog(manager.provisioner.pid, *self.watched)
            with self.watchdog:
                await self._connect()
                ears += [asyncio.create_task(self._hear(c)) for c in self._channels()]
                for at, cell in enumerate(cells):
                    if cell.cell_type == "code" and cell.id in keep:
                        ran.crashed_in = cell.id
                        await self._run_cell(ran, cell, at)
                ran.crashed_in = ""
                if during is not None:
                    await self._converse(ran, node, last, during)
            ran.crashed_in = None
        except Exception as error:  # whatever hostile messages make the client do
            ran.status, ran.why = CRASHED, await self._reason(error, manager)
        finally:
            for ear in ears:
                ear.cancel()
            await asyncio.gather(*ears, return_exceptions=True)
            await self._end(manager)
        if ran.why is None and self.watchdog is not None and self.watchdog.why:
            ran.status, ran.why = CRASHED, self.watchdog.why
        for cell, done in zip(ran.notebook["cells"], cells, strict=True):
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = done.outputs, None
                if cell["id"] in keep:
                    cell["execution_count"] = 1 + sum(
                        other.id in keep for other in cells[: cells.index(done)]
                    )

    async def _connect(self):
        try:
            async with asyncio.timeout(self.limits.start_seconds):
                await self.async_start_new_kernel_client()
        except (RuntimeError, TimeoutError):
            raise _Ended("the kernel did not start") from None

    def _channels(self):
        return [self.kc.iopub_channel, self.kc.shell_channel, self.kc.control_channel]

    async def _run_cell(self, ran, cell, at):
        self.seconds = self.limits.cell_seconds
        self.reply = None
        await self.async_execute_cell(cell, at)
        content = self.reply["content"]
        if content["status"] != "ok":
            name, message = str(content.get("ename")), str(content.get("evalue"))[:2000]
            if name == TOO_LONG:
                message = f"still running after {self.seconds:g} s"
            ran.errors[cell.id] = (name, message)

    async def _converse(self, ran, node, last, during):
        """Run `last` in the kernel and `during` here; the latter says when it is over."""
        self.seconds, self.in_last = None, True
        talk = asyncio.create_task(asyncio.to_thread(during, ran))
        answer = None
        if last is not None:
            cell = nbformat.v4.new_code_cell(last)
            node.cells.append(cell)
            answer = asyncio.create_task(self.async_execute_cell(cell, len(node.cells) - 1))
        try:
            await asyncio.wait({talk, answer} - {None}, return_when=asyncio.FIRST_COMPLETED)
            ran.silent.set()
            if answer is not None and answer.done() and answer.exception():
                # The other side must learn that nobody will answer any more.
                self.watchdog.kill()
                await asyncio.wait({talk})
                raise answer.exception()
            await asyncio.wait({talk})
        finally:
            if answer is not None:
                answer.cancel()
                await asyncio.gather(answer, return_exceptions=True)
        problem = talk.exception()
        if problem is not None:
            raise _DuringFailed(problem)

    async def _end(self, manager):
        if self.watchdog is None and manager.has_kernel:
            with Watchdog(manager.provisioner.pid, *self.watched):
                pass  # leaving it ends the jail
        if self.kc is not None:
            self.kc.stop_channels()
        if manager.has_kernel:
            await manager.provisioner.kill()
            await manager.provisioner.wait()
        await manager._async_cleanup_resources()
        manager.context.destroy(linger=0)

    async def _reason(self, error, manager):
        """The plain words for what an exception here means about the kernel."""
        if isinstance(error, _DuringFailed):
            raise error.problem
        if self.watchdog and self.watchdog.why:
            return self.watchdog.why
        if isinstance(error, _Ended):
            return str(error)
        if isinstance(error, CellTimeoutError):
            return f"still running after {self.limits.cell_seconds:g} s"
        if isinstance(error, DeadKernelError):
            return "the kernel ended itself"
        return f"the kernel sent what is no message ({type(error).__name__})"

    # What follows replaces methods of nbclient, with their names.

    def _get_timeout(self, cell):
        return self.seconds if cell is not None else self.limits.start_seconds

    async def _async_poll_kernel_alive(self):
        while True:
            await asyncio.sleep(ALIVE_SECONDS)
            try:
                await self._async_check_alive()
            except DeadKernelError:
                self.task_poll_for_reply.cancel()
                return

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        """As nbclient's, but every message is counted, whoever it is for."""
        from nbclient.exceptions import CellExecutionComplete

        while True:
            message = await self.kc.iopub_channel.get_msg(timeout=None)
            self.received += MESSAGE_BYTES + weight(message["content"])
            self.received += sum(len(buffer) for buffer in message.get("buffers", ()))
            if self.received > self.limits.output:
                self._too_much()
                return
            if message["parent_header"].get("msg_id") != parent_msg_id:
                continue
            if self.in_last and message["msg_type"] != "status":
                continue  # nobody reads what is printed while the judge asks
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                return

    def handle_comm_msg(self, outs, msg, cell_index):
        """Widgets talk with a browser; here is none."""

    async def _async_handle_timeout(self, timeout, cell=None):
        return await super()._async_handle_timeout(int(timeout), cell)

    def on_cell_executed(self, **named):
        self.reply = named["execute_reply"]
        super().on_cell_executed(**named)

    async def _hear(self, channel):
        """The transport hangs up on a message beyond the limit; a kernel that leaves, on all."""
        monitor = channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        await recv_monitor_message(monitor)
        self.hung_up += 1
        await asyncio.sleep(2 * ALIVE_SECONDS)
        if self.watchdog.ended():
            return
        if self.hung_up == 1:
            self._too_much()
        else:
            self.watchdog.stop("the kernel closed its connections")

    def _too_much(self):
        self.watchdog.stop(f"printed more than {amount(self.limits.output)}")


class _DuringFailed(Exception):
    """`during` raised; that is a fault on this side."""

    def __init__(self, problem):
        super().__init__(str(problem))
        self.problem = problem
