"""Putting a pretraining together: source, tokenizer, model, plan.

`begin` decides everything that has to be decided and writes it down; `go_on` reads it. The
folder then holds

    training/plan.json, tokenizer.json    what the training is: never changed
    training/step-*                       the newest checkpoint: all that the next step needs
    model.json, weights-*, tokenizer-*    the model as it is now, for `generate`
    card.md                               when it is finished: how it was made, how good it is
"""

from dataclasses import dataclass
from pathlib import Path

import keras

from course_utils.commands.pretrain import TRAINING
from course_utils.errors import CourseError
from course_utils.models.gpt import GPT, SPREAD
from course_utils.models.gpt_config import SIZES, GPTConfig
from course_utils.text.tokenizer_file import fingerprint, load_tokenizer, save_tokenizer
from course_utils.train.language_model import LanguageModelTrainer
from course_utils.train.muon import muon
from course_utils.train.plan import Plan, save_plan, steps_in
from course_utils.train.pretrain import Pretraining, refuse_other
from course_utils.train.token_stream import ahead

TOKENIZER = "tokenizer.json"
CHOICES = ("heads", "batch", "peak")  # where one may depart from the size and the recipe
WORTH_COMPILING = 128  # width
TIMED_CALLS = 16  # the first one compiles and does not count
# For small models and hours at most. Rotary positions: in one pair of short trainings on the
# stories their loss after 200 steps was that of learned ones after 300. The other numbers are
# usual ones, not searched for.
PARTS = dict(positions="rotary", norm="rms", bias=False)
RECIPE = dict(batch=16, per_call=1, peak=3e-3, weight_decay=0.1, beta_2=0.99, clip=1.0)


@dataclass
class Job:
    """A pretraining with all that belongs to it; `folder` is for the model."""

    folder: Path
    training: Pretraining
    source: object
    tokenizer: object

    @property
    def model(self):
        return self.training.model

    @property
    def plan(self):
        return self.training.plan


def begin(folder, source, asked, say):
    """Prepare a new training in `folder`, write its plan, return the `Job`.

    Errors are those of `pretrain`.

    Args:
        source: of `commands.sources`.
        asked: dict corpus, size, minutes, steps, seed; one of minutes and steps is None. And
            whichever of CHOICES are asked for.
        say: function that prints a line.
    """
    tokenizer = source.tokenizer()
    chosen = {name: asked[name] for name in CHOICES if asked.get(name) is not None}
    numbers = {**SIZES[asked["size"]], **RECIPE, **chosen}
    config = GPTConfig(
        vocabulary=tokenizer.size, **PARTS, **{name: numbers[name] for name in SIZES[asked["size"]]}
    )
    about = {name: asked[name] for name in ("corpus", "size", "minutes")}
    about |= {
        "sha256": source.sha256,
        "tokenizer": fingerprint(tokenizer),
        "model": config.to_dict(),
        "heads": config.heads,
        "chosen": chosen,
        "keras": keras.version(),
    }
    plan = Plan(
        steps=asked["steps"] or 1,
        context=config.context,
        seed=asked["seed"],
        about=about,
        **{name: numbers[name] for name in RECIPE},
    )
    source.stream(tokenizer, plan.batch, plan.context, plan.seed)  # is the text long enough?
    if asked["steps"] is None:
        plan = _timed(plan, source, tokenizer, asked["minutes"], folder, say)
    (folder / TRAINING).mkdir(parents=True, exist_ok=True)
    save_tokenizer(tokenizer, folder / TRAINING / TOKENIZER)
    save_plan(plan, folder / TRAINING)  # last: from here on it can be resumed
    return Job(folder, _assemble(plan, source, tokenizer, folder), source, tokenizer)


def go_on(folder, source, plan, asked):
    """Return the `Job` in `folder` in the state of its newest checkpoint.

    Raises:
        CourseError: what is asked for, or the corpus itself, is not what it was begun with.
    """
    refuse_other(plan, asked, folder)
    refuse_other(plan, {"sha256": source.sha256}, folder)
    path = folder / TRAINING / TOKENIZER
    tokenizer = load_tokenizer(path)
    if fingerprint(tokenizer) != plan.about["tokenizer"]:
        raise CourseError(
            f"{path} is not the tokenizer with which this training was begun.",
            "put the old file back, or begin a new training in another folder.",
        )
    job = Job(folder, _assemble(plan, source, tokenizer, folder), source, tokenizer)
    job.training.resume()
    return job


def _assemble(plan, source, tokenizer, folder):
    keras.utils.set_random_seed(plan.seed)
    model = GPT(GPTConfig.from_dict(plan.about["model"]))
    spread_for_width(model)
    model.compile(
        muon(
            model,
            plan.schedule(),
            weight_decay=plan.weight_decay,
            beta_2=plan.beta_2,
            clip=plan.clip,
        )
    )
    # XLA makes a step of "small" a seventh faster; a tiny model is done before that pays off
    trainer = LanguageModelTrainer(model, jit=model.config.width >= WORTH_COMPILING)
    stream = source.stream(tokenizer, plan.batch, plan.context, plan.seed)
    return Pretraining(model, trainer.advance, stream, plan, folder / TRAINING)


def spread_for_width(model):
    """Begin with weights of 1 / sqrt(width) instead of GPT-2's 0.02, which is that of width 2,500.

    A projection of D features then neither shrinks nor blows them up.
    """
    factor = model.config.width**-0.5 / SPREAD
    for variable in model.trainable_variables:
        if len(variable.shape) == 2:
            variable.assign(variable * factor)


def _timed(plan, source, tokenizer, minutes, folder, say):
    """The plan with as many steps as take about so many minutes: measured, then thrown away."""
    say("measuring how fast this machine trains ...")
    rehearsal = _assemble(plan.with_steps(TIMED_CALLS * plan.per_call), source, tokenizer, folder)
    rows = ahead(rehearsal.rows, rehearsal.calls())
    calls = [lambda: rehearsal.advance(next(rows))] * TIMED_CALLS
    steps, each = steps_in(60 * minutes, calls, plan.per_call)
    tokens = plan.batch * plan.context
    say(f"{1000 * each:.0f} ms a step of {tokens:,} tokens: {steps:,} steps in {minutes:g} minutes")
    return plan.with_steps(steps)
