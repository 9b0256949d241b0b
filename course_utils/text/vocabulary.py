"""A vocabulary: an id for every word (or character, or whatever a text was cut into).

Ids are dealt out by frequency, so that cutting the vocabulary drops the rarest words.
"""

from collections import Counter

from course_utils.errors import CourseError
from course_utils.text.ids import need_ids
from course_utils.text.special import number_specials
from course_utils.text.utf8 import short

UNKNOWN = "<unk>"


class Vocabulary:
    """Numbers the words of a text: special tokens first, then the words in the order given.

    Args:
        tokens: the words, each once.
        special: names that stand for no word, such as "<pad>", whose id 0 fills short rows.
            If "<unk>" is among them, every word that is not known gets its id.

    Attributes:
        tokens: tuple of str; `tokens[i]` has id i, the special ones included.
        special: dict from name to id.

    Raises:
        CourseError: a word or a special token comes twice.

    A text may hold special tokens itself, for instance "<start>": they get their own id.
    """

    def __init__(self, tokens, special=("<pad>", UNKNOWN)):
        self.special = number_specials(special, 0)
        self.tokens = (*self.special, *tokens)
        self._id = {token: i for i, token in enumerate(self.tokens)}
        if len(self._id) < len(self.tokens):
            twice = next(t for t, n in Counter(self.tokens).items() if n > 1)
            raise CourseError(
                f"the token {twice!r} is listed twice.", "Vocabulary.of(token_lists) counts them."
            )

    @classmethod
    def of(cls, token_lists, size=None, special=("<pad>", UNKNOWN)):
        """Number the words of texts by frequency; of equally frequent ones the smaller first.

        Args:
            token_lists: for each text the list of its words. A str counts as the list of its
                characters.
            size: keep at most so many ids, special tokens included; None keeps every word.
            special: names that stand for no word.

        Raises:
            CourseError: there are no words, a word is no str, `token_lists` is one str, or
                `size` has no room for one word.
        """
        if isinstance(token_lists, str):
            raise CourseError(
                f"got one str, {short(token_lists)}, but a list of texts is needed.",
                "[text.split()] numbers its words, [text] its characters.",
            )
        counts = Counter()
        for i, tokens in enumerate(map(list, token_lists)):
            wrong = [token for token in tokens if not isinstance(token, str)]
            if wrong:
                raise CourseError(
                    f"text {i} holds {short(wrong[0])}, which is {type(wrong[0]).__name__}, but "
                    "words are str.",
                    "cut text into words first: [text.split() for text in texts].",
                )
            counts.update(tokens)
        reserved = number_specials(special, 0)
        for name in reserved:
            del counts[name]
        if not counts:
            raise CourseError(
                "there are no words to number.", "pass a list of lists of words that has some."
            )
        if size is not None and size <= len(reserved):
            raise CourseError(
                f"a vocabulary of size {size} has no room for words beside the "
                f"{len(reserved)} special tokens.",
                f"size={len(reserved) + len(counts)} keeps all {len(counts)} words.",
            )
        words = sorted(counts, key=lambda token: (-counts[token], token))
        return cls(words if size is None else words[: size - len(reserved)], special)

    def encode(self, tokens):
        """Return the ids of a list of words (or of the characters of a str), a list of int.

        Raises:
            CourseError: a word is not known, and there is no "<unk>".
        """
        tokens = list(tokens)
        unknown = self._id.get(UNKNOWN) if UNKNOWN in self.special else None
        ids = [self._id.get(token, unknown) for token in tokens]
        if None in ids:
            at = ids.index(None)
            raise CourseError(
                f"word {at} is {tokens[at]!r}, which is none of the {len(self)} known ones.",
                f"special=('<pad>', {UNKNOWN!r}) gives unknown words an id.",
            )
        return ids

    def decode(self, ids):
        """Return the words of `ids`, a list of str.

        Raises:
            CourseError: an id is outside the vocabulary.
        """
        return [self.tokens[i] for i in need_ids(ids, len(self)).tolist()]

    def __len__(self):
        return len(self.tokens)

    def __contains__(self, token):
        return token in self._id

    def __repr__(self):
        return f"<Vocabulary: {len(self)} ids, {len(self.special)} of them special>"
