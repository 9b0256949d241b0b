"""Where data lie: embedded files with the course, downloads in a folder of the reader's.

Embedded data are looked for next to the package (a checkout), then inside it (an installed
wheel, where the build puts them under `_data`).
"""

import os
from importlib import metadata
from pathlib import Path

from course_utils.errors import DataMissingError

PACKAGE = Path(__file__).resolve().parent.parent
MARK = "digits.md"  # a card of ours: site-packages may hold somebody else's folder "data"


def data_folder(package=PACKAGE):
    """Return the folder of the embedded data and their cards.

    Args:
        package: folder of the package `course_utils`.

    Raises:
        DataMissingError: it is in neither place.
    """
    checkout, wheel = package.parent / "data", package / "_data"
    for folder in (checkout, wheel):
        if (folder / MARK).is_file():
            return folder
    raise DataMissingError(
        f"the course's data are neither in {checkout} nor in {wheel} (no {MARK} there).",
        mend("", package),
    )


def mend(file, package=PACKAGE):
    """Say, as the end of an error message, how to get an embedded `file` back.

    Only what holds the course can restore its files: git in a clone, pip for an installed
    package, otherwise a new copy. (`fetch` restores downloads only.)
    """
    folder = package.parent
    if (folder / ".git").exists():
        return f'git -C "{folder}" checkout -- data/{file}'
    if (folder / "pyproject.toml").is_file():
        return f"download the course again and copy data/{file} from it to {folder / 'data'}."
    return f'python -m pip install --force-reinstall --no-deps "course-utils @ git+{_address()}"'


def _address():
    """The repository's address, from the installed package's own metadata."""
    try:
        urls = metadata.metadata("course-utils").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        urls = []
    named = dict(url.split(", ", 1) for url in urls)
    return named.get("Repository", "ADDRESS")


def download_folder(home=None):
    """Return where full public sets are kept; the folder need not exist yet.

    Args:
        home: the folder to use. If None, the environment variable COURSE_DATA_HOME, or
            where that is not set, this system's cache folder for `course_utils`.
    """
    home = home or os.environ.get("COURSE_DATA_HOME")
    if home:
        return Path(home).expanduser()
    import pooch

    return Path(pooch.os_cache("course_utils"))
