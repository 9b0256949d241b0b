"""What Keras's own callbacks remember between epochs, so that a resumed training decides alike.

`EarlyStopping` and the like count epochs without progress, and forget it all when a training
begins. Callbacks of other kinds begin anew.
"""

import keras
import numpy as np

KEPT = {
    keras.callbacks.EarlyStopping: ("wait", "best", "best_epoch", "stopped_epoch", "best_weights"),
    keras.callbacks.ReduceLROnPlateau: ("wait", "best", "cooldown_counter"),
    keras.callbacks.ModelCheckpoint: ("best",),
}


def collect(callbacks):
    """(arrays, memories): the memory of `callbacks` as named arrays and as JSON."""
    arrays, memories = {}, {}
    for key, callback, names in _known(callbacks):
        memory = memories[key] = {}
        for name in names:
            value = getattr(callback, name, None)
            if isinstance(value, list):  # weights
                memory[name] = len(value)
                arrays |= {f"{key}-{name}-{place}": array for place, array in enumerate(value)}
            else:
                memory[name] = None if value is None else np.asarray(value).item()
    return arrays, memories


def give_back(callbacks, memories, arrays):
    """Put what `collect` returned back. A callback that was not there before begins anew."""
    for key, callback, _ in _known(callbacks):
        for name, value in memories.get(key, {}).items():
            if name.endswith("_weights") and value is not None:
                value = [arrays[f"{key}-{name}-{place}"] for place in range(value)]
            setattr(callback, name, value)


def _known(callbacks):
    """Yield (key, callback, names) for those in the table; key is "EarlyStopping 0" and so on."""
    seen = {}
    for callback in callbacks:
        for kind, names in KEPT.items():
            if isinstance(callback, kind):
                count = seen[kind] = seen.get(kind, -1) + 1
                yield f"{kind.__name__} {count}", callback, names
