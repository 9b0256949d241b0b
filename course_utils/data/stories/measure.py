"""Exact sums over all stories of a grammar: how many, how many bits, how many letters.

Nothing is sampled. The steps form a graph without loops, so every expectation is a recursion
from the end to the start, and equal situations are computed once. A situation is a step and
those earlier choices that still matter. Which matter depends on the question: the number of
bits depends on a choice only if a later table's weights do. Letters are counted slot by slot
(an expectation of a sum is the sum of the expectations), so that only one slot and what it
depends on must be remembered at a time. This is the chain rule of entropy, Shannon 1948,
"A Mathematical Theory of Communication", section 6.
"""

import math

from course_utils.data.stories.nodes import Draw, Fork, Literal, Recall


def ways_on(node):
    """Return the steps that may follow `node`."""
    return node.ways if isinstance(node, Fork) else (node.next,)


def all_nodes(start):
    """Return every step reachable from `start`, each once, in a fixed order."""
    seen, order, waiting = set(), [], [start]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            order.append(node)
            waiting.extend(reversed(ways_on(node)))
    return order


class Measure:
    """Sums over the stories that begin at `start`."""

    def __init__(self, start):
        self.start = start
        self._nodes = all_nodes(start)
        self._draws = [node for node in self._nodes if isinstance(node, Draw)]
        uneven = {d.table.slot for d in self._draws if d.table.slot and not d.table.even}
        self._control = self._with_causes(uneven)

    def bits(self):
        """Expected -log2 probability of a story's choices: the entropy, in bits."""

        def local(node, state):
            if isinstance(node, Fork):
                return node.entropy
            return _table(node, state).entropy if isinstance(node, Draw) else 0.0

        return self._expected(local, self._control)

    def characters(self):
        """Expected number of characters of a story."""
        slots = sorted({draw.slot for draw in self._draws})
        return math.fsum([self._literal_characters(), *map(self._slot_characters, slots)])

    def count(self):
        """Number of different derivations, a whole number."""
        return self._sum(lambda node, state: 0, self._control, lambda p, m, value: m * value, 1)

    def _literal_characters(self):
        def local(node, state):
            return len(node.text) if isinstance(node, Literal) else 0

        return self._expected(local, self._control)

    def _slot_characters(self, slot):
        def local(node, state):
            if isinstance(node, Recall) and node.slot == slot:
                return len(node.words(state))
            if isinstance(node, Draw) and node.slot == slot:
                table = _table(node, state)
                return sum(e.weight * len(e.text) for e in table.entries) / table.total
            return 0

        return self._expected(local, self._control | self._with_causes({slot}), slot)

    def _with_causes(self, slots):
        """Return `slots` and all slots that they depend on."""
        found, waiting = set(), list(slots)
        while waiting:
            slot = waiting.pop()
            if slot not in found:
                found.add(slot)
                waiting += [d.table.slot for d in self._draws if d.slot == slot and d.table.slot]
        return frozenset(found)

    def _expected(self, local, tracked, measured=None):
        return self._sum(local, tracked, lambda p, m, value: p * value, 0.0, measured)

    def _sum(self, local, tracked, scale, end, measured=None):
        """Add `local` of a step to its scaled successors' sums, from the end to the start."""
        live, known = self._live(tracked, measured), {}

        def value(node, state):
            if node is None:
                return end
            key = node, tuple((slot, state[slot]) for slot in live[node] if slot in state)
            if key not in known:
                known[key] = local(node, state) + sum(
                    scale(p, m, value(after, new))
                    for p, m, after, new in _successors(node, state, tracked)
                )
            return known[key]

        return value(self.start, {})

    def _live(self, tracked, measured):
        """Return for each step the tracked slots whose choice still matters.

        A slot matters to a table that depends on it, and to a `Recall` if it is `measured`.
        """
        live = {None: frozenset()}
        waiting = [self.start]
        while waiting:
            node = waiting[-1]
            later = [after for after in ways_on(node) if after not in live]
            if later:
                waiting += later
                continue
            waiting.pop()
            found = frozenset().union(*(live[after] for after in ways_on(node)))
            if isinstance(node, Draw):
                found = found - {node.slot} | ({node.table.slot} & tracked)
            elif isinstance(node, Recall):
                found |= {node.slot} & {measured}
            live[node] = found
        return {node: sorted(slots) for node, slots in live.items()}


def _table(draw, state):
    """Return the table of a draw; if it depends on an untracked slot, one as uncertain."""
    if draw.table.slot and draw.table.slot not in state:
        return draw.table.example
    return draw.table.given(state)


def _successors(node, state, tracked):
    """Yield (probability, number of choices, next step, state there)."""
    if isinstance(node, Fork):
        for way, weight in zip(node.ways, node.weights, strict=True):
            yield weight / node.total, 1, way, state
    elif isinstance(node, Draw) and node.slot in tracked:
        table = _table(node, state)
        for entry in table.entries:
            yield entry.weight / table.total, 1, node.next, {**state, node.slot: entry}
    elif isinstance(node, Draw):
        yield 1.0, len(_table(node, state)), node.next, state
    else:
        yield 1.0, 1, node.next, state
