"""How good is the shipped model of the stories? Its bits per character, and how often it is right.

    python benchmarks/stories_checkpoint.py [--model stories] [--stories 2000] [--samples 1000]
        [--temperature 0.7] [--seed 1] [--show 10] [--write]

- bits per character: on new stories, which no training has seen, next to the entropy of the
  grammar, which no model can beat, and next to what the grammar itself gives to these very
  stories, which takes most of the chance out of the comparison;
- valid: how many stories written from nothing the grammar could have told, with the interval
  of Wilson; and which rules the others break;
- what it costs to draw at a lower temperature: how many of the samples are different.

With --write the numbers go into the model's folder: model.json and card.md.
"""

import argparse
import re
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

AT_ONCE = 50  # stories written side by side


def main():
    options = read_options()
    from course_utils.runtime import setup

    setup(seed=options.seed)
    from course_utils.models.pretrained import load_pretrained

    loaded = load_pretrained(options.model)
    found = judged(loaded, options) | sampled(loaded, options)
    if options.write:
        write(loaded, options.model, found)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default="stories")
    parser.add_argument("--stories", type=int, default=2000)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--temperature", type=float, default=0.7)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10)
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def judged(loaded, options):
    """Bits per character of the model, of the grammar on the same stories, and their floor."""
    from course_utils.commands.sources import story_bits
    from course_utils.data.stories import entropy, write_stories

    stories = write_stories(options.stories, seed=10**6 + options.seed)
    texts = [story.text.removesuffix("\n") for story in stories]
    bits = story_bits(loaded.model, loaded.tokenizer, texts, loaded.model.config.context)
    characters = sum(len(text) + 1 for text in texts)
    ours = float(bits.sum()) / characters
    grammar = -sum(story.log2_probability for story in stories) / characters
    floor = entropy().bits_per_character
    print(f"{options.stories:,} new stories, {characters:,} characters")
    print(f"  model    {ours:.5f} bits per character")
    print(f"  grammar  {grammar:.5f} on the same stories: ratio {ours / grammar:.4f}")
    print(f"  floor    {floor:.5f} in the mean of all stories: ratio {ours / floor:.4f}")
    return {
        "judged_on": options.stories,
        "bits_per_character": ours,
        "floor": floor,
        "ratio": ours / floor,
        "ratio_on_the_same_stories": ours / grammar,
    }


def sampled(loaded, options):
    """Stories from nothing: how many are valid, and what is wrong with the others."""
    from course_utils.data.stories import check_story
    from course_utils.metrics.interval import wilson_interval

    begin, texts = time.perf_counter(), []
    while len(texts) < options.samples:
        texts += write_some(loaded, AT_ONCE, options.temperature, options.seed + len(texts))
    texts = texts[: options.samples]
    seconds = time.perf_counter() - begin
    verdicts = [check_story(text) for text in texts]
    valid = sum(verdict.valid for verdict in verdicts)
    low, high = wilson_interval(valid, len(texts))
    print(f"{len(texts):,} stories written at temperature {options.temperature:g}, {seconds:.0f} s")
    print(f"  valid      {valid:,} = {valid / len(texts):.2%}, interval {low:.2%} to {high:.2%}")
    print(f"  different  {len(set(texts)):,}")
    broken = dict(Counter(v.rule for v in verdicts if not v.valid).most_common())
    for rule, count in broken.items():
        print(f"  broken     {rule}: {count}")
    again = sum(names_again(text, v) for text, v in zip(texts, verdicts, strict=True))
    print(f"  {again} of them name something again that had to be another one")
    for text in texts[: options.show]:
        print(f"\n{text}")
    return {
        "valid": valid,
        "sampled": len(texts),
        "sampled_at": options.temperature,
        "valid_interval": [low, high],
        "broken": broken,
        "named_again": again,
    }


def names_again(text, verdict):
    """Whether the wrong word has stood in the story before."""
    found = re.search(r'found "([^"]+)"', verdict.message)
    return not verdict.valid and bool(found) and found[1] in text[: verdict.position]


def write_some(loaded, count, temperature, seed):
    """`count` texts of the model, each from the end token to the next end token."""
    from course_utils.models.generate import generate_quickly

    end = loaded.tokenizer.end
    rows = generate_quickly(
        loaded.model, [[end]] * count, temperature=temperature, seed=seed, stop=end
    )
    return [loaded.tokenizer.decode([i for i in row if i != end]) for row in rows]


def write(loaded, folder, found):
    """Put the numbers into the model's folder."""
    from course_utils.commands.card import write_card
    from course_utils.models.pretrained import save_pretrained

    about = loaded.about | found
    save_pretrained(folder, loaded.model, loaded.tokenizer, about)
    write_card(folder, about)
    print(f"\nwritten to {folder}")


if __name__ == "__main__":
    main()
