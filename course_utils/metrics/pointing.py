"""The pointing game: does a heat map's highest point lie on the object?

A heat map that is only looked at can please anybody. Where the object is known, one number
says how often the map is right, and the same number for a blind guess says what it is worth.
"""

import numpy as np

from course_utils.errors import ShapeError


def pointing_hits(maps, masks):
    """For every image, whether the highest point of its map lies in its mask.

    Args:
        maps: array (N, H, W), any scale; higher means more important.
        masks: bool array (N, H, W), True on the object.

    Returns:
        bool array (N,). Of equal maxima the first one counts. A map without any difference
        (all zeros, or with NaN) points nowhere and is a miss.

    Raises:
        ShapeError: the shapes differ, are not (N, H, W), or there are no images.

    Source: J. Zhang et al. 2016, "Top-down Neural Attention by Excitation Backprop",
    arXiv:1608.00507, section 4.1; there a tolerance of 15 pixels is allowed, here none.
    """
    maps, masks = np.asarray(maps), np.asarray(masks, dtype=bool)
    if maps.shape != masks.shape or maps.ndim != 3 or not maps.size:
        raise ShapeError(
            f"maps are {maps.shape}, masks are {masks.shape}.",
            "give both as (N, H, W), at least one image; enlarge small maps to the mask's size.",
        )
    flat = maps.reshape(len(maps), -1)
    highest = flat.argmax(axis=1)
    on_object = np.take_along_axis(masks.reshape(len(masks), -1), highest[:, None], axis=1)[:, 0]
    return on_object & (flat.max(axis=1) > flat.min(axis=1))  # NaN compares as False


def pointing_score(maps, masks):
    """The share of images whose map points at the object: the mean of `pointing_hits`.

    The paper averages over classes; with equally many images per class that is the same.

    Returns:
        float in [0, 1].
    """
    return float(pointing_hits(maps, masks).mean())
