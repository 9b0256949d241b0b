"""`run`: lessons from top to bottom, unattended, with a table of what they cost."""

import json
import platform
import sys
from pathlib import Path

from course_utils.bootstrap.checkout import find_checkout, lessons
from course_utils.commands.kernel import execute
from course_utils.errors import CourseError

HEAD = f"{'lesson':24}{'seconds':>9}{'peak MB':>9}  result"


def run(numbers=(), table=None, solutions=False):
    """Execute lessons, print the table, write it as JSON; return 1 if one failed, else 0.

    Args:
        numbers: lesson numbers, all if empty.
        table: file for it, default `.cache/run.json` in the checkout.
        solutions: run the solutions notebooks.

    Raises:
        CourseError: a notebook is not built, or the file cannot be written.
    """
    root = find_checkout()
    target = Path(table) if table else root / ".cache" / "run.json"
    check_writable(target)
    paths = notebooks(root, numbers, solutions)
    print(HEAD, flush=True)
    outcomes = []
    for path in paths:
        outcome = execute(path, progress=sys.stderr.isatty())
        outcomes.append(outcome)
        cost = f"{outcome.seconds:9.1f}{outcome.peak_mb:9,}"
        print(f"{outcome.lesson:24}{cost}  {outcome.result}", flush=True)
        write(target, outcomes)
    failed = sum(not outcome.ok for outcome in outcomes)
    seconds = sum(outcome.seconds for outcome in outcomes)
    count = f"{len(outcomes)} lesson{'s' if len(outcomes) != 1 else ''}"
    print(f"{count}, {failed} failed, {seconds:.0f} s; written to {target}")
    return int(failed > 0)


def notebooks(root, numbers, solutions=False):
    """Return the paths of the notebooks asked for, in the order of `numbers` (all if empty)."""
    folder = root / "notebooks" / ("solutions" if solutions else "")
    known = lessons(root)
    paths = [folder / f"{known[number]}.ipynb" for number in numbers or known]
    for path in paths:
        if not path.is_file():
            raise CourseError(
                f"{path.relative_to(root)} has not been built yet.", "python -m course_utils build"
            )
    return paths


def check_writable(path):
    """Raise CourseError if `path` cannot be written: better now than after the lessons ran."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "a", encoding="utf-8"):
            pass
    except OSError as error:
        raise CourseError(
            f"cannot write {path} ({error.strerror}).", "name another file with --json FILE."
        ) from None


def write(path, outcomes):
    """Write the table as JSON: what was run with, and one object per lesson."""
    table = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "lessons": [
            {
                "lesson": outcome.lesson,
                "seconds": outcome.seconds,
                "peak_mb": outcome.peak_mb,
                "result": "ok" if outcome.ok else "failed",
                "cell": outcome.cell,
                "error": outcome.error,
            }
            for outcome in outcomes
        ],
    }
    path.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
