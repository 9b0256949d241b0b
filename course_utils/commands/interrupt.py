"""Ctrl-C as a wish that is looked at between two steps, not as an accident in the middle of one."""

import contextlib
import signal
import sys
import threading


class Wish:
    """`bool(wish)` is True once somebody pressed Ctrl-C."""

    def __init__(self):
        self._asked = threading.Event()

    def __bool__(self):
        return self._asked.is_set()

    def note(self, number, frame):
        """The signal handler. Whoever asks twice does not want to wait."""
        if self._asked.is_set():
            raise KeyboardInterrupt
        self._asked.set()
        sys.stderr.write("\nStopping after this step. Ctrl-C again stops at once, unsaved.\n")


@contextlib.contextmanager
def wish_to_stop():
    """Within this, Ctrl-C (and `kill`, where there is such a thing) makes the `Wish` True.

    Signals reach the main thread only; elsewhere the wish stays False.
    """
    wish = Wish()
    if threading.current_thread() is not threading.main_thread():
        yield wish
        return
    before = {
        number: signal.signal(number, wish.note) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield wish
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
