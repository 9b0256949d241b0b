"""A Keras model is judged by what it computes, from a process without Keras."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from tests.classroom import border

HERE = Path(__file__)
STATE = {"stub": "todo", "solution": "pass", "second": "pass", "wrong": "miss", "again": "miss"}


def test_a_keras_model_is_asked_where_it_is_and_the_judge_needs_no_framework():
    from course_utils.checks import nb07

    rows = border.answers("nb07")[nb07.mended_cnn]
    by_name = {answer.__name__: (kind, answer, says) for kind, answer, says in rows}
    tried = ["stub", "cnn", "cnn_by_subclass", "cnn_lookalike", "cnn_by_sgd", "cnn_averaging"]
    tried += ["cnn_one_hot_loss"]

    def namespace():
        import keras  # noqa: F401  once, as a notebook's cell would, and not in every fork

        return {name: by_name[name][1] for name in tried}

    code = "import sys; from course_utils.classroom import judge; from course_utils.checks import "
    code += "nb07; print({'keras', 'tensorflow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
    asked = [(name, "nb07:mended_cnn", name) for name in tried]
    verdicts = border.judged(asked, namespace)
    for name in tried:
        kind, _, says = by_name[name]
        assert verdicts[name]["state"] == STATE[kind], verdicts[name]
        assert STATE[kind] != "miss" or says in f"{verdicts[name]['says']} {verdicts[name]['hint']}"


def impostor(rate):
    """A class that bears the names of Keras and says yes to everything."""

    def yes(self, *args, **named):
        return np.zeros((len(args[0]) if args and np.ndim(args[0]) > 1 else 1, 10))

    def make(name, **parts):
        return type(name, (), {"__module__": "keras.src", **parts})

    adam = make("Adam", learning_rate=rate)()
    history = make("History", history={"loss": [0.0]})()
    model = make(
        "Model",
        __call__=yes,
        compiled=True,
        optimizer=adam,
        weights=[],
        count_params=lambda self: 273_706,
        compute_loss=lambda self, *_: 0.0,
        get_weights=lambda self: [],
        set_weights=lambda self, _: None,
        fit=lambda self, *_, **__: history,
    )
    return model()


def test_a_class_that_only_has_the_right_names_must_still_compute_the_right_values():
    verdicts = border.judged([("a", "nb07:mended_cnn", "a")], {"a": impostor})
    assert verdicts["a"]["state"] == "miss"
    assert verdicts["a"]["says"] == "logits, but a loss that expects probabilities"
