"""A study: what to ask, of which units, with which figures, and what to write."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, PrivateAttr, field_validator, model_validator

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import StudyFileError, raise_faults
from geo_urban.studies._contradictions import contradictions
from geo_urban.studies.agglomeration_section import Agglomerations
from geo_urban.studies.border_section import Border  # noqa: TC001 - pydantic looks the type up
from geo_urban.studies.sections import (
    Boundaries,
    Causes,
    Dynamics,
    Economy,
    Grid,
    Neighbors,
    Network,
    Outputs,
    Population,
    Section,
    Significance,
    Year,
)
from geo_urban.studies.steps import ANALYSES, PUBLISHED

__all__ = ["Study"]


class Study(Section):
    """A study: a question, its units and figures, the analyses, and what to write.

    Parameters
    ----------
    name
        Name for folders and files: lower-case ASCII letters, digits, ``-`` and ``_``.
    title, question, summary
        Words for the page; sentences of the catalogue are translated.
    region
        Provinces, prefectures or groups by name or code; empty for all units.
    years
        First and last year of the figures.
    analyses
        Names of analyses, in order.
    published
        Published tables to set beside ours.
    seed
        Seed of whatever draws random numbers.
    boundaries, population, grid, network, border
        The sections of the file on what is read; no grid, network or border is None.
    neighbors, significance, causes, dynamics, economy, agglomerations, outputs
        Those on what is done with it, and what is written.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    title: str = ""
    question: str = ""
    summary: str = ""
    region: str = ""
    years: tuple[Year, Year] = (2010, 2020)
    analyses: Annotated[tuple[str, ...], Field(min_length=1)]
    published: tuple[str, ...] = ()
    seed: Annotated[int, Field(ge=0)] = 0
    boundaries: Boundaries = Boundaries()
    population: Population = Population()
    grid: Grid | None = None
    network: Network | None = None
    border: Border | None = None
    neighbors: Neighbors = Neighbors()
    significance: Significance = Significance()
    causes: Causes = Causes()
    dynamics: Dynamics = Dynamics()
    economy: Economy = Economy()
    agglomerations: Agglomerations = Agglomerations()
    outputs: Outputs = Outputs()
    _folder: Path = PrivateAttr(default_factory=Path)

    @field_validator("analyses")
    @classmethod
    def _known_analyses(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in ANALYSES:
                raise StudyFileError(
                    "there is no analysis `{name}`; there are {known}. Did you mean `{near}`?",
                    name=name,
                    known=listed(ANALYSES, most=20),
                    near=nearest_name(name, list(ANALYSES)) or next(iter(ANALYSES)),
                )
        if len(set(names)) < len(names):
            raise StudyFileError("an analysis stands twice in {names}. Name each once.", names=listed(names, most=20))
        return names

    @field_validator("published")
    @classmethod
    def _known_tables(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in PUBLISHED:
                raise StudyFileError(
                    "there is no published table `{name}`; there are {known}. Did you mean `{near}`?",
                    name=name,
                    known=listed(PUBLISHED, most=20),
                    near=nearest_name(name, list(PUBLISHED)) or next(iter(PUBLISHED)),
                )
        return names

    @model_validator(mode="after")
    def _without_contradictions(self) -> Study:
        raise_faults(contradictions(self))
        return self

    def path(self, source: str) -> Path:
        """Return the file that `source` names, relative to the study file."""
        return self._folder / Path(source).expanduser()

    def placed_in(self, folder: Path) -> Study:
        """Return the study with relative paths starting from `folder`."""
        placed = self.model_copy()
        placed._folder = folder  # noqa: SLF001 - our own copy
        return placed

    @property
    def without_panel(self) -> bool:
        """Whether the units are the user's own and no panel counts their people."""
        needs = frozenset().union(*(ANALYSES[name].needs for name in self.analyses))
        countless = needs <= {"grid", "network", "neighbors"}
        return not self.boundaries.embedded and self.population.embedded and countless

    @property
    def chosen_grid(self) -> Grid:
        """The population grid: that of the file, else the modelled one."""
        return self.grid or Grid()

    @property
    def chosen_network(self) -> Network:
        """What places travel on: that of the file, else the roads of the package."""
        return self.network or Network()

    @property
    def grid_year(self) -> int | None:
        """Year of the grid's figures; None where only the raster itself can say."""
        grid = self.chosen_grid
        return self.years[1] if grid.year is None and grid.modelled else grid.year

    @property
    def elapsed_years(self) -> float:
        """Years between the first and the last figure."""
        return float(self.years[1] - self.years[0])
