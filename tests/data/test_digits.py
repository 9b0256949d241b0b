"""The digits that come with the course, and MNIST recognised by content."""

import io
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from course_utils.data import catalogue, digits
from course_utils.data.digits import load_digits
from course_utils.data.fetch import fetch, stored
from course_utils.data.verify import sha256
from course_utils.errors import DataMissingError, DownloadError


@pytest.fixture
def arrays():
    """A small MNIST: 6 training images, 2 test images."""
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(0, 256, (6, 28, 28), dtype=np.uint8),
        "y_train": np.arange(6, dtype=np.uint8),
        "x_test": rng.integers(0, 256, (2, 28, 28), dtype=np.uint8),
        "y_test": np.array([8, 9], dtype=np.uint8),
    }


@pytest.fixture
def mnist(monkeypatch, server, home, arrays):
    """COURSE_FULL=1, with the small MNIST in the catalogue and on the server."""
    full = replace(
        catalogue.MNIST,
        urls=(server.url,),
        arrays=tuple((key, sha256(value)) for key, value in arrays.items()),
    )
    entry = replace(catalogue.lookup("digits"), full=full)
    monkeypatch.setitem(catalogue.CATALOGUE, "digits", entry)
    monkeypatch.setenv("COURSE_FULL", "1")
    server.payload = packed(arrays)
    return full


def packed(arrays, save=np.savez_compressed):
    buffer = io.BytesIO()
    save(buffer, **arrays)
    return buffer.getvalue()


def test_images_are_1797_of_8_by_8_with_ink_between_0_and_1(monkeypatch):
    monkeypatch.delenv("COURSE_FULL", raising=False)
    found = load_digits()
    assert found.images.shape == (1797, 8, 8)
    assert found.images.dtype == np.float64
    assert (found.images.min(), found.images.max()) == (0.0, 1.0)
    assert set(np.unique(found.images * 16)) == set(range(17))


def test_labels_are_the_ten_digits_about_equally_often(monkeypatch):
    monkeypatch.delenv("COURSE_FULL", raising=False)
    found = load_digits()
    assert found.labels.dtype == np.int64
    counts = np.bincount(found.labels)
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert found.names[found.labels[7]] == "7"
    assert (found.licence, len(found.names)) == ("CC BY 4.0", 10)


def test_digits_are_those_of_scikit_learn(monkeypatch):
    theirs = pytest.importorskip("sklearn.datasets").load_digits()
    monkeypatch.delenv("COURSE_FULL", raising=False)
    found = load_digits()
    np.testing.assert_array_equal(found.images * 16, theirs.images)
    np.testing.assert_array_equal(found.labels, theirs.target)


def test_importing_the_loader_is_cheap():
    heavy = "pandas", "requests", "pooch", "tqdm", "keras", "tensorflow", "matplotlib"
    code = f"""if True:
        import sys
        from course_utils.data.digits import load_digits
        load_digits()
        print([name for name in {heavy!r} if name in sys.modules])"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_course_full_downloads_mnist_once_and_keeps_the_original_order(mnist, server, arrays):
    found = load_digits()
    assert found.images.shape == (8, 28, 28)
    assert found.images.dtype == np.float64
    np.testing.assert_array_equal(found.images[6:] * 255, arrays["x_test"])
    assert found.labels.tolist() == [0, 1, 2, 3, 4, 5, 8, 9]
    assert found.licence == "CC BY-SA 3.0"
    load_digits()
    assert server.ranges == [None]


def test_the_same_arrays_in_another_zip_are_accepted(mnist, home, arrays):
    home.mkdir()
    (home / "mnist.npz").write_bytes(packed(dict(reversed(arrays.items())), np.savez))
    assert stored("digits") == home / "mnist.npz"


def test_a_stored_file_is_used_without_network_and_without_writing(mnist, server, home, arrays):
    home.mkdir()
    (home / "mnist.npz").write_bytes(packed(arrays))
    before = (home / "mnist.npz").stat().st_mtime_ns, home.stat().st_mtime_ns
    load_digits()
    assert ((home / "mnist.npz").stat().st_mtime_ns, home.stat().st_mtime_ns) == before
    assert server.ranges == []


def test_one_altered_pixel_is_noticed_and_named(mnist, home, arrays):
    home.mkdir()
    arrays["x_test"][0, 0, 0] ^= 1
    (home / "mnist.npz").write_bytes(packed(arrays))
    with pytest.raises(DataMissingError, match="fetch digits --force") as caught:
        load_digits()
    assert "x_test in mnist.npz" in caught.value.what
    assert dict(mnist.arrays)["x_test"][:12] in caught.value.what


def missing_array(arrays):
    return packed({key: arrays[key] for key in list(arrays)[:3]})


def damaged_inside(arrays):
    data = bytearray(packed(arrays))
    data[300:400] = bytes(100)
    return bytes(data)


@pytest.mark.parametrize(
    "spoil",
    [
        missing_array,
        damaged_inside,
        lambda arrays: packed(arrays)[:2000],
        lambda arrays: b"",
        lambda arrays: b"<html>404</html>",
        lambda arrays: b"PK\x03\x04 but no zip",
        lambda arrays: packed({**arrays, "x_train": np.array([None])}),
    ],
    ids=["missing", "damaged", "truncated", "empty", "page", "no-zip", "objects"],
)
def test_what_is_no_mnist_is_refused(spoil, mnist, server, home, arrays):
    server.payload = spoil(arrays)
    with pytest.raises(DownloadError, match="sent something else"):
        load_digits()
    assert list(home.iterdir()) == []
    (home / "mnist.npz").write_bytes(spoil(arrays))
    with pytest.raises(DataMissingError, match="--force"):
        load_digits()


def test_an_array_file_that_is_no_archive_is_refused(mnist, home):
    home.mkdir()
    np.save(home / "mnist.npy", np.arange(3))
    (home / "mnist.npy").rename(home / "mnist.npz")
    with pytest.raises(DataMissingError, match=r"expected an \.npz file with x_train"):
        stored("digits")


def test_fetch_mends_a_damaged_mnist(mnist, server, home):
    home.mkdir()
    (home / "mnist.npz").write_bytes(b"damaged")
    fetch("digits", force=True, progress=False)
    assert digits.load_digits().images.shape == (8, 28, 28)
