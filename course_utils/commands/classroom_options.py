"""The options of `classroom` and its actions. Standard library only: read before a set-up."""

import argparse

MOST_WORKERS = 256  # a typing mistake is not to start thousands of processes

# action: (one line, examples)
ACTIONS = {
    "init": (
        "make a classroom: a folder with a gradebook",
        ["init autumn", "init autumn --db postgresql+psycopg://me@localhost/autumn"],
    ),
    "roster": (
        "enter the learners from a CSV file with the columns id, first, last, email",
        ["roster class.csv --in autumn"],
    ),
    "assign": (
        "make assignments of lessons: what to hand out, what is graded",
        [
            "assign 03 --due 2027-01-31T23:59 --in autumn",
            "assign 03 05 --only in-order,sweep,folds --points sweep=3 --in autumn",
            "assign 03 --due 2027-02-07 --again --in autumn",
        ],
    ),
    "collect": (
        "take in the notebooks from a folder or a learning platform's zip file",
        ["collect downloads.zip --in autumn", "collect inbox --assignment 03 --in autumn"],
    ),
    "grade": (
        "grade what is new or changed; can be stopped and started again",
        [
            "grade --in autumn",
            "grade 03 05 --workers 4 --in autumn",
            "grade --scheduler tcp://lab-1:8786 --in autumn",
        ],
    ),
    "feedback": ("write a page for every learner", ["feedback 03 --in autumn"]),
    "report": (
        "write the tables of the class, as CSV and HTML",
        ["report --in autumn", "report 03 --in autumn"],
    ),
}


def add_actions(parser, lesson):
    """Give `parser` one sub-parser per action.

    Args:
        parser: the argparse parser of `classroom`.
        lesson: keyword arguments of an argument that is a lesson number.
    """
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    parsers = {}
    for name, (line, examples) in ACTIONS.items():
        lines = [f"  python -m course_utils classroom {example}" for example in examples]
        parsers[name] = actions.add_parser(
            name,
            help=line,
            description=f"{line[:1].upper()}{line[1:]}.",
            epilog="\n".join(["examples:", *lines]),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name != "init":
            text = "the classroom's folder, default the current one"
            parsers[name].add_argument("--in", dest="folder", default=".", metavar="DIR", help=text)

    add = parsers["init"].add_argument
    add("target", metavar="DIR", help="folder to make")
    text = "gradebook on a PostgreSQL server, default a file in DIR"
    add("--db", metavar="ADDRESS", help=text)

    parsers["roster"].add_argument("file", metavar="FILE", help="CSV file, UTF-8")

    add = parsers["assign"].add_argument
    add("numbers", nargs="+", help="lessons to assign", **lesson)
    text = "points of exercises, like sweep=3; where lessons share a slug, 03/clinic=3"
    add("--points", nargs="+", default=[], metavar="SLUG=N", help=text)
    text = "last moment, like 2027-01-31T23:59; a date alone means its end"
    add("--due", metavar="DATE", help=text)
    text = "grade these exercises only; the others stay in the notebook"
    add("--only", nargs="+", default=[], metavar="SLUG", help=text)
    text = "change an assignment although notebooks have been handed in"
    add("--again", action="store_true", help=text)

    add = parsers["collect"].add_argument
    add("path", metavar="FOLDER|ZIP", help="what the learners handed in")
    text = "the lesson they are for, if names and notebooks do not say"
    add("--assignment", metavar="NN", help=text)

    add = parsers["grade"].add_argument
    text = "how many notebooks at the same time, default 2"
    add("--workers", type=_count, default=2, metavar="N", help=text)
    text = "grade on the workers of this Dask scheduler; they need the same folder"
    add("--scheduler", metavar="ADDRESS", help=text)
    text = "run strangers' code without the jail: as you, with your files and your network"
    add("--unsafe-no-jail", dest="unsafe", action="store_true", help=text)

    for name in ("grade", "feedback", "report"):
        text = "assignments, default all"
        parsers[name].add_argument("names", nargs="*", metavar="NN", help=text)
    return parsers


def _count(text):
    """Argument type: a whole number of at least 1."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_WORKERS}")
    return int(text)
