"""Handwritten digits: 1,797 small ones with the course, 70,000 larger ones on request."""

import gzip
from dataclasses import dataclass

import numpy as np

from course_utils.data.catalogue import MNIST, lookup
from course_utils.data.embedded import read_embedded
from course_utils.data.fetch import full_path
from course_utils.runtime import full


@dataclass(frozen=True)
class Digits:
    """Images of handwritten digits and what they show.

    Args:
        images: float64 (N, H, W), ink from 0 (paper) to 1 (full).
        labels: int64 (N,), the digit, 0 to 9.
        names: the ten class names; `names[labels[i]]` says what image i shows.
        title: which set this is.
        licence: its licence.
    """

    images: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]
    title: str
    licence: str


def load_digits():
    """Load the handwritten digits.

    Returns:
        Digits. By default the UCI optdigits test set: N = 1797, H = W = 8, 17 grey levels.
        With COURSE_FULL=1 MNIST: N = 70000 (60,000 training images, then 10,000 test
        images, in their original order), H = W = 28, 256 grey levels, 440 MB as float64.

    Raises:
        DataMissingError: a file is damaged; the message says how to mend it.
        DownloadError: COURSE_FULL=1 is set and MNIST cannot be downloaded.

    Source: E. Alpaydin and C. Kaynak 1998, "Optical Recognition of Handwritten Digits", UCI
    Machine Learning Repository, doi:10.24432/C50P49. MNIST: Y. LeCun, L. Bottou, Y. Bengio
    and P. Haffner 1998, "Gradient-Based Learning Applied to Document Recognition".
    """
    return _mnist() if full() else _optdigits()


def _optdigits():
    entry = lookup("digits")
    text = gzip.decompress(read_embedded("digits")).decode("ascii")
    rows = np.loadtxt(text.splitlines(), delimiter=",", dtype=np.int64)  # (N, 64 pixels + label)
    images = rows[:, :64].reshape(-1, 8, 8) / 16.0
    return _digits(images, rows[:, 64].copy(), entry.title, entry.licence)


def _mnist():
    with np.load(full_path("digits"), allow_pickle=False) as arrays:
        pixels = np.concatenate([arrays["x_train"], arrays["x_test"]])  # uint8 (N, 28, 28)
        labels = np.concatenate([arrays["y_train"], arrays["y_test"]])
    return _digits(pixels / 255.0, labels.astype(np.int64), MNIST.title, MNIST.licence)


def _digits(images, labels, title, licence):
    return Digits(images, labels, tuple("0123456789"), title, licence)
