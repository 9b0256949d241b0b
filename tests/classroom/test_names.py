"""Who handed a file in, as platforms write it; nobody is guessed."""

import pytest

from course_utils.classroom.names import Owner, Owners
from course_utils.classroom.roster import Learner

CLASS = (
    Learner("anna", "Anna", "Müller"),
    Learner("anna-1", "Ann", "One"),
    Learner("bo", "Bo", "Öz", lms="77"),
    Learner("cem1", "Cem", "Ek"),
    Learner("cem2", "Cem", "Ek", lms="88"),
    Learner("zoe", "Zoë", "O'Neil-Ek"),
    Learner("s.lee@uni.edu", "李", "雷"),
)
OWNERS = Owners(CLASS)


@pytest.mark.parametrize(
    ("path", "student", "late"),
    [
        ("anna.ipynb", "anna", False),
        ("ANNA.IPYNB", "anna", False),
        ("anna (2).ipynb", "anna", False),
        ("anna-1.ipynb", "anna-1", False),
        ("anna/03_backpropagation.ipynb", "anna", False),
        ("autumn/03/anna/deep/x.ipynb", "anna", False),
        ("s.lee@uni.edu/x.ipynb", "s.lee@uni.edu", False),
        ("Anna Müller_12_assignsubmission_file_/x.ipynb", "anna", False),
        ("Müller Anna_12_assignsubmission_file/x.ipynb", "anna", False),
        ("Anna Muller_12_assignsubmission_file_/x.ipynb", "anna", False),
        ("all/Zoë O'Neil-Ek_9_assignsubmission_file_/x.ipynb", "zoe", False),
        ("Nobody Known_77_assignsubmission_file_/x.ipynb", "bo", False),
        ("Cem Ek_88_assignsubmission_file_/x.ipynb", "cem2", False),
        ("李 雷_5_assignsubmission_file_/x.ipynb", "s.lee@uni.edu", False),
        ("mülleranna_123_456_03_backpropagation.ipynb", "anna", False),
        ("mulleranna_LATE_123_456_03_backpropagation-2.ipynb", "anna", True),
        ("özbo_late_77_456_x.ipynb", "bo", True),
    ],
)
def test_a_path_that_names_one_learner_is_theirs(path, student, late):
    assert OWNERS.of(tuple(path.split("/"))) == Owner(student, late)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("x.ipynb", "its path holds no id"),
        ("annabel.ipynb", "its path holds no id"),
        ("anna_03.ipynb", "its path holds no id"),
        ("anna/bo.ipynb", "its path names anna and bo"),
        ("Cem Ek_5_assignsubmission_file_/x.ipynb", "'Cem Ek' is the name of cem1 and cem2"),
        ("ekcem_5_6_x.ipynb", "'ekcem' is the name of cem1 and cem2"),
        ("Eve Who_5_assignsubmission_file_/x.ipynb", "nobody in the roster is called 'Eve Who'"),
    ],
)
def test_a_path_that_names_none_or_two_is_said_and_not_guessed(path, why):
    owner = OWNERS.of(tuple(path.split("/")))
    assert owner.student == "" and owner.why.startswith(why)


def test_names_that_differ_in_accents_only_are_told_apart_where_accents_are_written():
    owners = Owners((Learner("a", "Ana", "Muller"), Learner("b", "Ana", "Müller")))
    assert owners.of(("Ana Müller_1_assignsubmission_file_", "x.ipynb")).student == "b"
    assert owners.of(("Ana Muller_1_assignsubmission_file_", "x.ipynb")).student == "a"
    assert owners.of(("Ána Müller_1_assignsubmission_file_", "x.ipynb")).student == ""
