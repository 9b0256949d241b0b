"""How probable it is that a story begins in a certain way, and so how a true next word is spread.

`log2_probability` speaks of whole stories. This file speaks of beginnings: the probability of
a text that may go on in any way. Two beginnings, one a word longer than the other, give the
true probability of that word at that place: log2 P(longer) - log2 P(shorter).
"""

import math

from course_utils.data.stories.grammar import grammar
from course_utils.data.stories.nodes import Draw, Fork, Literal, Recall
from course_utils.errors import ShapeError


def log2_beginning(text, whole_words=False):
    """Return log2 of the share of all stories that begin with `text`; -inf if none does.

    Args:
        text: any beginning of a story; "" gives 0.
        whole_words: the last word must end where the text ends: "Ann" is then no beginning
            of a story about Anna.

    Exact: probabilities of the grammar's choices, multiplied along each way through it that
    agrees with the text, and added over these ways.
    """
    return _Beginning().log2(text, whole_words)


def token_bits(pieces):
    """Return what the pieces of a story must cost: their true -log2 probabilities, a list.

    Args:
        pieces: strings whose concatenation is a story, its line end included, or a beginning
            of one. A piece that ends a word is understood as ending it, except the last one.

    The sum is -`log2_beginning` of the whole.

    Raises:
        ShapeError: there are no pieces, or no story begins like this.
    """
    text, found, before, end = "".join(pieces), [], 0.0, 0
    beginning = _Beginning()
    for piece in pieces:
        end += len(piece)
        last = end == len(text)  # of a mere beginning: it may be cut inside a word
        inside = not last and text[end - 1].isalpha() and text[end].isalpha()
        now = -beginning.log2(text[:end], whole_words=not (last or inside))
        found.append(max(0.0, now - before))
        before = now
    if not found or before == math.inf:
        raise ShapeError(
            f"no story begins with the {len(found)} pieces {text[:40]!r}...",
            "pass the pieces of a story of the grammar, from its first one on.",
        )
    return found


class _Beginning:
    """The one way through the grammar that agrees with a text, as far as it is the only one.

    Where a text has grown, only its end has to be looked at: `log2` is asked for longer and
    longer beginnings of one story.
    """

    def __init__(self):
        self.node, self.state, self.at, self.bits = grammar(), {}, 0, 0.0

    def log2(self, text, whole_words):
        while self._goes_on(text):
            pass
        share = _share(self.node, self.state, text, self.at, whole_words)
        return self.bits + math.log2(share) if share else -math.inf

    def _goes_on(self, text):
        """Take one step if the text leaves no other."""
        node = self.node
        if node is None:
            return False
        if isinstance(node, Fork):
            ways = zip(node.ways, node.bits, strict=True)
            open_ways = [w for w in ways if _share(w[0], self.state, text, self.at, False)]
            if len(open_ways) != 1:
                return False
            self.node = open_ways[0][0]
            self.bits += open_ways[0][1]
            return True
        if isinstance(node, Draw):
            table = node.table.given(self.state)
            entry = next((e for e in table.entries if text.startswith(e.text, self.at)), None)
            if entry is None:
                return False
            self.state = {**self.state, node.slot: entry}
            self.bits += table.bits[entry]
            self.at += len(entry.text)
        elif isinstance(node, Literal | Recall):
            words = node.words(self.state)
            if not text.startswith(words, self.at):
                return False
            self.at += len(words)
        self.node = node.next
        return True


def _share(node, state, text, at, whole_words):
    """The share of the ways from `node` on that agree with `text` from `at` on."""
    while at < len(text) or whole_words:
        if node is None:  # the story is over, and so is its last word
            return float(at == len(text))
        if isinstance(node, Fork):
            ways = zip(node.weights, node.ways, strict=True)
            return math.fsum(
                weight / node.total * _share(way, state, text, at, whole_words)
                for weight, way in ways
            )
        if isinstance(node, Draw):
            return _over_entries(node, state, text, at, whole_words)
        if isinstance(node, Literal | Recall):
            words = node.words(state)
            step = _step(words, text, at, whole_words)
            if step is not None:
                return step
            at += len(words)
        node = node.next
    return 1.0


def _over_entries(draw, state, text, at, whole_words):
    """`_share` of a step that chooses from a table."""
    table, parts = draw.table.given(state), []
    for entry in table.entries:
        share = _step(entry.text, text, at, whole_words)
        if share is None:
            after = {**state, draw.slot: entry}
            share = _share(draw.next, after, text, at + len(entry.text), whole_words)
        parts.append(entry.weight / table.total * share)
    return math.fsum(parts)


def _step(words, text, at, whole_words):
    """0 or 1 if `words` decide whether the text fits, None if it goes on after them."""
    here = text[at : at + len(words)]
    if not words.startswith(here):
        return 0.0
    if len(here) == len(words):
        return None
    ends_inside = text[-1:].isalpha() and words[len(here)].isalpha()
    return float(not (whole_words and ends_inside))
