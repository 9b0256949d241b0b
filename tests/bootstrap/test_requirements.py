"""Reading requirements.txt and comparing it with what is installed."""

from pathlib import Path

import pytest

from course_utils.bootstrap import requirements
from course_utils.bootstrap.requirements import Pin, Unmet

ROOT = Path(__file__).resolve().parents[2]
LINUX = {
    "os_name": "posix",
    "sys_platform": "linux",
    "platform_machine": "x86_64",
    "platform_system": "Linux",
    "python_version": "3.12",
}
MACHINES = {
    "linux": (LINUX, "tensorflow-cpu"),
    "windows": (LINUX | {"sys_platform": "win32", "platform_machine": "AMD64"}, "tensorflow-cpu"),
    "apple": (LINUX | {"sys_platform": "darwin", "platform_machine": "arm64"}, "tensorflow"),
    "intel mac": (LINUX | {"sys_platform": "darwin"}, "tensorflow"),
    "arm linux": (LINUX | {"platform_machine": "aarch64"}, "tensorflow"),
}


def pins(text, machine=LINUX):
    return requirements.read_pins(text, machine)


def test_comments_options_and_blank_lines_are_no_pins():
    text = "# all\n-c constraints.txt\n\nnumpy==2.4.6   # arrays # and more\n  Keras==3.15.1\n"
    assert pins(text) == [Pin("numpy", "2.4.6"), Pin("keras", "3.15.1")]


@pytest.mark.parametrize("line", ["numpy>=2", "numpy", "numpy[all]==2.0", "git+ssh://x", "a==1,b"])
def test_what_is_not_an_exact_pin_is_refused_with_the_line(line):
    with pytest.raises(ValueError, match="expected name==version") as error:
        pins(f"pandas==3.1.1\n{line}\n")
    assert line in str(error.value)


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ('sys_platform == "linux"', True),
        ('sys_platform != "linux"', False),
        ('python_version < "3.9"', False),  # as numbers: as text it would be true
        ('python_version >= "3.12" and os_name == "posix"', True),
        ('sys_platform == "win32" or (os_name == "posix" and python_version < "3.13")', True),
    ],
)
def test_markers_mean_what_pip_thinks_they_mean(marker, holds):
    packaging = pytest.importorskip("packaging.markers")
    assert requirements.applies(marker, LINUX) is holds
    assert packaging.Marker(marker).evaluate(LINUX) is holds


@pytest.mark.parametrize(
    "marker", ['planet == "Mars"', "__import__('os')", 'not sys_platform == "a"']
)
def test_an_unknown_marker_is_refused(marker):
    with pytest.raises(ValueError, match="cannot read the marker"):
        requirements.applies(marker, LINUX)


@pytest.mark.parametrize("name", MACHINES)
def test_every_machine_gets_exactly_one_tensorflow(name):
    machine, expected = MACHINES[name]
    text = (ROOT / "requirements.txt").read_text("utf-8")
    assert [pin.name for pin in pins(text, machine) if pin.name.startswith("tensorflow")] == [
        expected
    ]


def test_the_right_versions_are_satisfied():
    assert requirements.unmet([Pin("numpy", "2.4.6")], {"numpy": "2.4.6"}.get) == []


def test_a_local_label_does_not_change_the_version():
    assert requirements.unmet([Pin("torch", "2.13.0")], {"torch": "2.13.0+cpu"}.get) == []


def test_what_is_absent_or_different_is_named():
    wanted = [Pin("keras", "3.15.1"), Pin("tqdm", "4.70.1")]
    unmet = requirements.unmet(wanted, {"keras": "3.8.0"}.get)
    assert unmet == [Unmet("keras", "3.15.1", "3.8.0"), Unmet("tqdm", "4.70.1", None)]
    assert str(unmet[0]) == "keras 3.15.1 (3.8.0 is here)"
    assert str(unmet[1]) == "tqdm 4.70.1 (missing)"


def test_the_full_tensorflow_is_as_good_as_the_one_for_processors():
    wanted = [Pin("tensorflow-cpu", "2.21.0")]
    assert requirements.unmet(wanted, {"tensorflow": "2.21.0"}.get) == []
    assert requirements.unmet(wanted, {"tensorflow": "2.18.0"}.get)


def test_constraints_hold_every_pin_at_the_same_version():
    text = (ROOT / "requirements.txt").read_text("utf-8")
    constraints = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {line.partition(" ;")[0] for line in constraints if not line.startswith("#")}
    for machine, _ in MACHINES.values():
        assert {f"{name}=={version}" for name, version in pins(text, machine)} <= pinned


def test_no_registry_is_named_in_the_requirements():
    for name in ("requirements.txt", "constraints.txt"):
        assert "://" not in (ROOT / name).read_text("utf-8")
