"""`doctor`: plain words about this machine, with any Python, installing nothing."""

import pytest

from course_utils.commands import doctor, machine
from course_utils.commands.doctor import NOTE, OK, PROBLEM


def test_a_healthy_checkout_has_no_problem(small_course):
    small_course.lesson("00_first")
    done = small_course("doctor")
    assert done.returncode == 0, done.stdout
    for word in ("Python", "core", "memory", "GPU", "data sets", "TensorFlow", "browser"):
        assert word in done.stdout


def test_the_doctor_installs_nothing(small_course):
    (small_course.root / "requirements.txt").write_text("no-such-package==1.0\n")
    done = small_course("doctor", COURSE_HERE="")
    assert "not installed yet" in done.stdout
    assert not (small_course.root / ".venv").exists()
    assert not (small_course.root / ".cache").exists()


def test_altered_data_are_a_problem_with_the_next_step(small_course):
    with open(small_course.root / "data" / "co2.csv", "a") as file:
        file.write("2030,1,2030.0,0\n")
    done = small_course("doctor")
    assert done.returncode == 1
    assert "PROBLEM" in done.stdout and "co2.csv" in done.stdout and "Try: " in done.stdout


def test_a_lesson_without_notebook_is_a_problem(small_course):
    (small_course.root / "notebooks" / "src" / "00_first.py").write_text("")
    done = small_course("doctor")
    assert done.returncode == 1
    assert "00_first" in done.stdout and "course_utils build" in done.stdout


def test_little_memory_is_a_note(monkeypatch):
    monkeypatch.setattr(machine, "memory_bytes", lambda: 2e9)
    assert doctor.hardware().level == NOTE
    monkeypatch.setattr(machine, "memory_bytes", lambda: 16e9)
    assert doctor.hardware().level == OK
    monkeypatch.setattr(machine, "memory_bytes", lambda: None)
    assert doctor.hardware().level == NOTE


def test_an_unsupported_python_is_a_problem(monkeypatch):
    monkeypatch.setattr(doctor.python_version, "problem", lambda: ("This is 3.15.", "another."))
    assert doctor.python() == (PROBLEM, "This is 3.15.", "another.")


def test_every_note_and_problem_about_the_place_has_a_next_step(small_course):
    (small_course.root / ".venv").write_text("")
    finding = doctor.place(small_course.root)
    assert finding.level == PROBLEM and finding.fix


@pytest.mark.parametrize("known", [True, False])
def test_a_gpu_is_never_a_problem(monkeypatch, known):
    monkeypatch.setattr(machine, "nvidia_gpu", lambda: "NVIDIA H200" if known else None)
    assert doctor.gpu().level == (NOTE if known else OK)


def test_the_containers_limit_counts_not_the_machine(monkeypatch, tmp_path):
    limit = tmp_path / "memory.max"
    limit.write_text("1000000000\n")
    monkeypatch.setattr(machine, "CGROUP_LIMITS", (str(limit),))
    assert machine.memory_bytes() == 1_000_000_000
    limit.write_text("max\n")
    assert machine.memory_bytes() > 1_000_000_000
