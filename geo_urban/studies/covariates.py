"""What may go with change in a study: measures of the embedded census, or columns of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from geo_urban.checks import listed, nearest_name, require_columns
from geo_urban.errors import InputError
from geo_urban.messages import Sentence
from geo_urban.presentation import Field
from geo_urban.studies.provenance import file_input

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_urban.studies.config import Study
    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.provenance import Input

__all__ = ["DEFAULT_COVARIATES", "Covariates", "covariates_input", "require_figures", "study_covariates"]

# Fixed beforehand, of the kinds of reasons the study of Northeast China names: jobs, schooling, age, movement.
DEFAULT_COVARIATES = (
    "nonfarm_share",
    "schooling_years",
    "child_share",
    "elderly_share",
    "migrant_share",
    "minority_share",
)


class Covariates(NamedTuple):
    """Figures per unit, what each is, and how a map lists it."""

    table: pd.DataFrame
    meanings: pd.DataFrame
    fields: tuple[Field, ...]


def study_covariates(context: StudyContext) -> Covariates:
    """Return the covariates of a study, on the index of its units.

    Parameters
    ----------
    context
        The study and its data.

    Returns
    -------
    Covariates
        Of the table that ``[causes]`` names, else of the embedded census, else of the user's panel and boundaries.

    Raises
    ------
    MissingColumnsError
        If a column is missing.
    InputError
        If the embedded census has no such measure, or a column holds no figures.
    """
    names = context.study.causes.covariates
    if context.study.causes.source is not None:
        from geo_urban.io import read_panel

        chosen = context.study.causes
        own = read_panel(context.study.path(chosen.source or ""), code=chosen.code)
        require_figures(own, names, argument="covariates")
        return _own(own[list(names)].reindex(context.units.index))
    if context.study.population.embedded:
        return _of_census(context)
    require_figures(context.units, names, argument="panel")
    return _own(pd.DataFrame(context.units[list(names)]))


def require_figures(table: pd.DataFrame, names: Sequence[str], *, argument: str) -> None:
    """Raise unless columns are there and hold numbers.

    Raises
    ------
    MissingColumnsError
        If a column is missing.
    InputError
        If a column is not numeric.
    """
    require_columns(table, names, argument=argument)
    for name in names:
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise InputError(
                "`{argument}` is not numeric ({kind}), so nothing can be measured with it. "
                "Convert it, e.g. `pandas.to_numeric({argument})`.",
                argument=f'{argument}["{name}"]',
                kind=str(table[name].dtype),
            )


def covariates_input(study: Study) -> Input | None:
    """Return the record of the table of covariates.

    Parameters
    ----------
    study
        A study that asks for causes.

    Returns
    -------
    Input or None
        None where no table of its own is named.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    if study.causes.source is None:
        return None
    return file_input("covariates", study.path(study.causes.source))


def _own(table: pd.DataFrame) -> Covariates:
    meanings = pd.DataFrame({"unit": "", "meaning": "", "caution": ""}, index=pd.Index(table.columns, name="measure"))
    fields = tuple(Field(column=str(name), label=str(name), decimals=4) for name in table.columns)
    return Covariates(table, meanings, fields)


def _of_census(context: StudyContext) -> Covariates:
    from geo_urban.datasets import covariate_columns, covariate_table

    years = context.study.years
    known = covariate_columns()
    columns = [_column(name, known.index, years) for name in context.study.causes.covariates or DEFAULT_COVARIATES]
    table = covariate_table(years).loc[context.units.index, columns]
    measures = [column.rpartition("_")[0] for column in columns]
    meanings = known.loc[measures].set_axis(pd.Index(columns, name="measure"), axis=0)
    fields = tuple(
        _field(column, measure, int(column.rpartition("_")[2]))
        for column, measure in zip(columns, measures, strict=True)
    )
    return Covariates(table, meanings, fields)


def _column(name: str, measures: pd.Index, years: tuple[int, int]) -> str:
    """Return the column of a measure: of the first year, unless the name ends in a year."""
    measure, _, year = name.rpartition("_")
    if name in measures:
        return f"{name}_{years[0]}"
    if measure in measures and year in map(str, years):
        return name
    near = nearest_name(name, [*measures]) or measures[0]
    raise InputError(
        "the embedded census has no measure `{name}`; it has {known}, of {years}. Did you mean `{near}`? For figures "
        "of your own name a table: `source` under [causes].",
        name=name,
        known=listed(measures, most=len(measures)),
        years=listed(years),
        near=near,
    )


MEASURE_LABELS = {
    "urban_share": "Urban residents, {year}",
    "nonfarm_share": "Workers outside agriculture, {year}",
    "industry_share": "Workers in industry and construction, {year}",
    "services_share": "Workers in services, {year}",
    "child_share": "Residents under 15, {year}",
    "elderly_share": "Residents of 65 and over, {year}",
    "schooling_years": "Mean years of schooling, {year}",
    "illiterate_share": "Residents who cannot read, {year}",
    "migrant_share": "Residents registered in another county, {year}",
    "other_province_share": "Residents registered in another province, {year}",
    "minority_share": "Residents of other than Han nationality, {year}",
    "household_size": "People per household, {year}",
}


def _field(column: str, measure: str, year: int) -> Field:
    label = Sentence(MEASURE_LABELS[measure], year=year)
    if measure.endswith("_share"):
        return Field(column=column, label=label, unit="%", scale=100, decimals=1)
    return Field(column=column, label=label, decimals=2)
