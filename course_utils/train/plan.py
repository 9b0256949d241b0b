"""What was decided before a pretraining began. Read again when it goes on, never changed.

The length is part of it: the learning rate at every step depends on how many steps there will
be, so a training that goes on must not count them anew.
"""

import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median

from course_utils.errors import CourseError, DataMissingError
from course_utils.train import snapshot
from course_utils.whole_file import write_whole

FILE = "plan.json"
FORMAT = 1
WARMUP, MOST_WARMUP = 0.05, 200  # share of all steps, and steps
FLOOR = 0.02  # of the peak: where the learning rate ends


@dataclass(frozen=True)
class Plan:
    """The numbers of one pretraining.

    Args:
        steps: in all.
        batch: rows per step.
        context: tokens that the model reads of each row.
        per_call: steps in one call of the compiled training function.
        seed: of weights, data and everything else.
        peak: the highest learning rate.
        weight_decay, beta_2: of the optimizer, see `train.muon`.
        clip: longest gradient.
        about: what else belongs to this training and must be the same when it goes on, as
            JSON: the corpus, the model's config, the tokenizer's fingerprint.
    """

    steps: int
    batch: int
    context: int
    per_call: int
    seed: int
    peak: float
    weight_decay: float
    beta_2: float
    clip: float
    about: dict

    def with_steps(self, steps):
        """The same plan for another number of steps."""
        return replace(self, steps=steps)

    def schedule(self):
        """The learning rate: up to the peak in 5 % of the steps, at most 200, then down."""
        from course_utils.train.schedules import WarmupCosine  # a plan is read before Keras is

        warmup = min(MOST_WARMUP, int(WARMUP * self.steps))
        return WarmupCosine(self.peak, self.steps, warmup, floor=FLOOR * self.peak)


def save_plan(plan, folder):
    """Write `plan.json` into `folder`, which is made if need be; complete or not at all.

    Raises:
        CourseError: it cannot be written.
    """
    path = Path(folder) / FILE
    text = json.dumps({"format": FORMAT, **asdict(plan)}, indent=1) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, lambda file: file.write(text.encode()))
    except OSError as error:
        raise CourseError(
            f"cannot write {path} ({error.strerror or error}).", snapshot.ELSEWHERE
        ) from None


def load_plan(folder):
    """Return the `Plan` in `folder`, or None if no training was begun there.

    Raises:
        DataMissingError: the file is damaged or of another version of the course.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        return None
    try:
        values = json.loads(path.read_bytes())
        form = values.pop("format")
        if form == FORMAT:
            return Plan(**values)
        fault = f"has format {form}, expected {FORMAT}"
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fault = f"is damaged ({type(error).__name__}: {error})"
    raise DataMissingError(f"{path} {fault}.", "train again, in another folder.")


def steps_in(seconds, calls, per_call, clock=time.perf_counter):
    """How many steps take about `seconds`, a multiple of `per_call`: (steps, seconds per step).

    Args:
        calls: functions without arguments that each do `per_call` steps. The first one may
            compile and is not counted; of the others the median counts, so that a hiccup of
            the machine does not.
    """
    took = []
    for call in calls:
        begin = clock()
        call()
        took.append(clock() - begin)
    each = median(took[1:] or took) / per_call
    return max(1, round(seconds / each / per_call)) * per_call, each
