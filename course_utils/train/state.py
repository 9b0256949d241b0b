"""Everything in a compiled model that the next training step depends on, by name and order.

That is the weights, the states of the random generators in its layers (dropout, augmentation)
and the variables of the optimizer: step count, momenta, moving averages, loss scale.

Names are compared without the number that Keras appends when a name is taken
("conv2d_3" is "conv2d"), since it counts what was built earlier in the process.
"""

import json
import re

import numpy as np

from course_utils.errors import CourseError, UsageError


def variables(model):
    """Dict part -> list of the model's variables, parts "model" and "optimizer".

    Raises:
        UsageError: the model is not compiled or has no weights yet.
    """
    if not getattr(model, "compiled", False) or model.optimizer is None:
        raise UsageError(
            f"the model {model.name!r} is not compiled, so it has no optimizer to save or restore.",
            "call model.compile(...) first, as before the training.",
        )
    if not model.built or not model.weights:
        raise UsageError(
            f"the model {model.name!r} has no weights yet.",
            "begin it with keras.Input(...), or call it once on a batch.",
        )
    if not model.optimizer.built:  # mixed precision's would add its variables once more
        model.optimizer.build(model.trainable_variables)
    return {"model": list(model.variables), "optimizer": list(model.optimizer.variables)}


def pack(model):
    """(arrays, about): the state as NumPy arrays, and what it belongs to for `unpack`."""
    arrays, about = {}, {"config": _config(model), "optimizer_class": _optimizer_class(model)}
    for part, group in variables(model).items():
        about[part] = _labels(part, group)
        for place, variable in enumerate(group):
            arrays[f"{part}-{place}"] = _as_numpy(variable)
    return arrays, about


def unpack(model, arrays, about, source):
    """Give `model` the state in `arrays`; nothing is changed if it does not fit.

    Args:
        source: what to call the file in messages.

    Raises:
        CourseError: the checkpoint is of another architecture or another optimizer; the
            message names the first difference.
    """
    groups = variables(model)
    _compare("architecture", about["model"], _labels("model", groups["model"]), source)
    _compare_configs(about["config"], _config(model), source)
    if about["optimizer_class"] != _optimizer_class(model):
        _refuse(
            f"was written with the optimizer {about['optimizer_class']}, "
            f"this model has {_optimizer_class(model)}",
            source,
        )
    _compare("optimizer", about["optimizer"], _labels("optimizer", groups["optimizer"]), source)
    for part, group in groups.items():
        for place, variable in enumerate(group):
            variable.assign(arrays[f"{part}-{place}"])


def first_not_finite(model):
    """The name of the first weight that holds a NaN or an infinity, or None."""
    for variable in model.weights:
        array = _as_numpy(variable)
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            return _without_counters(variable.path)
    return None


def _as_numpy(variable):
    """The value as an array. NumPy's files know no bfloat16; float32 holds its numbers."""
    array = variable.numpy()
    return array.astype("float32") if array.dtype.kind == "V" else array


def _labels(part, group):
    """[name without counters, shape, dtype] of each variable, as JSON would give it back.

    Of a weight's path "layer/kernel" counts, of an optimizer's variable the last word: what
    comes before depends on whether it was made by the first training step or earlier.
    """
    words = {"model": 2, "optimizer": 1}[part]
    return [
        [
            "/".join(_without_counters(variable.path).split("/")[-words:]),
            list(variable.shape),
            str(variable.dtype),
        ]
        for variable in group
    ]


def _without_counters(name):
    return re.sub(r"_\d+(?=[_/]|$)", "", name)


def _optimizer_class(model):
    optimizer = model.optimizer
    inner = getattr(optimizer, "inner_optimizer", None)  # mixed precision wraps it
    return type(optimizer).__name__ + (f"({type(inner).__name__})" if inner else "")


def _compare(what, saved, present, source):
    for place in range(max(len(saved), len(present))):
        there = saved[place] if place < len(saved) else None
        here = present[place] if place < len(present) else None
        if there != here:
            _refuse(
                f"is of another {what}. Its variable {place} is "
                f"{_words(there)} in the checkpoint and {_words(here)} in this model",
                source,
            )


def _words(label):
    return f"{label[0]} {tuple(label[1])} {label[2]}" if label else "absent"


def _config(model):
    """What the layers are told, as nested JSON; None for a model that cannot say it."""
    try:
        config = json.loads(
            json.dumps(model.get_config(), default=lambda thing: type(thing).__name__)
        )
    except NotImplementedError:
        return None

    def plain(node):
        if isinstance(node, dict):
            return {key: plain(value) for key, value in node.items()}
        if isinstance(node, list):
            return [plain(value) for value in node]
        return _without_counters(node) if isinstance(node, str) else node

    return plain(config)


def _compare_configs(there, here, source, path="model"):
    if there is None or here is None or there == here:
        return
    if isinstance(there, dict) and isinstance(here, dict) and there.keys() == here.keys():
        for key in there:
            _compare_configs(there[key], here[key], source, f"{path}.{key}")
    elif isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        for place, pair in enumerate(zip(there, here, strict=True)):
            _compare_configs(*pair, source, f"{path}[{place}]")
    else:
        _refuse(
            f"is of another architecture. {path} is {str(there)[:60]} in the checkpoint and "
            f"{str(here)[:60]} in this model",
            source,
        )


def _refuse(what, source):
    raise CourseError(
        f"{source} {what}.",
        "build and compile the model as it was when it was saved, or use another folder.",
    )
