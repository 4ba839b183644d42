"""What the study page says, made from the answers of the analyses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.messages import current_language, translate
from geo_urban.presentation import Field
from geo_urban.studies.paper import LATEX
from geo_urban.studies.report import FileLink, KeyFigure, ReportContent, TableSection
from geo_urban.studies.stills import PICTURES
from geo_urban.studies.words import COLUMN_LABELS, PAGE_COLUMNS, table_title
from geo_urban.wording import shown_decimals, shown_number, shown_scale, shown_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.results import AnalysisOutput, KeyNumber
    from geo_urban.wording import Figures

__all__ = ["page_content", "shown_key_number"]

DIGITS_OF_HASH = 12  # enough to compare by eye; the whole hash is in provenance.json


def page_content(
    context: StudyContext,
    outputs: Sequence[AnalysisOutput],
    *,
    files: Iterable[str],
    not_joined: pd.DataFrame,
    figures: Figures,
    warnings: Sequence[str],
    small: Mapping[str, bytes],
) -> ReportContent:
    """Return everything the study page says.

    Parameters
    ----------
    context
        The study and its data.
    outputs
        What the analyses answered.
    files
        Files of the result, relative to its folder, with ``/``.
    not_joined
        Units left out, with the reason.
    figures
        Counts of people in ``"persons"`` or ``"wan"``.
    warnings
        Sentences the reader should know.
    small
        Small pictures of maps and charts by their names, from `geo_urban.studies.stills`.

    Returns
    -------
    ReportContent
        For `geo_urban.studies.report.write_index`. No time is in it: equal inputs give an equal page.
    """
    study, names = context.study, set(files)
    return ReportContent(
        title=study.title or study.name,
        question=study.question,
        settings=_settings(context),
        key_figures=tuple(
            KeyFigure(label=number.label, value=shown_key_number(number, figures=figures), group=each.title)
            for each in outputs
            for number in each.key_numbers
        ),
        sections=tuple(section for each in outputs for section in _sections(each, names)),
        maps=tuple(
            FileLink(title=shown.title, path=f"maps/{shown.name}.html", picture=small.get(shown.name))
            for each in outputs
            for shown in each.presentations
            if f"maps/{shown.name}.html" in names
        ),
        charts=tuple(_charts(outputs, small)),
        files=tuple(_links(names)),
        methods=_once(each.method for each in outputs),
        provenance={
            item.name: " ".join(part for part in (item.where, item.version, item.sha256[:DIGITS_OF_HASH]) if part)
            for item in context.inputs
        },
        cautions=_once(
            [*warnings, *(caution for each in outputs for caution in each.cautions), *context.data.cautions]
        ),
        not_joined=not_joined,
        sources=_once(each.source for each in outputs),
        citations=_once(each.citation for each in outputs),
    )


def shown_key_number(number: KeyNumber, *, figures: Figures) -> str:
    """Return a key number as a reader sees it, with its unit.

    Parameters
    ----------
    number
        The number as stored.
    figures
        Counts of people in ``"persons"`` or ``"wan"``.

    Returns
    -------
    str
        In the language in force.

    Examples
    --------
    >>> from geo_urban.studies.results import KeyNumber
    >>> loss = KeyNumber(label="Change", value=-0.1234, unit="%", scale=100, decimals=1)
    >>> shown_key_number(loss, figures="persons")
    '−12.3 %'
    >>> shown_key_number(KeyNumber(label="Loss", value=475_200, unit="persons"), figures="wan")
    '47.52 × 10,000 persons'
    """
    field = Field(column="value", label="", unit=number.unit, scale=number.scale, decimals=number.decimals)
    text = shown_number(
        number.value * shown_scale(field, figures=figures), decimals=shown_decimals(field, figures=figures)
    )
    return f"{text} {shown_unit(field, language=current_language(), figures=figures)}".rstrip()


def _settings(context: StudyContext) -> dict[str, str]:
    study = context.study
    settings = {"Region": study.region or translate("all units"), "Boundaries": study.boundaries.source}
    if not study.without_panel:
        settings |= {"Years": f"{study.years[0]}–{study.years[1]}", "Population": study.population.source}
    if context.reads_grid:
        grid = study.chosen_grid
        settings["Population grid"] = translate("modelled from the census") if grid.modelled else grid.source
    return settings | {"Analyses": ", ".join(study.analyses)}


def _sections(output: AnalysisOutput, names: set[str]) -> Iterable[TableSection]:
    tables = {name: output.tables[name] for name in output.headline} | dict(output.comparisons)
    for name, table in tables.items():
        file = f"tables/{name}.csv"
        yield TableSection(
            title=table_title(name) or output.title,
            table=_shown(name, table),
            labels=COLUMN_LABELS,
            file=file if file in names else "",
            latex=f"{LATEX}/{name}.tex" if file in names else "",
        )


def _shown(name: str, table: pd.DataFrame) -> pd.DataFrame:
    wanted = PAGE_COLUMNS.get(name, tuple(table.columns))
    shown = table[[column for column in wanted if column in table.columns]]
    if "measure" in shown.columns:
        shown = shown.assign(measure=shown["measure"].str.replace("_", " ").replace({"cities": "number of cities"}))
    return shown


def _charts(outputs: Iterable[AnalysisOutput], small: Mapping[str, bytes]) -> Iterable[FileLink]:
    for each in outputs:
        titles = {f"chart_{bars.name}": bars.title for bars in each.charts}
        for shown in each.presentations:
            titles |= {f"chart_{shown.name}_{n}": chart.title for n, chart in enumerate(shown.charts, start=1)}
        for name, title in titles.items():
            if name in small:
                yield FileLink(title=title, path=f"{PICTURES}/{name}.svg", picture=small[name])


def _links(names: set[str]) -> Iterable[FileLink]:
    for name in sorted(names):
        if name.startswith("layers/"):
            yield FileLink(title="Layers for QGIS or ArcGIS, styled as the maps", path=name)
        elif name.startswith("rasters/") and name.endswith(".tif"):
            density = "population_density" in name
            words = (
                "Population density of every cell, as a Cloud-Optimised GeoTIFF"
                if density
                else "Settlement class of every cell, as a Cloud-Optimised GeoTIFF"
            )
            yield FileLink(title=words, path=name)
        elif name.endswith(".xlsx"):
            yield FileLink(title="All tables in one workbook", path=name)
        elif name.startswith("tables/"):
            yield FileLink(title=table_title(name.removeprefix("tables/").removesuffix(".csv")) or "Table", path=name)
    for name in sorted(names):
        if name.startswith(f"{PICTURES}/") and name.endswith(".png"):
            yield FileLink(title="Picture for print (300 dots per inch); beside it the same as SVG", path=name)
    yield FileLink(title="Inputs, versions, parameters and hashes", path="provenance.json")


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
