"""The Keeling curve: complete, in order, and equal to what NOAA publishes."""

import numpy as np
import pandas as pd
import pytest

from course_utils.data.co2 import load_co2

# NOAA's annual means, co2_annmean_mlo.csv
ANNUAL = {1959: 315.98, 1974: 330.19, 1984: 344.87, 2000: 369.71, 2016: 404.41, 2024: 424.61}


@pytest.fixture(scope="module")
def table():
    return load_co2()


def test_columns_are_month_year_and_ppm(table):
    assert list(table.columns) == ["month", "year", "ppm"]
    assert table.month.dtype == "datetime64[ns]"
    assert table.year.dtype == table.ppm.dtype == np.float64


def test_every_month_has_one_row_and_none_is_empty(table):
    months = pd.date_range("1958-03-01", "2026-01-01", freq="MS")
    assert table.month.tolist() == months.tolist()
    assert not table.isna().to_numpy().any()


def test_the_decimal_year_is_the_middle_of_the_month(table):
    middle = table.month.dt.year + (table.month.dt.month - 0.5) / 12
    assert (table.year - middle).abs().max() < 0.006
    assert table.year.is_monotonic_increasing


def test_values_are_plausible_and_change_by_less_than_4_ppm_a_month(table):
    assert table.ppm.between(312, 431).all()
    assert table.ppm.diff().abs().max() < 4


@pytest.mark.parametrize(("year", "mean"), ANNUAL.items())
def test_annual_means_are_those_that_noaa_publishes(table, year, mean):
    assert table.ppm[table.month.dt.year == year].mean() == pytest.approx(mean, abs=0.006)
