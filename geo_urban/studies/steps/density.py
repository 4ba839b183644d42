"""Ask: how densely do people live."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd

from geo_urban.errors import GeoUrbanWarning
from geo_urban.messages import Sentence, translate
from geo_urban.presentation import Raster
from geo_urban.studies.grids import clip_to_units
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of
from geo_urban.studies.words import TABLE_TITLES

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from geo_urban.hierarchy import DensityResult
    from geo_urban.presentation import Field
    from geo_urban.studies.context import StudyContext

__all__ = ["DENSITY"]

TITLE = "How densely do people live?"
MODELLED_TITLE = "How densely do people live? (modelled grid)"
DESCRIBED = ("name", "prefecture", "province", "unit_type", "comparability")
LAND_AREA = "land_area_km2"
MOST_DRAWN = 40_000_000  # cells of a grid that a map shows: a picture of more takes long and looks the same
COUNTS_OF_PEOPLE = (
    "population", "sum_over_zones", "sum_over_grid", "difference", "outside_all_zones", "in_several_zones",
)  # fmt: skip


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.hierarchy import density_measures

    chosen, grid, units = context.study.chosen_grid, context.grid, _described(context)
    # The modelled grid of a region holds the people of its units and of nobody else.
    of_these_units = chosen.modelled and context.study.boundaries.embedded
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", GeoUrbanWarning)
        result = density_measures(
            grid,
            units,
            land_area_km2=LAND_AREA if LAND_AREA in units.columns else None,
            threshold_per_km2=chosen.threshold_per_km2,
            outer_cells=chosen.outer_cells or ("keep" if of_these_units else "cut"),
        )
    source = result.source or chosen.source
    prefix = "modelled_" if result.modelled else ""
    presentation = result.layers(source=source)
    rasters = _rasters(f"{prefix}population_density", grid, units, presentation.layers[0].fields[0])
    drawn = tuple(raster for raster in rasters if raster.grid.size <= MOST_DRAWN)
    presentation = replace(presentation, rasters=drawn)
    return AnalysisOutput(
        name="density",
        title=MODELLED_TITLE if result.modelled else TITLE,
        tables={
            f"{prefix}density": context.table(result.units),
            f"{prefix}density_summary": context.grouped(_whole_people(result.summary(by=context.group))),
            f"{prefix}density_audit": _whole_people(result.audit),
        },
        headline=(f"{prefix}density_summary", f"{prefix}density_audit"),
        presentations=(presentation,),
        key_numbers=_key_numbers(result),
        charts=bars_of(
            context.grouped(result.summary(by=context.group)),
            {"density_per_km2": "Population density", "lived_density_per_km2": "Lived density"},
            name=f"{prefix}density",
            title=TABLE_TITLES[f"{prefix}density_summary"],
            unit="persons/km²",
        ),
        method=presentation.method,
        citation=presentation.citation,
        source=source,
        rasters=rasters,
        left_out=_off_the_grid(result.units),
        cautions=(*_beyond(said), *presentation.cautions),
    )


DENSITY = AnalysisStep(name="density", title=TITLE, needs=frozenset({"grid"}), run=_run)


def _described(context: StudyContext) -> gpd.GeoDataFrame:
    """Return the units with what describes them; figures that count other people than the grid stay out."""
    from geo_urban.checks import require_columns

    units, own_column = context.units, context.study.chosen_grid.land_area
    if own_column is not None:
        require_columns(units, [own_column], argument="boundaries")
    wanted = dict.fromkeys([*DESCRIBED, *([context.group] if context.group else []), LAND_AREA, units.geometry.name])
    table = gpd.GeoDataFrame(units[[column for column in wanted if column in units.columns]])
    return table if own_column is None else table.assign(**{LAND_AREA: units[own_column]})


def _key_numbers(result: DensityResult) -> tuple[KeyNumber, ...]:
    summary = result.summary()
    return (
        KeyNumber(
            label="Population density",
            value=figure_of(summary, "total", "density_per_km2"),
            unit="persons/km²",
            decimals=1,
        ),
        KeyNumber(
            label="Lived density",
            value=figure_of(summary, "total", "lived_density_per_km2"),
            unit="persons/km²",
        ),
        KeyNumber(
            label="Share of residents on dense cells",
            value=figure_of(summary, "total", "dense_share"),
            unit="%",
            scale=100,
            decimals=1,
        ),
    )


def _beyond(said: list[warnings.WarningMessage]) -> tuple[str, ...]:
    """Return which units reach beyond the grid; that units were reprojected is no news, and those off it are listed."""
    from geo_urban.hierarchy.density import BEYOND

    messages = [item.message for item in said if isinstance(item.message, GeoUrbanWarning)]
    return tuple(Sentence(BEYOND, **message.values) for message in messages if message.template == BEYOND)


def _off_the_grid(units: pd.DataFrame) -> pd.DataFrame | None:
    from geo_urban.io.join import not_joined_rows

    absent = units.index[units["population"].isna()]
    if absent.empty:
        return None
    reason = translate("no cell of the population grid has a value there: no density")
    return not_joined_rows(absent, units.get("name"), side="boundaries", reason=reason)


def _whole_people(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose sums of people are whole: shares of cells leave fractions that mean nothing."""
    counts = [column for column in COUNTS_OF_PEOPLE if column in table.columns]
    return table.assign(**{column: table[column].round().astype("int64") for column in counts})


def _rasters(name: str, grid: xr.DataArray, units: gpd.GeoDataFrame, lived: Field) -> tuple[Raster, ...]:
    """Return the cells of the units, in the classes of lived density (the mean of theirs)."""
    from geo_urban.hierarchy import density_grid

    clipped = clip_to_units(grid, units)
    if clipped is None:
        return ()
    title = "Density of cells (modelled grid)" if lived.modelled else "Density of cells"
    field = replace(lived, column=name, label="Residents per km²")
    return (Raster(name=name, title=title, grid=density_grid(clipped), field=field, visible=False),)
