"""What a folder or a zip file holds, read with suspicion.

Nothing is ever extracted under a name from inside an archive: a caller copies one entry at a
time to a place of its own choice. Sizes are counted while bytes arrive, because what an
archive says about itself may be a lie.
"""

import contextlib
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from course_utils.classroom.submission import LARGEST
from course_utils.errors import CourseError, UsageError

MB = 10**6
PIECE = 1 << 16
DIRECTORY = 64 * MB  # a zip's list of contents is held in memory
NESTED = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz")


@dataclass(frozen=True)
class Limits:
    """How much is accepted. `ratio` is unpacked to packed, and counts from 1 MB on."""

    file: int = LARGEST
    total: int = 2048 * MB
    entries: int = 20_000
    ratio: int = 200


class Refused(Exception):
    """One entry cannot be taken; the text says why, as the end of "NAME: ..."."""


@dataclass(frozen=True)
class Entry:
    """One file of a folder or archive.

    Args:
        parts: its path, from the outside in.
        when: when it was last changed, ISO 8601 with zone, or None.
        problem: why it must not be opened, or "".
        open: opens it for reading bytes.
        said: its size as the folder or the archive says; an archive may lie.
        packed: bytes it takes up in an archive, or None.
    """

    parts: tuple[str, ...]
    when: str | None
    problem: str
    open: Callable
    said: int = 0
    packed: int | None = None

    @property
    def name(self):
        return "/".join(self.parts)


class Copier:
    """Copies entries; knows how much has been copied altogether."""

    def __init__(self, limits):
        self.limits, self.total = limits, 0

    def copy(self, entry, target):
        """Copy `entry` to the new file `target`.

        Raises:
            Refused: it must not be opened, is too large, or damaged; `target` is then gone.
            CourseError: all that was copied together is too much.
        """
        if entry.problem:
            raise Refused(entry.problem)
        if entry.said > self.limits.file:
            raise Refused(f"larger than {self.limits.file // MB} MB")
        try:
            with entry.open() as source, open(target, "xb") as file:
                self._pour(source, file, entry.packed)
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.unlink(target)
            if isinstance(error, _DAMAGED):
                raise Refused(f"cannot be read ({error})") from None
            raise

    def _pour(self, source, file, packed):
        size = 0
        while piece := source.read(PIECE):
            size += len(piece)
            self.total += len(piece)
            if size > self.limits.file:
                raise Refused(f"larger than {self.limits.file // MB} MB")
            if packed is not None and size > max(MB, packed * self.limits.ratio):
                raise Refused(f"unpacks to more than {self.limits.ratio} times its size")
            if self.total > self.limits.total:
                raise CourseError(
                    f"the files together are larger than {self.limits.total // MB} MB.",
                    "look at what the archive holds; collect one lesson at a time.",
                )
            file.write(piece)


_DAMAGED = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@contextlib.contextmanager
def entries_of(path, limits=Limits()):
    """Give the list of `Entry` of a folder, a zip file or a single notebook, sorted by name.

    Raises:
        UsageError: `path` is none of them.
        CourseError: too many entries, or a damaged archive.
    """
    path = Path(path)
    if path.is_dir():
        found = _folder(path, limits)
        yield sorted(found, key=lambda entry: entry.parts)
    elif path.is_file() and path.suffix == ".ipynb":
        yield [_file(path, (path.name,))]
    elif path.is_file() and zipfile.is_zipfile(path):
        _check_directory(path)
        try:
            archive = zipfile.ZipFile(path)
        except (*_DAMAGED, ValueError, struct.error) as error:
            raise CourseError(
                f"{path.name} is a damaged archive ({error}).", "download it again."
            ) from None
        with archive:
            members = archive.infolist()
            _count(len(members), limits)
            found = [_member(archive, member) for member in members if not member.is_dir()]
            yield sorted(found, key=lambda entry: entry.parts)
    else:
        raise UsageError(
            f"{path} is neither a folder nor a zip file."
            if path.exists()
            else f"there is no {path}.",
            "collect FOLDER, or the zip file that a learning platform gives out.",
        )


