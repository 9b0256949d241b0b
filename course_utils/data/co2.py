"""Carbon dioxide in the air above Mauna Loa, month by month since 1958."""

import io

from course_utils.data.embedded import read_embedded


def load_co2():
    """Load the monthly mean CO2 mole fraction at Mauna Loa, Hawaii.

    Returns:
        pandas DataFrame, one row for every month from March 1958 to January 2026, in order
        and without gaps, with the columns

        - `month`: datetime64, the first day of the month;
        - `year`: float64, the middle of the month in years, such as 1974.375;
        - `ppm`: float64, micromoles of CO2 per mole of dry air, WMO scale X2019.

        In seven months too little was measured; there NOAA gives an interpolated value, and
        so does this table (the card, data/co2.md, lists them). No row is dropped.

    Raises:
        DataMissingError: the file is damaged; the message says how to mend it.

    Source: Dr. Xin Lan, NOAA Global Monitoring Laboratory (gml.noaa.gov/ccgg/trends), and Dr.
    Ralph Keeling, Scripps Institution of Oceanography (scrippsco2.ucsd.edu). Until April
    1974: C. D. Keeling et al. 1976, "Atmospheric carbon dioxide variations at Mauna Loa
    Observatory, Hawaii", Tellus 28, 538-551.
    """
    import pandas as pd

    table = pd.read_csv(io.BytesIO(read_embedded("co2")), dtype={"month": str})
    table["month"] = pd.to_datetime(table["month"], format="%Y-%m").astype("datetime64[ns]")
    return table
