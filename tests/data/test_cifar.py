"""CIFAR-10: recognised by content, split by class, an excerpt only under its own name."""

from dataclasses import replace

import numpy as np
import pytest

from course_utils.data import catalogue
from course_utils.data.cifar import CLASSES, EXCERPT, load_cifar10
from course_utils.data.fetch import fetch, stored
from course_utils.data.records import batches_in
from course_utils.data.shapes import load_shapes
from course_utils.data.verify import sha256
from course_utils.errors import DataMissingError, DownloadError


@pytest.fixture
def arrays():
    """A small CIFAR-10: 20 training pictures of each class in random order, 10 for testing."""
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(0, 256, (200, 32, 32, 3), dtype=np.uint8),
        "y_train": rng.permutation(np.arange(200) % 10).astype(np.uint8),
        "x_test": rng.integers(0, 256, (100, 32, 32, 3), dtype=np.uint8),
        "y_test": (np.arange(100) % 10).astype(np.uint8),
    }


@pytest.fixture
def batches(arrays, pack):
    return dict(zip(pack.names, batches_in(pack.npz(arrays), pack.names), strict=True))


@pytest.fixture
def cifar(monkeypatch, server, home, batches, pack):
    """COURSE_FULL=1, with the small CIFAR-10 in the catalogue and on the server."""
    server.payload = pack.tar(batches)
    full = replace(
        catalogue.CIFAR10,
        urls=(server.url,),
        sha256=sha256(server.payload),
        batches=tuple((name, sha256(data)) for name, data in batches.items()),
    )
    entry = replace(catalogue.lookup("shapes"), full=full)
    monkeypatch.setitem(catalogue.CATALOGUE, "shapes", entry)
    monkeypatch.setenv("COURSE_FULL", "1")
    return full


def put(home, name, data):
    home.mkdir(exist_ok=True)
    (home / name).write_bytes(data)


def test_without_course_full_shapes_are_drawn_and_nothing_is_downloaded(cifar, server, monkeypatch):
    monkeypatch.delenv("COURSE_FULL")
    assert load_shapes(10, 10, 10).train.masks is not None
    assert server.ranges == []


def test_course_full_downloads_cifar_once_and_splits_it(cifar, server, arrays):
    splits = load_shapes()
    assert [len(part) for part in splits] == [180, 20, 100]
    for part in splits:
        assert (part.images.dtype, part.labels.dtype) == (np.float32, np.int64)
        assert part.images.shape[1:] == (32, 32, 3)
        assert (part.masks, part.centres) == (None, None)
        assert part.names == CLASSES and part.title == cifar.title
    np.testing.assert_array_equal(splits.test.images * np.float32(255), arrays["x_test"])
    np.testing.assert_array_equal(splits.test.labels, arrays["y_test"])
    load_shapes()
    assert server.ranges == [None]


def test_the_last_tenth_of_each_class_is_held_out_and_the_order_kept(cifar, arrays):
    train, valid, _ = load_cifar10()
    assert np.bincount(valid.labels).tolist() == [2] * 10
    assert np.bincount(train.labels).tolist() == [18] * 10
    for k in range(10):
        pixels = arrays["x_train"][arrays["y_train"] == k] / np.float32(255)
        np.testing.assert_array_equal(train.images[train.labels == k], pixels[:18])
        np.testing.assert_array_equal(valid.images[valid.labels == k], pixels[18:])


def test_the_same_batches_in_another_archive_are_accepted(cifar, server, home, batches, pack):
    put(home, cifar.file, pack.tar(dict(reversed(batches.items())), "w"))
    assert stored("shapes") == home / cifar.file
    assert len(load_shapes().train) == 180
    assert server.ranges == []


def test_the_same_pictures_as_arrays_are_accepted(cifar, server, home, arrays, pack):
    put(home, "cifar10.npz", pack.npz(arrays | {"y_train": arrays["y_train"].reshape(-1, 1)}))
    assert stored("shapes") == home / "cifar10.npz"
    assert len(load_shapes().train) == 180
    assert server.ranges == []


def test_one_altered_pixel_is_noticed_and_its_batch_named(cifar, home, arrays, pack, batches):
    arrays["x_train"][50, 0, 0, 0] ^= 1
    put(home, "cifar10.npz", pack.npz(arrays))
    with pytest.raises(DataMissingError) as caught:
        load_shapes()
    assert "data_batch_2.bin in cifar10.npz" in caught.value.what
    assert dict(cifar.batches)["data_batch_2.bin"][:12] in caught.value.what
    assert f"move {home / 'cifar10.npz'} away" in caught.value.fix


