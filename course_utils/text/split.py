"""Cut text into pieces that byte-pair encoding never joins: words, numbers, punctuation, space.

Merging across word borders would spend the vocabulary on phrases such as "of the". So text is
cut first, and a word takes the one space before it along: " cat" is one piece, and text can be
put together again without guessing where spaces were. The pieces joined are the text, always.

Which characters count as letters is decided by Python's own Unicode tables.

Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2
(no merges across character categories, a space may lead a word). Different here: combining
marks belong to their word (needed for Hindi or Arabic), a run of line breaks is one piece, and
numbers are cut every three digits.
"""

import re
import unicodedata

from course_utils.text import utf8

LONGEST = 64  # characters in a piece: bounds the time for one piece and what a cache keeps

_LETTER = r"[^\W\d_]"
# Characters that continue a word but are no letters: accents and vowel signs that are written
# as characters of their own, and the two invisible joiners of Persian and of Indian scripts.
_MARK = "[\u200c\u200d{}]".format(
    "".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c)[0] == "M")
)
_ALL_ASCII = r"(?![^\x00-\x7f])"  # the run before this does not go on with another alphabet
_PIECE = re.compile(
    # The two lines for ASCII change nothing but the time: they save half of it in English.
    rf" ?[A-Za-z]++{_ALL_ASCII}"
    rf"| ?{_LETTER}+(?:{_MARK}+{_LETTER}*)*"  # a word
    rf"|(?<={_LETTER})'(?:[sdmt]|ll|re|ve)(?!{_LETTER})"  # the end of she's, they'll
    r"| ?\d{1,3}"
    rf"| ?[\x00-\x08\x0e-\x1b!-/:-@\[-`{{-\x7f]++{_ALL_ASCII}"
    r"| ?(?:[^\s\w]|_)+"  # punctuation, symbols, emoji with all their parts
    r"|\s+(?= \S)"  # space, but for the one that the next piece takes
    r"|\s+"
)


def split(text):
    """Return the pieces of `text`, a list of str, each 1 to `LONGEST` characters.

    Example:
        >>> split("She's 12 today.")
        ['She', "'s", ' 12', ' today', '.']

    Raises:
        CourseError: `text` is not a str or holds a lone surrogate.

    Cost: linear in the length of the text.
    """
    utf8.encode(text)
    pieces = _PIECE.findall(text)
    if pieces and max(map(len, pieces)) > LONGEST:
        return [
            piece[at : at + LONGEST] for piece in pieces for at in range(0, len(piece), LONGEST)
        ]
    return pieces