def _count(number, limits):
    if number > limits.entries:
        raise CourseError(
            f"it holds more than {limits.entries:,} files.",
            "collect one lesson of one class at a time.",
        )


def _folder(root, limits):
    found = []
    for folder, folders, files in os.walk(root, followlinks=False):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in (*files, *links):
            path = Path(folder, name)
            found.append(_file(path, path.relative_to(root).parts))
        _count(len(found), limits)
    return found


def _file(path, parts):
    try:
        status = os.lstat(path)
    except OSError as error:
        return Entry(parts, None, f"cannot be read ({error.strerror})", _never)
    problem = ""
    if stat.S_ISLNK(status.st_mode):
        problem = "a symbolic link"
    elif not stat.S_ISREG(status.st_mode):
        problem = "not a regular file"
    when = datetime.fromtimestamp(status.st_mtime, UTC).isoformat()
    problem = problem or _nested(parts[-1])
    return Entry(_composed(parts), when, problem, lambda: _open(path), status.st_size)


def _open(path):
    # A link put there after the look above is not followed, and a pipe does not block.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    return os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb")


def _member(archive, member):
    name = _name(member)
    slashes = name.replace("\\", "/")
    parts = tuple(part for part in slashes.split("/") if part not in ("", "."))
    kind = stat.S_IFMT(member.external_attr >> 16)
    problem = ""
    if slashes.startswith("/") or re.match(r"[A-Za-z]:", slashes) or ".." in parts or not parts:
        problem = "its name leads out of the archive"
    elif any(unicodedata.category(letter) == "Cc" for letter in name):
        problem = "its name holds control characters"
    elif kind == stat.S_IFLNK:
        problem = "a symbolic link"
    elif kind not in (0, stat.S_IFREG):
        problem = "not a regular file"
    elif member.flag_bits & 1:
        problem = "encrypted"
    parts = _composed(parts) or ("?",)
    return Entry(
        parts,
        _when(member),
        problem or _nested(parts[-1]),
        lambda: archive.open(member),
        member.file_size,
        member.compress_size,
    )


def _name(member):
    """The member's name; old programs write UTF-8 and do not say so, and zip means CP437 then."""
    if member.flag_bits & 0x800:
        return member.orig_filename
    with contextlib.suppress(UnicodeError):
        return member.orig_filename.encode("cp437").decode("utf-8")
    return member.orig_filename


def _when(member):
    """When the member was changed: in UTC if the archive says so, else in this computer's zone."""
    extra, at = member.extra, 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == 0x5455 and size >= 5 and at + 9 <= len(extra) and extra[at + 4] & 1:
            seconds = struct.unpack_from("<i", extra, at + 5)[0]
            return datetime.fromtimestamp(seconds, UTC).isoformat()
        at += 4 + size
    try:
        return datetime(*member.date_time).astimezone().isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _nested(name):
    return "an archive inside" if name.casefold().endswith(NESTED) else ""


def _composed(parts):
    """Names with their accents as one character each; a Mac writes them as two."""
    return tuple(unicodedata.normalize("NFC", part) for part in parts)


def _check_directory(path):
    """Refuse a zip whose list of contents would not fit into memory, before it is read."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        file.seek(max(0, size - 66_000))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    listed = struct.unpack_from("<I", tail, at + 12)[0] if at >= 0 and at + 16 <= len(tail) else 0
    if listed > DIRECTORY and listed != 0xFFFFFFFF:
        raise CourseError(
            f"{path.name} lists {listed // MB} MB of file names.", "this is no set of notebooks."
        )
    if listed == 0xFFFFFFFF and size > DIRECTORY:
        long = tail.rfind(b"PK\6\6")
        known = long >= 0 and long + 48 <= len(tail)
        if not known or struct.unpack_from("<Q", tail, long + 40)[0] > DIRECTORY:
            raise CourseError(
                f"{path.name} lists more file names than fit into memory.",
                "this is no set of notebooks.",
            )


def _never():
    raise OSError("not opened")
