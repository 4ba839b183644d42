"""Keys of a study file that are right each by itself and wrong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.checks import listed
from geo_urban.errors import StudyFileError
from geo_urban.studies.agglomeration_faults import agglomeration_faults
from geo_urban.studies.border_faults import border_faults
from geo_urban.studies.sections import MODELLED_YEARS
from geo_urban.studies.steps import ANALYSES, PUBLISHED

if TYPE_CHECKING:
    from geo_urban.studies.config import Study

_FEWEST_DATES = 3
_READ_BY = {
    "neighbors": ("clusters", "causes", "dynamics"),
    "significance": ("clusters",),
    "causes": ("causes",),
    "dynamics": ("dynamics",),
    "economy": ("economy",),
}
_RASTER_KEYS = ("quantity", "nodata", "band", "layer", "crs")
_CENSUS_KNOWS = ("code", "sheet", "start", "end", "urban_start", "urban_end", "rural_start", "rural_end", "group")


def contradictions(study: Study) -> list[StudyFileError]:
    """Return every fault that takes more than one key to see."""
    return [
        *_fault_of_years(study),
        *_faults_of_sources(study),
        *_faults_of_grid(study),
        *_faults_of_network(study),
        *border_faults(study),
        *agglomeration_faults(study),
        *_faults_of_tests(study),
        *_faults_of_published(study),
    ]


def _fault_of_years(study: Study) -> list[StudyFileError]:
    start, end = study.years
    if start >= end:
        return [
            StudyFileError(
                "`years` = [{start}, {end}] does not go forward in time. Put the earlier year first.",
                start=start,
                end=end,
            )
        ]
    if study.population.embedded and not study.without_panel and (start, end) != (2010, 2020):
        return [
            StudyFileError(
                "`years` = [{start}, {end}], but the embedded census has 2010 and 2020 only. Use these years, "
                "or bring your own figures: `source` under [population].",
                start=start,
                end=end,
            )
        ]
    return []


def _faults_of_sources(study: Study) -> list[StudyFileError]:
    faults: list[StudyFileError] = []
    if study.population.embedded and not study.boundaries.embedded and not study.without_panel:
        faults.append(
            StudyFileError(
                "[boundaries] names your own file ({boundaries}), but [population] does not: figures belong to the "
                "units they were counted in. Name your panel: `source`, `start` and `end` under [population].",
                boundaries=study.boundaries.source,
            )
        )
    if not study.population.embedded and (study.population.start is None or study.population.end is None):
        faults.append(
            StudyFileError(
                "[population] names your own panel ({panel}) but not its columns. Add `start` and `end`: the columns "
                "of residents in {first} and {last}.",
                panel=study.population.source,
                first=study.years[0],
                last=study.years[1],
            )
        )
    if study.population.embedded and study.boundaries.source == "tianditu":
        faults.append(
            StudyFileError(
                'the embedded census is counted on the units of `source = "amap"`; Tianditu has newer divisions, on '
                'which nobody was counted. Set `source = "amap"` under [boundaries], or bring a panel on the newer '
                "codes."
            )
        )
    given = {name for name in _CENSUS_KNOWS if getattr(study.population, name) is not None}
    given -= {"group"} if study.without_panel else set()
    if study.population.embedded and given:
        faults.append(
            StudyFileError(
                "[population] sets {keys}, which only a panel of your own can have. Name it as `source`, or drop "
                "these keys.",
                keys=listed(sorted(given)),
            )
        )
    return faults


def _faults_of_grid(study: Study) -> list[StudyFileError]:
    grid = study.grid
    if grid is None:
        return []
    faults: list[StudyFileError] = []
    if not any("grid" in ANALYSES[name].needs | ANALYSES[name].wants for name in study.analyses):
        faults.append(
            StudyFileError(
                'there is a [grid], but no analysis reads it. Add "density" to `analyses`, or take the section out.'
            )
        )
    given = [name for name in _RASTER_KEYS if getattr(grid, name) is not None]
    if grid.modelled and given:
        faults.append(
            StudyFileError(
                "[grid] sets {keys}, which the modelled grid knows by itself. Name your raster as `source`, or drop "
                "these keys.",
                keys=listed(given),
            )
        )
    if grid.modelled and study.grid_year not in MODELLED_YEARS:
        faults.append(
            StudyFileError(
                "the modelled grid is there for {known}, not for {year}. Set `year` under [grid], or name a raster of "
                "that year as `source`.",
                known=listed(MODELLED_YEARS),
                year=study.grid_year,
            )
        )
    if not grid.modelled and grid.quantity is None:
        faults.append(
            StudyFileError(
                "[grid] does not say what the cells of {source} hold; a wrong guess is off by the area of a cell. Add "
                '`quantity = "count"` (people per cell) or `quantity = "density"` (people per km²).',
                source=grid.source,
            )
        )
    if grid.land_area is not None and study.boundaries.embedded:
        faults.append(
            StudyFileError(
                "[grid] sets `land_area`, but the embedded units know their land. Take it out, or name your own "
                "boundaries."
            )
        )
    return faults


def _faults_of_network(study: Study) -> list[StudyFileError]:
    travelling = [name for name in study.analyses if "network" in ANALYSES[name].needs]
    wanting = any("network" in ANALYSES[name].wants for name in study.analyses)
    if study.network is not None and not (travelling or wanting):
        return [
            StudyFileError(
                'there is a [network], but no analysis travels on it. Add "central_places" to `analyses`, or take the '
                "section out."
            )
        ]
    if travelling and study.network is None and not (study.population.embedded and study.boundaries.embedded):
        return [
            StudyFileError(
                '"{analysis}" asks how far places are apart, and your study does not say on what. Add a section '
                '[network] with `source`: a file of streets (GraphML, .osm, .osm.pbf), or "straight" for straight '
                'lines, or "roads" for the main roads of China.',
                analysis=travelling[0],
            )
        ]
    return []


def _faults_of_tests(study: Study) -> list[StudyFileError]:
    return [
        *_sections_unread(study),
        *_faults_of_causes(study),
        *_faults_of_dates(study),
        *_faults_of_economy(study),
    ]


def _faults_of_economy(study: Study) -> list[StudyFileError]:
    chosen = study.economy
    if bool(chosen.revenue) != bool(chosen.expenditure):
        return [
            StudyFileError(
                "[economy] names revenue without expenditure, or the other way round; the ratio needs both. Add the "
                "other."
            )
        ]
    if "economy" in study.analyses and not study.population.embedded and not (chosen.indicators or chosen.revenue):
        return [
            StudyFileError(
                '"economy" follows figures of several years, and [economy] names none. Add `indicators`, or `revenue` '
                "and `expenditure`: columns of your panel whose names end in a year."
            )
        ]
    return []


def _sections_unread(study: Study) -> list[StudyFileError]:
    return [
        StudyFileError(
            "[{section}] is set, but no analysis reads it. Add {analyses} to `analyses`, or take the section out.",
            section=section,
            analyses=listed(readers),
        )
        for section, readers in _READ_BY.items()
        if section in study.model_fields_set and not set(readers) & set(study.analyses)
    ]


def _faults_of_causes(study: Study) -> list[StudyFileError]:
    if "causes" not in study.analyses or study.causes.covariates:
        return []
    if study.causes.source is not None:
        return [
            StudyFileError(
                "[causes] names a table ({source}) but none of its columns. Add `covariates`.",
                source=study.causes.source,
            )
        ]
    if study.population.embedded:
        return []
    return [
        StudyFileError(
            "[causes] names no covariates, and your own panel has no measures that would be known without. Add "
            "`covariates`: columns of the panel, or of a table that `source` names."
        )
    ]


def _faults_of_dates(study: Study) -> list[StudyFileError]:
    dates = study.dynamics.dates
    if not dates:
        return []
    if study.population.embedded:
        return [
            StudyFileError(
                "the embedded census has two dates, so there are no `dates` to name under [dynamics]. Bring a panel of "
                "your own with three dates or more: `source` under [population]."
            )
        ]
    if len(dates) < _FEWEST_DATES or len(set(dates)) < len(dates):
        return [
            StudyFileError(
                "`dates` under [dynamics] is {dates}; moves through time need three columns or more, each once. Name "
                "them in order, or take `dates` out.",
                dates=listed(dates, most=len(dates)),
            )
        ]
    if study.dynamics.figure == "change" and len(dates) == _FEWEST_DATES:
        return [
            StudyFileError(
                "the yearly change between {count} dates is known {periods} times; moves need three. Name four dates "
                'or more, or set `figure = "value"` under [dynamics].',
                count=len(dates),
                periods=len(dates) - 1,
            )
        ]
    return []


def _faults_of_published(study: Study) -> list[StudyFileError]:
    if not study.published:
        return []
    if not study.population.embedded:
        return [
            StudyFileError(
                "`published` names tables of Chinese studies ({tables}), but the figures are your own, so the two "
                "cannot be compared. Take `published` out.",
                tables=listed(study.published),
            )
        ]
    homeless = [name for name in study.published if PUBLISHED[name] not in study.analyses]
    return [
        StudyFileError(
            "the published table `{table}` stands beside the analysis `{analysis}`, which is not in `analyses`. "
            "Add it, or take the table out.",
            table=name,
            analysis=PUBLISHED[name],
        )
        for name in homeless
    ]
