"""Special tokens: ids that mean something about the text, such as where it ends.

Text from outside must never be able to write them: "<|end|>" typed by a reader is seven
ordinary characters, unless the program says that it may be the token.
"""

import re

from course_utils.errors import CourseError
from course_utils.text import utf8

END = "<|end|>"


def number_specials(names, first):
    """Return {name: id}, numbered from `first` in the order given.

    Raises:
        CourseError: a name is empty, is no str or comes twice; or `names` is itself one str.
    """
    if isinstance(names, str):
        raise CourseError(
            f"special={names!r} is one str, but a tuple of names is needed.",
            f"special=({names!r},).",
        )
    names = tuple(names)
    for name in names:
        if not utf8.encode(name):
            raise CourseError(
                f"a special token is an empty str: {names}.", "give it a name such as '<|end|>'."
            )
    if twice := [name for name in names if names.count(name) > 1]:
        raise CourseError(
            f"the special token {twice[0]!r} is listed twice: {names}.", "list each one once."
        )
    return {name: first + i for i, name in enumerate(names)}


def cut_at_specials(text, special):
    """Yield the parts of `text`: special tokens, and what stands between them.

    Where two specials fit, the longer one is taken. Joined, the parts are the text.
    """
    longest_first = sorted(special, key=len, reverse=True)
    pattern = "|".join(map(re.escape, longest_first))
    yield from filter(None, re.split(f"({pattern})", text) if special else [text])
