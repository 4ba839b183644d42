"""Ask: are there jobs, do county economies keep up, and can counties pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.known_fields import descriptive_fields
from geo_urban.messages import Sentence, translate
from geo_urban.palettes import diverging, sequential
from geo_urban.presentation import Bars, Breaks, Field, Layer, Presentation
from geo_urban.studies.county_series import group_series
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.studies.context import StudyContext

__all__ = ["ECONOMY"]

TITLE = "Are there jobs, and can counties pay?"
METHOD = (
    "Shares of workers by sector are sums over sums of the long-form sample, by industry of the employer; indicators "
    "of a group are means of its units, each counting once; the fiscal ratio is revenue over expenditure."
)
CAUTION_SAMPLE = (
    "Workers are those of the long-form sample, about a tenth of all households: shares, never levels, and with "
    "sampling error in small counties."
)
CAUTION_RATIO = "The ratio of two means is not the mean of the ratios; printed revenue may be restated between years."
SECTORS = ("agriculture", "industry", "services")
LIMITS = (0.2, 0.35, 0.5, 0.65, 0.8)
POINTS = Breaks(limits=(0.0, 5.0, 10.0, 15.0, 20.0), colors=diverging(1, 5, name="brown_teal"))


def _run(context: StudyContext) -> AnalysisOutput:
    jobs, shown, numbers, charts = _jobs(context) if context.study.population.embedded else ({}, (), (), ())
    tables = {**jobs, **_indicators(context), **_finance(context)}
    return AnalysisOutput(
        name="economy",
        title=TITLE,
        tables=tables,
        headline=tuple(name for name in tables if not name.endswith("_units")),
        presentations=shown,
        key_numbers=numbers,
        charts=(*charts, *_ratio_chart(tables)),
        method=METHOD,
        citation=context.cited("geo_urban.datasets.sector_workers, geo_urban.shrinkage.fiscal_ratio"),
        source=context.source,
        cautions=(*((CAUTION_SAMPLE,) if jobs else ()), *((CAUTION_RATIO,) if "fiscal_ratio" in tables else ())),
    )


def _check(context: StudyContext) -> None:
    chosen = context.study.economy
    for columns in (chosen.indicators, chosen.revenue, chosen.expenditure):
        if columns:
            group_series(context.units, columns, by=context.group)


ECONOMY = AnalysisStep(name="economy", title=TITLE, needs=frozenset({"population"}), run=_run, check=_check)


def _jobs(
    context: StudyContext,
) -> tuple[dict[str, pd.DataFrame], tuple[Presentation, ...], tuple[KeyNumber, ...], tuple[Bars, ...]]:
    """Return workers by sector and group, the map of units, and key numbers."""
    from geo_urban.datasets import sector_workers
    from geo_urban.datasets.places_apart import NOT_COUNTIES

    workers = sector_workers(context.study.years).loc[context.units.index]
    counties = ~context.units["unit_type"].isin(NOT_COUNTIES)
    tables = {
        "jobs": _shares(workers, context),
        "jobs_counties": _shares(workers[counties], context),
    }
    tables = {name: table for name, table in tables.items() if not table.empty}
    first, last = context.study.years
    units = _unit_shares(workers, context)
    numbers = tuple(
        KeyNumber(
            label=label, value=figure_of(tables["jobs"], "total", f"nonfarm_{year}_share"), unit="%", scale=100,
            decimals=1,
        )
        for label, year in (
            ("Workers outside agriculture in the first year", first),
            ("Workers outside agriculture in the last year", last),
        )
    )  # fmt: skip
    charts = bars_of(
        tables["jobs"],
        {f"nonfarm_{year}_share": str(year) for year in (first, last)},
        name="jobs",
        title="Workers outside agriculture, by group",
        unit="%",
        scale=100,
        decimals=1,
    )
    return {**tables, "jobs_units": context.table(units)}, (_shown(units, context),), numbers, charts


def _shares(workers: pd.DataFrame, context: StudyContext) -> pd.DataFrame:
    """Return per group, and in all, the share of each sector in both years."""
    groups = context.units.loc[workers.index, context.group or "province"]
    sums = workers.groupby(groups, sort=False, observed=True).sum()
    if sums.empty:
        return sums
    sums.loc["total"] = sums.sum()
    counted = groups.value_counts().reindex(sums.index)
    counted["total"] = len(groups)
    table = {"units": counted.astype(int)}
    for year in context.study.years:
        total = sums[f"workers_{year}"]
        table[f"nonfarm_{year}_share"] = _nonfarm(sums, year)
        table |= {f"{sector}_{year}_share": sums[f"workers_{sector}_{year}"] / total for sector in SECTORS}
    return context.grouped(pd.DataFrame(table))


def _unit_shares(workers: pd.DataFrame, context: StudyContext) -> gpd.GeoDataFrame:
    first, last = context.study.years
    shares = {f"nonfarm_share_{year}": _nonfarm(workers, year) for year in (first, last)}
    points = (shares[f"nonfarm_share_{last}"] - shares[f"nonfarm_share_{first}"]) * 100
    kept = [name for name in ("name", "prefecture", "province", "unit_type") if name in context.units.columns]
    units: gpd.GeoDataFrame = context.units[[*kept, "geometry"]].assign(**shares, nonfarm_change_points=points)
    return units


def _nonfarm(workers: pd.DataFrame, year: int) -> pd.Series:
    # As in `covariate_table`, so that both say the same to the last digit.
    outside = workers[f"workers_industry_{year}"] + workers[f"workers_services_{year}"]
    return outside / workers[f"workers_{year}"]


def _shown(units: gpd.GeoDataFrame, context: StudyContext) -> Presentation:
    classes = Breaks(limits=LIMITS, colors=sequential(len(LIMITS) + 1))
    fields = (
        *(
            Field(
                column=f"nonfarm_share_{year}", label=Sentence("Workers outside agriculture, {year}", year=year),
                unit="%", scale=100, decimals=1, classes=classes, indicator="Workers outside agriculture", year=year,
            )
            for year in reversed(context.study.years)
        ),
        Field(
            column="nonfarm_change_points", label="Points gained", unit="percentage points", decimals=1, classes=POINTS
        ),
        *descriptive_fields(units),
    )  # fmt: skip
    layer = Layer(name="jobs", title="Units by workers outside agriculture", units=units, fields=fields)
    return context.shown(
        Presentation(
            name="jobs",
            title="Workers outside agriculture",
            layers=(layer,),
            source=context.source,
            method=METHOD,
            citation=context.cited("geo_urban.datasets.sector_workers"),
            cautions=(CAUTION_SAMPLE,),
        )
    )


def _indicators(context: StudyContext) -> dict[str, pd.DataFrame]:
    columns = context.study.economy.indicators
    return {"indicators": group_series(context.units, columns, by=context.group)} if columns else {}


def _finance(context: StudyContext) -> dict[str, pd.DataFrame]:
    """Return revenue, expenditure and their ratio per group and year: of the user's panel, else as printed."""
    chosen = context.study.economy
    if chosen.revenue:
        means = {
            kind: group_series(context.units, columns, by=context.group)["mean"].droplevel("measure")
            for kind, columns in (("revenue", chosen.revenue), ("expenditure", chosen.expenditure))
        }
        table = pd.DataFrame(means).reset_index()
    elif "county_finance" in context.study.published:
        table = _printed()
    else:
        return {}
    from geo_urban.shrinkage import fiscal_ratio

    table["fiscal_ratio_share"] = fiscal_ratio(table["revenue"], table["expenditure"])
    return {"fiscal_ratio": table.set_index(["group", "year"])}


