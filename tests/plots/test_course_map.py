"""The course map: twenty lessons in order, one of them marked."""

import pytest

from course_utils.plots import style
from course_utils.plots.course_map import course_map


def numbers(ax):
    return [t.get_text()[:2] for t in ax.texts if t.get_text()[:2].isdigit()]


def test_all_twenty_lessons_stand_in_reading_order():
    assert numbers(course_map()) == [f"{i:02}" for i in range(20)]


def test_only_the_lesson_where_the_reader_stands_is_filled():
    ax = course_map(here=3)
    label = next(t for t in ax.texts if t.get_text().startswith("03"))
    assert label.get_color() == style.PAPER
    assert sum(t.get_color() == style.PAPER for t in ax.texts) == 1


def test_lessons_that_do_not_exist_yet_are_pale():
    ax = course_map(ready=4)
    pale = [t for t in ax.texts if t.get_text()[:2].isdigit() and t.get_color() == style.MUTED]
    assert len(pale) == 16


def test_there_is_no_lesson_twenty():
    with pytest.raises(ValueError, match="0 to 19"):
        course_map(here=20)
