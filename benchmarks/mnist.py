"""How long does MNIST take to 99.2 %? The course's training against the plain Keras example.

    python benchmarks/mnist.py [--rounds 1] [--epochs 5] [--plain-epochs 12] [--json FILE]

Both networks are trained on the 60,000 training images and scored on the 10,000 test images after
every epoch (scoring is not counted as training; no choice is made from these scores). Each training
runs in a process of its own, in turn, so that the peak memory is its own and neither warms up the
machine for the other.

- course: lesson 06's network (`models.cnn.classic_cnn`, 32-64-128, no dropout), images
  moved by up to two pixels, a one-cycle schedule (arXiv:1708.07120), an average of the weights.
- plain: the network of the Keras example for MNIST: convolutions of 32 and 64 filters, dropout 0.5,
  Adam at its default rate, batches of 128.

MNIST is needed: `python -m course_utils fetch digits`, or COURSE_DATA_HOME with `mnist.npz` in it.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOAL = 0.992
BUDGET_SECONDS = 90


def course_model(epochs, images):
    """Lesson 06's network, compiled; and a function that gives each epoch its images."""
    import keras
    import numpy as np

    from course_utils.models.cnn import classic_cnn
    from course_utils.train.schedules import OneCycle

    batch = 128
    model = classic_cnn((28, 28, 1), 10)
    steps = epochs * -(-len(images) // batch)
    optimizer = keras.optimizers.Adam(
        OneCycle(peak=3e-3, steps=steps), use_ema=True, ema_momentum=0.99
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"], jit_compile=False)
    rng = np.random.default_rng(0)
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)))

    def moved():
        """Every image moved by -2..2 pixels down and right: (N, 28, 28, 1)."""
        out = np.empty_like(images)
        where = rng.integers(0, 25, len(images))
        for place in range(25):
            down, right = divmod(place, 5)
            chosen = where == place
            out[chosen] = padded[chosen, down : down + 28, right : right + 28]
        return out

    return model, batch, moved


def plain_model(epochs, images):
    """The Keras example's network, compiled as there; every epoch sees the images as they are."""
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model, 128, lambda: images


def train(name, epochs, seed):
    """Train one network in this process; return what happened as a dict for JSON."""
    os.environ["COURSE_FULL"] = "1"
    from course_utils.runtime import setup

    setup(seed=seed)
    import keras
    import numpy as np

    from course_utils.data.digits import load_digits

    digits = load_digits()
    images = digits.images.astype("float32")[..., None]
    labels = digits.labels.astype("int32")
    x, y, x_test, y_test = images[:60_000], labels[:60_000], images[60_000:], labels[60_000:]
    del digits, images
    model, batch, epoch_images = {"course": course_model, "plain": plain_model}[name](epochs, x)
    order = np.random.default_rng(seed)
    averaging = name == "course"
    seconds, curve = 0.0, []
    for epoch in range(1, epochs + 1):
        begin = time.perf_counter()
        mixed = order.permutation(len(x))
        model.fit(epoch_images()[mixed], y[mixed], batch_size=batch, shuffle=False, verbose=0)
        seconds += time.perf_counter() - begin
        weights = model.get_weights()
        if averaging:  # score the average, then go on from where training stood
            begin = time.perf_counter()
            model.optimizer.finalize_variable_values(model.trainable_variables)
            seconds += time.perf_counter() - begin
        accuracy = float(model.evaluate(x_test, y_test, batch_size=1000, verbose=0)[1])
        model.set_weights(weights)
        curve.append({"epoch": epoch, "seconds": round(seconds, 1), "accuracy": accuracy})
        print(f"{name:<8}{epoch:>6}{seconds:>10.1f} s{accuracy:>10.2%}", flush=True)
    return {
        "network": name,
        "seed": seed,
        "parameters": model.count_params(),
        "keras": keras.__version__,
        "peak_mb": peak_mb(),
        "curve": curve,
    }


def peak_mb():
    """The largest memory this process has held, in MB; None where the system does not say."""
    import psutil

    try:
        import resource
    except ImportError:  # Windows
        return round(psutil.Process().memory_info().peak_wset / 2**20)
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20)


def first_at(curve, goal):
    """Seconds of training after which the accuracy first reached `goal`, or None."""
    return next((row["seconds"] for row in curve if row["accuracy"] >= goal), None)


def compare(runs):
    """The lines that are printed at the end: one a network and round, and the ratio."""
    for run in runs:
        last, reached = run["curve"][-1], first_at(run["curve"], GOAL)
        when = f"{GOAL:.1%} after {reached:.0f} s" if reached else f"{GOAL:.1%} not reached"
        yield (
            f"{run['network']:<8} round {run['seed']}: {last['accuracy']:.2%} in "
            f"{last['seconds']:.0f} s of training, {when}, {run['peak_mb']} MB"
        )
    for seed in sorted({run["seed"] for run in runs}):
        ours, theirs = (
            next(run["curve"] for run in runs if (run["network"], run["seed"]) == (name, seed))
            for name in ("course", "plain")
        )
        if ours_first := first_at(ours, GOAL):
            reached = first_at(theirs, GOAL)
            ratio = (reached or theirs[-1]["seconds"]) / ours_first
            yield (
                f"round {seed}: the plain example needs {'' if reached else 'more than '}"
                f"{ratio:.1f} times as long to {GOAL:.1%}"
            )


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1, help="trainings of each network")
    parser.add_argument("--epochs", type=int, default=5, help="of the course's network")
    parser.add_argument("--plain-epochs", type=int, default=12, help="of the plain example")
    parser.add_argument("--json", type=Path, default=Path("mnist.json"), help="where to write")
    parser.add_argument("--only", choices=["course", "plain"], help="train only one of them here")
    parser.add_argument("--seed", type=int, default=1, help="with --only")
    args = parser.parse_args(argv)
    if args.only:
        epochs = args.epochs if args.only == "course" else args.plain_epochs
        result = train(args.only, epochs, args.seed)
        write(args.json, result)
        return 0
    print(f"{'network':<8}{'epoch':>6}{'training':>12}{'accuracy':>10}", flush=True)
    runs = []
    for seed in range(1, args.rounds + 1):
        for name in ("course", "plain"):
            part = args.json.with_suffix(f".{name}{seed}.json")
            command = [sys.executable, __file__, "--only", name, "--seed", str(seed)]
            command += ["--epochs", str(args.epochs), "--plain-epochs", str(args.plain_epochs)]
            paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
            env = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
            subprocess.run([*command, "--json", str(part)], check=True, env=env)
            runs.append(json.loads(part.read_text("utf-8")))
            part.unlink()
    write(args.json, {"cores": os.cpu_count(), "goal": GOAL, "runs": runs})
    print()
    for line in compare(runs):
        print(line)
    ours = [first_at(run["curve"], GOAL) for run in runs if run["network"] == "course"]
    met = all(seconds is not None and seconds <= BUDGET_SECONDS for seconds in ours)
    print(f"{GOAL:.1%} within {BUDGET_SECONDS} s of training: {'yes' if met else 'NO'}")
    return 0 if met else 1


def write(path, result):
    """Write JSON under a temporary name, then rename: a stopped run leaves no half file."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