def test_one_altered_label_is_noticed(cifar, home, arrays, pack):
    arrays["y_test"][3] = 4
    put(home, "cifar10.npz", pack.npz(arrays))
    with pytest.raises(DataMissingError, match=r"test_batch\.bin in cifar10\.npz"):
        load_shapes()


def without_third(pack, batches):
    return pack.tar({name: data for name, data in batches.items() if "3" not in name})


@pytest.mark.parametrize(
    "spoil",
    [
        without_third,
        lambda pack, batches: pack.tar(batches)[:5000],
        lambda pack, batches: b"",
        lambda pack, batches: b"<html>404</html>",
        lambda pack, batches: b"PK\x03\x04 but no zip",
        lambda pack, batches: pack.tar(batches | {"test_batch.bin": b"short"}),
        lambda pack, batches: pack.npz({"x_train": np.array([None])}),
    ],
    ids=["missing", "truncated", "empty", "page", "no-zip", "other", "objects"],
)
def test_what_is_no_cifar_is_refused(spoil, cifar, server, home, batches, pack):
    server.payload = spoil(pack, batches)
    with pytest.raises(DownloadError, match="sent something else"):
        load_shapes()
    assert list(home.iterdir()) == []
    put(home, cifar.file, spoil(pack, batches))
    with pytest.raises(DataMissingError, match="fetch shapes --force"):
        load_shapes()


def test_fetch_mends_a_damaged_archive(cifar, home):
    put(home, cifar.file, b"damaged")
    fetch("shapes", force=True, progress=False)
    assert len(load_shapes().test) == 100


def test_an_excerpt_is_used_without_network_and_called_an_excerpt(
    cifar, server, home, arrays, pack
):
    put(home, EXCERPT, pack.npz(arrays))
    train, valid, test = load_shapes()
    assert (len(train), len(valid), len(test)) == (180, 20, 100)
    for part in (train, valid, test):
        assert part.title == "an excerpt of CIFAR-10: 300 of its 60,000 photographs, not verified"
    assert server.ranges == []


def test_the_full_set_goes_before_an_excerpt(cifar, home, arrays, pack, batches):
    put(home, EXCERPT, pack.npz(arrays))
    put(home, cifar.file, pack.tar(batches))
    assert load_shapes().train.title == cifar.title


def fewer(arrays):
    return arrays | {"x_train": arrays["x_train"][:150], "y_train": arrays["y_train"][:150]}


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda pack, arrays: pack.npz({"x_train": arrays["x_train"]}), r"KeyError"),
        (lambda pack, arrays: b"no zip", "cannot be read as one"),
        (lambda pack, arrays: pack.npz(arrays)[:3000], "cannot be read as one"),
        (lambda pack, arrays: pack.npz(arrays | {"x_test": arrays["x_test"] / 255}), "float64"),
        (
            lambda pack, arrays: pack.npz(arrays | {"x_test": arrays["x_test"][:, :28]}),
            r"\(100, 28, 32, 3\)",
        ),
        (
            lambda pack, arrays: pack.npz(arrays | {"x_test": arrays["x_test"][:9]}),
            "for 100 labels",
        ),
        (
            lambda pack, arrays: pack.npz(arrays | {"y_test": arrays["y_test"] + 1}),
            "whole numbers 0 to 9",
        ),
        (
            lambda pack, arrays: pack.npz(arrays | {"y_test": arrays["y_test"] / 2}),
            "whole numbers 0 to 9",
        ),
        (
            lambda pack, arrays: pack.npz(fewer(arrays)),
            r"has \[\d+, .*\] pictures of the ten classes",
        ),
    ],
)
def test_what_is_no_excerpt_is_refused_with_the_reason_and_the_way_out(
    spoil, says, cifar, home, arrays, pack
):
    put(home, EXCERPT, spoil(pack, arrays))
    with pytest.raises(DataMissingError, match=says) as caught:
        load_shapes()
    assert str(home / EXCERPT) in caught.value.what
    assert "python -m course_utils fetch shapes" in caught.value.fix
    assert "unset COURSE_FULL" in caught.value.fix
