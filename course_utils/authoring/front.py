"""Front matter: what a lesson is called, asks, needs and costs, as TOML."""

import tomllib
from dataclasses import dataclass, fields

from course_utils.errors import SourceError


@dataclass(frozen=True)
class Front:
    """A lesson's front matter.

    `minutes` is the time to work through, `seconds` the computing as measured by
    `python -m course_utils run`. `hook` is markdown and may be empty.
    """

    title: str
    question: str
    able: list
    needs: str
    minutes: int
    seconds: int
    hook: str = ""


def parse_front(text, file, line):
    """Read TOML that starts at `line` of `file`; SourceError says what is missing or wrong."""
    where = f"{file}:{line}"
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(
            f"{where}: the front matter is not valid TOML: {error} (lines counted from here).",
            'write one key = value per line, like # title = "A neuron".',
        ) from None
    known = {f.name: f.type for f in fields(Front)}
    for name in known:
        if name not in values and name != "hook":
            raise SourceError(f"{where}: the front matter lacks {name!r}.", f"add # {name} = ...")
    for name, value in values.items():
        if name not in known:
            raise SourceError(
                f"{where}: unknown key {name!r} in the front matter.",
                f"the keys are {', '.join(known)}.",
            )
        if type(value) is not known[name] or (name != "hook" and not value and value != 0):
            raise SourceError(
                f"{where}: {name} = {value!r} is not a {known[name].__name__} with content.",
                "see any other lesson's front matter.",
            )
    if not all(isinstance(item, str) and item.strip() for item in values["able"]):
        raise SourceError(f"{where}: able holds something that is no text.", "use strings.")
    return Front(**{name: _clean(value) for name, value in values.items()})


def _clean(value):
    if isinstance(value, str):
        return value.strip()
    return [item.strip() for item in value] if isinstance(value, list) else value
