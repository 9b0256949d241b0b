"""What a story can choose from: entries, tables of entries, tables that depend on a choice.

An entry is a thing of the story's world with all the forms in which a sentence may need it:
a person with a name and pronouns, a kite with what kites do. A table is a weighted list of
entries. Weights are whole numbers, so that probabilities are exact fractions.
"""

import math
from dataclasses import dataclass, field
from itertools import pairwise

from course_utils.errors import UsageError


@dataclass(frozen=True, eq=False)
class Entry:
    """One thing to choose.

    Args:
        text: how it stands in the story when it is chosen.
        weight: whole number, at least 1; its probability is weight / sum of the weights.
        forms: other words for it, by name, such as {"he": "she"}.
    """

    text: str
    weight: int = 1
    forms: dict = field(default_factory=dict)

    def form(self, name):
        """Return the form called `name`; "text" is the text itself.

        Raises:
            UsageError: the entry has no such form; the message lists those it has.
        """
        if name == "text":
            return self.text
        if name not in self.forms:
            raise UsageError(
                f"{self.text!r} has no form {name!r}.",
                f"one of: {', '.join(['text', *sorted(self.forms)])}.",
            )
        return self.forms[name]


class Table:
    """A weighted list of entries, of one kind ("person", "place", ...).

    Args:
        kind: what the entries are, in a word that a reader of a message understands.
        entries: `Entry` objects. No text may be the beginning of another, so that reading
            letter by letter can never confuse two of them.

    Raises:
        UsageError: no entries, or one text begins another.
    """

    def __init__(self, kind, entries):
        self.kind, self.entries = kind, tuple(entries)
        texts = sorted(entry.text for entry in self.entries)
        if not texts:
            raise UsageError(f"the table of {kind!r} is empty.", "give it an entry.")
        for one, other in pairwise(texts):  # sorted: a beginning stands right before
            if other.startswith(one):
                raise UsageError(
                    f"in the table of {kind!r}, {one!r} begins {other!r}.", "rename one of them."
                )
        weights = [entry.weight for entry in self.entries]
        self.total = sum(weights)
        self.bits = {e: math.log2(e.weight / self.total) for e in self.entries}
        self.urn = [e for e in self.entries for _ in range(e.weight)]

    slot = None  # the choice that this table depends on: none

    def __len__(self):
        return len(self.entries)

    def given(self, state):
        """Return the table to draw from: itself."""
        return self

    @property
    def entropy(self):
        """Expected bits of one draw."""
        return -math.fsum(e.weight / self.total * self.bits[e] for e in self.entries)


class Given:
    """A table for each possible earlier choice.

    Args:
        slot: name of the choice that it depends on.
        tables: dict from that choice's `Entry` to a `Table`.
    """

    def __init__(self, slot, tables):
        self.slot, self.tables = slot, dict(tables)
        some = next(iter(self.tables.values()))
        self.kind = some.kind
        shapes = {tuple(sorted(e.weight for e in t.entries)) for t in self.tables.values()}
        # even: whatever was chosen before, this draw is as uncertain
        self.even, self.example = len(shapes) == 1, some

    def given(self, state):
        """Return the table for the choice that `state`, a dict by slot, holds."""
        return self.tables[state[self.slot]]


def without(table, slot):
    """Return a `Given`: `table` without what the choice `slot`, from the same table, took."""
    return Given(
        slot,
        {e: Table(table.kind, [o for o in table.entries if o is not e]) for e in table.entries},
    )


def table(kind, *texts, **forms):
    """Return a `Table` of plain texts.

    Args:
        kind: what they are.
        texts: strings, or (string, {name: form, ...}).
    """
    entries = [(t, {}) if isinstance(t, str) else t for t in texts]
    return Table(kind, [Entry(text, 1, {**forms, **own}) for text, own in entries])
