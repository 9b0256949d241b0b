"""A progress bar for a person who is watching, and the question whether there is one.

A stored notebook must not hold a bar, since its text differs from run to run. So the bar is
drawn only where a person can type: in a terminal, or in a notebook whose front end said that
it can answer `input()`. Programs that execute notebooks (nbclient, nbval, nbconvert) say the
opposite with every cell they send.
"""

import os
import sys

from tqdm import tqdm

SECONDS = 0.2  # between two drawings


def someone_watches():
    """True if a bar would be seen and not stored. COURSE_QUIET=1 always means False."""
    if os.environ.get("COURSE_QUIET", "").strip().lower() in {"1", "true", "yes"}:
        return False
    kernel = _kernel()
    if kernel is not None:
        return bool(getattr(kernel, "_allow_stdin", False))
    return sys.stderr is not None and sys.stderr.isatty()


def live_bar(total, name):
    """A tqdm bar over `total` steps; it wipes itself when it is closed.

    In a terminal it is drawn on the standard error stream, in a notebook as one output that
    is rewritten in place.
    """
    stream = sys.stderr if _kernel() is None else _Output()
    return tqdm(total=total, desc=name, unit="step", leave=False, mininterval=SECONDS, file=stream)


def progress(items, name):
    """Go through `items`, with a bar of that name if somebody watches.

    `items` is a sequence: the bar needs its length.
    """
    if not someone_watches():
        yield from items
        return
    with live_bar(len(items), name) as bar:
        for item in items:
            yield item
            bar.update()


def _kernel():
    """The Jupyter kernel this runs in, or None."""
    ipython = sys.modules.get("IPython")  # not imported: then this is no notebook
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None)


class _Output:
    """What tqdm writes becomes the text of one notebook output. No stream, no red background."""

    encoding = "utf-8"

    def __init__(self):
        from IPython.display import display

        self._handle = display({"text/plain": ""}, raw=True, display_id=True)

    def write(self, text):
        self._handle.update({"text/plain": text.strip("\r\n")}, raw=True)

    def flush(self):
        """Nothing waits to be written."""
