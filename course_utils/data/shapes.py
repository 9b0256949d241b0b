"""Drawn colour pictures of ten shapes, each with the exact place of its shape.

A picture holds one shape of random size, tilt, place and colour, on a texture, among ovals,
behind a thin stroke, under pixel noise (`scenes` draws it). Nothing but the outline depends
on the class. The same seed gives the same bytes on every machine.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_utils.data import outlines
from course_utils.data.catalogue import CIFAR10
from course_utils.data.cifar import CLASSES, load_cifar10
from course_utils.data.scenes import COLUMNS, NOISE, SIDE, Draws, draw_scenes
from course_utils.runtime import full

_CHUNK = 200  # pictures drawn at once: their planes fit a processor's cache


@dataclass(frozen=True)
class Shapes:
    """Pictures, what they show, and where.

    Args:
        images: float32 (N, 32, 32, 3), red, green and blue from 0 to 1, in steps of 1/255.
        labels: int64 (N,), 0 to 9.
        names: the ten class names; `names[labels[i]]` says what picture i shows.
        masks: bool (N, 32, 32), True where the shape is visible; None where nobody knows.
        centres: float64 (N, 2), the whole shape's centre of mass as (row, column) in pixels,
            (0, 0) being the middle of the top left pixel; a ring's and a moon's lie beside
            the shape. None where nobody knows.
        title: which set this is.
        licence: its licence.
    """

    images: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]
    masks: np.ndarray | None
    centres: np.ndarray | None
    title: str
    licence: str

    def __len__(self):
        return len(self.labels)


class Splits(NamedTuple):
    """Three `Shapes` that share no picture."""

    train: Shapes
    valid: Shapes
    test: Shapes


def make_shapes(n, seed):
    """Draw `n` pictures.

    Args:
        n: how many, 1 or more.
        seed: a whole number from 0 up. Another seed gives other pictures; the first k of
            `make_shapes(n, seed)` are `make_shapes(k, seed)`.

    Returns:
        Shapes. Each ten pictures in a row, from the first on, show the ten classes once, in
        random order.

    Raises:
        ValueError: `n` or `seed` is not such a number.

    Cost: about 0.3 ms of processor time a picture.
    """
    for value, name, least in ((n, "n", 1), (seed, "seed", 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise ValueError(f"{name} must be a whole number from {least} up, not {value!r}.")
    labels = _labels(n, np.random.default_rng([seed, 0]))
    numbers = np.random.default_rng([seed, 1])
    grain = np.random.default_rng([seed, 2])
    drawn = []
    for start in range(0, n, _CHUNK):
        chunk = labels[start : start + _CHUNK]
        draw = Draws(numbers.random((len(chunk), COLUMNS)).astype(np.float32))
        noise = grain.integers(-NOISE, NOISE + 1, (len(chunk), 2, SIDE, SIDE, 3), dtype=np.int16)
        drawn.append(draw_scenes(chunk, draw, noise))
    levels, masks, centres = (np.concatenate(part) for part in zip(*drawn, strict=True))
    images = levels.astype(np.float32) / np.float32(255)
    title = "drawn shapes of 32x32 pixels in colour, ten kinds"
    return Shapes(images, labels, outlines.NAMES, masks, centres, title, "CC0 1.0")


def load_shapes(train=4000, valid=500, test=1000):
    """Load pictures to learn from, to choose by, and to test with.

    Args:
        train, valid, test: how many drawn pictures; each split has a seed of its own.
            COURSE_FULL=1 takes no notice of them.

    Returns:
        Splits of `Shapes`. With COURSE_FULL=1 CIFAR-10: 45,000, 5,000 and 10,000 pictures,
        or, where only an excerpt (cifar10_6k.npz) lies in the download folder, 4,500, 500
        and 1,000; `title` says which. `masks` and `centres` are None.

    Raises:
        ValueError: a size is not a whole number from 1 up.
        DataMissingError: the stored copy of CIFAR-10 is damaged.
        DownloadError: COURSE_FULL=1 is set and CIFAR-10 cannot be downloaded.
    """
    if full():
        return Splits(*(_photographs(*part) for part in load_cifar10()))
    sizes = train, valid, test
    return Splits(*(make_shapes(n, seed) for seed, n in enumerate(sizes, start=1)))


def _photographs(images, labels, title):
    return Shapes(images, labels, CLASSES, None, None, title, CIFAR10.licence)


def _labels(n, rng):
    """Return n labels, int64: a random order of the ten classes, then another, ..."""
    rounds = -(-n // len(outlines.NAMES))
    return rng.random((rounds, len(outlines.NAMES))).argsort(axis=1).ravel()[:n]
