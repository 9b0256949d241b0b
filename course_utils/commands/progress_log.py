"""What a person sees of a pretraining: a bar in a terminal, a line now and then in a log file."""

import math
import sys
import time
from collections import deque
from datetime import datetime, timedelta

from tqdm import tqdm

from course_utils.train.bar import live_bar, someone_watches

LINE_SECONDS = 30  # between two lines where nobody watches
MEMORY = 20  # calls over which loss and speed are averaged


class ProgressLog:
    """Shows `train.pretrain.Progress`.

    Args:
        steps: planned.
        done: steps done before.
        characters_per_token: of the text, to turn nats per token into bits per character.
        watched: draw a bar; None finds out whether somebody would see it.
    """

    def __init__(self, steps, done, characters_per_token, watched=None, clock=time.monotonic):
        self.steps, self.done = steps, done
        self.characters_per_token = characters_per_token
        watched = someone_watches() if watched is None else watched
        self._bar = live_bar(steps, "pretraining") if watched else None
        if watched:
            self._bar.initial = self._bar.n = done  # what was done before took no time now
            self._bar.refresh()
        self._recent, self._calls = deque(maxlen=MEMORY), 0
        self._clock, self._line_at = clock, clock()

    def show(self, progress):
        """One call of the training is done."""
        if self._calls == 1:
            self._recent.clear()  # the first call compiled: its time says nothing about the rest
        self._calls += 1
        self._recent.append((progress, progress.step - self.done))
        self.done = progress.step
        if self._bar is not None:
            self._bar.set_postfix_str(self.describe(), refresh=False)
            self._bar.update(progress.step - self._bar.n)
            return
        now, last = self._clock(), self.done == self.steps
        if now - self._line_at >= LINE_SECONDS or last:
            self._line_at = now
            self.say(f"step {self.done:,} of {self.steps:,}: {self.describe()}")

    def describe(self):
        """Loss, speed and estimated finish, from the last calls."""
        seconds = sum(progress.seconds for progress, _ in self._recent)
        tokens = sum(progress.tokens for progress, _ in self._recent)
        steps = sum(steps for _, steps in self._recent)
        nats = sum(progress.loss * steps for progress, steps in self._recent) / steps
        bits = nats / math.log(2) / self.characters_per_token
        left = timedelta(seconds=(self.steps - self.done) * seconds / steps)
        end = f"{datetime.now() + left:%H:%M}"
        return (
            f"loss {nats:.3f} nats/token = {bits:.3f} bits/character, "
            f"{tokens / max(seconds, 1e-9):,.0f} tokens/s, ends at {end}"
        )

    def say(self, text):
        """Print a text above the bar."""
        if self._bar is None:
            print(text, flush=True)
        else:
            tqdm.write(text, file=sys.stdout)

    def finish(self):
        """Wipe the bar; what is said afterwards is printed as it is."""
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.close()
