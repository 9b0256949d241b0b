"""What a language model can be pretrained on: our stories, the Python reference, or a file.

Text files are UTF-8. A file in another encoding is refused rather than guessed at: a wrong
guess gives letters that nobody wrote, and a model would learn them.
"""

from pathlib import Path

from course_utils.data.corpus import make_corpus
from course_utils.data.python_docs import load_python_docs
from course_utils.errors import DataMissingError, UsageError

STORIES = "stories"  # made on the fly, endless: there is no text to load
PYTHON_DOCS = "python_docs"
NAMED = (STORIES, PYTHON_DOCS)
SMALLEST = 2_000  # characters: about a page; less has nothing to learn and nothing to hold out
MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def load_corpus(name):
    """Return the `Corpus` called `name`, or None for "stories", which has no end.

    Args:
        name: "stories", "python_docs" or the path of a text file in UTF-8.

    Raises:
        UsageError: there is neither such a corpus nor such a file.
        DataMissingError: the file cannot be read, is empty, tiny, or no text in UTF-8; or the
            named corpus is missing.
    """
    if name == STORIES:
        return None
    if name == PYTHON_DOCS:
        return load_python_docs()
    return read_text_file(name)


def read_text_file(path):
    """Return the `Corpus` of one text file; its name is the file's.

    Errors as for `load_corpus`.
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise UsageError(
            f"there is no corpus and no file called {str(path)!r}.",
            f"{', '.join(NAMED)} or the path of a text file.",
        )
    if path.is_dir():
        raise UsageError(
            f"{path} is a folder.",
            "one text file; on Linux and macOS `cat FOLDER/*.txt > all.txt` joins several.",
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataMissingError(
            f"{path} cannot be read ({error.strerror or error}).",
            "another file, or ask for the right to read this one.",
        ) from None
    corpus = make_corpus(path.name, _decode(raw, path), "the reader's own file")
    length = len(corpus.text.strip())
    if length < SMALLEST:
        what = "is empty" if length == 0 else f"holds {length:,} characters"
        raise DataMissingError(
            f"{path} {what}; a model needs at least {SMALLEST:,} to learn from.",
            "a longer text: 100,000 characters are a good beginning, a million is better.",
        )
    return corpus


def _decode(raw, path):
    """The text in these bytes; DataMissingError says where they are no UTF-8."""
    utf8 = f"save it as UTF-8, or: iconv -f ENCODING -t UTF-8 {path.name} > text.txt"
    for mark, encoding in MARKS.items():
        if raw.startswith(mark):
            raise DataMissingError(
                f"{path} begins like a file in {encoding}; expected UTF-8.",
                utf8.replace("ENCODING", encoding),
            )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataMissingError(
            f"{path} is no text in UTF-8: byte 0x{raw[error.start]:02x} at position "
            f"{error.start:,}, in line {line:,}, begins no character.",
            utf8 + " (ENCODING is often latin1 or cp1252).",
        ) from None
    if "\0" in text:
        raise DataMissingError(
            f"{path} holds zero bytes, the first at character {text.index(chr(0)):,}: it is no "
            "plain text.",
            "a file that a text editor shows as text.",
        )
    return text
