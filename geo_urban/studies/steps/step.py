"""What an analysis of a study is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.results import AnalysisOutput

__all__ = ["AnalysisStep", "Need", "figure_of"]

Need = Literal["population", "urban", "cities", "grid", "network", "neighbors"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisStep:
    """One analysis: what it is called, what it asks, what it needs, and how it is run.

    Parameters
    ----------
    name
        Name in a study file: lower-case ASCII letters and ``_``.
    title
        The question, an English sentence of the catalogue.
    needs
        Figures it needs: ``"population"`` (residents of both years), ``"urban"`` (urban residents too), ``"cities"``,
        ``"grid"`` (a population grid), ``"network"`` (something to travel on), ``"neighbors"`` (the countries around).
    run
        Takes the study's context, returns the answer.
    wants
        Figures it uses where the study has them, and does without where not.
    check
        Takes the study's context and raises unless the columns that the study names are there; None where it names
        none of its own.
    """

    name: str
    title: str
    needs: frozenset[Need]
    run: Callable[[StudyContext], AnalysisOutput]
    wants: frozenset[Need] = frozenset()
    check: Callable[[StudyContext], object] | None = None


def figure_of(table: pd.DataFrame, row: str, column: str) -> float:
    """Return one figure of a table.

    Parameters
    ----------
    table
        Any table.
    row, column
        Where the figure stands.

    Returns
    -------
    float
        The figure.

    Examples
    --------
    >>> import pandas as pd
    >>> figure_of(pd.DataFrame({"cities": [90]}, index=["total"]), "total", "cities")
    90.0
    """
    return float(cast("float", table.loc[row, column]))
