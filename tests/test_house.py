"""The rules of the house: what may import what, what a file may hold, where a thing is said.

Everything is read from the source text with `ast`; only the cost of `import course_utils` is
measured.
"""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from course_utils.authoring.source import split_cells

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "course_utils"
FILES = sorted(p for p in PACKAGE.rglob("*.py") if "_data" not in p.parts)
SOURCES = sorted((ROOT / "notebooks" / "src").glob("*.py"))

# From the ground up. A unit imports from lower floors only, never from its own.
FLOORS = [
    ["errors"],
    ["runtime", "bootstrap", "whole_file"],
    ["autograd", "scratch", "text", "data", "metrics", "plots"],
    ["models", "train", "deploy"],
    ["checks"],
    ["authoring"],
    ["classroom"],
    ["commands"],
    ["__main__"],
]
FLOOR_OF = {unit: number for number, units in enumerate(FLOORS) for unit in units}

FRAMEWORKS = {"tensorflow", "keras", "torch", "jax"}
# Who may import them: everything from `models` up, and the hook that makes them quiet.
MEETS_FRAMEWORKS = {"runtime", "models", "train", "deploy", "checks", "classroom", "commands"}
STANDARD_ONLY = {"errors", "bootstrap"}

LONG = 300
LONG_FOR_A_REASON = {
    "checks/nb[0-9][0-9].py": "one file per lesson; its checks are read one by one",
}
DEFINITION = ast.FunctionDef | ast.ClassDef


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def unit_of(path):
    """The part of the package a file belongs to: "scratch", "errors", ..., "" for the root."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "" if parts == ("__init__",) else parts[0]


@cache
def tree_of(path):
    return ast.parse(path.read_text("utf-8"))


@cache
def imported(path):
    """Full names of the modules that a file imports, wherever in the file."""
    names = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names += [f"{module}.{alias.name}" for alias in node.names]
    return names


def no(problems):
    """Assert that there is no problem; otherwise list them all."""
    problems = [f"{name_of(path)}: {says}" for path, says in problems]
    assert not problems, "\n" + "\n".join(problems)


def test_every_part_of_the_package_has_a_floor():
    no((p, "give it a floor in FLOORS") for p in FILES if unit_of(p) not in {"", *FLOOR_OF})


def test_imports_go_down_only():
    def upward():
        for path in FILES:
            unit = unit_of(path)
            for module in imported(path):
                if module.startswith("."):
                    yield path, f"relative import {module}"
                elif module.startswith("course_utils."):
                    other = module.split(".")[1]
                    if other not in ("__version__", unit) and not (
                        unit and FLOOR_OF[other] < FLOOR_OF[unit]
                    ):
                        yield path, f"must not import {module}"

    no(upward())


def test_frameworks_and_matplotlib_stay_where_they_belong():
    def astray():
        for path in FILES:
            for module in imported(path):
                top = module.split(".")[0]
                if top in FRAMEWORKS and unit_of(path) not in MEETS_FRAMEWORKS:
                    yield path, f"must not import {top}"
                if top == "matplotlib" and unit_of(path) != "plots":
                    yield path, "imports matplotlib, but only plots/ draws"
                if "pyplot" in module:
                    yield path, "imports pyplot, which keeps global state; use Figure"

    no(astray())


def test_what_runs_before_the_installation_needs_the_standard_library_only():
    no(
        (path, f"imports {module}")
        for path in FILES
        if unit_of(path) in STANDARD_ONLY
        for module in imported(path)
        if module.split(".")[0] not in {"course_utils", *sys.stdlib_module_names}
    )


def test_importing_the_package_is_cheap_and_brings_no_framework():
    code = (
        "import sys, time; begin = time.process_time(); import course_utils;"
        "print(time.process_time() - begin,"
        " *{name.split('.')[0] for name in sys.modules})"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(5)
    ]
    assert not set(runs[0]) & (FRAMEWORKS | {"numpy", "pandas", "matplotlib", "IPython"})
    assert min(float(run[0]) for run in runs) < 0.1


def test_an_init_file_holds_a_docstring_and_at_most_a_list():
    def overfull():
        for path in (path for path in FILES if path.name == "__init__.py"):
            for node in tree_of(path).body[1:]:
                if not isinstance(node, ast.Assign | ast.Import | ast.ImportFrom):
                    yield path, f"line {node.lineno} belongs into a module"
            if len(path.read_text("utf-8").splitlines()) > 30:
                yield path, "longer than 30 lines"

    no(overfull())


def test_every_module_says_what_it_is():
    no((path, "has no docstring") for path in FILES if not ast.get_docstring(tree_of(path)))


def test_files_are_short():
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in FILES}
    no(
        (path, f"{lines} lines: split it, or give the reason in LONG_FOR_A_REASON")
        for path, lines in lengths.items()
        if lines > LONG and not any(path.match(pattern) for pattern in LONG_FOR_A_REASON)
    )
    assert median(lengths.values()) < 150


def test_names_say_what_and_never_which_lesson():
    number = re.compile(r"(?:^|_)(?:nb|lesson|chapter|notebook)_?\d|^\d", re.IGNORECASE)

    def numbered():
        for path in FILES:
            names = [path.stem] if unit_of(path) != "checks" else []
            names += [n.name for n in ast.walk(tree_of(path)) if isinstance(n, DEFINITION)]
            yield from ((path, name) for name in names if number.search(name))

    no(numbered())


def forms(tree):
    """Yield (normal form, name) of each function and class of three statements or more.

    Two definitions have one normal form if they differ only in their own name, in docstrings,
    annotations, comments and layout.
    """
    for node in ast.walk(tree):
        if isinstance(node, DEFINITION) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
    for node in ast.walk(tree):
        if (
            isinstance(node, DEFINITION)
            and sum(isinstance(n, ast.stmt) for n in ast.walk(node)) > 3
        ):
            head = ast.dump(node.args) if isinstance(node, ast.FunctionDef) else "class"
            yield (head, *map(ast.dump, node.body)), node.name


def test_no_definition_stands_twice():
    """Neither in the package nor in the lessons nor once in each."""
    pieces = [(name_of(path), path.read_text("utf-8")) for path in FILES]
    for path in SOURCES:
        for cell in split_cells(path.read_text("utf-8"), path.name):
            if cell.kind == "code":
                pieces.append((f"{name_of(path)}:{cell.slug}", cell.text))
    places = {}
    for where, text in pieces:
        for form, name in forms(ast.parse(text)):
            places.setdefault(form, []).append(f"{where}:{name}")
    twice = [" = ".join(found) for found in places.values() if len(found) > 1]
    assert not twice, "\n" + "\n".join(twice)


def test_the_search_for_copies_sees_through_names_and_docstrings():
    one = "def f(x: int):\n    'Say.'\n    a = x\n    b = a\n    return b\n"
    two = "def g(x):  # other\n    a = x\n    b = (a)\n    return b\n"
    three = "def g(y):\n    a = y\n    b = a\n    return b\n"
    found = [next(forms(ast.parse(text)))[0] for text in (one, two, three)]
    assert found[0] == found[1] != found[2]


def texts():
    """Yield (path, text) of every file of the project that is text."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in sorted(set(listed.stdout.splitlines())):
        path = ROOT / name
        if path.suffix in {".gz", ".npz", ".png", ".ipynb", ".ico", ".whl", ".csv"}:
            continue
        if path.is_file():
            yield path, path.read_text("utf-8")


