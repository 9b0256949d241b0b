"""Records of labelled pictures: the same bytes from an archive and from arrays."""

import tarfile
import zipfile

import numpy as np
import pytest

from course_utils.data.records import RECORD, batches_in, decode, encode


@pytest.fixture
def arrays():
    """A small CIFAR-10: five batches of 2 training pictures, 3 test pictures."""
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(0, 256, (10, 32, 32, 3), dtype=np.uint8),
        "y_train": np.arange(10, dtype=np.uint8),
        "x_test": rng.integers(0, 256, (3, 32, 32, 3), dtype=np.uint8),
        "y_test": np.array([[7], [8], [9]]),
    }


def test_a_record_is_a_label_and_then_red_green_and_blue_planes():
    image = np.zeros((1, 32, 32, 3), np.uint8)
    image[0, 0, 1] = 10, 20, 30  # row 0, column 1
    record = encode(image, np.array([5]))
    assert record.shape == (1, RECORD) == (1, 3073)
    assert np.nonzero(record[0])[0].tolist() == [0, 2, 2 + 1024, 2 + 2048]
    assert record[0, [0, 2, 1026, 2050]].tolist() == [5, 10, 20, 30]


def test_decoding_undoes_encoding(arrays):
    images, labels = decode(encode(arrays["x_train"], arrays["y_train"]).tobytes())
    np.testing.assert_array_equal(images, arrays["x_train"])
    np.testing.assert_array_equal(labels, arrays["y_train"])
    assert labels.dtype == np.int64


@pytest.mark.parametrize("mode", ["w:gz", "w"])
def test_arrays_and_archives_give_the_same_batches(arrays, pack, mode):
    batches = batches_in(pack.npz(arrays), pack.names)
    assert [len(batch) // RECORD for batch in batches] == [2, 2, 2, 2, 2, 3]
    files = dict(zip(pack.names, batches, strict=True))
    assert batches_in(pack.tar(dict(reversed(files.items())), mode), pack.names) == batches


def test_a_missing_batch_or_array_is_named(arrays, pack):
    files = dict(zip(pack.names, batches_in(pack.npz(arrays), pack.names), strict=True))
    del files["data_batch_3.bin"]
    with pytest.raises(KeyError, match=r"data_batch_3\.bin"):
        batches_in(pack.tar(files), pack.names)
    del arrays["y_test"]
    with pytest.raises(KeyError, match="y_test"):
        batches_in(pack.npz(arrays), pack.names)


def test_other_pictures_are_refused_with_their_shape(arrays, pack):
    with pytest.raises(ValueError, match=r"uint8 \(3, 28, 28\)"):
        batches_in(pack.npz(arrays | {"x_test": np.zeros((3, 28, 28), np.uint8)}), pack.names)
    with pytest.raises(ValueError, match="float64"):
        batches_in(pack.npz(arrays | {"x_test": arrays["x_test"] / 255}), pack.names)
    with pytest.raises(ValueError, match="9 training pictures do not make 5 equal batches"):
        batches_in(
            pack.npz(arrays | {"x_train": arrays["x_train"][:9], "y_train": np.arange(9)}),
            pack.names,
        )


@pytest.mark.parametrize("data", [b"", b"PK no zip", b"<html>", b"\x1f\x8b damaged"])
def test_what_is_neither_raises(data, pack):
    with pytest.raises((OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, ValueError)):
        batches_in(data, pack.names)


def test_a_half_record_is_refused():
    with pytest.raises(ValueError, match="reshape"):
        decode(bytes(RECORD + 1))
