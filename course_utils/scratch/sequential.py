"""Layers in a row, used as one layer."""

from functools import cache
from inspect import signature

from course_utils.errors import UsageError


class Sequential:
    """A stack of layers: forward from the first to the last, backward from the last to the first.

    Args:
        layers: objects with `params`, `grads`, `forward` and `backward`. Another `Sequential`
            is one, so stacks nest.

    Parameters and gradients are those of the layers under names of their own: "0.w" is the
    "w" of the first layer. They are the layers' arrays, not copies, so
    `optimizer.step(net.params, net.grads)` trains the network.

    `forward(x, training=False)` is for use: it reaches every layer whose `forward` has an
    argument of that name, such as Dropout, BatchNorm and stacks of them. As in those layers,
    nothing said means training.

    Raises:
        UsageError: there are no layers, something is not a layer, or one object stands in
            the row twice: its second use would overwrite what its first use remembers.
    """

    def __init__(self, layers):
        self.layers = list(layers)
        if not self.layers:
            raise UsageError("a stack of no layers.", "give at least one layer.")
        for place, layer in enumerate(self.layers):
            if isinstance(layer, type) or not hasattr(layer, "backward"):
                name = getattr(layer, "__name__", type(layer).__name__)
                raise UsageError(
                    f"{name} at place {place} is not a layer.",
                    "give objects with forward and backward, such as ReLU() with brackets.",
                )
        if len({id(layer) for layer in self.layers}) < len(self.layers):
            raise UsageError(
                "one layer stands in the stack twice.", "make a new object for every place."
            )

    @property
    def params(self):
        """Dict "place.name" -> array, of all layers."""
        return self._gather("params")

    @property
    def grads(self):
        """Dict "place.name" -> array; the names of `params` once `backward` has run."""
        return self._gather("grads")

    def forward(self, x, training=True):
        """The last layer's output."""
        for layer in self.layers:
            switch = {"training": training} if _has_switch(type(layer)) else {}
            x = layer.forward(x, **switch)
        return x

    def backward(self, dy):
        """Fill every layer's `grads`; return d(loss)/d(input), given d(loss)/d(output)."""
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy

    def _gather(self, kind):
        return {
            f"{place}.{name}": array
            for place, layer in enumerate(self.layers)
            for name, array in getattr(layer, kind).items()
        }


@cache  # looking costs about as much as a small layer's forward pass
def _has_switch(kind):
    return "training" in signature(kind.forward).parameters
