"""Drawn shapes: known truth, no short cut to the label, the same bytes everywhere."""

import time

import numpy as np
import pytest

from course_utils.data.outlines import NAMES
from course_utils.data.scenes import COLUMNS, NOISE, Draws, draw_scenes
from course_utils.data.shapes import load_shapes, make_shapes
from course_utils.data.verify import sha256

PIXELS = "ae5c344231ecd02109120fa35a9f7fb6109f438749f746af07bc63662a8913b4"
MASKS = "d70a5daaafe5c94720c19567041943f2294075b42107220c6a886ba10f505165"


@pytest.fixture(scope="module")
def many():
    return make_shapes(3000, seed=1)


def accuracy_of_a_linear_model(features, labels, trained, penalty=1e-2):
    """Fit ridge regression to the ten classes on the first `trained` rows, score the rest."""
    features = (features - features.mean(0)) / features.std(0)
    targets = np.eye(10)[labels]
    rows = features[:trained]
    kernel = rows @ rows.T
    kernel[np.diag_indices(trained)] += penalty * np.trace(kernel) / trained
    weights = rows.T @ np.linalg.solve(kernel, targets[:trained] - 0.1)
    return np.mean((features[trained:] @ weights).argmax(1) == labels[trained:])


def test_arrays_have_the_promised_shapes_and_types(many):
    assert len(many) == 3000
    assert (many.images.shape, many.images.dtype) == ((3000, 32, 32, 3), np.float32)
    assert (many.labels.shape, many.labels.dtype) == ((3000,), np.int64)
    assert (many.masks.shape, many.masks.dtype) == ((3000, 32, 32), np.bool_)
    assert (many.centres.shape, many.centres.dtype) == ((3000, 2), np.float64)
    assert (many.names, many.licence) == (NAMES, "CC0 1.0")


def test_pixels_are_whole_levels_between_0_and_1(many):
    levels = many.images * np.float32(255)
    assert (many.images.min(), many.images.max()) == (0.0, 1.0)
    np.testing.assert_allclose(levels, np.round(levels), atol=1e-4)


def test_a_seed_gives_the_same_bytes_on_every_machine():
    found = make_shapes(230, seed=7)
    levels = np.round(found.images * 255).astype(np.uint8)
    assert sha256(levels) == PIXELS
    assert sha256(np.packbits(found.masks)) == MASKS


@pytest.mark.parametrize("k", [1, 9, 200, 201, 230])
def test_the_first_pictures_do_not_depend_on_how_many_follow(k):
    few, more = make_shapes(k, seed=7), make_shapes(230, seed=7)
    for name in ("images", "labels", "masks", "centres"):
        np.testing.assert_array_equal(getattr(few, name), getattr(more, name)[:k])


def test_another_seed_gives_other_pictures():
    one, other = make_shapes(20, seed=1), make_shapes(20, seed=2)
    assert (np.abs(one.images - other.images).mean(axis=(1, 2, 3)) > 0.02).all()


def test_each_ten_in_a_row_show_every_class_once_in_changing_order(many):
    tens = many.labels.reshape(-1, 10)
    np.testing.assert_array_equal(np.sort(tens, axis=1), np.tile(np.arange(10), (300, 1)))
    assert len({tuple(ten) for ten in tens}) > 250


def test_splits_have_the_sizes_asked_for_and_share_no_picture():
    splits = load_shapes(train=60, valid=20, test=40)
    assert [len(part) for part in splits] == [60, 20, 40]
    pictures = [image.tobytes() for part in splits for image in part.images]
    assert len(set(pictures)) == 120
    np.testing.assert_array_equal(splits.test.images, load_shapes(5, 5, 40).test.images)


def test_a_shape_covers_about_a_sixth_of_the_picture_and_never_vanishes(many):
    areas = many.masks.sum(axis=(1, 2))
    assert 0.15 < many.masks.mean() < 0.2
    assert areas.min() > 80
    assert areas.max() < 265


def test_the_middle_of_the_picture_lies_on_fewer_than_half_of_the_shapes(many):
    assert 0.35 < many.masks[:, 15:17, 15:17].mean() < 0.5


