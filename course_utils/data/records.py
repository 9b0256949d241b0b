"""Pictures as CIFAR-10 stores them: one byte of label, then one plane per colour.

The same pictures travel as a tar archive of .bin files or as arrays in an .npz file. Both
become the same bytes here, so that one list of checksums recognises either.
"""

import io
import tarfile

import numpy as np

SHAPE = 3, 32, 32  # channels, rows, columns
RECORD = 1 + 3 * 32 * 32  # bytes


def batches_in(data, names):
    """Return the batches `names` of a file, as bytes, in this order.

    Args:
        data: bytes of a tar archive, plain or compressed by gzip, that holds files of these
            names in any folder; or of an .npz file with x_train (N, 32, 32, 3) and y_train,
            cut into equal batches for all names but the last, and x_test and y_test for it.
        names: names of the batches.

    Raises:
        KeyError: a file or an array is missing.
        ValueError: the arrays have other shapes or types.
        OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error: damaged.
    """
    if data[:2] == b"PK":
        return _from_arrays(data, len(names) - 1)
    mode = "r:gz" if data[:2] == b"\x1f\x8b" else "r:"
    with tarfile.open(fileobj=io.BytesIO(data), mode=mode) as archive:
        members = {member.name.rpartition("/")[2]: member for member in archive if member.isfile()}
        return [archive.extractfile(members[name]).read() for name in names]


def _from_arrays(data, parts):
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        train = encode(arrays["x_train"], arrays["y_train"])
        test = encode(arrays["x_test"], arrays["y_test"])
    if len(train) % parts:
        raise ValueError(f"{len(train)} training pictures do not make {parts} equal batches")
    return [part.tobytes() for part in (*np.split(train, parts), test)]


def encode(images, labels):
    """Return records, uint8 (N, 3073), of images uint8 (N, 32, 32, 3) and N labels.

    Raises:
        ValueError: other shapes, or images that are no uint8.
    """
    if images.dtype != np.uint8 or images.shape[1:] != (*SHAPE[1:], SHAPE[0]):
        raise ValueError(f"pictures are {images.dtype} {images.shape}, not uint8 (N, 32, 32, 3)")
    planes = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
    return np.concatenate([labels.astype(np.uint8).reshape(len(images), 1), planes], axis=1)


def decode(data):
    """Return images uint8 (N, 32, 32, 3) and labels int64 (N,) from the bytes of N records.

    Raises:
        ValueError: the bytes are no whole number of records.
    """
    records = np.frombuffer(data, dtype=np.uint8).reshape(-1, RECORD)
    images = records[:, 1:].reshape(-1, *SHAPE).transpose(0, 2, 3, 1)
    return images, records[:, 0].astype(np.int64)
