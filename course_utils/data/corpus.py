"""A text to learn from, together with where it came from."""

import unicodedata
from dataclasses import dataclass

from course_utils.data.verify import sha256


@dataclass(frozen=True)
class Corpus:
    """A text and its origin; `text` is NFC with "\\n" line ends and no byte order mark.

    `sha256` is of `text` in UTF-8: two readers with the same value have the same text.
    """

    name: str
    text: str
    licence: str
    sha256: str

    def split(self, valid=0.1):
        """Return (train, valid) texts; the tail is held out, so nothing leaks back.

        Args:
            valid: fraction of the characters to hold out, more than 0 and less than 1.

        Raises:
            ValueError: `valid` is not such a fraction.
        """
        if not 0 < valid < 1:
            raise ValueError(f"valid must lie between 0 and 1, not {valid!r}.")
        cut = round(len(self.text) * (1 - valid))
        return self.text[:cut], self.text[cut:]


def make_corpus(name, text, licence):
    """Return a `Corpus` of `text` in its normal form."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", text)
    return Corpus(name, text, licence, sha256(text.encode("utf-8")))
