"""How well does a small GPT learn tiny Shakespeare from 1.5 million characters?

    COURSE_FULL=1 python benchmarks/shakespeare.py [--plain] [--seed 1] [--json FILE]

The setting of a well-known recipe for processors: 4 layers, 4 heads, width 128, context 64, and
2,000 steps with batches of 12, so 1,536,000 characters are read, some of them twice. It publishes
a loss of 1.88 nats per character on the last tenth of the text. What may be changed is how the
model is built inside and how it is trained. `--plain` trains as the recipe does; the default is
what was found to learn most from the same characters.

The loss is over the whole last tenth in windows of 64 that do not overlap, and the model is the
one after the last step: nothing is chosen by looking at it.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
GOAL, PUBLISHED = 1.70, 1.88
STEPS, BATCH, CONTEXT = 2000, 12, 64
MODERN = dict(positions="rotary", norm="rms", feed_forward="swiglu", bias=False)


def recipe(args):
    """(parts of the model, function that makes the optimizer from a model)."""
    from course_utils.train.adamw import adamw
    from course_utils.train.muon import muon
    from course_utils.train.schedules import WarmupCosine

    if args.plain:
        curve = WarmupCosine(1e-3, STEPS, warmup=100, floor=1e-4)
        return {}, lambda model: adamw(model, curve, weight_decay=0.1, beta_2=0.99, clip=1.0)
    curve = WarmupCosine(args.peak, STEPS, warmup=100)

    def optimizer(model):
        if args.optimizer == "adamw":
            return adamw(model, curve, weight_decay=args.decay, beta_2=0.99, clip=1.0)
        return muon(model, curve, weight_decay=args.decay, beta_2=0.99, clip=1.0)

    return MODERN, optimizer


def data():
    """(train ids, valid ids, vocabulary)."""
    import numpy as np

    from course_utils.data.python_docs import load_python_docs
    from course_utils.text.characters import CharacterTokenizer

    corpus = load_python_docs()
    tokenizer = CharacterTokenizer.train(corpus.text, special=())
    train, valid = (np.array(tokenizer.encode(text), "int32") for text in corpus.split(0.1))
    return train, valid, tokenizer.size


def batches(ids, seed):
    """Yield (x, y), each (12, 64): windows at random places."""
    import numpy as np

    from course_utils.text.windows import next_token_windows, random_starts

    rng = np.random.default_rng(seed)
    for _ in range(STEPS):
        yield next_token_windows(ids, CONTEXT, random_starts(len(ids), CONTEXT, BATCH, rng))


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plain", action="store_true", help="train as the recipe does")
    parser.add_argument("--optimizer", choices=["muon", "adamw"], default="muon")
    parser.add_argument("--peak", type=float, default=5e-3, help="of the learning rate")
    parser.add_argument("--decay", type=float, default=0.1, help="of the matrices")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write what was measured")
    args = parser.parse_args(argv)
    os.environ["COURSE_FULL"] = "1"
    from course_utils.runtime import setup

    setup(seed=args.seed)
    import numpy as np

    from course_utils.models.gpt import GPT, GPTConfig
    from course_utils.text.windows import next_token_windows
    from course_utils.train.language_model import LanguageModelTrainer

    train, valid, vocabulary = data()
    parts, optimizer = recipe(args)
    model = GPT(
        GPTConfig(
            vocabulary=vocabulary, context=CONTEXT, width=128, layers=4, heads=4, tie=True, **parts
        )
    )
    trainer = LanguageModelTrainer(model, optimizer(model))
    begin, losses = time.perf_counter(), []
    for loss in trainer.run(batches(train, args.seed)):
        losses.append(loss)
        if len(losses) % 250 == 0:
            seconds = time.perf_counter() - begin
            print(f"step {len(losses):5}  loss {np.mean(losses[-100:]):.3f}  {seconds:5.0f} s")
            sys.stdout.flush()
    seconds = time.perf_counter() - begin
    starts = np.arange(0, len(valid) - CONTEXT, CONTEXT)
    found = trainer.evaluate(*next_token_windows(valid, CONTEXT, starts))
    print(
        f"{model.count_params():,} parameters, {seconds:.0f} s: {found:.3f} nats per character "
        f"(published {PUBLISHED}, goal {GOAL}: {'reached' if found <= GOAL else 'not reached'})"
    )
    if args.json:
        options = {key: value for key, value in vars(args).items() if key != "json"}
        result = {"loss": found, "seconds": seconds, "losses": losses, **options}
        args.json.write_text(json.dumps(result, default=str) + "\n", "utf-8")
    return 0 if args.plain or found <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
