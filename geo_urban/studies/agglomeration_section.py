"""The section of a study file on city clusters: cores, reach, regions, criteria, and the pages to draw."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, field_validator, model_validator

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import StudyFileError
from geo_urban.studies.sections import Section

__all__ = ["Agglomerations", "ClusterPage"]

Method: TypeAlias = Literal["functional", "urban_centres", "city_clusters", "percolation", "skater", "leiden"]
"""How clusters are found; ``"commuting"`` needs a table of flows, which a study does not read."""

_PARAMETERS: dict[Method, str] = {
    "functional": "DelineationParameters",
    "urban_centres": "UrbanCentreParameters",
    "city_clusters": "CityClusterParameters",
    "percolation": "PercolationParameters",
    "skater": "SkaterParameters",
    "leiden": "LeidenParameters",
}
_CRITERION = re.compile(r"^\s*([a-z][a-z0-9_]*)\s*(>=|<=)\s*(\S+)\s*$")


class ClusterPage(Section):
    """A page of its own for cities that are spoken of as one cluster.

    Parameters
    ----------
    name
        Name in a file: lower-case letters, digits and ``_``.
    title
        Words for the page.
    cities
        Cities by their label (code); the page shows the clusters that hold them, whichever these are.
    reference
        Name of the plan to compare with, as in the column of references; empty for none.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str = ""
    cities: Annotated[tuple[str, ...], Field(min_length=1)]
    reference: str = ""


class Agglomerations(Section):
    """How city clusters are delineated.

    Parameters
    ----------
    method
        As in `geo_urban.agglomerations.delineate`.
    cores
        ``"auto"``; a column with the name of the cluster that a unit's city leads; or a list of cities.
    cities
        Column with the city that a unit belongs to, e.g. as one of its districts; each unit by itself without one.
    regions
        Column of administrative regions that belong as a whole; membership unit by unit without one.
    reference
        Column with the cluster of each unit in a plan, to compare with.
    gdp
        Column with the product of each unit, for the criterion ``gdp_per_person``.
    sweep
        How many settings make up the stability; 0 for none.
    rings
        Outer limits of the rings of travel time [minutes].
    criteria
        Measures of a cluster (columns of the table of clusters) with their least or greatest value:
        ``"residents >= 20000000"``.
    pages
        Pages of their own; without any, one for each of the largest clusters.
    parameters
        Those of the method that differ from its own values, e.g. of
        `geo_urban.agglomerations.DelineationParameters`.
    """

    method: Method = "functional"
    cores: str | tuple[str, ...] = "auto"
    cities: str | None = None
    regions: str | None = None
    reference: str | None = None
    gdp: str | None = None
    sweep: Annotated[int, Field(ge=0, le=10_000)] = 200
    rings: Annotated[tuple[float, ...], Field(min_length=1)] = (30.0, 60.0, 120.0, 180.0)
    criteria: tuple[str, ...] = (
        "residents >= 20000000",
        "largest_city >= 5000000",
        "large_cities >= 3",
        "urbanization_rate >= 0.5",
        "density_per_km2 >= 250",
        "gdp_per_person >= 10000",
    )
    pages: tuple[ClusterPage, ...] = ()
    parameters: dict[str, float] = Field(default_factory=dict)

    @field_validator("criteria")
    @classmethod
    def _readable_criteria(cls, criteria: tuple[str, ...]) -> tuple[str, ...]:
        for text in criteria:
            _limits_of(text)
        return criteria

    @field_validator("pages")
    @classmethod
    def _distinct_pages(cls, pages: tuple[ClusterPage, ...]) -> tuple[ClusterPage, ...]:
        names = [page.name for page in pages]
        for name in names:
            if names.count(name) > 1:
                raise StudyFileError(
                    "two pages under [agglomerations] are named `{name}`, so one file would replace the other. Give "
                    "each its own name.",
                    name=name,
                )
        return pages

    @model_validator(mode="after")
    def _possible(self) -> Agglomerations:
        if list(self.rings) != sorted(set(self.rings)) or not self.rings[0] > 0:
            raise StudyFileError(
                "`rings` under [agglomerations] is {limits}; rings need ascending limits above zero [minutes].",
                limits=", ".join(f"{limit:g}" for limit in self.rings),
            )
        self._require_known_parameters()
        return self

    def _require_known_parameters(self) -> None:
        if not self.parameters:
            return
        from geo_urban import agglomerations

        kind = getattr(agglomerations, _PARAMETERS[self.method])
        known = [field.name for field in fields(kind)]
        for name in self.parameters:
            if name not in known:
                raise StudyFileError(
                    "the method {method} has no parameter `{name}`; there are {known}. Did you mean `{near}`?",
                    method=self.method,
                    name=name,
                    known=listed(known, most=12),
                    near=nearest_name(name, known) or known[0],
                )
        kind(**self.parameters)

    @property
    def limits(self) -> dict[str, tuple[float | None, float | None]]:
        """Least and greatest value of each measure that is a criterion."""
        found: dict[str, tuple[float | None, float | None]] = {}
        for text in self.criteria:
            measure, least, most = _limits_of(text)
            before = found.get(measure, (None, None))
            found[measure] = (before[0] if least is None else least, before[1] if most is None else most)
        return found


def _limits_of(text: str) -> tuple[str, float | None, float | None]:
    """Return the measure that a criterion names, with its least and its greatest value.

    Raises
    ------
    StudyFileError
        If it cannot be read.
    """
    match = _CRITERION.match(text)
    try:
        value = float(match[3]) if match else float("nan")
    except ValueError:
        value = float("nan")
    if match is None or not abs(value) < float("inf"):
        raise StudyFileError(
            "the criterion `{text}` under [agglomerations] cannot be read. Write a measure, >= or <=, and a number: "
            '"residents >= 20000000".',
            text=text,
        )
    return (match[1], value, None) if match[2] == ">=" else (match[1], None, value)
