"""What is asked of a lesson's code: short cells, self-contained exercises, real checks."""

import ast
import builtins
from itertools import groupby

from course_utils.authoring.exercise import regions, solution, stub

MAX_LINES = 25
MAX_CODE_CELLS_IN_A_ROW = 4
MIN_EXERCISES = 4
FRAMEWORKS = {"tensorflow", "keras"}
FORBIDDEN_IMPORTS = {
    "matplotlib": "draw with a function of course_utils.plots",
    "seaborn": "draw with a function of course_utils.plots",
}


def judge(lesson, checks):
    """Yield (slug, problem) for the code of `lesson`; `checks` is the path of its check file."""
    code = [cell for cell in lesson.cells if cell.kind == "code" and not cell.is_show]
    yield from _lengths(lesson, code)
    for cell in code:
        yield from _imports(cell)
    yield from _exercises(lesson, code)
    yield from _checks(lesson, checks)


def _lengths(lesson, code):
    for cell in code:
        text = solution(cell.text) if cell.is_exercise else cell.text
        lines = text.count("\n") + 1
        if lines > MAX_LINES:
            yield cell.slug, f"{lines} lines, at most {MAX_LINES}"
    shown = [cell for cell in lesson.cells if "solution" not in cell.tags]
    for is_code, run in groupby(shown, lambda cell: cell.kind == "code" and not cell.is_show):
        run = list(run)
        if is_code and len(run) > MAX_CODE_CELLS_IN_A_ROW:
            yield (
                run[MAX_CODE_CELLS_IN_A_ROW].slug,
                f"{len(run)} code cells in a row, at most {MAX_CODE_CELLS_IN_A_ROW}",
            )


def _imports(cell):
    tree = ast.parse(cell.text)
    for module in _imported(tree):
        if module in FORBIDDEN_IMPORTS:
            yield cell.slug, f"imports {module}: {FORBIDDEN_IMPORTS[module]}"
        if cell.slug == "setup" and module in FRAMEWORKS:
            yield cell.slug, f"imports {module}: import it in the cell that first needs it"
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("exec", "eval")
        ):
            yield cell.slug, f"calls {node.func.id}"


def _imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def _exercises(lesson, code):
    exercises = list(lesson.exercises())
    if len(exercises) < MIN_EXERCISES:
        yield "lesson", f"{len(exercises)} exercises, at least {MIN_EXERCISES}"
    clinics = [parts for parts in exercises if "bug clinic" in parts[0].text.split("\n")[0].lower()]
    if not clinics:
        yield "lesson", "no exercise is a bug clinic (its heading says so)"
    for _, exercise, _, _ in clinics:
        if not any(region.stub for region in regions(exercise.text)):
            yield exercise.slug, "a bug clinic without broken code after # stub"
    for _, exercise, check, _ in exercises:
        yield from _own_names(lesson, exercise)
        yield from _later_use(exercise, check, code)


def _own_names(lesson, exercise):
    """An exercise must run in the solutions notebook: setup and shared cells only."""
    known = set(dir(builtins))
    for cell in lesson.cells:
        if cell.slug == exercise.slug:
            break
        if cell.slug == "setup" or "shared" in cell.tags:
            known |= _bound(ast.parse(cell.text))
    for text in (solution(exercise.text), stub(exercise.text)):
        tree = ast.parse(text)
        for name in sorted(_loaded(tree) - _bound(tree) - known):
            yield exercise.slug, f"uses {name}, which neither setup nor a shared cell defines"
            known.add(name)


def _later_use(exercise, check, code):
    names = {node.name for node in ast.parse(exercise.text).body}
    after = code[code.index(exercise) + 1 :]
    for cell in after:
        if cell.slug == check.slug:
            continue
        tree = ast.parse(cell.text)
        names -= _bound(tree)
        for name in sorted(names & _loaded(tree)):
            yield cell.slug, f"uses {name}, which exercise {exercise.slug} asks the reader to write"


def _bound(tree):
    """Names that code defines anywhere: assignments, imports, definitions, parameters."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
    return names


def _loaded(tree):
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _checks(lesson, path):
    module = f"nb{lesson.number:02}"
    defined = defined_checks(path.read_text("utf-8")) if path.is_file() else []
    if not path.is_file():
        yield "lesson", f"there is no file of checks, course_utils/checks/{module}.py"
    used = set()
    for _, exercise, check, _ in lesson.exercises():
        calls = [
            node.func.attr
            for node in ast.walk(ast.parse(check.text))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == module
        ]
        if len(calls) != 1 or not _ends_with_call(check.text):
            yield check.slug, f"is not one call {module}.check({exercise.slug.replace('-', '_')})"
        for name in calls:
            if name not in defined and path.is_file():
                yield check.slug, f"{module}.{name} does not exist"
            if name in used:
                yield check.slug, f"{module}.{name} already checks another exercise"
            used.add(name)
    for name in defined:
        if name not in used:
            yield "lesson", f"{module}.{name} checks nothing in this lesson"


def _ends_with_call(text):
    body = ast.parse(text).body
    return bool(body) and isinstance(body[-1], ast.Expr) and isinstance(body[-1].value, ast.Call)


def defined_checks(text):
    """Names of the functions decorated with `@exercise(...)` in the text of a check file."""
    return [
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "exercise"
            for decorator in node.decorator_list
        )
    ]
