"""How fast does the course's GPT train and write? Against PyTorch's and KerasHub's GPT-2.

    python benchmarks/gpt.py [--quick] [--rounds 5] [--peers PYTHON] [--json FILE]

The peers are for this measurement only: pip install torch==2.13.0 transformers keras-hub. If
they live in another environment, name its Python with --peers; without them only the course's
own rows are measured. The default takes about six minutes on two cores, half of them compiling;
--quick does one configuration in three rounds.

Training: random tokens, AdamW, gradients clipped to length 1, no dropout, a vocabulary of 65.
Writing: one row, 200 tokens after a prompt of 56, the most probable token each time.

All contestants of a table run as processes of this one, prepared before the first measurement.
They work in turns, in a new order every round, and wait in between, so that a busy machine is
busy for all. Times are medians over the rounds. A ratio is the median of the rounds' ratios:
above 1 the course is faster.

The peak is a product of large matrices by NumPy, in the same turns. Its share counts the
operations that `course_utils.models.count` counts.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

SHAPES = {
    "4 layers, 4 heads, width 128, context 64, batch 12": dict(
        layers=4, heads=4, width=128, context=64, batch=12, vocabulary=65, steps=15
    ),
    "6 layers, 6 heads, width 192, context 128, batch 16": dict(
        layers=6, heads=6, width=192, context=128, batch=16, vocabulary=65, steps=4
    ),
}
WRITES = dict(layers=4, heads=4, width=128, context=256, vocabulary=65, prompt=56, new=200)
PEAK = dict(size=2000)
TRAINING = [
    "course",
    "course bfloat16",
    "transformers eager",
    "transformers compiled",
    "keras_hub",
]
WRITING = [
    "course quickly",
    "course cached",
    "course no cache",
    "transformers no cache",
    "transformers cached",
]
PAUSE = 0.3  # seconds in which the threads of the last one come to rest


class Contestant:
    """A process that works when told to. `missing` says why it cannot, if it cannot."""

    def __init__(self, name, shape, python):
        self.name, self.seconds = name, []
        self.process = subprocess.Popen(
            [python, str(HERE / "gpt_contestants.py"), name, json.dumps(shape)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if "-v" in sys.argv else subprocess.DEVNULL,
            text=True,
        )

    def wait(self):
        """Wait until it is prepared."""
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended before it was ready; -v shows what it said.")
        said = json.loads(line)
        self.missing, self.parameters = said.get("missing"), said.get("parameters")

    def work(self):
        """Do the work once and keep its seconds."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.seconds.append(json.loads(self.process.stdout.readline())["seconds"])

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def measure(names, shape, rounds, peers):
    """Dict name -> list of seconds, one for each round; and dict name -> parameters."""
    everyone = []
    for name in [*names, "peak"]:
        ours = name.startswith("course") or name == "peak"
        one = Contestant(name, PEAK if name == "peak" else shape, sys.executable if ours else peers)
        one.wait()  # one after another: compiling is work too
        if one.missing:
            print(f"  {name}: not measured ({one.missing})", flush=True)
            one.close()
        else:
            everyone.append(one)
    order = random.Random(0)
    for _ in range(rounds):
        for one in order.sample(everyone, len(everyone)):
            time.sleep(PAUSE)
            one.work()
    for one in everyone:
        one.close()
    return (
        {one.name: one.seconds for one in everyone},
        {one.name: one.parameters for one in everyone if one.parameters},
    )


def ratio(seconds, ours, theirs):
    """Median over the rounds of their seconds / our seconds."""
    pairs = zip(seconds[theirs], seconds[ours], strict=True)
    return median(other / own for other, own in pairs)


def table(seconds, parameters, ours, units, unit, scale):
    """Lines: milliseconds a unit (median, least), units a second, and the ratio to `ours`."""
    head = f"  {'':<24}{'ms a ' + unit:>14}{'least':>8}"
    yield head + f"{'tokens/s':>11}{'parameters':>12}{'ratio':>8}"
    for name, found in seconds.items():
        if name != "peak":
            each = 1000 * median(found) / units
            yield (
                f"  {name:<24}{each:>14.2f}{1000 * min(found) / units:>8.2f}"
                f"{1000 * scale / each:>11,.0f}{parameters[name]:>12,}"
                f"{ratio(seconds, ours, name):>8.2f}"
            )


def training(shape, rounds, peers):
    """Measure one configuration and print its table; return what was measured."""
    from course_utils.models.count import flops_per_token
    from course_utils.models.gpt_config import GPTConfig

    seconds, parameters = measure(TRAINING, shape, rounds, peers)
    tokens = shape["batch"] * shape["context"]
    for line in table(seconds, parameters, "course", shape["steps"], "step", tokens):
        print(line)
    config = GPTConfig(*(shape[k] for k in ("vocabulary", "context", "width", "layers", "heads")))
    work = flops_per_token(config, training=True) * tokens * shape["steps"]
    best = 2 * PEAK["size"] ** 3 / min(seconds["peak"])
    print(f"  peak of a matrix product: {best / 1e9:.0f} GFLOP/s", end="; ")
    for name in ("course", "transformers compiled"):
        if name in seconds:
            print(f"{name} uses {work / median(seconds[name]) / best:.0%} of it", end="; ")
    print(flush=True)
    return {"seconds": seconds, "parameters": parameters, "peak": best}


def writing(rounds, peers):
    """Measure writing and print its table; return what was measured."""
    seconds, parameters = measure(WRITING, WRITES, rounds, peers)
    for line in table(seconds, parameters, "course quickly", WRITES["new"], "token", 1):
        print(line)
    for name in ("course no cache", "transformers no cache"):
        if name in seconds:
            found = ratio(seconds, "course quickly", name)
            print(f"  cache against {name}: {found:.1f} times (goal: 10)", flush=True)
    return {"seconds": seconds, "parameters": parameters}


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contestant")
    parser.add_argument("--quick", action="store_true", help="one configuration, three rounds")
    parser.add_argument("--peers", default=sys.executable, help="Python that has the peers")
    parser.add_argument("--json", type=Path, help="also write what was measured")
    parser.add_argument("-v", action="store_true", help="show what the contestants' libraries say")
    args = parser.parse_args(argv)
    rounds = 3 if args.quick else args.rounds
    found = {"cores": os.cpu_count(), "rounds": rounds}
    for name, shape in list(SHAPES.items())[: 1 if args.quick else None]:
        print(f"training, {name}, {rounds} rounds", flush=True)
        found[name] = training(shape, rounds, args.peers)
    print(f"writing, batch 1, {WRITES['new']} tokens, context {WRITES['context']}", flush=True)
    found["writing"] = writing(rounds, args.peers)
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    compiled = [
        ratio(found[name]["seconds"], "course", "transformers compiled")
        for name in SHAPES
        if "transformers compiled" in found.get(name, {}).get("seconds", {})
    ]
    if compiled:
        print("training against transformers compiled:", ", ".join(f"{r:.2f}" for r in compiled))
    return 0


if __name__ == "__main__":
    sys.exit(main())
