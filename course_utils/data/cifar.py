"""CIFAR-10: ten kinds of small photographs, for those who ask for full data.

The full set is verified by content. An excerpt that a course may hand out as
`cifar10_6k.npz` is used where the full set is not stored; nobody publishes its checksum, so
only its form is checked, and its title says so.
"""

import zipfile
import zlib
from typing import NamedTuple

import numpy as np

from course_utils.data.catalogue import lookup
from course_utils.data.fetch import fetch, stored
from course_utils.data.location import download_folder
from course_utils.data.records import batches_in, decode
from course_utils.errors import DataMissingError

CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
EXCERPT = "cifar10_6k.npz"
_VALID = 10  # one in so many training pictures of each class is kept for choosing


class Photographs(NamedTuple):
    """Photographs and what they show.

    Args:
        images: float32 (N, 32, 32, 3), red, green and blue from 0 to 1, in steps of 1/255.
        labels: int64 (N,), index in `CLASSES`.
        title: which set this is.
    """

    images: np.ndarray
    labels: np.ndarray
    title: str


def load_cifar10():
    """Load CIFAR-10 for training, choosing and testing.

    Returns:
        Three `Photographs` in their original order: N = 45000, 5000 and 10000, the second
        being the last tenth of each class's training pictures. From the excerpt 4500, 500
        and 1000.

    Raises:
        DataMissingError: the stored file is damaged or something else.
        DownloadError: nothing is stored, and it cannot be downloaded.

    Source: A. Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images",
    chapter 3, University of Toronto.
    """
    path = stored("shapes")
    excerpt = download_folder() / EXCERPT
    if path is None and excerpt.exists():
        return _split(*_excerpt(excerpt))
    return _split(*_whole(path or fetch("shapes")), lookup("shapes").full.title)


def _whole(path):
    *train, test = map(
        decode, batches_in(path.read_bytes(), [name for name, _ in lookup("shapes").full.batches])
    )
    images, labels = (np.concatenate(part) for part in zip(*train, strict=True))
    return (images, labels), test


def _excerpt(path):
    """Return (images, labels) for training and testing, and a title, after checking them."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            parts = [
                (arrays[f"x_{part}"], arrays[f"y_{part}"].ravel()) for part in ("train", "test")
            ]
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise _refused(path, f"cannot be read as one ({type(error).__name__})") from None
    for images, labels in parts:
        if images.dtype != np.uint8 or images.shape != (len(labels), 32, 32, 3):
            raise _refused(path, f"holds {images.dtype} {images.shape} for {len(labels)} labels")
        if labels.dtype.kind not in "iu" or not np.isin(labels, np.arange(10)).all():
            raise _refused(path, "has labels other than the whole numbers 0 to 9")
        counts = np.bincount(labels, minlength=10)
        if counts.min() < _VALID or counts.min() != counts.max():
            raise _refused(path, f"has {counts.tolist()} pictures of the ten classes")
    number = sum(len(labels) for _, labels in parts)
    title = f"an excerpt of CIFAR-10: {number:,} of its 60,000 photographs, not verified"
    return *((images, labels.astype(np.int64)) for images, labels in parts), title


def _refused(path, finding):
    return DataMissingError(
        f"{path} should be an excerpt of CIFAR-10 (x_train, y_train, x_test, y_test; uint8 "
        f"pictures of 32x32x3, as many of each class), but it {finding}.",
        "move it away, then `python -m course_utils fetch shapes` for the full set (170 MB), "
        "or unset COURSE_FULL for the drawn shapes.",
    )


def _split(train, test, title):
    images, labels = train
    held = np.zeros(len(labels), dtype=bool)
    for k in range(len(CLASSES)):
        rows = np.nonzero(labels == k)[0]
        held[rows[len(rows) - len(rows) // _VALID :]] = True
    parts = (images[~held], labels[~held]), (images[held], labels[held]), test
    return tuple(
        Photographs(pixels.astype(np.float32) / np.float32(255), kinds, title)
        for pixels, kinds in parts
    )
