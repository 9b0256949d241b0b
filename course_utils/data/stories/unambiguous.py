"""Proof that a reader always knows which way the story went.

Two ways of a fork must differ in a letter before either makes a choice of its own, or at that
choice, whatever was chosen before. Together with tables in which no text begins another, every
text then has at most one derivation, and `hear` finds it without ever going back.
"""

from itertools import combinations

from course_utils.data.stories.measure import all_nodes
from course_utils.data.stories.nodes import Draw, Fork, Literal, Mark, Recall
from course_utils.errors import SourceError


def ambiguities(start):
    """Return a message for each pair of ways that a reader might confuse; none is good."""
    nodes = all_nodes(start)
    forms = _Forms([node for node in nodes if isinstance(node, Draw)])
    found = []
    for fork in (node for node in nodes if isinstance(node, Fork)):
        for one, other in combinations(fork.ways, 2):
            if not _differ(one, other, "", "", forms):
                found.append(f"{_start(one)!r} and {_start(other)!r} may begin alike")
    return found


def require_unambiguous(start):
    """Raise SourceError if two ways of a fork cannot be told apart."""
    found = ambiguities(start)
    if found:
        raise SourceError("; ".join(found) + ".", "change the words with which one of them begins.")


class _Forms:
    """All words that a slot can have in a form, over all stories."""

    def __init__(self, draws):
        self.draws, self.known = draws, {}

    def __call__(self, slot, form):
        key = slot, form
        if key not in self.known:
            entries = {e for d in self.draws if d.slot == slot for e in options(d.table)}
            self.known[key] = {e.form(form) for e in entries}
        return self.known[key]


def options(table):
    """Return every entry that a table can give, whatever it depends on."""
    tables = table.tables.values() if table.slot else [table]
    return [entry for each in tables for entry in each.entries]


def _differ(one, other, left, right, forms):
    """True if whatever follows `left` and `right` differs in a letter, soon enough to be seen.

    `left` and `right` are words already said, by the one way and by the other, beyond what
    both have said.
    """
    same = 0
    while same < min(len(left), len(right)):
        if left[same] != right[same]:
            return True
        same += 1
    left, right = left[same:], right[same:]
    if left:
        return _differ(other, one, right, left, forms)
    # the one way has said no more than the other: let it go on
    while isinstance(one, Mark):
        one = one.next
    while not right and isinstance(other, Mark):
        other = other.next
    if one is None or (one is other and not right):
        return False
    if isinstance(one, Fork):
        return all(_differ(way, other, "", right, forms) for way in one.ways)
    if isinstance(one, Literal):
        return _differ(one.next, other, one.text, right, forms)
    if not right and _same_recall(one, other):
        return _differ(one.next, other.next, "", "", forms)
    if isinstance(one, Recall):
        return all(
            _differ(one.next, other, words, right, forms) for words in forms(one.slot, one.form)
        )
    # a choice: it must differ within its own words, for `fits` looks no further
    return all(_differ(None, other, e.text, right, forms) for e in options(one.table))


def _same_recall(one, other):
    both = isinstance(one, Recall) and isinstance(other, Recall)
    return both and (one.slot, one.form) == (other.slot, other.form)


def _start(node):
    """Return the words with which a way begins, for a message."""
    words = ""
    while isinstance(node, Literal | Recall | Mark):
        if not isinstance(node, Mark):
            words += node.text if isinstance(node, Literal) else f"{{{node.slot}}}"
        node = node.next
    return words[:40]
