"""The command line, `python -m course_utils COMMAND`: parses and calls, nothing else.

Exit status: 0 done, 1 something is wrong, 2 the command line itself was not understood.

An old Python reads this file before it can say that it is too old. So the file keeps to a
syntax that Python 2.7 accepts (no f-strings), and everything else is imported when used.
"""

import sys

from course_utils.bootstrap import python_version

ABOUT = """Commands of the course "Build Your First Large Model".

to learn:   lab, pretrain, generate, fetch, doctor
to verify:  test, run
to write:   build, status, pull, new
to teach:   classroom"""

# What a command stands on, besides Python itself.
NOTHING, PACKAGES, CHECKOUT = "nothing", "packages", "packages and a clone of the course"

# name: (what it needs, function that does it, one line, examples)
COMMANDS = {
    "lab": (
        CHECKOUT,
        "course_utils.commands.lab:lab",
        "open the lessons in JupyterLab; sets everything up the first time",
        ["lab", "lab 02", "lab --no-browser --port 9000"],
    ),
    "test": (
        CHECKOUT,
        "course_utils.commands.suite:test",
        "verify everything: package, sources, every lesson and solution",
        ["test", "test -x tests/scratch", "test -k softmax"],
    ),
    "run": (
        CHECKOUT,
        "course_utils.commands.run:run",
        "execute lessons unattended; print seconds, peak memory and result",
        ["run", "run 00 03", "run --solutions --json results.json"],
    ),
    "build": (
        CHECKOUT,
        "course_utils.authoring.commands:build",
        "write the notebooks from notebooks/src",
        ["build", "build 03", "build 03 --run"],
    ),
    "status": (
        CHECKOUT,
        "course_utils.authoring.commands:status",
        "list notebooks that are not what their source builds",
        ["status"],
    ),
    "pull": (
        CHECKOUT,
        "course_utils.authoring.commands:pull",
        "take edits made in Jupyter back into the lesson's source",
        ["pull 03"],
    ),
    "new": (
        CHECKOUT,
        "course_utils.authoring.commands:new",
        "start a lesson: its source, its checks and their test",
        ["new 04 deep_networks"],
    ),
    "pretrain": (
        PACKAGES,
        "course_utils.commands.pretrain:pretrain",
        "train a small GPT from nothing; on made stories or on your text",
        [
            "pretrain --out my-gpt --minutes 10",
            "pretrain --corpus my-text.txt --size tiny --out my-gpt",
            "pretrain --out my-gpt --resume",
        ],
    ),
    "generate": (
        PACKAGES,
        "course_utils.commands.generate:generate",
        "let a pretrained GPT write",
        [
            "generate",
            "generate --prompt Amina --temperature 0.7",
            "generate --model my-gpt --prompt Once",
        ],
    ),
    "fetch": (
        PACKAGES,
        "course_utils.commands.fetch:fetch_all",
        "download full data sets; the lessons work without",
        ["fetch --list", "fetch digits", "fetch digits --force"],
    ),
    "classroom": (
        CHECKOUT,
        "course_utils.commands.classroom:classroom",
        "assign lessons, collect notebooks, grade them, report",
        ["classroom init autumn", "classroom assign 03 --in autumn", "classroom assign --help"],
    ),
    "doctor": (
        NOTHING,
        "course_utils.commands.doctor:doctor",
        "say what this machine has and lacks, in plain words",
        ["doctor"],
    ),
}


def build_parser():
    """Return the argparse parser for all commands."""
    import argparse

    from course_utils import __version__

    def describe(parser, examples):
        lines = ["  python -m course_utils " + example for example in examples]
        parser.epilog = "\n".join(["examples:"] + lines)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter

    top = argparse.ArgumentParser(prog="python -m course_utils", description=ABOUT)
    describe(top, ["lab", "test", "run --help"])
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    parsers = {}
    for name, (needs, _, line, examples) in COMMANDS.items():
        about = line[:1].upper() + line[1:] + "."
        parsers[name] = commands.add_parser(name, help=line, description=about)
        describe(parsers[name], examples)
        if needs != NOTHING:
            text = "use this Python as it is, without the clone's .venv"
            parsers[name].add_argument("--here", action="store_true", help=text)
    add_options(parsers)
    return top


