"""Ask: does the county seat hold its county."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.palettes import sequential
from geo_urban.presentation import Breaks, Field, Layer, Presentation
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.step import AnalysisStep

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.studies.context import StudyContext

__all__ = ["TOWN_SHARE"]

TITLE = "Does the county seat hold its county?"
METHOD = "The share of people in towns is the number of urban residents over all residents of the same unit."
CAUTION = "The share of people in towns is an upper bound of what the county seat holds: the seat is one of its towns."
LIMITS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.8)


def _run(context: StudyContext) -> AnalysisOutput:
    import geopandas as gpd

    from geo_urban.hierarchy import town_share

    shares = town_share(context.units, years=context.study.years)
    units = gpd.GeoDataFrame(context.units.drop(columns=shares.columns, errors="ignore").join(shares))
    presentation = context.shown(_presentation(context, units))
    rising = shares["town_share_change_points"] > 0
    without_growth = rising & (shares["town_residents_change"] <= 0)
    return AnalysisOutput(
        name="town_share",
        title=TITLE,
        tables={"town_share": context.table(units)},
        headline=(),
        presentations=(presentation,),
        key_numbers=(
            KeyNumber(label="Units whose share of people in towns rose", value=float(rising.sum())),
            KeyNumber(label="Of these, units whose towns did not grow", value=float(without_growth.sum())),
        ),
        method=METHOD,
        citation=context.cited("geo_urban.hierarchy.town_share"),
        source=context.source,
        cautions=(CAUTION,),
    )


TOWN_SHARE = AnalysisStep(name="town_share", title=TITLE, needs=frozenset({"population", "urban"}), run=_run)


def _presentation(context: StudyContext, units: gpd.GeoDataFrame) -> Presentation:
    first, last = (f"town_share_{year}" for year in context.study.years)
    fields = (
        Field(
            column=last,
            label="Share of people in towns, last year",
            classes=Breaks(limits=LIMITS, colors=sequential(len(LIMITS) + 1)),
            unit="%",
            scale=100,
            decimals=1,
        ),
        Field(column=first, label="Share of people in towns, first year", unit="%", scale=100, decimals=1),
        Field(column="town_share_change_points", label="Change of the share", unit="percentage points", decimals=1),
        Field(column="town_residents_change", label="Change of residents in towns", unit="persons", decimals=0),
        Field(column="other_residents_change", label="Change of other residents", unit="persons", decimals=0),
    )
    label = "name" if "name" in units.columns else "code"
    layer = Layer(
        name="town_share",
        title="Units by share of people in towns",
        units=units if label == "name" else units.assign(code=units.index.astype(str)),
        fields=fields,
        label_column=label,
    )
    return Presentation(
        name="town_share",
        title="Share of people in towns",
        layers=(layer,),
        source=context.source,
        method=METHOD,
        citation=context.cited("geo_urban.hierarchy.town_share"),
        cautions=(CAUTION,),
    )
