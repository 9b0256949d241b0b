"""Is this file the catalogued one? Every reader of data asks here first.

The answers are words, not exceptions: what to do about a fault depends on whether the file
was embedded, stored earlier or has just arrived.
"""

import hashlib
import io
import tarfile
import zipfile
import zlib

from course_utils.data.catalogue import Embedded
from course_utils.data.records import batches_in
from course_utils.data.tabbed_pairs import pairs_in

# what np.load, tarfile and what they open raise for a file that is not whole
_UNREADABLE = (
    *(OSError, EOFError, KeyError, ValueError, TypeError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, tarfile.TarError),
)


def sha256(data):
    """SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def fault_in(data, source, name):
    """Say what is wrong with the bytes of a file, or return None if nothing is.

    Args:
        data: bytes of the file.
        source: the `Embedded` or `Download` that it should be.
        name: what to call the file.

    Returns:
        None, or a sentence with the size and the checksums found and expected.
    """
    found = sha256(data)
    if found == source.sha256:
        return None
    if not isinstance(source, Embedded) and source.arrays:
        return _fault_in_arrays(data, source, name)
    if not isinstance(source, Embedded) and source.batches:
        return _fault_in_batches(data, source, name)
    if not isinstance(source, Embedded) and source.renewed:
        return _fault_in_pairs(data, source, name)
    expected = f"{source.size:,} bytes with " if isinstance(source, Embedded) else ""
    return (
        f"{name} holds {len(data):,} bytes with SHA-256 {found[:12]}..., "
        f"expected {expected}{source.sha256[:12]}..."
    )


def _fault_in_arrays(data, source, name):
    """As `fault_in`, by the arrays inside an .npz file rather than by the file's bytes."""
    import numpy as np

    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            for key, expected in source.arrays:
                found = sha256(np.ascontiguousarray(arrays[key]))
                if found != expected:
                    return (
                        f"{key} in {name} ({len(data):,} bytes) has SHA-256 {found[:12]}..., "
                        f"expected {expected[:12]}..."
                    )
    except _UNREADABLE as error:
        reason = type(error).__name__
    else:
        return None
    return (
        f"{name} holds {len(data):,} bytes with SHA-256 {sha256(data)[:12]}..., "
        f"expected an .npz file with {', '.join(key for key, _ in source.arrays)} ({reason})"
    )


def _fault_in_batches(data, source, name):
    """As `fault_in`, by the batches of records in an archive or an .npz file."""
    try:
        batches = batches_in(data, [batch for batch, _ in source.batches])
    except _UNREADABLE as error:
        return (
            f"{name} holds {len(data):,} bytes with SHA-256 {sha256(data)[:12]}..., expected "
            f"{source.title} ({type(error).__name__}: {error})"
        )
    for (batch, expected), found in zip(source.batches, map(sha256, batches), strict=True):
        if found != expected:
            return (
                f"{batch} in {name} ({len(data):,} bytes) has SHA-256 {found[:12]}..., "
                f"expected {expected[:12]}..."
            )
    return None


def _fault_in_pairs(data, source, name):
    """As `fault_in`, by the form of sentence pairs, of whatever edition."""
    try:
        pairs_in(data)
    except _UNREADABLE as error:
        return (
            f"{name} holds {len(data):,} bytes with SHA-256 {sha256(data)[:12]}..., expected "
            f"{source.title} ({type(error).__name__}: {error})"
        )
    return None
