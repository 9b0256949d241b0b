"""Get full public data sets: once, verified, kept in the reader's download folder.

Lessons need none of them unless COURSE_FULL=1 is set. A set that lies in the download
folder already is used after verification, without network and without writing.
"""

from course_utils.data.catalogue import CATALOGUE, Embedded, lookup
from course_utils.data.embedded import embedded_path, read_embedded
from course_utils.data.location import download_folder
from course_utils.data.verify import fault_in
from course_utils.errors import DataMissingError, DownloadError, UsageError


def known():
    """Return the names that `fetch` takes, sorted."""
    return sorted(CATALOGUE)


def fetch(name, force=False, home=None, progress=True, *, urls=None, limits=None):
    """Make sure that the full version of a data set is on this machine.

    Args:
        name: a set of the catalogue.
        force: download also if the file is there; it is replaced only by a good one.
        home: download folder; COURSE_DATA_HOME or the system's cache folder if None.
        progress: draw a progress bar while downloading and end with one printed line.
        urls: addresses to use in place of the catalogue's.
        limits: `download.Limits`, seconds to wait.

    Returns:
        Path of the verified file. For a set without a larger version that is the file
        embedded in the course: it is verified, and nothing is downloaded. None for a set
        that is generated and has no larger version.

    Raises:
        UsageError: unknown name.
        DataMissingError: the file that is there is damaged, and `force` is False.
        DownloadError: it could not be downloaded or stored. Nothing bad bears its name.
    """
    say = print if progress else _silent
    full = lookup(name).full
    if full is None:
        return _check_embedded(name, say)
    path = None if force else stored(name, home)
    if path:
        say(f"{name}: {full.title}: already at {path}, verified")
        return path
    path = download_folder(home) / full.file
    _download(name, path, urls or full.urls, limits, progress)
    say(f"{name}: {full.title}: now at {path}, verified")
    return path


def stored(name, home=None):
    """Return the path of the full version if it lies in the download folder, else None.

    Raises:
        DataMissingError: a file is there, but not the right one.
    """
    full = _full(name)
    for file in (full.file, *full.other_files):
        path = download_folder(home) / file
        try:
            fault = _fault_at(path, full)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            fault = f"{path.name} in {path.parent} cannot be read ({error.strerror})"
        if not fault:
            return path
        raise DataMissingError(
            f"{fault} (an interrupted download or another file?).", _way_out(name, path)
        )
    return None


def full_path(name):
    """Return the path of the full version, downloading it if it is not stored yet.

    Errors as `fetch`.
    """
    return stored(name) or fetch(name)


def _full(name):
    full = lookup(name).full
    if full is None:
        raise UsageError(f"the data set {name!r} has no full version.", "use the default one.")
    return full


def _way_out(name, path):
    """What mends a wrong `path`: `fetch --force` writes only the catalogued file name."""
    if path.name == _full(name).file:
        return f"python -m course_utils fetch {name} --force"
    return f"move {path} away, then python -m course_utils fetch {name}"


def _fault_at(path, source):
    return fault_in(path.read_bytes(), source, path.name)


def _check_embedded(name, say):
    """Verify a set that has nothing to download; return its file, or None without one."""
    default = lookup(name).default
    if not isinstance(default, Embedded):
        say(f"{name}: {default} when a lesson asks for it; nothing to download")
        return None
    read_embedded(name)
    path = embedded_path(name)
    say(f"{name}: embedded in the course at {path}, verified; nothing to download")
    return path


def _download(name, path, urls, limits, progress):
    from course_utils.data.download import TransferError, download

    full = _full(name)
    again = f"python -m course_utils fetch {name}" + (" --force" if path.exists() else "")
    try:
        download(
            urls,
            path,
            fault=lambda work: fault_in(work.read_bytes(), full, path.name),
            max_bytes=full.max_bytes,
            limits=limits,
            progress=progress,
        )
    except TransferError as error:
        kept = f" {error.kept:,} bytes are kept." if error.kept else ""
        later = " later, which goes on from there" if error.kept else " later"
        raise DownloadError(
            f"{full.title}, could not be downloaded: {'; '.join(error.reasons)}.{kept}",
            f"`{again}`{later}, or save the file yourself as {path}. "
            "Without COURSE_FULL=1 lessons need no download.",
        ) from None
    except OSError as error:
        raise DownloadError(
            f"{path} cannot be written ({error.strerror or error}).",
            "free some space, or set COURSE_DATA_HOME to a folder that you may write to, "
            f"then `{again}`.",
        ) from None


def _silent(_line):
    """Say nothing."""
