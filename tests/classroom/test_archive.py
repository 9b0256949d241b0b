"""Archives that lie about names, sizes and kinds; nothing is ever written outside."""

import io
import os
import stat
import struct
import zipfile
import zlib

import pytest

from course_utils.classroom.archive import Copier, Entry, Limits, Refused, entries_of
from course_utils.errors import CourseError, UsageError

MB = 1 << 20
SMALL = Limits(file=MB, total=3 * MB, entries=5, ratio=50)


def zipped(path, members, **options):
    """Write a zip; `members` maps a name or a `ZipInfo` to bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def info(name, mode=None, **fields):
    made = zipfile.ZipInfo(name, (2027, 1, 31, 12, 0, 0))
    made.compress_type = zipfile.ZIP_DEFLATED
    made.create_system = 3
    if mode:
        made.external_attr = mode << 16
    for key, value in fields.items():
        setattr(made, key, value)
    return made


def read(path, target, limits=SMALL):
    """Map name -> content, or the reason why there is none."""
    found, copier = {}, Copier(limits)
    with entries_of(path, limits) as entries:
        for at, entry in enumerate(entries):
            copy = target / str(at)
            try:
                copier.copy(entry, copy)
                found[entry.name] = copy.read_bytes()
            except Refused as why:
                assert not copy.exists()
                found[entry.name] = str(why)
    return found


@pytest.fixture
def aside(tmp_path):
    (tmp_path / "aside").mkdir()
    return tmp_path / "aside"


def test_a_zip_and_a_folder_of_the_same_files_are_the_same(tmp_path, aside):
    files = {"a/x.ipynb": b"1", "b/y.ipynb": b"2"}
    for name, data in files.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True)
        (tmp_path / "in" / name).write_bytes(data)
    assert read(tmp_path / "in", aside) == files
    (aside / "0").unlink(), (aside / "1").unlink()
    assert read(zipped(tmp_path / "in.zip", files), aside) == files


@pytest.mark.parametrize(
    "name", ["../x.ipynb", "a/../../x.ipynb", "/etc/x.ipynb", "C:\\x.ipynb", "..\\x.ipynb"]
)
def test_a_name_that_leads_out_is_refused_and_writes_nothing(tmp_path, aside, name):
    path = zipped(tmp_path / "in.zip", {info(name): b"x", "good.ipynb": b"1"})
    before = sorted(os.walk(tmp_path))
    found = read(path, aside)
    assert found.pop("good.ipynb") == b"1"
    assert list(found.values()) == ["its name leads out of the archive"]
    (aside / ("0" if (aside / "0").exists() else "1")).unlink()
    assert sorted(os.walk(tmp_path)) == before


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (stat.S_IFLNK | 0o777, "a symbolic link"),
        (stat.S_IFIFO | 0o644, "not a regular file"),
        (stat.S_IFCHR | 0o644, "not a regular file"),
    ],
)
def test_links_and_devices_in_a_zip_are_refused(tmp_path, aside, mode, why):
    path = zipped(tmp_path / "in.zip", {info("x.ipynb", mode): b"/etc/passwd"})
    assert read(path, aside) == {"x.ipynb": why}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no links and pipes of this kind")
def test_links_and_pipes_in_a_folder_are_refused_and_not_followed(tmp_path, aside):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.ipynb").write_text("secret")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link.ipynb").symlink_to(tmp_path / "secret" / "key.ipynb")
    (folder / "dangling.ipynb").symlink_to(tmp_path / "nowhere")
    (folder / "dir").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe.ipynb")
    assert read(folder, aside) == {
        "dangling.ipynb": "a symbolic link",
        "dir": "a symbolic link",
        "link.ipynb": "a symbolic link",
        "pipe.ipynb": "not a regular file",
    }


@pytest.mark.skipif(os.name == "nt", reason="Windows has no links of this kind")
def test_a_file_that_becomes_a_link_after_the_look_is_not_followed(tmp_path, aside):
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "x.ipynb").write_text("1")
    with entries_of(folder, SMALL) as (entry,):
        (folder / "x.ipynb").unlink()
        (folder / "x.ipynb").symlink_to(tmp_path / "secret")
        with pytest.raises(Refused, match="cannot be read"):
            Copier(SMALL).copy(entry, aside / "0")
    assert not list(aside.iterdir())


def test_a_bomb_is_stopped_while_it_unpacks(tmp_path, aside):
    """By its ratio, and by its size, whatever its header says."""
    path = zipped(tmp_path / "in.zip", {"a.ipynb": bytes(40 * MB)})
    roomy = Limits(file=100 * MB, total=200 * MB, entries=5, ratio=50)
    assert read(path, aside, roomy) == {"a.ipynb": "unpacks to more than 50 times its size"}
    tight = Limits(file=MB, total=200 * MB, entries=5, ratio=10**6)
    assert read(path, aside, tight) == {"a.ipynb": "larger than 1 MB"}


def test_a_file_that_grows_while_it_is_read_is_stopped_at_the_limit(aside):
    """What is said about a size is only good for an early no."""

    class Endless:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def read(self, size):
            return b"x" * size

    copier = Copier(SMALL)
    with pytest.raises(Refused, match="larger than 1 MB"):
        copier.copy(Entry(("a.ipynb",), None, "", Endless, said=1), aside / "0")
    assert copier.total <= MB + (1 << 16) and not list(aside.iterdir())


def test_a_header_that_names_a_smaller_size_gains_nothing(tmp_path, aside):
    """zipfile itself stops at the size in the header, and then the checksum is wrong."""
    path = zipped(tmp_path / "in.zip", {"a.ipynb": os.urandom(1000) * 500})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\1\2")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(data)
    (why,) = read(path, aside).values()
    assert isinstance(why, str) and why.startswith("cannot be read")


def test_all_files_together_are_limited_and_then_nothing_is_taken(tmp_path, aside):
    path = zipped(tmp_path / "in.zip", {f"{n}.ipynb": os.urandom(MB - 9) for n in range(4)})
    with pytest.raises(CourseError, match="together are larger than 3 MB"):
        read(path, aside)


def test_the_number_of_files_is_limited(tmp_path, aside):
    for n in range(6):
        (tmp_path / "in" / str(n)).mkdir(parents=True)
        (tmp_path / "in" / str(n) / "x.ipynb").write_text("x")
    path = zipped(tmp_path / "in.zip", {f"{n}.ipynb": b"" for n in range(6)})
    for given in (path, tmp_path / "in"):
        with pytest.raises(CourseError, match="more than 5 files"):
            read(given, aside)


def test_a_list_of_contents_that_does_not_fit_into_memory_is_not_read(tmp_path):
    path = zipped(tmp_path / "in.zip", {"a": b"x"})
    data = bytearray(path.read_bytes())
    data[-10:-6] = struct.pack("<I", 1 << 30)
    path.write_bytes(data)
    with pytest.raises(CourseError, match="1073 MB of file names"), entries_of(path, SMALL):
        pass


def test_archives_inside_are_not_opened(tmp_path, aside):
    inner = io.BytesIO()
    zipped(inner, {"x.ipynb": b"1"})
    files = {"anna.zip": inner.getvalue(), "b.tar.gz": b"", "c.7z": b""}
    found = read(zipped(tmp_path / "in.zip", files), aside)
    assert set(found.values()) == {"an archive inside"}


@pytest.mark.parametrize(
    ("name", "flag"), [("Zoë Müller.ipynb", 0x800), ("Zoë Müller.ipynb", 0), ("é.ipynb", "cp437")]
)
def test_names_are_read_as_utf8_said_or_not_and_else_as_cp437(tmp_path, aside, name, flag):
    class Raw(zipfile.ZipInfo):
        def _encodeFilenameFlags(self):
            encoding = flag if isinstance(flag, str) else "utf-8"
            return name.encode(encoding), flag if isinstance(flag, int) else 0

    path = zipped(tmp_path / "in.zip", {Raw(name): b"1"})
    assert read(path, aside) == {name: b"1"}


def test_letters_of_two_parts_are_composed(tmp_path, aside):
    assert read(zipped(tmp_path / "in.zip", {"Zoe\u0308.ipynb": b"1"}), aside) == {
        "Zoë.ipynb": b"1"
    }


def test_control_characters_in_names_are_refused(tmp_path, aside):
    (why,) = read(zipped(tmp_path / "in.zip", {"a\x1b[2J.ipynb": b"1"}), aside).values()
    assert why == "its name holds control characters"


def test_encrypted_and_damaged_members_are_refused_and_the_rest_is_read(tmp_path, aside):
    noise = os.urandom(5000)
    path = zipped(tmp_path / "in.zip", {"a.ipynb": noise, "b.ipynb": b"1", "c.ipynb": b"secret"})
    data = bytearray(path.read_bytes())
    data[200] ^= 255  # in the first member's data
    third = data.rfind(b"PK\1\2")
    data[third + 8] |= 1
    path.write_bytes(data)
    found = read(path, aside)
    assert found["a.ipynb"].startswith("cannot be read")
    assert found["b.ipynb"] == b"1" and found["c.ipynb"] == "encrypted"


def test_times_come_from_the_archive(tmp_path):
    utc = info("b.ipynb", extra=struct.pack("<HHBi", 0x5455, 5, 1, 1_800_000_000))
    path = zipped(tmp_path / "in.zip", {info("a.ipynb"): b"", utc: b"", info("c"): b""})
    with entries_of(path, SMALL) as (a, b, _):
        assert a.when.startswith("2027-01-31T12:00:00") and len(a.when) > 19  # with a zone
        assert b.when == "2027-01-15T08:00:00+00:00"


def test_an_impossible_time_is_no_time(tmp_path):
    path = zipped(tmp_path / "in.zip", {"a.ipynb": b""})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\1\2")
    data[at + 12 : at + 16] = b"\0\0\0\0"
    path.write_bytes(data)
    with entries_of(path, SMALL) as (entry,):
        assert entry.when is None


@pytest.mark.parametrize("name", ["none", "x.tar.gz", "x.txt"])
def test_what_is_neither_folder_nor_zip_is_a_usage_error(tmp_path, name):
    if name != "none":
        (tmp_path / name).write_text("x")
    with pytest.raises(UsageError), entries_of(tmp_path / name, SMALL):
        pass


def test_every_cut_of_an_archive_is_an_error_of_ours_or_whole_members(tmp_path, aside):
    whole = zipped(tmp_path / "in.zip", {"a.ipynb": b"1" * 50, "b.ipynb": b"2" * 50}).read_bytes()
    for size in range(0, len(whole), 7):
        path = tmp_path / "cut.zip"
        path.write_bytes(whole[:size])
        try:
            with entries_of(path, SMALL) as entries:
                assert all(isinstance(entry, Entry) for entry in entries)
        except CourseError:
            pass


def test_one_notebook_may_be_given_alone(tmp_path, aside):
    (tmp_path / "anna.ipynb").write_bytes(b"1")
    assert read(tmp_path / "anna.ipynb", aside) == {"anna.ipynb": b"1"}


def test_crc_is_checked(tmp_path, aside):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.ipynb", b"honest")
    data = path.read_bytes().replace(b"honest", b"forged")
    assert zlib.crc32(b"honest") != zlib.crc32(b"forged")
    path.write_bytes(data)
    (why,) = read(path, aside).values()
    assert why.startswith("cannot be read")
