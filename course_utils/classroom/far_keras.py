"""A model that stays on the learner's side, asked from here: what `import keras` gives a judge.

A check of a Keras model wants to know what the model does: its outputs for given weights, its
loss for given outputs, whether it learns. All of that is plain data. So the model is lent, and
the check holds a stand-in whose methods run over there. This module stands where Keras would,
with the names that a check asks for, so that a judge needs no framework either.

What the other side only claims is the names of the classes it made: that a model is a
`keras.Model`, an optimizer `Adam`. An impostor that bears these names must still compute what
the check asks, for weights that the check chooses.
"""

import types

import numpy as np

from course_utils.classroom.stand_ins import RemoteCallable, RemoteObject


class Layer(RemoteCallable):
    """Stands for a `keras.layers.Layer`."""


class Model(Layer):
    """Stands for a `keras.Model`."""


class Loss(RemoteCallable):
    """Stands for a `keras.losses.Loss`."""


class Metric(RemoteCallable):
    """Stands for a `keras.metrics.Metric`."""


class History(RemoteObject):
    """What `fit` returns."""


class Variable(RemoteObject):
    """Stands for a `keras.Variable`; NumPy sees its value at this moment."""

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.numpy(), dtype=dtype)


class Optimizer(RemoteObject):
    """Stands for a `keras.optimizers.Optimizer`."""


class Adam(Optimizer):
    """Stands for `keras.optimizers.Adam`."""


OTHERS = ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl", "Lion", "Muon")
OPTIMIZERS = {"Adam": Adam, "AdamW": type("AdamW", (Adam,), {})}
OPTIMIZERS |= {name: type(name, (Optimizer,), {}) for name in OTHERS}
KINDS = {kind.__name__: kind for kind in (Layer, Model, Loss, Metric, History, Variable, Optimizer)}
KINDS |= OPTIMIZERS


def kind_of(value):
    """Which of KINDS an object of Keras is, by the nearest class in its family; or None."""
    for base in type(value).__mro__:
        if base.__module__.partition(".")[0] == "keras" and base.__name__ in KINDS:
            return base.__name__
    return None


def module():
    """The module that `import keras` finds in a judge."""
    keras = types.ModuleType("keras", __doc__)
    keras.Model, keras.Layer, keras.Variable = Model, Layer, Variable
    keras.ops = types.SimpleNamespace(convert_to_numpy=np.asarray)
    keras.optimizers = types.SimpleNamespace(Optimizer=Optimizer, **OPTIMIZERS)
    keras.layers = types.SimpleNamespace(Layer=Layer)
    keras.losses = types.SimpleNamespace(Loss=Loss)
    return keras
