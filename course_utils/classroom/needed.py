"""Which cells of a notebook an answer needs: a slice by names, found without running anything.

A lesson trains and draws; an answer needs its own cell, the imports, and now and then a class or
a table from a cell above. Going backwards from the answer's cell, a cell is needed if it binds
or changes a name that something below still waits for. What a function's body reads counts
until the end, because it is read when the function is called.

Seen as a change of x: x[...] = ..., x.a = ..., del x[0], and a line of its own that calls a
method, x.append(...), unless x is only ever imported. Not seen: names made with exec or
globals(), and an object that another function changes through its argument.
"""

import ast
import builtins
import re
import symtable
from dataclasses import dataclass, field

BUILT_IN = frozenset(dir(builtins)) | {"display", "get_ipython", "__name__", "In", "Out", "_"}
_BINDS = re.compile(
    r"^(?:async\s+def|def|class)\s+(\w+)|^(\w+)\s*(?::[^=\n]+)?=(?!=)"
    r"|^import\s+(\w+)|^from\s+\S+\s+import\s+\(?(\w+)",
    re.MULTILINE,
)
_DEFERRED = ("function", "lambda")  # scopes whose body runs later, when they are called
_SAME_LINE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass
class Facts:
    """What one cell does with the notebook's names.

    binds: gives them a value; certain: and in any case, so that older values are lost;
    changes: what they stand for; reads: needs when it runs; later: when its functions run.
    """

    binds: set = field(default_factory=set)
    certain: set = field(default_factory=set)
    changes: set = field(default_factory=set)
    reads: set = field(default_factory=set)
    later: set = field(default_factory=set)
    imports: set = field(default_factory=set)
    everything: bool = False  # from x import *
    course: bool = False  # imports from the course


def needed(cells, names):
    """Ids of the code cells to run so that `names` are defined, in the notebook's order.

    Args:
        cells: the notebook's cells, dicts with `cell_type`, `id` and `source` (one string).
        names: what the answers are called; unknown ones are passed over.

    The cell that sets the lesson up, the first that imports from the course, is always there.
    """
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    facts = [facts_of(cell["source"]) for cell in code]
    bound = set().union(*(fact.binds - fact.imports for fact in facts))
    for fact in facts:
        # A module is not changed by calling what is in it: np.set_printoptions(...).
        fact.changes = {name for name in fact.changes if name in bound}
    keep = {next((at for at, fact in enumerate(facts) if fact.course), 0)} if facts else set()
    for name in names:
        keep |= _slice(facts, name)
    return [code[at]["id"] for at in sorted(keep)]


def _slice(facts, name):
    """Places of the cells that `name`, as it is bound last, depends on."""
    last = max((at for at, fact in enumerate(facts) if name in fact.binds), default=None)
    if last is None:
        return set()
    wanted, keep = {name}, set()
    while True:
        waiting, found, later = set(wanted), set(), set(wanted)
        for at in range(last, -1, -1):
            fact = facts[at]
            if fact.everything or (fact.binds | fact.changes) & waiting:
                found.add(at)
                waiting = (waiting - fact.certain) | fact.reads
                later |= fact.later
        keep |= found
        missing = (waiting | later) - BUILT_IN
        below = _first_below(facts, last, missing)
        if later == wanted and below == last:
            return keep
        wanted, last = later, below


def _first_below(facts, last, missing):
    """Where to look on: a helper may stand below the answer that calls it."""
    known = set().union(*(fact.binds for fact in facts[: last + 1]))
    for at in range(last + 1, len(facts)):
        if facts[at].binds & (missing - known):
            return at
    return last


def facts_of(source):
    """The `Facts` of one cell's text, whatever the text is."""
    source = _without_magics(source)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _facts_of_broken(source)
    facts = Facts()
    for statement in tree.body:
        try:
            _add(facts, statement)
        except (SyntaxError, ValueError, RecursionError):  # such as `return` outside a function
            _merge(facts, _facts_of_broken(ast.unparse(statement)))
    return facts


def _without_magics(source):
    source = source.replace("\r\n", "\n")
    if source.lstrip().startswith("%%"):
        first, _, rest = source.lstrip().partition("\n")
        python = first.split()[0] in ("%%time", "%%timeit", "%%capture", "%%prun")
        source = rest if python else ""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "\n".join(map(_plain_line, source.split("\n")))
    return source


