"""The line that opens a cell: `# %% [markdown] slug="mask-ask" tags=["exercise"]`."""

import json
import re

from course_utils.errors import SourceError

KINDS = {None: "code", "markdown": "markdown", "raw": "raw"}
TAGS = {"exercise", "shared", "solution", "nbval-ignore-output"}
OPTIONS = {"slug": str, "tags": list, "show": str, "points": int, "why": str}

IS_HEADER = re.compile(r"#\s*%%")
SHAPE = re.compile(r"# %%(?: \[(\w+)\])?((?: .*)?)")
OPTION = re.compile(r"([A-Za-z_]\w*)=")
MAX_SLUG = 60  # nbformat allows 64
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def parse_header(line, where):
    """Read one header line.

    Args:
        line: the line, without its line end.
        where: "file:line", for messages.

    Returns:
        kind ("code", "markdown" or "raw") and the options as a dict.

    Raises:
        SourceError: the line is not a header, or has an option that is unknown or malformed.
    """
    match = SHAPE.fullmatch(line.rstrip())
    if not match or match[1] not in KINDS:
        raise SourceError(
            f"{where}: {line.strip()!r} does not open a cell.",
            'write # %% slug="name" or # %% [markdown] slug="name".',
        )
    options = _options(match[2], where)
    if not SLUG.fullmatch(options.get("slug", "")):
        raise SourceError(
            f"{where}: the cell has no slug."
            if "slug" not in options
            else f"{where}: slug {options['slug']!r} is not lower-case words joined by hyphens.",
            'give it a permanent, unique name, like slug="loss-surface".',
        )
    if len(options["slug"]) > MAX_SLUG:
        raise SourceError(
            f"{where}: slug {options['slug']!r} has more than {MAX_SLUG} letters.",
            "shorten it; a notebook's cell names have a limit.",
        )
    unknown = sorted(set(options.get("tags", ())) - TAGS)
    if unknown:
        raise SourceError(
            f"{where}: unknown tag {unknown[0]!r}.", f"the tags are {', '.join(sorted(TAGS))}."
        )
    return KINDS[match[1]], options


def _options(text, where):
    options, at = {}, 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        match = OPTION.match(text, at)
        if not match:
            raise SourceError(
                f"{where}: expected option=value at {text[at:]!r}.",
                'separate options by spaces, like slug="mask" points=2.',
            )
        name = match[1]
        if name not in OPTIONS:
            raise SourceError(
                f"{where}: unknown option {name!r}.", f"the options are {', '.join(OPTIONS)}."
            )
        if name in options:
            raise SourceError(f"{where}: option {name!r} stands twice.", "keep one of them.")
        options[name], at = _value(name, text, match.end(), where)
    return options


def _value(name, text, at, where):
    try:
        value, end = json.JSONDecoder().raw_decode(text, at)
    except json.JSONDecodeError:
        raise SourceError(
            f"{where}: the value of {name} cannot be read: {text[at:]!r}.",
            'check its quotes and brackets; texts stand in "double quotes".',
        ) from None
    if type(value) is not OPTIONS[name]:
        raise SourceError(
            f"{where}: {name}={json.dumps(value)} is not a {OPTIONS[name].__name__}.",
            'examples: slug="mask" tags=["exercise"] points=2.',
        )
    if name == "points" and value < 1:
        raise SourceError(f"{where}: points={value} is not positive.", "use 1 or more.")
    return value, end