def _printed() -> pd.DataFrame:
    from geo_urban.datasets import published_series

    long = {
        kind: published_series("county_finance", kind)
        .reset_index()
        .melt("year", var_name="group", value_name=kind)
        .set_index(["group", "year"])[kind]
        for kind in ("revenue", "expenditure")
    }
    return pd.DataFrame(long).reset_index()


def _ratio_chart(tables: dict[str, pd.DataFrame]) -> tuple[Bars, ...]:
    charts = []
    if "fiscal_ratio" in tables:
        wide = _wide(tables["fiscal_ratio"]["fiscal_ratio_share"])
        charts.append(
            Bars(
                name="fiscal_ratio",
                title="Share of expenditure that counties' own revenue covers",
                table=wide,
                unit="%",
                scale=100,
            )
        )
    if "indicators" in tables:
        for measure, table in tables["indicators"]["mean"].groupby(level="measure", sort=False):
            wide = _wide(table.droplevel("measure"))
            charts.append(Bars(name=f"indicator_{_plain(str(measure))}", title=str(measure), table=wide, decimals=2))
    return tuple(charts)


def _wide(series: pd.Series) -> pd.DataFrame:
    """Return one row per year and one column per group, in words."""
    name = str(series.name)
    table = series.reset_index().pivot_table(index="year", columns="group", values=name, sort=False)
    return table.rename(index=str, columns={group: translate(str(group)) for group in table.columns})


def _plain(name: str) -> str:
    """Return a name that may stand in a file's name."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in name)
