"""Character tokenizer: one id for each different character of a text. The same methods as BPE."""

from course_utils.errors import CourseError
from course_utils.text import utf8
from course_utils.text.ids import need_ids
from course_utils.text.special import END, cut_at_specials, number_specials
from course_utils.text.utf8 import short


class CharacterTokenizer:
    """Turns text into one id per character, and back.

    Args:
        characters: str of the known characters; their ids are 0, 1, ... in the order of
            their code points, however they are given.
        special: names of tokens that are not made of text, numbered after the characters.

    Attributes:
        characters: str, sorted, each once.
        special: dict from name to id.
        size: V, the number of ids.
        end: id of "<|end|>", or None if that is not among the special tokens.

    Raises:
        CourseError: there are no characters, or a special token has no name or comes twice.

    What it has not met it cannot encode: `encode` says which character, and where.
    """

    def __init__(self, characters, special=(END,)):
        if not utf8.encode(characters):
            raise CourseError(
                "there is no text, so there are no characters to number.",
                "pass the text that is to be encoded.",
            )
        self.characters = "".join(sorted(set(characters)))
        self.special = number_specials(special, len(self.characters))
        self.size = len(self.characters) + len(self.special)
        self.end = self.special.get(END)
        self._id = {c: i for i, c in enumerate(self.characters)}
        self._tokens = [*self.characters, *self.special]

    @classmethod
    def train(cls, texts, special=(END,)):
        """Number the characters of a str, or of an iterable of them."""
        if isinstance(texts, str | bytes | bytearray):
            texts = [texts]
        found = set()
        for text in texts:
            utf8.encode(text)
            found.update(text)
        return cls("".join(found), special)

    def encode(self, text, allow_special=False):
        """Return the ids of `text`, a list of int, one per character.

        Args:
            text: a str of known characters.
            allow_special: True turns the name of a special token in the text into its id.

        Raises:
            CourseError: a character was not in the text that `train` saw.
        """
        utf8.encode(text)
        if allow_special:
            ids = []
            for part in cut_at_specials(text, self.special):
                ids += [self.special[part]] if part in self.special else self.encode(part)
            return ids
        try:
            return list(map(self._id.__getitem__, text))
        except KeyError:
            at = next(i for i, c in enumerate(text) if c not in self._id)
            raise CourseError(
                f"position {at} of the text holds {text[at]!r} (U+{ord(text[at]):04X}), which is "
                f"none of the {len(self.characters)} known characters {short(self.characters)}.",
                "train on a text that has it, leave it out, or use a BytePairTokenizer, to which "
                "nothing is unknown.",
            ) from None

    def decode(self, ids):
        """Return the text of T ids.

        Raises:
            CourseError: an id is outside the vocabulary.
        """
        return "".join(map(self._tokens.__getitem__, need_ids(ids, self.size).tolist()))

    def token(self, i):
        """Return the UTF-8 bytes of character `i`, or of the name of a special token."""
        return self.decode([i]).encode("utf-8")

    def __eq__(self, other):
        if not isinstance(other, CharacterTokenizer):
            return NotImplemented
        return (self.characters, self.special) == (other.characters, other.special)

    def __hash__(self):
        return hash((self.characters, tuple(self.special)))

    def __repr__(self):
        return f"<CharacterTokenizer: {self.size} ids>"
