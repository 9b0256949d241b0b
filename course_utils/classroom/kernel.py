"""A Jupyter kernel in a jail, seen from nbclient as any other one.

The kernel's five sockets are Unix sockets in the run folder: the jail has no network, but a
socket's file can be shown to it. The connection file must be named and written before the
start; otherwise the client waits for a kernel that listens elsewhere.
"""

import subprocess
import sys

import zmq
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from course_utils.classroom.jail import jail_command, plain_command, plain_environment

WAITING_MESSAGES = 32  # read ahead of us; the rest wait in the kernel, which is limited


class OneKernel(KernelSpecManager):
    """Knows one kernel, the jailed one; whatever a notebook asks for, it gets this."""

    def __init__(self, argv):
        super().__init__()
        self._spec = KernelSpec(
            argv=argv, display_name="Python 3", language="python", interrupt_mode="message"
        )

    def get_kernel_spec(self, kernel_name):
        return self._spec


class JailedKernelManager(AsyncKernelManager):
    """Starts the kernel of one run.

    Args:
        run: `RunFolder`.
        limits: `Limits`.
        jailed: False starts an ordinary kernel, with the same sockets.
    """

    def __init__(self, run, limits, jailed=True):
        python = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        python += ["--IPKernelApp.log_level=ERROR", "--HistoryManager.enabled=False"]
        argv = jail_command(python, run, limits) if jailed else plain_command(python, limits)
        context = zmq.asyncio.Context()
        # A longer message is refused by the transport, before this process holds it.
        context.setsockopt(zmq.MAXMSGSIZE, limits.output)
        context.setsockopt(zmq.RCVHWM, WAITING_MESSAGES)
        super().__init__(
            kernel_name="jailed",
            kernel_spec_manager=OneKernel(argv),
            transport="ipc",
            ip=str(run.wire / "k"),
            connection_file=str(run.sealed / "connection.json"),
            context=context,
            shutdown_wait_time=0.0,
        )
        self._run, self._jailed = run, jailed

    def write_connection_file(self, **arguments):
        super().write_connection_file(**arguments)
        self._run.share(self._run.sealed / "connection.json")

    def client(self, **arguments):
        return super().client(context=self.context, **arguments)

    async def start_kernel(self, **arguments):
        """Start it with nothing inherited: no stream, no working folder, no variable."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        keep = {} if self._jailed else plain_environment()
        place = {"env": keep, "cwd": str(self._run.wire)}
        await super().start_kernel(**arguments | quiet | place)
