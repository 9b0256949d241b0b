"""Is a pretraining that is killed and resumed bit-equal to one that is not? With real kills.

    python benchmarks/kill_and_resume.py [--kills 20] [--steps 400] [--seed 1]

One training of `--steps` steps is left alone. Another one, with the same options, is killed
(SIGKILL: no handler runs) at random moments and resumed each time. It saves after every few
steps, so that many kills fall into the writing. At the end all weights, the optimizer's
memory and the random states are compared bit by bit, and so are the exported models.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

# The command with a checkpoint five times a second instead of once a minute.
EAGER = """
import sys
from course_utils.runtime import setup
setup(seed=1)
from course_utils.train import pretrain
pretrain.SAVE_SECONDS = 0.2
from course_utils.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        whole, cut = Path(folder) / "whole", Path(folder) / "cut"
        seconds = finish(start(whole, options.steps))
        print(f"undisturbed: {options.steps} steps in {seconds:.0f} s, the start included")
        kills = 0
        while kills < options.kills:
            if not is_begun(cut):
                shutil.rmtree(cut, ignore_errors=True)
            process = start(cut, options.steps)
            # most of a process's life is its start: let the moments be spread over the rest too
            wait_for_begin(process, cut)
            time.sleep(rng.uniform(0, 1.2 * seconds / options.kills))
            if process.poll() is not None:
                print("finished before all kills; more --steps allow more of them")
                break
            process.kill()
            process.wait()
            kills += 1
            print(f"kill {kills}: {what_lies_there(cut)}")
        finish(start(cut, options.steps))
        compare(whole, cut)


def start(out, steps):
    """Begin the training, or go on with it."""
    words = ["pretrain", "--here", "--out", str(out)]
    words += ["--resume"] if is_begun(out) else ["--size", "tiny", "--steps", str(steps)]
    return subprocess.Popen(
        [sys.executable, "-c", EAGER, *words],
        cwd=ROOT,
        env=os.environ | {"COURSE_HERE": "1"},
        stdout=subprocess.DEVNULL,
    )


def is_begun(out):
    return (out / "training" / "plan.json").is_file()


def wait_for_begin(process, out):
    """Wait until a new checkpoint appears, or the process ends."""
    before = newest(out)
    while newest(out) == before and process.poll() is None:
        time.sleep(0.02)


def newest(out):
    return max((path.name for path in out.glob("training/step-*.json")), default=None)


def finish(process):
    begin = time.monotonic()
    if process.wait() != 0:
        raise SystemExit(f"the training ended with status {process.returncode}")
    return time.monotonic() - begin


def what_lies_there(out):
    rests = [path.name for path in out.rglob("*.part")]
    return (
        f"{newest(out) or 'no checkpoint'}{', half-written: ' + ', '.join(rests) if rests else ''}"
    )


def compare(whole, cut):
    """Print what differs; exit status 1 if anything does."""
    import numpy as np

    different = 0
    for pattern in ("training/step-*.npz", "weights-*.npz"):
        pair = [np.load(next(folder.glob(pattern))) for folder in (whole, cut)]
        names = sorted(set(pair[0].files) | set(pair[1].files))
        wrong = [
            name
            for name in names
            if any(name not in one.files for one in pair)
            or pair[0][name].tobytes() != pair[1][name].tobytes()
        ]
        print(f"{pattern}: {len(names)} arrays, {len(wrong)} differ {wrong[:5]}")
        different += len(wrong)
    raise SystemExit(1 if different else 0)


if __name__ == "__main__":
    main()