def add_options(parsers):
    """Give every command its own options; their names are the functions' parameters."""
    from course_utils.bootstrap.checkout import lesson_number

    lesson = {"metavar": "NN", "type": lesson_number}

    add = parsers["lab"].add_argument
    add("number", nargs="?", default="00", help="lesson to open, default 00", **lesson)
    add("--port", type=int, metavar="N", help="port of the server, default a free one")
    add("--no-browser", action="store_true", help="print the address, open nothing")

    text = "handed on to pytest: paths, -k WORDS, -x, ..."
    parsers["test"].add_argument("extra", nargs="*", metavar="PYTEST", help=text)

    add = parsers["run"].add_argument
    add("numbers", nargs="*", help="lessons to run, default all", **lesson)
    text = "where the table is written too, default .cache/run.json"
    add("--json", dest="table", metavar="FILE", help=text)
    add("--solutions", action="store_true", help="run the solutions notebooks instead")

    add = parsers["build"].add_argument
    add("numbers", nargs="*", help="lessons to build, default all", **lesson)
    add("--run", action="store_true", help="execute them and store the outputs")
    add("--force", action="store_true", help="overwrite edits made in the notebook")

    parsers["pull"].add_argument("number", help="lesson to take back", **lesson)

    add = parsers["new"].add_argument
    add("number", type=int, metavar="NN", help="the new lesson's number")
    add("name", help="lower-case words, like deep_networks")

    add = parsers["pretrain"].add_argument
    text = "stories (made, endless), python_docs, or a text file; default stories"
    add("--corpus", metavar="WHAT", help=text)
    add("--size", metavar="SIZE", help="tiny (the default) or small")
    add("--minutes", type=float, metavar="M", help="about how long to train, default 10")
    add("--steps", type=int, metavar="N", help="exactly how many steps, instead of minutes")
    add("--out", required=True, metavar="DIR", help="folder for the model, made if need be")
    add("--resume", action="store_true", help="go on with the training in DIR")
    text = "another number gives another model, default 1"
    add("--seed", type=int, metavar="N", help=text)
    add("--heads", type=int, metavar="H", help="attention heads, instead of those of the size")
    add("--batch", type=int, metavar="B", help="rows a step, default 16")
    add("--peak", type=float, metavar="RATE", help="highest learning rate, default 0.003")

    add = parsers["generate"].add_argument
    text = "folder of a pretrained model; default the one that comes with the course"
    add("--model", default="stories", metavar="DIR", help=text)
    add("--prompt", default="", metavar="TEXT", help="how the text begins")
    text = "below 1 careful, above 1 bold, default 0.8"
    add("--temperature", type=float, metavar="T", help=text)
    text = "choose among the K most likely tokens only"
    add("--top-k", type=int, metavar="K", help=text)
    text = "choose among the likeliest tokens that make up the share P"
    add("--top-p", type=float, metavar="P", help=text)
    add("--greedy", action="store_true", help="always the most likely token")
    add("--tokens", type=int, default=200, metavar="N", help="at most so many, default 200")
    text = "the same number gives the same text, default a new one each time"
    add("--seed", type=int, metavar="N", help=text)

    add = parsers["fetch"].add_argument
    add("names", nargs="*", metavar="NAME", type=data_set, help="data sets to download")
    add("--force", action="store_true", help="download again even if the file is here")
    text = "list what there is, download nothing"
    add("--list", dest="listing", action="store_true", help=text)

    from course_utils.commands.classroom_options import add_actions

    add_actions(parsers["classroom"], lesson)


def data_set(name):
    """Return `name` if the catalogue has it; else UsageError, before anything is installed."""
    from course_utils.data.catalogue import lookup

    return lookup(name).name


def parse(argv):
    """Return the options as a dict. What follows `test` is pytest's, in its own order."""
    if argv[:1] != ["test"] or {"-h", "--help"} & set(argv):
        return vars(build_parser().parse_args(argv))
    options = vars(build_parser().parse_args(["test"]))
    options["here"] = "--here" in argv
    options["extra"] = [word for word in argv[1:] if word != "--here"]
    return options


def call(argv):
    """Parse one command, run it where its packages are, return its exit status."""
    import importlib

    options = parse(argv)
    needs, target, _, _ = COMMANDS[options.pop("command")]
    if needs != NOTHING:
        make_ready(argv, needs, options.pop("here"))
    module, function = target.split(":")
    return getattr(importlib.import_module(module), function)(**options)


def make_ready(argv, needs, here):
    """See to it that the packages are there. May run `argv` in `.venv` and not return."""
    from course_utils.bootstrap import checkout, environment

    if needs == CHECKOUT or checkout.is_checkout():
        environment.prepare(checkout.find_checkout(), argv, here=here)


def main(argv=None):
    """Run one command and return its exit status; expected problems become one message."""
    argv = sys.argv[1:] if argv is None else argv
    if sys.version_info[:2] < python_version.OLDEST:
        sys.stderr.write("%s\n  Try: %s\n" % python_version.problem())
        return 1
    from course_utils.errors import CourseError, UsageError

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that lacks a letter must not stop us
            stream.reconfigure(errors="replace")
    try:
        if not argv:
            build_parser().print_help(sys.stderr)
            return 2
        return call(argv)
    except CourseError as error:
        sys.stdout.flush()
        sys.stderr.write(str(error) + "\n")
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
