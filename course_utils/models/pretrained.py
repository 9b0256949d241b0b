"""A trained GPT as a folder: weights, tokenizer, and a manifest that vouches for both.

    model.json              the manifest: format, config, what is known about the model, the
                            tokenizer's fingerprint, and name, bytes and SHA-256 of the weights
    weights-1a2b3c4d.npz    named float32 arrays; the name holds the start of their SHA-256
    tokenizer-5e6f7a8b.json as `text.tokenizer_file` writes it

The manifest is written last and under a temporary name first. Whatever interrupts the saving,
the folder holds the model from before or the new one, whole.
"""

import contextlib
import hashlib
import io
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_utils.data.location import data_folder
from course_utils.errors import CourseError, DataMissingError
from course_utils.models.gpt import GPT, GPTConfig
from course_utils.text.tokenizer_file import fingerprint, load_tokenizer, save_tokenizer
from course_utils.whole_file import write_whole

FORMAT = 1
MANIFEST = "model.json"


class Pretrained(NamedTuple):
    """A model, the tokenizer it was trained with, and what its maker wrote about it."""

    model: GPT
    tokenizer: object
    about: dict


def save_pretrained(folder, model, tokenizer, about=None):
    """Write `model` and `tokenizer` to `folder`, replacing a pretrained model that is there.

    Args:
        folder: made if it does not exist; other files in it stay.
        model: `GPT`. Weights are saved as float32.
        tokenizer: of `course_utils.text`, with at most as many tokens as the model knows.
        about: dict that JSON can hold: how it was made, what it reached.

    Returns:
        The folder, a Path.

    Raises:
        CourseError: the tokenizer has more tokens than the model, a weight is not finite, or
            the folder cannot be written; what was there before still loads.
    """
    folder, arrays = Path(folder), _arrays(model)
    if tokenizer.size > model.config.vocabulary:
        raise CourseError(
            f"the tokenizer has {tokenizer.size} tokens, the model knows "
            f"{model.config.vocabulary}.",
            "save the model with the tokenizer that it was trained with.",
        )
    if broken := [name for name, array in arrays.items() if not np.isfinite(array).all()]:
        raise CourseError(
            f"the weight {broken[0]} holds NaN or infinity.", "save an earlier checkpoint."
        )
    file = io.BytesIO()
    np.savez(file, **arrays)
    data, mark = file.getvalue(), fingerprint(tokenizer)
    digest = hashlib.sha256(data).hexdigest()
    manifest = {
        "format": FORMAT,
        "config": model.config.to_dict(),
        "about": about or {},
        "tokenizer": {"file": f"tokenizer-{mark[:8]}.json", "fingerprint": mark},
        "weights": {"file": f"weights-{digest[:8]}.npz", "bytes": len(data), "sha256": digest},
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / manifest["weights"]["file"], lambda file: file.write(data))
        save_tokenizer(tokenizer, folder / manifest["tokenizer"]["file"])
        write_whole(folder / MANIFEST, lambda file: file.write(text.encode("utf-8")))
    except OSError as error:
        raise CourseError(
            f"cannot write the model to {folder} ({error.strerror or error}).",
            "name another folder, or free some space there.",
        ) from None
    kept = {manifest["weights"]["file"], manifest["tokenizer"]["file"]}
    with contextlib.suppress(OSError):  # a file that stays does no harm
        for pattern in ("weights-????????.npz*", "tokenizer-????????.json*"):
            for old in folder.glob(pattern):
                if old.name not in kept:
                    old.unlink()
    return folder


def load_pretrained(source):
    """Read what `save_pretrained` wrote, verified.

    Args:
        source: a folder, or the name of a model that comes with the course, as "stories".

    Returns:
        Pretrained(model, tokenizer, about).

    Raises:
        DataMissingError: there is no such folder or name (the message lists those there are),
            a file is absent or damaged, or the tokenizer is not the one of this model.
    """
    folder = _find(source)
    manifest = _manifest(folder / MANIFEST)
    tokenizer = load_tokenizer(folder / manifest["tokenizer"]["file"])
    found, expected = fingerprint(tokenizer), manifest["tokenizer"]["fingerprint"]
    if found != expected:
        raise DataMissingError(
            f"the tokenizer in {folder} is not the one of this model: expected the fingerprint "
            f"{expected[:12]}..., found {found[:12]}... . Its ids would mean other words.",
            f"put the right {manifest['tokenizer']['file']} back, or train again.",
        )
    arrays = _weights(folder / manifest["weights"]["file"], manifest["weights"])
    try:
        model = GPT(GPTConfig.from_dict(manifest["config"]))
    except (CourseError, TypeError) as error:
        raise _damaged(folder / MANIFEST, f"a config that makes no model ({error})") from None
    if {name: a.shape for name, a in arrays.items()} != {
        name: tuple(variable.shape) for name, variable in _named(model)
    }:
        raise _damaged(folder / MANIFEST, "a config that does not fit the weights")
    for name, variable in _named(model):
        variable.assign(arrays[name])
    return Pretrained(model, tokenizer, manifest["about"])


def shipped():
    """Names of the models that come with the course, sorted."""
    return sorted(path.parent.name for path in data_folder().glob(f"checkpoints/*/{MANIFEST}"))


def _find(source):
    folder = Path(source)
    if (folder / MANIFEST).is_file():
        return folder
    named = data_folder() / "checkpoints" / folder
    if len(folder.parts) == 1 and (named / MANIFEST).is_file():
        return named
    near = folder if folder.is_dir() else folder.parent
    models = sorted(str(path.parent) for path in near.glob(f"*/{MANIFEST}"))
    raise DataMissingError(
        f"{source} is no pretrained model: it is "
        f"{'a folder without ' + MANIFEST if folder.is_dir() else 'no folder'} and no model of "
        f"the course ({', '.join(shipped()) or 'there are none'}).",
        f"one of {', '.join(models)}." if models else "check the path, or pretrain a model.",
    )


def _manifest(path):
    """The manifest as a dict with all its entries."""
    try:
        manifest = json.loads(path.read_bytes())
        form = manifest["format"]
        if form == FORMAT:
            for part, entry in (("tokenizer", "fingerprint"), ("weights", "sha256")):
                for name in (manifest[part]["file"], manifest[part][entry]):
                    if not isinstance(name, str) or Path(name).name != name:
                        raise ValueError(f"{name!r} where a name belongs")
            return {key: manifest[key] for key in ("config", "about", "tokenizer", "weights")}
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, f"{type(error).__name__}: {error}") from None
    raise DataMissingError(
        f"{path} has format {form!r}; this course reads format {FORMAT}.",
        "update the course: git pull, or pip install --upgrade.",
    )


def _weights(path, expected):
    """Dict name -> array, if the file is the one that was written."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataMissingError(
            f"cannot read the weights {path} ({error.strerror or error}).",
            "copy the whole folder, or train again.",
        ) from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != expected["sha256"]:
        raise _damaged(
            path,
            f"{len(data):,} bytes with SHA-256 {digest[:12]}... instead of "
            f"{expected.get('bytes')} bytes with {expected['sha256'][:12]}...",
        )
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _arrays(model):
    return {name: np.asarray(variable.numpy(), "float32") for name, variable in _named(model)}


def _named(model):
    """[(name, variable)]: paths without the model's own name, which counts its copies."""
    return [(variable.path.split("/", 1)[1], variable) for variable in model.weights]


def _damaged(path, found):
    return DataMissingError(
        f"{path} is damaged: found {found}.", "copy or download the folder again, or train again."
    )
