"""What a worker process of `schedule` loads when it starts; named there, imported nowhere."""

import signal


def dask_setup(worker):
    """Called by Dask in a worker's main thread, before its first task.

    Ctrl-C in a terminal reaches every process in it; which of them stop, and when, is decided by
    the process that schedules. Until here the signal was ignored (`schedule`); a worker's own
    children would inherit that, and a kernel could not be interrupted. They inherit no handler.
    """
    signal.signal(signal.SIGINT, lambda *_: None)
