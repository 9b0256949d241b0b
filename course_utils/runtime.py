"""The first call of every lesson: quiet, seeded, the same on every machine.

`setup` may run before any framework is imported. What must happen at the moment TensorFlow
or Keras is imported (hiding what the import writes to the screen, seeding the framework)
waits in an import hook, so that lessons write a plain `import keras` and pay for it only
where they use it.
"""

import contextlib
import importlib.abc
import importlib.machinery
import os
import random
import sys

from course_utils.errors import EnvironmentNotReady

_FRAMEWORKS = ("tensorflow", "keras")
_seed = None


def setup(seed, *, exact=False):
    """Seed Python, NumPy and, once they are imported, TensorFlow and Keras.

    Args:
        seed: a whole number from 0 to 2**32 - 1. The same seed gives the same lesson.
        exact: also switch oneDNN off, for a lesson that compares small float32 numbers
            across machines. It costs about half the training speed, so it is not the default.

    Raises:
        ValueError: `seed` is not such a number.
        EnvironmentNotReady: `exact` was asked for after TensorFlow was imported, when it
            is too late to switch oneDNN off.

    The framework's own messages below "fatal" are hidden (TF_CPP_MIN_LOG_LEVEL=3); set that
    variable yourself to see them.
    """
    global _seed
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"seed must be a whole number from 0 to 2**32 - 1, not {seed!r}.")
    if exact and "tensorflow" in sys.modules and os.environ.get("TF_ENABLE_ONEDNN_OPTS") != "0":
        raise EnvironmentNotReady(
            "exact=True came after TensorFlow was imported, with oneDNN still on.",
            "restart the kernel and call setup(seed, exact=True) before `import tensorflow`.",
        )
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if exact:
        os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
    _seed = seed
    random.seed(seed)
    _seed_numpy()
    for name in _FRAMEWORKS:
        if name in sys.modules:
            _seed_framework(name)
    if not any(isinstance(finder, _FrameworkFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _FrameworkFinder())


def full():
    """True when the reader asked for the full public data sets with COURSE_FULL=1."""
    return os.environ.get("COURSE_FULL", "").strip().lower() in {"1", "true", "yes"}


def _seed_numpy():
    # NumPy's old global generator: course code uses default_rng, a learner's code may not.
    import numpy as np

    np.random.seed(_seed)


def _seed_framework(name):
    if _seed is None:
        return
    module = sys.modules[name]
    if name == "keras":
        module.utils.set_random_seed(_seed)  # Python, NumPy, backend and Keras's own generator
    else:
        module.random.set_seed(_seed)


@contextlib.contextmanager
def _hidden_stderr():
    """Send file descriptor 2 to nowhere: C++ code writes there, past `sys.stderr`."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


class _QuietLoader(importlib.abc.Loader):
    """Loads a framework with the real loader, hides its messages, then seeds it."""

    def __init__(self, name, loader):
        self._name, self._loader = name, loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        # From here on the module belongs to its real loader, as if we had not been there.
        module.__spec__.loader = module.__loader__ = self._loader
        with _hidden_stderr():
            self._loader.exec_module(module)
        _seed_framework(self._name)


class _FrameworkFinder(importlib.abc.MetaPathFinder):
    """Finds TensorFlow and Keras as Python would, and wraps their loader once."""

    def find_spec(self, name, path=None, target=None):
        if name not in _FRAMEWORKS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _QuietLoader(name, spec.loader)
        return spec
