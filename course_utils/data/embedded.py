"""Read a file that travels with the course, after checking that it is the right one."""

from pathlib import Path

from course_utils.data import location
from course_utils.data.catalogue import Embedded, lookup
from course_utils.data.verify import fault_in
from course_utils.errors import DataMissingError, UsageError


def embedded_path(name, folder=None):
    """Return where the embedded file of the set `name` should lie (it is not opened).

    Args:
        name: a set of the catalogue that has an embedded file.
        folder: the folder of embedded data; the course's own if None.

    Raises:
        UsageError: no such set, or it embeds no file.
        DataMissingError: the course's data folder is not there at all.
    """
    entry = lookup(name)
    if not isinstance(entry.default, Embedded):
        raise UsageError(
            f"the data set {name!r} has no embedded file ({entry.default}).",
            f"call its loader, load_{name}().",
        )
    return Path(folder or location.data_folder()) / entry.default.file


def read_embedded(name, folder=None):
    """Return the verified bytes of the embedded file of the set `name`.

    Args and errors as `embedded_path`; also

    Raises:
        DataMissingError: the file is absent, truncated or altered. The message gives size
            and checksum found and expected, and the command that restores the file.
    """
    path = embedded_path(name, folder)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataMissingError(
            f"the data file {path} cannot be read ({error.strerror}).", location.mend(path.name)
        ) from None
    fault = fault_in(data, lookup(name).default, path.name)
    if fault:
        raise DataMissingError(f"{fault} (truncated or altered).", location.mend(path.name))
    return data
