"""Measure delineation on each of three plans with parameters chosen on the two others.

The figures of docs/decisions/delineation.md. Takes a minute and a half once the travel times are in the cache.

    python scripts/leave_one_out.py [table.csv]
"""

from __future__ import annotations

import sys

import pandas as pd

from geo_urban import datasets
from geo_urban.agglomerations import leave_one_out

PLANS = ["chengyu", "guanzhong", "hachang"]


def main() -> None:
    """Print agreement by plan and the spread of all settings; write the scores of each setting where asked."""
    units = datasets.agglomeration_units()
    found = leave_one_out(
        units,
        datasets.scope_of_units(units, plans=PLANS),
        travel=datasets.seat_travel_times(),
        urban="urban_2020",
        cities="city",
        regions="prefecture_code",
    )
    pd.set_option("display.width", 160)
    print(found.summary().round(3).to_string())
    print(found.scores.describe().round(3).to_string())
    if len(sys.argv) > 1:
        found.scores.join(found.settings).to_csv(sys.argv[1])


if __name__ == "__main__":
    main()
