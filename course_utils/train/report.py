"""What a training says while it runs: a bar for a person, one stable line for the notebook."""

import keras

from course_utils.train.bar import live_bar, someone_watches


class Report(keras.callbacks.Callback):
    """Report on a training without printing a number that differs between machines.

    Args:
        name: shown in front of the bar and of everything printed.
        every: with `print_losses`, print after every so many epochs and after the last one.
        print_losses: print the numbers of an epoch to 3 digits. Only for trainings that are
            the same everywhere to that precision: small, dense or recurrent, few epochs.
        last_line: print "training: done" at the end, or "training: stopped early".
        epochs_total: epochs planned; Keras says it, unless the training is in several calls.

    While the training runs, a person sees a live bar with the loss of the epoch so far. In a
    notebook that a program executes nothing of it is drawn or stored (see `train.bar`).

    `history` maps each number's name to its values, one per epoch, as `model.fit` returns it.
    """

    def __init__(
        self, name="training", *, every=1, print_losses=False, last_line=True, epochs_total=None
    ):
        super().__init__()
        self.name, self.every, self.last_line = name, every, last_line
        self.print_losses, self.epochs_total = print_losses, epochs_total
        self.history = {}
        self._bar = None

    def on_train_begin(self, logs=None):
        self._planned = self.epochs_total or self.params["epochs"]
        self._reached, self.history = 0, {}
        if someone_watches():
            steps = self.params.get("steps")  # None while Keras does not know the length
            self._bar = live_bar(steps and steps * self._planned, self.name)

    def on_epoch_begin(self, epoch, logs=None):
        self._step = 0
        if self._bar is not None and self._bar.total:
            self._bar.n = epoch * self.params["steps"]  # not 0 when a training is resumed

    def on_train_batch_end(self, batch, logs=None):
        if self._bar is not None:
            self._bar.update(batch + 1 - self._step)
            self._step = batch + 1
            if logs and "loss" in logs:
                self._bar.set_postfix_str(f"loss {float(logs['loss']):.3g}", refresh=False)

    def on_epoch_end(self, epoch, logs=None):
        self._reached = epoch + 1
        for key, value in (logs or {}).items():
            self.history.setdefault(key, []).append(value)
        due = self._reached % self.every == 0 or self._reached == self._planned
        if self.print_losses and (due or self.model.stop_training):
            place = f"epoch {self._reached:{len(str(self._planned))}}/{self._planned}"
            numbers = "  ".join(f"{key} {value:.3g}" for key, value in (logs or {}).items())
            self._say(f"{self.name}: {place}  {numbers}")

    def on_train_end(self, logs=None):
        self.close()
        if self.last_line:
            done = self._reached >= self._planned or not self.model.stop_training
            self._say(f"{self.name}: {'done' if done else 'stopped early'}")

    def close(self):
        """Wipe the bar. Called by the training itself, and by `fit` when one is interrupted."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _say(self, line):
        if self._bar is not None:
            self._bar.clear()
        print(line, flush=True)
