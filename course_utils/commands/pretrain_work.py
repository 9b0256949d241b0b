"""The hours of a pretraining: train, show, save, and at the end say how good the model is."""

import os
import platform
import shlex

import keras
import tensorflow as tf

from course_utils import __version__
from course_utils.commands.card import write_card
from course_utils.commands.progress_log import ProgressLog
from course_utils.models.generate import generate
from course_utils.models.pretrained import save_pretrained
from course_utils.text.samplers import draw, with_temperature
from course_utils.train.pretrain import SAVE_SECONDS

SAMPLES = 8  # in the log of one training
SAMPLE_TOKENS, SAMPLE_TEMPERATURE = 60, 0.8


def work(job, wish, save_every=SAVE_SECONDS):
    """Train `job` to its end, or until `wish` is True; return whether it came to its end.

    Args:
        job: `commands.pretraining.Job`.
        wish: `commands.interrupt.Wish`.
        save_every: seconds between two checkpoints.

    Raises:
        NotFinite: the loss is NaN or infinite.
        CourseError: a file cannot be written; what was saved before stays.
    """
    training, steps = job.training, job.plan.steps
    width = job.source.characters_per_token(job.tokenizer)
    log = ProgressLog(steps, training.step, width)
    before = training.step
    try:
        for progress in training.run(save_every):
            log.show(progress)
            if progress.saved:
                export(job)
            if SAMPLES * progress.step // steps > SAMPLES * before // steps:
                log.say(f"step {progress.step:,} writes: {sample(job)!r}")
            before = progress.step
            if wish and progress.step < steps:
                if not progress.saved:
                    training.save()
                    export(job)
                return False
    finally:
        log.finish()
    judged = job.source.judge(job.model, job.tokenizer, job.plan.context)
    about = export(job, judged)
    write_card(job.folder, about)
    log.say(f"after {steps:,} steps, on text that was not learned from:")
    log.say(f"{judged['bits_per_character']:.4f} bits per character")
    if "floor" in judged:
        log.say(f"{judged['floor']:.4f} is the floor: the entropy of the stories; no model can")
        log.say(f"do better. The ratio is {judged['ratio']:.3f}.")
    return True


def sample(job):
    """A short text by the model as it is now."""
    prompt = [job.tokenizer.end] if job.source.begins_itself else job.tokenizer.encode("\n")
    room = min(SAMPLE_TOKENS, job.plan.context - len(prompt))
    ids = generate(
        job.model,
        [prompt],
        room,
        choose=lambda p, rng: draw(with_temperature(p, SAMPLE_TEMPERATURE), rng),
        seed=job.training.step,
        stop=job.tokenizer.end,
    )[0]
    return job.tokenizer.decode([i for i in ids if i != job.tokenizer.end])


def export(job, judged=None):
    """Write the model for `generate`; return what is written about it."""
    plan, training = job.plan, job.training
    asked = plan.about
    length = ["--minutes", f"{asked['minutes']:g}"] if asked["minutes"] else ["--steps", plan.steps]
    words = ["--corpus", asked["corpus"], "--size", asked["size"], *length, "--seed", plan.seed]
    for name, value in asked.get("chosen", {}).items():
        words += [f"--{name}", f"{value:g}"]
    about = {
        "command": "python -m course_utils pretrain " + shlex.join(map(str, words)),
        "corpus": asked["corpus"],
        "corpus_sha256": asked["sha256"],
        "begins_itself": job.source.begins_itself,
        "steps": training.step,
        "planned": plan.steps,
        "tokens": training.step * plan.batch * plan.context,
        "seconds": round(training.seconds),
        "cores": os.cpu_count(),
        "curve": [[step, round(loss, 4)] for step, loss in training.curve],
        "versions": {
            "course_utils": __version__,
            "python": platform.python_version(),
            "keras": keras.version(),
            "tensorflow": tf.__version__,
        },
        **(judged or {}),
    }
    save_pretrained(job.folder, job.model, job.tokenizer, about)
    return about
