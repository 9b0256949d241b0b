"""How fast is the byte-pair tokenizer? Training, encoding and decoding, in MB of text a second.

    python benchmarks/bpe.py [--megabytes 1] [--merges 1000] [--rounds 5] [--json FILE]

The text is not repeated: the Python language reference that every Python brings along, then the
source files of its standard library in alphabetical order, cut at so many million bytes. Every
number is the median of the rounds, each with a new tokenizer:

- train: pieces counted and merges learned;
- encode, cold: the whole text with an empty cache, so every different piece is merged once;
- encode, warm: the whole text again;
- encode, new words: every different piece once, a call each, with an empty cache: the worst case;
- decode: the ids of the whole text.

If the package `tokenizers` (Rust) is installed it does the same in turn, on one thread and with
its own byte-level cutting, as a second opinion on what is fast. It is not needed.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["RAYON_NUM_THREADS"] = os.environ["TOKENIZERS_PARALLELISM"] = "1"

GOAL_TRAIN_SECONDS = 15
GOAL_ENCODE = 1.0  # MB a second, warm


def english(size):
    """About `size` bytes of text that does not repeat itself."""
    from course_utils.data.python_docs import load_python_docs

    parts = [load_python_docs().text]
    have = len(parts[0].encode())
    for path in sorted(Path(os.__file__).parent.glob("*.py")):
        if have >= size:
            break
        parts.append(path.read_text("utf-8", errors="replace"))
        have += len(parts[-1].encode())
    return "".join(parts).encode()[:size].decode("utf-8", errors="ignore")


def timed(call):
    """(seconds, result). Seconds of this process's processor time: other programs do not count."""
    begin = time.process_time()
    result = call()
    return time.process_time() - begin, result


def course(text, merges):
    """One round of ours: ({what: seconds}, number of ids, size of the vocabulary)."""
    from course_utils.text.bpe import BytePairTokenizer
    from course_utils.text.split import split

    size = 256 + merges
    seconds = {}
    seconds["train"], tokenizer = timed(lambda: BytePairTokenizer.train(text, size, special=()))
    seconds["encode, cold"], _ = timed(lambda: tokenizer.encode(text))
    seconds["encode, warm"], ids = timed(lambda: tokenizer.encode(text))
    seconds["decode"], back = timed(lambda: tokenizer.decode(ids, errors="strict"))
    assert back == text
    fresh = BytePairTokenizer(tokenizer.merges)
    pieces = list(dict.fromkeys(split(text)))
    each, _ = timed(lambda: [fresh.encode(piece) for piece in pieces])
    # As seconds for the whole text, so that one division gives MB a second in every row.
    share = sum(len(piece.encode()) for piece in pieces) / len(text.encode())
    seconds["encode, new words"] = each / share
    return seconds, len(ids), tokenizer.size


def rust(text, merges):
    """One round of the package `tokenizers`, or None if it is not there."""
    try:
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    except ImportError:
        return None
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=256 + merges,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    seconds = {}
    seconds["train"], _ = timed(lambda: tokenizer.train_from_iterator([text], trainer))
    seconds["encode, cold"], _ = timed(lambda: tokenizer.encode(text))
    seconds["encode, warm"], encoding = timed(lambda: tokenizer.encode(text))
    seconds["decode"], back = timed(lambda: tokenizer.decode(encoding.ids))
    assert back == text
    return seconds, len(encoding.ids), tokenizer.get_vocab_size()


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=1, help="of text, 10**6 bytes each")
    parser.add_argument("--merges", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5, help="the two take turns so many times")
    parser.add_argument("--json", type=Path, help="where to write the numbers as well")
    args = parser.parse_args(argv)
    from course_utils.text.split import split

    text = english(int(args.megabytes * 1e6))
    megabytes = len(text.encode()) / 1e6
    pieces = split(text)
    print(
        f"{megabytes:.2f} MB of text, {len(pieces):,} pieces, {len(set(pieces)):,} of them "
        f"different; {args.merges:,} merges; medians of {args.rounds} rounds, processor time"
    )
    runs = {"course": [], "tokenizers": []}
    for _ in range(args.rounds):
        for name, one_round in (("course", course), ("tokenizers", rust)):
            if result := one_round(text, args.merges):
                runs[name].append(result)
    table = {}
    for name, rounds in runs.items():
        for what in rounds[0][0] if rounds else ():
            seconds = median(result[0][what] for result in rounds)
            table[f"{name}: {what}"] = {"seconds": seconds, "mb_per_second": megabytes / seconds}
            print(f"{name:<11}{what:<19}{seconds:>9.3f} s{megabytes / seconds:>9.1f} MB/s")
        if rounds:
            print(f"{name:<11}{rounds[0][1]:,} ids from a vocabulary of {rounds[0][2]:,}")
    if runs["tokenizers"]:
        for what in runs["tokenizers"][0][0]:
            ratio = table[f"tokenizers: {what}"]["seconds"] / table[f"course: {what}"]["seconds"]
            print(f"{what:<19}the course is {ratio:.2f} times as fast as tokenizers")
    if args.json:
        about = {"megabytes": megabytes, "merges": args.merges, "rounds": args.rounds}
        write(args.json, about | {"rows": table})
    train = table["course: train"]["seconds"]
    speed = table["course: encode, warm"]["mb_per_second"]
    met = train <= GOAL_TRAIN_SECONDS and speed >= GOAL_ENCODE
    print(
        f"training within {GOAL_TRAIN_SECONDS} s and {GOAL_ENCODE:g} MB/s of encoding: "
        f"{'yes' if met else 'NO'}"
    )
    return 0 if met else 1


def write(path, numbers):
    """Write JSON under a temporary name, then rename."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(numbers, indent=2) + "\n", "utf-8")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
