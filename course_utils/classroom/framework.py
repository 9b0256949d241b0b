"""Does a lesson's code load TensorFlow? Read from the source text; nothing is imported."""

import ast

FRAMEWORKS = {"tensorflow", "keras"}


def loads_framework(course, texts):
    """True if running the cells `texts` imports TensorFlow or Keras, themselves or through us.

    Args:
        course: the Course whose `course_utils` is followed.
        texts: the cells' Python; cells that are not valid Python are left out.

    What a function of the package imports when it is called is not followed, except in the
    checks: those are called.
    """
    waiting = [name for text in texts for name in _imports(text, everywhere=True)]
    seen = set()
    while waiting:
        name = waiting.pop()
        if name.split(".")[0] in FRAMEWORKS:
            return True
        if name in seen or not name.startswith("course_utils."):
            continue
        seen.add(name)
        path = course.root.joinpath(*name.split("."))
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                checks = name.startswith("course_utils.checks.")
                waiting += _imports(file.read_text("utf-8"), everywhere=checks)
    return False


def _imports(text, everywhere):
    """Full names that `text` imports; without `everywhere` not those inside functions."""
    try:
        waiting = [ast.parse(text)]
    except (SyntaxError, ValueError):
        return []
    names = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif everywhere or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += ast.iter_child_nodes(node)
    return names
