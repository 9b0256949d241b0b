"""Embedded files: found in a checkout and in a wheel, and never used when damaged."""

import pytest

from course_utils.data import location
from course_utils.data.embedded import embedded_path, read_embedded
from course_utils.data.fetch import fetch
from course_utils.data.location import data_folder, download_folder, mend
from course_utils.errors import DataMissingError, UsageError


@pytest.fixture
def copy(tmp_path):
    """A folder with a copy of co2.csv."""
    (tmp_path / "co2.csv").write_bytes(read_embedded("co2"))
    return tmp_path


def test_a_good_copy_is_read(copy):
    assert read_embedded("co2", copy).startswith(b"month,year,ppm\n1958-03,")


def test_a_missing_file_is_named_with_the_command_that_restores_it(tmp_path):
    with pytest.raises(DataMissingError) as caught:
        read_embedded("co2", tmp_path)
    assert str(tmp_path / "co2.csv") in caught.value.what
    assert caught.value.fix == mend("co2.csv")


def test_a_truncated_file_is_refused_with_sizes_and_checksums(copy):
    (copy / "co2.csv").write_bytes(read_embedded("co2")[:1000])
    with pytest.raises(DataMissingError) as caught:
        read_embedded("co2", copy)
    assert "co2.csv holds 1,000 bytes with SHA-256" in caught.value.what
    assert "expected 20,390 bytes with 5c5b6afb131" in caught.value.what
    assert caught.value.fix == mend("co2.csv")


def test_a_file_with_one_altered_figure_is_refused(copy):
    (copy / "co2.csv").write_bytes(read_embedded("co2").replace(b"315.71", b"315.72"))
    with pytest.raises(DataMissingError, match="truncated or altered"):
        read_embedded("co2", copy)


def test_windows_line_ends_are_noticed(copy):
    (copy / "co2.csv").write_bytes(read_embedded("co2").replace(b"\n", b"\r\n"))
    with pytest.raises(DataMissingError, match="holds 21,206 bytes"):
        read_embedded("co2", copy)


def test_fetch_of_a_damaged_embedded_file_says_how_to_mend_it(copy, monkeypatch):
    (copy / "co2.csv").write_bytes(b"damaged")
    monkeypatch.setattr(location, "data_folder", lambda: copy)
    with pytest.raises(DataMissingError) as caught:
        fetch("co2", force=True)
    assert caught.value.fix == mend("co2.csv")


def test_a_set_without_embedded_file_is_a_usage_error():
    with pytest.raises(UsageError, match="standard library"):
        embedded_path("python_docs")


def package_in(folder, *data_folders):
    package = folder / "course_utils"
    package.mkdir()
    for name in data_folders:
        (folder / name).mkdir(parents=True)
        (folder / name / location.MARK).write_text("card")
    return package


def test_in_a_checkout_the_data_lie_next_to_the_package(tmp_path):
    package = package_in(tmp_path, "data", "course_utils/_data")
    assert data_folder(package) == tmp_path / "data"


def test_in_a_wheel_the_data_lie_inside_the_package(tmp_path):
    package = package_in(tmp_path, "course_utils/_data")
    assert data_folder(package) == package / "_data"


def test_somebody_elses_folder_named_data_is_not_ours(tmp_path):
    package = package_in(tmp_path, "course_utils/_data")
    (tmp_path / "data").mkdir()
    assert data_folder(package) == package / "_data"


def test_without_any_data_folder_both_places_are_named(tmp_path):
    with pytest.raises(DataMissingError) as caught:
        data_folder(package_in(tmp_path))
    assert str(tmp_path / "data") in caught.value.what
    assert "_data" in caught.value.what


def test_what_mends_a_file_depends_on_how_the_course_got_here(tmp_path):
    package = package_in(tmp_path)
    assert "pip install --force-reinstall" in mend("co2.csv", package)
    (tmp_path / "pyproject.toml").touch()
    assert "download the course again and copy data/co2.csv" in mend("co2.csv", package)
    (tmp_path / ".git").mkdir()
    assert mend("co2.csv", package) == f'git -C "{tmp_path}" checkout -- data/co2.csv'


def test_downloads_go_to_the_folder_of_the_environment_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_HOME", str(tmp_path))
    assert download_folder() == tmp_path
    assert download_folder(tmp_path / "other") == tmp_path / "other"


def test_without_the_variable_downloads_go_to_a_cache_folder_of_the_system(monkeypatch):
    monkeypatch.delenv("COURSE_DATA_HOME", raising=False)
    assert download_folder().name in {"course_utils", "Cache"}
    assert "course_utils" in download_folder().parts
