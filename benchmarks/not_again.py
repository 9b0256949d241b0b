"""When does a small GPT learn what must not come again?

    python benchmarks/not_again.py [--heads 8] [--peak 1.5e-3] [--steps 1500] [--batch 16]
    python benchmarks/not_again.py --model stories

In one plot of the stories two people cook. One has "only a carrot", the other comes back with
another food: eight fit, and the first is out. Copying saves four bits each time; this rule saves
a fifth of one, and in the course's stories only one in seven asks for it.

So that trainings can be compared within minutes, a GPT of the size "small" but with half the
context learns from stories of this plot alone. Printed is the probability that it gives the
first food, divided by the mean of the other seven: 1 if it has learned nothing of the rule, 0 if
it never breaks it. With --model a trained one is asked, and nothing is trained.
"""

import argparse
import sys
import time
from itertools import count, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
CONTEXT = 128
ASKED = 48  # stories
SAID = "and came back with"


def main():
    options = read_options()
    from course_utils.data.stories import write_stories
    from course_utils.models.pretrained import load_pretrained
    from course_utils.runtime import setup
    from course_utils.text.bpe import BytePairTokenizer

    setup(seed=options.seed)
    if options.model:
        loaded = load_pretrained(options.model)
        print(f"first food / another food: {odds(loaded.model, loaded.tokenizer):.3f}")
        return
    texts = [story.text.removesuffix("\n") for story in write_stories(1500, seed=1)]
    tokenizer = BytePairTokenizer.train(texts, 1024)
    model = fresh(tokenizer, options.heads)
    print(f"{options.heads} heads, peak {options.peak}, {options.batch} rows of {CONTEXT} tokens")
    begun = time.perf_counter()
    for step in trained(model, tokenizer, options):
        if step % options.every == 0:
            seconds = time.perf_counter() - begun
            print(f"step {step:5,}: {odds(model, tokenizer):.3f}   {seconds:.0f} s", flush=True)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", help="a name or folder, as for `generate`")
    parser.add_argument("--heads", type=int, default=8)
    parser.add_argument("--peak", type=float, default=1.5e-3)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--every", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def fresh(tokenizer, heads):
    from course_utils.commands.pretraining import PARTS, spread_for_width
    from course_utils.models.gpt import GPT, SIZES, GPTConfig

    size = SIZES["small"] | dict(heads=heads, context=CONTEXT)
    model = GPT(GPTConfig(vocabulary=tokenizer.size, **PARTS, **size))
    spread_for_width(model)
    return model


def trained(model, tokenizer, options):
    """Train as `pretrain` does; yield the number of each step that is done."""
    from course_utils.commands.pretraining import RECIPE
    from course_utils.train.language_model import LanguageModelTrainer
    from course_utils.train.muon import muon
    from course_utils.train.schedules import WarmupCosine
    from course_utils.train.token_stream import DocumentStream

    curve = WarmupCosine(options.peak, options.steps, warmup=100, floor=0.1 * options.peak)
    kept = {name: RECIPE[name] for name in ("weight_decay", "beta_2", "clip")}
    trainer = LanguageModelTrainer(model, muon(model, curve, **kept))
    stream = DocumentStream(
        lambda n, seed: [story.text.removesuffix("\n") for story in cooking(n, seed)],
        tokenizer.encode,
        tokenizer.end,
        batch=options.batch,
        context=CONTEXT,
        seed=options.seed,
    )
    for step in range(options.steps):
        trainer.advance(stream.rows(step)[None])
        yield step + 1


def cooking(n, seed):
    """The first n stories of the plot in the series `seed`."""
    from course_utils.data.stories.write import write_story

    series = (write_story(seed, index) for index in count())
    return list(islice((story for story in series if story.facts["plot"] == "soup"), n))


def odds(model, tokenizer):
    """P(the first food again) / mean P(one of the seven others), over `ASKED` stories."""
    import numpy as np

    from course_utils.data.stories.world import FOODS
    from course_utils.train.held_out import surprise

    rows, counted, first = [], [], []
    for story in cooking(ASKED, seed=10**6):
        before = story.text[: story.text.index(SAID) + len(SAID)]
        begin = [tokenizer.end, *tokenizer.encode(before)]
        for food in FOODS.entries:
            row = begin + tokenizer.encode(f" {food.text}")
            rows.append(row + [tokenizer.end] * (CONTEXT + 1 - len(row)))
            counted.append(np.isin(np.arange(CONTEXT), range(len(begin) - 1, len(row) - 1)))
            first.append(food.text == story.facts["food"])
    nats = surprise(model, np.array(rows), np.array(counted)).sum(-1)
    p, first = np.exp(-nats), np.array(first)
    return p[first].mean() / p[~first].mean()


if __name__ == "__main__":
    main()
