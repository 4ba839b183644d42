"""Ask: what do border towns and ports form, along the border and into the country, and whom do ports serve."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo_urban.checks import listed
from geo_urban.corridors.border_layers import port_layer
from geo_urban.errors import StudyFileError
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.border_centres import centres_near_border
from geo_urban.studies.steps.border_data import TOWN_TIERS, border_data, quietly
from geo_urban.studies.steps.border_maps import (
    catchment_layer,
    corridor_map_layers,
    corridor_presentation,
    page_name,
    part_of,
    town_layer,
)
from geo_urban.studies.steps.corridor_names import with_names
from geo_urban.studies.steps.step import AnalysisStep

if TYPE_CHECKING:
    from geo_urban.corridors import CorridorResult, PortCatchments
    from geo_urban.presentation import Presentation
    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.steps.border_data import BorderData

__all__ = ["BORDER_CORRIDORS"]

TITLE = "What do border towns and ports form?"
_TO_BORDER = {"border_km": "to_border_km"}
_ESTIMATES = (
    "population",
    "population_low",
    "population_high",
    "population_start",
    "catchment_people",
    "catchment_huff",
    "huff_people",
)
_SERVED = ["nearest_people", "nearest_places", "huff_people"]
_HEADLINE = (
    "border_towns_by_neighbor",
    "border_towns_by_tier",
    "corridors_along",
    "corridors_named",
    "corridors_spokes",
    "port_catchments",
)


def _run(context: StudyContext) -> AnalysisOutput:
    data = border_data(context)
    served = _catchments(data)
    result = _corridors(context, data, served)
    ports = data.ports if served is None or data.ports is None else data.ports.join(served.ports[_SERVED])
    layers = corridor_map_layers(
        data,
        result,
        town_layer(data.towns, TOWN_TIERS, size=data.residents),
        None if served is None else catchment_layer(served.units, data.measured.geometry, served.ports),
        ports,
    )
    shown = corridor_presentation(context, result, layers)
    parts = _parts(context, data, shown)
    tables = _tables(data, result, served) | centres_near_border(context, data)
    return AnalysisOutput(
        name="border_corridors",
        title=TITLE,
        tables=tables,
        headline=tuple(name for name in _HEADLINE if name in tables),
        presentations=(shown, *_catchment_page(context, data, served, ports), *parts.values()),
        parts={page_name(title): data.section.pages[title] for title in parts},
        key_numbers=_key_numbers(data, result, served),
        method=shown.method,
        citation=shown.citation,
        source=context.source,
        cautions=shown.cautions,
    )


BORDER_CORRIDORS = AnalysisStep(
    name="border_corridors",
    title=TITLE,
    needs=frozenset({"neighbors", "network"}),
    wants=frozenset({"grid"}),
    run=_run,
)


def _corridors(context: StudyContext, data: BorderData, served: PortCatchments | None) -> CorridorResult:
    from geo_urban.corridors import border_corridors

    chosen, (start, end) = data.section, data.columns
    named, stations = data.stations()
    assert data.roads is not None  # noqa: S101 - a study without a network is refused
    towns = data.border_towns
    towns = towns[towns["border_km"] <= chosen.max_town_km]
    if data.residents in towns.columns:
        # A town's own residents: those it is counted together with would stand there twice.
        towns = towns.assign(**{end: towns[data.residents]})
    with quietly():
        result = border_corridors(
            towns,
            data.border,
            network=data.roads,
            ports=data.open_ports,
            centres=data.centres if data.open_ports is not None else None,
            named=named,
            stations=stations,
            units=data.measured,
            population=context.grid if context.reads_grid else None,
            start=start,
            end=end,
            width_km=chosen.width_km,
            width_minutes=chosen.width_minutes,
            max_gap_km=chosen.town_gap_km,
            max_gap_minutes=chosen.town_gap_minutes,
            max_port_km=chosen.max_port_km,
            catchments=served,
        )
    return with_names(result, data)


def _catchments(data: BorderData) -> PortCatchments | None:
    from geo_urban.corridors import port_catchments

    _, end = data.columns
    if data.open_ports is None or end not in data.places.columns or data.roads is None:
        return None
    with quietly():
        found: PortCatchments = port_catchments(
            data.places,
            data.open_ports,
            network=data.roads,
            population=end,
            decay=data.section.decay,
            max_minutes=data.section.port_minutes,
        )
    return found


def _catchment_page(
    context: StudyContext, data: BorderData, served: PortCatchments | None, ports: gpd.GeoDataFrame | None
) -> tuple[Presentation, ...]:
    """Return the page of units by the port that serves them; none where nobody has a port in reach."""
    if served is None or ports is None or served.units["nearest_port"].isna().all():
        return ()
    shown = served.layers(polygons=data.measured.geometry, source=context.source)
    first = shown.layers[0]
    reached = gpd.GeoDataFrame(first.units[served.units["nearest_port"].notna().to_numpy()])
    return (replace(shown, layers=(replace(first, units=reached), port_layer(ports))),)


def _parts(context: StudyContext, data: BorderData, shown: Presentation) -> dict[str, Presentation]:
    """Return the pages of parts that the study asks for, those without a border unit left out."""
    pages, group = data.section.pages, context.group
    if not pages:
        return {}
    if group is None or group not in data.units.columns:
        raise StudyFileError(
            "[border.pages] names parts of the country, but no column gathers the units. Name it: `group` under "
            "[population]."
        )
    values = data.units[group]
    lost = [each for row in pages.values() for each in row if not (values == each).any()]
    if lost and not data.study.region:
        raise StudyFileError(
            "[border.pages] names {lost}, which no unit has in its column `{group}`. It has {known}.",
            lost=listed(lost),
            group=group,
            known=listed(sorted(values.dropna().astype(str).unique()), most=40),
        )
    found = {}
    for title, row in pages.items():
        codes = values.index[values.isin(row)]
        if data.border_units.index.isin(codes).any():
            found[title] = part_of(shown, title, codes, data.units.geometry[codes])
    return found


def _tables(data: BorderData, result: CorridorResult, served: PortCatchments | None) -> dict[str, pd.DataFrame]:
    every = pd.DataFrame(data.towns.drop(columns="geometry"))
    towns = every.loc[data.border_towns.index]
    corridors = _whole_people(result.summary())
    tables = {
        "border_towns": every.rename(columns=_TO_BORDER),
        "border_towns_by_neighbor": _town_totals(data, towns, "neighbor"),
        "corridors": corridors,
        "corridor_links": pd.DataFrame(result.lines.drop(columns="geometry")).rename_axis("link"),
    }
    if "tier" in towns.columns:
        tables["border_towns_by_tier"] = _town_totals(data, towns, "tier")
    for kind, name in (("along", "along"), ("spoke", "spokes"), ("named", "named")):
        rows = corridors[corridors["kind"] == kind]
        if len(rows):
            tables[f"corridors_{name}"] = rows
    if served is not None:
        ports = served.ports[[name for name in ("name", "name_en", "neighbor", *_SERVED) if name in served.ports]]
        ports = _whole_people(pd.DataFrame(ports))
        tables["port_catchments"] = ports.sort_values("nearest_people", ascending=False, kind="stable")
        tables["port_of_units"] = pd.DataFrame(
            served.units[
                [
                    name
                    for name in ("name", "province", "nearest_port", "port_minutes", "huff_port", "huff_share")
                    if name in served.units
                ]
            ]
        ).dropna(subset="nearest_port")
    return tables


def _town_totals(data: BorderData, towns: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return towns and their residents by group; units that are counted together count once for the change."""
    groups = towns.groupby(by, observed=True, sort=by == "tier")
    table = pd.DataFrame({"border_towns": groups.size()})
    if data.residents in towns.columns:
        table["residents"] = groups[data.residents].sum()
    start, end = data.columns
    if {start, end} <= set(towns.columns):
        once = towns.drop_duplicates("counted_as") if "counted_as" in towns.columns else towns
        sums = once.groupby(by, observed=True)[[start, end]].sum().reindex(table.index)
        table["change_share"] = sums[end] / sums[start].where(sums[start] > 0) - 1
    for column in ("border_km", "port_minutes", "prefecture_minutes"):
        if column in towns.columns:
            table[_TO_BORDER.get(column, column)] = groups[column].median()
    return table


def _whole_people(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which estimates of people are whole numbers."""
    estimates = [column for column in _ESTIMATES if column in table.columns]
    return table.assign(**{column: table[column].round() for column in estimates})


def _key_numbers(data: BorderData, result: CorridorResult, served: PortCatchments | None) -> tuple[KeyNumber, ...]:
    along = result.strips[result.strips["kind"] == "along"]
    numbers = [
        KeyNumber(label="Border towns", value=float(len(data.border_towns))),
        KeyNumber(label="Road along the border from town to town", value=float(along["length_km"].sum()), unit="km"),
        KeyNumber(label="Gaps without a town along the border", value=float(along["gaps"].sum())),
    ]
    if "port_minutes" in data.border_towns.columns:
        numbers.append(
            KeyNumber(
                label="Median time from a border town to a port",
                value=float(data.border_towns["port_minutes"].median()),
                unit="minutes",
            )
        )
    if served is not None:
        people = float(served.ports["nearest_people"].sum())
        numbers.append(KeyNumber(label="Residents with a port in reach", value=people, unit="persons"))
    return tuple(numbers)