def _plain_line(line):
    """A line of a notebook as Python: without %magic, !command, name?, x = !command."""
    text = line.strip()
    pad = line[: len(line) - len(line.lstrip())]
    if text.startswith(("%", "!")) or (text.endswith("?") and not set(text) & set("#'\"")):
        return pad + "pass"
    name, equals, rest = text.partition("=")
    if equals and rest.lstrip().startswith(("%", "!")):
        return f"{pad}{name}= None"
    return line


def _facts_of_broken(source):
    """Of a cell that is no Python: it binds what its lines begin to define, and may read all."""
    binds = {name for match in _BINDS.finditer(source) for name in match.groups() if name}
    return Facts(binds=binds, reads=set(re.findall(r"[^\W\d]\w*", source)) - binds)


def _add(facts, statement):
    """Take in one statement of a cell, after those before it."""
    text = ast.unparse(statement)
    top = symtable.symtable(text, "<cell>", "exec")
    symbols = {symbol.get_name(): symbol for symbol in top.get_symbols()}
    new = Facts()
    new.imports = {name for name, symbol in symbols.items() if symbol.is_imported()}
    new.binds = {name for name, symbol in symbols.items() if symbol.is_assigned()} | new.imports
    new.reads = {name for name, symbol in symbols.items() if symbol.is_referenced()}
    for scope in top.get_children():
        _read_scope(scope, new, deferred=False)
    new.reads -= _bound_by_loops(statement)
    outside = list(_outside_functions(statement))
    for node in outside:
        _note_change(node, new)
    simple = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, *_SAME_LINE)
    new.certain = set(new.binds) if isinstance(statement, simple) else set()
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        new.binds, new.certain = set(), set()
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        new.reads.discard(statement.name)
        new.certain = {statement.name}
    for node in outside:
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            new.reads.add(node.target.id)
        if isinstance(node, ast.ImportFrom | ast.Import):
            new.everything |= any(alias.name == "*" for alias in node.names)
            modules = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
            new.course |= any(name.split(".")[0] == "course_utils" for name in modules)
    _merge(facts, new)


def _merge(facts, new):
    facts.reads |= new.reads - facts.certain
    facts.later |= new.later
    facts.binds |= new.binds
    facts.changes |= new.changes
    facts.certain |= new.certain
    facts.imports |= new.imports
    facts.everything |= new.everything
    facts.course |= new.course


def _read_scope(scope, facts, deferred):
    """Global names that a function, class or comprehension reads or rebinds."""
    kind = scope.get_type()
    name = scope.get_name()
    comprehension = name in ("listcomp", "setcomp", "dictcomp", "genexpr")
    deferred = deferred or (str(kind) in _DEFERRED and not comprehension)
    for symbol in scope.get_symbols():
        if not symbol.is_global():
            continue
        if symbol.is_referenced():
            (facts.later if deferred else facts.reads).add(symbol.get_name())
        if symbol.is_assigned():  # global x in a function
            facts.binds.add(symbol.get_name())
    for inner in scope.get_children():
        _read_scope(inner, facts, deferred)


def _bound_by_loops(statement):
    """Names that the statement itself binds before it reads them: of for, with and except."""
    names = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.For | ast.AsyncFor):
            targets = [node.target]
        elif isinstance(node, ast.With | ast.AsyncWith):
            targets = [item.optional_vars for item in node.items if item.optional_vars]
        else:
            if isinstance(node, ast.ExceptHandler) and node.name:
                names.add(node.name)
            continue
        names |= {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    return names


def _outside_functions(statement):
    """Every node that runs when the cell runs."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _note_change(node, facts):
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        facts.changes.add(_root(node))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        if isinstance(node.value.func, ast.Attribute):
            facts.changes.add(_root(node.value.func))
        elif isinstance(node.value.func, ast.Name) and node.value.func.id in ("setattr", "delattr"):
            facts.changes |= {_root(argument) for argument in node.value.args[:1]}
    facts.changes.discard(None)


def _root(node):
    """The name at the front of x.a[0].b, or None."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None
