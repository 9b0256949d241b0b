"""Named arrays and a description, written to a folder so that a half-written one never counts.

A snapshot is two files: `epoch-0003.npz` with the arrays and `epoch-0003.json`, the manifest,
with the description and the SHA-256 of the first. Each is written under a temporary name and
then renamed, the manifest last: a snapshot exists when its manifest does. Whatever interrupts
the writing, the snapshot before it is still there, because old ones go last.

A training that has no epochs counts steps instead: `unit="step"` gives `step-0003.npz`.
"""

import contextlib
import hashlib
import json
from pathlib import Path

import numpy as np

from course_utils.errors import CourseError, DataMissingError
from course_utils.whole_file import write_whole

FORMAT = 1
ELSEWHERE = "name another folder, or free some space there."


def write(folder, number, arrays, about, keep=1, unit="epoch"):
    """Write one snapshot, then delete all but the newest `keep`.

    Args:
        folder: made if it does not exist.
        number: of epochs completed; it names the files.
        arrays: dict name -> NumPy array.
        about: dict that JSON can hold.
        unit: what is counted, "epoch" or "step".

    Returns:
        The path of the manifest.

    Raises:
        CourseError: the folder or a file cannot be written; older snapshots are untouched.
    """
    folder = Path(folder)
    data = folder / f"{unit}-{number:04}.npz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(data, lambda file: np.savez(file, **arrays))
        manifest = {
            "format": FORMAT,
            unit: number,
            "file": data.name,
            "sha256": _sha256(data),
            "bytes": data.stat().st_size,
            **about,
        }
        text = json.dumps(manifest, indent=1) + "\n"
        write_whole(data.with_suffix(".json"), lambda file: file.write(text.encode()))
    except OSError as error:
        raise CourseError(
            f"cannot write the checkpoint {data} ({error.strerror or error}).", ELSEWHERE
        ) from None
    with contextlib.suppress(OSError):  # a file that stays does no harm
        for old in _manifests(folder, unit)[:-keep]:
            old.unlink()
        for rest in (*folder.glob(f"{unit}-*.npz"), *folder.glob(f"{unit}-*.part")):
            if rest.suffix == ".part" or not rest.with_suffix(".json").exists():
                rest.unlink()  # of an old snapshot, or of a training that was killed while writing
    return data.with_suffix(".json")


def newest(folder, unit="epoch"):
    """The path of the newest manifest in `folder`, or None."""
    found = _manifests(Path(folder), unit)
    return found[-1] if found else None


def read(manifest):
    """Read the snapshot that belongs to this manifest.

    Returns:
        (arrays, about): as they were given to `write`, `about` with the manifest's own entries.

    Raises:
        DataMissingError: a file is absent or is not what was written; the message names it,
            with what was expected and what was found.
    """
    manifest = Path(manifest)
    about = describe(manifest)
    data = manifest.with_name(about["file"])
    remedy = f"delete {manifest.name}; an older checkpoint is then used, if there is one."
    if not data.is_file():
        raise DataMissingError(f"{data} is missing, but {manifest.name} speaks of it.", remedy)
    found = _sha256(data)
    if found != about["sha256"]:
        raise DataMissingError(
            f"{data} is damaged: expected {about['bytes']:,} bytes with SHA-256 "
            f"{about['sha256'][:12]}..., found {data.stat().st_size:,} bytes with "
            f"{found[:12]}... .",
            remedy,
        )
    with np.load(data, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}, about


def describe(manifest):
    """The manifest as a dict, without the arrays.

    Raises:
        DataMissingError: it is not the JSON of a snapshot of this format.
    """
    try:
        about = json.loads(Path(manifest).read_bytes())
        form = about["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise DataMissingError(
            f"{manifest} is damaged: expected the JSON of a checkpoint, found something else "
            f"({type(error).__name__}: {error}).",
            f"delete {Path(manifest).name}; an older checkpoint is then used, if there is one.",
        ) from None
    if form != FORMAT:
        raise DataMissingError(
            f"{manifest} has format {form}, expected {FORMAT}.",
            "train again with this version of the course, in another folder.",
        )
    return about


def _manifests(folder, unit):
    """All manifests, the smallest number first."""
    return sorted(folder.glob(f"{unit}-*.json"), key=lambda path: int(path.stem.split("-")[1]))


def _sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