def test_no_file_speaks_of_one_persons_machine():
    person = re.compile(r"(?<![\w/.:~-])/(?:home|Users|root|work|mnt|tmp)/\w+")
    looks_for_them = ROOT / "tests/authoring/test_rules_stored.py"
    no(
        (path, match[0])
        for path, text in texts()
        if path != looks_for_them
        for match in person.finditer(text)
    )


def test_documents_that_are_mentioned_exist():
    document = re.compile(r"(?<![\w/{}.*-])(?:[\w.-]+/)*([\w-]+\.md)\b")
    written = {"NAME.md", "card.md"}  # a place-holder, and what `pretrain` writes beside a model
    known = {path.name for path, _ in texts() if path.suffix == ".md"} | written
    no(
        (path, match[0])
        for path, text in texts()
        if "tests" not in path.relative_to(ROOT).parts  # tests make up their own
        for match in document.finditer(re.sub(r"https?://\S+", "", text))
        if match[1] not in known
    )


def test_links_do_not_leave_the_project():
    upward = re.compile(r"(?<![\w/.])((?:\.\./)+)")
    no(
        (path, f"{match[0]} leads out of the project")
        for path, text in texts()
        for match in upward.finditer(text)
        if match[0].count("/") >= len(path.relative_to(ROOT).parts)
    )
