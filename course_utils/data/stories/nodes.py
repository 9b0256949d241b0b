"""The steps of telling a story. Each step knows the next one; together they form a graph.

Five kinds: `Literal` says fixed words, `Recall` repeats an earlier choice, `Draw` makes a
choice and says it, `Fork` goes one of several ways, `Mark` notes something and says nothing.
Only `Draw` and `Fork` are uncertain, and neither depends on anything but named choices.

A `Telling` is what is known while a story is told (`tell`) or read (`hear`). After the last
step, `None`, the story is over.
"""

import math
from random import Random


class Mismatch(Exception):
    """The text does not go on as `node` says, from `position` on."""

    def __init__(self, node, position):
        super().__init__(node, position)
        self.node, self.position = node, position


class Telling:
    """A story in the making, or being read.

    Args:
        text: the text to read; "" when telling.
        random: `random.Random` when telling.

    `state` maps slots to entries, `spans` slots to (start, end) of where they were chosen,
    `marks` names to values, `bits` is log2 of the probability of all choices so far.
    """

    def __init__(self, text="", random=None):
        self.text, self.random = text, random or Random(0)
        self.said, self.position = [], 0
        self.state, self.spans, self.marks, self.bits = {}, {}, {}, 0.0

    def say(self, words):
        self.said.append(words)
        self.position += len(words)

    def expect(self, words, node):
        if not self.text.startswith(words, self.position):
            raise Mismatch(node, self.position)
        self.position += len(words)


class Literal:
    """Fixed words."""

    def __init__(self, text, next):
        self.text, self.next = text, next

    def words(self, state):
        return self.text

    def tell(self, telling):
        telling.say(self.text)
        return self.next

    def hear(self, telling):
        telling.expect(self.text, self)
        return self.next


class Recall:
    """Repeats an earlier choice, in one of its forms."""

    def __init__(self, slot, form, next):
        self.slot, self.form, self.next = slot, form, next

    def words(self, state):
        return state[self.slot].form(self.form)

    def tell(self, telling):
        telling.say(self.words(telling.state))
        return self.next

    def hear(self, telling):
        telling.expect(self.words(telling.state), self)
        return self.next


class Mark:
    """Notes `value` under `key`; says nothing.

    The keys "from" and "to" note where the words of the slot `value` begin and end: an answer
    that is put together from several choices.
    """

    def __init__(self, key, value, next):
        self.key, self.value, self.next = key, value, next

    def tell(self, telling):
        if self.key == "from":
            telling.spans[self.value] = telling.position, telling.position
        elif self.key == "to":
            telling.spans[self.value] = telling.spans[self.value][0], telling.position
        else:
            telling.marks[self.key] = self.value
        return self.next

    hear = tell


class Draw:
    """Chooses an entry of a table for a slot and says it."""

    def __init__(self, slot, table, next):
        self.slot, self.table, self.next = slot, table, next

    def tell(self, telling):
        table = self.table.given(telling.state)
        entry = table.urn[int(telling.random.random() * table.total)]
        telling.say(entry.text)
        return self._take(entry, table, telling)

    def hear(self, telling):
        table = self.table.given(telling.state)
        for entry in table.entries:  # at most one fits: no text begins another
            if telling.text.startswith(entry.text, telling.position):
                telling.position += len(entry.text)
                return self._take(entry, table, telling)
        raise Mismatch(self, telling.position)

    def _take(self, entry, table, telling):
        telling.state[self.slot] = entry
        telling.spans[self.slot] = telling.position - len(entry.text), telling.position
        telling.bits += table.bits[entry]
        return self.next


class Fork:
    """Goes one of several ways, each with a whole-number weight."""

    def __init__(self, ways, weights):
        self.ways, self.weights = tuple(ways), tuple(weights)
        self.total = sum(self.weights)
        self.bits = [math.log2(weight / self.total) for weight in self.weights]
        self._urn = [k for k, weight in enumerate(self.weights) for _ in range(weight)]

    @property
    def entropy(self):
        """Expected bits of the choice of a way."""
        return -math.fsum(w / self.total * b for w, b in zip(self.weights, self.bits, strict=True))

    def tell(self, telling):
        return self._go(self._urn[int(telling.random.random() * self.total)], telling)

    def hear(self, telling):
        for k, way in enumerate(self.ways):  # at most one fits: see `unambiguous`
            if fits(way, telling, telling.position):
                return self._go(k, telling)
        raise Mismatch(self, telling.position)

    def _go(self, k, telling):
        telling.bits += self.bits[k]
        return self.ways[k]


def fits(node, telling, position):
    """True if the text can go on from `position` as `node` says, up to its first choice."""
    text, state = telling.text, telling.state
    while node is not None:
        if isinstance(node, Literal | Recall):
            words = node.words(state)
            if not text.startswith(words, position):
                return False
            position += len(words)
        elif isinstance(node, Draw):
            return any(text.startswith(e.text, position) for e in node.table.given(state).entries)
        elif isinstance(node, Fork):
            return any(fits(way, telling, position) for way in node.ways)
        node = node.next
    return position == len(text)


def run(start, telling, step):
    """Follow the steps from `start` to the end; `step` is "tell" or "hear". Returns `telling`."""
    node = start
    while node is not None:
        node = getattr(node, step)(telling)
    return telling
