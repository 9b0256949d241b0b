"""The table of public models: complete, sourced, and silent where its sources are."""

import re
from pathlib import Path

import pytest

from course_utils.data.large_models import load_large_models

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def models():
    return load_large_models()


def test_the_table_has_the_columns_that_its_card_describes(models):
    card = (ROOT / "data" / "large_models.md").read_text("utf-8")
    described = re.findall(r"^- `(\w+)`:", card, re.MULTILINE)
    assert list(models.columns) == described
    assert f"| rows | {len(models)} |" in card


def test_names_are_unique_and_every_row_has_a_source(models):
    assert models.name.is_unique
    assert models.source.notna().all()


def test_rows_stand_in_the_order_of_their_years(models):
    assert models.year.is_monotonic_increasing


def test_the_year_is_that_of_the_arxiv_number(models):
    for row in models.itertuples():
        found = re.match(r"arXiv:(\d\d)\d\d\.\d{4,5}\b", row.source)
        assert bool(found) == ("arXiv:" in row.source), row.name
        assert not found or row.year == 2000 + int(found.group(1)), row.name


def test_what_was_never_disclosed_is_missing(models):
    hidden = models[models.parameters.isna()].name.tolist()
    for name in ("GPT-4", "Claude 3 Opus", "GPT-4o", "Gemini 1.0 Ultra"):
        assert name in hidden


def test_sizes_are_plausible(models):
    known = models.dropna(subset=["parameters"])
    assert known.parameters.between(1e4, 1e13).all()
    parts = models.dropna(subset=["active"])
    assert (parts.active < parts.parameters).all()
    assert (parts.experts == "yes").all()
    assert models.tokens.dropna().between(1e11, 1e14).all()


def test_categories_come_from_the_documented_lists(models):
    words = load_large_models.__doc__
    assert set(models.access.dropna()) == {"open", "weights", "closed"}
    assert set(models.experts.dropna()) == {"yes", "no"}
    for kind in set(models.architecture):
        assert f'"{kind}"' in words


def test_gpt_3_is_as_in_its_paper(models):
    gpt3 = models.set_index("name").loc["GPT-3"]
    assert (gpt3.year, gpt3.parameters, gpt3.tokens) == (2020, 175e9, 300e9)
    assert 6 * gpt3.parameters * gpt3.tokens == pytest.approx(3.14e23, rel=0.01)  # table D.1
