"""Ask: where does the land border run, which units lie along it, and through which ports is it crossed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.messages import Sentence
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.border_data import border_data
from geo_urban.studies.steps.border_maps import border_presentation
from geo_urban.studies.steps.step import AnalysisStep

if TYPE_CHECKING:
    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.steps.border_data import BorderData

__all__ = ["LAND_BORDER", "border_by_macro_region"]

TITLE = "Where does the land border run, and who lives along it?"
# Minimum lengths under which units are counted beside the study's own [km].
MINIMA_KM = (0, 1, 2, 5, 10, 20, 50)
UNPLACED = "county border"


def _run(context: StudyContext) -> AnalysisOutput:
    data = border_data(context)
    border, units = data.border, data.border_units
    tables = {
        "border_by_neighbor": _by_neighbor(data),
        **_by_group(context, data),
        "border_resolution": border.lengths_by_ruler().to_frame(),
        "border_counts": _counts(data),
        "border_units": context.table(units.drop(columns=["border_unit"])),
        "border_belt": context.table(data.belt),
    }
    if data.ports is not None:
        tables["ports"] = pd.DataFrame(data.ports.assign(lon=data.ports.geometry.x, lat=data.ports.geometry.y)).drop(
            columns="geometry"
        )
        tables |= _positions(tables["ports"])
    shown = border_presentation(context, data)
    return AnalysisOutput(
        name="land_border",
        title=TITLE,
        tables=tables,
        headline=tuple(
            name
            for name in (
                "border_by_neighbor", "border_by_group", "border_by_macro_region", "border_resolution", "border_counts",
                "ports_by_position",
            )
            if name in tables
        ),
        presentations=(shown,),
        key_numbers=_key_numbers(data),
        charts=bars_of(
            tables["border_by_neighbor"].set_axis(_names(tables["border_by_neighbor"]), axis=0),
            {"border_km": "Land border (km)"},
            name="border_by_neighbor",
            title="Land border by neighbor",
        ),
        method=shown.method,
        citation=shown.citation,
        source=context.source,
        cautions=shown.cautions,
    )  # fmt: skip


LAND_BORDER = AnalysisStep(
    name="land_border", title=TITLE, needs=frozenset({"neighbors"}), wants=frozenset({"network"}), run=_run
)


def border_by_macro_region(data: BorderData) -> pd.DataFrame:
    """Return the border of the embedded units shared out among macro-regions.

    Parameters
    ----------
    data
        Of a study on the embedded boundaries.

    Returns
    -------
    pandas.DataFrame
        As `geo_urban.corridors.border_shares`.
    """
    from geo_urban import datasets
    from geo_urban.corridors import border_shares

    groups = datasets.province_groups()["macro_region"].dropna()
    regions = dict(zip(groups.index.str[:2], groups, strict=True))
    of_unit = pd.Series(data.units.index.str[:2].map(regions), index=data.units.index, name="macro_region")
    shares: pd.DataFrame = border_shares(data.border, of_unit)
    return shares[shares["border_km"] > 0]


def _by_neighbor(data: BorderData) -> pd.DataFrame:
    """Return the border with each neighbor; of a part of the country, with those it meets."""
    table = data.border.by_neighbor().drop(columns=["cut_km2", "filled_km2"], errors="ignore")
    table["disputed"] = table["disputed"].map({True: "yes", False: "no"})
    return table[table["border_km"] > 0] if data.study.region else table


def _by_group(context: StudyContext, data: BorderData) -> dict[str, pd.DataFrame]:
    from geo_urban.corridors import border_shares

    tables = {}
    if context.group is not None and context.group in data.units.columns:
        shares = border_shares(data.border, data.units[context.group])
        tables["border_by_group"] = context.grouped(shares[shares["border_km"] > 0])
    if data.embedded:
        tables["border_by_macro_region"] = border_by_macro_region(data)
    return tables


def _counts(data: BorderData) -> pd.DataFrame:
    """Return how many units are border units under other minimum lengths, and without disputed stretches."""
    touching = data.belt[data.belt["border_km"] > 0]
    agreed = touching["border_km"] - touching["disputed_km"]
    least = sorted({*MINIMA_KM, data.section.min_border_km})
    rows = {
        km: {
            "units": int(((lengths > 0) & (lengths >= km)).sum()),
            "units_undisputed": int(((agreed > 0) & (agreed >= km)).sum()),
        }
        for km, lengths in ((km, touching["border_km"]) for km in least)
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("min_border_km")


def _positions(ports: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return how well the positions of ports are known, best first."""
    if not {"position", "accuracy_km"} <= set(ports.columns):
        return {}
    groups = ports.groupby("position")["accuracy_km"]
    table = pd.DataFrame({"ports": groups.size(), "accuracy_low": groups.min(), "accuracy_high": groups.max()})
    return {"ports_by_position": table.sort_values(["accuracy_high", "ports"], kind="stable")}


def _names(known: pd.DataFrame) -> list[str]:
    column = next((name for name in ("name_en", "name") if name in known.columns), None)
    return [str(code) if column is None else Sentence(str(known[column][code])) for code in known.index]


def _key_numbers(data: BorderData) -> tuple[KeyNumber, ...]:
    facts, units = data.border.summary(), data.border_units
    numbers = [
        KeyNumber(label="Land border", value=float(facts["border_km"]), unit="km"),
        KeyNumber(label="Of it along areas that several countries claim", value=float(facts["disputed_km"]), unit="km"),
        KeyNumber(label="Border units", value=float(len(units))),
    ]
    _, end = data.columns
    own = f"own_{end}"
    base = own if own in units.columns else end
    if base in units.columns:
        numbers.append(KeyNumber(label="Residents of border units", value=float(units[base].sum()), unit="persons"))
    if data.ports is not None:
        numbers.append(KeyNumber(label="Ports of entry", value=float(len(data.ports))))
    if data.ports is not None and "position" in data.ports.columns:
        numbers.append(
            KeyNumber(label="Of them without a sound position", value=float(data.ports["position"].eq(UNPLACED).sum()))
        )
    return tuple(numbers)
