"""A user's own boundaries and panel, joined, under the names the analyses use."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.checks import listed, require_columns
from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.figures import figure_columns
from geo_urban.messages import translate
from geo_urban.studies.own_units import OwnUnits, boundaries_record, insert_names, read_units
from geo_urban.studies.provenance import file_input

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.io import JoinedPanel
    from geo_urban.studies.config import Study
    from geo_urban.studies.provenance import Input
    from geo_urban.studies.steps import Need

__all__ = ["OwnData"]

# Prefix of a study file's keys for each quantity: `start`, `urban_start`, `rural_start`.
QUANTITIES = {"population": "", "urban": "urban_", "rural": "rural_"}


class OwnData(OwnUnits):
    """Units and figures from the files a study names; each file is read once, when first needed.

    Parameters
    ----------
    study
        A study whose population is a panel of the user's.
    """

    @property
    def provides(self) -> frozenset[Need]:
        """Figures the study names."""
        population = self.study.population
        named: set[Need] = {"population", "cities", "network"}
        if population.urban_start is not None and population.urban_end is not None:
            named.add("urban")
        if self.study.grid is not None:
            named.add("grid")
        if self.study.border is not None:
            named.add("neighbors")
        return frozenset(named)

    @property
    def units(self) -> gpd.GeoDataFrame:
        """Units on both sides of the join that have figures."""
        return self._measured[0]

    @property
    def city_base(self) -> str:
        """What the population counts."""
        return translate("residents of each unit, as the panel gives them")

    @property
    def source(self) -> str:
        """The panel's name."""
        return self.study.path(self.study.population.source).name

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """The two files."""
        panel = file_input("population", self.study.path(self.study.population.source))
        return (boundaries_record(self.study), panel)

    @property
    def not_joined(self) -> pd.DataFrame:
        """Units without a partner, and units without figures."""
        return pd.concat([self._joined.not_joined, self._measured[1]])

    @property
    def _columns(self) -> dict[str, str]:
        """The panel's columns, by the names they get here."""
        named = {
            f"{quantity}_{year}": getattr(self.study.population, f"{prefix}{when}")
            for quantity, prefix in QUANTITIES.items()
            for year, when in zip(self.study.years, ("start", "end"), strict=True)
        }
        return {name: column for name, column in named.items() if column is not None}

    @cached_property
    def _joined(self) -> JoinedPanel:
        from geo_urban.io import join_panel, read_panel

        population = self.study.population
        if self.study.path(population.source) == self.study.path(self.study.boundaries.source):
            return self._in_one_file()
        panel = read_panel(self.study.path(population.source), code=population.code, sheet=population.sheet)
        require_columns(panel, list(self._columns.values()), argument="panel")
        boundaries = read_units(self.study)
        if self.study.region:
            from geo_urban import datasets

            panel = panel[datasets.region(self.study.region).contains(panel.index)]
        joined = join_panel(boundaries, panel)
        self.require_group(joined.units, argument="panel")
        return joined

    def _in_one_file(self) -> JoinedPanel:
        """Return boundaries that hold the figures themselves: there is nothing to join."""
        from geo_urban.io import JoinedPanel
        from geo_urban.io.join import not_joined_rows

        units = read_units(self.study)
        figure_columns(units, list(self._columns.values()), argument="boundaries")
        self.require_group(units, argument="boundaries")
        nobody = not_joined_rows(pd.Index([]), None, side="boundaries", reason="")
        return JoinedPanel(units=units, not_joined=nobody)

    @cached_property
    def _measured(self) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
        """Units with figures under our names, and the list of those without."""
        from geo_urban.io import require_population
        from geo_urban.io.join import not_joined_rows

        units, columns = self._joined.units, self._columns
        absent = units[list(columns.values())].isna().any(axis=1)
        if self.study.population.missing == "refuse":
            absent = absent & False
        kept = units[~absent]
        if kept.empty:
            raise InsufficientDataError(
                "no unit of the panel has all of {columns}, so there is nothing to measure. Check these columns.",
                columns=listed(columns.values()),
            )
        require_population(kept, list(dict.fromkeys(columns.values())), argument="panel")
        listed_rows = not_joined_rows(
            units.index[absent], units.get("name"), side="panel", reason=translate("no population figure")
        )
        return _with_figures(kept, columns, self.study), listed_rows


def _with_figures(units: gpd.GeoDataFrame, columns: dict[str, str], study: Study) -> gpd.GeoDataFrame:
    from geo_urban.spatial import area_km2

    figures = {name: _counted(units[column]) for name, column in columns.items()}
    for year in study.years:
        urban, rural = f"urban_{year}", f"rural_{year}"
        if urban in figures and rural not in figures:
            figures[rural] = figures[f"population_{year}"] - figures[urban]
            _require_not_negative(figures[rural], columns[urban], year)
    replaced = {*figures, *columns.values()} - {study.population.group}
    table = units.drop(columns=[name for name in replaced if name in units.columns]).assign(**figures)
    insert_names(table)
    if "area_km2" not in table.columns:
        table["area_km2"] = area_km2(table)
    return table


def _counted(values: pd.Series) -> pd.Series:
    return values.astype("int64") if (values % 1 == 0).all() else values.astype(float)


def _require_not_negative(rural: pd.Series, urban: str, year: int) -> None:
    if (rural < 0).any():
        raise InputError(
            "`panel.{column}` counts more urban residents than there are residents in {year}: {codes}. "
            "Correct the figures, or name the right columns under [population].",
            column=urban,
            year=year,
            codes=listed(rural.index[rural < 0]),
        )
