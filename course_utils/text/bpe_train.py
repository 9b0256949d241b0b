"""Learn byte-pair merges from text: again and again, the most frequent pair becomes one token.

Equal pieces are handled once, with their count. All pieces lie one after the other in one
list of ids, linked to left and right, and for every pair it is known where it begins. So a
merge visits only the places where its pair stands, and only the counts of the neighbours
change. The result is the same as counting everything anew before each merge.

Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units",
section 3.2 and algorithm 1, arXiv:1508.07909; on bytes as in Radford et al. 2019.
"""

import heapq
from collections import Counter, defaultdict
from itertools import pairwise

from course_utils.errors import CourseError
from course_utils.text.split import split
from course_utils.text.utf8 import short

BYTES = 256  # ids below this are single bytes
_WALL = -1  # stands between two pieces
_GONE = -2  # stood to the right in a merge


def train_merges(texts, merges):
    """Return up to `merges` pairs of ids, in the order in which they are to be merged.

    Args:
        texts: a str, or an iterable of them. No merge crosses from one text to the next.
        merges: how many to learn, at least 0.

    Returns:
        list of (left id, right id). Pair number i makes the token 256 + i. A tie is won by
        the pair with the smaller left id, then the smaller right id. The list is shorter
        than `merges` if no pair is left that occurs twice.

    Raises:
        CourseError: there is no text, something is not a str or holds a lone surrogate, or
            `merges` is no whole number of at least 0.

    Cost: in practice linear in the bytes of the *different* pieces; 4 lists of that length.
    """
    if not isinstance(merges, int) or isinstance(merges, bool) or merges < 0:
        raise CourseError(
            f"merges is {merges!r}, but it counts merges: 0, 1, 2, ...",
            "a vocabulary of 1,000 tokens takes 1,000 - 256 merges, less its special tokens.",
        )
    pieces, learned = _Pieces(count_pieces(texts)), []
    while len(learned) < merges and (pair := pieces.most_frequent()):
        pieces.merge(pair, BYTES + len(learned))
        learned.append(pair)
    return learned


def count_pieces(texts):
    """Return a Counter of the pieces of a str or of an iterable of them.

    Raises:
        CourseError: as `train_merges`.
    """
    counts = Counter()
    if isinstance(texts, bytes | bytearray) or not hasattr(texts, "__iter__"):
        texts = [texts]  # `split` says what is wrong with it
    for text in [texts] if isinstance(texts, str) else texts:
        counts.update(split(text))
    if not counts:
        raise CourseError(
            f"there is no text to learn from: {short(texts)}.",
            "pass a str of a few thousand characters or more, or a list of them. A generator "
            "or an open file can be read only once.",
        )
    return counts


class _Pieces:
    """All different pieces as one chain of ids, a wall before and behind each.

    `ids[at]` is linked to `ids[left[at]]` and `ids[right[at]]`, and counts `weights[at]` times,
    which is how often its piece occurs. `counts[pair]` is exact at all times. `places[pair]`
    holds every place where the pair begins, and some where it no longer does.
    """

    def __init__(self, counts):
        self.ids, self.weights = [_WALL], [0]
        for piece, count in counts.items():
            self.ids += piece.encode("utf-8")
            self.ids.append(_WALL)
            self.weights += [count] * (len(self.ids) - len(self.weights))
        self.left = list(range(-1, len(self.ids) - 1))
        self.right = list(range(1, len(self.ids) + 1))
        self.counts, self.places = Counter(), defaultdict(list)
        for at, pair in enumerate(pairwise(self.ids)):
            if _WALL not in pair:
                self.counts[pair] += self.weights[at]
                self.places[pair].append(at)
        self.heap = [(-count, pair) for pair, count in self.counts.items()]
        heapq.heapify(self.heap)

    def most_frequent(self):
        """The pair of the highest count, then of the smallest ids; None if none occurs twice.

        A count that has fallen since it was pushed is put right when it comes to the top.
        """
        heap, counts = self.heap, self.counts
        while heap:
            pushed, pair = heap[0]
            if counts[pair] == -pushed:
                return pair if pushed <= -2 else None
            if counts[pair]:
                heapq.heapreplace(heap, (-counts[pair], pair))
            else:
                heapq.heappop(heap)
                del counts[pair]
        return None

    def merge(self, pair, new):
        """Put `new` wherever `pair` stands, and count the pairs that this makes and unmakes."""
        ids, left, right, counts = self.ids, self.left, self.right, self.counts
        first, second = pair
        where = self.places.pop(pair)
        if first == second:
            where.sort()  # in "aaa" the left two merge
        made = set()
        for at in where:
            gone = right[at]
            if ids[at] != first or ids[gone] != second:
                continue  # an earlier merge has changed this place
            before, after, weight = left[at], right[gone], self.weights[at]
            ids[at], ids[gone] = new, _GONE
            right[at], left[after] = after, at
            counts[pair] -= weight
            for beginning, old, fresh in (
                (before, (ids[before], first), (ids[before], new)),
                (at, (second, ids[after]), (new, ids[after])),
            ):
                if _WALL not in old:
                    counts[old] -= weight
                    counts[fresh] += weight
                    self.places[fresh].append(beginning)
                    made.add(fresh)
        # Only pairs with the new id have become more frequent; the heap learns of them here.
        for fresh in made:
            heapq.heappush(self.heap, (-counts[fresh], fresh))
