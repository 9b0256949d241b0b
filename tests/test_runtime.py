import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from course_utils import runtime


def python(code, **env):
    """Run `code` in a fresh interpreter and return (stdout, stderr)."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TF_", "KERAS_", "COURSE_"))}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=120,
        env=clean | {"PYTHONPATH": os.pathsep.join(sys.path)} | env,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "1", None, True])
def test_a_seed_that_is_no_whole_number_is_refused_with_its_value(seed):
    with pytest.raises(ValueError, match="whole number") as refused:
        runtime.setup(seed)
    assert repr(seed) in str(refused.value)


def test_setup_makes_python_and_numpy_repeat():
    import random

    def draws():
        runtime.setup(7)
        return random.random(), np.random.rand()

    assert draws() == draws()


def test_setup_alone_imports_no_framework():
    out, _ = python("""
        import sys
        from course_utils.runtime import setup
        setup(seed=1)
        print([n for n in ("tensorflow", "keras", "matplotlib") if n in sys.modules])
    """)
    assert out.strip() == "[]"


def test_the_first_import_of_a_framework_is_quiet_and_seeded_in_either_order():
    code = """
        from course_utils.runtime import setup
        setup(seed=3)
        {first}
        {second}
        print(float(tf.random.normal([])), float(keras.random.normal(())))
        layer = keras.layers.Dense(2); layer.build((None, 2))
        print(layer.kernel.numpy().tolist())
    """
    imports = ("import tensorflow as tf", "import keras")
    (a, a_err), (b, b_err) = (
        python(code.format(first=x, second=y)) for x, y in (imports, imports[::-1])
    )
    assert a_err == b_err == ""
    assert a.splitlines()[1] == b.splitlines()[1]


def test_asking_for_exact_too_late_is_an_error_that_says_what_to_do():
    out, _ = python("""
        import sys, types
        sys.modules["tensorflow"] = types.SimpleNamespace(random=None)
        from course_utils.errors import EnvironmentNotReady
        from course_utils.runtime import setup
        try:
            setup(seed=1, exact=True)
        except EnvironmentNotReady as error:
            print(error)
    """)
    assert "Try: restart the kernel" in out


@pytest.mark.parametrize(("value", "is_full"), [("1", True), ("0", False), ("", False)])
def test_full_data_is_a_matter_of_one_variable(monkeypatch, value, is_full):
    monkeypatch.setenv("COURSE_FULL", value)
    assert runtime.full() is is_full
