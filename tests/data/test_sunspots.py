"""The sunspot numbers: complete, in order, and equal to what is published."""

import numpy as np
import pandas as pd
import pytest

from course_utils.data.sunspots import load_sunspots

# yearly means of the same source, sunspots_yearly.dat
YEARLY = {1750: 83.4, 1778: 154.4, 1810: 0.0, 1848: 124.7, 1913: 1.4, 1954: 4.4, 2008: 2.9}
# years of the highest smoothed monthly number, D. H. Hathaway 2015, "The Solar Cycle", table 1
MAXIMA = [1761, 1769, 1778, 1788, 1805, 1816, 1829, 1837, 1848, 1860, 1870, 1883]
MAXIMA += [1894, 1906, 1917, 1928, 1937, 1947, 1958, 1968, 1979, 1989, 2000]


@pytest.fixture(scope="module")
def table():
    return load_sunspots()


def test_columns_are_month_year_and_sunspots(table):
    assert list(table.columns) == ["month", "year", "sunspots"]
    assert table.month.dtype == "datetime64[ns]"
    assert table.year.dtype == table.sunspots.dtype == np.float64


def test_every_month_from_1749_to_2008_has_one_row_and_none_is_empty(table):
    months = pd.date_range("1749-01-01", "2008-12-01", freq="MS")
    assert len(table) == 3120
    assert table.month.tolist() == months.tolist()
    assert not table.isna().to_numpy().any()


def test_the_decimal_year_is_the_middle_of_the_month(table):
    assert table.year.iloc[0] == pytest.approx(1749 + 0.5 / 12)
    assert table.year.diff().iloc[1:].to_numpy() == pytest.approx(1 / 12)


def test_numbers_are_never_negative_and_the_highest_month_is_october_1957(table):
    assert table.sunspots.min() == 0
    top = table.loc[table.sunspots.idxmax()]
    assert (str(top.month.date()), top.sunspots) == ("1957-10-01", 253.8)


@pytest.mark.parametrize(("year", "mean"), YEARLY.items())
def test_yearly_means_are_those_that_the_source_prints(table, year, mean):
    assert table.sunspots[table.month.dt.year == year].mean() == pytest.approx(mean, abs=0.06)


def test_the_maxima_of_the_solar_cycle_lie_in_the_years_that_are_published(table):
    smooth = table.sunspots.rolling(13, center=True).mean().to_numpy()
    for year in MAXIMA:
        near = np.abs(table.year.to_numpy() - year - 0.5) < 3
        found = table.year[near].to_numpy()[np.nanargmax(smooth[near])]
        assert abs(found - year - 0.5) < 1.3, f"cycle of {year}: maximum in {found:.1f}"


def test_the_rhythm_is_about_eleven_years_and_not_the_calendar(table):
    values = table.sunspots - table.sunspots.mean()

    def agreement(months):
        return values.autocorr(months)

    best = max(range(60, 200), key=agreement)
    assert 120 <= best <= 140
    assert agreement(66) < 0 < agreement(132)
    by_month = table.sunspots.groupby(table.month.dt.month).mean()
    assert by_month.max() - by_month.min() < 6  # the cycle itself spans more than 100
