"""Errors raised while Keras is calling a layer, kept as they are."""

from course_utils.errors import ShapeError


def shape_error(what, fix):
    """A `ShapeError` to raise from inside `call`.

    Keras turns what goes wrong in a layer's `call` into a RuntimeError that lists every argument
    and loses the advice, unless the error says that this was done already. This one says so.
    """
    error = ShapeError(what, fix)
    error._keras_call_info_injected = True
    return error
