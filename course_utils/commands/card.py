"""The card of a pretrained model: what it learned from, how, and how good it is, in one page."""

from pathlib import Path

from course_utils.errors import CourseError
from course_utils.train import snapshot
from course_utils.whole_file import write_whole

FILE = "card.md"


def write_card(folder, about):
    """Write `card.md`. `about` is what `commands.pretrain_work.export` returns, judged.

    Raises:
        CourseError: it cannot be written.
    """
    path = Path(folder) / FILE
    try:
        write_whole(path, lambda file: file.write(card(about).encode()))
    except OSError as error:
        raise CourseError(
            f"cannot write {path} ({error.strerror or error}).", snapshot.ELSEWHERE
        ) from None


def card(about):
    """The text of the card, Markdown."""
    rows = {
        "command": f"`{about['command']} --out DIR`",
        "learned from": f"`{about['corpus']}`, SHA-256 `{about['corpus_sha256']}`",
        "steps": f"{about['steps']:,}",
        "tokens": f"{about['tokens']:,}",
        "seconds": f"{about['seconds']:,} on {about['cores']} cores",
        "bits per character on text not learned from": f"{about['bits_per_character']:.4f}",
    }
    if "floor" in about:
        rows["floor: the entropy of the stories, bits per character"] = f"{about['floor']:.4f}"
        rows["ratio of the two"] = f"{about['ratio']:.4f}"
    if "ratio_on_the_same_stories" in about:
        rows["ratio to the grammar's own bits on the same stories"] = (
            f"{about['ratio_on_the_same_stories']:.4f} ({about['judged_on']:,} stories)"
        )
    if "valid" in about:
        low, high = about["valid_interval"]
        rows["valid stories"] = (
            f"{about['valid']:,} of {about['sampled']:,} at temperature "
            f"{about['sampled_at']:g}; 95 % interval {low:.4f} to {high:.4f}"
        )
    if about.get("broken"):
        rows["rules that the others break"] = ", ".join(
            f"{rule} {count}" for rule, count in about["broken"].items()
        )
    rows["versions"] = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    lines = ["# A small GPT", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in rows.items()]
    return "\n".join(lines) + "\n"
