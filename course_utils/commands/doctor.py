"""`doctor`: what this machine has and lacks, in plain words. Standard library only.

A line is "ok", "note" (works, but good to know) or "PROBLEM" (does not work), the last two
with what to do. Nothing is installed, downloaded or changed. Works also where nothing is
installed yet, since that is when it is needed.
"""

import sys
from importlib import metadata
from typing import NamedTuple

from course_utils.bootstrap import checkout, environment, install, python_version
from course_utils.commands import machine
from course_utils.commands.browser import find_browser
from course_utils.errors import CourseError

OK, NOTE, PROBLEM = "ok", "note", "PROBLEM"
MEMORY_WANTED = 4e9  # bytes: a TensorFlow kernel, JupyterLab and a browser


class Finding(NamedTuple):
    """One line of the report; `fix` is the next step, empty if there is nothing to do."""

    level: str
    text: str
    fix: str = ""


def doctor():
    """Print the report; return 1 if it holds a problem, else 0."""
    findings = list(examine())
    for level, text, fix in findings:
        print(f"{level:8}{text}")
        if fix:
            print(f"{'':8}Try: {fix}")
    problems = sum(finding.level == PROBLEM for finding in findings)
    if problems:
        print(f"\n{problems} to mend; after each, ask the doctor again.")
    else:
        print("\nNothing stands in the way. To begin: python -m course_utils lab")
    return int(problems > 0)


def examine():
    """Yield every `Finding` about this machine and this copy of the course."""
    root = checkout.PACKAGE.parent
    yield python()
    yield hardware()
    yield gpu()
    if machine.in_colab():
        yield Finding(NOTE, "this is Colab: it brings its own packages, nothing to install")
    if checkout.is_checkout():
        ready = packages(root)
        yield ready
        if ready.level != OK:
            yield place(root)
        yield notebooks(root)
    else:
        yield Finding(NOTE, f"installed as a package in {root}, without lessons")
    yield tensorflow(root)
    yield data()
    yield browser()


def python():
    """Is the running Python one of those that the course supports?"""
    wrong = python_version.problem()
    if wrong:
        return Finding(PROBLEM, *wrong)
    version = python_version.name_of(sys.version_info[:3])
    if sys.maxsize < 2**32:
        return Finding(PROBLEM, f"Python {version} is a 32-bit one", "install the 64-bit one.")
    return Finding(OK, f"Python {version} ({sys.executable})")


def hardware():
    """Cores and memory."""
    count, memory = machine.cores(), machine.memory_bytes()
    text = f"{count} processor core{'s' if count > 1 else ''}"
    if memory is None:
        return Finding(NOTE, f"{text}; how much memory there is, the system does not say")
    text += f", {memory / 1e9:.0f} GB of memory"
    if memory < MEMORY_WANTED:
        return Finding(
            NOTE, f"{text}: little", "close other programs while you work; or use Colab."
        )
    return Finding(OK, text)


def gpu():
    """A GPU is never needed; say what one that is there would do."""
    name = machine.nvidia_gpu()
    if name is None:
        return Finding(OK, "no NVIDIA GPU, and none is needed: lessons are made for processors")
    text = f"GPU found: {name}. Lessons do not need it, and the default packages do not use it"
    return Finding(NOTE, text, 'pip install "tensorflow[and-cuda]" in an environment of your own.')


def packages(root):
    """Does this Python, or the clone's .venv, have what requirements.txt asks?"""
    missing = environment.lacks(root)
    if not missing:
        return Finding(OK, f"this Python has all packages, at the right versions ({sys.prefix})")
    if install.is_current(root):
        return Finding(OK, "the clone's own environment .venv is complete and up to date")
    exists = install.venv_folder(root).is_dir()
    text = ".venv is unfinished or out of date" if exists else "the packages are not installed yet"
    return Finding(NOTE, f"{text} (the first command does it)", "python -m course_utils lab")


def place(root):
    """Could an environment be made here?"""
    try:
        install.check_machine(root)
    except CourseError as error:
        return Finding(PROBLEM, error.what, error.fix)
    return Finding(OK, f"an environment can be made here ({install.free_gb(root):.0f} GB free)")


def notebooks(root):
    """Are all lessons built?"""
    known = checkout.lessons(root).values()
    absent = [name for name in known if not (root / "notebooks" / f"{name}.ipynb").is_file()]
    if absent:
        text = f"{len(absent)} of {len(known)} lessons have no notebook: {', '.join(absent)}"
        return Finding(PROBLEM, text, "python -m course_utils build")
    return Finding(OK, f"{len(known)} lessons in {root / 'notebooks'}")


def tensorflow(root):
    """Which TensorFlow would be used, by its metadata: importing it takes seconds."""
    places = {"this Python": None}
    for folder in install.venv_folder(root).glob("[Ll]ib*/**/site-packages"):
        places[".venv"] = [str(folder)]
    for where, path in places.items():
        for name in ("tensorflow", "tensorflow-cpu"):
            found = list(metadata.distributions(name=name, **({"path": path} if path else {})))
            if found:
                return Finding(OK, f"TensorFlow {found[0].version} ({name}, in {where})")
    return Finding(NOTE, "TensorFlow is not installed yet", "python -m course_utils lab")


def data():
    """Are the embedded data there, byte for byte?"""
    from course_utils.data.catalogue import CATALOGUE, Embedded
    from course_utils.data.embedded import read_embedded

    names = [name for name, entry in CATALOGUE.items() if isinstance(entry.default, Embedded)]
    for name in names:
        try:
            read_embedded(name)
        except CourseError as error:
            return Finding(PROBLEM, error.what, error.fix)
    return Finding(OK, f"data sets {', '.join(names)} are here and intact")


def browser():
    """Can `lab` open a page?"""
    name = find_browser()
    if name:
        return Finding(OK, f"browser: {name}")
    return Finding(NOTE, "no browser here: `lab` will print an address to open elsewhere")
