"""Reads requirements.txt and says what an interpreter lacks. Standard library only.

The file holds exact pins, one per line: `name==version`, optionally `; marker`, optionally
`# why`. Anything else (ranges, extras, addresses) is refused, because an exact pin is what
makes "already satisfied" a question of comparing two strings.
"""

import ast
import operator
import os
import platform
import re
import sys
from importlib import metadata
from typing import NamedTuple

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.!]+)$")
ALTERNATIVES = {"tensorflow-cpu": "tensorflow"}  # the full build does all that the small one does
COMPARISONS = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class Pin(NamedTuple):
    """One line of requirements.txt: a package at one version."""

    name: str
    version: str


class Unmet(NamedTuple):
    """A pin that an interpreter does not fulfil; `found` is None if the package is absent."""

    name: str
    wanted: str
    found: str | None

    def __str__(self):
        have = f"{self.found} is here" if self.found else "missing"
        return f"{self.name} {self.wanted} ({have})"


def read_pins(text, machine=None):
    """Return the list of `Pin`s of a requirements file that apply to this machine.

    Args:
        text: the file's text.
        machine: marker values, default `this_machine()`.

    Raises:
        ValueError: a line that is not an exact pin; the message quotes it.
    """
    machine = machine or this_machine()
    pins = []
    for line in text.splitlines():
        line = re.sub(r"(^|\s)#.*", "", line).strip()
        if not line or line.startswith("-"):
            continue
        requirement, _, marker = (part.strip() for part in line.partition(";"))
        found = PIN.match(requirement)
        if not found:
            raise ValueError(f"requirements.txt: expected name==version, found {line!r}")
        if not marker or applies(marker, machine):
            pins.append(Pin(found["name"].lower(), found["version"]))
    return pins


def this_machine():
    """Marker values (PEP 508) of the running interpreter."""
    return {
        "os_name": os.name,
        "sys_platform": sys.platform,
        "platform_machine": platform.machine(),
        "platform_system": platform.system(),
        "python_version": f"{sys.version_info[0]}.{sys.version_info[1]}",
    }


def applies(marker, machine):
    """Evaluate a marker such as `sys_platform == "win32" and python_version < "3.12"`."""
    return _truth(ast.parse(marker, mode="eval").body, machine)


def _truth(node, machine):
    if isinstance(node, ast.BoolOp):
        join = all if isinstance(node.op, ast.And) else any
        return join(_truth(value, machine) for value in node.values)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        compare = COMPARISONS.get(type(node.ops[0]))
        sides = [_value(side, machine) for side in (node.left, node.comparators[0])]
        if compare and None not in sides:
            return compare(*sides)
    raise ValueError(f"requirements.txt: cannot read the marker {ast.unparse(node)!r}")


def _value(node, machine):
    text = machine.get(node.id) if isinstance(node, ast.Name) else getattr(node, "value", None)
    numbers = isinstance(text, str) and re.fullmatch(r"\d+(\.\d+)*", text)
    return tuple(int(part) for part in text.split(".")) if numbers else text


def unmet(pins, version_of=None):
    """Return the `Unmet` pins of the running interpreter, in the file's order.

    Args:
        pins: list of `Pin`.
        version_of: function name -> version or None, default the installed metadata.
    """
    version_of = version_of or installed_version
    missing = []
    for name, wanted in pins:
        found = version_of(name)
        if found is None and name in ALTERNATIVES:
            found = version_of(ALTERNATIVES[name])
        if found is None or found.partition("+")[0] != wanted:
            missing.append(Unmet(name, wanted, found))
    return missing


def installed_version(name):
    """Version of an installed distribution by its metadata; None if absent or damaged."""
    try:
        return metadata.version(name)
    except (metadata.PackageNotFoundError, KeyError, TypeError):
        return None