def test_a_mask_is_the_region_that_differs_in_colour_from_what_surrounds_it(many):
    """In a clean scene (no noise) the mask's colour stands out, on its own ground."""
    clear = 0
    for image, mask in zip(many.images[:400], many.masks[:400], strict=True):
        padded = np.pad(mask, 2)
        wide = np.any(
            [padded[2 + i : 34 + i, 2 + j : 34 + j] for i in (-2, 0, 2) for j in (-2, 0, 2)], axis=0
        )
        inside, around = image[mask], image[wide & ~mask]
        clear += np.abs(np.median(inside, axis=0) - np.median(around, axis=0)).max() > 0.15
    assert clear > 392


def test_centres_are_the_centres_of_mass_of_shapes_that_are_whole(many):
    rows, columns = np.mgrid[:32, :32]
    inner = (np.abs(many.centres - 15.5) < 4).all(axis=1)
    assert inner.sum() > 200
    area = many.masks[inner].sum(axis=(1, 2))
    found = np.stack(
        [(many.masks[inner] * along).sum(axis=(1, 2)) / area for along in (rows, columns)]
    )
    off = np.hypot(*(found - many.centres[inner].T))
    assert np.median(off) < 0.6  # a stroke hides some pixels of some shapes
    assert off.max() < 4


def test_no_class_is_larger_or_brighter_than_another(many):
    kinds = [many.labels == k for k in range(10)]
    area = np.array([many.masks[kind].mean() for kind in kinds])
    light = np.array([many.images[kind].mean() for kind in kinds])
    assert np.ptp(area) < 0.02
    assert np.ptp(light) < 0.06


def test_colours_sizes_and_places_do_not_give_the_class_away(many):
    means, spreads = many.images.mean(axis=(1, 2)), many.images.std(axis=(1, 2))
    square = many.centres[:, :, None] * many.centres[:, None, :]
    area = many.masks.sum(axis=(1, 2))[:, None].astype(float)
    for features in (means, np.hstack([means, spreads]), many.centres, square.reshape(-1, 4), area):
        assert accuracy_of_a_linear_model(features, many.labels, 2000) < 0.15  # chance: 0.10


def test_a_linear_model_of_the_pixels_stays_far_below_60_percent(many):
    pixels = many.images.reshape(len(many), -1).astype(float)
    for penalty in (1e-3, 1):
        assert accuracy_of_a_linear_model(pixels, many.labels, 2000, penalty) < 0.2


def test_the_silhouettes_do_give_the_class_away(many):
    """Centred and cut out, the masks of two pictures of a class look alike: labels are right."""
    rows = np.round(many.centres).astype(int)
    padded = np.pad(many.masks, ((0, 0), (16, 16), (16, 16)))
    cut = np.stack([one[r : r + 32, c : c + 32] for one, (r, c) in zip(padded, rows, strict=True)])
    cut = cut.reshape(len(many), -1).astype(float)
    means = np.stack([cut[:2000][many.labels[:2000] == k].mean(0) for k in range(10)])
    distances = (means**2).sum(1) - 2 * cut[2000:] @ means.T
    assert np.mean(distances.argmin(1) == many.labels[2000:]) > 0.75


def test_scenes_use_up_their_random_numbers_exactly():
    class Counted(Draws):
        def used(self):
            return self._used

    rng = np.random.default_rng(0)
    draw = Counted(rng.random((4, COLUMNS)).astype(np.float32))
    noise = rng.integers(-NOISE, NOISE + 1, (4, 2, 32, 32, 3), dtype=np.int16)
    draw_scenes(np.arange(4), draw, noise)
    assert draw.used() == COLUMNS


def test_arithmetic_stays_in_single_precision():
    draw = Draws(np.zeros((2, 3), np.float32))
    assert draw(0.2, 0.8).dtype == np.float32
    assert {part.dtype for part in draw.direction()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("n", [0, -1, 2.0, True, "10", None])
def test_a_number_of_pictures_that_is_none_is_refused(n):
    with pytest.raises(ValueError, match="n must be a whole number from 1 up"):
        make_shapes(n, seed=0)


@pytest.mark.parametrize("seed", [-1, 0.5, None])
def test_a_seed_that_is_none_is_refused(seed):
    with pytest.raises(ValueError, match="seed must be a whole number from 0 up"):
        make_shapes(1, seed=seed)


def test_a_picture_costs_less_than_a_millisecond_of_processor_time():
    before = time.process_time()
    make_shapes(1000, seed=3)
    assert time.process_time() - before < 1
