"""Byte-pair tokenizer: any text to a short list of ids, and back to the same text.

Ids 0 to 255 are the bytes, so nothing is ever unknown. Then come the merges, in the order in
which they were learned, then the special tokens.

Source: Sennrich et al. 2016, arXiv:1508.07909, section 3.2; on bytes as in Radford et al. 2019.
"""

from functools import lru_cache
from itertools import chain, pairwise, repeat
from operator import index

from course_utils.errors import CourseError
from course_utils.text import utf8
from course_utils.text.bpe_train import BYTES, train_merges
from course_utils.text.ids import need_ids
from course_utils.text.special import END, cut_at_specials, number_specials
from course_utils.text.split import split

CACHED_PIECES = 65_536  # some 20 MB at most, since a piece is short
_NEVER = 1 << 60  # the rank of a pair that is no merge


class BytePairTokenizer:
    """Turns text into ids and back; `decode(encode(text)) == text` for every text.

    Args:
        merges: pairs of ids; pair number i makes the token 256 + i out of two smaller ids.
        special: names of tokens that are not made of text.

    Attributes:
        merges: tuple of (left id, right id).
        special: dict from name to id.
        size: V, the number of ids.
        end: id of "<|end|>", or None if that is not among the special tokens.

    Raises:
        CourseError: a merge uses an id that does not exist yet or repeats another; a special
            token has no name or comes twice.

    Two tokenizers are equal if their merges and special tokens are. They can be copied and
    pickled.
    """

    def __init__(self, merges, special=(END,)):
        self.merges = tuple(_checked(merges))
        self.special = number_specials(special, BYTES + len(self.merges))
        self.size = BYTES + len(self.merges) + len(self.special)
        self.end = self.special.get(END)
        self._rank = {pair: BYTES + i for i, pair in enumerate(self.merges)}
        self._tokens = [bytes([i]) for i in range(BYTES)]
        for left, right in self.merges:
            self._tokens.append(self._tokens[left] + self._tokens[right])
        self._tokens += map(utf8.encode, self.special)
        self._encode_piece = lru_cache(CACHED_PIECES)(self._merge)

    @classmethod
    def train(cls, texts, size, special=(END,)):
        """Learn a tokenizer with `size` ids from text.

        Args:
            texts: a str, or an iterable of them.
            size: V = 256 bytes + merges + special tokens. A short text may have fewer pairs
                that occur twice; then `tokenizer.size` is smaller.
            special: names of special tokens.

        Raises:
            CourseError: `size` leaves no room for bytes and special tokens, or there is no
                text.
        """
        least = BYTES + len(number_specials(special, BYTES))
        if not isinstance(size, int) or isinstance(size, bool) or size < least:
            raise CourseError(
                f"a vocabulary of size {size!r} is too small: 256 bytes and "
                f"{least - BYTES} special tokens take {least}.",
                f"size={max(512, 2 * least)}; each id beyond {least} is one merge.",
            )
        return cls(train_merges(texts, size - least), special)

    def encode(self, text, allow_special=False):
        """Return the ids of `text`, a list of int.

        Args:
            text: any str.
            allow_special: True turns the name of a special token in the text into its id.
                Use it for text that your own program wrote, never for text from outside.

        Raises:
            CourseError: `text` is not a str or holds a lone surrogate.
        """
        if not allow_special:
            return list(chain.from_iterable(map(self._encode_piece, split(text))))
        utf8.encode(text)
        ids = []
        for part in cut_at_specials(text, self.special):
            ids += [self.special[part]] if part in self.special else self.encode(part)
        return ids

    def decode(self, ids, errors="replace"):
        """Return the text of `ids`.

        Args:
            ids: list, array or tensor of T ids.
            errors: a token may end inside a character, so ids that a model makes up, or a
                part of a longer list, may not be UTF-8. "replace" writes U+FFFD for what is
                damaged, "strict" raises.

        Raises:
            CourseError: an id is outside the vocabulary; or errors="strict" and the bytes
                are not UTF-8.
        """
        data = self.decode_bytes(ids)
        try:
            return data.decode("utf-8", errors)
        except UnicodeDecodeError as error:
            raise CourseError(
                f"the {len(data)} bytes of these ids are not UTF-8: "
                f"byte {error.start} is 0x{data[error.start]:02X} ({error.reason}).",
                'errors="replace" shows the rest; token by token: tokenizer.token(id).',
            ) from None

    def decode_bytes(self, ids):
        """Return the bytes of `ids`, whether or not they are UTF-8."""
        return b"".join(map(self._tokens.__getitem__, need_ids(ids, self.size).tolist()))

    def token(self, i):
        """Return the bytes of token `i`; of a special token, its name in UTF-8."""
        return self.decode_bytes([i])

    def _merge(self, piece):
        """Return the ids of one piece, a tuple: its bytes, the earliest merge first."""
        ids, rank = list(piece.encode("utf-8")), self._rank.get
        # ranks[at] belongs to the pair that begins at ids[at]; behind the last id none begins.
        ranks = [*map(rank, pairwise(ids), repeat(_NEVER)), _NEVER]
        while (new := min(ranks)) != _NEVER:
            at = ranks.index(new)
            ids[at] = new
            del ids[at + 1], ranks[at]
            if at > 0:
                ranks[at - 1] = rank((ids[at - 1], new), _NEVER)
            if at + 1 < len(ids):
                ranks[at] = rank((new, ids[at + 1]), _NEVER)
        return tuple(ids)

    def __eq__(self, other):
        if not isinstance(other, BytePairTokenizer):
            return NotImplemented
        return (self.merges, self.special) == (other.merges, other.special)

    def __hash__(self):
        return hash((self.merges, tuple(self.special)))

    def __reduce__(self):  # the cache is left behind
        return BytePairTokenizer, (self.merges, tuple(self.special))

    def __repr__(self):
        return f"<BytePairTokenizer: {self.size} ids, {len(self.merges)} merges>"


def _checked(merges):
    """Yield the merges as pairs of int, or say which one cannot be."""
    seen = set()
    for i, pair in enumerate(merges):
        try:
            left, right = map(index, pair)
        except (TypeError, ValueError):
            left, right = None, None
        if left is None or not (0 <= left < BYTES + i and 0 <= right < BYTES + i):
            raise CourseError(
                f"merge {i} is {pair!r}, but it must join two ids from 0..{BYTES + i - 1}.",
                "pass the pairs in the order in which train_merges returned them.",
            )
        if (left, right) in seen:
            raise CourseError(
                f"merge {i} repeats the pair ({left}, {right}).", "list each pair once."
            )
        seen.add((left, right))
        yield left, right
