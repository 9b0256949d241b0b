"""`show="package.module:name"`: a definition's text, taken from its file without importing it."""

import ast
import textwrap

from course_utils.errors import SourceError


def show_cell(course, target, where):
    """Markdown with the source of `target`.

    Args:
        course: the Course whose root holds the package.
        target: "package.module:qualified.name", a function, class, method or constant.
        where: "file:line" of the cell, for messages.

    Raises:
        SourceError: there is no such module or name.
    """
    module, _, name = target.partition(":")
    path = course.root.joinpath(*module.split(".")).with_suffix(".py")
    if not name or not path.is_file():
        raise SourceError(
            f"{where}: show={target!r} names no module of this course.",
            'write show="course_utils.folder.file:name".',
        )
    text = path.read_text("utf-8")
    node = _find(ast.parse(text), name.split("."))
    if node is None:
        raise SourceError(
            f"{where}: {module} defines no {name!r}.", "check the spelling of the name."
        )
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    code = textwrap.dedent("\n".join(text.split("\n")[first - 1 : node.end_lineno]))
    fence = "```" if "```" not in code else "````"
    file = path.relative_to(course.root).as_posix()
    return f"From [{file}](../{file}):\n\n{fence}python\n{code}\n{fence}"


def _find(tree, names):
    for name in names:
        tree = next((node for node in getattr(tree, "body", ()) if name in _defines(node)), None)
        if tree is None:
            return None
    return tree


def _defines(node):
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []
