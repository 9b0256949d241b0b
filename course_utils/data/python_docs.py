"""English to learn language from: the Python language reference, or tiny Shakespeare."""

from course_utils.data.catalogue import TINY_SHAKESPEARE, lookup
from course_utils.data.corpus import make_corpus
from course_utils.data.fetch import full_path
from course_utils.errors import DataMissingError
from course_utils.runtime import full


def load_python_docs():
    """Load half a megabyte of English.

    Returns:
        Corpus. By default the sections of the Python language reference that `help()` shows
        (module `pydoc_data.topics` of the standard library), sorted by name, an empty line
        between two. It differs a little from one Python version to the next: print what
        you conclude from it, not what you count in it. With COURSE_FULL=1 tiny
        Shakespeare, the same 1,115,394 characters everywhere.

    Raises:
        DataMissingError: this Python came without its documentation, or the stored copy of
            tiny Shakespeare is damaged.
        DownloadError: COURSE_FULL=1 is set and tiny Shakespeare cannot be downloaded.
    """
    if full():
        text = full_path("python_docs").read_bytes().decode("utf-8")
        return make_corpus("tinyshakespeare", text, TINY_SHAKESPEARE.licence)
    return make_corpus("python_docs", _reference(), lookup("python_docs").licence)


def _reference():
    try:
        from pydoc_data.topics import topics
    except ImportError:
        raise DataMissingError(
            "this Python came without the text of its language reference (pydoc_data.topics).",
            "use a complete Python 3.11-3.13, such as one from python.org.",
        ) from None
    return "\n\n".join(topics[name].strip("\n") for name in sorted(topics)) + "\n"
