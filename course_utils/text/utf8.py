"""Text to UTF-8 bytes, refusing what is no text with a message that says where."""

from course_utils.errors import CourseError


def encode(text):
    """Return the UTF-8 bytes of a str.

    Every str has such bytes but for one kind of character: a lone surrogate (U+D800 to
    U+DFFF), half of a pair with which UTF-16 writes one character.

    Raises:
        CourseError: `text` is not a str, or holds a lone surrogate; the message gives its
            position.

    Source: The Unicode Standard, chapter 3, definition D92; RFC 3629, section 3.
    """
    try:
        return text.encode("utf-8")
    except AttributeError:
        kind = type(text).__name__
        raise CourseError(
            f"text must be a str, got {kind}: {short(text)}.",
            'decode it first: data.decode("utf-8").'
            if isinstance(text, bytes | bytearray)
            else "pass one str.",
        ) from None
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        raise CourseError(
            f"position {error.start} of the text holds U+{code:04X}, half of a surrogate pair "
            "that stands alone. It is no character and has no UTF-8.",
            'repair the text: text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").',
        ) from None


def short(value, limit=40):
    """The repr of a value, cut to `limit` characters, for a message."""
    text = repr(value[:limit] if isinstance(value, str | bytes | bytearray) else value)
    return text if len(text) <= limit else text[: limit - 3] + "..."
