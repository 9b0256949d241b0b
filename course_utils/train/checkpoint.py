"""Checkpoints: stop a training after any epoch, go on later, and get the same weights.

What is in one: see `train.state`. How it is written: see `train.snapshot`. What Keras does
not keep there, the order of the examples, is a matter of `train.fit`.
"""

from typing import NamedTuple

import keras

from course_utils.errors import CourseError, DataMissingError
from course_utils.train import memory, snapshot, state
from course_utils.train.stop_on_nan import TOO_LARGE, NotFinite


class Progress(NamedTuple):
    """How far the training in a checkpoint has come.

    `epoch` epochs and `step` steps are done; `history` maps each number's name to its values,
    one per epoch; `stopped` says that a callback ended the training on purpose; `about` is
    the whole manifest.
    """

    epoch: int
    step: int
    history: dict
    stopped: bool
    about: dict


class Checkpoint(keras.callbacks.Callback):
    """Save the state of the training after every `every` epochs, and after the last.

    Args:
        folder: for the files. One training per folder.
        every: epochs between two checkpoints.
        keep: how many to keep. An old one is deleted only when the new one is complete.
        note: dict that JSON can hold, stored with each checkpoint.
        remember: callbacks such as `EarlyStopping` whose memory is saved as well, and given
            back when a training begins with a checkpoint in the folder.

    Put it last in the list of callbacks: it saves what the others have decided.

    Raises, while training:
        CourseError: the folder cannot be written, or holds a checkpoint of another training
            than the one that goes on here.
        NotFinite: a weight is NaN or infinite. Nothing is written.
    """

    def __init__(self, folder, every=1, *, keep=1, note=None, remember=()):
        super().__init__()
        if every < 1 or keep < 1:
            raise CourseError(
                f"every={every} and keep={keep}: a checkpoint after every {every} epochs, "
                f"{keep} of them kept.",
                "both must be at least 1.",
            )
        self.folder, self.every, self.keep = folder, every, keep
        self.note, self.remember = note or {}, list(remember)
        self.history = {}
        self._owns_folder = False

    def on_train_begin(self, logs=None):
        manifest = snapshot.newest(self.folder)
        if manifest and self.remember:  # after they have forgotten: this is last in the list
            arrays, about = snapshot.read(manifest)
            memory.give_back(self.remember, about["memories"], arrays)

    def on_epoch_begin(self, epoch, logs=None):
        if not self._owns_folder:
            self._refuse_foreign(epoch)
            self._owns_folder = True

    def on_epoch_end(self, epoch, logs=None):
        for key, value in (logs or {}).items():
            self.history.setdefault(key, []).append(float(value))
        done = epoch + 1
        if done % self.every and done < self.params["epochs"] and not self.model.stop_training:
            return
        broken = state.first_not_finite(self.model)
        if broken:
            raise NotFinite(
                f"epoch {done} ended with a weight that is not finite ({broken}); no checkpoint "
                "of it was written.",
                TOO_LARGE,
                epoch=done,
            )
        arrays, about = state.pack(self.model)
        kept, memories = memory.collect(self.remember)
        about |= {
            "keras": keras.version(),
            "backend": keras.config.backend(),
            "step": int(self.model.optimizer.iterations),
            "stopped": bool(self.model.stop_training),
            "history": self.history,
            "memories": memories,
            "note": self.note,
        }
        snapshot.write(self.folder, done, arrays | kept, about, self.keep)

    def _refuse_foreign(self, epoch):
        manifest = snapshot.newest(self.folder)
        there = snapshot.describe(manifest) if manifest else {"epoch": epoch}
        if there["epoch"] != epoch:
            raise CourseError(
                f"{self.folder} holds a checkpoint after epoch {there['epoch']}, but this training "
                f"begins after epoch {epoch}.",
                "give this training a folder of its own, or go on with the other: "
                "`initial_epoch=resume(model, folder).epoch`.",
            )
        self.history = {key: list(values) for key, values in there.get("history", {}).items()}


def resume(model, folder):
    """Put `model` into the state of the newest checkpoint in `folder`.

    Args:
        model: built and compiled as it was when it was saved.
        folder: where `Checkpoint` wrote.

    Returns:
        `Progress`. Go on with `model.fit(..., initial_epoch=progress.epoch)`, or let
        `train.fit` do both: only then the order of the examples goes on as well.

    Raises:
        DataMissingError: there is no checkpoint, or it is damaged: the message names the file
            and says what was expected and what was found.
        CourseError: it is of another architecture or optimizer; the message names the first
            difference. The model is left as it was.
    """
    manifest = snapshot.newest(folder)
    if manifest is None:
        raise DataMissingError(
            f"there is no checkpoint in {folder} (no file epoch-*.json).",
            "train with Checkpoint(folder), or look into another folder.",
        )
    arrays, about = snapshot.read(manifest)
    state.unpack(model, arrays, about, manifest.name)
    return Progress(about["epoch"], about["step"], about["history"], about["stopped"], about)
