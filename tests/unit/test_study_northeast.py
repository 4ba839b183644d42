"""The built-in study on the real boundaries and censuses: figures that others know, and nobody left out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from geo_urban import datasets
from geo_urban.studies import load_study, verify_provenance
from geo_urban.studies.context import context_of
from geo_urban.studies.embedded import EmbeddedData

if TYPE_CHECKING:
    from pathlib import Path


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / f"{name}.csv")


def test_rural_loss_and_net_outflow(northeast: Path) -> None:
    total = table(northeast, "outflow").set_index("province").loc["total"]
    # From the yearbooks' own province totals: rural loss 14.541 million; with the urban loss of Heilongjiang inside,
    # the identity gives 10.998 million (the study prints 10.572, which leaves that loss out).
    assert round(total["rural_loss"] / 1e6, 3) == 14.541
    assert round(total["net_outflow"] / 1e6, 3) == 10.998
    assert round(total["rural_change_share"], 3) == -0.314  # as printed: −31.4 %


def test_totals_are_those_of_the_yearbooks(northeast: Path) -> None:
    change = table(northeast, "change")
    for year in (2010, 2020):
        printed = datasets.census_totals(year).loc[["210000", "220000", "230000"], "population"].sum()
        assert change[f"population_{year}"].sum() == printed
    assert change["adcode"].is_unique
    assert table(northeast, "not_joined").empty


def test_every_published_table_stands_beside_ours(northeast: Path) -> None:
    for name in ("city_tiers", "county_loss", "urbanization", "rural_outflow"):
        beside = table(northeast, f"published_{name}")
        assert {"ours", "theirs", "difference", "reason"} <= set(beside.columns)
        assert beside["reason"].notna().all()


def test_named_places_stand_beside_clusters_that_were_not_made_to_fit(northeast: Path) -> None:
    places = table(northeast, "published_shrinking_places").set_index("place")
    # The names are the study's; it prints no figure for them.
    assert list(places.index[:7]) == ["Suihua", "Heihe", "Jiamusi", "Yichun", "Qiqihar", "Yanbian", "Siping"]
    # Every named prefecture lost people; inside a region that declines as a whole none stands out at 5 %.
    assert (places["losing"][:7] > 0).all()
    assert places[["loss_cluster_fdr", "cold_spot_fdr"]].to_numpy().sum() == 0
    assert places["agreement"]["Siping"].startswith("lost residents, but no unit")
    assert not places["agreement"].str.startswith("agrees: ").any()


def test_the_worst_county_is_known(northeast: Path) -> None:
    counties = table(northeast, "change").query("unit_type == 'county'").set_index("name")
    # Census rows of Baiquan: 519,766 and 282,019 residents; the study calls the loss "nearly 50 %".
    assert counties.loc["拜泉县", "change_share"] == pytest.approx(282_019 / 519_766 - 1)


def test_the_grid_join_keeps_everybody_and_is_called_modelled(northeast: Path) -> None:
    audit = table(northeast, "modelled_density_audit").iloc[0]
    printed = datasets.census_totals(2020).loc[["210000", "220000", "230000"], "population"].sum()
    assert audit["sum_over_zones"] == audit["sum_over_grid"] == printed
    density = table(northeast, "modelled_density").merge(table(northeast, "change"), on="adcode")
    assert density["modelled"].all()
    # Cells that borders cut hold people of both sides; together that moves few.
    moved = (density["population"] - density["population_2020"]).abs().sum() / 2
    assert moved < 0.01 * printed
    summary = table(northeast, "modelled_density_summary").set_index("province")
    assert (summary["lived_density_per_km2"] > summary["density_per_km2"]).all()
    assert (northeast / "rasters/modelled_population_density.tif").is_file()


def test_the_result_verifies(northeast: Path) -> None:
    found = verify_provenance(northeast)
    assert found.differences == ()
    record = json.loads((northeast / "provenance.json").read_text(encoding="utf-8"))
    assert record["datum_history"] == ["boundaries: gcj02, converted to WGS 84"]


def test_cities_that_became_districts_keep_their_ground() -> None:
    study = load_study("northeast").model_copy(update={"region": "南通市", "published": (), "analyses": ("tiers",)})
    cities = EmbeddedData(study).cities
    # Haimen was counted as a county-level city in 2020 and is a district of Nantong on the map of 2021.
    assert cities.geometry.notna().all()
    assert cities.geometry["320614"].intersection(cities.geometry["320600"]).area == pytest.approx(0, abs=1e-9)


def test_units_without_a_census_are_listed() -> None:
    study = load_study("northeast").model_copy(update={"region": "澳门,广东省", "published": ()})
    data = context_of(study).data
    assert set(data.not_joined["reason"]) == {"the census has no row for this unit"}
    assert all(str(code).startswith("82") for code in data.not_joined.index)
