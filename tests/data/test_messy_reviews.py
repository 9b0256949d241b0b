"""Every defect of the messy table is where the truth says, and can be mended."""

import html
import re

import pytest

from course_utils.data.messy_reviews import DEFECTS, MISSING, SPELLINGS, messy_reviews
from course_utils.data.reviews import make_reviews


@pytest.fixture(scope="module")
def messy():
    return messy_reviews(1000, seed=0)


def mended(text):
    """Clean one text by the rules that the docstring promises to suffice."""
    text = html.unescape(re.sub(r"</?p>", "", text.replace("<br />", " "))).replace("\xa0", " ")
    if "â€" in text:
        text = text.encode("cp1252").decode("utf-8")
    return " ".join(text.split())


def words(text):
    return tuple(re.findall(r"\w+", text.lower()))


def test_there_are_as_many_rows_as_reviews_and_copies(messy):
    table, truth = messy
    assert list(table.columns) == ["id", "text", "label"]
    assert len(table) == len(truth) == 1200
    assert table["id"].tolist() == list(range(1200))
    assert truth["review"].nunique() == 1000
    assert (truth["exact_copy"] | truth["near_copy"]).sum() == 200


def test_the_truth_is_the_reviews_that_were_made(messy):
    made = make_reviews(1000, 0)
    for row in messy.truth.itertuples():
        assert words(row.text) == words(made.texts[row.review].replace("'", "’"))
        assert row.label == made.labels[row.review]


def test_mending_gives_the_true_text_back_but_for_near_copies(messy):
    near = messy.truth["review"].isin(messy.truth.loc[messy.truth["near_copy"], "review"])
    for text, right in zip(messy.table["text"][~near], messy.truth["text"][~near], strict=True):
        assert mended(text) == right
    for text, right in zip(messy.table["text"][near], messy.truth["text"][near], strict=True):
        assert words(mended(text)) == words(right)


def test_markup_and_mojibake_are_exactly_where_the_truth_says(messy):
    table, truth = messy
    assert (table["text"].str.contains("<|&", regex=True) == truth["markup"]).all()
    assert (table["text"].str.contains("â€") == truth["mojibake"]).all()
    assert truth["markup"].sum() > 100 and truth["mojibake"].sum() > 100


def test_exact_copies_are_those_that_drop_duplicates_finds(messy):
    table, truth = messy
    assert (table["text"].duplicated() == truth["exact_copy"]).all()
    assert (table[["text", "label"]].duplicated() == truth["exact_copy"]).all()


def test_near_copies_are_those_that_duplicate_after_mending(messy):
    table, truth = messy
    again = table["text"].map(mended).map(words).duplicated()
    assert (again == (truth["exact_copy"] | truth["near_copy"])).all()
    assert (~table["text"].duplicated()[truth["near_copy"]]).all()


def test_labels_are_missing_odd_or_right_exactly_where_the_truth_says(messy):
    table, truth = messy
    for typed, right, missing, odd in zip(
        table["label"], truth["label"], truth["missing_label"], truth["odd_label"], strict=True
    ):
        gone = typed in MISSING or typed != typed  # None, or pandas' NaN
        assert gone == missing
        if not gone:
            assert typed in SPELLINGS[right]
            assert (typed != SPELLINGS[right][0]) == odd
    assert truth["missing_label"].sum() > 50 and truth["odd_label"].sum() > 350


def test_no_spelling_means_both_and_stripping_and_lowering_leaves_four_each():
    good, bad = (set(SPELLINGS[label]) for label in (1, 0))
    assert not good & bad
    assert {s.strip().lower() for s in good} == {"positive", "pos", "good", "1"}
    assert {s.strip().lower() for s in bad} == {"negative", "neg", "bad", "0"}


def test_the_truth_has_a_column_for_each_defect(messy):
    assert list(messy.truth.columns) == ["review", "text", "label", *DEFECTS]
    assert all(messy.truth[name].dtype == bool and messy.truth[name].any() for name in DEFECTS)


def test_the_same_seed_gives_the_same_table():
    one, other = messy_reviews(100, 3), messy_reviews(100, 3)
    assert one.table.equals(other.table) and one.truth.equals(other.truth)
    assert not one.table.equals(messy_reviews(100, 4).table)


def test_too_few_reviews_are_refused():
    with pytest.raises(ValueError, match="n must be a whole number from 10 up"):
        messy_reviews(5)
