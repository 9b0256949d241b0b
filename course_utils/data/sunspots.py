"""Spots on the sun, month by month from 1749 to 2008."""

import io

from course_utils.data.embedded import read_embedded


def load_sunspots():
    """Load the monthly mean international sunspot number, in its first version.

    Returns:
        pandas DataFrame, one row for each of the 3,120 months from January 1749 to December
        2008, in order and without gaps, with the columns

        - `month`: datetime64, the first day of the month;
        - `year`: float64, the middle of the month in years, such as 1749.0417;
        - `sunspots`: float64, from 0 to 253.8, mean of the daily numbers
          k * (10 * groups + spots).

        Their rhythm is the solar cycle of about 11 years, 132 months, and no cycle is like
        the last: from one minimum to the next it takes 9 to nearly 14 years. February 1824
        was not observed; the table holds the mean of its neighbours, as its source does.

    Raises:
        DataMissingError: the file is damaged; the message says how to mend it.

    Source: National Geophysical Data Center (NOAA), "Monthly mean sunspot numbers", as
    distributed with statsmodels; the card, data/sunspots.md, says more.
    """
    import pandas as pd

    table = pd.read_csv(io.BytesIO(read_embedded("sunspots")), dtype={"month": str})
    table["month"] = pd.to_datetime(table["month"], format="%Y-%m").astype("datetime64[ns]")
    table.insert(1, "year", table["month"].dt.year + (table["month"].dt.month - 0.5) / 12)
    return table
