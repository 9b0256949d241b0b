"""`pretrain`: a GPT from nothing, in the minutes that you have, stopped and continued at will.

How long it is: with `--steps`, exactly so long. With `--minutes`, some steps of the real
training are timed on the real data and thrown away; the minutes divided by the median give
the number of steps. It is written down before the first step that counts and does not change
any more, neither on a slower day nor when the training goes on after an interruption, because
the learning rate follows a curve of that length.
"""

import shlex
from pathlib import Path

from course_utils.commands.interrupt import wish_to_stop
from course_utils.commands.sources import open_source
from course_utils.errors import CourseError, UsageError
from course_utils.models.gpt_config import SIZES
from course_utils.runtime import setup
from course_utils.train.plan import load_plan

TRAINING = "training"  # the folder in `out` that holds what going on needs
DEFAULTS = {"corpus": "stories", "size": "tiny", "seed": 1}
DEFAULT_MINUTES = 10.0
MOST_MINUTES = 7 * 24 * 60


def pretrain(
    out,
    corpus=None,
    size=None,
    minutes=None,
    steps=None,
    resume=False,
    seed=None,
    heads=None,
    batch=None,
    peak=None,
):
    """Train, save, say how good the model is; return 0, or 1 if it was stopped before the end.

    Args:
        out: folder for the model and the checkpoints.
        corpus: "stories", "python_docs" or a text file.
        size: name of an entry of `models.gpt_config.SIZES`.
        minutes, steps: how long; one of the two.
        resume: go on with the training in `out`; what is left out is as it was.
        seed: of the weights and the data.
        heads, batch, peak: attention heads, rows a step, highest learning rate, where those of
            the size and of `commands.pretraining.RECIPE` shall not hold.

    Raises:
        UsageError: an option makes no sense, or `out` holds a training and `resume` was not
            asked for, or the other way round.
        CourseError: the corpus cannot be used, the folder cannot be written, the loss is NaN.
    """
    _check(size, minutes, steps, seed)
    folder = Path(out).expanduser()
    plan = _plan_in(folder, resume)
    asked = {"corpus": _place(corpus), "size": size, "minutes": minutes, "steps": steps}
    asked |= {"seed": seed, "heads": heads, "batch": batch, "peak": peak}
    if plan is None:
        asked |= {name: value for name, value in DEFAULTS.items() if asked[name] is None}
        _check_recipe(asked["size"], heads, batch, peak)
        if steps is None and minutes is None:
            asked["minutes"] = DEFAULT_MINUTES
    source = open_source(plan.about["corpus"] if plan else asked["corpus"])
    if plan is None:
        _check_writable(folder)
    setup(seed=plan.seed if plan else asked["seed"])  # before a framework is imported
    from course_utils.commands.pretrain_work import work
    from course_utils.commands.pretraining import begin, go_on

    with wish_to_stop() as wish:
        if plan is None:
            job = begin(folder, source, asked, print)
        else:
            job = go_on(folder, source, plan, asked)
            print(f"going on after step {job.training.step:,} of {job.plan.steps:,}")
        finished = work(job, wish)
    again = f"python -m course_utils pretrain --out {shlex.quote(str(out))} --resume"
    if not finished:
        print(f"Saved after step {job.training.step:,}. To go on:\n  {again}")
        return 1
    write = f"python -m course_utils generate --model {shlex.quote(str(out))}"
    prompt = "" if job.source.begins_itself else " --prompt TEXT"
    print(f"The model is in {folder}. Let it write:\n  {write}{prompt}")
    return 0


def _check(size, minutes, steps, seed):
    """Raise UsageError for an option that makes no sense, before anything is loaded."""
    if size is not None and size not in SIZES:
        raise UsageError(f"there is no size {size!r}.", f"one of {', '.join(SIZES)}.")
    if minutes is not None and steps is not None:
        raise UsageError(
            f"--minutes {minutes:g} and --steps {steps} both say how long.", "one of the two."
        )
    if minutes is not None and not 0 < minutes <= MOST_MINUTES:
        raise UsageError(
            f"--minutes {minutes:g} is no time to train.", f"above 0, at most {MOST_MINUTES:,}."
        )
    if steps is not None and steps < 1:
        raise UsageError(f"--steps {steps} trains nothing.", "a whole number from 1.")
    if seed is not None and not 0 <= seed < 2**32:
        raise UsageError(f"{seed} is no seed.", "a whole number from 0 to 4294967295.")


def _check_recipe(size, heads, batch, peak):
    """Raise UsageError for a number that no training can have."""
    width = SIZES[size]["width"]
    fitting = [count for count in range(1, width + 1) if width % (2 * count) == 0]
    if heads is not None and heads not in fitting:  # rotary positions: an even part for each
        raise UsageError(
            f"{heads} heads cannot share the {width} features of size {size} in even parts.",
            f"one of {', '.join(map(str, fitting))}.",
        )
    if batch is not None and batch < 1:
        raise UsageError(f"--batch {batch} reads nothing.", "a whole number from 1.")
    if peak is not None and not 0 < peak <= 1:
        raise UsageError(
            f"--peak {peak:g} is no learning rate.", "above 0, at most 1; 0.001 is usual."
        )


def _plan_in(folder, resume):
    """The plan in `folder`, or None for a new training; UsageError if that is not what is asked."""
    plan = load_plan(folder / TRAINING)
    if plan is None and resume:
        raise UsageError(
            f"there is no training in {folder} to go on with (no plan.json).",
            "the folder that --out named before, or leave out --resume.",
        )
    if plan is not None and not resume:
        raise UsageError(
            f"{folder} holds a training on {plan.about['corpus']} already.",
            f"python -m course_utils pretrain --out {shlex.quote(str(folder))} --resume, "
            "or another folder.",
        )
    return plan


def _check_writable(folder):
    """Raise CourseError if files cannot be written there: better now than after an hour."""
    probe = folder / ".writable"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise CourseError(
            f"cannot write to {folder} ({error.strerror or error}).", "name another folder."
        ) from None


def _place(corpus):
    """A name as it is, a file by its whole path: the training may go on from another folder."""
    return str(Path(corpus).expanduser().resolve()) if corpus and Path(corpus).is_file() else corpus
