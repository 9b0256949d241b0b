"""A tokenizer as a file: JSON that a person can read, and that tells when it is damaged.

The same tokenizer gives the same bytes on every machine. The file holds what the tokenizer is
made of and nothing that follows from it:

    kind         "byte pairs" or "characters"
    version      of this format
    special      names of the special tokens; their ids follow the others
    merges       byte pairs: [left id, right id], one a line, the first makes token 256
    characters   characters: one str, sorted by code point
    fingerprint  SHA-256 of all the rest

It is written under a temporary name first: whatever interrupts the writing, a file with the
right name is complete.
"""

import hashlib
import json
from pathlib import Path

from course_utils.errors import CourseError, DataMissingError
from course_utils.text.bpe import BytePairTokenizer
from course_utils.text.characters import CharacterTokenizer
from course_utils.whole_file import write_whole

VERSION = 1
_MAKE = {
    "byte pairs": lambda body: BytePairTokenizer(body["merges"], body["special"]),
    "characters": lambda body: CharacterTokenizer(body["characters"], body["special"]),
}


def save_tokenizer(tokenizer, path):
    """Write a tokenizer to `path`, replacing what is there.

    Raises:
        CourseError: it is no tokenizer of this package, or the file cannot be written; then
            what was at `path` is still there.
    """
    body = _body(tokenizer)
    lines = [f"{_json(key)}: {_value(value)}" for key, value in body.items()]
    lines.append(f'"fingerprint": "{_digest(body)}"')
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    try:
        write_whole(path, lambda file: file.write(text.encode("utf-8")))
    except OSError as error:
        raise CourseError(
            f"cannot write the tokenizer {path} ({error.strerror or error}).",
            "name a folder that exists, on a disk with free space.",
        ) from None


def load_tokenizer(path):
    """Read a tokenizer that `save_tokenizer` wrote.

    Returns:
        BytePairTokenizer or CharacterTokenizer, equal to the one that was saved.

    Raises:
        DataMissingError: there is no such file, it is damaged, or it is of a newer version
            or of a kind that is not known here.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataMissingError(
            f"cannot read the tokenizer {path} ({error.strerror or error}).",
            "check the path; save_tokenizer(tokenizer, path) writes one.",
        ) from None
    try:
        body = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _damaged(path, f"{len(data):,} bytes that are no JSON ({error})") from None
    if not isinstance(body, dict) or "kind" not in body or "version" not in body:
        raise DataMissingError(
            f"{path} is JSON, but no tokenizer: it lacks 'kind' and 'version'.",
            "pass the file that save_tokenizer wrote, often tokenizer.json.",
        )
    if body["version"] != VERSION:
        if not isinstance(body["version"], int) or body["version"] < VERSION:
            raise _damaged(path, f"version {body['version']!r}, which there never was")
        raise DataMissingError(
            f"{path} has version {body['version']!r}; this course reads version {VERSION}.",
            "update the course: git pull, or pip install --upgrade.",
        )
    if body["kind"] not in list(_MAKE):
        raise DataMissingError(
            f"{path} holds a tokenizer of kind {body['kind']!r}; known are {', '.join(_MAKE)}.",
            "pass a tokenizer of this course, or save yours again.",
        )
    try:
        tokenizer = _MAKE[body["kind"]](body)
    except (CourseError, KeyError, TypeError) as error:
        says = error.what if isinstance(error, CourseError) else f"{type(error).__name__}: {error}"
        raise _damaged(path, says) from None
    if fingerprint(tokenizer) != body.get("fingerprint"):
        raise _damaged(
            path,
            f"content with SHA-256 {fingerprint(tokenizer)[:12]}..., but a fingerprint of "
            f"{str(body.get('fingerprint'))[:12]}...",
        )
    return tokenizer


def fingerprint(tokenizer):
    """Return the SHA-256 of what a tokenizer is made of, 64 hex digits.

    Two tokenizers with the same fingerprint give the same ids to every text. A checkpoint
    keeps it, so that a model never meets the ids of another tokenizer.
    """
    return _digest(_body(tokenizer))


def _body(tokenizer):
    head = {"version": VERSION}
    if isinstance(tokenizer, BytePairTokenizer):
        parts = {"kind": "byte pairs", "merges": list(map(list, tokenizer.merges))}
    elif isinstance(tokenizer, CharacterTokenizer):
        parts = {"kind": "characters", "characters": tokenizer.characters}
    else:
        raise CourseError(
            f"{type(tokenizer).__name__} is no tokenizer that can be saved.",
            "pass a BytePairTokenizer or a CharacterTokenizer.",
        )
    return {"kind": parts.pop("kind"), **head, "special": list(tokenizer.special), **parts}


def _json(value):
    return json.dumps(value, ensure_ascii=False)


def _value(value):
    """JSON on one line, but a list of merges with one merge a line."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "[\n" + ",\n".join(map(_json, value)) + "\n]"
    return _json(value)


def _digest(body):
    return hashlib.sha256(_json(body).encode("utf-8")).hexdigest()


def _damaged(path, found):
    return DataMissingError(
        f"{path} is damaged: expected a tokenizer, found {found}.",
        "copy or download it again; or train again and save_tokenizer(tokenizer, path).",
    )
